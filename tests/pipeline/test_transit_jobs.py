"""A number of jobs is a bound just where more beyond the border would change it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from htkgis.access import exceeded_by_departures, opportunities_of_departures
from htkgis.pipeline.transit_jobs import jobs_reached

SHAPE = (2, 5, 3)
NONE = np.zeros((1, 1, 1))


@given(
    arrays(np.float64, SHAPE, elements=st.sampled_from([0.0, 3.0, 7.5])),
    arrays(np.bool_, SHAPE),
    st.sampled_from([0, 50, 80, 100]),
)
def test_a_bound_is_counted_whether_or_not_anybody_meets_the_border(reached, met, percentile):
    for border in (met, np.zeros(SHAPE, dtype=np.bool_)):
        value, bound = jobs_reached(reached, NONE, border, percentile=percentile)
        assert np.array_equal(value, opportunities_of_departures(reached, percentile=percentile))
        told = exceeded_by_departures(reached, border, value, percentile=percentile)
        assert np.array_equal(bound, told)


def test_the_best_departure_may_meet_the_border_and_half_of_them_reach_no_more():
    reached = np.array([30.0, 40.0, 50.0]).reshape(1, 3, 1)
    for meeting, wanted in (([0, 0, 0], 0), ([0, 0, 1], 0), ([0, 1, 0], 1), ([1, 0, 0], 1)):
        met = np.array(meeting).reshape(1, 3, 1) > 0
        value, bound = jobs_reached(reached, NONE, met, percentile=50)
        assert (value.item(), bound.item()) == (40.0, wanted)
