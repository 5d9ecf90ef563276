"""The best place for a new function: where it brings residents most, beside those there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, first
from htkgis.loaders.points import read_points
from htkgis.network import Graph, Snaps, build_graph, nearest_times, snap, travel_time_matrix
from htkgis.network.snap import NOT_SNAPPED
from htkgis.scenario.site_choice import Choice, choose_sites
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds

from .entrances import snap_places
from .layers import small_numbers
from .loading_steps import loading_steps
from .location_tables import all_sites, chosen_sites, points_that_gain, streets_at, with_areas
from .mode_steps import WALK
from .modes import mode_of, snapping
from .people import PEOPLE_LAYERS, people_of
from .project_people import whole_persons
from .site_gains import Aim, Ways, junctions
from .stated_facts import is_sketch
from .steps import Progress, run_steps

LAYERS = (*PEOPLE_LAYERS, "streets", "places", "entrances", "barriers", "municipality")


@dataclass(frozen=True)
class Question:
    """What was looked for; see :func:`find_locations`.

    Parameters
    ----------
    function, area, count, aim, limit_min
        As they were asked; ``limit_min`` is the study's where nobody told one.
    own_sites
        Whether sites were given, and are no junctions of the streets.
    spacing_m
        Else one in each square of so many metres.
    """

    function: str
    area: str | None
    count: int
    aim: Aim
    limit_min: float
    own_sites: bool
    spacing_m: float


@dataclass(frozen=True)
class LocationsReport:
    """Sites for new places of one function, and what they were chosen from.

    Parameters
    ----------
    asked
        What was looked for.
    table
        One row per site, the one that adds most first: see :func:`find_locations`.
    choice
        What the sites bring together, and what no other choice could exceed.
    candidates
        All sites that were compared: ``site_id``, ``gain_alone``, ``nearer_persons`` (missing
        where they are fewer than are shown) and points.
    points
        Where counted people live: ``minutes`` that the chosen sites save them together on the way
        to the nearest place, and points.
    places
        Places of the function that there are: ``id``, ``name``, ``name_en`` and points.
    persons
        Whose ways were counted.
    sketch
        Whether the streets are a sketch.
    """

    asked: Question
    table: gpd.GeoDataFrame
    choice: Choice
    candidates: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    persons: float
    sketch: bool

    @property
    def sites(self) -> int:
        """How many sites were compared."""
        return len(self.candidates)

    @property
    def existing(self) -> int:
        """How many places of the function there are."""
        return len(self.places)

    @property
    def proven(self) -> bool:
        """Whether no other choice of as many sites brings more."""
        return self.choice.bound <= self.choice.gain


def find_locations(
    study_path: Path,
    catalog_path: Path,
    function: str,
    *,
    data: Path | None = None,
    area: str | None = None,
    count: int = 1,
    aim: Aim = "median",
    limit_min: float | None = None,
    sites_path: Path | None = None,
    spacing_m: float = 200.0,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> LocationsReport:
    """Find where new places of a function would bring residents most.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`.
    function
        One that the study measures; its places that are open in the shown state are there.
    area
        Housing area whose residents count; all of the municipality where missing.
    count
        New places, >= 1.
    aim
        ``median``: the most person-minutes saved on foot to the nearest place; ``covering``: the
        most persons who get a place within the limit and have none today.
    limit_min
        Longest walk in minutes: ways beyond it count with it, and with ``covering`` it is what
        covers somebody. The everyday distance of the study where missing.
    sites_path
        Points where a place could be, as :func:`htkgis.loaders.points.read_points` takes them;
        else junctions of the streets in the municipality, one in each square of ``spacing_m``.
    spacing_m
        Side of the squares in metres, > 0.

    Returns
    -------
    report
        Its table has, by rank: ``site_id``; ``street``, names of the streets that the site lies
        at, missing where they have none; ``gain``, what the site adds to those above it, in
        person-minutes or persons; ``gain_alone``; ``nearer_persons`` to whom the site alone
        would bring a place nearer; ``gain_in_<area>`` (alone) and ``nearer_persons_in_<area>`` by
        housing area; a point. Missing is what concerns fewer persons than are shown, and what
        would give it away.

    Raises
    ------
    ConfigError
        Function or area is not known, or a number is out of its range.
    HtkgisError
        As ``htkgis run``; or no site lies on the streets.
    """
    study = read_study(study_path)
    limit_ds = deciseconds(study.profile.everyday.value if limit_min is None else limit_min)
    _check(study, function, area, count=count, limit_ds=limit_ds, spacing_m=spacing_m)
    catalog = read_catalog(catalog_path, data=data)
    steps = loading_steps(study, catalog, catalog.checked_hashes(), LAYERS)
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    layers = {name: results[name] for name in LAYERS}
    graph = build_graph(layers["streets"], mode=mode_of(study, WALK))
    where: dict[str, Any] = {"barriers": layers["barriers"], **snapping(study)}
    points, persons = people_of(layers, area)
    starts = snap(graph, points, **where)
    if sites_path is None:
        candidates = junctions(graph, layers["municipality"], spacing_m)
    else:
        candidates = read_points(sites_path, crs=study.study.crs)
    candidates, sites = _on_streets(graph, candidates, where)
    own = _open_places(layers["places"], function)
    there = snap_places(graph, own, layers["entrances"], **where)
    today = nearest_times(graph, starts, there, limit_ds=limit_ds)
    ways = Ways(graph, starts, persons, today, limit_ds, aim)
    gains, nearer = ways.gains(sites)
    choice = choose_sites(gains, count)
    table = chosen_sites(candidates, gains, nearer, choice)
    chosen = sites.where(pd.Index(candidates["id"]).get_indexer(table["site_id"]))
    times = travel_time_matrix(graph, starts, chosen, limit_ds=limit_ds)
    areas = [quarter.area for quarter in study.quarters] if area is None else [area]
    by_area = ways.by_area(times, whole_persons(points, persons, areas))
    rules = small_numbers(study)
    told = with_areas(table, areas, *by_area, rules)
    told.insert(2, "street", streets_at(told, layers["streets"]))
    own_sites = sites_path is not None
    asked_min = limit_ds / DECISECONDS_PER_MINUTE
    return LocationsReport(
        asked=Question(function, area, count, aim, asked_min, own_sites, spacing_m),
        table=told,
        choice=choice,
        candidates=all_sites(candidates, gains, nearer, rules),
        points=points_that_gain(points, ways.saved_min(times)),
        places=own[["id", "name", "name_en", "geometry"]].reset_index(drop=True),
        persons=float(persons.sum()),
        sketch=is_sketch(catalog),
    )


def _check(
    study: Study, function: str, area: str | None, *, count: int, limit_ds: int, spacing_m: float
) -> None:
    areas = [quarter.area for quarter in study.quarters]
    for what, value, allowed in (
        ("FUNCTION", function, study.functions.measured),
        ("--area", area, [None, *areas]),
    ):
        if value not in allowed:
            msg = (
                f"{what}: {value!r} is not known; {', '.join(filter(None, allowed))} are allowed. "
                "Correct the name."
            )
            raise ConfigError(msg)
    for what, number in (("--count", count), ("--limit", limit_ds), ("--spacing", spacing_m)):
        if not number > 0:
            msg = f"{what}: {number:g} is given; a number above 0 is needed. Correct it."
            raise ConfigError(msg)


def _on_streets(
    graph: Graph, candidates: gpd.GeoDataFrame, where: Mapping[str, Any]
) -> tuple[gpd.GeoDataFrame, Snaps]:
    """Keep the sites that lie on a street, and give where; ConfigError if none does."""
    sites = snap(graph, candidates, **where)
    usable = np.flatnonzero(sites.edge != NOT_SNAPPED)
    if not len(usable):
        msg = (
            f"locate: none of {len(candidates)} sites lies on a street: "
            f"{first(candidates['id'])}; one at least is needed. Check --sites."
        )
        raise ConfigError(msg)
    return candidates.iloc[usable].reset_index(drop=True), sites.where(usable)


def _open_places(places: gpd.GeoDataFrame, function: str) -> gpd.GeoDataFrame:
    open_now = places["measured"] & places["state"].eq("existing")
    return places[open_now & places["function"].eq(function)]
