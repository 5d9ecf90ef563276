"""The pages: every number in a table, missing values in words, the same bytes twice."""

import copy
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from htkgis.errors import ConfigError
from htkgis.maps import load_text, render_index_page, render_quarter_page
from htkgis.maps.layers import place_name, quarter_map
from htkgis.maps.locator import common_extent, locator
from htkgis.maps.page import content_policy, dated_credits
from htkgis.maps.tables import nearest
from tests.maps.layers_example import CRS, example_layers
from tests.maps.profile_example import QUARTERS, example_profile, example_run

DANISH, ENGLISH = load_text("da"), load_text("en")
BUDGET_BYTES = 1_500_000


def quarter(profile=None, layers=None, *, text=DANISH, **run):
    return render_quarter_page(
        profile or example_profile(), layers or example_layers(), text=text, run=example_run(**run)
    )


def index(text=DANISH, **run):
    layers = {name: example_layers(name) for name in QUARTERS}
    profiles = [example_profile(name) for name in QUARTERS]
    return render_index_page(profiles, layers, text=text, run=example_run(**run))


def words(page):
    """Text of a page without scripts, styles and tags."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("&nbsp;", " "))


def changed(**values):
    return copy.deepcopy(example_profile()) | values


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_the_same_input_gives_the_same_bytes(text):
    assert quarter(text=text) == quarter(text=text)
    assert index(text=text) == index(text=text)


def test_a_page_is_unicode_that_can_be_written():
    assert quarter().encode("utf-8")


def test_the_input_is_left_as_it_was():
    profile, layers = example_profile(), example_layers()
    before = copy.deepcopy(profile), layers.places.copy(), layers.streets.copy()
    quarter(profile, layers)
    assert profile == before[0]
    assert layers.places.equals(before[1])
    assert layers.streets.equals(before[2])


def test_the_sketch_label_stands_on_sketch_pages_only():
    label = "Skitsedata 1:20.000 – ikke til sagsbehandling"  # noqa: RUF001
    assert label in quarter()
    assert label in index()
    assert "Skitsedata" not in quarter(sketch=False)


def test_a_quarter_page_goes_from_finding_to_run():
    found = words(quarter())
    order = [
        "Fra Taastrupgaard kan man gå til 6 af 11",
        "17,3 min. til Taastrup St.",
        "Så langt når man til fods, på cykel og i bil",
        "Sammenligning af kvartererne",
        "Hvad har ændret sig siden 2017?",
        "Hvor langt er der til det nærmeste?",
        "Med kollektiv trafik",
        "Projekter og planer",
        "Tallene bag kortet",
        "Hvor mange steder kan nås?",
        "Hvor mange arbejdspladser kan nås?",
        "Hvor stor en del af beboerne?",
        "Den officielle liste i 2016",
        "Steder i og ved kvarteret",
        "Hent data",
        "Kilder",
        "9f2c4be1a7d05c33e61f0a8b",
    ]
    found = re.sub(r"På siden.*?Hent data", "", found, count=1)
    at = [found.index(piece) for piece in order]
    assert at == sorted(at)


def test_missing_times_are_words_and_never_zero():
    page = quarter()
    table = page[page.index('<table id="nearest-1"') :]
    row = re.search(r'<th scope="row"><span>Pleje</span></th>(.*?)</tr>', table, re.DOTALL)[1]
    assert words(row).split() == ["ikke", "nået"] * 3 + ["–"]  # noqa: RUF001


def test_bounds_are_words_with_an_explanation():
    found = words(quarter())
    assert "højst 19,5" in found
    assert "mindst 16.000" in found
    assert found.count("nåede kanten af datagrundlaget") >= 2


def test_the_list_of_2016_says_which_criteria_were_met():
    page = quarter()
    table = page[page.index('<table id="criteria"') :]
    answers = re.findall(
        r'<td class="words[^"]*"><span class="text">(ja|nej)</span>',
        table[: table.index("</table>")],
    )
    assert answers == ["nej", "ja", "nej", "ja", "ja"]
    assert "over 2,70 %" in words(table)
    assert "2,28 %" in words(table)


def test_a_harsh_title_is_only_ever_quoted():
    for page, quoted in (
        (quarter(), "»ghettolisten (2014-2017)«"),
        (quarter(text=ENGLISH), "“the ghetto list (2014-2017)”"),
    ):
        assert quoted in page
        assert "ghetto" not in page.replace(quoted, "").lower()
    assert "ghetto" not in index().lower()


def test_unknown_facts_and_absent_parts_leave_no_hole():
    area = dict.fromkeys(example_profile()["area"])
    profile = changed(area=area, criteria=None, projects=[], unsnapped=[], notes=[], jobs=[])
    found = words(quarter(profile))
    assert "None" not in found
    assert "Boligorganisation" not in found
    assert "Den officielle liste" not in found
    assert "Der er ingen projekter" in found


def test_a_profile_without_area_is_named_after_its_quarter():
    assert "fra 5 startpunkter i Kulturkvarteret" in quarter(changed(area=None)).replace(
        "\xa0", " "
    )


def test_addresses_are_called_addresses():
    layers = example_layers()
    layers = replace(layers, origins=layers.origins.assign(kind="address"))
    page = quarter(changed(origins={"kind": "address", "count": 1240}), layers)
    assert "1.240\xa0adresser" in page
    assert "Startpunkter" not in page


def test_a_word_the_language_does_not_have_is_an_error():
    with pytest.raises(ConfigError, match=r"'finding\.nothing'"):
        quarter(changed(finding={"key": "finding.nothing", "values": {}}))


@pytest.mark.parametrize("empty", ["streets", "isochrones", "projects", "origins", "places"])
def test_an_empty_layer_is_no_fault(empty):
    layers = example_layers()
    layers = replace(layers, **{empty: getattr(layers, empty)[:0]})
    assert quarter(layers=layers)


def test_thirty_thousand_streets_stay_within_the_budget():
    rng = np.random.default_rng(1)
    x, y = example_layers().area.geometry.iloc[0].centroid.coords[0]
    starts = np.array([x, y]) + rng.uniform(-6000, 6000, size=(30_000, 2))
    steps = np.cumsum(rng.normal(0, 25, size=(30_000, 4, 2)), axis=1)
    lines = shapely.linestrings(starts[:, None, :] + steps)
    streets = gpd.GeoDataFrame(
        {"kind": "residential"}, index=range(30_000), geometry=lines, crs=CRS
    )
    page = quarter(layers=replace(example_layers(), streets=streets))
    assert len(page.encode("utf-8")) < BUDGET_BYTES


def test_a_usual_page_is_small():
    assert len(quarter().encode("utf-8")) < 400_000
    assert len(index().encode("utf-8")) < 150_000


def test_the_index_links_every_quarter_and_runs_only_the_scripts_that_its_policy_names():
    page = index()
    assert [f'href="{name}.html"' in page for name in QUARTERS] == [True] * 3
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    assert content_policy(scripts).split(";")[1] in page.replace("&#39;", "'")


def test_the_index_needs_layers_for_every_quarter():
    with pytest.raises(ConfigError, match=r"no layers for \['kulturkvarteret'\]"):
        render_index_page([example_profile()], {}, text=DANISH, run=example_run())


def test_small_maps_share_one_scale():
    layers = {name: example_layers(name) for name in QUARTERS}
    extent = common_extent(layers.values())
    bars = set()
    for name, each in layers.items():
        svg = locator(example_profile(name), each, text=DANISH, extent_m=extent)
        bars.add(re.search(r'd="M0 -5V0H([\d.]+)V-5"', svg)[1])
    assert bars == {f"{400 * 500 / extent:.1f}"}


def test_a_small_map_is_described_in_words():
    svg = locator(example_profile(), example_layers(), text=DANISH, extent_m=4000)
    assert 'aria-labelledby="kulturkvarteret-title kulturkvarteret-desc"' in svg
    assert "Kulturkvarteret: gangtid fra Taastrupgaard</title>" in svg


def test_each_function_is_a_layer_with_its_count():
    titles = {layer.title: layer.count for layer in _layers()}
    assert titles["Skole"] == 2
    assert titles["Kultur"] == 3
    assert titles["Til fods"] is None


def _layers():
    return quarter_map(example_profile(), example_layers(), text=DANISH).layers()


def test_the_legend_names_the_states_the_map_holds():
    body = quarter_map(example_profile(), example_layers(), text=DANISH).fragments().body
    signs = body[body.index('class="signs"') :]
    assert [state in signs for state in ("i brug", "planlagt", "lukket eller flyttet")] == [
        True
    ] * 3
    assert "opgivet" not in signs
    assert "kun omtrentlig placering" in signs


def test_each_owner_is_credited_once_with_the_dates_of_its_layers():
    sources = [
        {"credit": "© OpenStreetMap contributors", "published": "2026-11"},
        {"credit": "© OpenStreetMap contributors; Kommunen", "published": "2021-08-05"},
        {"credit": "Kommunen", "published": "2021-08-05"},
        {"credit": "Retsinformation", "published": ""},
        {"credit": ""},
    ]
    credits_line = dated_credits(sources, load_text("da")).replace("\N{NO-BREAK SPACE}", " ")
    assert credits_line == (
        "© OpenStreetMap contributors (5. august 2021, november 2026) · "
        "Kommunen (5. august 2021) · Retsinformation"
    )


def test_the_map_names_the_owners_of_its_data():
    page = words(quarter())
    assert re.search(r"Kortdata: © OpenStreetMap-bidragydere \(", page)


def test_further_measures_stand_apart_and_none_is_lost():
    page = quarter()
    rows = len([row for row in example_profile()["comparison"] if row["mode"] == "walk"])
    first = page[page.index('<table id="comparison"') :].split("</table>")[0]
    further = page[page.index('<table id="comparison-further"') :].split("</table>")[0]
    assert first.count("<tr>") - 1 + further.count("<tr>") - 1 == rows
    assert "Minutter til 3. nærmeste" in further


def test_a_note_begins_with_a_capital():
    notes = [{"key": "note.no_place", "values": {"function": "care"}}]
    assert "<li>Plejetilbud: ingen steder" in quarter(changed(notes=notes))


def test_the_english_title_of_the_list_may_be_chosen_before():
    criteria = example_profile()["criteria"]
    criteria["list"] = f"“{criteria.pop('list_en')}”"
    assert "“the ghetto list (2014-2017)”" in quarter(changed(criteria=criteria), text=ENGLISH)


@pytest.mark.parametrize("nothing", [None, float("nan"), ""])
def test_a_place_without_a_name_says_so_and_shows_no_id(nothing):
    text = load_text("da")
    assert place_name(nothing, "existing", text) == "uden navn"
    assert place_name(nothing, "planned", text) == "uden navn (planlagt)"


def test_fewer_places_than_asked_for_are_counted_and_not_called_unreached():
    profile = example_profile()
    row = next(row for row in profile["nearest"] if row["n"] == 3)
    row.update(places=2, min=None, median=None, max=None, place_id=None, place_name=None)
    third = nearest(profile, load_text("da"), 3)
    cells = next(cells for cells in third.rows if cells[1].text.startswith("kun"))
    assert [cell.text for cell in cells[1:4]] == ["kun 2 i datagrundlaget"] * 3
