"""Outlines that were drawn in the run before are the same bytes, and are not drawn again."""

from htkgis.maps import load_text, style
from htkgis.maps.layers import quarter_map
from htkgis.maps.locator import common_extent, locator
from htkgis.maps.picture import Picture
from htkgis.publish.downloads import geojson_bytes
from htkgis.store.memory import Memory, remembering
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile


def all_drawn():
    """Draw what pages show of outlines: the map, fixed maps and the download."""
    layers, profile, text = example_layers(), example_profile(), load_text("da")
    layers.isochrones["geometry"] = layers.isochrones.segmentize(30)
    plan = quarter_map(profile, layers, text=text)
    side = common_extent([layers])
    picture = Picture(layers.municipality.total_bounds)
    picture.add_shape(layers.isochrones.union_all(), style.AREA)
    return [
        *((layer.code, layer.bounds) for layer in plan.layers()),
        plan.settings,
        *(
            locator(profile, layers, text=text, extent_m=side, coarse=coarse)
            for coarse in (False, True)
        ),
        picture.render("a", title="A", description="B", bar_words="{metres} m"),
        geojson_bytes({"isochrones": layers.isochrones}, provenance={"credits": []}),
    ]


class Closed(dict):
    """A memory of earlier runs that notes what it does not know."""

    def get(self, key, default=None):
        assert key in self, "made again"
        return super().get(key, default)


def test_with_and_without_a_memory_pages_draw_the_same():
    plain = all_drawn()
    with remembering(Memory()) as first:
        assert all_drawn() == plain
    assert len(first.used) > 40
    with remembering(Memory(Closed(first.used))) as again:
        assert all_drawn() == plain
    assert again.used == first.used
