"""Ranges and stamps of figures that stand in a part of their own: residents, and all counted.

Each value carries ``robust``: what it is in the cases of robustness, told no finer than the value
itself may be. None where it was not tried, is hidden, or is not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .competition import MUNICIPALITY
from .disclosure import SmallNumbers
from .robustness import CLOSE, REFERENCE, SENSITIVE, SURE
from .rounding import plain
from .share_disclosure import step_of

COARSE = 0.05
"""Step of the ranges of shares: coarser than shares, so that each limit, district and case more
tells of no fewer than the shares do."""
DECIMALS = 6
JOB_DECIMALS = 2
RANGE_COLUMNS = ("mode", "limit_min", "low", "high", "bound", "stamp", "tried", "changed_by")
SHARE_COLUMNS = ("unit_id", "function", *RANGE_COLUMNS)
JOB_COLUMNS = ("unit_id", *RANGE_COLUMNS)

Robust = dict[str, Any]
Row = Mapping[str, Any]


def share_ranges(shares: pd.DataFrame, rules: SmallNumbers, *, share_change: float) -> pd.DataFrame:
    """Say of shares of persons between what they lie in all cases, and whether they hold.

    Parameters
    ----------
    shares
        Contract ``SHARES`` with ``case``, empty for the study itself; not rounded.
    rules
        What few persons are, and how shares are rounded.
    share_change
        How much a share may move and stay sure.

    Returns
    -------
    ranges
        ``SHARE_COLUMNS``, one row per share of the study that any case measured again. ``low`` and
        ``high`` are the ends in steps of :data:`COARSE`, or of the share where these are longer,
        at least one step apart, so that they never say "nobody" or "all". No rows of units of so
        few persons that their shares are hidden.

    Examples
    --------
    >>> row = {"unit_id": "x", "function": "school", "mode": "walk", "limit_min": 15.0,
    ...        "persons": 2000.0, "lower_bound": False}
    >>> table = pd.DataFrame([row | {"case": "", "share": 0.62}, row | {"case": "s", "share": 0.4}])
    >>> rules = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))
    >>> found = share_ranges(table, rules, share_change=0.1)
    >>> found[["low", "high", "stamp"]].to_dict("records")
    [{'low': 0.4, 'high': 0.65, 'stamp': 'sensitive'}]
    """
    rows = []
    for key, case in _cases(shares, ["unit_id", "function", "mode", "limit_min"], "share"):
        persons = float(case["persons"].iloc[0])
        step = step_of(persons, rules)
        if rules.are_few(persons) or step is None:
            continue
        values = case["share"].to_numpy(dtype="float64")
        moved = np.abs(values - values[0]) > share_change + CLOSE
        low, high = coarse_ends(values.min(), values.max(), max(step, COARSE))
        rows.append({**key, "low": low, "high": high, **_stamped(case, moved, "lower_bound")})
    return pd.DataFrame(rows, columns=list(SHARE_COLUMNS))


def coarse_ends(low: float, high: float, step: float) -> tuple[float, float]:
    """Move both ends of a range of shares outwards to whole steps, at least one step apart.

    Examples
    --------
    >>> coarse_ends(0.41, 0.62, 0.05), coarse_ends(1.0, 1.0, 0.05), coarse_ends(0.0, 0.0, 0.1)
    ((0.4, 0.65), (0.95, 1.0), (0.0, 0.1))
    """
    first = math.floor(round(low / step, DECIMALS))
    last = math.ceil(round(high / step, DECIMALS))
    top = math.ceil(round(1 / step, DECIMALS))
    if last == first:
        first, last = (first - 1, last) if last == top else (first, last + 1)
    return round(first * step, DECIMALS), min(round(last * step, DECIMALS), 1.0)


def competition_ranges(measured: pd.DataFrame, *, jobs_change: float) -> pd.DataFrame:
    """Say of medians of jobs per resident between what they lie, and whether they hold.

    Parameters
    ----------
    measured
        ``unit_id``, ``mode``, ``limit_min``, ``case`` (empty for the study itself), and what
        :func:`htkgis.profile.competition.unit_figures` gives, not rounded.
    jobs_change
        The part of its own value by which one may move and stay sure.

    Returns
    -------
    ranges
        ``JOB_COLUMNS``, rounded as the medians are; no rows of what is hidden or not known.

    Examples
    --------
    >>> row = {"unit_id": "x", "mode": "walk", "limit_min": 30.0, "edge": False, "hidden": False}
    >>> cases = [{"case": "", "median": 0.5}, {"case": "slow", "median": 0.3}]
    >>> table = pd.DataFrame([row | each for each in cases])
    >>> found = competition_ranges(table, jobs_change=0.25)
    >>> found[["low", "high", "stamp"]].to_dict("records")
    [{'low': 0.3, 'high': 0.5, 'stamp': 'sensitive'}]
    """
    rows = []
    known = measured if measured.empty else measured[~measured["hidden"].astype(bool)]
    for key, case in _cases(known, ["unit_id", "mode", "limit_min"], "median"):
        values = case["median"].to_numpy(dtype="float64")
        moved = np.abs(values - values[0]) > (jobs_change + CLOSE) * values[0]
        ends = (round(float(end), JOB_DECIMALS) for end in (values.min(), values.max()))
        low, high = ends
        rows.append({**key, "low": low, "high": high, **_stamped(case, moved, "edge")})
    return pd.DataFrame(rows, columns=list(JOB_COLUMNS))


def _cases(table: pd.DataFrame, names: list[str], value: str) -> Any:
    """Give each figure that the study and some case know, the study's own value first."""
    if table.empty:
        return
    for key, own in table[table[value].notna()].groupby(names, sort=False):
        if len(own) > 1 and own["case"].iloc[0] == REFERENCE:
            yield dict(zip(names, key, strict=True)), own


