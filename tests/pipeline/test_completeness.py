"""One of each function: for how many origins, and which are missing, counted by hand."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from htkgis.pipeline.completeness import complete_origins
from htkgis.study import read_study

from .test_profiles import ROOT

STUDY = read_study(ROOT / "study.toml")
ORIGINS = pd.DataFrame({"id": ["a", "b"], "area_id": ["x", "x"]})
PLACES = pd.DataFrame(
    {
        "id": ["s", "t"],
        "name": ["School", None],
        "function": ["school", "station"],
        "measured": True,
        "unit": "places",
    }
)


def counted(station):
    rows = [("a", "school", 15.0, "s"), ("b", "school", 3.0, "s")]
    rows += [(key, "station", value, place) for key, value, place in station]
    access = pd.DataFrame(rows, columns=["id", "function", "value", "to_id"])
    access = access.assign(measure="nearest_1", mode="walk")
    (row,) = complete_origins(access, ORIGINS, PLACES, study=STUDY)
    return row


def test_exactly_on_the_limit_is_in_reach():
    row = counted([("a", 15.0, "t"), ("b", 15.1, "t")])
    assert (row["origins"], row["origins_complete"]) == (2, 1)
    assert row["functions"] == ["station", "school"]
    assert "daycare" in row["unmeasured"]
    (lack,) = row["missing"]
    assert (lack["function"], lack["origins_lacking"], lack["origins_lacking_only"]) == (
        "station",
        1,
        1,
    )
    assert (lack["place_id"], lack["place_name"], lack["most_short_min"]) == ("t", None, 0.1)


def test_what_is_not_reached_has_no_minutes_short():
    row = counted([("a", float("nan"), None), ("b", 20.0, "t")])
    assert row["origins_complete"] == 0
    assert row["missing"][0]["origins_lacking"] == 2
    assert row["missing"][0]["most_short_min"] is None
    nowhere = counted([("a", float("nan"), None), ("b", float("nan"), None)])
    assert nowhere["missing"][0]["place_id"] is None


@st.composite
def surroundings(draw):
    """Three areas with up to four origins; one area may have no row of a function."""
    rows, origins = [], []
    for area in "xyz":
        functions = draw(st.sets(st.sampled_from(["school", "station"])))
        for number in range(draw(st.integers(1, 4))):
            origins.append((f"{area}{number}", area))
            for function in sorted(functions):
                value = draw(st.sampled_from([3.0, 15.0, 15.1, 40.0, float("nan")]))
                place = None if value != value else function[0]  # noqa: PLR0124  nan
                rows.append((f"{area}{number}", function, value, place))
    access = pd.DataFrame(rows, columns=["id", "function", "value", "to_id"])
    ids = pd.DataFrame(origins, columns=["id", "area_id"])
    return access.assign(measure="nearest_1", mode="walk"), ids


@given(surroundings())
def test_areas_that_are_asked_at_once_are_told_what_each_is_told_alone(found):
    access, origins = found
    alone = [
        row
        for area in "xyz"
        for row in complete_origins(
            access, origins[origins["area_id"] == area], PLACES, study=STUDY
        )
    ]
    assert complete_origins(access, origins, PLACES, study=STUDY) == alone
