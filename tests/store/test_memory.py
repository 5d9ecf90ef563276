"""What was made of shapes is recalled by every bit of the shape and by all else that decided it."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.store.before import Before
from htkgis.store.memory import LARGE_BYTES, Memory, recalled, recalled_whole, remembering
from htkgis.store.table_hash import table_hash
from htkgis.store.twins import file_sums
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


TABLE = pd.DataFrame({"name": ["a", None], "n": [1, 2], "x": [0.5, float("nan")]})
SHAPES = gpd.GeoDataFrame(TABLE, geometry=[RING, None], crs="EPSG:25832")


class Whole:
    """Makes something of tables, and of the shapes that are in them."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return recalled("a", [RING, MOVED], lambda own: [b"outline\0"] * len(own))[0] + b"whole"


def test_a_whole_that_was_made_in_the_run_before_is_not_made_again():
    make = Whole()
    with remembering(Memory()) as before:
        made = [recalled_whole("w", [SHAPES, None], make, {"b": 1}) for _ in range(2)]
    with remembering(Memory.of(before.arrays())) as now:
        made.append(recalled_whole("w", [SHAPES.copy(), None], make, {"b": 1}))
    assert (make.times, set(made)) == (1, {b"outline\0whole"})
    assert now.used == before.used


def test_the_pieces_of_a_whole_are_kept_though_only_the_whole_was_asked_for(write):
    kept = Memory()
    for _ in range(3):
        with remembering(Memory.of(kept.arrays())) as kept:
            recalled_whole("outer", [], lambda: recalled_whole("inner", [], Whole()))
    with remembering(Memory.of(kept.arrays())):
        assert recalled("a", [RING, MOVED], write) == [b"outline\0"] * 2
        recalled_whole("inner", [], write)
    assert write.asked == []


def test_without_a_memory_a_whole_is_made_each_time():
    make = Whole()
    assert [recalled_whole("w", [TABLE], make) for _ in range(2)] == [b"outline\0whole"] * 2
    assert make.times == 2


@pytest.mark.parametrize(
    "changed",
    [
        SHAPES.rename(columns={"n": "m"}),
        SHAPES[["n", "name", "x", "geometry"]],
        SHAPES[::-1],
        SHAPES[:1],
        SHAPES.astype({"n": "int32"}),
        SHAPES.assign(name=["a", "None"]),
        SHAPES.assign(name=["b", None]),
        SHAPES.assign(n=[1, 3]),
        SHAPES.assign(x=[0.5, 1.0]),
        SHAPES.assign(x=[0.5 + 1e-15, float("nan")]),
        SHAPES.set_index(pd.Index([0, 2])),
        SHAPES.set_crs("EPSG:25833", allow_override=True),
        SHAPES.assign(geometry=[MOVED, None]),
        SHAPES.assign(geometry=[None, RING]),
        SHAPES.assign(geometry=[RING, shapely.Polygon()]),
        TABLE,
        None,
    ],
)
def test_of_a_table_that_differs_in_anything_a_whole_is_made_anew(changed):
    make = Whole()
    with remembering(Memory()):
        recalled_whole("w", [SHAPES], make)
        recalled_whole("w", [changed], make)
    assert make.times == 2


@pytest.mark.parametrize(
    ("name", "facts"), [("v", ({"a": 1, "b": 2},)), ("w", ({"b": 2, "a": 1},)), ("w", ())]
)
def test_of_other_facts_or_in_another_order_a_whole_is_made_anew(name, facts):
    make = Whole()
    with remembering(Memory()):
        recalled_whole("w", [TABLE], make, {"a": 1, "b": 2})
        recalled_whole(name, [TABLE], make, *facts)
    assert make.times == 2


def test_a_cell_that_cannot_be_told_from_others_is_refused():
    table = pd.DataFrame({"a": [[1, 2]]})
    with pytest.raises(TypeError, match=r"cells of kind \['list'\]"):
        table_hash(table)


def test_a_large_piece_that_stays_is_named_again_beside_small_ones(tmp_path):
    sizes = {"a": 9, "b": LARGE_BYTES, "c": LARGE_BYTES - 1}
    folders = [tmp_path / "first", tmp_path / "second"]
    before = None
    for folder in folders:
        folder.mkdir()
        memory = Memory()
        memory.used = {f"{name * 64}": name.encode() * size for name, size in sizes.items()}
        write_value(folder, "kept", memory.arrays(apart=True), before)
        assert dict(Memory.of(held(folder, "kept")).earlier) == memory.used
        before = Before(folder, {path.name: file_sums(path) for path in folder.iterdir()})
        sizes |= {"d": 5, "e": LARGE_BYTES}
    one, other = (folder / f"kept.{'b' * 16}.npy" for folder in folders)
    assert one.samefile(other)
    assert [len(list(folder.glob("kept.????????????????.npy"))) for folder in folders] == [1, 2]
