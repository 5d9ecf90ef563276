"""Isochrones by public transport: what so many departures reach, exact along streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from htkgis.clock import as_clock
from htkgis.network import border_times
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    Journeys,
    as_one,
    departure_times,
    every_minute,
    journeys_between,
    of_origins,
    streets_of_departures,
)
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import UNREACHED, deciseconds

from .isochrones import (
    IsochroneQuestion,
    IsochroneReport,
    Reached,
    Rows,
    check_question,
    inputs_of,
    limits_of,
    places_of,
    some_of,
    starts_of,
    write_reached,
)
from .layers import street_coverage
from .modes import snapping
from .steps import Progress
from .surfaces import credits_of, layers_used
from .transit import doors_of, journey_rules, with_limits
from .transit_border import to_border
from .transit_study import WALK, TransitMoment, TransitStudy, ask_study
from .transit_surface import timetable_provenance


def write_transit_isochrones(
    study_path: Path,
    catalog_path: Path,
    question: IsochroneQuestion,
    out: Path,
    *,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> IsochroneReport:
    """Draw what so many departures of a window reach within minute limits.

    A place is inside if at least as many per cent of the departures reach it within the limit
    as the percentile says: its travel time at that percentile, as ``htkgis times`` gives it, is
    within the limit. Only streets of the study are drawn.

    Parameters
    ----------
    study_path, catalog_path, question, out, data, cache, progress
        As :func:`htkgis.pipeline.isochrones.write_isochrones`.

    Raises
    ------
    HtkgisError
        As there; or nothing runs on the day.
    """
    study = read_study(study_path)
    check_question(question, out, study)
    moment = question.moment
    asked = ask_study(
        study_path,
        catalog_path,
        moment,
        inputs_of(question),
        lens=question.lens,
        data=data,
        cache=cache,
        progress=progress,
    )
    limits = limits_of(question, study)
    rules = with_limits(
        journey_rules(study), max_walk_min=question.max_walk_min, max_rides=question.max_rides
    )
    rules = replace(rules, cutoff_s=-(-deciseconds(max(limits)) // 10))
    starts = starts_of(question, study, asked.graph, asked.results)
    # nobody goes to a destination: streets are walked on from the stops
    nowhere = some_of(starts, np.zeros(0, dtype=np.int64))
    doors = doors_of(
        asked.graph,
        starts,
        nowhere,
        asked.stops,
        max_snap_m=snapping(study, WALK)["max_snap_m"],
        barriers=asked.results["barriers"],
    )
    transfers = asked.loaded.timetable.transfers
    journeys = journeys_between(doors, asked.trip_times, rules=rules, transfers=transfers)
    ground = _Ground(asked, doors, rules, moment, limits)
    found = [
        ground.reached(name, rows, of_origins(journeys, rows))
        for name, rows in places_of(question, starts)
    ]
    about = _about(ground, question)
    return write_reached(found, asked.graph, starts, question, study, asked.catalog, about, out)


class _Ground:
    """Streets, stops and rules that the isochrones of all places share."""

    def __init__(
        self,
        asked: TransitStudy,
        doors: Doors,
        rules: JourneyRules,
        moment: TransitMoment,
        limits: Sequence[float],
    ) -> None:
        self.asked, self.doors = asked, doors
        self.rules, self.moment, self.limits = rules, moment, limits
        self.window_s = every_minute(asked.start_s, moment.window_min)
        covered = street_coverage(asked.catalog, asked.results["streets"])
        at_stops = border_times(asked.graph, doors.stops, covered)
        self.border = to_border(asked.stops, at_stops, covered, rules.max_walk_ds)
        self.border_ds = border_times(asked.graph, doors.origins, covered)

    def reached(self, name: str, rows: Rows, journeys: Journeys) -> Reached:
        """Find what is reached from one place, by the best of its doors for each departure."""
        one = journeys._replace(access=as_one(journeys.access), direct=None)
        parts = streets_of_departures(
            self.doors._replace(origins=some_of(self.doors.origins, rows)),
            one,
            self.window_s,
            limits_min=self.limits,
            max_walk_ds=self.rules.max_walk_ds,
            percentile=self.moment.percentile,
        )
        soonest_ds = self._to_border_ds(one, rows)
        return Reached(name, parts, [deciseconds(limit) >= soonest_ds for limit in self.limits])

    def _to_border_ds(self, one: Journeys, rows: Rows) -> int:
        """Say when the first departure meets the end of the streets, or rides beyond it."""
        walked_ds = int(self.border_ds[rows].min(initial=UNREACHED))
        by_ride = departure_times(one._replace(egress=self.border), self.window_s, origin=0)
        return min(walked_ds, int(by_ride.min(initial=UNREACHED)))


def _about(ground: _Ground, question: IsochroneQuestion) -> dict[str, str]:
    """Say of which data the isochrones are made, by which decisions, and what they mean."""
    asked, moment = ground.asked, question.moment
    end_s = asked.start_s + 60 * moment.window_min
    tags = timetable_provenance(asked, moment, ground.rules, question.lens)
    own_points = question.points is not None
    layers = layers_used(asked.catalog, own_points=own_points) | asked.layers(moment.feeds)
    hashes = asked.catalog.checked_hashes()
    return tags | {
        "TIFFTAG_COPYRIGHT": credits_of(layers),
        "layers": "; ".join(f"{n} {own.published} {hashes[n]}" for n, own in layers.items()),
        "date": asked.day.date.isoformat(),
        "departures": f"{as_clock(asked.start_s)}-{as_clock(end_s)}, one each minute",
        "definition": (
            f"a place is inside if at least {moment.percentile:g} % of the departures (one at "
            "least) reach it within the limit"
        ),
    }
