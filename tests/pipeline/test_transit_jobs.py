"""A number of jobs is a bound just where more beyond the border would change it."""

import numpy as np
import pytest

from htkgis.network.transit import Ranked, Ranking
from htkgis.network.transit.rankings import rank_sums
from htkgis.pipeline.transit_jobs import HIGH, JOBS, LOW, jobs_reached

NOT_NEAR = np.zeros((1, 1), dtype=bool)


def ranked_of(reached, met, endless=None):
    """What half of some departures reach, in the middle and at both ends."""
    kinds = [reached, reached, reached, met, *([] if endless is None else [endless])]
    more = range(3, len(kinds))
    found = Ranked(
        np.zeros((1, 1, 3)),
        np.zeros((1, 1, 3, len(more)), dtype=bool),
        np.zeros((1, 1, 3, 2 + len(more)), dtype=np.int32),
    )
    rank_sums(found, 0, np.array([kinds], dtype=float), Ranking(50, [0, 1, 2], more))
    return found


def test_the_best_departure_may_meet_the_border_and_half_of_them_reach_no_more():
    for meeting, wanted in (([0, 0, 0], 0), ([0, 0, 1], 0), ([0, 1, 0], 1), ([1, 0, 0], 1)):
        found = ranked_of([30, 40, 50], meeting)
        value, bound = jobs_reached(found, NOT_NEAR, [JOBS, LOW, HIGH])
        assert value.tolist() == [[[40, 40, 40]]]
        assert bound.tolist() == [[[wanted] * 3]]


def test_who_walks_to_the_border_has_bounds_whatever_departures_meet():
    found = ranked_of([30, 40, 50], [0, 0, 0])
    assert jobs_reached(found, ~NOT_NEAR, [JOBS, LOW, HIGH])[1].all()


@pytest.mark.parametrize(("endless", "known"), [([0, 0, 1], True), ([0, 1, 0], False)])
def test_only_a_high_end_is_missing_where_an_unknown_number_would_change_it(endless, known):
    value, bound = jobs_reached(
        ranked_of([30, 40, 50], [0] * 3, endless), NOT_NEAR, [JOBS, LOW, HIGH]
    )
    assert np.isnan(value).tolist() == [[[False, False, not known]]]
    assert not bound.any()
