"""A GeoPackage whose first layers were kept is the same bytes as one that is written anew."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.publish import geopackage
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.geopackage_about import LayerFacts
from htkgis.store.memory import Memory, remembering

PLACES = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(7, 6)], crs="EPSG:25832")
AREA = gpd.GeoDataFrame({"id": ["b"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:25832")
FIGURES = pd.DataFrame({"minutes": [2.5]})
TABLES = {"places": PLACES, "area": AREA, "figures": FIGURES, "late": PLACES}
ABOUT = {"places": LayerFacts("Steder", "Skoler.")}


def made(date="2026-11", about=ABOUT, **changes):
    return geopackage_bytes(TABLES | changes, styles={}, date=date, about=about)


@pytest.fixture
def written(monkeypatch):
    """Names of the tables that are written."""
    names = []
    plain = geopackage.append_table

    def watched(path, name, table, **options):
        names.append(name)
        plain(path, name, table, **options)

    monkeypatch.setattr(geopackage, "append_table", watched)
    return names


def test_layers_before_a_table_that_changed_are_not_written_again(written):
    further = FIGURES.assign(minutes=3.5)
    expected = made(), made(figures=further)
    with remembering(Memory()) as before:
        first = made()
    written.clear()
    with remembering(Memory.of(before.arrays())):
        assert (first, made(figures=further)) == expected
    assert written == ["figures", "late", "layer_styles"]


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"places": PLACES.assign(id="c")}, 0),
        ({"area": AREA.translate(1e-6).to_frame("geometry")}, 1),
        ({"date": "2026-12"}, 0),
        ({"about": {"places": LayerFacts("Steder", "Butikker.")}}, 0),
        ({"about": {"area": LayerFacts("Steder", "Skoler.")}}, 0),
    ],
)
def test_layers_that_differ_in_anything_are_written_anew(changed, kept, written):
    expected = made(**changed)
    with remembering(Memory()):
        made()
        written.clear()
        assert made(**changed) == expected
    assert written == [*list(TABLES)[kept:], "layer_styles"]
