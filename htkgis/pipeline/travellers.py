"""Who travels how in a command: mode, lens, with or without costs, and what minutes then mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from htkgis.network import Mode, plain
from htkgis.quantities import ADULT
from htkgis.study import Study

from .modes import lacks_stairs, mode_of


@dataclass(frozen=True)
class Travellers:
    """Who travels how.

    Parameters
    ----------
    mode
        A mode of the study.
    lens
        ``adult``, or a lens of the mode.
    bare
        Whether time is length divided by speed and nothing else.
    felt
        Whether minutes hold a price (:attr:`htkgis.network.cost_rules.Costs.felt`), so that they
        are no measured time.
    stairs_unknown
        Whether stairs count and the streets do not say which ways are stairs.
    """

    mode: str
    lens: str = ADULT
    bare: bool = False
    felt: bool = False
    stairs_unknown: bool = False

    @property
    def minutes_column(self) -> str:
        """Name of a column of minutes: ``travel_time_min``, or ``felt_time_min`` with a price."""
        return "felt_time_min" if self.felt else "travel_time_min"

    def noted(self, table: pd.DataFrame) -> pd.DataFrame:
        """Write into a table who travelled how: ``mode``, ``lens`` and ``plain`` in every row."""
        return table.assign(mode=self.mode, lens=self.lens, plain=self.bare)


def travelling(study: Study, mode: str, lens: str = ADULT, *, bare: bool = False) -> Mode:
    """Give the mode of a lens, without any cost besides length over speed where it is ``bare``.

    Raises
    ------
    ConfigError
        If the study decides on no such mode, or the mode has no such lens.
    """
    travel = mode_of(study, mode, lens)
    return plain(travel) if bare else travel


def travellers(
    study: Study,
    mode: str,
    lens: str = ADULT,
    *,
    bare: bool = False,
    unknown_kinds: Sequence[str] = (),
) -> Travellers:
    """Say who travels how, over streets that do not tell ``unknown_kinds`` from others."""
    costs = travelling(study, mode, lens, bare=bare).costs
    return Travellers(mode, lens, bare, costs.felt, lacks_stairs(costs, unknown_kinds))
