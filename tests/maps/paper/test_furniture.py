"""What stands around and on a sheet keeps apart: notes from norths, names from rings."""

from dataclasses import replace
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from htkgis.maps import load_text
from htkgis.maps.paper.content import paper_map
from htkgis.maps.paper.draw import draw_map, new_figure, page_axes
from htkgis.maps.paper.furniture import Writer, draw_foot
from htkgis.maps.paper.papers import layouts
from htkgis.maps.paper.tiling import Tile, best_layout, tiles
from tests.maps.paper.test_sheets import CRS, SOUTH, WEST, tables

TILE = Tile(1, 1, 1, (WEST, SOUTH, WEST + 1000, SOUTH + 1000))
NOTE = "Kilder: " + "; ".join(["© OpenStreetMap contributors", "Høje-Taastrup Kommune"] * 6) + "."


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("number", range(4))
def test_no_words_of_the_foot_lie_over_others(language, number):
    layout, text = layouts("A4")[number], load_text(language)
    writer = Writer(page_axes(new_figure(layout), layout), layout.enlarged)
    draw_foot(writer, layout, TILE, scale=6_000, crs=CRS, notes=[NOTE, NOTE], text=text)
    renderer = FigureCanvasAgg(writer.axes.figure).get_renderer()
    boxes = [(each.get_text(), each.get_window_extent(renderer)) for each in writer.axes.texts]
    meeting = [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if across(a, b)]
    assert meeting == []


def across(one, other):
    """Whether words meet; lines above each other may share the room of their longest letters."""
    beside = one.x0 < other.x1 and other.x0 < one.x1
    return beside and min(one.y1, other.y1) - max(one.y0, other.y0) > 0.4 * one.height


def test_a_name_stands_outside_the_ring_of_what_is_known_only_roughly():
    drawn = tables()
    rough = replace(drawn, places=drawn.places.assign(approximate=True))
    reach = {}
    for key, each in (("known", drawn), ("rough", rough)):
        found = paper_map(each, 6_000, "q", text=load_text("da"))
        layout = best_layout("A3", found.bounds, 6_000)
        tile = next(iter(tiles(found.bounds, 6_000, layout)))
        placed = draw_map(new_figure(layout), found, tile, layout).placed
        reach[key] = next(one.label.radius_mm for one in placed if "Børnehuset" in one.label.words)
    # 11 pixels of the ring beside 8 of the sign, half an outline, 0.55 points to a pixel
    assert reach["known"] == pytest.approx((8 + 0.6) * 0.55 / 72 * 25.4, rel=0.01)
    assert reach["rough"] == pytest.approx((11 + 0.6) * 0.55 / 72 * 25.4, rel=0.01)
