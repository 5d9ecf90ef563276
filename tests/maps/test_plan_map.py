"""The map object: a folium map that asks no host, runs no text, and repeats its bytes."""

import re

import folium
import folium.plugins
import geopandas as gpd
import pytest
import shapely

from htkgis.errors import ConfigError, CRSError, SchemaError, SourceError
from htkgis.maps import PlanMap, VectorLayer, load_text, resources, style
from htkgis.maps.offline import renumber, walk
from htkgis.maps.resources import LEAFLET_SHA256, leaflet, leaflet_css, leaflet_js, script_json

DANISH = load_text("da")
BOUNDS = (12.28, 55.65, 12.31, 55.66)


def plan():
    return PlanMap(BOUNDS, text=DANISH, title="Kvarter")


def points(**columns):
    count = len(next(iter(columns.values())))
    shapes = [shapely.Point(12.29 + 0.001 * n, 55.655) for n in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def full():
    made = plan()
    folium.Marker([55.655, 12.29], popup="Popup", tooltip="Tooltip").add_to(made)
    group = folium.FeatureGroup("Gruppe").add_to(made)
    folium.Circle([55.655, 12.29], radius=200).add_to(group)
    folium.GeoJson(points(name=["a"]).to_json()).add_to(made)
    folium.LayerControl().add_to(made)
    VectorLayer(points(name=["b"]), title="Lag", look=style.GATE, label="name").add_to(made)
    return made


@pytest.mark.parametrize("name", LEAFLET_SHA256)
def test_leaflet_is_the_pinned_one(name):
    assert leaflet(name)


def test_a_changed_leaflet_is_refused(monkeypatch):
    leaflet.cache_clear()
    monkeypatch.setitem(resources.LEAFLET_SHA256, "leaflet.js", "0" * 64)
    with pytest.raises(SourceError, match=r"leaflet\.js.*sha256 is .*expected"):
        leaflet("leaflet.js")
    leaflet.cache_clear()


def test_leaflet_asks_for_no_picture_and_no_source_map():
    assert not re.search(r"url\((?!\"data:)|behavior", leaflet_css().replace("url(#", ""))
    assert "sourceMappingURL" not in leaflet_js()
    assert "</script" not in leaflet_js().lower()


def test_it_is_a_folium_map_and_takes_any_folium_element():
    made = full()
    assert isinstance(made, folium.Map)
    assert "Gruppe" in made.get_root().render()


def test_two_maps_built_alike_have_the_same_bytes():
    assert full().get_root().render() == full().get_root().render()


def test_one_map_rendered_twice_has_the_same_bytes():
    made = full()
    assert made.get_root().render() == made.get_root().render()


def test_no_random_id_is_left():
    assert not re.search(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z])", full().get_root().render())


def test_text_that_looks_like_an_id_is_left_alone():
    looks_like = "0123456789abcdef0123456789abcdef"
    made = plan()
    frame = points(name=[looks_like])
    VectorLayer(frame, title="Lag", look=style.GATE, label="name").add_to(made)
    assert looks_like in made.page_html()


def test_ids_are_numbered_in_the_order_of_the_tree():
    made = full()
    names = " ".join(element._id for element in walk(made))
    (numbered,) = renumber(made, names)
    assert numbered.split() == [str(n) for n in range(1, len(names.split()) + 1)]


def test_the_page_has_language_title_policy_and_may_be_zoomed():
    page = plan().get_root().render()
    assert '<html lang="da">' in page
    assert "<title>Kvarter</title>" in page
    assert "default-src &#39;none&#39;; script-src &#39;sha256-" in page
    assert "user-scalable" not in page
    assert "maximum-scale" not in page


def test_the_page_names_no_host():
    without = full().get_root().render().replace("http://www.w3.org/", "")
    remarks_of_leaflet = r"https://(leafletjs\.com|github\.com|bugs\.chromium|bugzilla\.mozilla)"
    assert not re.findall(r"https?://[a-z0-9.]+", re.sub(remarks_of_leaflet, "", without))


def test_saving_a_map_saves_the_hardened_page(tmp_path):
    plan().save(tmp_path / "map.html")
    assert "Content-Security-Policy" in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_a_link_added_to_one_map_stays_with_it():
    made = plan()
    made.add_js_link("own", "data:text/javascript,0")
    assert plan().default_js == []
    assert folium.Map.default_js


