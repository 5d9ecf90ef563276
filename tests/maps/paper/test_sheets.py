"""A printed sheet keeps its scale, can be searched and read aloud, and comes out the same twice."""

import functools
import io
import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pikepdf
import pypdf
import pytest
import shapely
from PIL import Image

from htkgis.maps import load_text, style
from htkgis.maps.paper import Order, PaperTables, credits_of, print_sheets
from htkgis.maps.paper.furniture import GRID_COLOUR, convergence_deg, grid_step_m
from htkgis.maps.paper.tiling import Tile
from tests.browser.test_hostile import TOGETHER
from tests.maps.paper.printed import lines_of, opened, structure_of

CRS = "EPSG:25832"
DANISH = load_text("da")
WEST, SOUTH = 706_000, 6_171_000
NOTES = ["Skitsedata. Data til og med 2026.", "Kilder: © OpenStreetMap contributors."]
TITLE = "Kvarter Øst \u2013 kvarterplan \u2013 1:6.000"
SCALES = {6_000: "A3", 20_000: "A3", 100_000: "A4"}


def frame(geometry, **columns):
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def tables(name="Børnehuset på Åsen", quarter="Kvarter Øst", side_m=1000):
    """One quarter with a housing area in it, a street along its south side, a place, a gate."""
    box = shapely.box(WEST, SOUTH, WEST + side_m, SOUTH + side_m)
    inner = shapely.box(WEST + 100, SOUTH + 100, WEST + 500, SOUTH + 500)
    bands = [inner.buffer(minutes * 20) for minutes in (5, 10, 15, 30)]
    places = [shapely.Point(WEST + 300, SOUTH + 300), shapely.Point(WEST + 700, SOUTH + 700)]
    return PaperTables(
        municipality=frame([box.buffer(4000)], id=["m"], name=["Prøve Kommune"]),
        quarters=frame([box], id=["q"], name=[quarter]),
        areas=frame([inner], id=["a"], name=["Området"]),
        origins=frame([inner.centroid], id=["g"], area_id=["a"], kind=["gate"], name=["midten"]),
        places=frame(
            places,
            id=["1", "2"],
            name=[name, "Øst St."],
            function=["daycare", "station"],
            state=["existing", "existing"],
            approximate=[False, True],
        ),
        isochrones=frame(bands, area_id=["a"] * 4, mode=["walk"] * 4, limit_min=[5, 10, 15, 30]),
        streets=frame(
            [shapely.LineString([(WEST, SOUTH), (WEST + side_m, SOUTH)])], kind=["main street"]
        ),
        barriers=frame([], id=[], kind=[]),
    )


def printed(drawn=None, *, scale=6_000, paper="A3", quarter="q", text=DANISH, **order):
    if drawn is None and text is DANISH:
        return printed_once(scale, paper, quarter, **order)
    wanted = Order(scale, paper, **order)
    found = drawn if drawn is not None else tables()
    return print_sheets(found, wanted, quarter, crs=CRS, notes=NOTES, text=text)


@functools.cache
def printed_once(scale, paper, quarter, **order):
    """Print what many tests look at, and none changes."""
    return printed(tables(), scale=scale, paper=paper, quarter=quarter, **order)


def words_of(content):
    return pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


@pytest.mark.parametrize("print_only", [False, True])
@pytest.mark.parametrize(("scale", "paper"), SCALES.items())
def test_a_street_of_a_kilometre_is_as_long_on_paper_as_the_scale_says(scale, paper, print_only):
    (sheet,) = printed(scale=scale, paper=paper, print_only=print_only)
    streets = lines_of(sheet.content, style.MAIN_STREET.stroke)
    lengths_mm = np.hypot(streets[:, 2] - streets[:, 0], streets[:, 3] - streets[:, 1])
    # the other lines of this colour are the sample in the legend, five millimetres
    found_mm = lengths_mm.max()
    assert found_mm == pytest.approx(1_000_000 / scale, rel=50e-6)


