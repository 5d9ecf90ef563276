"""Sites for a new place as a page: a map of the sites and who gains, and how sure the choice is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from htkgis.catalog import read_catalog
from htkgis.maps.locate_page import LocateView, render_locate_page
from htkgis.maps.style import MAIN_STREET, street
from htkgis.store import Cache
from htkgis.study import Study, read_study

from .layers import small_numbers
from .loading_steps import loading_steps
from .localised import localised_table
from .locations import LocationsReport
from .mode_steps import WALK
from .page_decisions import background_words
from .page_words import words_by_layers
from .pages import run_facts
from .stated_facts import layer_facts
from .steps import run_steps

LAYERS = ("municipality", "areas", "origins", "streets", "residents")
ROLES = frozenset(
    {
        *("municipality", "housing_areas", "area_facts", "gates", "addresses", "population"),
        *("places", "place_corrections", "stations", "streets", "street_nodes", "barriers"),
    }
)
"""Roles of the layers that a choice of sites rests on."""
MOST_STREETS = 2_000
"""Of more streets only the larger ones are drawn; a page of all would be heavy."""


def locations_page(
    report: LocationsReport,
    study_path: Path,
    catalog_path: Path,
    *,
    data: Path | None,
    language: str,
    cache: Cache | None = None,
) -> bytes:
    """Make a page of sites that needs no other file and asks no host.

    Parameters
    ----------
    report
        What was found.
    study_path, catalog_path, data, cache
        That it was found with.
    language
        ``da`` or ``en``.

    Raises
    ------
    HtkgisError
        As ``htkgis run``.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    loaded = run_steps(loading_steps(study, catalog, hashes, LAYERS), cache or Cache.default())
    view = _view(report, {name: loaded[name] for name in LAYERS}, study, language)
    asked = {"locate": vars(report.asked)}
    run = run_facts(
        study.model_dump(mode="json") | asked, layer_facts(catalog, hashes, ROLES), language
    )
    text = words_by_layers(study, catalog, language, loaded["origins"], loaded["municipality"])
    return render_locate_page(view, text=text, run=run).encode()


def _view(
    report: LocationsReport, layers: dict[str, Any], study: Study, language: str
) -> LocateView:
    asked, areas = report.asked, layers["areas"]
    names = dict(zip(areas["id"], areas["name"], strict=True))
    known = [names[quarter.area] for quarter in study.quarters]
    whose = [names[asked.area]] if asked.area else [] if len(layers["residents"]) else known
    walked = layers["streets"][layers["streets"][WALK]]
    if len(walked) > MOST_STREETS:
        walked = walked[[street(kind) is MAIN_STREET for kind in walked["kind"]]]
    classes = study.differences
    felt = study.effects.felt.value if study.effects else 1.0
    return LocateView(
        function=asked.function,
        aim=asked.aim,
        limit_min=asked.limit_min,
        own_sites=asked.own_sites,
        spacing_m=asked.spacing_m,
        sites=report.table,
        candidates=report.candidates,
        points=report.points,
        places=localised_table(report.places, language),
        gap=0.0 if report.proven else report.choice.bound / report.choice.gain - 1,
        persons=report.persons,
        whose=whose,
        areas=areas,
        told_areas=[] if asked.area else [(q.area, names[q.area]) for q in study.quarters],
        streets=walked[["kind", "geometry"]],
        municipality=layers["municipality"],
        breaks_min=(felt,) if classes is None else tuple(map(float, classes.minutes.value)),
        min_persons=small_numbers(study).min_persons,
        municipality_name=study.study.municipality,
        crs=study.study.crs,
        background=background_words(study, language),
    )
