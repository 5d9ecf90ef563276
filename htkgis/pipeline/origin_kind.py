"""What people set out from: gates of an area, addresses in it, or cells of a population grid."""

from __future__ import annotations

import pandas as pd


def kind_of_origins(origins: pd.DataFrame) -> str:
    """Say what the origins are; addresses where new homes have joined others.

    Examples
    --------
    >>> kind_of_origins(pd.DataFrame({"kind": ["cell", "cell"]}))
    'cell'
    >>> kind_of_origins(pd.DataFrame({"kind": ["cell", "address"]}))
    'address'
    """
    kinds = set(origins["kind"]) or {"gate"}
    return str(kinds.pop()) if len(kinds) == 1 else "address"
