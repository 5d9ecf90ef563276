"""Real timetables: the scan against range-RAPTOR, and itineraries against both, to the second."""

import importlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from htkgis.network.transit import departure_times, every_minute, itinerary
from htkgis.network.transit.pairs import whole_seconds
from htkgis.units import UNREACHED

from .both_scans import assert_both_scans_agree

DATA = os.environ.get("HTKGIS_TEST_DATA")
SCRIPTS = Path(__file__).parent.parent.parent.parent / "scripts"
AFTERNOON = 14 * 3600
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data"),
]


@pytest.fixture(scope="module")
def cities():
    sys.path.insert(0, str(SCRIPTS))
    yield importlib.import_module("transit_cities")
    sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="module")
def porto_alegre(cities):
    """Three rides at most, 3.6 km/h; on Monday 13 May 2019."""
    return cities.door_to_door(cities.porto_alegre(Path(DATA)), max_rides=3)


def from_stops(journeys):
    """The same journeys to every stop instead of a door."""
    stops = journeys.timetables[0].stops
    every = np.arange(stops, dtype=np.int32)
    egress = type(journeys.egress)(
        np.arange(stops + 1), np.stack([every, np.zeros_like(every)], axis=1)
    )
    return journeys._replace(egress=egress, direct=None)


def assert_as_range_raptor(raptor, journeys, window, origins):
    """The same arrival at every stop by each departure and draw; return the share reached."""
    to_stops, reached = from_stops(journeys), 0
    for table in journeys.timetables:
        patterns = raptor.patterns_of(table)
        for origin in origins:
            begin, end = journeys.access.indptr[origin : origin + 2]
            by_rounds = raptor.arrivals_of_window(
                patterns,
                journeys.footpaths,
                journeys.access.walks[begin:end],
                window,
                cutoff_s=journeys.cutoff_s,
                max_rides=journeys.max_rides,
            )
            times_ds = 10 * (by_rounds - window[:, None])
            wanted = np.where(by_rounds < raptor.NEVER, times_ds, UNREACHED)
            found = departure_times(
                to_stops._replace(timetables=(table,)), window, origin=int(origin)
            )
            assert np.array_equal(found, wanted)
            reached += (wanted < UNREACHED).mean()
    return reached / len(origins) / len(journeys.timetables)


def test_porto_alegre_is_as_range_raptor_has_it(raptor, porto_alegre):
    window = every_minute(AFTERNOON, 120)
    origins = range(0, len(porto_alegre.access), 60)
    assert assert_as_range_raptor(raptor, porto_alegre, window, origins) > 0.3


def test_both_scans_of_porto_alegre_give_every_value_alike(porto_alegre):
    # neighbours, which share their stops, and others far apart
    some = as_pairs(porto_alegre.access, [*range(600, 612), *range(0, 1200, 200)])
    journeys = porto_alegre._replace(access=some, direct=None, max_rides=4)
    window = every_minute(AFTERNOON, 120)
    assert assert_both_scans_agree(journeys, window, percentiles=(5, 50, 95)).mean() > 0.3


def as_pairs(access, origins):
    """Some of the origins alone."""
    walks = [access.walks[slice(*access.indptr[n : n + 2])] for n in origins]
    return type(access)(np.cumsum([0, *map(len, walks)]), np.concatenate(walks))


def test_itineraries_of_porto_alegre_take_the_travel_times(porto_alegre):
    rides = set()
    for origin in range(0, len(porto_alegre.access), 240):
        times = departure_times(porto_alegre, [AFTERNOON + 420], origin=origin)[0]
        for destination in range(0, len(times), 40):
            legs = itinerary(
                porto_alegre,
                AFTERNOON + 420,
                origin=origin,
                destination=destination,
                slack_s=60,
            )
            assert (legs is None) == (times[destination] == UNREACHED)
            if legs:
                own_s = legs[-1].arrives_s - AFTERNOON - 420
                assert own_s == whole_seconds(times[destination])
                rides.add(sum(leg.kind == "ride" for leg in legs))
    assert rides == {0, 1, 2, 3}


def test_sao_paulo_drawn_is_as_range_raptor_has_it(cities, raptor):
    city = cities.sao_paulo(Path(DATA))
    journeys = cities.door_to_door(city, draws=2, cutoff_s=5400)
    assert len(journeys.timetables) == 2
    window = every_minute(AFTERNOON, 65)
    assert assert_as_range_raptor(raptor, journeys, window, range(0, 323, 80)) > 0.1


def test_helsinki_is_as_range_raptor_has_it(cities, raptor):
    journeys = cities.helsinki(Path(DATA))
    window = every_minute(8 * 3600, 65)
    origins = np.linspace(0, len(journeys.access) - 1, 6).astype(int)
    assert assert_as_range_raptor(raptor, journeys, window, origins) > 0.1
