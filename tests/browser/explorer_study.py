"""The explorer of a study as a page, and the engine's own answers beside it."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import read_catalog
from htkgis.maps import load_text, render_explorer_page
from htkgis.network import border_times, build_graph, graph_from_arrays, snap, street_times
from htkgis.network.transit import departure_times, every_minute, journeys_between
from htkgis.pipeline.entrances import snap_places
from htkgis.pipeline.explorer_steps import AROUND, HOMES, PLANNED, travellers
from htkgis.pipeline.layers import coverage, street_coverage
from htkgis.pipeline.mode_steps import named
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.pipeline.pages import localised
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import needed, run_steps
from htkgis.pipeline.transit import doors_of, journey_rules
from htkgis.pipeline.transit_steps import SERVICE, TRANSIT
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import UNREACHED, deciseconds
from tests.maps.profile_example import example_profile, example_run

ROOT = Path(__file__).parent.parent.parent
SEED = 20261121
SETTLED_MS = 400
"""Longer than the page waits before it says what it found."""

SUMMARY = "document.querySelector('[data-ask=summary]').textContent"
NEAREST = """() => Object.fromEntries(
  [...document.querySelectorAll('#reached tr[data-function]')].map((row) => [row.dataset.function,
    ['count', 'nearest', 'name'].map((cell) =>
      row.querySelector(`[data-cell=${cell}]`).textContent)]))"""


DONE = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
"""Kept once the page has drawn and its timers that are due have run, however slow the machine."""


def settled(page):
    """Wait until the page has said what it found."""
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate(DONE)
    return page


class Answers(NamedTuple):
    """What the engine says of some points: deciseconds to each place and to the border."""

    snapped: np.ndarray
    places_ds: np.ndarray
    border_ds: np.ndarray
    connector_ds: np.ndarray


class ExplorerStudy:
    """Everything the explorer of one catalog is made from, computed once.

    Access by timetable stands beside it for the small catalog alone: of the real one it takes
    twice as long as all that the page is made from.
    """

    def __init__(self, cache, catalog="catalog.toml", data=None):
        self.study = read_study(ROOT / "study.toml")
        self.catalog = read_catalog(ROOT / "layers" / catalog, data=data)
        self.travellers = travellers(self.study)
        steps = profile_steps(self.study, self.catalog, self.catalog.checked_hashes(), "da")
        graphs = [f"{named(*who)}_graph" for who in self.travellers]
        self.planned = bool(self.catalog.by_role(PLANNED))
        further = (PLANNED,) if self.planned else ()
        beside = (f"{TRANSIT}_access",) if data is None else ()
        wanted = ("explorer", *further, *graphs, "places", *AROUND, *HOMES, *SERVICE, *beside)
        self.cache = Path(cache)
        self.results = run_steps(needed(steps, wanted), Cache(self.cache))
        self.graphs = [graph_from_arrays(self.results[name]) for name in graphs]
        self.explorer = self.results["explorer"]

    def page(self, language="da", **changed):
        profile = example_profile()
        profile["study"] |= {"municipality": self.study.study.municipality}
        return render_explorer_page(
            localised(self.explorer | changed, language),
            profile,
            quarters=self.results["quarters"],
            areas=self.results["areas"],
            municipality=self.results["municipality"],
            text=load_text(language),
            run=example_run(),
        )

    @cached_property
    def area(self):
        """Where the streets of the page are whole."""
        quarters = shapely.union_all(self.results["quarters"].geometry.to_numpy())
        near = shapely.buffer(quarters, self.study.explorer.around.value)
        return shapely.intersection(near, street_coverage(self.catalog, self.results["streets"]))

    @cached_property
    def covered(self):
        """Where the places of the page are whole."""
        own = coverage(
            self.catalog, "places", self.results["streets"], self.results["municipality"]
        )
        return shapely.intersection(self.area, own)

    @cached_property
    def places(self):
        places = self.results["places"]
        kept = places.intersects(self.area).to_numpy() & places["name"].notna().to_numpy()
        return places[kept].reset_index(drop=True)

    def points(self, count):
        """Seeded points in the area."""
        rng = np.random.default_rng(SEED)
        west, south, east, north = self.area.bounds
        found = shapely.points(rng.uniform((west, south), (east, north), (20 * count, 2)))
        inside = found[shapely.contains(self.area, found)][:count]
        ids = [f"p{n}" for n in range(len(inside))]
        return gpd.GeoDataFrame({"id": ids}, geometry=inside, crs=self.study.study.crs)

    def answers(self, number, points, *, built=False):
        """Ask the engine for one of the travellers, with the planned streets built or not.

        What is built changes the ways between points, and not where they meet the streets.
        """
        mode, _ = self.travellers[number]
        graph, rules = self.graphs[number], snapping(self.study, mode)
        barriers, entrances = self.results["barriers"], self.results["entrances"]
        snaps = snap(graph, points, **rules, barriers=barriers)
        targets = snap_places(graph, self.places, entrances, barriers=barriers, **rules)
        limit_ds = deciseconds(self.study.modes[mode].search.value)
        if built:
            today, graph = graph, self.built(number)
            snaps, targets = (moved(each, today, graph) for each in (snaps, targets))
        table = street_times(graph, snaps, targets, limit_ds=limit_ds).to_table()
        times = table.pivot_table("travel_time_ds", "from_id", "to_id", aggfunc="min")
        times = times.reindex(index=points["id"], columns=self.places["id"])
        return Answers(
            snapped=snaps.edge >= 0,
            places_ds=times.astype("float64").fillna(UNREACHED).to_numpy(),
            border_ds=border_times(graph, snaps, self.covered),
            connector_ds=snaps.connector_ds,
        )

    def built(self, number):
        """Build the graph of the streets there are and the planned ones, together."""
        both = pd.concat([self.results["streets"], self.results[PLANNED]], ignore_index=True)
        return build_graph(both, mode=mode_of(self.study, *self.travellers[number]))

    def departures(self, window, start):
        """Ask the engine for every departure of one start on foot: shape (departures, places)."""
        barriers, rules = self.results["barriers"], snapping(self.study)
        graph, origins = self.graphs[0], self.results["origins"]
        one = origins[origins["id"] == start]
        doors = doors_of(
            graph,
            snap(graph, one, **rules, barriers=barriers),
            snap_places(graph, self.places, self.results["entrances"], barriers=barriers, **rules),
            self.results["stops"],
            max_snap_m=rules["max_snap_m"],
            barriers=barriers,
        )
        journeys = journeys_between(
            doors,
            self.results["trip_times"],
            rules=journey_rules(self.study),
            transfers=self.results["transfers"],
        )
        asked = self.study.transit.windows[window]
        leaving_s = every_minute(asked.start_s, asked.minutes)
        times = pd.DataFrame(departure_times(journeys, leaving_s, origin=0).T)
        return times.groupby(np.asarray(doors.destinations.ids)).min().loc[self.places["id"]].T


def moved(snaps, graph, other):
    """Say of the same positions on the same streets where they lie in another graph."""
    row = pd.Series(np.arange(other.edges), index=other.edge_ids.tolist())
    edge = np.where(snaps.edge >= 0, row[graph.edge_ids[snaps.edge].tolist()], -1)
    return replace(snaps, edge=edge.astype(np.int32))


def degrees(points):
    """Latitude and longitude, as a click gives them."""
    inside = points.to_crs("EPSG:4326").geometry
    return [[y, x] for x, y in zip(inside.x, inside.y, strict=True)]


ASK = """([number, points, built]) => {
  const network = htkgis.explored, today = network.traveller(number);
  const who = network.traveller(number, built);
  return points.map(([lat, lng]) => {
    const from = network.snap(today, ...network.toMetres(lat, lng));
    if (from.reason) return {reason: from.reason};
    const trip = network.leave(who, from);
    return {
      places: [...network.placeTimes(trip)], border: network.borderTime(trip, "places"),
      connector: from.connector,
    };
  });
}"""


def compared(study, page, number, points, built=()):
    """Page less engine in deciseconds: to all places that are surely right, and to the border."""
    engine = study.answers(number, points, built=bool(built))
    asked = page.evaluate(ASK, [number, degrees(points), list(built)])
    snapped = np.array(["reason" not in answer for answer in asked])
    assert snapped.tolist() == engine.snapped.tolist()
    rows = np.flatnonzero(snapped)
    page_ds = np.array([asked[row]["places"] for row in rows], dtype=float)
    engine_ds, border_ds = engine.places_ds[rows], engine.border_ds[rows]
    sure = engine_ds <= border_ds[:, None]
    assert (page_ds[~sure] >= engine_ds[~sure] - 2).all()
    return pd.Series(
        {
            "points": len(rows),
            "pairs": int(sure.sum()),
            "places_ds": (page_ds - engine_ds)[sure],
            "border_ds": np.array([asked[row]["border"] for row in rows]) - border_ds,
            "connector_ds": np.array([asked[row]["connector"] for row in rows])
            - engine.connector_ds[rows],
        }
    )
