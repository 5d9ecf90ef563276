"""A background of another host, on loopback: asked once it is chosen, and drawn in its place."""

import io
import os
import subprocess

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from PIL import Image

from htkgis.maps import PlanMap, load_text
from htkgis.maps.packed import PackedLayer
from htkgis.maps.style import Look
from htkgis.maps.vector_layer import VectorLayer
from tests.loaders.remote.mapserver import MAPSERV, MISSING
from tests.loaders.remote.server import Reply, serving

pytestmark = pytest.mark.browser
PLACES_M = [(707_312.5, 6_172_841.25), (707_951.75, 6_172_560.5)]
"""Where the background has a square, and ours a sign: the first an object, the second packed."""

BOUNDS = (12.290, 55.6505, 12.311, 55.6610)
VIEW1 = {"west_m": 120_000.0, "north_m": 6_500_000.0, "resolution_m": 1638.4}
SQUARE_PX, SQUARE = 25, (255, 0, 255)
SIGNS = {"object": (0, 0, 255), "packed": (0, 128, 0)}
NAME = "Skærm <b>kort"
BLOCKED = """
(address) => new Promise((done) => {
  document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
  new Image().src = address;
  setTimeout(() => done("loaded or failed"), 2000);
})
"""
PROJECTED = """
(points) => {
  const {crs} = htkgis.ground({grid: {west_m: 0, north_m: 0, resolution_m: 1, offset: 0}});
  return points.map(([lng, lat]) => {
    const at = crs.projection.project({lat, lng}), back = crs.projection.unproject(at);
    return [at.x, at.y, back.lng, back.lat];
  });
}
"""
MAPFILE = """MAP
  NAME "grey" EXTENT 690000 6150000 720000 6190000 PROJECTION "init=epsg:25832" END
  IMAGECOLOR 238 238 238
  WEB METADATA "ows_title" "Grey" "ows_onlineresource" "http://localhost/?"
    "ows_enable_request" "*" "ows_srs" "EPSG:25832 EPSG:3857" END END
  SYMBOL NAME "square" TYPE VECTOR POINTS 0 0 0 1 1 1 1 0 0 0 END FILLED TRUE END
  LAYER NAME "grey" TYPE POINT STATUS ON PROJECTION "init=epsg:25832" END
    METADATA "wms_title" "Grey" END
    FEATURE POINTS {places} END END
    CLASS STYLE SYMBOL "square" SIZE 25 COLOR 255 0 255 END END
  END
END
"""


def tile(asked):
    """Draw one tile of View1 as its scheme says, from metres alone."""
    level, row, column = (int(asked.params[name]) for name in ("z", "y", "x"))
    resolution = VIEW1["resolution_m"] / 2**level
    pixels = np.full((256, 256, 3), 238, np.uint8)
    for east, north in PLACES_M:
        x = (east - VIEW1["west_m"]) / resolution - 256 * column
        y = (VIEW1["north_m"] - north) / resolution - 256 * row
        left, top = round(x - SQUARE_PX / 2), round(y - SQUARE_PX / 2)
        rows, columns = (slice(max(0, at), max(0, at + SQUARE_PX)) for at in (top, left))
        pixels[rows, columns] = SQUARE
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "png")
    return Reply(made.getvalue(), headers={"Content-Type": "image/png"})


def mapserver(folder):
    """Answer as a WMS of the real MapServer, with both squares in EPSG:25832."""
    places = "".join(f" {east} {north}" for east, north in PLACES_M)
    (folder / "grey.map").write_text(MAPFILE.format(places=places))
    (folder / "mapserver.conf").write_text('CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n')

    def reply(asked):
        own = {
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": f"map={folder / 'grey.map'}&{asked.query}",
            "MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf"),
        }
        done = subprocess.run(
            [MAPSERV], env={**os.environ, **own}, capture_output=True, check=False, timeout=20
        )
        body = done.stdout.partition(b"\r\n\r\n")[2]
        return Reply(body, headers={"Content-Type": "image/png"})

    return reply


def plan(**background):
    facts = {"name": NAME, "credit": "© Eksempel", "max_zoom": 15, "layers": None}
    made = PlanMap(
        BOUNDS, text=load_text("da"), title="Vest", background=facts | background, zooms=(11, 17)
    )
    points = gpd.GeoSeries.from_xy(*zip(*PLACES_M, strict=True), crs="EPSG:25832")
    for number, (layer, look) in enumerate(zip((VectorLayer, PackedLayer), SIGNS, strict=True)):
        colour = "#{:02x}{:02x}{:02x}".format(*SIGNS[look])
        sign = Look("point", fill=colour, stroke=colour, radius=5, weight=1)
        frame = gpd.GeoDataFrame(geometry=points.iloc[[number]])
        layer(frame, title=look, look=sign).add_to(made)
    return made.get_root().render()


