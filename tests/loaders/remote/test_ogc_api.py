"""An OGC API Features service that answers as the standard says, and one that does not."""

import json

import geopandas as gpd
import pytest
import shapely

from htkgis.errors import SourceError
from htkgis.loaders.remote.around import Around
from htkgis.loaders.remote.client import Client
from htkgis.loaders.remote.ogc_api import fetch_ogc_api
from htkgis.services import Fetch

from .server import QUICK, Reply, service, serving

TOWN = Around((700900, 6171900, 701450, 6172450), "EPSG:25832")
METRIC = "http://www.opengis.net/def/crs/EPSG/0/25832"
POINTS = [(f"p{n}", shapely.Point(701000 + 10 * n, 6172000)) for n in range(7)]


def api(*, crs=(), points=POINTS, counted=None, link=None):
    """Answer with three items a page, in degrees unless the CRS is offered and asked for."""

    def reply(asked):
        if asked.path.endswith("/collections"):
            return Reply(json.dumps({"collections": [{"id": "halls", "crs": list(crs)}]}).encode())
        start = int(asked.params.get("offset", 0))
        table = gpd.GeoDataFrame(
            {"name": [name for name, _ in points]},
            geometry=[point for _, point in points],
            crs="EPSG:25832",
        )
        if asked.params.get("crs") != METRIC:
            table = table.to_crs("EPSG:4326")
        page = json.loads(table.iloc[start : start + 3].to_json(drop_id=True))
        page.pop("crs", None)
        page["numberMatched"] = len(points) if counted is None else counted
        if start + 3 < len(points):
            crs_asked = f"&crs={asked.params['crs']}" if "crs" in asked.params else ""
            href = link or f"/town/collections/halls/items?offset={start + 3}{crs_asked}"
            page["links"] = [{"rel": "self", "href": "?"}, {"rel": "next", "href": href}]
        return Reply(json.dumps(page).encode())

    return serving(reply, path="/town/")


def fetched(server, *, item="halls", **facts):
    client = Client("halls", service(server.url, "ogc_api", **facts), patience=QUICK)
    return fetch_ogc_api(client, Fetch(service="town", item=item), TOWN)


def test_pages_are_followed_to_the_last():
    with api(crs=[METRIC]) as server:
        rows = fetched(server)
    assert sorted(rows["name"]) == [name for name, _ in POINTS]
    assert rows.crs == TOWN.crs
    assert rows.set_index("name").loc["p3"].geometry.wkt == "POINT (701030 6172000)"
    assert [asked.params.get("offset") for asked in server.asked[1:]] == [None, "3", "6"]


def test_a_service_that_knows_degrees_only_is_asked_in_degrees_east_first():
    with api() as server:
        rows = fetched(server)
    assert "crs" not in server.asked[1].params
    west, south, east, north = (float(v) for v in server.asked[1].params["bbox"].split(","))
    assert 12 < west < east < 13
    assert 55 < south < north < 56
    assert rows.set_index("name").loc["p3"].geometry.distance(POINTS[3][1]) < 0.01


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"counted": 9}, "sent 7 of the 9 items that it counts"),
        ({"link": "http://elsewhere.example/items"}, "links its next page to another server"),
        ({"link": "/town/collections/halls/items"}, "links its pages in a circle"),
        ({"points": []}, "sent rows without geometry|has no row of 'halls'"),
    ],
)
def test_a_service_that_loses_rows_is_not_believed(options, words):
    with api(**options) as server, pytest.raises(SourceError, match=words):
        fetched(server)


def test_a_collection_that_is_not_there_is_told_with_those_that_are():
    with api() as server, pytest.raises(SourceError, match="no collection 'hal'; there are 'halls"):
        fetched(server, item="hal")


def test_an_answer_that_is_no_json_is_told():
    with serving(Reply(b"[1]")) as server, pytest.raises(SourceError, match="sent no JSON"):
        fetched(server)
