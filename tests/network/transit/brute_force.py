"""An oracle without an idea: every trip, round by round, for one departure at a time.

It shares nothing with the engine: trips are lists of calls in any order, labels are dicts.
"""

from itertools import pairwise

import numpy as np

from htkgis.units import UNREACHED

NEVER = 10**9


def travel_times(day, departures_s, *, origin, cutoff_s, max_rides):
    """Deciseconds of each departure to each destination, ``UNREACHED`` beyond the cutoff."""
    rows = [
        _of_departure(day, int(departure), origin, cutoff_s, max_rides)
        for departure in departures_s
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(day.egress))


def _of_departure(day, departure, origin, cutoff_s, max_rides):
    arrived = earliest_arrivals(day, departure, origin, max_rides)
    result = []
    for destination, walk in enumerate(day.egress):
        by_ride_s = min([arrived.get(s, NEVER) + w - departure for s, w in walk.items()] + [NEVER])
        time = min(by_ride_s * 10, day.direct_ds[origin][destination])
        result.append(time if time <= cutoff_s * 10 else UNREACHED)
    return result


def earliest_arrivals(day, departure, origin, max_rides):
    """Earliest second at each stop by one ride at least and at most so many."""
    best = {}
    ready = {stop: departure + walk for stop, walk in day.access[origin].items()}
    for _ in range(max_rides):
        arrived = _by_a_ride(day.trips, ready)
        ready = {}
        for stop, second in arrived.items():
            best[stop] = min(second, best.get(stop, NEVER))
            for other, walk in day.footpaths[stop].items():
                ready[other] = min(second + walk, ready.get(other, NEVER))
    return best


def _by_a_ride(trips, ready):
    """Earliest arrivals by one trip each, of who is ready to board at some seconds."""
    arrived = {}
    for trip in trips:
        aboard = False
        for call, following in pairwise(trip):
            aboard |= call.pickup and ready.get(call.stop, NEVER) <= call.departure_s
            if aboard and following.drop_off:
                stop = following.stop
                arrived[stop] = min(following.arrival_s, arrived.get(stop, NEVER))
    return arrived


def ranked(times, percentiles):
    """Percentiles of each column, as the least value that so many per cent of the rows keep to."""
    ordered = np.sort(times, axis=0)
    rows = [max(1, -(-p * len(times) // 100)) - 1 for p in percentiles]
    return ordered[rows].T
