"""The best place for a new function: where it brings residents most, beside those there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array, vstack

from htkgis.access.effect import PARTS, Origins
from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, first
from htkgis.loaders.points import read_points
from htkgis.network import Graph, Snaps, build_graph, nearest_times, snap, travel_time_matrix
from htkgis.network.snap import NOT_SNAPPED
from htkgis.profile.disclosure import SmallNumbers
from htkgis.scenario.site_choice import Choice, choose_sites
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds, minutes

from .entrances import snap_places
from .layers import small_numbers
from .location_tables import streets_at, with_areas
from .mode_steps import WALK
from .modes import mode_of, snapping
from .people import PEOPLE_LAYERS, people_of
from .profile_steps import loading_steps
from .project_people import whole_persons
from .stated_facts import is_sketch
from .steps import Progress, run_steps

ORIGINS_AT_ONCE = 2048
"""Origins whose times to all sites are held at once."""
Aim = Literal["median", "covering"]
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
        candidates = _junctions(graph, layers["municipality"], spacing_m)
    else:
        candidates = read_points(sites_path, crs=study.study.crs)
    sites = snap(graph, candidates, **where)
    usable = np.flatnonzero(sites.edge != NOT_SNAPPED)
    if not len(usable):
        msg = (
            f"locate: none of {len(candidates)} sites lies on a street: "
            f"{first(candidates['id'])}; one at least is needed. Check --sites."
        )
        raise ConfigError(msg)
    candidates, sites = candidates.iloc[usable].reset_index(drop=True), sites.where(usable)
    places = layers["places"]
    open_now = places["measured"] & places["state"].eq("existing")
    own = places[open_now & places["function"].eq(function)]
    today = nearest_times(
        graph, starts, snap_places(graph, own, layers["entrances"], **where), limit_ds=limit_ds
    )
    gains, nearer = _gains(graph, starts, sites, persons, today, limit_ds, aim)
    choice = choose_sites(gains, count)
    rules = small_numbers(study)
    table = _table(candidates, gains, nearer, choice)
    chosen = sites.where(pd.Index(candidates["id"]).get_indexer(table["site_id"]))
    times = travel_time_matrix(graph, starts, chosen, limit_ds=limit_ds)
    areas = [quarter.area for quarter in study.quarters] if area is None else [area]
    by_area = _by_area(times, today, whole_persons(points, persons, areas), limit_ds, aim)
    told = with_areas(table, areas, *by_area, rules)
    told.insert(2, "street", streets_at(told, layers["streets"]))
    return LocationsReport(
        asked=Question(
            function, area, count, aim, limit_ds / DECISECONDS_PER_MINUTE,
            sites_path is not None, spacing_m,
        ),
        table=told,
        choice=choice,
        candidates=_all_sites(candidates, gains, nearer, rules),
        points=_who_gains(points, times, today, limit_ds),
        places=own[["id", "name", "name_en", "geometry"]].reset_index(drop=True),
        persons=float(persons.sum()),
        sketch=is_sketch(catalog),
    )  # fmt: skip


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


def _junctions(graph: Graph, municipality: gpd.GeoDataFrame, spacing_m: float) -> gpd.GeoDataFrame:
    """Take the junction nearest to the middle of each square that has one."""
    points = shapely.points(graph.node_xy)
    outline = municipality.geometry.iloc[0]
    shapely.prepare(outline)
    inside = np.flatnonzero(shapely.intersects(outline, points))
    xy = graph.node_xy[inside]
    square = np.floor(xy / spacing_m)
    off_m = np.hypot(*(xy - (square + 0.5) * spacing_m).T)
    table = pd.DataFrame({"x": square[:, 0], "y": square[:, 1], "off": off_m, "node": inside})
    chosen = table.sort_values(["y", "x", "off", "node"]).drop_duplicates(["y", "x"])
    node = chosen["node"].to_numpy()
    ids = [f"site_{x:.0f}_{y:.0f}" for x, y in graph.node_xy[node]]
    return gpd.GeoDataFrame({"id": ids}, geometry=points[node], crs=municipality.crs)


def _gains(
    graph: Graph,
    starts: Snaps,
    sites: Snaps,
    persons: npt.NDArray[np.float64],
    today: npt.NDArray[np.int64],
    limit_ds: int,
    aim: Aim,
) -> tuple[csr_array, npt.NDArray[np.float64]]:
    """Measure what each site would bring each origin, and how many it brings nearer a place.

    Most sites bring most origins nothing, so entries of 0 are left out, some origins at a time.
    """
    parts, nearer = [], np.zeros(len(sites))
    for begin in range(0, len(starts), ORIGINS_AT_ONCE):
        rows = np.arange(begin, min(begin + ORIGINS_AT_ONCE, len(starts)))
        times = travel_time_matrix(graph, starts.where(rows), sites, limit_ds=limit_ds)
        known, own = today[rows, None], persons[rows]
        nearer += own @ (times < known)
        if aim == "median":
            saved = np.minimum(known, limit_ds) - np.minimum(times, limit_ds)
            parts.append(csr_array(own[:, None] * minutes(np.maximum(saved, 0))))
        else:
            parts.append(csr_array(own[:, None] * ((times <= limit_ds) & (known > limit_ds))))
    empty = csr_array((0, len(sites)))
    return csr_array(vstack(parts)) if parts else empty, nearer


def _table(
    candidates: gpd.GeoDataFrame,
    gains: csr_array,
    nearer: npt.NDArray[np.float64],
    choice: Choice,
) -> gpd.GeoDataFrame:
    """List the chosen sites in the order in which each adds most to those before it."""
    left, served = list(choice.sites), np.zeros(gains.shape[0])
    brought = {site: gains[:, [site]].toarray()[:, 0] for site in left}
    rows = []
    while left:
        added = [float(np.maximum(brought[site] - served, 0).sum()) for site in left]
        best = left.pop(int(np.argmax(added)))
        rows.append((best, max(added)))
        served = np.maximum(served, brought[best])
    order = [site for site, _ in rows]
    chosen = candidates.iloc[order].reset_index(drop=True)
    return gpd.GeoDataFrame(
        {
            "rank": np.arange(1, len(rows) + 1),
            "site_id": chosen["id"],
            "gain": [added for _, added in rows],
            "gain_alone": [float(brought[site].sum()) for site in order],
            "nearer_persons": nearer[order],
        },
        geometry=chosen.geometry,
        crs=candidates.crs,
    )


def _by_area(
    times: npt.NDArray[np.integer[Any]],
    today: npt.NDArray[np.integer[Any]],
    origins: Origins,
    limit_ds: int,
    aim: Aim,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sum what each chosen site alone brings each area, and how many it brings nearer a place.

    Returns
    -------
    gains, nearer
        Shape (sites, groups): housing areas, then everybody else.
    """
    known = today[:, None]
    if aim == "median":
        saved = np.minimum(known, limit_ds) - np.minimum(times, limit_ds)
        each = minutes(np.maximum(saved, 0))
    else:
        each = ((times <= limit_ds) & (known > limit_ds)).astype(np.float64)
    own = np.zeros((len(times), origins.groups))
    own[np.arange(len(times)), origins.group] = origins.parts / PARTS
    return each.T @ own, (times < known).T.astype(np.float64) @ own


def _who_gains(
    points: gpd.GeoDataFrame,
    times: npt.NDArray[np.integer[Any]],
    today: npt.NDArray[np.integer[Any]],
    limit_ds: int,
) -> gpd.GeoDataFrame:
    """Give the minutes that the chosen sites together save at each point."""
    best = times.min(axis=1, initial=limit_ds)
    saved = np.maximum(np.minimum(today, limit_ds) - best, 0)
    return gpd.GeoDataFrame(
        {"minutes": minutes(saved)}, geometry=points.geometry.to_numpy(), crs=points.crs
    )


def _all_sites(
    candidates: gpd.GeoDataFrame,
    gains: csr_array,
    nearer: npt.NDArray[np.float64],
    rules: SmallNumbers,
) -> gpd.GeoDataFrame:
    """List every site that was compared, with what it alone brings."""
    few = (nearer > 0) & (nearer < rules.min_persons)
    return gpd.GeoDataFrame(
        {
            "site_id": candidates["id"].to_numpy(),
            "gain_alone": np.where(few, np.nan, np.asarray(gains.sum(axis=0)).ravel()),
            "nearer_persons": np.where(few, np.nan, nearer),
        },
        geometry=candidates.geometry.to_numpy(),
        crs=candidates.crs,
    )
