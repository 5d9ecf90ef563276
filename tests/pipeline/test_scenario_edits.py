"""Tables of a scenario keep the rules that the layers keep."""

from pathlib import Path

import pytest

from htkgis.pipeline.scenario_edits import edit_homes
from htkgis.study import read_study
from tests.scenario.test_home_edits import AREAS, DISTRICTS, NOBODY, TOWN, YEAR, homes

GATES = NOBODY.assign(kind=[])
STUDY = read_study(Path(__file__).parents[2] / "study.toml")


@pytest.mark.parametrize(("gone", "hidden"), [(80, False), (81, True)], ids=["twenty", "nineteen"])
def test_an_area_that_is_left_with_few_homes_has_its_residents_hidden(gone, hidden):
    # 100 dwellings and 250 residents; below 20 dwellings nothing is told
    areas = AREAS.assign(population_hidden=False)
    made = edit_homes(
        areas, GATES, NOBODY, DISTRICTS, TOWN,
        edits=[homes(-gone, area="park")], year=YEAR, counted=None, study=STUDY,
    )["areas"]  # fmt: skip
    assert made["dwellings"].tolist() == [100 - gone]
    assert made["population_hidden"].tolist() == [hidden]
    assert made["population"].isna().tolist() == [hidden]


def test_residents_that_are_hidden_stay_hidden():
    areas = AREAS.assign(population_hidden=True, population=float("nan"))
    made = edit_homes(
        areas, GATES, NOBODY, DISTRICTS, TOWN,
        edits=[homes(50, area="park")], year=YEAR, counted=None, study=STUDY,
    )["areas"]  # fmt: skip
    assert made["population_hidden"].tolist() == [True]
