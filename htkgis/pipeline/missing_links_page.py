"""Missing links as a page: a map of each, the way there is today, and a table that sorts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.link_rules import LinkRules
from htkgis.maps.links_page import LinksView, render_links_page
from htkgis.network import Graph, build_graph, snap
from htkgis.network.route import route, route_line
from htkgis.store import Cache
from htkgis.study import Study, read_study

from .layers import small_numbers
from .loading_steps import loading_steps
from .missing_links import LinksReport
from .mode_steps import WALK
from .modes import mode_of
from .page_decisions import background_words
from .page_words import words_by_layers
from .pages import run_facts
from .stated_facts import layer_facts
from .steps import run_steps

LAYERS = ("municipality", "areas", "origins", "streets")
ROLES = frozenset(
    {
        *("municipality", "housing_areas", "area_facts", "gates", "addresses", "population"),
        *("places", "place_corrections", "stations", "streets", "street_nodes"),
        *("barriers", "buildings", "water", "closed_land"),
    }
)
"""Roles of the layers that a list of missing links rests on."""
AROUND_M = 300.0
"""Streets so near to a link are drawn; a page of all streets would be heavy."""


def links_page(
    report: LinksReport,
    study_path: Path,
    catalog_path: Path,
    *,
    data: Path | None,
    language: str,
    cache: Cache | None = None,
) -> bytes:
    """Make a page of missing links that needs no other file and asks no host.

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
    ConfigError
        The study decides nothing on links.
    HtkgisError
        As ``htkgis run``.
    """
    study = read_study(study_path)
    if study.links is None:
        msg = f"{study_path.name} ({study_path}): decides nothing on missing links. Add [links]."
        raise ConfigError(msg)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    loaded = run_steps(loading_steps(study, catalog, hashes, LAYERS), cache or Cache.default())
    view = _view(report, {name: loaded[name] for name in LAYERS}, study, study.links, language)
    run = run_facts(
        {**study.model_dump(mode="json"), "links": study.links.model_dump(mode="json")},
        layer_facts(catalog, hashes, ROLES),
        language,
    )
    text = words_by_layers(study, catalog, language, loaded["origins"], loaded["municipality"])
    return render_links_page(view, text=text, run=run).encode()


def _view(
    report: LinksReport, layers: dict[str, Any], study: Study, rules: LinkRules, language: str
) -> LinksView:
    streets = layers["streets"]
    near = streets.geometry.intersects(report.table.buffer(AROUND_M).union_all())
    return LinksView(
        links=report.table,
        ways=ways_today(report.table, build_graph(streets, mode=mode_of(study, WALK))),
        streets=streets.loc[near & streets[WALK], ["kind", "geometry"]],
        municipality=layers["municipality"],
        areas=layers["areas"],
        functions=report.functions,
        area=report.area,
        persons=report.persons,
        candidates=report.candidates,
        useful=report.useful,
        without=report.without,
        min_persons=small_numbers(study).min_persons,
        rules={
            name: getattr(rules, name).value for name in ("straight", "network", "clear", "limit")
        },
        municipality_name=study.study.municipality,
        crs=study.study.crs,
        background=background_words(study, language),
    )


def ways_today(links: gpd.GeoDataFrame, graph: Graph) -> gpd.GeoDataFrame:
    """Draw the shortest way between the ends of each link as the streets are.

    Parameters
    ----------
    links
        ``id`` and lines whose ends lie on streets.
    graph
        Those streets.

    Returns
    -------
    ways
        ``id`` and lines, for links between whose ends there is a way.
    """
    ends = shapely.points(shapely.get_coordinates(links.geometry.to_numpy()))
    found = snap(
        graph,
        gpd.GeoDataFrame({"id": np.arange(len(ends))}, geometry=ends, crs=links.crs),
        max_snap_m=1.0,
    )
    ids, lines = [], []
    for row, key in enumerate(links["id"]):
        own = route(graph, *(found.where(np.array([2 * row + side])) for side in (0, 1)))
        if own is not None:
            ids.append(key)
            lines.append(shapely.line_merge(route_line(graph, own)))
    return gpd.GeoDataFrame({"id": ids}, geometry=lines, crs=links.crs)
