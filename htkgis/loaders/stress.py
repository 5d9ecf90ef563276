"""Level of traffic stress of cycling, 1 to 4, from what a street is and how fast cars are.

Mekuria, Furth and Nixon ask what traffic a group of people tolerates: 1 suits children, 2 most
adults, 3 those who are used to traffic, 4 the few whom nothing deters.

===================  ==========  ==========  ==========  ==========
limit                <= 40 km/h  <= 50 km/h  <= 60 km/h  above
===================  ==========  ==========  ==========  ==========
path, track          1           1           1           1
lane, up to 3 lanes  2           2           3           4
lane, 4 and more     3           3           3           4
quiet, 1 and 2       1           2           4           4
other, up to 3       2           3           4           4
mixed, 4 and 5       3           4           4           4
mixed, 6 and more    4           4           4           4
===================  ==========  ==========  ==========  ==========

What the source says, and what is made of it here:

- Separated paths are 1. So are Danish streets with a cycle track behind a kerb
  (``cycleway=track`` or ``separate``); mappers in Denmark write ``lane`` where only a painted
  line parts bikes from cars. Tools made elsewhere overlook the tracks.
- Lanes beside no parked cars (table 3): 1 where they are 6 feet (1.8 m) wide or more, else 2; 3
  at 35 mph, 4 at 40 mph; 3 with two lanes of cars each way and no median. Danish lanes may be
  1.2 m with their line, so the best a lane can be is 2. A one-way street may be half of a road
  with a median, which the source gives 2 with two lanes: it counts as 3 here.
- Mixed traffic (table 4): up to 25 mph 1 or 2 with up to 3 lanes, 3 with 4 or 5, 4 with more; at
  30 mph 2 or 3, else 4; above 4. The lower value is for streets without a centre line, or
  residential ones with fewer than 3 lanes: here those of ``QUIET_KINDS`` with fewer than 3.
- Miles per hour become the Danish limits next to them: 25 mph is 40 km/h, 30 is 50, 35 is 60, as
  in a study of the whole Danish network (Vierø and Szell 2025, in the notes beside its code).
- Parked cars (table 2), lanes that are often blocked, signals and right-turn lanes are not in
  the data: where they matter, the level is too low.

Source: Mekuria, M., Furth, P. and Nixon, H. (2012). Low-stress bicycling and network
connectivity. Mineta Transportation Institute, report 11-19, tables 2 to 4; compared with how
others quote the tables and their pages, the report itself was not at hand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

TRACK, LANE = "track", "lane"
"""What a column ``cycleway`` may say of the whole street; missing where bikes ride among cars."""

PATH_KINDS = frozenset(
    {
        "bridleway",
        "corridor",
        "cycleway",
        "footway",
        "path",
        "pedestrian",
        "platform",
        "steps",
        "track",
    }
)
"""Kinds of street without through traffic of cars."""

QUIET_KINDS = frozenset({"residential", "living_street", "service", "unclassified", "road"})
"""Kinds of street without a centre line as a rule."""

LIMITS_KPH = (40.0, 50.0, 60.0)
"""Where the columns of the table end; a limit on the end belongs below."""

DEFAULT_KPH = {"motorway": 130.0, "motorway_link": 130.0, "trunk": 80.0, "trunk_link": 80.0}
URBAN_KPH = 50.0
"""Limits of the Danish Road Traffic Act where nothing is said: in towns, as most streets are."""

LEVELS = np.array(
    [[1, 1, 1, 1], [2, 2, 3, 4], [3, 3, 3, 4], [1, 2, 4, 4], [2, 3, 4, 4], [3, 4, 4, 4], [4] * 4],
    dtype=np.int64,
)
"""The table above, row by row."""


def stress_levels(
    kind: pd.Series, limit_kph: pd.Series, lanes: pd.Series, cycleway: pd.Series
) -> pd.Series:
    """Give the level of traffic stress of streets, by the table of this module.

    Parameters
    ----------
    kind
        ``highway`` values: those of ``PATH_KINDS`` have no cars, those of ``QUIET_KINDS`` no
        centre line.
    limit_kph
        Speed limit of cars in km/h; where missing 50, on trunk roads 80, on motorways 130. The
        columns of the table end at ``LIMITS_KPH``: 40, 50 and 60, each of which belongs below.
    lanes
        Number of lanes of both directions: rows part at 3 (quiet streets), 4 and 6. Missing
        counts as few.
    cycleway
        What bikes have along the whole street: ``track`` (1 whatever the traffic), ``lane`` or
        missing (mixed traffic).

    Returns
    -------
    levels
        1 to 4 by the index of ``kind``.

    References
    ----------
    Mekuria, M., Furth, P. and Nixon, H. (2012). Low-stress bicycling and network connectivity.
    Mineta Transportation Institute, report 11-19, tables 2 to 4, adapted to Denmark.

    Examples
    --------
    >>> levels = stress_levels(
    ...     pd.Series(["cycleway", "secondary", "secondary", "residential"]),
    ...     pd.Series([None, 70.0, 70.0, 50.0]),
    ...     pd.Series([None, 2.0, 2.0, None]),
    ...     pd.Series([None, "track", None, None]))
    >>> levels.tolist()
    [1, 1, 4, 2]
    """
    kph = _kph(kind, limit_kph)
    column = np.searchsorted(np.array(LIMITS_KPH), kph, side="left")
    count = pd.to_numeric(lanes).to_numpy(dtype=np.float64, na_value=0.0)
    protected = (kind.isin(PATH_KINDS) | cycleway.eq(TRACK)).to_numpy(dtype=bool)
    row = np.select(
        [protected, cycleway.eq(LANE).to_numpy(dtype=bool), count >= 6, count >= 4],  # noqa: PLR2004
        [0, np.where(count >= 4, 2, 1), 6, 5],  # noqa: PLR2004
        default=np.where(kind.isin(QUIET_KINDS) & (count < 3), 3, 4),  # noqa: PLR2004
    )
    return pd.Series(LEVELS[row, column], index=kind.index, name="lts")


def _kph(kind: pd.Series, limit_kph: pd.Series) -> npt.NDArray[np.float64]:
    stated = pd.to_numeric(limit_kph).to_numpy(dtype=np.float64, na_value=np.nan)
    silent = np.isnan(stated)
    kph = stated.copy()
    general = kind[silent].map(DEFAULT_KPH).astype("float64").fillna(URBAN_KPH)
    kph[silent] = general.to_numpy(dtype=np.float64)
    return kph