HOSTED = {
    "tiles": (folium.TileLayer("OpenStreetMap"), r"TileLayer.*tile\.openstreetmap\.org"),
    "wms": (
        folium.WmsTileLayer("https://wms.example.dk/x", layers="a"),
        r"WmsTileLayer.*wms\.example\.dk",
    ),
    "plugin": (folium.plugins.MarkerCluster(), r"MarkerCluster.*cdn"),
    "icon": (
        folium.Marker([55.6, 12.3], icon=folium.Icon()),
        r"Icon: it asks cdn\.jsdelivr\.net",
    ),
    "custom icon": (
        folium.Marker([55.6, 12.3], icon=folium.CustomIcon("https://x.dk/a.png")),
        r"x\.dk",
    ),
    "picture in a popup": (
        folium.Marker([55.6, 12.3], popup=folium.Popup('<img src="https://spy.dk/p.gif">')),
        r"spy\.dk",
    ),
}


@pytest.mark.parametrize("case", HOSTED)
def test_an_element_that_asks_a_host_is_refused_by_name(case):
    element, words = HOSTED[case]
    made = plan()
    element.add_to(made)
    with pytest.raises(ConfigError, match=words):
        made.fragments()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (folium.Tooltip, "a ` b"),  # folium escapes back-ticks of popups itself
        *((folium.Tooltip, text) for text in ("${alert(1)}", "{{ 7 * 7 }}", "{% raw %}")),
        *((folium.Popup, text) for text in ("${alert(1)}", "{{ 7 * 7 }}", "{% raw %}")),
    ],
)
def test_folium_text_that_would_run_is_refused(kind, text):
    made = plan()
    marker = folium.Marker([55.6, 12.3]).add_to(made)
    marker.add_child(kind(text))
    with pytest.raises(ConfigError, match=rf"{kind.__name__}.*would run as code.*VectorLayer"):
        made.fragments()


def test_data_with_braces_is_not_run_as_a_template():
    made = plan()
    folium.GeoJson(points(name=["{{ 7 * 7 }}"]).to_json()).add_to(made)
    page = made.page_html()
    assert "{{ 7 * 7 }}" in page


def test_data_that_branca_cannot_read_is_named():
    made = plan()
    folium.GeoJson(points(name=["{% for %}"]).to_json()).add_to(made)
    with pytest.raises(ConfigError, match=r"branca reads as a template.*VectorLayer"):
        made.fragments()


def test_json_in_a_script_cannot_end_it():
    hostile = "</script><!--\u2028\u2029&{{x}}{%y%}"
    assert not re.search(r"[<>&\u2028\u2029]|\{[{%#]", script_json({"text": hostile}))


def test_a_layer_counts_what_it_draws_and_tells_the_map_where():
    layer = VectorLayer(points(name=["a", "b"]), title="Lag", look=style.GATE, label="name")
    assert layer.count == 2
    assert layer.get_bounds() == [[55.655, 12.29], [55.655, pytest.approx(12.291)]]


def test_an_empty_layer_is_left_out_of_the_panel():
    made = plan()
    VectorLayer(points(name=["a"])[:0], title="Ingen", look=style.GATE, label="name").add_to(made)
    assert "Ingen" not in made.fragments().body


def test_a_layer_without_crs_is_refused():
    frame = points(name=["a"]).set_crs(None, allow_override=True)
    with pytest.raises(CRSError, match=r"map layer 'Lag': no CRS"):
        VectorLayer(frame, title="Lag", look=style.GATE)


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError, match=r"'Lag': missing columns \['pupils'\]"):
        VectorLayer(points(name=["a"]), title="Lag", look=style.GATE, rows=[("Elever", "pupils")])


def test_a_row_without_look_is_named():
    with pytest.raises(SchemaError, match=r"no look for 'b'; allowed: a"):
        VectorLayer(points(look=["a", "b"]), title="Lag", look={"a": style.GATE})


def test_a_row_without_geometry_is_named():
    frame = points(name=["a", "b"])
    frame.loc[1, "geometry"] = None
    with pytest.raises(SchemaError, match=r"1 of 2 rows have no geometry; first: 1"):
        VectorLayer(frame, title="Lag", look=style.GATE)
