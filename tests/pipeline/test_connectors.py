"""Audits per layer and the connectors that maps and files draw."""

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.cli.run import lines
from htkgis.cli.times import snap_line
from htkgis.maps import load_text
from htkgis.network import audit, build_graph, snap
from htkgis.pipeline.connectors import (
    audit_of,
    audit_record,
    audits_by_layer,
    connector_lines,
    connectors_of,
)
from htkgis.pipeline.profiles import RunReport

CRS = "EPSG:25832"


def street():
    table = gpd.GeoDataFrame(
        {
            "id": ["s"],
            "from_node": ["a"],
            "to_node": ["b"],
            "length_m": [100.0],
            "oneway": [False],
            "walk": [True],
        },
        geometry=[shapely.LineString([(0, 0), (100, 0)])],
        crs=CRS,
    )
    return build_graph(table, mode="walk", speed_kph=3.6)


def snapped(**at):
    points = gpd.GeoDataFrame(
        {"id": list(at)}, geometry=[shapely.Point(xy) for xy in at.values()], crs=CRS
    )
    return snap(street(), points, max_snap_m=50)


def test_each_layer_has_its_own_audit_and_comes_back_from_json():
    snaps = snapped(a=(0, 10), b=(50, 30), c=(0, 700))
    table = pd.DataFrame({"id": ["c", "a", "b"], "layer": ["shops", "homes", "homes"]})
    audits = audits_by_layer(table, snaps)
    assert list(audits) == ["shops", "homes"]
    assert (audits["homes"].count, audits["homes"].median_m) == (2, 20)
    assert audits["homes"].farthest == (("b", 30), ("a", 10))
    assert (audits["shops"].snapped, audits["shops"].max_m) == (0, 700)
    record = audit_record(audits.items())
    assert {name: audit_of(row) for name, row in record.items()} == audits


def test_a_layer_without_points_on_either_side_is_not_told():
    assert audits_by_layer(pd.DataFrame({"id": ["x"], "layer": ["none"]}), snapped(a=(0, 1))) == {}


def test_the_line_names_what_barriers_keep_off_where_there_may_be_any():
    found = audit(snapped(a=(0, 10)))
    told = "a: 1 of 1 on the streets; distance median 10 m, largest 10 m; farthest: a 10 m"
    assert snap_line("a", found) == told
    assert snap_line("a", found, barriers=True) == f"{told}; 0 behind a barrier"


def test_a_run_says_how_each_layer_met_the_streets(tmp_path):
    record = audit_record({"homes": audit(snapped(a=(0, 10)))}.items())
    said = lines(RunReport(tmp_path, (), ("walk_travel_times",), (), record))
    told = "homes (snapping): 1 of 1 on the streets; distance median 10 m, largest 10 m; "
    assert said == [f"{told}farthest: a 10 m; 0 behind a barrier"]


def test_connectors_lead_from_the_point_to_the_street_and_only_where_there_is_a_way():
    origins, places = snapped(on=(30, 0), home=(50, 12.34)), snapped(shop=(110, 0), far=(0, 700))
    found = connector_lines(origins, places, crs=CRS)
    assert found[["id", "role", "distance_m"]].to_numpy().tolist() == [
        ["home", "origin", 12.3],
        ["shop", "place", 10],
    ]
    assert [list(line.coords) for line in found.geometry] == [
        [(50, 12.34), (50, 0)],
        [(110, 0), (100, 0)],
    ]
    assert found.crs == CRS
    assert connectors_of(found, ["shop", "other"])["id"].tolist() == ["shop"]


def test_nothing_to_draw_is_a_table_without_rows():
    found = connector_lines(snapped(on=(30, 0)), snapped(), crs=CRS)
    assert len(found) == 0
    assert found.columns.tolist() == ["id", "role", "distance_m", "geometry"]


def test_the_layer_has_a_name_in_both_languages():
    assert {load_text(language)("layer.connectors") for language in ("da", "en")} == {
        "Fra steder og startpunkter til vejen",
        "From places and origins to their street",
    }
