"""Arrays that were packed into one come back as they were, to the last bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from htkgis.pipeline.packed_arrays import STEP, packed, unpacked

KINDS = st.sampled_from([np.bool_, np.uint8, np.uint16, np.int32, np.int64, np.float64])
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
ARRAYS = st.dictionaries(st.text(max_size=4), hnp.arrays(KINDS, SHAPES), max_size=4)


@given(ARRAYS)
def test_what_is_packed_comes_back_with_its_kind_its_shape_and_its_bytes(arrays):
    found = unpacked(packed(arrays))
    assert list(found) == sorted(arrays)
    for name, array in arrays.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].tobytes() == array.tobytes()


@given(ARRAYS)
def test_the_order_of_arrays_changes_no_byte(arrays):
    other = packed(dict(reversed(arrays.items())))
    for name, array in packed(arrays).items():
        assert array.tobytes() == other[name].tobytes()


def test_each_array_begins_where_processors_like_to_read():
    one = packed({"a": np.ones(3, dtype=np.bool_), "b": np.arange(2), "c": np.ones(0)})
    assert one["packed"].size == 2 * STEP
    begun = unpacked(one)["b"].ctypes.data - one["packed"].ctypes.data
    assert begun == STEP


def test_where_nothing_was_packed_there_is_nothing():
    assert unpacked({}) == {}
