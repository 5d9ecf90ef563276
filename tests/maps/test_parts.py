"""What stands on a page only where a profile has it: modes, changes, shares, downloads."""

import re

import pytest

from htkgis.maps import load_text, render_index_page, render_quarter_page, tables
from htkgis.maps.changes import change, changes_of, job_change, kind_of, largest
from htkgis.maps.downloads import downloads
from htkgis.maps.layers import quarter_map
from htkgis.maps.modes import bands_of, drawn_modes, minutes_by
from htkgis.maps.sections import reach_notes
from htkgis.maps.text import MINUS, NBSP
from tests.maps.example_facts import QUARTERS
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run, plain_profile
from tests.maps.test_pages import words

DANISH, ENGLISH = load_text("da"), load_text("en")
ADDED = ("modes", "changes", "shares")


def quarter(profile=None, layers=None, text=DANISH, **run):
    page = render_quarter_page(
        profile or example_profile(), layers or example_layers(), text=text, run=example_run(**run)
    )
    return words(page).replace(NBSP, " ")


def index(profiles, text=DANISH, **run):
    layers = {name: example_layers(name) for name in QUARTERS}
    return words(render_index_page(profiles, layers, text=text, run=example_run(**run)))


def sentences(text=DANISH, **values):
    profile = example_profile()
    found = profile["changes"]
    return {kind_of(row): change(row | values, found, text).sentence for row in found["rows"]}


def changes_table(profile):
    return tables.changes(profile, changes_of(profile), DANISH)


def cells(table):
    return {row[0].text: [cell.text.replace(NBSP, " ") for cell in row[1:]] for row in table.rows}


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_an_older_profile_renders_without_the_added_parts(text):
    assert not set(ADDED) & set(plain_profile())
    page = quarter(plain_profile(), example_layers(modes=("walk",)), text, downloads=None)
    for key in ("quarter.shares", "downloads.heading", "layer.reach", "index.since"):
        assert text.words[key].split("{")[0] not in page
    assert text("mode.car") not in page


def test_an_older_index_renders_without_the_added_parts():
    page = index([plain_profile(name) for name in QUARTERS], downloads=[])
    assert "Profilerne måler gangtiden" in page
    assert not re.search("Største kendte ændring|på cykel|Hent data", page)


def test_the_tables_of_walking_hold_no_other_mode():
    for build in (tables.nearest, tables.choices, tables.counts, tables.jobs, tables.comparison):
        assert build(example_profile(), DANISH) == build(plain_profile(), DANISH)


def test_minutes_by_mode_stand_side_by_side_with_their_range():
    table = tables.nearest_by_mode(example_profile(), DANISH)
    station = next(row for row in table.rows if row[0].text == "Station")
    assert [(cell.text, cell.range) for cell in station[1:]] == [
        ("17,3", "(16,2–21,0)"),  # noqa: RUF001
        ("5,2", "(4,9–6,3)"),  # noqa: RUF001
        ("8,5", "(8,2–9,2)"),  # noqa: RUF001
    ]
    assert cells(table)["Pleje"] == ["ikke nået"] * 3
    assert cells(table)["Idræt og fritid"][0] == "højst 19,5"


def test_jobs_by_mode_keep_their_bounds():
    table = tables.jobs_by_mode(example_profile(), DANISH)
    assert cells(table)["inden for 30 min."] == ["mindst 16.000"] * 3


def test_a_mode_without_rows_is_no_column():
    profile = example_profile()
    profile["nearest"] = [row for row in profile["nearest"] if row["mode"] != "car"]
    table = tables.nearest_by_mode(profile, DANISH)
    assert [heading for heading, _ in table.columns] == ["Slags sted", "til fods", "på cykel"]


def test_other_modes_are_compared_in_full_and_walking_first():
    page = render_quarter_page(example_profile(), example_layers(), text=DANISH, run=example_run())
    at = [page.index(f'<table id="comparison{part}"') for part in ("", "-further", "-bike", "-car")]
    assert at == sorted(at)
    rows = [row for row in example_profile()["comparison"] if row["mode"] == "bike"]
    assert page[at[2] : at[3]].split("</table>")[0].count("<tr>") - 1 == len(rows)