@pytest.mark.parametrize(("scale", "paper"), SCALES.items())
def test_crosses_of_the_grid_stand_at_their_coordinates(scale, paper):
    (sheet,) = printed(scale=scale, paper=paper)
    lines = lines_of(sheet.content, GRID_COLOUR)
    across = lines[np.isclose(lines[:, 1], lines[:, 3])]
    middles = np.unique(np.round((across[:, :2] + across[:, 2:]) / 2, 3), axis=0)
    street = lines_of(sheet.content, style.MAIN_STREET.stroke)
    start = street[np.argmax(np.hypot(*(street[:, 2:] - street[:, :2]).T))][:2]
    metres = (middles - start) * scale / 1000 + [WEST, SOUTH]
    step = grid_step_m(scale)
    assert len(metres) >= 4
    assert np.allclose(metres / step, np.round(metres / step), atol=2e-4)


@pytest.mark.parametrize(("paper", "size"), {"A4": (210, 297), "A3": (297, 420)}.items())
def test_the_page_has_the_size_of_its_paper(paper, size):
    (sheet,) = printed(tables(side_m=300), paper=paper)
    with opened(sheet.content) as pdf:
        box = [float(value) / 72 * 25.4 for value in pdf.pages[0].mediabox]
    assert sorted(box[2:]) == pytest.approx(size, abs=0.01)


def test_a_pdf_says_its_structure_language_title_and_what_the_map_shows():
    (sheet,) = printed()
    found = structure_of(sheet.content)
    roles = [role for role, _ in found]
    assert roles[:5] == ["/Document", "/H1", "/P", "/Figure", "/H2"]
    assert roles.count("/Figure") == 1
    assert roles.count("/LI") == roles.count("/LBody") >= 8
    (alternative,) = [words for role, words in found if role == "/Figure"]
    assert "Kvarter Øst" in alternative
    assert "Børnehuset på Åsen" in alternative
    with opened(sheet.content) as pdf:
        assert str(pdf.Root.Lang) == "da-DK"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/Title"]) == TITLE
        assert pdf.open_metadata()["pdfuaid:part"] == "1"


def test_every_mark_of_the_page_is_in_the_tree_and_all_else_is_an_artifact():
    (sheet,) = printed()
    with opened(sheet.content) as pdf:
        page = pdf.pages[0]
        depth, marks = 0, []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                depth += 1
                if str(operands[0]) != "/Artifact":
                    marks.append(int(operands[1].MCID))
            elif name == "EMC":
                depth -= 1
            assert depth in (0, 1)
            assert depth == 1 or name not in ("S", "f", "B", "Tj", "TJ", "Do")
        by_mark = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
        assert sorted(marks) == list(range(len(by_mark)))
        for mark in marks:
            assert int(by_mark[mark].K) == mark


@pytest.mark.parametrize(("scale", "paper"), SCALES.items())
def test_a_validator_finds_nothing_against_pdf_ua(scale, paper):
    checker = pytest.importorskip("page", reason="needs page-validation (pip install .[test])")
    (sheet,) = printed(tables(name="Skolen \u2013 „Øst“ 北"), scale=scale, paper=paper)
    report = checker.validate_pdf_bytes(sheet.content, profile="ua1")
    assert [f"{found.rule_id}: {found.message}" for found in report.failures] == []
    assert report.rules.total > 100
    assert report.is_compliant


def test_letters_with_rings_and_strokes_can_be_searched():
    (sheet,) = printed()
    found = words_of(sheet.content)
    for words in ("Børnehuset på Åsen", "Øst St.", "Målestok 1:6.000", "© OpenStreetMap"):
        assert words in found


def test_a_pdf_for_the_press_has_no_tags_and_says_so_on_the_sheet():
    (sheet,) = printed(print_only=True)
    assert "Kun til tryk" in words_of(sheet.content)
    with opened(sheet.content) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
    (tagged,) = printed()
    assert "Kun til tryk" not in words_of(tagged.content)


