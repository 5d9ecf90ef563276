"""Stamps of residents: ends that tell of nobody, values that move, no stamp; all counted."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.part_robustness import (
    coarse_ends,
    competition_ranges,
    counted_stamps,
    share_ranges,
    with_competition_ranges,
    with_share_ranges,
)

RULES = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))
SHARE = {
    "unit_id": "x", "function": "school", "mode": "walk", "limit_min": 15.0,
    "persons": 2000.0, "lower_bound": False,
}  # fmt: skip


def ranged(*shares, **changed):
    names = ["", *(f"case{number}" for number in range(1, len(shares)))]
    rows = [
        SHARE | changed | {"case": name, "share": share}
        for name, share in zip(names, shares, strict=True)
    ]
    return share_ranges(pd.DataFrame(rows), RULES, share_change=0.1)


@pytest.mark.parametrize(
    ("shares", "stamp", "changed_by"),
    [
        ((0.62, 0.52, 0.7), "sure", []),  # exactly the part that may move
        ((0.62, 0.5199, 0.7), "sensitive", ["case1"]),
        ((0.62, 0.5, 0.8), "sensitive", ["case1", "case2"]),
    ],
)
def test_a_share_is_sensitive_where_it_moves_by_more_than_the_study_allows(
    shares, stamp, changed_by
):
    row = ranged(*shares).iloc[0]
    assert (row["stamp"], row["changed_by"], row["tried"]) == (stamp, changed_by, 2)


def test_a_share_that_no_case_measured_has_no_stamp_nor_has_a_unit_of_few():
    assert ranged(0.5).empty
    assert ranged(0.5, 0.5, persons=59.0).empty
    assert len(ranged(0.5, 0.5, persons=60.0)) == 1


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([0.05, 0.1, 0.2]))
def test_ends_of_shares_hold_both_and_never_say_nobody_or_all(one, other, step):
    low, high = sorted([one, other])
    first, last = coarse_ends(low, high, step)
    assert first <= low + 1e-6
    assert last >= high - 1e-6
    assert 0 <= first < last <= 1
    assert last - first >= step - 1e-9
    assert first / step == pytest.approx(round(first / step))


def test_one_person_more_moves_no_end_but_across_a_step():
    ends = {coarse_ends(0.4 + at / 2000, 0.52, 0.05) for at in range(1, 100)}
    assert ends == {(0.4, 0.55)}


def competing(*medians, **changed):
    row = {"unit_id": "x", "mode": "walk", "limit_min": 30.0, "edge": False, "hidden": False}
    names = ["", *(f"case{number}" for number in range(1, len(medians)))]
    rows = [
        row | changed | {"case": name, "median": median}
        for name, median in zip(names, medians, strict=True)
    ]
    return competition_ranges(pd.DataFrame(rows), jobs_change=0.25)


@pytest.mark.parametrize(
    ("medians", "stamp"), [((0.4, 0.3, 0.5), "sure"), ((0.4, 0.299, 0.5), "sensitive")]
)
def test_jobs_per_resident_are_sensitive_by_the_part_that_they_move(medians, stamp):
    row = competing(*medians).iloc[0]
    assert (row["stamp"], row["low"], row["high"]) == (stamp, 0.3, 0.5)


def test_hidden_jobs_per_resident_have_no_range():
    assert competing(0.4, 0.3, hidden=True).empty
    assert competition_ranges(pd.DataFrame(), jobs_change=0.25).empty


def test_ranges_stand_beside_their_shares_and_beside_nothing_that_is_hidden():
    own = {"function": "school", "mode": "walk", "limit_min": 15.0, "lower_bound": False}
    hidden = own | {"id": "m", "share": None, "hidden": True}
    part = {"rows": [own | {"share": 0.7, "hidden": False, "comparators": [hidden]}]}
    both = pd.concat([ranged(0.62, 0.5), ranged(0.62, 0.5, unit_id="m")], ignore_index=True)
    row = with_share_ranges(part, both, "x")["rows"][0]
    # what an accepted edition told is held by the range, whatever is measured now
    assert (row["robust"]["low"], row["robust"]["high"]) == (0.5, 0.7)
    assert row["comparators"][0]["robust"] is None
    assert with_share_ranges(None, both, "x") is None


def test_ranges_that_were_kept_in_a_file_are_written_as_json(tmp_path):
    ranged(0.62, 0.5, 0.9).to_parquet(tmp_path / "ranges.parquet")
    kept = pd.read_parquet(tmp_path / "ranges.parquet")
    own = {"function": "school", "mode": "walk", "limit_min": 15.0, "lower_bound": False}
    part = {"rows": [own | {"share": 0.62, "hidden": False, "comparators": []}]}
    found = json.loads(json.dumps(with_share_ranges(part, kept, "x")))["rows"][0]["robust"]
    fresh = with_share_ranges(part, ranged(0.62, 0.5, 0.9), "x")["rows"][0]["robust"]
    assert found == fresh
    assert found["changed_by"]


def test_all_stamps_of_the_area_itself_are_counted():
    sure, sensitive = {"stamp": "sure"}, {"stamp": "sensitive"}
    values = [{"quarter_id": "q", "robust": sensitive}, {"quarter_id": "other", "robust": sure}]
    profile = {
        "quarter": {"id": "q"},
        "isolation": {"modes": [{"rows": [{"values": values}]}]},
        "shares": {"rows": [{"robust": sure}, {"robust": None}]},
        "competition": {"rows": [{"area": {"robust": sensitive}}]},
    }
    assert counted_stamps(profile) == {"sure": 1, "sensitive": 2}
    empty = profile | {"isolation": None, "shares": None, "competition": {"rows": []}}
    assert counted_stamps(empty) == {"sure": 0, "sensitive": 0}


def test_medians_of_area_and_municipality_have_their_own_range():
    unit = {"mean": 0.5, "median": 0.4, "persons": 900, "edge": False, "hidden": False}
    none = dict.fromkeys(unit) | {"hidden": True}
    part = {"missing": None, "rows": [{"mode": "walk", "limit_min": 30, "area": unit}]}
    part["rows"][0]["municipality"] = none
    both = [competing(0.4, 0.3), competing(0.4, 0.3, unit_id="municipality")]
    row = with_competition_ranges(part, pd.concat(both), "x")["rows"][0]
    assert row["area"]["robust"]["low"] == 0.3
    assert row["municipality"]["robust"] is None
