"""Places that are areas, from their layer to a table of outlines; one row per place."""

import geopandas as gpd
import numpy as np
import osmium
import pytest
import shapely
from osmium.osm.mutable import Node, Way

from htkgis.loaders.places import joined_places, read_places
from htkgis.network import Snaps, route, snap, street_times
from htkgis.pipeline.entrances import fold_times, load_entrances, places_by_use
from htkgis.pipeline.places import outlines_apart
from htkgis.pipeline.routes import nearest_doors
from htkgis.pipeline.snapped import same_positions
from htkgis.study import read_study
from tests.network.towns import grid, points, streets, walk

UTM32 = "EPSG:25832"
FACTS = {"opportunities": 1, "unit": "places", "status": "existing", "position_accuracy_m": 5}
COLUMNS = {"id": "key", "name": "name", "function": "what"}


def layer(shapes, folder, name, *drawn, what="green"):
    ids = [f"{name}{number}" for number in range(len(drawn))]
    table = shapes(list(drawn), key=ids, name=ids, what=[what] * len(ids))
    table.to_file(folder / f"{name}.gpkg")
    return {
        "path": f"{name}.gpkg",
        "role": "places",
        "columns": COLUMNS,
        "constants": FACTS,
    }


def test_areas_keep_their_outline_through_several_layers_and_points_have_none(
    catalog, shapes, tmp_path
):
    park, field = shapely.box(0, 0, 200, 100), shapely.box(300, 0, 400, 100)
    known = catalog(
        parks=layer(shapes, tmp_path, "parks", park, shapely.Point(50, 500)),
        shops=layer(shapes, tmp_path, "shops", shapely.Point(9, 9), what="shopping"),
        fields=layer(shapes, tmp_path, "fields", field),
    )
    parts = [read_places(known, name, crs=UTM32)[0] for name in known.layers]
    assert ["outline" in part.columns for part in parts] == [True, False, True]
    places, outlines = outlines_apart(joined_places(parts, where="here", crs=UTM32))
    assert places["id"].tolist() == ["parks0", "parks1", "shops0", "fields0"]
    assert (places.geom_type == "Point").all()
    assert "outline" not in places.columns
    assert outlines["place_id"].tolist() == ["parks0", "fields0"]
    assert outlines.area.tolist() == pytest.approx([20_000, 10_000])
    assert outlines.crs == UTM32


def test_places_that_are_all_points_have_no_outlines_and_no_entrances(
    root, catalog, shapes, tmp_path
):
    known = catalog(shops=layer(shapes, tmp_path, "shops", shapely.Point(9, 9)))
    places, outlines = outlines_apart(read_places(known, "shops", crs=UTM32)[0])
    assert (len(places), len(outlines)) == (1, 0)
    streets = gpd.GeoDataFrame(
        {
            "id": ["s"],
            "from_node": ["a"],
            "to_node": ["b"],
            "walk": [True],
            "tunnel": [False],
            "bridge": [False],
        },
        geometry=[shapely.LineString([(0, 0), (9, 0)])],
        crs=UTM32,
    )
    found = load_entrances(outlines, streets, study=read_study(root / "study.toml"))
    assert len(found["entrances"]) == 0


def test_parks_of_an_extract_are_places_with_a_name_and_an_outline(catalog, tmp_path):
    corners = [(12.28, 55.65), (12.29, 55.65), (12.29, 55.66), (12.28, 55.66)]
    with osmium.SimpleWriter(str(tmp_path / "parks.osm.pbf")) as writer:
        for ref, place in enumerate(corners, start=1):
            writer.add_node(Node(id=ref, location=place))
        tags = {"leisure": "park", "name": "Parken"}
        writer.add_way(Way(id=10, nodes=[1, 2, 3, 4, 1], tags=tags))
    known = catalog(
        parks={
            "path": "parks.osm.pbf",
            "role": "places",
            "osm_key": "leisure",
            "columns": {"id": "id", "name": "name", "kind": "kind"},
            "values": {"kind": {"park": "park"}},
            "constants": FACTS | {"function": "green"},
        }
    )
    places, outlines = outlines_apart(read_places(known, "parks", crs=UTM32)[0])
    assert places[["id", "name", "function"]].to_numpy().tolist() == [["w10", "Parken", "green"]]
    assert outlines["place_id"].tolist() == ["w10"]
    assert outlines.contains(places.geometry).all()