def test_the_map_has_a_layer_of_bands_for_each_mode_and_shows_walking():
    plan = quarter_map(example_profile(), example_layers(), text=DANISH)
    choice = [layer for layer in plan.layers() if layer.choice]
    assert [(layer.title, layer.shown) for layer in choice] == [
        ("Til fods", True),
        ("På cykel", False),
        ("I bil", False),
    ]
    body = plan.fragments().body
    assert body.count('type="radio"') == 4
    assert body.index("Vis rækkevidde") < body.index("Område")
    assert body.count("inden for 15 min.") == 1


def test_bands_keep_the_colour_of_their_minutes_in_every_mode():
    layers = example_layers()
    bands = layers.isochrones
    kept = bands[(bands["mode"] != "car") | (bands["limit_min"] > 5)]
    plan = quarter_map(
        example_profile(), type(layers)(**{**vars(layers), "isochrones": kept}), text=DANISH
    )
    walk, _, car = [layer for layer in plan.layers() if layer.choice]
    assert walk.legend == car.legend
    assert '"look":[3,2,1,4,4,4]' in car.code


def test_a_map_of_walking_alone_has_a_checkbox():
    layers = example_layers(modes=("walk",))
    plan = quarter_map(example_profile(), layers, text=DANISH)
    assert 'type="radio"' not in plan.fragments().body
    assert "Gangtid fra boligområdet" in plan.fragments().body


def test_the_heading_names_only_modes_that_are_drawn():
    assert "Så langt når man til fods og på cykel" in quarter(
        layers=example_layers(modes=("walk", "bike"))
    )


def test_bands_without_a_mode_are_of_walking():
    bands = example_layers(modes=("walk",)).isochrones.drop(columns="mode")
    assert len(bands_of(bands)) == 4
    assert drawn_modes(example_profile(), bands) == ["walk"]


def test_the_method_says_how_other_modes_are_timed():
    page = quarter()
    assert "delt med 16,0 km/t. Kilde: Transportvaneundersøgelsen." in page
    assert "2 min. til at komme ud til bilen og 3 min. til at parkere" in page


def test_each_kind_of_change_is_a_plain_sentence():
    found = sentences()
    assert found["nearer"] == (
        "Til nærmeste skole er der 1,4 minutter på cykel mod 2,4 i 2017: 1,0 minutter mindre. "
        "Nærmest var Selsmoseskolen; i 2026 er det Børnekulturhuset."
    )
    assert found["farther"].startswith("Til nærmeste skole er der 6,9 minutter i bil mod 6,6")
    assert "i 2017 kunne ingen nås. Kommet til: Børnekulturhuset i 2022." in found["new"]
    assert "i 2026 kan ingen nås. Lukket eller flyttet: uden navn." in found["gone"]
    assert "som i 2017 9,9 minutter til fods, men til et andet sted." in found["elsewhere"]
    assert "Til nærmeste sundhedstilbud er der som i 2017 17,0" in found["same"]
    assert "hverken i 2017 eller 2026" in found["unreached"]


def test_a_difference_of_bounded_minutes_is_not_told():
    assert "højst 21,0 i 2017. Hvor stor forskellen er, er usikkert" in sentences()["unsure"]
    row = cells(changes_table(example_profile()))["Idræt og fritid"]
    assert row[:3] == ["højst 21,0", "højst 15,8", "usikkert"]


def test_gain_and_loss_are_told_by_sign_and_word():
    found = cells(changes_table(example_profile()))
    assert found["Skole"][2] == f"{MINUS}3,3 (nærmere)"
    assert found["Rådhus og borgerservice"][2] == "+18,4 (længere væk)"


