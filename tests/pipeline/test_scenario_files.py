"""A scenario takes its lines, points and outlines from files as if they stood in it."""

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