def middle(picture, colour):
    """Give the middle of the pixels of nearly a colour: shape (2,), x and y in pixels."""
    rows, columns = np.nonzero(np.abs(picture.astype(int) - colour).max(axis=2) < 60)
    assert len(rows) > 20, f"{colour} is not on the picture"
    return np.array([columns.min() + columns.max(), rows.min() + rows.max()]) / 2


def squares_off_px(page):
    """Tell how far each square of the background lies from our sign for the same place."""
    shot = page.locator(".plan-map").screenshot()
    picture = np.array(Image.open(io.BytesIO(shot)).convert("RGB"))
    found = []
    for colour in SIGNS.values():
        at = middle(picture, colour)
        left, top = (at - 24).astype(int)
        around = picture[top : top + 49, left : left + 49]
        found.append(np.hypot(*(middle(around, SQUARE) + np.array([left, top]) - at)))
    return found


def drawn(page):
    """Wait until no tile is under way, and none fades in."""
    page.wait_for_selector(".leaflet-tile:not(.leaflet-tile-loaded)", state="detached")
    page.wait_for_timeout(400)


def chosen(page):
    page.get_by_role("checkbox", name=NAME).check()
    page.wait_for_selector(".leaflet-tile-loaded")
    drawn(page)


def test_a_wmts_of_the_danish_tiling_lies_true_and_is_asked_only_while_it_is_chosen(site, browse):
    folder, address = site
    with serving(tile, path="/wmts") as server:
        origin = server.url.removesuffix("/wmts")
        service = f"{server.url}?service=WMTS&request=GetTile&z={{z}}&y={{y}}&x={{x}}"
        own = {"kind": "tiles", "address": service, "origin": origin}
        html = plan(crs="EPSG:25832", grid=VIEW1, **own)
        (folder / "vest.html").write_text(html, "utf-8")
        page, asked, _ = browse(f"{address}/vest.html", width=800, height=480)
        page.wait_for_selector("html[data-ready]", state="attached")
        page.wait_for_timeout(200)
        assert server.asked == []
        assert asked == [f"{address}/vest.html"]
        assert not page.get_by_text("© Eksempel", exact=True).is_visible()

        chosen(page)
        assert len(server.asked) > 0
        assert "Referer" not in server.asked[0].headers
        assert all(url.startswith(f"{server.url}?") for url in asked[1:])
        assert page.get_by_text("© Eksempel", exact=True).is_visible()
        assert max(squares_off_px(page)) <= 2
        page.get_by_role("button", name="Zoom ind").click()
        drawn(page)
        assert max(squares_off_px(page)) <= 2
        elsewhere = origin.replace("127.0.0.1", "localhost") + "/x.png"
        assert page.evaluate(BLOCKED, elsewhere) == "img-src"

        count = len(server.asked)
        page.get_by_role("checkbox", name=NAME).uncheck()
        page.locator(".plan-map").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        assert len(server.asked) == count
        assert not page.get_by_text("Noget af baggrunden").is_visible()
        server.replies = [Reply(status=403)]
        page.get_by_role("checkbox", name=NAME).check()
        for _ in range(2):  # to tiles that the browser does not hold yet
            page.get_by_role("button", name="Zoom ud").click()
            page.wait_for_timeout(300)
        page.get_by_text("Noget af baggrunden kunne ikke hentes fra 127.0.0.1").wait_for()

        degrees = np.random.default_rng(1).uniform((7.5, 54.4), (15.3, 57.9), (50, 2))
        made = np.array(page.evaluate(PROJECTED, degrees.tolist()))
        exact = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True)
        assert np.abs(made[:, :2] - np.column_stack(exact.transform(*degrees.T))).max() < 1e-3
        assert np.abs(made[:, 2:] - degrees).max() < 1e-8


@pytest.mark.skipif(MAPSERV is None, reason=MISSING)
@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:3857"])
def test_a_wms_of_a_real_mapserver_lies_true_in_either_projection(site, browse, crs):
    folder, address = site
    with serving(mapserver(folder), path="/wms") as server:
        origin = server.url.removesuffix("/wms")
        html = plan(kind="wms", address=server.url, origin=origin, layers="grey", crs=crs)
        (folder / "vest.html").write_text(html, "utf-8")
        page, _, said = browse(f"{address}/vest.html", width=800, height=480)
        page.wait_for_selector("html[data-ready]", state="attached")
        chosen(page)
        assert {asked.params["crs"] for asked in server.asked} == {crs}
        assert max(squares_off_px(page)) <= 2
        assert said == []
