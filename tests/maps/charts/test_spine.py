"""The spine chart: the words of the table, nothing drawn that is not known."""

import copy

import pytest

from htkgis.maps import load_text
from htkgis.maps.charts import spine
from htkgis.maps.tables import comparison
from tests.maps.profile_example import example_profile

DANISH, ENGLISH = load_text("da"), load_text("en")


def value(quarter, minutes, *, lower=False, upper=False):
    return {
        "quarter_id": quarter,
        "quarter_name": quarter.title(),
        "value": minutes,
        "lower_bound": lower,
        "upper_bound": upper,
        "hidden": False,
    }


def measure(*values, indicator="nearest", function="school", limit=None):
    return {
        "indicator": indicator,
        "function": function,
        "mode": "walk",
        "n": 1 if indicator == "nearest" else None,
        "limit_min": limit,
        "unit": "min" if indicator == "nearest" else indicator,
        "direction": "less" if indicator == "nearest" else "more",
        "values": list(values),
    }


def profile(*rows, **parts):
    return {
        "quarter": {"id": "b"},
        "assumptions": {"everyday_min": 15.0},
        "comparison": list(rows),
    } | parts


def one(*values, **parts):
    (row,) = spine(profile(measure(*values), **parts), DANISH)["rows"]
    return row


def marks(row):
    return {mark.sign: (mark.words, mark.percent, mark.open) for mark in row.marks}


def test_the_own_quarter_comes_first_and_the_others_keep_their_order():
    row = one(value("a", 5.0), value("b", 10.0), value("c", 20.0))
    assert [(mark.sign, mark.name, mark.percent) for mark in row.marks] == [
        ("own", "B", 50.0),
        ("square", "A", 25.0),
        ("triangle", "C", 100.0),
    ]
    assert row.range == (25.0, 100.0)
    assert row.end == "20\u00a0min."


def test_what_is_not_reached_is_said_and_not_drawn():
    row = one(value("a", 5.0), value("b", None), value("c", 20.0))
    assert marks(row)["own"] == (DANISH("missing.not_reached"), None, None)
    assert row.range is None


def test_what_is_hidden_is_said_to_be_and_not_drawn():
    row = one(value("a", 5.0), value("b", None) | {"hidden": True})
    assert marks(row)["own"] == (DANISH("jobs_hidden.word"), None, None)
    assert row.range is None


def test_one_quarter_alone_has_no_range():
    assert one(value("b", 10.0)).range is None


def test_bounds_point_the_way_the_true_value_may_lie():
    row = one(value("a", 5.0, upper=True), value("b", 10.0, lower=True))
    assert marks(row) == {
        "square": ("højst 5,0", 50.0, "less"),
        "own": ("mindst 10,0", 100, "more"),
    }
    chart = spine(profile(measure(value("b", 1.0))), DANISH)
    assert chart["notes"] == []


def test_a_row_has_the_limit_of_its_function():
    limits = {"everyday_min": 15.0, "own_min": {"civic": 30.0}}
    parts = {"assumptions": {"everyday_min": 15.0, "gap_limits": limits}}
    assert marks(one(value("b", 10.0), **parts))["limit"] == ("15", 100.0, None)
    row = measure(value("b", 10.0), function="civic")
    (drawn,) = spine(profile(row, **parts), DANISH)["rows"]
    assert marks(drawn)["limit"] == ("30", 100.0, None)
    assert "limit" not in marks(one(value("b", 10.0)))


def distribution(**changes):
    unit = {"kind": "municipality", "hidden": False, "p50": 8.0, "p50_upper_bound": False}
    row = {"function": "school", "mode": "walk", "comparators": [unit | changes]}
    return {"shares": {"distribution": [row]}}


def test_the_municipality_stands_where_residents_are_known():
    row = one(value("b", 10.0), **distribution())
    assert marks(row)["municipality"] == ("8,0", 80.0, None)
    bounded = one(value("b", 10.0), **distribution(p50_upper_bound=True))
    assert marks(bounded)["municipality"] == ("højst 8,0", 80.0, "less")


@pytest.mark.parametrize("change", [{"hidden": True}, {"p50": None}, {"kind": "district"}])
def test_no_other_figure_stands_for_the_municipality(change):
    assert "municipality" not in marks(one(value("b", 10.0), **distribution(**change)))


def changes(before, *, mode="walk", upper=False):
    row = {"function": "school", "mode": mode, "before": before, "before_upper_bound": upper}
    return {"changes": {"baseline": 2017, "state": 2026, "rows": [row]}}


def test_the_baseline_stands_where_something_has_changed_on_foot():
    row = one(value("b", 10.0), **changes(5.0))
    assert marks(row)["before"] == ("5,0", 50.0, None)
    assert marks(one(value("b", 10.0), **changes(None)))["before"][1] is None
    assert "before" not in marks(one(value("b", 10.0), **changes(5.0, mode="bike")))


def test_only_the_nearest_the_everyday_functions_and_jobs_are_drawn():
    rows = [
        measure(value("b", 1.0)) | {"n": 3},
        measure(value("b", 2), indicator="functions", function=None, limit=15.0),
        measure(value("b", 3), indicator="functions", function=None, limit=30.0),
        measure(value("b", 4), indicator="jobs", function=None, limit=30.0),
        measure(value("b", 5), indicator="count", limit=15.0),
        measure(value("b", 6.0)) | {"mode": "bike"},
    ]
    found = spine(profile(*rows), DANISH)["rows"]
    assert [row.marks[0].words for row in found] == ["2", "4"]
    assert [row.better for row in found] == ["højere er bedre: mod højre"] * 2
    assert spine(profile(), DANISH) is None


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_the_chart_says_what_the_table_says(text):
    found = copy.deepcopy(example_profile())
    table = comparison(found, text, own="kulturkvarteret", part="all")
    said = {row[0].text: [cell.text for cell in row[1:-1]] for row in table.rows}
    rows = spine(found, text)["rows"]
    assert rows
    for row in rows:
        assert [mark.words for mark in row.marks][:3] == said[row.name]


def test_a_hidden_value_is_called_hidden_and_not_unreached():
    gone = value("b", None) | {"hidden": True}
    (mark,) = [each for each in one(value("a", 10.0), gone).marks if "skjult" in str(each)]
    assert "ikke nået" not in str(mark)


@pytest.mark.parametrize(
    ("key", "notes"), [("jobs_method.zones", 1), ("jobs_method.counted", 0), (None, 0)]
)
def test_jobs_gathered_at_points_are_said_to_be_so_wherever_0_may_stand(key, notes):
    method = None if key is None else {"key": key, "values": {"places": 12}}
    row = measure(value("west", 4.0), value("east", 6.0))
    chart = spine(profile(row, jobs_method=method), DANISH)
    said = [note for note in chart["notes"] if "samlet på 12 punkter" in note]
    assert len(said) == notes
