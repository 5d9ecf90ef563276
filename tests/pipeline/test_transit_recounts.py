"""Jobs by public transport where a walk from a stop to a place is another: counted, not ranked."""

from types import SimpleNamespace
from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from htkgis.pipeline import transit_measures, transit_windows
from htkgis.pipeline.transit_jobs import JobsAtPlaces
from htkgis.pipeline.transit_measures import _found_in_all, _Journeys
from htkgis.pipeline.transit_reuse import of_part
from tests.network.transit.days import Day, busy_days, ride, unreached, waits, walks

PLACES, ORIGINS = 2, 3
HIGHS = np.array([[7.0, 5.0, 9.0], [30.5, 20.0, 20.0]])
MORE_S = st.lists(st.sampled_from([-30, 0, 0, 10, 60]), min_size=4, max_size=4)
RULES = SimpleNamespace(
    percentile=SimpleNamespace(value=50),
    jobs=SimpleNamespace(value=[10, 15]),
    windows={
        "a": SimpleNamespace(start_s=0, minutes=7),
        "b": SimpleNamespace(start_s=1200, minutes=4),
    },
)


def found_in(journeys, earlier, *, single=False, jobs=HIGHS):
    """Every window, and the same a minute later; and how many origins were ranked in each."""
    endless = np.array([False, True])
    places = JobsAtPlaces(("jobs", "low", "high"), jobs, endless, np.array([1.0, 1.0]))
    made = _Journeys(journeys, np.array([400, 2**20, 0]), places, single)
    ranked = mock.Mock(side_effect=transit_measures.ranked_of_parts)
    with (
        mock.patch.object(transit_windows, "profiles_pay", return_value=True),
        mock.patch.object(transit_measures, "ranked_of_parts", ranked),
    ):
        found = _found_in_all(made, RULES, [0, 1], earlier)
    return found, [len(call.args[0].access) for call in ranked.call_args_list]


def with_walks(journeys, day, seconds):
    longer = [
        {stop: max(0, own_s + more_s) for stop, own_s in own.items()}
        for own, more_s in zip(day.egress, seconds, strict=True)
    ]
    return journeys._replace(egress=walks(longer))


@given(
    busy_days(origins=ORIGINS, destinations=PLACES + 2),
    MORE_S,
    MORE_S,
    st.booleans(),
    st.sampled_from([1.0, 1.0, 2.0]),
)
def test_whatever_walks_there_were_every_byte_is_that_of_measuring_all(
    day, seconds, again, single, more_jobs
):
    """Other walks twice: what was counted again is counted from once more."""
    journeys = day.journeys(cutoff_s=1500, max_rides=2)
    journeys = journeys._replace(timetables=(*journeys.timetables, day.moved(37).connections()))
    earlier, _ = found_in(journeys, {}, single=single)
    for more_s, jobs in ((seconds, HIGHS), (again, HIGHS * more_jobs)):
        journeys = with_walks(journeys, day, more_s)
        earlier, _ = found_in(journeys, earlier, single=single, jobs=jobs)
        alone, _ = found_in(journeys, {}, single=single, jobs=jobs)
        assert sorted(earlier) == sorted(alone)
        for name, values in alone.items():
            assert values.dtype == earlier[name].dtype
            assert values.shape == earlier[name].shape
            assert values.tobytes() == earlier[name].tobytes()


def hourly():
    """A ride at 0:10 to the stop of both places; everybody is at the first stop."""
    egress = [{1: 100}, {1: 130}, {}, {1: 0}]
    day = Day(
        2, [ride((0, 600), (1, 700))], waits(2), [{0: 10}] * ORIGINS, egress,
        unreached(ORIGINS, PLACES + 2),
    )  # fmt: skip
    return day, day.journeys(cutoff_s=1500, max_rides=1)


def test_nobody_is_ranked_whose_median_departure_reaches_what_it_did():
    day, journeys = hourly()
    earlier, ranked = found_in(journeys, {})
    assert ranked == [ORIGINS, ORIGINS]
    # who leaves at 0:04 is at the first place in 560 s of the 600 that count, who leaves a minute
    # sooner in 620; half of the departures from 0:01 on make it
    for more_s, wanted in ((39, []), (-19, []), (-21, [ORIGINS]), (41, [ORIGINS])):
        own = with_walks(journeys, day, [more_s, 0, 0, 0])
        found, ranked = found_in(own, earlier)
        assert ranked == wanted, more_s
        counted = of_part(found, "0")["0_reaching"]
        assert counted.shape == (ORIGINS, 2, 3, 4)


def test_where_a_station_is_nearer_all_who_are_there_in_time_are_timed_again():
    day, journeys = hourly()
    earlier, _ = found_in(journeys, {})
    _, ranked = found_in(with_walks(journeys, day, [0, 0, 0, 5]), earlier)
    assert ranked == [ORIGINS, ORIGINS]


def test_who_no_longer_meets_the_border_is_ranked_again_though_as_much_is_reached():
    day, journeys = hourly()
    day = day._replace(egress=[{1: 100}, {}, {1: 130}, {1: 0}])
    journeys = with_walks(journeys, day, [0, 0, 0, 0])
    earlier, _ = found_in(journeys, {})
    # of the departures from 0:01 on just half meet the border within ten minutes
    for more_s, wanted in ((9, []), (11, [ORIGINS])):
        assert found_in(with_walks(journeys, day, [0, 0, more_s, 0]), earlier)[1] == wanted
