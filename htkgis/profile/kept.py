"""Parts of a profile, kept from one run to the next by all that they are made of.

Where a row of one layer has changed, most parts of most quarters are made of the same as before.
A part that is kept is made by a function of a module, which sees what it is handed and no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from htkgis.store.known import Known
from htkgis.store.memory import recalled_whole, remembers

__all__ = ["Known", "kept_part"]


def kept_part(make: Callable[..., Any], *given: Any) -> Any:
    """Make a part of what is given, unless it was made of the same before.

    Parameters
    ----------
    make
        A function of a module.
    given
        What it is handed: tables, such as are :class:`Known`, and values that JSON holds.

    Returns
    -------
    part
        JSON value.

    Raises
    ------
    ValueError
        If ``make`` stands in another function, where it could see more than it is handed.

    Examples
    --------
    >>> kept_part(len, pd.DataFrame({"a": [1, 2]}))
    2
    """
    if "<locals>" in make.__qualname__:
        msg = (
            f"{make.__qualname__}: it sees more than it is handed. Make it a function of a module."
        )
        raise ValueError(msg)
    values = [each.value if isinstance(each, Known) else each for each in given]
    if not remembers():
        return make(*values)

    def written() -> bytes:
        return json.dumps(make(*values)).encode()

    name = f"{make.__module__}.{make.__qualname__}"
    return json.loads(recalled_whole(name, [], written, *map(_fact, given)))


def _fact(given: Any) -> Any:
    if isinstance(given, pd.DataFrame):
        given = Known(given)
    return ["table", given.digest] if isinstance(given, Known) else ["value", given]
