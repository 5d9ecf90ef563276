"""What planning rules find of one housing area, and whether it holds under all assumptions.

Every result is that of the study beside the same rule under each assumption that touches a
distance: how points meet the streets, where an area is entered, how exactly the point is known
that stands for a place, and how true a sketch of streets is. Walking speed is none of them, for
rules are in metres.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .planning_rules import INDICATIVE, MET, NOT_MET, UNKNOWN, evaluate_planning_rules
from .rounding import plain
from .spread import STATISTICS, spreads

Cases = dict[str, tuple[list[str], list[float]]]
"""Status and metres of each origin, by case."""
PARTLY = "partly"
"""Status of an area some of whose origins meet a rule."""
REFERENCE = ""
POINT_NEARER, POINT_FARTHER = "point_nearer", "point_farther"
SKETCH_SHORTER, SKETCH_LONGER = "sketch_shorter", "sketch_longer"
NOT_WALKED = "mode"
"""Why a rule of another way of travelling than walking is not known."""


class RuleTables(NamedTuple):
    """What rules are evaluated on, of all quarters.

    Parameters
    ----------
    rules
        Contract ``PLANNING_RULES``; no rows where the catalog has none.
    distances, levels
        As :func:`rule_rows` and :func:`level_part` take them, of the origins of all areas.
    """

    rules: pd.DataFrame
    distances: pd.DataFrame
    levels: pd.DataFrame


def rules_part(
    tables: RuleTables,
    origins: pd.DataFrame,
    places: pd.DataFrame,
    decisions: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Collect what a profile says of planning rules; None where nothing is measured.

    Parameters
    ----------
    tables
        Rules and what was measured.
    origins
        Those of the housing area.
    places
        ``id`` and ``name``.
    decisions
        ``sketch_length`` (None where streets are no sketch), ``sketch_timetable``, ``date`` of
        the timetable, ``plain_walk`` (whether the shortest way is the quickest too) and
        ``cases``, those of robustness that change a distance.
    """
    distances, levels = (
        table[table["from_id"].isin(origins["id"])] for table in (tables.distances, tables.levels)
    )
    names = {str(key): plain(name) for key, name in zip(places["id"], places["name"], strict=True)}
    rows = rule_rows(tables.rules, distances, names, sketch_length=decisions["sketch_length"])
    service = level_part(levels, origins, sketch=decisions["sketch_timetable"])
    if not rows and service is None:
        return None
    handed = ("sketch_length", "date", "plain_walk", "cases")
    return {"rows": rows, "service": service, **{name: decisions[name] for name in handed}}


def rule_rows(
    rules: pd.DataFrame,
    distances: pd.DataFrame,
    names: Mapping[str, str | None],
    *,
    sketch_length: float | None,
) -> list[dict[str, Any]]:
    """Say of each planning rule what was measured, and whether it is met.

    Parameters
    ----------
    rules
        Contract ``PLANNING_RULES``.
    distances
        As :func:`htkgis.profile.evaluate_planning_rules` takes them, of the origins of one area,
        with ``case`` (empty: the study itself), ``short``, ``at_entrance`` and ``accuracy_m``.
    names
        Name of each place.
    sketch_length
        By which part distances over the streets may be too long or too short; None where the
        streets are no sketch.

    Returns
    -------
    rows
        One per rule, in their order, as plain values: what the rule is; ``status``: "met" where
        every origin meets it, "not met" where none does, "partly" where some do, "indicative",
        or "unknown" where that of any origin is, with the ``reason``; ``min``, ``median``,
        ``max`` metres (None: not found), ``margin_m`` of the median; ``low_m`` and ``high_m``,
        the least and greatest median over the assumptions; ``met`` of ``of`` origins, with
        ``met_low`` and ``met_high``; ``holds``, whether the status
        is the same under every assumption, and whether at least half of the origins meet the rule
        (None where there is nothing to hold), ``changed_by`` those under which it is not, and
        ``cases``, what each of them gives.
    """
    tables = [
        table.assign(case=case) for case, table in under_assumptions(distances, sketch_length)
    ]
    every = pd.concat(tables, ignore_index=True) if tables else distances
    # evaluated in one go: each distance under each assumption counts as an origin of its own
    found = evaluate_planning_rules(rules, every.assign(from_id=np.arange(len(every))))
    results = _by_rule_and_case(found, every["case"].tolist())
    own = distances[distances["case"].eq(REFERENCE)]
    return [_row(rule, results.get(rule["rule"]), own, names) for rule in rules.to_dict("records")]


