"""What was made of shapes is recalled by every bit of the shape and by all else that decided it."""

import pytest
import shapely

from htkgis.store.memory import Memory, recalled, remembering
from htkgis.store.values import read_value, write_value

RING = shapely.Point(0, 0).buffer(100)
MOVED = shapely.Point(1e-9, 0).buffer(100)


class Writer:
    """Writes shapes, and notes which it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, shapes):
        self.asked.extend(shapes)
        return [repr(shape).encode() for shape in shapes]


@pytest.fixture
def write():
    return Writer()


def test_without_a_memory_everything_is_made(write):
    assert recalled("a", [RING, RING], write) == [repr(RING).encode()] * 2
    assert len(write.asked) == 2


def test_what_was_made_in_the_run_before_is_not_made_again(write):
    with remembering(Memory()) as before:
        made = recalled("a", [RING, MOVED, None], write)
    with remembering(Memory.of(before.arrays())) as now:
        assert recalled("a", [MOVED, None, RING], write) == [made[1], made[2], made[0]]
    assert write.asked == [RING, MOVED, None]
    assert now.used == before.used


@pytest.mark.parametrize(
    ("name", "shape", "facts"),
    [
        ("b", RING, (1,)),
        ("a", MOVED, (1,)),
        ("a", RING.reverse(), (1,)),
        ("a", shapely.set_srid(RING, 25832), (1,)),
        ("a", shapely.force_3d(RING), (1,)),
        ("a", shapely.MultiPolygon([RING]), (1,)),
        ("a", RING, (2,)),
        ("a", RING, ("1",)),
        ("a", RING, ()),
    ],
)
def test_of_another_name_shape_or_fact_it_is_made_anew(write, name, shape, facts):
    with remembering(Memory()):
        recalled("a", [RING], write, 1)
        recalled(name, [shape], write, *facts)
    assert len(write.asked) == 2


def test_what_was_not_asked_for_again_is_not_kept(write):
    with remembering(Memory()) as before:
        recalled("a", [RING, MOVED], write)
    with remembering(Memory.of(before.arrays())) as now:
        recalled("a", [MOVED], write)
    assert list(now.used.values()) == [repr(MOVED).encode()]


def test_points_are_made_and_not_kept(write):
    with remembering(Memory()) as memory:
        recalled("a", [shapely.Point(0, 0)] * 3, write)
    assert (len(write.asked), memory.used) == (3, {})


def test_a_memory_is_the_same_bytes_in_whatever_order_it_was_asked_and_is_read_back(tmp_path):
    files = []
    for number, order in enumerate(([RING, MOVED], [MOVED, RING])):
        with remembering(Memory()) as memory:
            recalled("a", order, Writer())
        write_value(tmp_path, f"m{number}", memory.arrays())
        files.append([path.read_bytes() for path in sorted(tmp_path.glob(f"m{number}.*"))])
    assert files[0] == files[1]
    assert dict(Memory.of(held(tmp_path, "m0")).earlier) == memory.used


def test_a_memory_of_nothing_is_read_back(tmp_path):
    write_value(tmp_path, "none", Memory().arrays())
    assert dict(Memory.of(held(tmp_path, "none")).earlier) == {}
    assert dict(Memory.of(None).earlier) == {}


def held(folder, name):
    return read_value(folder, name, {path.name: "sha" for path in folder.glob(f"{name}.*")})


def test_a_memory_is_closed_where_something_fails(write):
    with pytest.raises(ValueError, match="broken"), remembering(Memory()) as memory:
        raise ValueError("broken")
    recalled("a", [RING], write)
    assert memory.used == {}
