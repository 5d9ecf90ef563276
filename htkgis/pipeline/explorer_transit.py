"""Times by public transport that the explorer looks up: measured here, never in a browser.

From the points that quarters are measured from, and no others: a percentile over the departures of
a window cannot be added up from parts, so a page could not walk on from stops and be right.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.maps.explorer import pack_transit
from htkgis.network import Snaps, border_times, graph_from_arrays, snap
from htkgis.network.transit import (
    Doors,
    Journeys,
    at_places,
    every_minute,
    of_origins,
    pairs_of,
    percentile_times,
    timetables_of,
)
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.transit_rules import Transit
from htkgis.units import UNREACHED, deciseconds

from .entrances import snap_places
from .explorer_ground import ExplorerGround, degrees, start_points
from .explorer_steps import EXPLORER_WALKS
from .mode_steps import WALK, direct_of
from .modes import mode_of, snapping
from .packed_arrays import packed, unpacked
from .transit import decided, walks_to_stations
from .transit_border import to_border
from .transit_ends import at_rails, beside, with_more
from .transit_reuse import of_part, own_digests, with_earlier
from .transit_walks import arrays_of, journeys_of, ways_again
from .transit_windows import TransitWindow

Times = npt.NDArray[np.int64]
TIMES = "times_ds"


class _Ends(NamedTuple):
    """Journeys from the starts to places, stations, stops and the border, in this order."""

    journeys: Journeys
    border_ds: Times


def measure_explorer_walks(
    arrays: Arrays,
    places: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    stops: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    transfers: pd.DataFrame,
    *,
    study: Study,
    catalog: Catalog,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure an adult's walks from every starting point, whatever runs.

    What this gave ``earlier`` of other inputs spares the starts whose ways without any ride
    stayed; the result is the same without.

    Returns
    -------
    outputs
        ``explorer_walks``: the arrays of :func:`htkgis.pipeline.transit_walks.journeys_of`, whose
        destinations are places, stations, stops near the quarters and the border, in this order;
        ``border_ds``, how long each start walks to the border; and ``near``, the numbers of these
        stops among all. ``explorer_walks_direct``: what ``earlier`` takes.
    """
    rules = decided(study)
    ground = ExplorerGround.of(study, catalog, places, quarters, municipality, streets)
    near = np.flatnonzero(stops.intersects(ground.whole).to_numpy())
    starts = start_points(origins, study)
    graph = graph_from_arrays(arrays)
    from_points = snap(graph, starts, **snapping(study), barriers=barriers)
    at_known = snap_places(graph, ground.places, entrances, barriers=barriers, **snapping(study))
    max_snap_m = snapping(study)["max_snap_m"]
    at_stations = at_rails(graph, stations, max_snap_m, None)
    at_stops = at_rails(graph, stops, max_snap_m, barriers)
    ends = beside(beside(at_known, at_stations), at_stops.where(near))
    doors = Doors(graph, from_points, ends, at_stops)
    direct = direct_of(EXPLORER_WALKS)
    ways, kept = ways_again(doors, study, transfers, (earlier or {}).get(direct))
    ways = _to_each(ways, ground.places, at_known, len(stations), near)
    speed_kph = mode_of(study, WALK).speed_kph
    beyond = walks_to_stations(stops, stations, speed_kph=speed_kph)
    ways = with_more(ways, beyond, at=len(ground.places))
    border = to_border(
        stops,
        border_times(graph, at_stops, ground.covered),
        ground.covered,
        deciseconds(rules.max_walk.value),
    )
    ways = with_more(ways, border, at=len(ground.places) + len(stations) + len(near))
    border_ds = border_times(graph, from_points, ground.covered).astype(np.int64)
    found = Arrays(arrays_of(ways) | {"border_ds": border_ds, "near": near})
    return {EXPLORER_WALKS: found, direct: kept}


