"""A scenario takes its lines, points and outlines from files as if they stood in it."""

import re

import geopandas as gpd
import pytest
import shapely
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.errors import ConfigError
from htkgis.pipeline.scenario_files import read_scenario_file
from htkgis.pipeline.scenario_listing import list_folder

HEAD = 'id = "s"\nname = "S"\nname_en = "S"\nyear = 2040\n[[edits]]\nfrom_year = 2030\n'
CORNERS = [(12.27, 55.65), (12.28, 55.65), (12.28, 55.66)]


@pytest.fixture
def folder(tmp_path):
    gpd.GeoDataFrame(
        {"id": ["line", "point", "area"]},
        geometry=[
            shapely.LineString(CORNERS),
            shapely.Point(CORNERS[0]),
            shapely.Polygon(CORNERS),
        ],
        crs="EPSG:4326",
    ).to_file(tmp_path / "drawn.geojson", driver="GeoJSON")
    return tmp_path


def read(folder, text):
    path = folder / "s.toml"
    path.write_text(HEAD + text, "utf-8")
    return read_scenario_file(path)


@pytest.mark.parametrize(
    ("edit", "feature", "key", "value"),
    [
        ('kind = "add_street"\nid = "a"', "line", "line", tuple(CORNERS)),
        ('kind = "move_place"\nplace = "a"', "point", "lat", 55.65),
        (
            'kind = "add_dwellings"\nid = "a"\ndwellings = 9\npersons = 20',
            "area",
            "outline",
            tuple(CORNERS),
        ),
    ],
)
def test_what_was_drawn_stands_in_the_edit(folder, edit, feature, key, value):
    found = read(folder, f'{edit}\nfile = "drawn.geojson"\nfeature = "{feature}"\n')
    own = getattr(found.edits[0], key)
    assert set(own) == set(value) if key == "outline" else own == value


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            'kind = "add_street"\nid = "a"\nfile = "drawn.geojson"\nfeature = "point"',
            "edit 1, add_street 'a': drawn.geojson has a Point there; LineString is allowed",
        ),
        (
            'kind = "close_place"\nplace = "a"\nfile = "drawn.geojson"',
            "no edit of this kind is drawn; add_street, reroute_street",
        ),
        (
            'kind = "move_place"\nplace = "a"\nfile = "drawn.geojson"\nlat = 55.0',
            "states lat beside file; one of them is allowed",
        ),
        ('kind = "move_place"\nplace = "a"\nfeature = "point"', "has no file, the path of what"),
    ],
)
def test_an_edit_that_cannot_be_drawn_so_is_refused(folder, edit, said):
    with pytest.raises(ConfigError, match=rf"s\.toml \(.*\): .*{said}"):
        read(folder, edit)


def test_the_list_has_a_line_for_each_scenario_and_each_fault(folder):
    read(folder, 'kind = "close_place"\nplace = "a"\nproject = "p"\n')
    (folder / "t.toml").write_text((folder / "s.toml").read_text("utf-8"), "utf-8")
    (folder / "u.toml").write_text('id = "u"\n', "utf-8")
    found = list_folder(folder)
    assert [(each.id, each.edits, each.projects) for each in found.scenarios] == [
        ("s", "1 close_place", ("p",))
    ]
    assert len(found.faults) == 2
    assert "the id 's' is that of s.toml too" in found.faults[0]
    told = CliRunner().invoke(main, ["scenario", "list", str(folder)])
    assert told.exit_code == 1
    assert "1 close_place" in told.stdout
    assert told.stderr.count("Error: ") == 2
    missing = CliRunner().invoke(main, ["scenario", "list", str(folder / "none")])
    assert missing.exit_code == 1
    assert "Error: none (" in missing.stderr
    assert "is no folder" in missing.stderr


def drawn(folder, entry, rows, shapes, crs="EPSG:4326"):
    """Read a scenario whose one entry takes the rows of a GeoPackage."""
    table = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326").to_crs(crs)
    table.to_file(folder / "plan.gpkg", driver="GPKG", engine="pyogrio")
    path = folder / "s.toml"
    head = HEAD.split("[[edits]]", maxsplit=1)[0]
    path.write_text(f"{head}[[drawn]]\nfile = 'plan.gpkg'\n{entry}", "utf-8")
    return read_scenario_file(path)


LINE, POINT, AREA = (
    shapely.LineString(CORNERS), shapely.Point(CORNERS[0]), shapely.Polygon(CORNERS),
)  # fmt: skip


