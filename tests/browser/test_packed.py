"""Packed layers in Chromium: read back as written, drawn, named under the pointer, never run."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.maps import PackedLayer, PlanMap, load_text
from htkgis.maps import style as looks
from htkgis.maps.packed import attribute_columns, shape_columns, write_archive
from tests.browser.test_hostile import TOGETHER
from tests.maps.packed.decoder import read_archive, read_attribute
from tests.maps.packed.features import ATTRIBUTES, SHAPES, corner_lists

pytestmark = pytest.mark.browser
DANISH = load_text("da")
READ = """async (text) => {
  const archive = await htkgis.unpack(text), {kinds} = htkgis;
  const names = Object.keys(archive.meta.attributes);
  const rows = archive.columns.count[0];
  const attributes = Object.fromEntries(names.map((name) => {
    const read = htkgis.attribute(archive, name);
    return [name, Array.from({length: rows}, (_, n) => read(n))];
  }));
  const shape = htkgis.shapes(archive);
  const paths = Array.from({length: shape.count}, (_, n) =>
    Array.from({length: shape.first[n + 1] - shape.first[n]}, (_, path) => {
      const at = shape.first[n] + path;
      return Array.from({length: shape.start[at + 1] - shape.start[at]}, (_, corner) =>
        [archive.columns.x[shape.start[at] + corner], archive.columns.y[shape.start[at] + corner]]);
    }));
  return JSON.stringify({attributes, paths, kinds: Array.from(shape.kind), named: kinds});
}"""


@pytest.fixture
def reader(open_page):
    """A page that holds the reader, and no layer that matters."""
    return open_page(plan(PackedLayer(frame(1), title="x", look=looks.STREET)).page_html()).page


def plan(*layers):
    made = PlanMap((12.28, 55.65, 12.31, 55.66), text=DANISH, title="Kort")
    for layer in layers:
        layer.add_to(made)
    return made


def frame(count, **columns):
    lines = [
        shapely.LineString([(12.28 + n * 1e-4, 55.651), (12.28 + n * 1e-4, 55.659)])
        for n in range(count)
    ]
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")


def paths_of(shape):
    """Rings without their closing point; the points of a multipoint are one path."""
    parts = corner_lists(shape)
    if parts is None:
        return []
    if "Point" in shape.geom_type:
        return [[point for part in parts for path in part for point in path]]
    closed = "Polygon" in shape.geom_type
    return [path[:-1] if closed else path for part in parts for path in part]


def told(value):
    """A value as JSON can tell it: without infinity, the sign of nought, or int from float."""
    if value in {np.inf, -np.inf}:
        return None
    return value if isinstance(value, str | bool | None) else float(value) + 0.0


def test_chromium_reads_what_python_wrote(reader):
    @settings(max_examples=60)
    @given(st.lists(SHAPES, max_size=5), st.lists(ATTRIBUTES, min_size=1, max_size=3))
    def read_back(shapes, lists):
        rows = min(map(len, lists))
        columns = {**shape_columns(shapes), "count": ("u", np.array([rows]))}
        attributes = {}
        for n, values in enumerate(lists):
            column = pd.Series(values[:rows], dtype=object)
            attributes[f"a{n}"], own = attribute_columns(f"a{n}", column)
            columns |= own
        text = write_archive({"attributes": attributes}, columns)
        found = json.loads(reader.evaluate(READ, text))
        assert found["paths"] == [paths_of(shape) for shape in shapes]
        _, own = read_archive(text)
        for name, meta in attributes.items():
            expected = read_attribute(meta, own, name)
            assert list(map(told, found["attributes"][name])) == list(map(told, expected))

    read_back()


def test_a_layer_is_drawn_and_switched_by_its_legend(open_page):
    layer = PackedLayer(frame(200), title="Veje", look=looks.MAIN_STREET)
    found = open_page(plan(layer).page_html())
    page = found.page
    coloured = """() => {
      const canvas = document.querySelector('.leaflet-packed-pane canvas');
      if (!canvas) return 0;
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0), 0);
    }"""
    assert page.evaluate(coloured) > 5000
    box = page.get_by_role("checkbox", name="Veje")
    box.focus()
    page.keyboard.press("Space")
    assert page.evaluate(coloured) == 0
    page.keyboard.press("Space")
    assert page.evaluate(coloured) > 5000
    assert found.requests == []
    assert found.errors == []


def test_the_name_under_the_pointer_is_that_of_the_nearest_feature(open_page):
    names = [f"Vej {n}" for n in range(200)]
    numbers = [n / 4 for n in range(200)]
    layer = PackedLayer(
        frame(200, name=names, metres=numbers),
        title="Veje",
        look=looks.STREET,
        label="name",
        rows=[("Længde", "metres")],
    )
    page = open_page(plan(layer).page_html()).page
    where = """([lat, lng]) => {
      const map = window[Object.keys(window).find((name) => name.startsWith('plan_map'))];
      const point = map.latLngToContainerPoint([lat, lng]);
      const box = map.getContainer().getBoundingClientRect();
      return [box.x + point.x, box.y + point.y];
    }"""
    x, y = page.evaluate(where, [55.6551, 12.28 + 150.2e-4])
    page.mouse.move(x, y)
    assert page.locator(".leaflet-tooltip.hint").inner_text() == "Vej 150"
    page.mouse.click(x, y)
    assert page.locator(".card-name").inner_text() == "Vej 150"
    assert page.locator(".card dd").inner_text() == "37,5"


def test_a_point_in_the_hole_of_an_area_is_not_in_the_area(reader):
    shape = shapely.box(12.28, 55.65, 12.31, 55.66).difference(
        shapely.box(12.29, 55.653, 12.30, 55.657)
    )
    text = write_archive({"attributes": {}}, shape_columns([shape]))
    hits = reader.evaluate(
        """async ([text, points]) => {
          const shape = htkgis.shapes(await htkgis.unpack(text));
          const tree = htkgis.boxTree(shape.boxes);
          return points.map(([lng, lat]) =>
            htkgis.hit(shape, tree, htkgis.worldX(lng), htkgis.worldY(lat), 1e-9));
        }""",
        [text, [[12.285, 55.655], [12.295, 55.655], [12.305, 55.655], [12.32, 55.655]]],
    )
    assert hits == [0, -1, 0, -1]


def test_the_tree_finds_exactly_the_boxes_that_meet(reader):
    rng = np.random.default_rng(20261121)
    corners = rng.uniform(0, 100, (3000, 2))
    corners = corners[np.lexsort((corners[:, 1], corners[:, 0] // 5))]
    boxes = np.hstack([corners, corners + rng.uniform(0, 3, (3000, 2))])
    for x, y in ((10, 10), (50, 99), (0, 0), (-5, 50)):
        found = reader.evaluate(
            """([boxes, x, y]) => {
              const met = [], look = htkgis.boxTree(Float64Array.from(boxes.flat()));
              look(x, y, x + 4, y + 4, (n) => met.push(n));
              return met;
            }""",
            [boxes.tolist(), x, y],
        )
        west, north, east, south = boxes.T
        met = (west <= x + 4) & (east >= x) & (north <= y + 4) & (south >= y)
        assert found == np.flatnonzero(met).tolist()


@pytest.mark.parametrize("case", TOGETHER)
def test_hostile_text_of_a_packed_layer_is_shown_as_text(open_page, case):
    text = TOGETHER[case]
    layer = PackedLayer(
        frame(1, name=[text], words=[text]),
        title="Veje",
        look=looks.MAIN_STREET,
        label="name",
        rows=[(text, "words")],
    )
    made = PlanMap((12.2795, 55.65, 12.2805, 55.66), text=DANISH, title="Kort")
    layer.add_to(made)
    found = open_page(made.page_html(), height=700)
    page = found.page
    box = page.locator(".plan-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.locator(".card-name").evaluate("each => each.textContent") == text
    assert page.locator(".card dd").evaluate("each => each.textContent") == text
    assert page.evaluate("window.ran") is None
    assert found.requests == []
    assert found.errors == []


def test_a_layer_that_cannot_be_read_leaves_the_rest_of_the_map(open_page):
    layer = PackedLayer(frame(3), title="Veje", look=looks.STREET)
    layer.code = layer.code.replace("H4sI", "H4sJ")
    found = open_page(plan(layer).page_html())
    assert len(found.errors) == 1
    assert found.page.get_by_role("checkbox", name="Veje").is_visible()