def _stamped(case: pd.DataFrame, moved: Any, bound: str) -> Robust:
    return {
        "bound": bool(case[bound].any()),
        "stamp": SENSITIVE if moved.any() else SURE,
        "tried": len(case) - 1,
        "changed_by": case["case"][moved].tolist(),
    }


def with_share_ranges(part: dict[str, Any] | None, ranges: pd.DataFrame, area_id: str) -> Any:
    """Put the range of each share beside it: of the area, and of the municipality.

    Parameters
    ----------
    part
        As :func:`htkgis.profile.shares.share_rows` gives it.
    ranges
        As :func:`share_ranges`.
    area_id
        Which area.
    """
    if part is None:
        return None
    known = _by_key(ranges, ("unit_id", "function", "mode", "limit_min"))

    def beside(unit: Row, unit_id: str, row: Row) -> dict[str, Any]:
        found = known.get((unit_id, row["function"], row["mode"], row["limit_min"]))
        if found is not None and unit["share"] is not None:
            # an accepted edition's share may lie a step off the one that was measured now
            found = found | {
                "low": min(found["low"], unit["share"]),
                "high": max(found["high"], unit["share"]),
            }
        return {**unit, "robust": None if unit["share"] is None else found}

    rows = [
        beside(row, area_id, row)
        | {"comparators": [beside(each, each["id"], row) for each in row["comparators"]]}
        for row in part["rows"]
    ]
    return part | {"rows": rows}


def with_competition_ranges(
    part: dict[str, Any], ranges: pd.DataFrame, area_id: str
) -> dict[str, Any]:
    """Put the range of the median beside it, in rows of :mod:`htkgis.profile.competition`."""
    known = _by_key(ranges, ("unit_id", "mode", "limit_min"))
    units = {"area": area_id, MUNICIPALITY: MUNICIPALITY}
    rows = []
    for row in part["rows"]:
        found = {
            unit: row[unit]
            | {
                "robust": None
                if row[unit]["median"] is None
                else known.get((unit_id, row["mode"], row["limit_min"]))
            }
            for unit, unit_id in units.items()
        }
        rows.append({**row, **found})
    return part | {"rows": rows}


def with_ranges(
    profile: dict[str, Any], shares: pd.DataFrame, competition: pd.DataFrame
) -> dict[str, Any]:
    """Put ranges and stamps into a profile's shares and jobs per resident, and count all stamps.

    Parameters
    ----------
    profile
        Of a quarter, its isolation stamped already.
    shares, competition
        As :func:`share_ranges` and :func:`competition_ranges`, of all quarters and modes.
    """
    area_id = profile["quarter"]["area_id"]
    part = profile["robustness"]
    made = profile | {
        "shares": with_share_ranges(profile["shares"], shares, area_id),
        "competition": with_competition_ranges(profile["competition"], competition, area_id),
    }
    if part is None:
        return made
    return made | {"robustness": part | {"beside": counted_stamps(made)}}


def _by_key(ranges: pd.DataFrame, names: Sequence[str]) -> dict[tuple[Any, ...], Robust]:
    # a table that was kept in a file has arrays for lists, and its own kinds of numbers
    plainly: dict[str, Callable[[Any], Any]] = {
        "low": plain,
        "high": plain,
        "bound": bool,
        "stamp": plain,
        "tried": int,
        "changed_by": list,
    }
    return {
        tuple(row[name] for name in names): {
            name: made(row[name]) for name, made in plainly.items()
        }
        for row in ranges.to_dict("records")
    }


def counted_stamps(profile: Mapping[str, Any]) -> dict[str, int]:
    """Count the stamps of the area itself in its parts: isolation, shares, jobs per resident.

    Returns
    -------
    counts
        How many are ``sure`` and how many ``sensitive``.
    """
    here = profile["quarter"]["id"]
    found = [
        value["robust"]
        for mode in (profile["isolation"] or {"modes": ()})["modes"]
        for row in mode["rows"]
        for value in row["values"]
        if value["quarter_id"] == here
    ]
    found += [row["robust"] for row in (profile["shares"] or {"rows": ()})["rows"]]
    found += [row["area"]["robust"] for row in profile["competition"]["rows"]]
    stamps = [each["stamp"] for each in found if each is not None]
    return {name: stamps.count(name) for name in (SURE, SENSITIVE)}
