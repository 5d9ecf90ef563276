"""Water and closed land of an extract: surfaces of the kinds that the catalog names."""

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from htkgis.errors import SchemaError
from htkgis.loaders.land import read_closed_land, read_water

UTM32 = "EPSG:25832"
CORNERS = {1: (12.28, 55.65), 2: (12.29, 55.65), 3: (12.29, 55.66)}


@pytest.fixture
def extract(tmp_path):
    path = tmp_path / "land.osm.pbf"
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for ref, place in CORNERS.items():
            writer.add_node(Node(id=ref, location=place))
        for way, tags in (
            (10, {"natural": "water"}),
            (11, {"natural": "wood"}),
            (12, {"landuse": "railway"}),
            (13, {"landuse": "farmland"}),
        ):
            writer.add_way(Way(id=way, nodes=[1, 2, 3, 1], tags=tags))


def layer(key, kind):
    columns = {"id": "id", "kind": "kind"}
    values = {"kind": {kind: kind}}
    return {"path": "land.osm.pbf", "osm_key": key, "columns": columns, "values": values}


@pytest.mark.usefixtures("extract")
def test_water_and_closed_land_are_the_surfaces_that_the_catalog_names(catalog):
    known = catalog(water=layer("natural", "water"), closed_land=layer("landuse", "railway"))
    for read, name, way in ((read_water, "water", "w10"), (read_closed_land, "closed_land", "w12")):
        table, _ = read(known, name, crs=UTM32)
        assert table["id"].tolist() == [way]
        assert table.geometry.area.tolist() == pytest.approx([350_000], rel=0.01)


@pytest.mark.usefixtures("extract")
def test_closed_land_without_a_kind_is_refused(catalog):
    facts = {"path": "land.osm.pbf", "osm_key": "landuse", "columns": {"id": "id"}}
    with pytest.raises(SchemaError, match=r"missing columns \['kind'\]"):
        read_closed_land(catalog(closed_land=facts), "closed_land", crs=UTM32)