def test_each_row_of_a_drawn_file_is_an_edit_and_its_columns_are_the_keys(folder):
    rows = {
        "art": ["add_street", "add_place", "close_street", "add_dwellings"],
        "id": ["bro", "skole", "luk", "boliger"],
        "aar": [2030, 2032, None, 2035],
        "project": ["p1", None, "p2", None],
        "modes": ["walk, bike", None, "walk", None],
        "streets": [None, None, "a,b", None],
        "name": ["Broen", "Skolen", "Lukningen", None],
        "function": [None, "school", None, None],
        "dwellings": [None, None, None, 40],
        "persons_per_dwelling": [None, None, None, 2.1],
        "delay_s": [15.0, None, None, None],
        "hvem": ["Ida", None, None, None],
    }
    entry = 'from_year = 2040\nignore = ["hvem"]\ncolumns = { kind = "art", from_year = "aar" }\n'
    found = drawn(folder, entry, rows, [LINE, POINT, LINE, AREA], crs="EPSG:25832").edits
    street, school, closed, homes = found
    assert (street.kind, street.name, street.delay_s, street.from_year) == (
        "add_street", "Broen", 15, 2030,
    )  # fmt: skip
    assert street.modes == ("walk", "bike")
    assert [pytest.approx(point) for point in CORNERS] == list(street.line)
    assert (school.function, school.lat, school.project) == ("school", pytest.approx(55.65), None)
    # what a row does not say the entry does; a kind without id passes the feature's over
    assert (closed.kind, closed.from_year, closed.streets) == ("close_street", 2040, ("a", "b"))
    assert (homes.dwellings, homes.persons_per_dwelling, len(homes.outline)) == (40, 2.1, 3)


def test_edits_that_are_drawn_stand_beside_those_that_are_written(folder):
    drawn(folder, "", {"kind": ["close_place"], "place": ["a"], "from_year": [2030]}, [None])
    path = folder / "s.toml"
    written = '[[edits]]\nkind = "close_place"\nplace = "b"\nfrom_year = 2030\n'
    path.write_text(path.read_text("utf-8") + written, "utf-8")
    assert [edit.place for edit in read_scenario_file(path).edits] == ["b", "a"]


STREET = {"kind": ["add_street", "add_street"], "id": ["a", "b"], "from_year": [2030, 2030]}


@pytest.mark.parametrize(
    ("entry", "rows", "shapes", "said"),
    [
        ("", STREET, [LINE, POINT],
         "1 of 2 rows are no edits: row 2, geometry: is a Point; LineString is needed"),
        ("", STREET, [None, LINE], "row 1, geometry: is none in one part"),
        ("", STREET | {"kind": ["add_street", "build"]}, [LINE, LINE],
         "row 2, column 'kind': is 'build'; add_dwellings, add_entrance"),
        ("", STREET | {"kind": ["add_street", None]}, [LINE, LINE],
         "row 2, column 'kind': is missing"),
        ("", STREET | {"from_year": [2030, None]}, [LINE, LINE],
         "row 2, column 'from_year': is missing"),
        ('columns = { from_year = "aar" }', {"kind": ["close_place"], "place": ["a"],
         "aar": ["snart"]}, [None], "row 1, column 'aar': is 'snart': should be a valid integer"),
        ("", STREET | {"jobs": [None, 7]}, [LINE, LINE],
         "row 2, column 'jobs': is no key of add_street"),
        ("", STREET | {"from_yaer": [1, 2]}, [LINE, LINE],
         "1 columns are no keys of an edit: 'from_yaer'"),
        ('columns = { from_year = "aar" }', STREET, [LINE, LINE],
         "1 columns are not in the file: 'aar'"),
        ("foo = 1", STREET, [LINE, LINE], "'foo' is neither file, layer, columns, ignore nor"),
        ("columns = { foo = 'id' }", STREET, [LINE, LINE], "columns gives the name of a column"),
        ("ignore = 'id'", STREET, [LINE, LINE], "ignore names columns; a list is needed"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_drawn_file_names_row_and_column_in_one_line(
    folder, entry, rows, shapes, said
):
    with pytest.raises(ConfigError, match=re.escape(said)) as raised:
        drawn(folder, entry, rows, shapes)
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith("s.toml (")


def test_an_entry_without_a_file_is_refused(folder):
    path = folder / "s.toml"
    head = HEAD.split("[[edits]]", maxsplit=1)[0]
    path.write_text(f"{head}[[drawn]]\nkind = 'add_street'\n", "utf-8")
    with pytest.raises(ConfigError, match="drawn 1: file is missing"):
        read_scenario_file(path)
    path.write_text(f"{head}drawn = 'plan.gpkg'\n", "utf-8")
    with pytest.raises(ConfigError, match="drawn is no list of tables"):
        read_scenario_file(path)