@pytest.mark.parametrize(
    ("scale", "paper", "file_format"),
    [(6_000, "A3", "png"), (6_000, "A3", "svg"), *((*each, "pdf") for each in SCALES.items())],
)
def test_the_same_map_has_the_same_bytes_twice(scale, paper, file_format):
    sheets = (
        printed(drawn, scale=scale, paper=paper, format=file_format) for drawn in (None, tables())
    )
    one, other = (sheet.content for (sheet,) in sheets)
    assert one == other
    assert b"CreationDate" not in one


def test_a_picture_has_300_dots_per_inch_on_white():
    (sheet,) = printed(tables(side_m=300), paper="A4", format="png")
    picture = Image.open(io.BytesIO(sheet.content))
    assert sorted(picture.size) == [round(210 / 25.4 * 300), round(297 / 25.4 * 300) - 1]
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert picture.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_an_svg_has_a_title_and_text_as_text():
    (sheet,) = printed(format="svg")
    words = sheet.content.decode()
    assert f"<title>{TITLE}</title>" in words
    assert "Børnehuset på Åsen</text>" in words
    picture = ET.fromstring(words)  # noqa: S314  our own file
    assert float(picture.get("width").removesuffix("pt")) == pytest.approx(297 / 25.4 * 72)


@pytest.mark.parametrize("file_format", ["pdf", "svg"])
@pytest.mark.parametrize("hostile", TOGETHER.values(), ids=TOGETHER)
def test_hostile_names_are_letters_and_nothing_else(hostile, file_format):
    name = f"{hostile} $x^2$ $ 北 Ł"
    (sheet,) = printed(tables(name=name, quarter=name), format=file_format)
    if file_format == "svg":
        words = sheet.content.decode()
        assert "<script" not in words
        assert not re.search(r"<[^>]* on\w+=", words)
        ET.fromstring(words)  # noqa: S314  our own file
    else:
        assert structure_of(sheet.content)[0][0] == "/Document"


def test_a_letter_that_the_font_lacks_is_shown_as_unknown_and_said():
    (sheet,) = printed(tables(name="Skole 北"))
    found = words_of(sheet.content)
    assert "Skole \ufffd" in found
    # a reader may see a gap between two letters, so only the letters count
    assert "Tegn,somskriftenmangler,ervistsom\ufffd." in "".join(found.split())
    (plain,) = printed()
    assert "\ufffd" not in words_of(plain.content)


def test_a_sign_at_the_edge_of_the_frame_is_whole():
    # the sheet of the first example, and a place a metre inside its western edge
    (sheet,) = printed(format="svg")
    west = sheet.tile.bounds[0]
    drawn = tables()
    edge = frame(
        [shapely.Point(west + 1, SOUTH + 500)], id=["e"], name=[None], function=["school"],
        state=["existing"], approximate=[False],
    )  # fmt: skip
    (cut,) = printed(PaperTables(**{**vars(drawn), "places": edge}), format="svg")
    root = ET.fromstring(cut.content.decode())  # noqa: S314  our own file
    circle = style.place("school", "existing").fill
    uses = [
        each
        for each in root.iter("{http://www.w3.org/2000/svg}g")
        if any(f"fill: {circle}" in (use.get("style") or "") for use in each)
    ]
    assert uses
    assert all(each.get("clip-path") is None for each in uses)


def test_names_that_find_no_room_stand_by_number_in_the_legend():
    drawn = tables()
    crowd = [shapely.Point(WEST + 700 + 2 * n, SOUTH + 700) for n in range(60)]
    ids = [str(number) for number in range(60)]
    places = frame(
        crowd, id=ids, name=[f"Daginstitutionen nummer {n}" for n in ids],
        function=["daycare"] * 60, state=["existing"] * 60, approximate=[False] * 60,
    )  # fmt: skip
    (sheet,) = printed(PaperTables(**{**vars(drawn), "places": places}), scale=6_000)
    assert sheet.names + len(sheet.numbered) == 60
    assert sheet.numbered
    found = words_of(sheet.content)
    assert f"1 {sheet.numbered[0]}" in found


