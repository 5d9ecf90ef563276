"""A real OGC API Features server: pages, CRS and rectangles as pygeoapi has them."""

import json

import geopandas as gpd
import pytest
import shapely

from htkgis.errors import SourceError
from htkgis.loaders.remote.around import Around
from htkgis.loaders.remote.client import Client
from htkgis.loaders.remote.ogc_api import fetch_ogc_api
from htkgis.services import Fetch

from .pygeoapi_server import DEGREES, METRIC, MISSING, installed, pygeoapi
from .server import QUICK, service

pytestmark = pytest.mark.skipif(not installed(), reason=MISSING)

TOWN = Around((700900, 6171900, 701450, 6172450), "EPSG:25832")
HALLS = {f"Hal {n}, Ældrecentret": shapely.Point(701000 + 10 * n, 6172000) for n in range(25)}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Serve halls in the CRS of the study, the same in degrees, and one far away."""
    folder = tmp_path_factory.mktemp("pygeoapi")
    table = gpd.GeoDataFrame({"name": list(HALLS)}, geometry=list(HALLS.values()), crs=TOWN.crs)
    far = table.iloc[:1].set_geometry(table.iloc[:1].translate(400_000, 0))
    files = {"metric": table, "degrees": table.to_crs("EPSG:4326"), "far": far.to_crs("EPSG:4326")}
    for name, rows in files.items():
        content = json.loads(rows.to_json(drop_id=True))
        content.pop("crs", None)
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    collections = {name: {"data": str(folder / f"{name}.json")} for name in files}
    collections["metric"] |= {"crs": [DEGREES, METRIC], "storage_crs": METRIC}
    with pygeoapi(folder, collections, page=10) as url:
        yield url


def fetched(url, item):
    client = Client("halls", service(url, "ogc_api"), patience=QUICK)
    return fetch_ogc_api(client, Fetch(service="town", item=item), TOWN)


@pytest.mark.parametrize("item", ["metric", "degrees"])
def test_all_items_come_page_by_page_and_lie_where_they_are(town, item):
    rows = fetched(town, item).set_index("name")
    assert sorted(rows.index) == sorted(HALLS)
    assert rows.crs == TOWN.crs
    off_m = rows.geometry.distance(gpd.GeoSeries(HALLS, crs=TOWN.crs).reindex(rows.index))
    assert off_m.max() < 0.01


def test_a_collection_that_the_server_does_not_have_is_told_with_those_it_has(town):
    with pytest.raises(SourceError, match="no collection 'hals'; there are 'degrees', 'far'"):
        fetched(town, "hals")


def test_items_that_lie_elsewhere_are_refused(town):
    with pytest.raises(SourceError, match=r"halls .* lie|has no row"):
        fetched(town, "far")
