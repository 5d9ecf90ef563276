"""Beside an origin stand the figures of its own rows, whatever rows are there and in what order."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.pipeline.origin_figures import KeyLimits, column_name, origins_in_short
from htkgis.profile.figures import SITUATION

PROFILE = {"assumptions": {"job_rounding": 100}, "study": {"state": 2026}}
IDS = ["a", "b", "c"]
CASE = dict.fromkeys(SITUATION) | {"mode": "walk", "lens": "adult", "state": 2026}
CASES = [
    CASE | {"measure": "nearest_1", "function": "school", "unit": "min"},
    CASE | {"measure": "cumulative", "function": "school", "limit_min": 15.0, "unit": "places"},
    CASE | {"measure": "jobs", "limit_min": 30.0, "unit": "jobs"},
]
FACTS = st.fixed_dictionaries(
    {
        "value": st.sampled_from([0.0, 12.5, 1250.0, None]),
        "lower_bound": st.booleans(),
        "upper_bound": st.booleans(),
        "hidden": st.booleans(),
        "to_id": st.sampled_from(["p", "q", None]),
    }
)
ROWS = st.dictionaries(
    st.tuples(st.sampled_from(range(len(CASES))), st.sampled_from([*IDS, "elsewhere"])),
    FACTS,
    min_size=1,
)


def bound(row):
    return "at_least" if row["lower_bound"] else "at_most" if row["upper_bound"] else None


def missing(row, unit):
    if row["hidden"]:
        return "hidden"
    return None if row["value"] is not None else "not_reached" if unit == "min" else "unknown"


def shown(row, unit):
    if row["value"] is None or unit != "jobs":
        return row["value"]
    return {0.0: 0.0, 12.5: 0.0, 1250.0: 1200.0 if row["lower_bound"] else 1300.0}[row["value"]]


@given(ROWS)
def test_each_column_holds_what_the_row_of_its_origin_and_case_says(rows):
    table = [CASES[case] | {"id": key} | facts for (case, key), facts in rows.items()]
    access = pd.DataFrame(table).astype({"value": float, "limit_min": float, "to_id": "str"})
    origins = gpd.GeoDataFrame({"id": IDS}, geometry=[shapely.Point(0, 0)] * 3, crs="EPSG:25832")
    found = origins_in_short(PROFILE, access, origins, KeyLimits(15.0, 30.0))
    nothing = {"value": None, "lower_bound": False, "upper_bound": False, "hidden": False}
    expected = {}
    for number in dict.fromkeys(case for case, key in rows if key in IDS):
        case = CASES[number]
        own = [rows.get((number, key), nothing | {"to_id": None}) for key in IDS]
        name = column_name(case, shown_state=2026)
        expected[name] = [shown(row, case["unit"]) for row in own]
        for end, texts in (
            ("place", [row["to_id"] for row in own]),
            ("bound", [bound(row) for row in own]),
            ("missing", [missing(row, case["unit"]) for row in own]),
        ):
            if any(text is not None for text in texts):
                expected[f"{name}_{end}"] = texts
    made = found.drop(columns=["id", "geometry"])
    assert {
        name: made[name].astype(object).replace({np.nan: None}).tolist() for name in made
    } == expected
    assert list(made) == list(expected)
