"""Published files that a run recalls are what it would make of what it was given."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import run_steps
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
PARTS = ("nearest", "places", "counts", "comparison", "lenses", "shares", "rules", "isolation")


class Pages:
    """The step of the pages with what it takes, and what it made of it."""

    def __init__(self, cache):
        self.study = read_study(ROOT / "study.toml")
        self.catalog = read_catalog(ROOT / "layers" / "catalog.toml")
        self.hashes = dict(self.catalog.checked_hashes())
        *before, self.step = self.steps()
        results = run_steps(before, cache)
        self.inputs = {name: results[name] for name in self.step.inputs}
        self.made = self.step.run(*self.inputs.values(), earlier={})

    def steps(self, hashes=None, decimal="comma"):
        given = (self.study, self.catalog, hashes or self.hashes, "da")
        return profile_steps(*given, decimal=decimal)

    def compare(self, step=None, **changed):
        """Recall and make files of changed inputs; name those that are not as they were."""
        run, inputs = (step or self.step).run, list((self.inputs | changed).values())
        recalled = run(*inputs, earlier=self.made)
        # outlines that are known spare time; without the files before all files are made anew
        shapes = {"page_shapes": self.made["page_shapes"]}
        made = run(*inputs, earlier=shapes)["pages"]
        assert list(recalled["pages"]) == list(made)
        assert {name for name in made if recalled["pages"][name] != made[name]} == set()
        before = self.made["pages"]
        return {name.split(".", 1)[-1] for name in made if before.get(name) != made[name]}


@pytest.fixture(scope="module")
def pages(study_cache):
    return Pages(study_cache)


def moved(table):
    """Move all shapes a little, each in its own way."""
    shapes = [shapely.affinity.translate(shape, 3, at) for at, shape in enumerate(table.geometry)]
    return table.set_geometry(gpd.GeoSeries(shapes, table.index, crs=table.crs))


def other(value):
    """Change every number and text of a JSON value that decides no key and no branch."""
    if isinstance(value, dict):
        return {key: other(item) for key, item in value.items()}
    if isinstance(value, list):
        return [other(item) for item in value]
    return value + 1 if isinstance(value, float) else value


def test_of_the_same_no_file_is_made(pages, monkeypatch):
    for module in ("exports.parquet_bytes", "quarter_export.geopackage_bytes"):
        monkeypatch.setattr(f"htkgis.pipeline.{module}", None)
    for module in ("quarter_page", "index_page", "joint_page", "explorer.page"):
        monkeypatch.setattr(f"htkgis.maps.{module}.render_page", None)
    again = pages.step.run(*pages.inputs.values(), earlier=pages.made)
    assert again["pages"] == pages.made["pages"]
    assert again["page_shapes"].keys() == pages.made["page_shapes"].keys()


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["isochrones"], {"html", "svg", "gpkg", "geojson", "parquet"}),
        (["shown_streets", "origins"], {"html", "svg", "gpkg", "parquet"}),
    ],
)
def test_files_that_draw_shapes_are_made_again_when_they_move(pages, names, kinds):
    assert kinds < pages.compare(**{name: moved(pages.inputs[name]) for name in names})


def test_files_that_hold_numbers_are_made_again_when_they_change(pages):
    changed = {
        name: pages.inputs[name].assign(**{column: pages.inputs[name][column] * 0.5})
        for name, column in (
            ("access", "value"),
            ("figures", "value"),
            ("disclosed_shares", "share"),
        )
    }
    assert {"csv", "xlsx", "gpkg", "parquet"} < pages.compare(**changed)


def test_files_that_say_something_of_a_profile_are_made_again_when_it_changes(pages):
    first, *others = pages.inputs["profiles"]
    own = {name: other(first[name]) for name in PARTS}
    assert {"html", "gpkg", "xlsx", "json"} < pages.compare(profiles=[first | own, *others])


def test_another_night_changes_the_name_of_the_run_and_what_holds_it(pages):
    hashes = {name: f"{at:064x}" for at, name in enumerate(pages.hashes)}
    kinds = pages.compare(pages.steps(hashes)[-1])
    assert kinds == {
        *("html", "gpkg", "xlsx", "csv-metadata.json", "geojson", "parquet", "qgz", "json"),
    }


def test_numbers_with_another_decimal_sign_are_other_files(pages):
    kinds = pages.compare(pages.steps(decimal="point")[-1])
    assert kinds == {"csv", "csv-metadata.json", "html", "json"}
