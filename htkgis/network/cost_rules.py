"""Which costs a mode counts besides length over speed, and what they come to on each street.

All of them off is length over speed. Minutes that hold a price are felt, not measured
(:attr:`Costs.felt`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.errors import ConfigError, NetworkError, first
from htkgis.schema.street_pieces import DELAY
from htkgis.units import UNREACHED

from .costs import (
    Flags,
    Floats,
    Tobler,
    are_stairs,
    climb_ds,
    counted,
    dark_streets,
    named,
    numbers,
    stairs_factor,
    stressful_streets,
    tobler_factor,
    unmarked_streets,
    waits_ds,
)

Ints = npt.NDArray[np.int32]

HIGHEST_STRESS = 4
DECISECONDS_PER_SECOND = 10


@dataclass(frozen=True)
class Costs:
    """What a mode counts besides length over speed; by default the delays that streets state.

    Parameters
    ----------
    delays
        Whether a delay counts that a street states itself, as a new link over its ramps does.
        Column ``delay_s``, seconds; a table without it states none.
    crossing_ds, signal_ds
        Wait at a crossing without and with signals in deciseconds, >= 0. Columns ``crossings``
        and ``signals``.
    stairs_share
        Part of the speed on the flat that is kept on stairs, above 0 and up to 1; 0 closes them
        and None makes them streets like others. Column ``kind``.
    tobler
        How slope changes walking. Columns ``gain_m`` and ``loss_m``.
    climb_ds_per_m
        Deciseconds for each metre of height that is climbed, >= 0. The same columns.
    dark
        Price of a street without light, >= 1; infinity closes it. Columns ``lit``, ``tunnel``
        and ``kind``.
    dark_kinds
        Kinds of street without light unless they are said to have some.
    dark_tunnels
        Whether a tunnel counts as dark even if it is lit.
    max_stress
        Highest level of traffic stress that is free of price, 1 to 4. Column ``lts``.
    stress
        Price of a street above it, >= 1; infinity closes it.
    off_route
        Price of a street that no marked route runs along, >= 1. Column ``route``.

    Examples
    --------
    >>> Costs().columns, Costs(signal_ds=150).columns, Costs(dark=2.0).felt
    ((), ('signals',), True)
    """

    delays: bool = True
    crossing_ds: int = 0
    signal_ds: int = 0
    stairs_share: float | None = None
    tobler: Tobler | None = None
    climb_ds_per_m: float = 0.0
    dark: float = 1.0
    dark_kinds: tuple[str, ...] = ()
    dark_tunnels: bool = False
    max_stress: int = HIGHEST_STRESS
    stress: float = math.inf
    off_route: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what would make a time negative, or a price a bargain."""
        steepness, easiest = self.tobler or Tobler(1.0, 0.0)
        fine = {
            "crossing_ds, 0 or more": 0 <= self.crossing_ds < UNREACHED,
            "signal_ds, 0 or more": 0 <= self.signal_ds < UNREACHED,
            "stairs_share, 0 to 1": 0 <= (self.stairs_share or 0) <= 1,
            "tobler, a steepness above 0": 0 < steepness < math.inf and abs(easiest) <= 1,
            "climb_ds_per_m, 0 or more": 0 <= self.climb_ds_per_m < math.inf,
            "dark, 1 or more": self.dark >= 1,
            "max_stress, 1 to 4": self.max_stress in range(1, HIGHEST_STRESS + 1),
            "stress, 1 or more": self.stress >= 1,
            "off_route, 1 or more": 1 <= self.off_route < math.inf,
        }
        wrong = [what for what, holds in fine.items() if not holds]
        if wrong:
            msg = (
                f"costs of a mode ({self}): {len(wrong)} are out of range; allowed are "
                f"{'; '.join(wrong)}. Correct the mode in study.toml."
            )
            raise ConfigError(msg)

    @property
    def climbs(self) -> bool:
        """Whether heights count."""
        return self.tobler is not None or self.climb_ds_per_m > 0

    @property
    def stressed(self) -> bool:
        """Whether traffic stress counts."""
        return self.max_stress < HIGHEST_STRESS and self.stress > 1

    @property
    def felt(self) -> bool:
        """Whether minutes hold a price, so that they are felt and not measured."""
        prices = (self.dark, self.stress if self.stressed else 1.0, self.off_route)
        return any(1 < price < math.inf for price in prices)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the streets must have."""
        wanted = {
            "kind": self.stairs_share is not None or self.dark > 1,
            "crossings": self.crossing_ds > 0,
            "signals": self.signal_ds > 0,
            "gain_m": self.climbs,
            "loss_m": self.climbs,
            "lit": self.dark > 1,
            "tunnel": self.dark > 1,
            "lts": self.stressed,
            "route": self.off_route > 1,
        }
        return tuple(column for column, used in wanted.items() if used)


NONE = Costs(delays=False)
"""Nothing besides length over speed."""


def costs_ds(streets: gpd.GeoDataFrame, bare_ds: Floats, costs: Costs) -> tuple[Ints, Ints]:
    r"""Add all costs of a mode to the time that length over speed takes.

    .. math::

        t = \mathrm{round}\bigl((b \cdot s \cdot w + c \cdot g) \cdot p + d\bigr)

    with the bare time :math:`b`, stairs :math:`s`, slope of walking :math:`w`, climb :math:`c`
    per metre of gain :math:`g`, the product of the prices :math:`p`, and the waits and stated
    delays :math:`d`.
    Waiting has no price: nobody finds a red light shorter on a marked route. Stairs have their
    own speed, so slope changes nothing on them once they have one.

    Parameters
    ----------
    streets
        Streets that are open (:func:`open_streets`), with the columns of ``costs``, and
        ``length_m`` where slope counts.
    bare_ds
        Length over speed in deciseconds, not rounded, shape (m,), >= 0.
    costs
        Any costs.

    Returns
    -------
    forward_ds, backward_ds
        Whole deciseconds along each street and against it, shape (m,), >= 0.

    Raises
    ------
    SchemaError
        If a count of crossings or a height is below 0 or infinite.
    NetworkError
        If a street takes longer than the engine can count.

    Examples
    --------
    100 m at 1 m/s with a red light of 20 s, and twice that on stairs at half the speed:

    >>> streets = gpd.GeoDataFrame({"kind": ["footway", "steps"], "signals": [1.0, 0.5]})
    >>> forward, backward = costs_ds(
    ...     streets, np.array([1000.0, 1000.0]), Costs(signal_ds=200, stairs_share=0.5))
    >>> forward.tolist(), backward.tolist()
    ([1200, 2100], [1200, 2100])
    """
    wait_ds = waits_ds(streets, crossing_ds=costs.crossing_ds, signal_ds=costs.signal_ds)
    if costs.delays and DELAY in streets.columns:
        wait_ds = wait_ds + DECISECONDS_PER_SECOND * np.nan_to_num(counted(streets, DELAY))
    price = _prices(streets, costs)
    flat_ds = bare_ds
    if costs.stairs_share:
        flat_ds = bare_ds * stairs_factor(streets, costs.stairs_share)
    both = []
    for gain_m, loss_m in _climbs(streets, costs):
        slope = _slope(streets, gain_m, loss_m, costs)
        moving_ds = flat_ds * slope + climb_ds(gain_m, costs.climb_ds_per_m)
        both.append(np.rint(moving_ds * price + wait_ds))
    _check_countable(streets, np.maximum(*both))
    return both[0].astype(np.int32), both[1].astype(np.int32)


def open_streets(streets: gpd.GeoDataFrame, costs: Costs) -> Flags:
    """Tell which streets the costs of a mode leave open.

    Stairs, dark streets and streets of high stress are closed where their cost says so.

    Returns
    -------
    open
        Shape (m,).

    Examples
    --------
    >>> streets = gpd.GeoDataFrame({"kind": ["steps", "path"], "lts": [1, 3]})
    >>> open_streets(streets, Costs(stairs_share=0.0)).tolist()
    [False, True]
    >>> open_streets(streets, Costs(max_stress=2)).tolist()
    [True, False]
    """
    fine = np.ones(len(streets), dtype=np.bool_)
    if costs.stairs_share == 0:
        fine &= ~are_stairs(streets)
    if math.isinf(costs.dark):
        fine &= ~dark_streets(streets, kinds=costs.dark_kinds, tunnels=costs.dark_tunnels)
    if costs.stressed and math.isinf(costs.stress):
        fine &= ~stressful_streets(streets, costs.max_stress)
    return fine


def _prices(streets: gpd.GeoDataFrame, costs: Costs) -> Floats:
    """Multiply the prices of darkness, of stress and of leaving the marked routes.

    A marked route makes no street faster: the others are felt as longer, so that no time falls
    below what the way takes.
    """
    price = np.ones(len(streets))
    if 1 < costs.dark < math.inf:
        dark = dark_streets(streets, kinds=costs.dark_kinds, tunnels=costs.dark_tunnels)
        price[dark] *= costs.dark
    if costs.stressed and math.isfinite(costs.stress):
        price[stressful_streets(streets, costs.max_stress)] *= costs.stress
    if costs.off_route > 1:
        price[unmarked_streets(streets)] *= costs.off_route
    return price


def _climbs(streets: gpd.GeoDataFrame, costs: Costs) -> tuple[tuple[Floats, Floats], ...]:
    """Give rises and falls along the streets, then against them; 0 where no height counts."""
    if not costs.climbs:
        flat = np.zeros(len(streets))
        return (flat, flat), (flat, flat)
    gain_m, loss_m = (np.nan_to_num(counted(streets, column)) for column in ("gain_m", "loss_m"))
    return (gain_m, loss_m), (loss_m, gain_m)


def _slope(streets: gpd.GeoDataFrame, gain_m: Floats, loss_m: Floats, costs: Costs) -> Floats:
    if costs.tobler is None:
        return np.ones(len(streets))
    factor = tobler_factor(gain_m, loss_m, numbers(streets, "length_m"), costs.tobler)
    if costs.stairs_share is None:
        return factor
    return np.where(are_stairs(streets), 1.0, factor)


def _check_countable(streets: gpd.GeoDataFrame, slowest_ds: Floats) -> None:
    long = ~(slowest_ds < UNREACHED)
    if long.any():
        msg = (
            f"streets: {int(long.sum())} of {len(streets)} take too long with all costs of the "
            f"mode: {first(named(streets, long))}; less than {UNREACHED} ds are allowed. Correct "
            "the costs."
        )
        raise NetworkError(msg)
