"""Planned streets: read like others, refused where nobody could join them to anything."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import SchemaError
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.planned_streets import load_planned_streets
from htkgis.study import read_study
from tests.browser.test_explorer_projects import PLANNED, planned_catalog

PROJECTS = pd.DataFrame(
    {
        "id": ["boernekulturhus", "gadehave_link"],
        "name": ["Børnekulturhus", "Stibro"],
        "name_en": [None, "Path bridge"],
    }
)
STREETS = gpd.GeoDataFrame(
    {"id": ["s001", "s002"], "from_node": ["n303", "n219"], "to_node": ["n1", "n2"]},
    geometry=[shapely.LineString([(0, 0), (1, 1)])] * 2,
)


def loaded(tmp_path, planned=PLANNED, streets=STREETS, **options):
    catalog = read_catalog(planned_catalog(tmp_path / "layers", planned))
    study = read_study(embedded_study() / "study.toml")
    return load_planned_streets(streets, PROJECTS, catalog=catalog, study=study, **options)


def test_a_planned_street_knows_its_project(tmp_path):
    found = loaded(tmp_path)["planned_streets"]
    assert found["id"].tolist() == ["p1", "p2"]
    assert found["length_m"].tolist() == [200, 115]
    assert found["project_name"].tolist() == ["Børnekulturhus", "Stibro"]
    assert found["project_name_en"].tolist()[1] == "Path bridge"
    assert found["bridge"].tolist() == [False, True]


def test_what_a_scenario_has_built_is_no_longer_planned(tmp_path):
    left = loaded(tmp_path / "one", built=("gadehave_link",))["planned_streets"]
    assert left["project"].tolist() == ["boernekulturhus"]
    # the scenario may well have built just the street of the layer, under its id
    same = STREETS.assign(id=["s001", "p2"])
    there = loaded(tmp_path / "same", streets=same, built=("gadehave_link",))
    assert len(there["planned_streets"]) == 1
    all_built = loaded(tmp_path / "all", built=PROJECTS["id"].tolist())
    assert all_built["planned_streets"].empty


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",gadehave_link", ",gadehave_lnik", r"1 of 2 rows name no known project: 'p2'"),
        ("p2,", "s002,", r"1 ids are those of streets there are: 's002'"),
        (",project", ",projekt", r"no column 'project'; it names the project"),
    ],
)
def test_a_street_that_fits_nothing_is_refused(tmp_path, old, new, said):
    with pytest.raises(SchemaError, match=said):
        loaded(tmp_path, PLANNED.replace(old, new))


def test_a_project_that_meets_no_street_is_refused(tmp_path):
    alone = STREETS[STREETS["from_node"] == "n303"]
    with pytest.raises(SchemaError, match=r"1 projects meet no street there is: 'gadehave_link'"):
        loaded(tmp_path, streets=alone)
