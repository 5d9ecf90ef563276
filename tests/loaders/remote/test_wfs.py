"""A real MapServer on this machine, and a stand-in for the faults that it does not have."""

import geopandas as gpd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from htkgis.errors import SourceError
from htkgis.loaders.remote.around import Around
from htkgis.loaders.remote.client import Client
from htkgis.loaders.remote.waiting import Patience
from htkgis.loaders.remote.wfs import fetch_wfs
from htkgis.services import Fetch

from .mapserver import MAPSERV, MISSING, mapserver
from .server import Reply, service, serving

real = pytest.mark.skipif(MAPSERV is None, reason=MISSING)
TOWN = Around((700900, 6171900, 701450, 6172450), "EPSG:25832")
ROWS = [
    {
        "key": f"s{n}",
        "name": f"Skole æøå {n}",
        "geometry": shapely.Point(701000 + 100 * (n % 8), 6172000 + 100 * (n // 8), -999),
    }
    for n in range(40)
]
EXCEPTION = b"""<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1">
<ows:Exception><ows:ExceptionText>no such column</ows:ExceptionText></ows:Exception>
</ows:ExceptionReport>"""
CAPABILITIES = b"""<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"
 xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink">
<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:Parameter name="outputFormat">
<ows:AllowedValues><ows:Value>application/json</ows:Value></ows:AllowedValues></ows:Parameter>
</ows:Operation></ows:OperationsMetadata><wfs:FeatureTypeList><wfs:FeatureType>
<wfs:Name>pdk:plan</wfs:Name><wfs:Title>Plans</wfs:Title>
<wfs:DefaultCRS>urn:ogc:def:crs:EPSG::25832</wfs:DefaultCRS></wfs:FeatureType>
</wfs:FeatureTypeList></wfs:WFS_Capabilities>"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    if MAPSERV is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("town")
    rows = gpd.GeoDataFrame(ROWS, crs="EPSG:25832")
    rows.to_file(folder / "town.gpkg", layer="schools")
    with mapserver(folder, data=folder / "town.gpkg", most=15) as server:
        yield server


def fetched(server, *, item="schools", where="", around=TOWN, may_be_empty=False, **facts):
    known = service(server.url, "wfs", **facts)
    client = Client("schools", known, patience=Patience(silent_s=20), pause=lambda _: None)
    fetch = Fetch(service="town", item=item, where=where, may_be_empty=may_be_empty)
    return fetch_wfs(client, fetch, around)


@real
def test_all_rows_come_though_the_server_sends_and_counts_fifteen_at_most(town):
    rows = fetched(town)
    inside = {row["key"] for row in ROWS if shapely.box(*TOWN.bounds).intersects(row["geometry"])}
    assert set(rows["key"]) == inside
    assert len(rows) == len(inside) == 25
    assert rows.loc[rows["key"] == "s17", "name"].item() == "Skole æøå 17"
    assert rows.loc[rows["key"] == "s17"].geometry.item().wkt == "POINT (701100 6172200)"


@real
def test_the_parts_that_rows_come_in_do_not_show(town):
    assert_geodataframe_equal(fetched(town), fetched(town, page=10))


@real
def test_a_study_in_degrees_gets_degrees_the_right_way_round(town):
    rows = fetched(town, around=TOWN.in_crs("EPSG:4326"))
    assert rows.crs == "EPSG:4326"
    west, south, east, north = rows.total_bounds
    assert 12 < west < east < 13
    assert 55 < south < north < 56


@real
def test_a_type_that_is_not_there_is_told_with_those_that_are(town):
    with pytest.raises(SourceError, match=r"has no type 'skoler'; there are 'ms:schools'"):
        fetched(town, item="skoler")


@real
def test_no_row_is_an_error_unless_it_may_be(town):
    nowhere = Around((600000, 6000000, 600100, 6000100), "EPSG:25832")
    with pytest.raises(SourceError, match=r"has no row of 'schools' in 600000, 6000000"):
        fetched(town, around=nowhere)
    assert fetched(town, around=nowhere, may_be_empty=True).empty


def plans(*points, count=None):
    """Answer as a GeoServer: capabilities, a count, and rows whose names are made up anew."""
    named = iter(range(1000))

    def reply(asked):
        if asked.params["request"] == "GetCapabilities":
            return Reply(CAPABILITIES)
        corners = asked.params.get("bbox") or asked.params["CQL_FILTER"].split("BBOX(geometri,")[1]
        west, south, east, north = (float(value) for value in corners.split(",")[:4])
        inside = [p for p in points if shapely.box(west, south, east, north).intersects(p)]
        if asked.params.get("resultType") == "hits":
            number = len(inside) if count is None else count
            return Reply(f'<wfs:FeatureCollection numberMatched="{number}"/>'.encode())
        rows = [
            {"plannr": f"p{point.x:.0f}", "id": f"plan.fid-{next(named)}", "geometry": point}
            for point in inside[: int(asked.params["count"])]
        ]
        table = gpd.GeoDataFrame(rows or {"geometry": []}, crs="EPSG:25832")
        return Reply(table.to_json(drop_id=True).encode())

    return reply


NEAR = [shapely.Point(701000 + step, 6172000 + step) for step in (0, 1, 2, 100, 275)]


def test_names_made_up_for_one_answer_are_left_out():
    with serving(plans(*NEAR)) as server:
        first, again = fetched(server, item="pdk:plan"), fetched(server, item="plan")
    assert list(first.columns) == ["plannr", "geometry"]
    assert_geodataframe_equal(first, again)


def test_rows_on_the_border_of_two_parts_come_once():
    middle = shapely.Point((700900 + 701450) / 2, (6171900 + 6172450) / 2)
    with serving(plans(middle, *NEAR)) as server:
        rows = fetched(server, item="plan", page=2)
        assert len(server.asked) > 10
    assert len(rows) == 6


def test_a_server_that_does_not_count_is_asked_until_an_answer_is_not_full():
    with serving(plans(*NEAR, count="unknown")) as server:
        assert len(fetched(server, item="plan", page=2)) == 5


def test_more_rows_at_one_spot_than_an_answer_holds_are_not_lost_in_silence():
    spot = [shapely.Point(701000, 6172000)] * 3
    with serving(plans(*spot)) as server, pytest.raises(SourceError, match="has more rows at"):
        fetched(server, item="plan", page=2)


def test_rows_are_chosen_in_the_words_of_the_service():
    with serving(plans(*NEAR)) as server:
        facts = {"filter": "cql", "geometry": "geometri"}
        assert len(fetched(server, item="plan", where="komnr=169", **facts)) == 5
        first = next(asked for asked in server.asked if "CQL_FILTER" in asked.params)
    assert first.params["CQL_FILTER"] == (
        "(komnr=169) AND BBOX(geometri,700900,6171900,701450,6172450,'EPSG:25832')"
    )


def test_a_choice_that_the_service_does_not_know_is_an_error():
    with (
        serving(plans(*NEAR)) as server,
        pytest.raises(SourceError, match=r"takes no fetch\.where"),
    ):
        fetched(server, item="plan", where="komnr=169")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (EXCEPTION, r"the error of a server \('no such column'\)"),
        (b"<html><body>Under repair</body></html>", r"a web page \('Under repair'\)"),
        (b"", r"nothing \(0 bytes\)"),
        (b'{"type": "FeatureColl', "rows that cannot be read"),
    ],
)
def test_what_is_no_rows_is_told_in_the_servers_words(answer, words):
    def reply(asked):
        if "count" in asked.params:
            return Reply(answer)
        return plans(*NEAR)(asked)

    with serving(reply) as server, pytest.raises(SourceError, match=words):
        fetched(server, item="plan")


@pytest.mark.parametrize(
    ("moved", "why"),
    [
        (lambda p: shapely.Point(p.y, p.x), "its axes are swapped"),
        (lambda p: shapely.Point(p.x / 2, p.y), "it is of another place"),
    ],
)
def test_rows_that_lie_elsewhere_are_refused(moved, why):
    def reply(asked):
        if "count" in asked.params:
            rows = [{"plannr": "a", "geometry": moved(NEAR[0])}]
            return Reply(gpd.GeoDataFrame(rows, crs="EPSG:25832").to_json().encode())
        return plans(NEAR[0])(asked)

    with serving(reply) as server, pytest.raises(SourceError, match=why):
        fetched(server, item="plan")


def test_an_answer_that_is_no_wfs_is_told():
    with serving(Reply(b"<other/>")) as server, pytest.raises(SourceError, match="schools"):
        fetched(server)
