"""A second municipality, begun from an outline and a made-up extract; what it writes runs."""

import tomllib
from importlib import resources

import geopandas as gpd
import osmium
import pytest
import shapely
import tomlkit
from osmium.osm.mutable import Node, Way

from htkgis.catalog import layer_states, read_catalog
from htkgis.errors import ConfigError, CRSError, SourceError
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.starting import Beginning, begin_study, ground
from htkgis.pipeline.starting.entries import Entries
from htkgis.pipeline.starting.one_language import in_english
from htkgis.pipeline.study_words import loaded_words
from htkgis.store import Cache
from htkgis.study import read_study

from .main_job import nearest, profile_of

WEST, SOUTH, STEP, SIDE = 12.0, 56.0, 0.002, 9
"""A grid of 9 by 9 junctions: 222.6 m from south to north, 124.8 m from west to east."""
LIGHT = ("robustness", "isolation", "explorer")


def at(column, row):
    return WEST + column * STEP, SOUTH + row * STEP


def write_town(path, *, homes=()):
    """Write streets on a grid, a school and a shop at junctions, a park, a railway, and homes."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        tags = {0: {"amenity": "school", "name": "Nordskolen"}, 80: {"shop": "supermarket"}}
        for row in range(SIDE):
            for column in range(SIDE):
                number = row * SIDE + column
                place = at(column, row)
                writer.add_node(Node(id=number + 1, location=place, tags=tags.get(number, {})))
        corners = [(6.2, 6.2), (6.8, 6.2), (6.8, 6.8), (6.2, 6.8)]
        for number, corner in enumerate(corners):
            writer.add_node(Node(id=201 + number, location=at(*corner)))
        for number, place in enumerate(homes):
            home = {"addr:housenumber": str(number + 1)}
            writer.add_node(Node(id=301 + number, location=at(*place), tags=home))
        rows = [[row * SIDE + column + 1 for column in range(SIDE)] for row in range(SIDE)]
        lines = [*rows, *([line[column] for line in rows] for column in range(SIDE))]
        for number, line in enumerate(lines):
            street = {"highway": "residential", "name": f"Vej {number}"}
            writer.add_way(Way(id=number + 1, nodes=line, tags=street))
        park = {"leisure": "park", "name": "Parken"}
        writer.add_way(Way(id=101, nodes=[201, 202, 203, 204, 201], tags=park))
        writer.add_way(Way(id=102, nodes=[201, 203], tags={"railway": "rail"}))


def write_areas(path, *names, **columns):
    """Write an outline around a junction in the middle of the town per name."""
    shapes = [shapely.box(*at(3.5 + 2 * n, 3.5), *at(4.5 + 2 * n, 4.5)) for n in range(len(names))]
    gpd.GeoDataFrame({"name": names, **columns}, geometry=shapes, crs="EPSG:4326").to_file(path)
    return path


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun")
    write_town(folder / "town.osm.pbf")
    areas = write_areas(folder / "areas.geojson", "Åbo Øst", quarter=["Midten"])
    given = Beginning("101", areas, folder / "town.osm.pbf", published="2025-06-01", name="Prøveby")
    return folder / "study", begin_study(folder / "study", given)


def test_a_study_holds_decisions_a_catalog_and_what_is_next(begun):
    folder, told = begun
    study = read_study(folder / "study.toml")
    general = study.study
    assert (general.municipality_code, general.municipality) == ("0101", "Prøveby")
    assert (general.crs, general.language, general.state.value) == ("EPSG:25832", "da", 2025)
    assert [(row.id, row.area, row.station) for row in study.quarters] == [
        ("midten", "aabo_oest", None)
    ]
    assert study.functions.measured == ("school", "shopping", "green")
    states = layer_states(read_catalog(folder / "layers" / "catalog.toml"))
    assert set(states.values()) == {"accepted"}
    assert {"places_amenity", "places_shop", "places_leisure", "railways", "gates"} <= set(states)
    assert {"stations", "addresses", "motorways", "buildings"}.isdisjoint(states)
    assert sorted(note.key for note in told.notes) == ["boundary", "cut", "gates", "lacking"]
    assert "not measured: station, daycare, health, culture, civic, leisure" in " ".join(
        note.words("en") for note in told.notes
    )
    assert sorted(path.name for path in told.files) == sorted(
        path.name for path in folder.rglob("*") if path.is_file()
    )
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.startswith("# Åbo Øst\n")
    assert "- Ture begynder ved 4 udgange, hvor veje og stier krydser" in readme


def test_ways_out_lie_where_streets_cross_the_outline_and_bear_their_names(begun):
    folder, _ = begun
    lines = (folder / "layers" / "gates.csv").read_text("utf-8").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    assert [row[0] for row in rows] == [f"aabo_oest_{number}" for number in (1, 2, 3, 4)]
    places = [(float(lon), float(lat)) for *_, lat, lon in rows]
    sides = [at(3.5, 4), at(4, 3.5), at(4, 4.5), at(4.5, 4)]
    assert sorted(places) == [pytest.approx(side, abs=1e-6) for side in sorted(sides)]
    assert {row[2] for row in rows} <= {
        f"Udgang {n} (Vej {s})" for n in (1, 2, 3, 4) for s in (4, 13)
    }


def test_what_is_not_known_is_said_and_not_made_up(begun):
    folder, _ = begun
    layers = read_catalog(folder / "layers" / "catalog.toml").layers
    assert "kommunegrænsen kendes ikke" in layers["municipality"].source
    assert "stationer" in layers["places_amenity"].note
    assert layers["housing_areas"].licence.startswith("Ikke oplyst")
    assert "Kommunegrænsen kendes ikke" in (folder / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def published(begun):
    folder, _ = begun
    study = tomlkit.parse((folder / "study.toml").read_text("utf-8"))
    for table in LIGHT:
        study.remove(table)
    for mode in ("bike", "car"):
        study["modes"].remove(mode)
    study["profile"]["lenses"] = []
    (folder / "light.toml").write_text(tomlkit.dumps(study), "utf-8")
    catalog = folder / "layers" / "catalog.toml"
    run_profiles(folder / "light.toml", catalog, folder / "maps", cache=Cache(folder / "cache"))
    return folder / "maps"


def test_commands_without_pages_take_their_words_from_its_layers(begun, tmp_path):
    folder, _ = begun
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    text = loaded_words(*paths, "en", cache=Cache(tmp_path))
    assert text("links.whose_all", persons="9") == "the 9 residents of the mapped area"


def test_the_study_runs_with_what_it_has_and_its_pages_say_what_is_missing(published):
    profile = profile_of(published, "midten")
    assert profile["quarter"]["station_name"] is None
    assert [profile[part] for part in ("criteria", "indicators", "shares")] == [None, None, None]
    assert (profile["lists"], profile["projects"], profile["jobs"]) == ([], [], [])
    assert [figure["key"] for figure in profile["key_figures"]] == [
        "key_figure.nearest",
        "key_figure.functions_within",
    ]
    assert "note.criteria_old" not in [note["key"] for note in profile["notes"]]
    assert {row["function"] for row in profile["nearest"]} == {"school", "shopping", "green"}
    page = (published / "midten.html").read_text("utf-8")
    for words in (
        "Kilden har ingen steder af disse slags her, så de måles ikke: stationer",
        "Arbejdspladser er ikke målt",
        "Bus og tog er ikke målt",
        "Undersøgelsens omgivelser",
        "Kvarteret og undersøgelsens grænser",
    ):
        assert words in page
    assert "Kommunegrænse" not in page
    assert "arbejdspladser i kommunen" not in page


def test_minutes_of_a_begun_study_are_those_that_the_grid_gives(published):
    school = nearest(profile_of(published, "midten"), "school")
    assert school["place_name"] == "Nordskolen"
    # from the southern way out: four blocks of 124.6 m west and three and a half of 222.7 m south
    east_m, north_m = 4 * 124.6, 3.5 * 222.7
    assert school["min"] == pytest.approx((east_m + north_m) / 75, abs=0.03)
    assert school["max"] == pytest.approx((east_m + 4.5 * 222.7) / 75, abs=0.03)


def test_trips_begin_at_house_numbers_where_every_area_has_some(tmp_path):
    write_town(tmp_path / "town.osm.pbf", homes=[(3.9, 3.9), (4.1, 4.1), (6.0, 4.1)])
    areas = write_areas(tmp_path / "areas.gpkg", "A", "B", persons=[100, None])
    boundary = write_areas(tmp_path / "boundary.geojson", "Kommunen")
    given = Beginning(
        "0101", areas, tmp_path / "town.osm.pbf", boundary=boundary, published="2025-06-01"
    )
    told = begin_study(tmp_path / "study", given)
    layers = read_catalog(tmp_path / "study" / "layers" / "catalog.toml").layers
    assert "addresses" in layers
    assert "gates" not in layers
    words = [note.words("en") for note in told.notes]
    assert "Trips begin at 3 house numbers in the housing areas; each counts once." in words
    assert layers["municipality"].title == "Kommunegrænse"
    assert layers["housing_areas"].columns["population"] == "persons"
    assert read_study(tmp_path / "study" / "study.toml").study.municipality == "Kommunen"


def test_an_area_without_a_house_number_lets_all_begin_at_ways_out(tmp_path):
    write_town(tmp_path / "town.osm.pbf", homes=[(3.9, 3.9)])
    areas = write_areas(tmp_path / "areas.geojson", "A", "B")
    given = Beginning("0101", areas, tmp_path / "town.osm.pbf", published="2025-06-01")
    begin_study(tmp_path / "study", given)
    layers = read_catalog(tmp_path / "study" / "layers" / "catalog.toml").layers
    assert ("gates" in layers, "addresses" in layers) == (True, False)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"published": None}, SourceError, "does not state of which day it is. Give it with"),
        ({"published": "1 June"}, ConfigError, "--published: '1 June' is no day"),
        ({"municipality": "HTK"}, ConfigError, "--municipality 'HTK': an official code of four"),
        ({"currency": "Euro"}, ConfigError, "--currency: 'Euro' is no currency of ISO 4217; its"),
        ({"crs": "EPSG:4326"}, CRSError, "--crs: EPSG:4326 is not projected in metres"),
    ],
)
def test_what_cannot_begin_a_study_leaves_no_folder(tmp_path, change, error, words):
    write_town(tmp_path / "town.osm.pbf")
    areas = write_areas(tmp_path / "areas.geojson", "A")
    given = {"municipality": "0101", "published": "2025-06-01"} | change
    with pytest.raises(error, match=words):
        begin_study(
            tmp_path / "study",
            Beginning(areas=areas, streets=tmp_path / "town.osm.pbf", **given),
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["areas.geojson", "town.osm.pbf"]


@pytest.mark.parametrize(
    ("currency", "language", "stated", "noted"),
    [(None, "en", "DKK", True), ("SEK", "en", "SEK", False), ("SEK", "da", "SEK", False)],
)
def test_a_study_abroad_is_in_the_currency_that_is_named_and_says_where_none_is(
    tmp_path, monkeypatch, currency, language, stated, noted
):
    monkeypatch.setattr(ground, "DENMARK", shapely.box(0, 0, 1, 1))
    write_town(tmp_path / "town.osm.pbf")
    areas = write_areas(tmp_path / "areas.geojson", "A")
    given = Beginning(
        "1280",
        areas,
        tmp_path / "town.osm.pbf",
        published="2025-06-01",
        currency=currency,
        language=language,
    )
    told = begin_study(tmp_path / "study", given)
    study = read_study(tmp_path / "study" / "study.toml")
    assert (study.study.currency, study.study.crs) == (stated, "EPSG:32633")
    assert ("currency" in [note.key for note in told.notes]) is noted
    text = (tmp_path / "study" / "study.toml").read_text("utf-8")
    assert ('stands here: currency = "EUR"' in text) is noted


@pytest.mark.parametrize(
    ("place", "danish"),
    [
        *(((lon, lat), True) for lon, lat in ((12.24, 55.65), (12.6, 56.03), (12.65, 55.62))),
        *(((lon, lat), True) for lon, lat in ((14.7, 55.1), (11.93, 54.58), (10.58, 57.72))),
        *(((lon, lat), True) for lon, lat in ((8.87, 54.93), (9.36, 54.83), (11.0, 57.27))),
        *(((lon, lat), False) for lon, lat in ((13.0, 55.6), (12.7, 56.04), (12.7, 55.91))),
        *(((lon, lat), False) for lon, lat in ((9.44, 54.78), (8.3, 54.9), (13.1, 54.3))),
        *(((lon, lat), False) for lon, lat in ((12.45, 56.29), (11.97, 57.7), (11.1, 54.45))),
    ],
)
def test_denmark_ends_where_its_waters_do(place, danish):
    """From Taastrup, Elsinore and Kastrup to Padborg; not Malmö, Ven, Flensburg or Gothenburg."""
    assert ground.DENMARK.contains(shapely.Point(place)) is danish


def test_two_names_that_make_one_id_are_refused(tmp_path):
    areas = write_areas(tmp_path / "areas.geojson", "Å", "Aa")
    given = Beginning("0101", areas, tmp_path / "town.osm.pbf", published="2025-06-01")
    with pytest.raises(ConfigError, match=r"2 of 2 names of areas make no id of their own: 'Å'"):
        begin_study(tmp_path / "study", given)


def test_a_study_in_english_says_everything_once_and_in_english():
    standard = (resources.files("htkgis.pipeline.starting") / "study.toml").read_text("utf-8")
    told = in_english(standard)
    assert "source_en" not in told
    assert "skøn" not in told
    assert told.count("source = ") == standard.count("source_en = ")
    entries = Entries("2020-08-12", (-51.3, -30.1, -51.1, -30.0))
    entries.streets()
    streets = tomllib.loads(entries.text("en"))["layers"]["streets"]
    assert streets["title"] == "Streets and paths"
    assert not [key for key in streets if key.endswith("_en")]
    assert tomllib.loads(entries.text("da"))["layers"]["streets"]["title"] == "Gader og stier"
