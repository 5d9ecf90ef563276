"""Places after correction: what is known replaces what the layer says, and nothing else does."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.errors import SchemaError
from htkgis.scenario import corrected_places


def places():
    return gpd.GeoDataFrame(
        {
            "id": ["a", "b", "c"],
            "name": ["Skolen", "Skolen", None],
            "function": ["school", "culture", "school"],
            "valid_from": pd.array([1970, None, None], dtype="Int64"),
            "valid_to": pd.array([None, None, None], dtype="Int64"),
            "note": [None, "scene", None],
            "note_en": [None, None, None],
        },
        geometry=[shapely.Point(n, 0) for n in range(3)],
        crs="EPSG:25832",
    )


def corrections(**values):
    row = {"name": "Skolen", "function": "school", "becomes": None, "valid_from": None}
    row |= {"valid_to": None, "note": None, "note_en": None}
    return pd.DataFrame([row | values])


def test_a_correction_is_of_the_places_of_its_name_and_function_only():
    found = corrected_places(places(), corrections(valid_to=2021, note="flyttet"))
    assert found["valid_to"].tolist()[0] == 2021
    assert found["valid_to"].isna().tolist() == [False, True, True]
    assert found["note"].fillna("").tolist() == ["flyttet", "scene", ""]
    assert found["valid_from"].tolist()[0] == 1970


def test_a_correction_may_say_what_a_place_really_is():
    found = corrected_places(places(), corrections(becomes="education"))
    assert found["function"].tolist() == ["education", "culture", "school"]
    assert found["id"].tolist() == ["a", "b", "c"]


def test_places_without_corrections_stay_as_they_are():
    none = corrections()[:0]
    pd.testing.assert_frame_equal(corrected_places(places(), none), places(), check_dtype=False)


def test_a_correction_of_no_place_is_refused():
    with pytest.raises(SchemaError, match=r"1 of 1 are of no place: 'Skolen \(station\)'"):
        corrected_places(places(), corrections(function="station", valid_to=2021))