def test_a_route_leads_to_the_entrance_that_gave_the_time():
    graph = walk(grid(5))
    home = snap(graph, points((300, 0), ids=["home"]), max_snap_m=5)
    doors = snap(graph, points((0, 400), (300, 200), (0, 0), ids=["park"] * 3), max_snap_m=5)
    for limit_ds in (None, 2000):
        start, end = nearest_doors(graph, [home, doors], limit_ds=limit_ds)
        assert (start.ids.tolist(), end.point_xy.tolist()) == (["home"], [[300, 200]])
    least = fold_times(street_times(graph, home, doors, limit_ds=None).to_table())
    assert route(graph, start, end).time_ds == least["travel_time_ds"].item() == 2000


def test_an_area_that_no_way_leads_to_is_still_one_end_of_a_route():
    at = {"a": (0, 0), "b": (9, 0), "c": (0, 90), "d": (9, 90)}
    graph = walk(streets([("a", "b", 9, 0), ("c", "d", 9, 0)], at))
    home = snap(graph, points((0, 0)), max_snap_m=5)
    doors = snap(graph, points((0, 93), (9, 91), ids=["park", "park"]), max_snap_m=5)
    _, end = nearest_doors(graph, [home, doors])
    assert end.point_xy.tolist() == [[9, 91]]


def two_places(*, jobs=7.0, measured_before=True):
    """A firm that is measured in both years, and a school that is measured in the first alone."""
    return gpd.GeoDataFrame(
        {
            "id": ["firm", "school"],
            "name": [None, "School"],
            "name_en": None,
            "function": [None, "school"],
            "layer": ["jobs", "places"],
            "unit": ["jobs", "places"],
            "opportunities": [jobs, 1.0],
            "measured": [True, False],
            "measured_2017": [True, measured_before],
            "measured_2026": [True, False],
        },
        geometry=gpd.points_from_xy([0, 100], [0, 0]),
        crs="EPSG:25832",
    )


def by_use(places):
    doors = gpd.GeoDataFrame({"place_id": ["school"]}, geometry=[shapely.Point(90, 0)])
    return places_by_use(places, doors, years=(2026, 2017))


def test_places_of_any_year_are_travelled_to_and_those_of_the_state_are_told():
    found = by_use(two_places())
    ids = {name: table.iloc[:, 0].tolist() for name, table in found.items()}
    assert ids == {
        "counted_places": ["firm", "school"],
        "counted_functions": ["school"],
        "functions_by_year": ["school"],
        "job_places": ["firm"],
        "job_entrances": [],
        "job_points": ["firm"],
        "function_places": [],
        "function_entrances": [],
        "named_places": ["school"],
    }
    assert by_use(two_places(measured_before=False))["counted_places"]["id"].tolist() == ["firm"]


def test_no_travel_time_is_measured_again_for_another_number_of_jobs():
    few, many = (by_use(two_places(jobs=jobs)) for jobs in (7.0, 8.0))
    assert few["counted_places"].equals(many["counted_places"])
    assert few["job_points"].equals(many["job_points"])
    for name in ("functions_by_year", "named_places"):
        assert few[name].equals(many[name])
    assert not few["job_places"].equals(many["job_places"])


def snaps(edge, connector_ds):
    count = len(edge)
    ints = np.array(edge, dtype=np.int32)
    zeros = np.zeros(count, dtype=np.int32)
    metres, xy = np.zeros(count), np.zeros((count, 2))
    near = np.array(connector_ds, dtype=np.int32)
    ids = np.array(["a", "b"][:count])
    return Snaps(ids, ints, metres, zeros, zeros, near, metres, xy, xy, np.zeros(count, bool))


def test_points_lie_where_they_lay_only_on_the_same_street_as_near_to_it():
    own = snaps([3, 4], [10, 20])
    assert same_positions(own, snaps([3, 4], [10, 20]))
    assert not same_positions(own, snaps([3, -1], [10, 20]))
    assert not same_positions(own, snaps([3, 4], [10, 21]))
    assert not same_positions(own, snaps([3], [10]))