def _by_rule_and_case(found: pd.DataFrame, case_of: Sequence[str]) -> dict[str, Cases]:
    """Sort what was found of each distance by rule and case, in the order in which they stand."""
    results: dict[str, Cases] = {}
    columns = (found[name].tolist() for name in ("rule", "from_id", "status", "measured_m"))
    for rule, at, status, metres in zip(*columns, strict=True):
        statuses, measured = results.setdefault(rule, {}).setdefault(str(case_of[at]), ([], []))
        statuses.append(status)
        measured.append(metres)
    return results


def _row(
    rule: Mapping[Any, Any],
    results: Cases | None,
    distances: pd.DataFrame,
    names: Mapping[str, str | None],
) -> dict[str, Any]:
    facts = {str(name): plain(value) for name, value in rule.items()}
    if results is None:
        return facts | _nothing(NOT_WALKED)
    cases = [{"case": case} | _result(*found) for case, found in results.items()]
    first, limit_m = cases[0], float(facts["limit_m"])
    own = distances[
        distances["function"].eq(facts["function"]) & distances["mode"].eq(facts["mode"])
    ]
    decided = first["status"] in {MET, NOT_MET, PARTLY}
    changed = [case["case"] for case in cases if _verdict(case) != _verdict(first)]
    medians = [case["median"] for case in cases if case["median"] is not None]
    place = _usual(own["to_id"])
    return {
        **facts,
        **{name: value for name, value in first.items() if name != "case"},
        "reason": _reason(first["status"], own, limit_m),
        "margin_m": None if first["median"] is None else _metres(limit_m - first["median"]),
        "low_m": min(medians, default=None),
        "high_m": max(medians, default=None),
        "met_low": min(case["met"] for case in cases),
        "met_high": max(case["met"] for case in cases),
        "holds": not changed if decided else None,
        "changed_by": changed if decided else [],
        "place": None if place is None else {"id": place, "name": names.get(place)},
        "at_entrance": bool(own["at_entrance"].all()),
        "accuracy_m": plain(own["accuracy_m"].max()),
        "cases": cases,
    }


