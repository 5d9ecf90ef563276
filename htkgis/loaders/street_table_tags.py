"""What a table of streets may say besides lines: columns named as OSM tags, and counts of waits.

The values are those of OpenStreetMap and the rules those of its readers; what a table does not
say stays unknown, so that a cost that needs it is refused instead of counting nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from .osm_tags import (
    ROUTE_MARKS,
    SIDES,
    SPEED_KEYS,
    cycleway,
    lane_count,
    light,
    limit_kph,
    on_marked_route,
)
from .street_rules import StreetRules
from .stress import stress_levels
from .table import numbers

COUNTS = ("crossings", "signals")
RULES: dict[str, tuple[tuple[str, ...], Callable[[dict[str, str]], Any]]] = {
    "lit": (("lit",), light),
    "limit_kph": (SPEED_KEYS, limit_kph),
    "lanes": (("lanes",), lane_count),
    "cycleway": (SIDES, cycleway),
    "route": (ROUTE_MARKS, on_marked_route),
}
"""Our columns: the tags that say them, and the rule that reads these."""


def stated_surroundings(
    table: pd.DataFrame, rules: StreetRules, *, where: str
) -> dict[str, pd.Series]:
    """Read what a table of streets says besides their lines, as far as it says anything.

    Parameters
    ----------
    table
        Text columns by a plain index; ``kind``, and any of the tags of ``RULES`` and of
        ``COUNTS``.
    rules
        Limit of each kind, where a street states none.
    where
        The table for messages.

    Returns
    -------
    columns
        Those of :data:`htkgis.loaders.surroundings.COLUMNS` that the table says. ``lts``, and
        what it takes, only where the table says what bikes have along the streets: a Danish main
        street without its cycle track would be judged wrong.

    Raises
    ------
    SchemaError
        A count is no number.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["tertiary", "tertiary"], "maxspeed": ["60", None],
    ...                       "cycleway:both": ["track", None]})
    >>> found = stated_surroundings(table, StreetRules({}, car_kph={"other": 50.0}), where="t")
    >>> {name: found[name].tolist() for name in ("limit_kph", "lts")}
    {'limit_kph': [60.0, 50.0], 'lts': [1, 3]}
    """
    columns = {
        name: numbers(table[name], what=f"{where} column {name!r}")
        for name in COUNTS
        if name in table.columns
    }
    for name, (keys, rule) in RULES.items():
        own = [key for key in keys if key in table.columns]
        if own:
            columns[name] = pd.Series([rule(tags) for tags in _tags(table[own])], dtype=object)
    for name in ("limit_kph", "lanes"):
        if name in columns:
            columns[name] = columns[name].astype("float64")
    if "route" in columns:
        columns["route"] = columns["route"].astype(bool)
    general = pd.Series([rules.default_kph(str(kind)) for kind in table["kind"]], dtype="float64")
    if "limit_kph" in columns:
        columns["limit_kph"] = columns["limit_kph"].fillna(general)
    if "cycleway" in columns:
        columns.setdefault("limit_kph", general)
        columns.setdefault("lanes", pd.Series([float("nan")] * len(table)))
        columns["lts"] = stress_levels(
            table["kind"], columns["limit_kph"], columns["lanes"], columns["cycleway"]
        )
    return columns


def _tags(table: pd.DataFrame) -> Iterator[dict[str, str]]:
    for row in table.to_dict("records"):
        yield {str(key): str(value) for key, value in row.items() if not pd.isna(value)}