def test_changes_by_other_modes_are_folded():
    page = render_quarter_page(example_profile(), example_layers(), text=DANISH, run=example_run())
    walk, bike = (page.index(f'<table id="changes-{mode}"') for mode in ("walk", "bike"))
    assert page.rindex("<details>", 0, bike) > walk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DANISH, "Den midterste tid til nærmeste sted af hver slags og"),
        (ENGLISH, "The middle time to the nearest place of each kind and"),
    ],
)
def test_no_change_is_said(text, said):
    profile = example_profile()
    profile["changes"]["rows"] = []
    page = quarter(profile, text=text)
    assert said in page
    assert 'id="changes-' not in page
    assert said in index(
        [profile | {"quarter": example_profile(n)["quarter"]} for n in QUARTERS], text
    )


def test_a_change_by_bike_alone_leaves_walking_unchanged():
    profile = example_profile()
    rows = profile["changes"]["rows"]
    profile["changes"]["rows"] = [row for row in rows if row["mode"] == "bike"]
    assert "er de samme til fods som i 2017." in quarter(profile)


def test_other_jobs_are_said_and_are_a_change_where_no_place_has_moved():
    profile = example_profile()
    row = {"mode": "walk", "limit_min": 15.0, "before": 0.0, "before_lower_bound": False}
    row |= {"after": 3500.0, "after_lower_bound": True}
    profile["changes"] |= {"rows": [], "jobs": [row]}
    said = "Inden for 15 minutter til fods er der mindst 3.500 arbejdspladser i kommunen mod 0"
    assert f"Flere arbejdspladser. {said} i 2017." in quarter(profile)
    assert largest(profile, DANISH).kind == "Flere arbejdspladser"
    assert 'id="changes-walk"' not in quarter(profile)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ((0, False), (500, True), "more"),
        ((500, True), (1000, False), "unsure"),
        ((500, False), (0, False), "fewer"),
        ((500, False), (0, True), "unsure"),
        ((500, False), (500, True), "unsure"),
    ],
)
def test_a_bound_leaves_open_what_it_could_turn_round(before, after, kind):
    row = {"mode": "walk", "limit_min": 30.0}
    row |= {"before": before[0], "before_lower_bound": before[1]}
    row |= {"after": after[0], "after_lower_bound": after[1]}
    found = job_change(row, {"baseline": 2017}, DANISH)
    assert found.kind == DANISH(f"job_change.{kind}")


def test_a_year_is_not_compared_with_itself():
    profile = example_profile()
    profile["changes"] |= {"baseline": 2026, "rows": []}
    assert "Hvad har ændret sig" not in quarter(profile)


def test_the_index_tells_the_largest_change_on_foot():
    profile = example_profile()
    assert largest(profile, DANISH).sentence == (
        "Til nærmeste rådhus eller borgerservice er der 30,4 minutter til fods "
        "mod 12,0 i 2017: 18,4 minutter mere."
    )
    rows = profile["changes"]["rows"]
    profile["changes"]["rows"] = [row for row in rows if row["delta_min"] is None]
    assert largest(profile, DANISH).kind == "Væk"
    assert "Største kendte ændring siden 2017:" in index(
        [example_profile(name) for name in QUARTERS]
    )


def test_a_quarter_links_its_own_files_and_the_index_the_others():
    run = example_run()
    own = downloads(run, DANISH, own="kulturkvarteret")
    assert [(file["name"], file["size"]) for file in own] == [
        ("kulturkvarteret.gpkg", f"1.235{NBSP}kB")
    ]
    others = downloads(run, DANISH, others=QUARTERS)
    assert [file["size"].replace(NBSP, " ") for file in others] == ["265 kB", "1 kB"]


def test_an_address_of_a_download_names_no_host():
    run = {"downloads": [{"name": "//x.dk/a b.gpkg", "label": "a", "bytes": 1}]}
    assert downloads(run, DANISH)[0]["address"] == "%2F%2Fx.dk%2Fa%20b.gpkg"


