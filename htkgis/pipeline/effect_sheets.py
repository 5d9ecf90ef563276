"""Project sheets of a scenario: the effects of its projects put together with edits and maps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError, first
from htkgis.maps import Text
from htkgis.maps.project_map import ProjectLayers
from htkgis.maps.project_sheets import Catalogue, render_project_sheets
from htkgis.maps.transit import window_when
from htkgis.scenario_rules import (
    AddDwellings,
    AddEntrance,
    AddJobs,
    AddPlace,
    AddStreet,
    AnyEdit,
    ChangeJobs,
    ChangeStreet,
    ClosePlace,
    CloseStreet,
    MovePlace,
    Placed,
    RerouteStreet,
)
from htkgis.study import Study

from .effects import EffectsReport
from .effects_file import facts
from .layers import small_numbers
from .localised import localised, localised_table
from .page_words import words_by_layers
from .pages import run_facts
from .robustness_steps import cases_of
from .stated_facts import layer_facts
from .transit_steps import TIMETABLE_ROLES, TRANSIT

WGS84 = "EPSG:4326"
ROLES = (
    "streets",
    "street_nodes",
    "stations",
    "places",
    "place_corrections",
    "housing_areas",
    "area_facts",
    "gates",
    "addresses",
    "population",
    "barriers",
    "projects",
)
"""Roles of the layers that the sheets rest on, and credit."""
JOB_ROLES = ("jobs", "land_use", "buildings", "municipality")
"""Those besides where jobs are counted; timetables where people ride."""


def project_sheets(
    report: EffectsReport,
    study: Study,
    catalog_path: Path,
    *,
    data: Path | None = None,
    language: str | None = None,
    projects: Sequence[str] = (),
) -> bytes:
    """Make the project sheets of a scenario as one page that stands alone.

    Parameters
    ----------
    report
        What was found.
    study, catalog_path, data
        Of the report.
    language
        ``da`` or ``en``; that of the study where missing.
    projects
        Whose sheets; all that were measured where empty.

    Raises
    ------
    ConfigError
        If a project was not measured, or the language is not known.
    """
    unknown = [name for name in projects if name not in report.projects.index]
    if unknown:
        msg = (
            f"--project: {first(unknown)} is not measured in the scenario; "
            f"{', '.join(report.projects.index)} are allowed. Correct the name."
        )
        raise ConfigError(msg)
    catalog = read_catalog(catalog_path, data=data)
    text = words_by_layers(
        study,
        catalog,
        language or study.study.language,
        report.layers["origins"],
        report.layers["municipality"],
    )
    shown = facts(report)
    if projects:
        shown["projects"] = [row for row in shown["projects"] if row["project"] in projects]
    names = localised_table(report.layers["projects"], text.language).set_index("id")["name"]
    for row in [*shown["projects"], *shown["left_out"]]:
        row["name"] = names[row["project"]]
    chosen = [row["project"] for row in shown["projects"]]
    catalogue = Catalogue(
        effects=localised(shown, text.language),
        about=_about(report, study, text),
        areas=report.layers["areas"].set_index("id")["name"].to_dict(),
        edits={name: _edits(report, name, text) for name in chosen},
        layers={name: _layers(report, name, study, text) for name in chosen},
    )
    run = _run(report, study, catalog, text)
    return render_project_sheets(catalogue, run, text=text).encode()


def _about(report: EffectsReport, study: Study, text: Text) -> dict[str, Any]:
    rules = study.effects
    if rules is None:
        raise ValueError(report.scenario.id)
    cases: dict[str, dict[str, float]] = {
        name: {"speed_kph": case.quantity.value}
        for name, case in cases_of(study).items()
        if name in report.cases
    }
    cases |= {f"longest_{limit:g}": {"longest_min": limit} for limit in rules.other_longest.value}
    own = localised(report.scenario.model_dump(include={"name", "name_en", "note", "note_en"}),
                    text.language)  # fmt: skip
    return {
        "scenario": own["name"],
        "note": own["note"],
        "municipality": study.study.municipality,
        "crs": study.study.crs,
        "longest_min": rules.longest.value,
        "felt_min": rules.felt.value,
        "everyday_min": study.profile.everyday.value,
        "min_persons": small_numbers(study).min_persons,
        "cases": cases,
        "window": _window(report, study, text),
        "percent": _percent(study, text),
    }


def _window(report: EffectsReport, study: Study, text: Text) -> str | None:
    """Say when people leave by public transport; None where they do not."""
    if study.transit is None or report.window is None:
        return None
    start, end = study.transit.windows[report.window].value
    return window_when({"window": report.window, "start": start, "end": end}, text)


def _percent(study: Study, text: Text) -> str | None:
    if study.transit is None:
        return None
    return text.format_unit(study.transit.percentile.value, "%", None)


def _run(report: EffectsReport, study: Study, catalog: Catalog, text: Text) -> dict[str, Any]:
    """Give what the foot of the page says: the layers behind it, and the identity of the run."""
    wanted = [*ROLES, *(JOB_ROLES if report.jobs_min else ())]
    wanted += TIMETABLE_ROLES if report.mode == TRANSIT else ()
    used = layer_facts(catalog, catalog.checked_hashes(), wanted)
    scenario = report.scenario.model_dump(mode="json")
    return run_facts(study.model_dump(mode="json"), used, text.language, scenario)


def _held(report: EffectsReport, project: str) -> list[AnyEdit]:
    return [
        edit
        for edit in report.scenario.edits
        if edit.project == project and edit.holds_in(report.year)
    ]


def _edits(
    report: EffectsReport, project: str, text: Text
) -> list[tuple[str, dict[str, Any], str]]:
    """Give kind, words and note of each edit of a project."""
    places = localised_table(report.layers["places"], text.language).set_index("id")["name"]
    streets = report.layers["streets"].set_index("id")["name"]
    found = []
    for edit in _held(report, project):
        own = localised({"note": edit.note, "note_en": edit.note_en or None}, text.language)
        values: dict[str, Any] = {"year": edit.from_year}
        if edit.to_year is not None:
            values["until"] = edit.to_year - 1
        kind: str = edit.kind
        if isinstance(edit, AddPlace):
            values |= {"name": _own_name(edit, text), "function": edit.function}
        elif isinstance(edit, MovePlace | ClosePlace | AddEntrance):
            values["name"] = places.get(edit.place, edit.place)
        elif isinstance(edit, AddStreet):
            values["name"] = edit.name or edit.id
        elif isinstance(edit, ChangeStreet | CloseStreet):
            named = dict.fromkeys(str(streets.get(one) or one) for one in edit.streets)
            values["name"] = text.join(list(named)[:3])
        elif isinstance(edit, RerouteStreet):
            values["name"] = str(streets.get(edit.street) or edit.street)
        elif isinstance(edit, AddJobs | ChangeJobs):
            values["name"] = _place_of_jobs(edit, places, text)
            values["count"] = text.format_number(edit.jobs)
        elif isinstance(edit, AddDwellings):
            kind = "add_dwellings" if edit.dwellings > 0 else "remove_dwellings"
            values["count"] = text.format_number(abs(edit.dwellings))
        else:
            kind = "timetable" if report.mode == TRANSIT else "timetable_unmeasured"
            values["name"] = edit.subject
        found.append((kind, values, own["note"]))
    return found


def _layers(report: EffectsReport, project: str, study: Study, text: Text) -> ProjectLayers:
    areas = report.layers["areas"]
    row = list(report.projects.index).index(project)
    classes = study.differences
    breaks = (study.effects.felt.value,) if classes is None and study.effects else ()
    return ProjectLayers(
        areas=areas,
        streets=report.layers["streets"][["kind", "geometry"]],
        edits=_drawn(report, project, text),
        points=gpd.GeoDataFrame(
            {"minutes": np.round(report.minutes[row], 1)},
            geometry=report.points.geometry.to_numpy(),
            crs=report.points.crs,
        ),
        area=areas[areas["id"] == report.projects["area_id"].iloc[row]],
        breaks_min=breaks if classes is None else tuple(map(float, classes.minutes.value)),
    )


def _drawn(report: EffectsReport, project: str, text: Text) -> gpd.GeoDataFrame:
    """Draw the edits of a project: what is new, and what goes."""
    layers = report.layers
    crs = layers["streets"].crs
    places = localised_table(layers["places"], text.language).set_index("id")
    streets = layers["streets"].set_index("id").geometry
    rows: list[tuple[str, str, Any]] = []
    for edit in _held(report, project):
        if isinstance(edit, AddStreet | RerouteStreet):
            rows.append(("street", "", _projected(shapely.LineString(edit.line), crs)))
        if isinstance(edit, RerouteStreet | CloseStreet):
            gone = edit.streets if isinstance(edit, CloseStreet) else (edit.street,)
            rows += [("shut", "", streets[name]) for name in gone if name in streets.index]
        if isinstance(edit, ChangeStreet):
            rows += [("street", "", streets[one]) for one in edit.streets if one in streets.index]
        if isinstance(edit, MovePlace | ClosePlace) and edit.place in places.index:
            place = places.loc[edit.place]
            said = "" if isinstance(edit, MovePlace) else str(place["name"])
            rows.append(("gone", said, place["geometry"]))
        if isinstance(edit, Placed):
            point = _projected(shapely.Point(edit.lon, edit.lat), crs)
            known = str(getattr(edit, "place", ""))
            if isinstance(edit, AddPlace):
                known = _own_name(edit, text) or edit.id
            said = str(places["name"].get(known, known))
            rows.append(("place", said, point))
    frame = pd.DataFrame(rows, columns=["drawn", "name", "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=crs)


def _place_of_jobs(edit: AddJobs | ChangeJobs, places: pd.Series, text: Text) -> str:
    """Name new jobs, or the place whose number of jobs changes."""
    if isinstance(edit, ChangeJobs):
        return str(places.get(edit.place) or edit.place)
    return _own_name(edit, text) or edit.id


def _own_name(edit: AddPlace | AddJobs, text: Text) -> str | None:
    return edit.name_en if text.language == "en" and edit.name_en else edit.name


def _projected(shape: Any, crs: Any) -> Any:
    return gpd.GeoSeries([shape], crs=WGS84).to_crs(crs).iloc[0]
