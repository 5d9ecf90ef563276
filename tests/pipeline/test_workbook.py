"""The workbook and the GeoParquet of a quarter: what they say, and what they say is missing."""

import io

import geopandas as gpd
import openpyxl
import pytest

from tests.pipeline.export_example import HOSTILE, example_inputs, files_of


@pytest.fixture
def inputs(shapes):
    return example_inputs(shapes)


def sheet_of(files, title):
    book = openpyxl.load_workbook(io.BytesIO(files["q.xlsx"]))
    return list(book[title].iter_rows(min_row=4, values_only=True))


def test_the_workbook_tells_hidden_not_reached_and_zero_apart(inputs):
    figures = inputs["figures"]
    none = figures.assign(value=figures["value"].where(figures["unit"] != "jobs", 0.0))
    near, jobs = sheet_of(files_of(inputs | {"figures": none}, language="en"), "Figures")[1:3]
    assert near[6:10] == (4.13, 9.5, "not reached", "minutes")
    assert jobs[6:10] == (0, 0, 0, "jobs")
    hidden = figures.assign(hidden=figures["indicator"] == "jobs")
    jobs = sheet_of(files_of(inputs | {"figures": hidden}, language="en"), "Figures")[2]
    assert jobs[6:9] == ("hidden to protect few persons",) * 3


def test_the_workbook_says_what_each_figure_is_and_where_it_is_from(inputs):
    head, near, *_ = sheet_of(files_of(inputs, language="en"), "Figures")
    row = dict(zip(head, near, strict=True))
    assert row["What the figure shows"] == "Minutes to the nearest school"
    assert row["What is measured"] == "Time."
    assert row["Source"] == "Somebody"
    assert row["Nearest place"] == HOSTILE
    layers = sheet_of(files_of(inputs, language="en"), "Sources")
    assert layers[1][:1] + layers[1][3:5] == (
        "streets",
        "© OpenStreetMap contributors",
        "ODbL 1.0",
    )


def test_a_place_that_is_not_measured_says_so_in_the_workbook(inputs):
    head, first, second, *_ = sheet_of(files_of(inputs, language="en"), "Places")
    times = [at for at, words in enumerate(head) if words.endswith((", min", "est"))]
    assert first[times[0]] == 9.5
    assert {second[at] for at in times} == {"not measured"}


def test_geoparquet_holds_origins_places_and_reach_with_their_crs(inputs):
    files = files_of(inputs)
    origins, places, reach = (
        gpd.read_parquet(io.BytesIO(files[f"{name}.parquet"]))
        for name in ("origins", "places", "isochrones")
    )
    assert {table.crs.to_epsg() for table in (origins, places, reach)} == {25832}
    assert origins["walk_nearest_1_school_min"].round(2).tolist()[:1] == [4.13]
    assert places["minutes_median"].tolist()[:1] == [9.5]
    assert reach["limit_min"].tolist() == [5.0, 10.0]
    assert set(origins["profile_quarter_id"]) == {"q"}