def under_assumptions(
    distances: pd.DataFrame, sketch_length: float | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the distances of the study, of each case, and as far off as they may be.

    Examples
    --------
    A station whose point is known to 25 m, 600 m away over a sketch true to 12 %:

    >>> one = pd.DataFrame({"case": [""], "way_m": [600.0], "at_entrance": [False],
    ...                     "accuracy_m": [25.0]})
    >>> for case, table in under_assumptions(one, 0.12):
    ...     print(case or "the study", table["way_m"].round(1).tolist())
    the study [600.0]
    point_nearer [575.0]
    point_farther [625.0]
    sketch_shorter [528.0]
    sketch_longer [672.0]
    """
    for case, table in distances.groupby("case", sort=False):
        yield str(case), table
    own = distances[distances["case"].eq(REFERENCE)]
    metres = own["way_m"].astype("float64")
    accuracy_m = own["accuracy_m"].astype("float64").fillna(0.0)
    off_m = accuracy_m.where(~own["at_entrance"].astype(bool), 0.0)
    if off_m.gt(0).any():
        yield POINT_NEARER, own.assign(way_m=np.maximum(metres - off_m, 0.0))
        yield POINT_FARTHER, own.assign(way_m=metres + off_m)
    if sketch_length is not None:
        yield SKETCH_SHORTER, own.assign(way_m=metres * (1 - sketch_length))
        yield SKETCH_LONGER, own.assign(way_m=metres * (1 + sketch_length))


def _result(statuses: Sequence[str], measured_m: Sequence[float]) -> dict[str, Any]:
    """Put the origins of an area together, for one rule under one assumption."""
    metres = spreads(np.array([measured_m], dtype="float64"))[0].tolist()
    return {
        "status": _status(set(statuses)),
        **{name: _metres(value) for name, value in zip(STATISTICS, metres, strict=True)},
        "met": statuses.count(MET),
        "of": len(statuses),
    }


def _verdict(case: Mapping[str, Any]) -> tuple[str, bool]:
    """Give what a reader concludes: the status, and whether half of the origins meet the rule."""
    return case["status"], 2 * case["met"] >= case["of"]


def _status(each: set[str]) -> str:
    """Put the origins' results together: one that is not known leaves the area not known."""
    for status in (INDICATIVE, UNKNOWN):
        if status in each:
            return status
    if MET in each:
        return PARTLY if NOT_MET in each else MET
    return NOT_MET


def _reason(status: str, distances: pd.DataFrame, limit_m: float) -> str | None:
    """Say why a result is none: what most origins lack whose surroundings are not known."""
    if status == INDICATIVE:
        return "district"
    if status != UNKNOWN:
        return None
    short = distances.loc[distances["searched_m"].astype("float64") < limit_m, "short"].dropna()
    return None if short.empty else str(short.mode().iloc[0])


def _nothing(reason: str) -> dict[str, Any]:
    missing = ("margin_m", "low_m", "high_m", "holds", "place", "accuracy_m", *STATISTICS)
    counts = dict.fromkeys(("met", "of", "met_low", "met_high"), 0)
    return (
        {"status": UNKNOWN, "reason": reason, "changed_by": [], "cases": [], "at_entrance": False}
        | dict.fromkeys(missing)
        | counts
    )


def _usual(ids: pd.Series) -> str | None:
    known = ids.dropna()
    return None if known.empty else str(known.mode().iloc[0])


def _metres(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 1)


def level_part(
    levels: pd.DataFrame, origins: pd.DataFrame, *, sketch: bool
) -> dict[str, Any] | None:
    """Give the level of service of each origin, and whether it is the same however it is counted.

    Parameters
    ----------
    levels
        ``from_id``, ``departures_per_hour``, ``level``, ``level_every_stop`` and ``bound``, of
        the origins of one area, with ``case`` (empty: the study itself).
    origins
        ``id``, ``name`` and, where there is one, ``name_en``.
    sketch
        Whether the timetable is a sketch: lines that it leaves out would only add to it.

    Returns
    -------
    part
        JSON value; None where nothing is measured. ``counts`` are the origins by level, from the
        best; ``origins`` hold the level of each with ``departures_per_hour`` and ``holds``:
        whether it is the same in every case, and where a run counts at each of its stops.
    """
    own = levels[levels["case"].eq(REFERENCE)]
    if own.empty:
        return None
    seen = pd.concat([levels["level"], levels["level_every_stop"]], ignore_index=True)
    of_origin = pd.concat([levels["from_id"]] * 2, ignore_index=True)
    several = seen.groupby(of_origin).nunique(dropna=False)
    named = origins.set_index("id")
    rows = [
        {
            "id": row["from_id"],
            "name": plain(named["name"].get(row["from_id"])),
            "name_en": plain(named["name_en"].get(row["from_id"])) if "name_en" in named else None,
            "level": plain(row["level"]),
            "departures_per_hour": _metres(float(row["departures_per_hour"])),
            "bound": bool(row["bound"]) or sketch,
            "holds": bool(several[row["from_id"]] == 1),
        }
        for row in own.to_dict("records")
    ]
    known = [row["level"] for row in rows if row["level"] is not None]
    return {
        "sketch": sketch,
        "bound": any(row["bound"] for row in rows),
        "holds": all(row["holds"] for row in rows),
        "counts": {level: known.count(level) for level in dict.fromkeys(known)},
        "not_measured": len(rows) - len(known),
        "origins": rows,
    }