def measure_explorer_transit(
    walks: Arrays,
    trip_times: pd.DataFrame,
    stops: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    *,
    study: Study,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure an adult's times from every starting point, in each window of the study.

    A departure each minute, door to door; the time is the study's percentile of them. What was
    measured ``earlier`` spares the starting points whose walks stayed; the result is the same.

    Parameters
    ----------
    walks
        As :func:`measure_explorer_walks` gives them.
    trip_times, stops, stations
        What runs on the service day.

    Returns
    -------
    outputs
        ``explorer_transit``: ``packed`` times (see
        :func:`htkgis.maps.explorer.pack_transit`), and what they lead to: ``windows``,
        ``stations`` and ``stops``, with the decisions a page says beside them;
        ``explorer_transit_found``: what ``earlier`` takes.
    """
    rules = decided(study)
    starts = pd.DataFrame({"id": np.arange(len(walks["border_ds"]))})
    timetables = timetables_of(trip_times, list(stops["id"]), draws=rules.draws.value)
    made = _Ends(
        journeys_of(walks, starts, study)._replace(timetables=timetables),
        np.asarray(walks["border_ds"]),
    )
    before = unpacked((earlier or {}).get("explorer_transit_found", {}))
    found = _in_windows(made, rules, before)
    told = _told(found, rules, stations, stops.iloc[walks["near"]])
    return {"explorer_transit_found": packed(found), "explorer_transit": told}


def _told(
    found: Mapping[str, npt.NDArray[Any]],
    rules: Transit,
    stations: gpd.GeoDataFrame,
    near: gpd.GeoDataFrame,
) -> dict[str, Any]:
    """Give what the page takes: packed times, and the windows, stations and stops they are of."""
    times = {name: found[f"{number}.{TIMES}"].T.copy() for number, name in enumerate(rules.windows)}
    return {
        "packed": pack_transit(times),
        "windows": [
            {"window": name, "start": window.value[0], "end": window.value[1]}
            for name, window in rules.windows.items()
        ],
        "stations": [str(name) for name in stations["name"]],
        "stops": [
            {"name": str(name), "at": at}
            for name, at in zip(near["name"], degrees(near), strict=True)
        ],
    }


def _to_each(
    journeys: Journeys,
    places: gpd.GeoDataFrame,
    at_known: Snaps,
    stations: int,
    own_stops: npt.NDArray[np.intp],
) -> Journeys:
    """Join entrances to places; whoever gets off at a stop is there."""
    first_stop = len(places) + stations
    number = pd.Index(places["id"]).get_indexer(pd.Index(at_known.ids))
    others = range(len(places), first_stop + len(own_stops))
    joined = at_places(journeys, [*number, *others], places=first_stop + len(own_stops) + 1)
    there = pairs_of(
        np.arange(len(own_stops)), own_stops, np.zeros(len(own_stops)), points=len(own_stops)
    )
    return with_more(joined, there, at=first_stop)


def _in_windows(
    made: _Ends, rules: Transit, earlier: Mapping[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[Any]]:
    """Measure every window, as arrays by its number: of times, a row for each starting point."""
    own = own_digests(made.journeys, made.border_ds)
    found: dict[str, npt.NDArray[Any]] = {}
    for number, window in enumerate(rules.windows.values()):
        leaving_s = every_minute(window.start_s, window.minutes)
        own_window = TransitWindow(made.journeys, leaving_s, 0, made.journeys.egress)
        values = with_earlier(
            own_window.shared,
            own,
            of_part(earlier, str(number)),
            functools.partial(_in_window, made, own_window, rules.percentile.value),
            led=own_window.led(),
        )
        found |= {f"{number}.{name}": array for name, array in values.items()}
    return found


def _in_window(
    made: _Ends, window: TransitWindow, percentile: float, rows: npt.NDArray[np.int64]
) -> dict[str, Times]:
    """Time some starting points to each end, shape (starts, ends), the border last.

    Whatever lies beyond the border is reached later by every departure, so the percentile of the
    times to the border bounds that of all that is not known.
    """
    journeys = of_origins(made.journeys, rows)
    times = percentile_times(
        journeys, window.leaving_s, percentile=percentile, profiles=window.known
    ).astype(np.int64)
    times[:, -1] = np.minimum(np.minimum(times[:, -1], made.border_ds[rows]), UNREACHED)
    return {TIMES: times}
