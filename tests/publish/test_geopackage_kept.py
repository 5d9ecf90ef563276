"""Layers of a GeoPackage that were written before are taken as they were, each by itself."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.errors import SchemaError
from htkgis.publish import geopackage
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.geopackage_pages import PAGE, changed_pages, with_pages
from htkgis.store.known import Known, Made
from htkgis.store.memory import Memory, remembering


def layer(*radii):
    shapes = [shapely.Point(at * 10, 0).buffer(radius, 200) for at, radius in enumerate(radii)]
    return gpd.GeoDataFrame({"n": range(len(radii))}, geometry=shapes, crs="EPSG:25832")


TABLES = {"a": layer(1, 2), "b": layer(3, 4, 5), "c": layer(6), "d": pd.DataFrame({"x": ["y"]})}


@pytest.fixture
def written(monkeypatch):
    """Names of the tables that are written, in their order."""
    names, plain = [], geopackage.append_table

    def append(path, name, *rest, **options):
        names.append(name)
        plain(path, name, *rest, **options)

    monkeypatch.setattr(geopackage, "append_table", append)
    return names


def made(tables):
    return geopackage_bytes(tables, styles={"a": "<qgis/>"}, date="2026")


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ({}, ["d"]),
        ({"d": pd.DataFrame({"x": ["z"]})}, ["d"]),
        ({"c": layer(7)}, ["c", "d"]),
        ({"b": layer(3, 4)}, ["b", "c", "d"]),
        ({"a": layer(1, 2, 3)}, ["a", "b", "c", "d"]),
    ],
)
def test_only_what_stands_behind_a_changed_layer_is_written_again(written, changed, anew):
    plain = made(TABLES | changed)
    with remembering(Memory()) as before:
        assert made(TABLES) == made(TABLES)
    written.clear()
    with remembering(Memory.of(before.arrays())):
        assert made(TABLES | changed) == plain
    assert written == [*anew, geopackage.STYLES]


def test_a_known_layer_that_was_written_before_is_not_looked_at(written):
    def asked():
        names.append("b")
        return TABLES["b"]

    names: list[str] = []
    plain = made(TABLES)
    with remembering(Memory()) as before:
        assert made(TABLES | {"b": Made("b", asked)}) == plain
    written.clear()
    with remembering(Memory.of(before.arrays())):
        assert made(TABLES | {"b": Made("b", asked)}) == plain
    assert (names, written) == (["b"], ["d", geopackage.STYLES])


def test_a_known_layer_without_a_crs_is_refused_when_it_is_looked_at():
    with pytest.raises(SchemaError, match="1 layers have no CRS: 'b'"):
        made(TABLES | {"b": Known(TABLES["b"].set_crs(None, allow_override=True))})


@pytest.mark.parametrize("after", [b"", b"x", b"b" * PAGE * 2, b"a" * (5 * PAGE) + b"x"])
@pytest.mark.parametrize("before", [b"", b"a" * 3 * PAGE, b"a" * (3 * PAGE + 7)])
def test_a_file_is_what_it_has_become_whatever_it_was(before, after):
    assert with_pages(before, changed_pages(before, after)) == after
