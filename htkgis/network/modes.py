"""How a mode travels: its speed, its directions, and what a trip takes besides travelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import ConfigError

from .cost_rules import NONE, Costs

MODES_WITHOUT_DIRECTION = frozenset({"walk"})
"""Modes that may pass a one-way street both ways, where only their name is known."""


@dataclass(frozen=True)
class Mode:
    """One way of travelling over a table of streets.

    Parameters
    ----------
    name
        Name of the mode.
    speed_kph
        Speed in km/h, > 0: on every street, or where the column ``speeds`` states none.
    speeds
        Column of the speed limit in km/h of each street; None for one speed everywhere.
    share
        Part of these speeds that is travelled, 0 < share <= 1.
    oneway
        Column that closes streets against their direction; None where all go both ways.
    stops
        Flag column of the streets where a trip may start and end; None for all of them.
        People walk the last stretch, so nobody gets out where nobody may walk.
    connector_kph
        Speed between a point and the street in km/h; ``speed_kph`` where None.
    start_ds, end_ds
        Deciseconds that every trip takes before and after travelling, >= 0.
    flag
        Column that says which streets the mode may use; ``name`` where None. Electric bicycles
        may go where bicycles may.
    costs
        What counts besides length over speed; by default nothing.

    Examples
    --------
    >>> Mode("bike", 16.0, oneway="oneway_bike", connector_kph=4.5).directed
    True
    >>> Mode("ebike", 20.0, flag="bike", costs=Costs(signal_ds=150)).columns
    ('bike', 'signals')
    """

    name: str
    speed_kph: float
    speeds: str | None = None
    share: float = 1.0
    oneway: str | None = None
    stops: str | None = None
    connector_kph: float | None = None
    start_ds: int = 0
    end_ds: int = 0
    flag: str | None = None
    costs: Costs = NONE

    def __post_init__(self) -> None:
        """Refuse what is no speed and no time."""
        speeds = {"speed_kph": self.speed_kph, "connector_kph": self.connector_kph}
        for what, value in speeds.items():
            if value is not None and not (np.isfinite(value) and value > 0):
                msg = f"{what} ({self.name}): {value!r} is no speed; a number above 0 km/h is "
                raise ConfigError(msg + "allowed. Correct the speed in study.toml.")
        if not 0 < self.share <= 1:
            msg = f"share ({self.name}): {self.share!r} is no part of a speed; above 0 and at most "
            raise ConfigError(msg + "1 is allowed. Correct the share in study.toml.")
        if self.start_ds < 0 or self.end_ds < 0:
            msg = (
                f"mode ({self.name}): {self.start_ds} and {self.end_ds} ds at start and end; 0 or "
            )
            raise ConfigError(msg + "more is allowed. Correct the times in study.toml.")

    @property
    def directed(self) -> bool:
        """Whether the mode heeds one-way streets."""
        return self.oneway is not None

    @property
    def used(self) -> str:
        """Flag column of the streets that the mode may use."""
        return self.name if self.flag is None else self.flag

    @property
    def walked_kph(self) -> float:
        """Speed between a point and the street in km/h."""
        return self.speed_kph if self.connector_kph is None else self.connector_kph

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the streets must have."""
        wanted = (self.used, self.speeds, self.oneway, self.stops, *self.costs.columns)
        return tuple(dict.fromkeys(column for column in wanted if column is not None))


def mode_named(name: str, speed_kph: float) -> Mode:
    """Make a mode of which only name and speed are known.

    Examples
    --------
    >>> mode_named("walk", 4.5).oneway, mode_named("bike", 16.0).oneway
    (None, 'oneway')
    """
    oneway = None if name in MODES_WITHOUT_DIRECTION else "oneway"
    return Mode(name, speed_kph, oneway=oneway)


def plain(mode: Mode) -> Mode:
    """Give a mode without any cost besides length over speed.

    What a trip takes before and after travelling is off too; which streets the mode may use,
    its speeds and its one-way streets stay.

    Examples
    --------
    >>> car = Mode("car", 50.0, start_ds=1200, end_ds=1800, costs=Costs(signal_ds=150))
    >>> plain(car) == Mode("car", 50.0)
    True
    """
    return replace(mode, start_ds=0, end_ds=0, costs=NONE)


def travel_kph(streets: gpd.GeoDataFrame, mode: Mode) -> npt.NDArray[np.float64]:
    """Give the speed at which a mode travels each street.

    Parameters
    ----------
    streets
        Streets with the columns of the mode.
    mode
        Any mode.

    Returns
    -------
    speeds
        Kilometres per hour, shape (m,); not > 0 where the column states no speed.

    Examples
    --------
    >>> streets = gpd.GeoDataFrame({"limit": [50.0, None]}, geometry=[None, None])
    >>> travel_kph(streets, Mode("car", 30.0, speeds="limit", share=0.5)).tolist()
    [25.0, 15.0]
    """
    if mode.speeds is None:
        return np.full(len(streets), mode.speed_kph * mode.share)
    stated = pd.to_numeric(streets[mode.speeds]).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(stated), mode.speed_kph, stated) * mode.share


def end_names(streets: gpd.GeoDataFrame, mode: Mode) -> Iterator[pd.Series]:
    """Name the junctions at the starts, then at the ends of streets, as a mode meets them.

    A street that ends at a barrier that the mode cannot pass (``barrier_from``,
    ``barrier_to``) gets an end of its own there.
    """
    for side in ("from", "to"):
        names, column = streets[f"{side}_node"], f"barrier_{side}"
        if column in streets.columns and streets[column].notna().any():
            stopped = [
                isinstance(modes, str) and mode.used in modes.split() for modes in streets[column]
            ]
            own = names.astype(object) + "_" + streets["id"].astype(object) + f"_{side}"
            names = names.astype(object).mask(np.array(stopped, dtype=bool), own)
        yield names