def test_places_at_one_point_stand_side_by_side_and_one_name_stands_once():
    drawn = tables()
    at = shapely.Point(WEST + 700, SOUTH + 700)
    places = frame(
        [at, at], id=["1", "2"], name=["City 2", "City 2"], function=["shopping", "daycare"],
        state=["existing"] * 2, approximate=[False] * 2,
    )  # fmt: skip
    (sheet,) = printed(PaperTables(**{**vars(drawn), "places": places}))
    found = words_of(sheet.content)
    assert sheet.names == found.count("City 2") == 1
    assert "Steder med samme placering er tegnet ved siden af hinanden." in found


def test_a_map_of_several_sheets_says_which_one_it_is_and_how_they_lie():
    sheets = printed(tables(side_m=1500), scale=6_000, paper="A4")
    assert [sheet.tile.number for sheet in sheets] == list(range(1, len(sheets) + 1))
    assert sheets[1].name == "q-6000-A4-2.pdf"
    assert f"Ark 2 af {len(sheets)}." in words_of(sheets[1].content)
    assert "Arkene ligger sådan" in words_of(sheets[1].content)


def test_the_legend_names_what_is_on_the_sheet_and_nothing_else():
    (sheet,) = printed()
    found = words_of(sheet.content)
    assert "Daginstitution" in found
    assert "Til fods inden for 15 min." in found
    assert "Sundhed" not in found
    assert "ved siden af hinanden" not in found
    assert "Sti" not in found.split("Signaturer")[1].split("Startpunkter")[0].split()


def test_a_railway_is_drawn_and_other_barriers_are_not():
    across = [shapely.LineString([(WEST, y), (WEST + 1000, y)]) for y in (SOUTH + 50, SOUTH + 90)]
    lines = {
        kind: frame([line], id=[kind], kind=[kind])
        for kind, line in zip(("railway", "fence"), across, strict=True)
    }
    drawn = {
        kind: printed(PaperTables(**{**vars(tables()), "barriers": line}), format="svg")[0]
        for kind, line in lines.items()
    }
    surface = f"fill: {style.RAILWAY.fill}"
    assert [surface in sheet.content.decode() for sheet in drawn.values()] == [True, False]
    named = ["Jernbane" in sheet.content.decode() for sheet in drawn.values()]
    assert named == [True, False]


def test_the_region_shows_stations_and_the_municipality_but_no_reach():
    (sheet,) = printed(scale=100_000, paper="A4", quarter=None)
    found = words_of(sheet.content)
    assert sheet.name == "region-100000-A4.pdf"
    assert "Kommunegrænse" in found
    assert "Til fods" not in found
    assert "Daginstitution" not in found
    assert "4 km" in found


def test_english_maps_speak_english():
    (sheet,) = printed(text=load_text("en"))
    found = words_of(sheet.content)
    assert "Scale 1:6,000" in found
    with opened(sheet.content) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"


def test_true_north_lies_west_of_grid_north_east_of_the_middle_of_the_zone():
    # 9 degrees east is the middle of zone 32: no convergence; Taastrup lies 3.27 degrees east of it
    middle = Tile(1, 1, 1, (499_000, SOUTH, 501_000, SOUTH + 1000))
    taastrup = Tile(1, 1, 1, (WEST, SOUTH, WEST + 1000, SOUTH + 1000))
    assert convergence_deg(middle, CRS) == pytest.approx(0, abs=1e-3)
    assert convergence_deg(taastrup, CRS) == pytest.approx(2.7, abs=0.05)


def test_each_source_is_credited_once():
    sources = [{"credit": "© OpenStreetMap contributors; DSB"}, {"credit": "DSB"}]
    assert credits_of(sources, DANISH) == "Kilder: © OpenStreetMap contributors; DSB."