def test_ones_own_school_is_not_called_the_nearest():
    profile = example_profile()
    row = profile["changes"]["rows"][0] | {"function": "district_school"}
    found = change(row, profile["changes"], ENGLISH).sentence
    assert found.startswith("The school of the district is 4.6 minutes away on foot")
    profile["comparison"][0]["function"] = "district_school"
    table = tables.comparison(profile, DANISH)
    assert "Minutter til egen distriktsskole" in [row[0].text for row in table.rows]


def test_minutes_now_that_are_bounded_say_so():
    profile = example_profile()
    profile["changes"]["rows"][0]["after_upper_bound"] = True
    row = cells(changes_table(profile))["Skole"]
    assert row[:3] == ["7,9", "højst 4,6", "usikkert"]


def reached(mode, limit, km, *, cut=False):
    return {"mode": mode, "limit_min": limit, "reached_km": km, "cut": cut}


def test_reach_that_ends_with_the_data_is_told_by_mode_and_limit():
    profile = example_profile()
    profile["reach"] = [
        reached("walk", 5, 3.0),
        reached("bike", 15, 60.0, cut=True),
        reached("bike", 30, 90.0, cut=True),
        reached("car", 5, 0.0),
    ]
    by_bike, by_car = reach_notes(profile, DANISH)
    assert by_bike.startswith("På cykel på 15 og 30 minutter er fladen skåret af, hvor vejdata")
    assert by_car == "I bil når man ingen steder på 5 minutter."
    assert "I bil når man ingen steder på 5 minutter." in quarter(profile)


def test_reach_that_is_whole_needs_no_words():
    profile = example_profile()
    profile["reach"] = [reached("walk", 5, 3.0)]
    assert reach_notes(profile, DANISH) == []
    assert reach_notes(plain_profile(), DANISH) == []


def test_a_place_has_minutes_by_each_mode_and_missing_is_not_zero():
    profile = example_profile()
    row = next(row for row in profile["places"] if row["measured"] and row["median"])
    row |= {"name": "Netop denne", "min": 4.0, "median": 5.0, "max": 9.0}
    row["by_mode"] = {
        "bike": {"min": 1.5, "median": 1.5, "max": 1.5},
        "car": {"min": None, "median": None, "max": None},
    }
    table = tables.places(profile, DANISH)
    assert [heading for heading, _ in table.columns][4:7] == ["til fods", "på cykel", "i bil"]
    found = next(each for each in table.rows if each[0].text.startswith("Netop denne"))
    assert [cell.text for cell in found[4:7]] == ["5,0", "1,5", "ikke nået"]
    assert [cell.range for cell in found[4:7]] == ["(4,0\N{EN DASH}9,0)", None, None]


def test_a_place_without_minutes_by_a_mode_has_none():
    assert minutes_by({"min": 1, "median": 2, "max": 3}, "car")["median"] is None
    assert minutes_by({"min": 1, "median": 2, "max": 3}, "walk")["median"] == 2


@pytest.mark.parametrize(
    ("text", "limits", "routes"),
    [
        (
            DANISH,
            "På 210 km af vejnettet i og omkring kommunen regnes der i bil med den skiltede",
            "108 km af de veje og stier, hvor man må cykle, ligger på en skiltet cykelrute. Kilde:",
        ),
        (
            ENGLISH,
            "Driving times use the signed speed limit on 210 km of the roads",
            "108 km of the streets and paths open to bicycles lie on a marked cycle route. Source:",
        ),
    ],
    ids=["da", "en"],
)
def test_the_method_says_how_many_km_official_lines_speak_of(text, limits, routes):
    sources = [
        {"layer": "a", "role": "speed_limits", "title": "Grænser", "published": "2024-10"},
        {"layer": "b", "role": "cycle_routes", "title": "Ruter", "published": "2024-10"},
    ]
    plain = quarter(text=text)
    said = quarter(text=text, sources=sources, signed_limit_km=209.676, marked_route_km=107.629)
    assert limits in said
    assert routes in said
    assert limits not in plain
    assert routes not in plain
