"""The cases of robustness over the embedded study: laws of walking, buses, steps of their own."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.pipeline.access_rows import figures_from
from htkgis.pipeline.explain_robustness import stamped_figure
from htkgis.pipeline.mode_steps import of_case
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.robustness import slow_buses
from htkgis.pipeline.robustness_steps import case_study, cases_of
from htkgis.pipeline.steps import needed, run_steps
from htkgis.profile import profile_figures
from htkgis.profile.robustness import KEY
from htkgis.robustness_rules import Case, Robustness
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
SOURCED = {"source": "skøn", "source_en": "estimate"}


@pytest.fixture(scope="module")
def study():
    return read_study(ROOT / "study.toml")


def steps_of(study):
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    return profile_steps(study, catalog, catalog.checked_hashes(), "da")


@pytest.fixture(scope="module")
def results(study, study_cache):
    steps = needed(steps_of(study), ("figures", "case_figures", "profiles", "share_ranges"))
    return run_steps(steps, study_cache)


def by_case(results, unit, cases):
    table = results["case_figures"]
    own = table[table["unit"].eq(unit) & table["case"].isin(cases) & table["mode"].eq("walk")]
    own = own[own["lens"].eq("adult") | (len(cases) == 2)]
    values = {case: own[own["case"] == case].set_index(KEY)["value"] for case in cases}
    return pd.DataFrame(
        {case: each.reindex(values[cases[0]].index) for case, each in values.items()}
    )


SPEEDS = ("walk_slow", "walk_calm", "walk_brisk")


def test_slower_walking_never_gives_shorter_minutes(results):
    minutes = by_case(results, "min", SPEEDS).fillna(np.inf)
    assert len(minutes) > 100
    assert (minutes["walk_slow"] >= minutes["walk_calm"]).all()
    assert (minutes["walk_calm"] >= minutes["walk_brisk"]).all()


def test_who_walks_at_a_speed_of_their_own_is_tried_slower_and_quicker_too(results):
    minutes = by_case(results, "min", ("walk_slow", "walk_brisk")).fillna(np.inf)
    assert set(minutes.index.get_level_values("lens")) == {"adult", "child", "older", "wheelchair"}
    assert (minutes["walk_slow"] >= minutes["walk_brisk"]).all()
    older = minutes.xs("older", level="lens")
    # no slope, wait or price is counted, so all takes 5.0 / 3.2 times as long
    near = older[older["walk_slow"] < np.inf]
    ratio = near["walk_slow"] / near["walk_brisk"]
    assert len(near) > 30
    assert ratio.to_numpy() == pytest.approx(5.0 / 3.2, rel=2e-2)


@pytest.mark.parametrize("unit", ["places", "jobs"])
def test_slower_walking_never_gives_higher_counts(results, unit):
    counts = by_case(results, unit, SPEEDS)
    assert (counts["walk_slow"] <= counts["walk_calm"]).all()
    assert (counts["walk_calm"] <= counts["walk_brisk"]).all()


def test_every_stamped_range_holds_the_figure(results):
    figures = results["figures"]
    own = figures[figures["robustness"].notna() & figures["value"].notna()]
    assert (own["robust_low"] <= own["value"]).all()
    assert (own["robust_high"].fillna(np.inf) >= own["value"]).all()


def test_every_mode_window_state_and_lens_has_stamps(results):
    stamped = results["figures"][results["figures"]["robustness"].notna()]
    on_streets = stamped[stamped["mode"] != "transit"]
    groups = set(zip(on_streets["mode"], on_streets["lens"], on_streets["state"], strict=True))
    travellers = {(mode, "adult") for mode in ("walk", "bike", "car")}
    travellers |= {("walk", lens) for lens in ("child", "older", "wheelchair")}
    assert groups == {(*each, year) for each in travellers for year in (2017, 2026)}
    by_timetable = stamped[stamped["mode"] == "transit"]
    assert set(zip(by_timetable["departure"], by_timetable["lens"], strict=True)) == {
        (window, lens)
        for window in ("rush", "evening", "early")
        for lens in ("adult", "child", "older", "wheelchair")
    }
    assert [profile["robustness"]["unstamped"] for profile in results["profiles"]] == [[]] * 3


def test_who_leaves_at_another_time_is_measured_along_with_the_study_itself(study):
    steps = {step.name: step for step in steps_of(study)}
    assert set(steps["transit_older_access"].outputs) == {
        "transit_older_access",
        "case_leave_early_transit_older_access",
        "case_leave_late_transit_older_access",
        "transit_older_found",
    }
    # each who travels is a scan of the whole day, so others than adults only where they are slower
    timed = {name for name in steps if name.startswith("case_") and "_transit_" in name}
    lenses = ("", "child_", "older_", "wheelchair_")
    assert timed == {
        *(
            f"case_{case}_transit_{table}"
            for case in ("walk_slow", "walk_brisk")
            for table in ("walks", "access")
        ),
        *(f"case_buses_slow_transit_{lens}access" for lens in lenses),
        *(
            f"case_walk_slow_transit_{lens}{table}"
            for lens in lenses
            for table in ("walks", "access")
        ),
    }
    assert set(steps["robustness"].inputs) == {
        "origins",
        *(
            name
            for step in steps.values()
            for name in step.outputs
            if name.startswith("case_") and name.endswith(("_access", "_figures"))
        ),
        *(f"{mode}_figures" for mode in ("walk", "bike", "car")),
        *(f"walk_{lens}_figures" for lens in ("child", "older", "wheelchair")),
    } - {"case_figures"}


def plainly(table):
    """Write what is missing in one way; a file gives it back in another."""
    return table.astype(object).where(table.notna(), None)


@pytest.mark.parametrize("who", ["walk", "car", "walk_older"])
def test_the_figures_of_a_mode_are_its_access_summed_up(results, study, who):
    areas = {quarter.area: quarter.id for quarter in study.quarters}
    area_of = results["origins"].set_index("id")["area_id"]
    expected = profile_figures(results[f"{who}_access"], area_of, areas)
    found = results[f"{who}_figures"]
    assert len(found) > 100
    pd.testing.assert_frame_equal(plainly(found), plainly(expected))


def set_anew(step, results):
    """What a step of a case measures that is told of positions, which are those of the study."""
    own = [re.sub("^case_.*_(walk_at_)", r"\1", name) for name in step.inputs]
    assert own != list(step.inputs)
    found, *_ = step.run(*(results[name] for name in own)).values()
    return found


def test_a_case_that_moves_no_point_has_the_figures_of_the_study(results, study):
    name = next(
        name
        for name in ("case_snap_far_walk_figures", "case_entrance_wide_walk_figures")
        if results[name] is None
    )
    (step,) = (step for step in steps_of(study) if step.name == name)
    given = [results[each] for each in step.inputs]
    assert step.run(*given) == {name: None, f"{name}_kept": None}
    areas = {quarter.area: quarter.id for quarter in study.quarters}
    [measured] = figures_from([set_anew(step, results)], areas)
    own = plainly(results["walk_figures"])
    pd.testing.assert_frame_equal(plainly(measured), own)
    # where even the entrances are the same, nothing is looked at
    (step,) = (s for s in steps_of(study) if s.name == "case_entrance_wide_snaps")
    same = [results["entrances"] if "entrances" in each else None for each in step.inputs]
    assert step.run(*same) == dict.fromkeys(step.outputs)
    case = name.removeprefix("case_").removesuffix("_walk_figures")
    table = results["case_figures"]
    shown = table[table["case"].eq(case) & table["mode"].eq("walk") & table["lens"].eq("adult")]
    pd.testing.assert_frame_equal(plainly(shown.drop(columns="case").reset_index(drop=True)), own)


def test_isolation_is_stamped_on_foot_by_speeds_snapping_and_the_sketch(results, study):
    slow = study.robustness.cases["walk_slow"].speed.value / study.modes.walk.speed.value
    figures = results["figures"].set_index(["quarter_id", "mode", "indicator", "statistic"])
    for profile in results["profiles"]:
        here = profile["quarter"]["id"]
        rows = {row["indicator"]: row for row in profile["isolation"]["modes"][0]["rows"]}
        values = {
            name: next(value for value in row["values"] if value["quarter_id"] == here)
            for name, row in rows.items()
        }
        assert values["crossings_per_km"]["robust"] is None
        assert values["directness"]["robust"]["tried"] == 4  # two of snapping, two of the sketch
        reached = values["reached_surroundings"]
        assert reached["robust"]["tried"] == 7
        assert reached["robust"]["low"] < reached["value"] < reached["robust"]["high"]
        if values["barrier_cost"]["robust"]:
            cost = values["barrier_cost"]["value"]
            assert values["barrier_cost"]["robust"]["high"] == pytest.approx(cost / slow, abs=1e-3)
        by_bike = {row["indicator"]: row for row in profile["isolation"]["modes"][1]["rows"]}
        riding = next(
            value
            for value in by_bike["reached_surroundings"]["values"]
            if value["quarter_id"] == here
        )
        assert riding["robust"]["tried"] == 6  # two of speed, two of snapping, two of the sketch
        assert riding["robust"]["low"] < riding["value"]
        longest = values["directness_function"]["robust"]
        assert longest["tried"] == 6  # two of snapping, two of entrances, two of the sketch
        row = figures.loc[[(here, "walk", "reached_surroundings", "median")]].iloc[0]
        assert (row["robustness"], row["robust_low"]) == (
            reached["robust"]["stamp"], reached["robust"]["low"],
        )  # fmt: skip
    assert profile["shares"] is None  # a sketch knows of no residents
    assert results["share_ranges"].empty


def by_speed(results, mode, slow, quick):
    table = results["case_figures"]
    own = table[table["mode"].eq(mode) & table["unit"].eq("min")]
    calm, brisk = (own[own["case"] == case].set_index(KEY)["value"] for case in (slow, quick))
    return calm.fillna(np.inf), brisk.reindex(calm.index).fillna(np.inf)


@pytest.mark.parametrize(
    ("mode", "slow", "quick"),
    [("bike", "bike_calm", "bike_brisk"), ("car", "car_queue", "car_free")],
)
def test_slower_riding_never_gives_shorter_minutes(results, mode, slow, quick):
    calm, brisk = by_speed(results, mode, slow, quick)
    assert len(calm) > 100
    assert (calm >= brisk).all()
    assert (calm > brisk).any()


def test_a_shorter_way_to_the_street_brings_nobody_nearer(results):
    table = results["case_figures"]
    own = table[table["statistic"].eq("median") & table["unit"].eq("min")]
    near, far = (
        own[own["case"] == case].set_index(KEY)["value"].fillna(np.inf)
        for case in ("snap_near", "snap_far")
    )
    assert set(near.index.get_level_values("mode")) == {"walk", "bike", "car"}
    assert (near >= far.reindex(near.index)).all()


def test_a_case_that_moves_no_point_has_the_ways_of_the_study(results, study):
    moving = ("snap_near", "snap_far", "entrance_strict", "entrance_wide")
    still = [name for case in moving if results[name := of_case(case, "rule_ways")] is None]
    (step,) = (step for step in steps_of(study) if step.name == still[0])
    measured = set_anew(step, results)
    pd.testing.assert_frame_equal(plainly(measured), plainly(results["rule_distances"]))


def test_no_rule_depends_on_the_walking_speed(results, study):
    assert results["profiles"]
    for profile in results["profiles"]:
        assert profile["rules"]["rows"]
        for row in profile["rules"]["rows"]:
            tried = {case["case"] for case in row["cases"]}
            assert not tried & set(SPEEDS)
            assert row["limit_m"] - row["median"] == pytest.approx(row["margin_m"], abs=0.05)


def test_a_case_changes_one_decision_and_the_language_none_of_its_steps(study):
    slow = case_study(study, study.robustness.cases["walk_slow"])
    assert slow.modes.walk.speed.value == 3.2
    assert slow.modes.walk.max_snap == study.modes.walk.max_snap
    # who walks at a speed of their own is as many times as slow: 3.2 * 3.2 / 4.5
    assert slow.modes.walk.lenses["older"].speed.value == pytest.approx(2.2756, abs=1e-4)
    assert slow.modes.walk.lenses["older"].stairs == study.modes.walk.lenses["older"].stairs
    assert (slow.modes.bike, slow.limits) == (study.modes.bike, study.limits)
    assert slow.study.years == (2017, 2026)
    late = case_study(study, study.robustness.cases["leave_late"])
    assert [window.value for window in late.transit.windows.values()] == [
        ("07:15", "09:15"),
        ("20:15", "22:15"),
        ("05:15", "06:15"),
    ]
    near = case_study(study, study.robustness.cases["snap_near"])
    assert [near.modes[mode].max_snap.value for mode in near.modes.names] == [150, 150, 150]
    calm = case_study(study, study.robustness.cases["bike_calm"])
    assert (calm.modes.bike.speed.value, calm.modes.walk) == (13, study.modes.walk)
    queue = case_study(study, study.robustness.cases["car_queue"])
    assert (queue.modes.car.share.value, queue.modes.bike) == (0.6, study.modes.bike)
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    both = [
        {step.name: step.parameters for step in profile_steps(study, catalog, HASHES, language)}
        for language in ("da", "en")
    ]
    assert [name for name in both[0] if both[0][name] != both[1][name]] == ["pages"]


class _Hashes(dict):
    def __missing__(self, name):
        return "0"


HASHES = _Hashes()


def test_a_case_that_leaves_before_midnight_is_refused(study):
    early = Case(shift={"value": -120, "unit": "min", **SOURCED})
    window = study.transit.windows["rush"].model_copy(update={"value": ("01:00", "02:00")})
    transit = study.transit.model_copy(update={"windows": {"rush": window}})
    with pytest.raises(ConfigError, match=r"'rush' by -120 minutes, to before midnight"):
        case_study(study.model_copy(update={"transit": transit}), early)


def test_a_case_that_changes_two_decisions_is_refused():
    metres, speed = (
        {"value": 1.0, "unit": "m", **SOURCED},
        {"value": 4.0, "unit": "km/h", **SOURCED},
    )
    with pytest.raises(ValidationError, match=r"changes 2 decisions; one of speed, bike_speed"):
        Case(speed=speed, max_snap=metres)
    with pytest.raises(ValidationError, match=r"changes 0 decisions"):
        Case()


PARTS = ("jobs_change", "share_change", "detour_change", "closure_change", "sketch_length")


def test_two_cases_that_are_the_same_are_refused():
    part = {"value": 0.1, "unit": "share", **SOURCED}
    case = {"speed": {"value": 4.0, "unit": "km/h", **SOURCED}}
    with pytest.raises(
        ValidationError, match=r"cases.b is the same as cases.a: each may stand once"
    ):
        Robustness(
            **dict.fromkeys(PARTS, part),
            cases={"a": case, "b": case},
        )


def test_without_cases_nothing_is_measured_again(study):
    names = [step.name for step in steps_of(study.model_copy(update={"robustness": None}))]
    assert not [name for name in names if name.startswith(of_case("", "").rstrip("_"))]


def test_buses_take_longer_and_trains_do_not():
    times = pd.DataFrame(
        {
            "trip_id": ["bus", "bus", "train", "train"],
            "route_type": [3, 3, 2, 2],
            "sequence": [0, 1, 0, 1],
            "arrival_s": np.array([600, 1200, 600, 1200], dtype=np.int32),
            "departure_s": np.array([610, 1210, 610, 1210], dtype=np.int32),
        }
    )
    slower = slow_buses(times, times=1.1)["trip_times"]
    # 10 s before it leaves become 11 s; 590 s on its way become 649 s, 600 s become 660 s
    assert slower["arrival_s"].tolist() == [599, 1259, 600, 1200]
    assert slower["departure_s"].tolist() == [610, 1270, 610, 1210]
    assert times["arrival_s"].tolist() == [600, 1200, 600, 1200]


def test_an_explained_figure_gives_its_value_in_each_case(results, study):
    asked = {"indicator": "nearest_1", "function": "station", "mode": "walk", "limit_min": None}
    asked |= {"percentile": None, "departure": None, "lens": "adult", "state": 2026}
    found = stamped_figure(asked, "kulturkvarteret", results, study)
    by_name = {case["case"]: case for case in found["cases"]}
    assert set(by_name) == {name for name in study.robustness.cases if name in FOOT_CASES}
    # 15.8 min at 4.5 km/h are 22.2 at 3.2 km/h and 14.2 at 5.0, below the limit of 15
    assert found["stamp"] == "sensitive"
    assert by_name["walk_slow"]["result"] == pytest.approx(22.2, abs=0.1)
    assert [name for name, case in by_name.items() if case["changed"]] == ["walk_brisk"]
    by_bike = stamped_figure(asked | {"mode": "bike"}, "kulturkvarteret", results, study)
    assert {case["case"] for case in by_bike["cases"]} == {"bike_calm", "bike_brisk", *MOVED}
    older = {"mode": "transit", "lens": "older", "indicator": "station_time", "departure": "rush"}
    older |= {"function": "roskilde_st", "percentile": 50}
    timed = stamped_figure(asked | older, "kulturkvarteret", results, study)
    # of walking speeds the slowest alone, for each who travels is a scan of the whole day
    tried = [case["case"] for case in timed["cases"]]
    assert tried == ["walk_slow", "leave_early", "leave_late", "buses_slow"]
    # 3.2 km/h is the adult's case; an older person, who walks so anyway, is as much slower
    assert timed["cases"][0]["factor"] == "own_speed"
    assert timed["cases"][0]["value"] == pytest.approx(3.2 / 4.5 - 1, abs=1e-4)
    adult = stamped_figure(asked | older | {"lens": "adult"}, "kulturkvarteret", results, study)
    assert len(adult["cases"]) == 5


MOVED = {"snap_near", "snap_far", "entrance_strict", "entrance_wide"}
FOOT_CASES = {*SPEEDS, *MOVED}


def test_cases_of_a_mode_that_is_not_measured_are_left_out(study):
    modes = study.modes.model_copy(update={"car": None})
    cases = cases_of(study.model_copy(update={"modes": modes}))
    assert set(study.robustness.cases) - set(cases) == {"car_queue", "car_free"}
