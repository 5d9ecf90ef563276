"""The profile of one quarter: all that its page and its file say, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .changes import change_part
from .completeness import completeness_part
from .definitions import definition_rows
from .departures import departures_part
from .fairness import fairness_part
from .figure_context import with_context
from .finding import finding, key_figures
from .gaps import Evidence, gap_part
from .indicators import indicator_part
from .inputs import FurtherInputs, ProfileInputs, QuarterInputs, record
from .isolation import isolation_part
from .jobs_fit import jobs_fit_part
from .kept import kept_part
from .lenses import lens_part
from .list_history import list_history
from .listed_places import listed_places, unsnapped_points
from .notes import notes
from .published_lists import published_lists
from .robustness import robustness_part
from .rounding import plain
from .rules import evaluate_list
from .transit import transit_part
from .transit_lenses import transit_lens_part


def street_profile(
    inputs: ProfileInputs, *, quarter_id: str, area_id: str, station_id: str | None
) -> dict[str, Any]:
    """Say of one quarter what is measured on the streets, and what is known of it besides.

    Parameters
    ----------
    inputs
        Tables and decisions.
    quarter_id, area_id, station_id
        Which quarter, its housing area, and its station where it has one.

    Returns
    -------
    parts
        JSON value. Minutes have two decimals; None is "not reached" or "not known", never 0.
    """
    own = QuarterInputs(inputs, quarter_id, area_id, station_id)
    return {
        **_identity(own),
        **_said_first(own),
        "lenses": _lenses(own),
        **_reached(own),
        **_compared(own),
        **_of_persons(own),
        **_held_against(own),
        "projects": own.projects,
        "places": listed_places(own),
        "unsnapped": unsnapped_points(inputs.unsnapped),
        "notes": notes(inputs, own.nearest),
    }


def quarter_profile(streets: Mapping[str, Any], inputs: FurtherInputs) -> dict[str, Any]:
    """Put together the profile of one quarter.

    Parameters
    ----------
    streets
        As :func:`street_profile` gives it.
    inputs
        What the other parts are made of.

    Returns
    -------
    profile
        JSON value, as that of the streets.
    """
    quarter_id, area_id = (streets["quarter"][name] for name in ("id", "area_id"))
    profile = {
        **streets,
        **_by_timetable(streets, inputs),
        "isolation": isolation_part(
            inputs.isolation, inputs.names, streets["assumptions"]["isolation"], area_id=area_id
        ),
        "robustness": robustness_part(
            (inputs.figures, inputs.transit.figures, *inputs.lenses.values()),
            inputs.case_figures,
            streets["nearest"],
            inputs.decisions,
            quarter_id,
        ),
        "reach": _reach(inputs.reach, area_id),
    }
    of_quarter = inputs.figures["quarter_id"].eq(quarter_id)
    indicators = {
        *inputs.figures.loc[of_quarter, "indicator"],
        *inputs.transit.figures["indicator"],
    }
    return profile | {"definitions": definition_rows(profile, indicators, inputs.definitions)}


def _identity(own: QuarterInputs) -> dict[str, Any]:
    station = own.all.places.loc[own.all.places["id"] == own.station_id, "name"]
    return {
        "study": own.all.study,
        "quarter": {
            **record(own.all.quarters, own.quarter_id),
            "area_id": own.area_id,
            "station_id": own.station_id,
            "station_name": next(iter(station), None),
        },
        "area": own.area,
        "origins": {"kind": own.origins["kind"].iloc[0], "count": len(own.origins)},
        "assumptions": own.all.assumptions,
        "modes": list(own.all.modes),
    }


def _said_first(own: QuarterInputs) -> dict[str, Any]:
    """Say what the page begins with: the finding, the key figures, gaps and completeness."""
    decisions = own.all.decisions
    found = _gaps(own)
    return {
        "finding": finding(
            own.nearest,
            found["gaps"],
            own.area["name"],
            decisions["everyday_min"],
            named_only=decisions["sketch"],
        ),
        "key_figures": with_context(
            key_figures(own.nearest, own.jobs["jobs"], decisions),
            own.all.comparison,
            own.shares,
            [] if own.rules is None else own.rules["rows"],
            quarter_id=own.quarter_id,
        ),
        **found,
        "completeness": completeness_part(
            own.all.completeness,
            own.figures,
            own.all.fairness,
            area_id=own.area_id,
            everyday_min=decisions["everyday_min"],
        ),
    }


def _gaps(own: QuarterInputs) -> dict[str, Any]:
    decisions = own.all.decisions
    found: dict[str, Any] = kept_part(
        _gaps_of,
        own.own_access,
        own.all.known_places,
        {
            "nearest": own.nearest,
            "reasons": [row for row in own.all.reasons if row["area_id"] == own.area_id],
            "projects": own.projects,
            "shares": own.shares["rows"] if own.shares else [],
            "named_only": decisions["sketch"],
            "streets_year": decisions["streets_year"],
        },
        decisions["gap_limits"],
        decisions["choice"],
        own.state,
    )
    return found


def _gaps_of(
    access: pd.DataFrame,
    places: pd.DataFrame,
    known: dict[str, Any],
    limits: dict[str, Any],
    choice: int,
    state: int,
) -> dict[str, Any]:
    nearest = known["nearest"]
    evidence = {name: value for name, value in known.items() if name != "nearest"}
    return gap_part(
        nearest,
        access[access["state"] == state],
        evidence=Evidence(places=places, **evidence),
        limits=limits,
        choice=choice,
    )


def _lenses(own: QuarterInputs) -> dict[str, Any] | None:
    """Say what is measured of others than adults on the streets, by lens."""
    return lens_part(
        own.nearest,
        {
            lens: rows[(rows["quarter_id"] == own.quarter_id) & (rows["state"] == own.state)]
            for lens, rows in own.all.lenses.items()
        },
        own.area["name"],
        own.all.decisions,
    )


def _by_timetable(streets: Mapping[str, Any], inputs: FurtherInputs) -> dict[str, Any]:
    """Say what is measured by public transport, of adults and of others."""
    tables, decisions = inputs.transit, inputs.decisions
    assumed, rounding = streets["assumptions"]["transit"], decisions["job_rounding"]
    own = tables.figures[tables.figures["quarter_id"] == streets["quarter"]["id"]]
    return {
        "transit": transit_part(
            own,
            assumed,
            streets["area"]["name"],
            rounding=rounding,
            comparison=tables.comparison,
            lenses=transit_lens_part(own, assumed, list(inputs.lenses), rounding=rounding),
        ),
        "departures": departures_part(
            tables.departures,
            inputs.origins,
            inputs.names,
            decisions["departures"],
            area_id=streets["quarter"]["area_id"],
        ),
    }


def _reached(own: QuarterInputs) -> dict[str, Any]:
    """Say what adults reach: the nearest places, how many there are, and jobs."""
    return {
        "nearest": own.nearest,
        "counts": own.by_limit("cumulative", rounding=1),
        **own.jobs,
        "jobs_fit": jobs_fit_part(
            own.jobs["jobs"],
            own.jobs["jobs_by_sector"],
            own.jobs["jobs_by_skill"],
            own.all.places,
            own.all.indicators.values,
            area_id=own.area_id,
            rounding=own.all.decisions["job_rounding"],
        ),
        "competition": own.all.competition[own.area_id],
        "jobs_method": own.all.decisions["jobs_method"],
    }


def _compared(own: QuarterInputs) -> dict[str, Any]:
    """Say how the quarters differ, and what has changed over the years."""
    return {
        "comparison": own.all.comparison,
        "changes": kept_part(
            _changes,
            own.figures_of_years,
            own.own_access,
            own.all.known_places,
            list(own.origin_ids),
            own.all.study["baseline"],
            own.state,
        ),
    }


def _changes(
    figures: pd.DataFrame,
    access: pd.DataFrame,
    places: pd.DataFrame,
    origins: list[str],
    baseline: int,
    state: int,
) -> dict[str, Any]:
    ids = pd.Index(origins)
    return change_part(figures, access, places, ids, baseline=baseline, state=state)


def _reach(reach: pd.DataFrame, area_id: str) -> list[dict[str, Any]]:
    """Kilometres of street within each limit by each mode, and whether the data ended first."""
    rows = reach[reach["area_id"] == area_id]
    return [
        {
            "mode": row["mode"],
            "limit_min": plain(row["limit_min"]),
            "reached_km": round(row["reached_km"], 1),
            "cut": bool(row["cut"]),
        }
        for row in rows.to_dict("records")
    ]


def _of_persons(own: QuarterInputs) -> dict[str, Any]:
    return {"shares": own.shares, "fairness": fairness_part(own.all.fairness, own.area_id)}


def _held_against(own: QuarterInputs) -> dict[str, Any]:
    """Hold the quarter against planning rules, lists of the state and its own targets."""
    tables, year = own.all.indicators, own.all.decisions["criteria_year"]
    return {
        "rules": own.rules,
        **kept_part(
            _against_statistics,
            tables.values,
            tables.criteria,
            tables.published_lists,
            tables.breaks,
            tables.targets,
            tables.definitions,
            [own.area_id, year],
        ),
    }


def _against_statistics(
    values: pd.DataFrame,
    criteria: pd.DataFrame,
    published: pd.DataFrame,
    breaks: pd.DataFrame,
    targets: pd.DataFrame,
    definitions: dict[str, dict[str, Any]],
    asked: tuple[str, int],
) -> dict[str, Any]:
    area_id, year = asked
    lists = list_history(criteria, values, area_id=area_id)
    return {
        "criteria": evaluate_list(criteria, values, area_id=area_id, year=year),
        "indicators": indicator_part(
            values, definitions, breaks, targets, area_id=area_id, baseline_year=year
        ),
        "lists": lists,
        "published_lists": published_lists(published, lists, area_id=area_id),
    }
