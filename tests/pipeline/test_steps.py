"""Steps run when what decides them changed, and only then."""

import gc
from dataclasses import replace

import pytest

from htkgis.pipeline.robustness_steps import in_case
from htkgis.pipeline.steps import (
    OBJECTS_PER_COLLECTION,
    Step,
    check_order,
    needed,
    run_steps,
    step_key,
)
from htkgis.store import Cache


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path)


def chain(ran, *, layer="h1", factor=2, offset=1):
    """read -> double -> add, noting what ran."""

    def noted(name, value):
        ran.append(name)
        return value

    return [
        Step("read", (), ("raw",), lambda: noted("read", {"raw": 20}), files={"layer": layer}),
        Step(
            "scale",
            ("raw",),
            ("scaled",),
            lambda raw: noted("scale", {"scaled": raw * factor // factor}),
            parameters=factor,
        ),
        Step(
            "add",
            ("scaled",),
            ("sum",),
            lambda scaled: noted("add", {"sum": scaled + offset}),
            parameters=offset,
        ),
    ]


def run(cache, **options):
    ran = []
    results = run_steps(chain(ran, **options), cache)
    return ran, results


def test_the_first_run_computes_every_step(cache):
    ran, results = run(cache)
    assert ran == results.computed == ["read", "scale", "add"]
    assert results["sum"] == 21


def test_a_second_run_computes_nothing_and_has_the_same_values(cache):
    run(cache)
    ran, results = run(cache)
    assert ran == results.computed == []
    assert results["sum"] == 21


def test_each_step_says_whether_it_was_computed_or_cached(cache):
    def told(**options):
        done = []
        run_steps(chain([], **options), cache, done=done.append)
        assert [(each.number, each.of) for each in done] == [(1, 3), (2, 3), (3, 3)]
        assert all(each.seconds >= 0 for each in done)
        return {each.name: each.state for each in done}

    assert told() == {"read": "computed", "scale": "computed", "add": "computed"}
    assert told(offset=2) == {"read": "cached", "scale": "cached", "add": "computed"}


def test_a_changed_parameter_reruns_its_step_and_what_follows(cache):
    run(cache)
    ran, results = run(cache, offset=5)
    assert ran == ["add"]
    assert results["sum"] == 25


def test_a_changed_file_with_the_same_content_stops_at_the_step_that_reads_it(cache):
    run(cache)
    ran, _ = run(cache, layer="h2")
    assert ran == ["read"]


def test_a_step_whose_result_stays_the_same_reruns_no_follower(cache):
    run(cache)
    ran, _ = run(cache, factor=3)
    assert ran == ["scale"]


def test_going_back_to_an_earlier_parameter_computes_nothing(cache):
    run(cache, offset=1)
    run(cache, offset=5)
    assert run(cache, offset=1)[0] == []


def test_a_damaged_entry_is_computed_again(cache):
    _, results = run(cache)
    cache.path(results.keys["scale"], "scaled.json").write_bytes(b"99")
    ran, results = run(cache)
    assert ran == ["scale"]
    assert results["sum"] == 21


def test_changed_code_makes_every_step_stale(cache, monkeypatch):
    run(cache)
    monkeypatch.setattr("htkgis.pipeline.steps.code_fingerprint", lambda: "other")
    assert run(cache)[0] == ["read", "scale", "add"]


def test_a_step_that_fails_leaves_what_was_done_before_it(cache):
    ran = []
    steps = chain(ran)
    broken = [steps[0], Step("scale", ("raw",), ("scaled",), lambda raw: raw // 0, parameters=2)]
    with pytest.raises(ZeroDivisionError, match="division"):
        run_steps(broken, cache)
    assert run(cache)[0] == ["scale", "add"]


def test_a_step_looks_less_often_for_what_nothing_holds_and_leaves_all_others_as_they_were(cache):
    before = gc.get_threshold()
    assert before[0] < OBJECTS_PER_COLLECTION
    seen = []

    def work():
        seen.append(gc.get_threshold())
        raise ZeroDivisionError("broken")

    with pytest.raises(ZeroDivisionError, match="broken"):
        run_steps([Step("work", (), ("made",), work)], cache)
    assert seen == [(OBJECTS_PER_COLLECTION, *before[1:])]
    assert gc.get_threshold() == before


def test_progress_is_told_only_of_what_is_computed(cache):
    told = []
    run_steps(chain([]), cache, progress=lambda *step: told.append(step))
    run_steps(chain([], offset=9), cache, progress=lambda *step: told.append(step))
    assert told == [("read", 1, 3), ("scale", 2, 3), ("add", 3, 3), ("add", 3, 3)]


def test_the_key_names_everything_that_decides_the_result():
    base = Step("a", (), ("x",), dict, parameters={"b": 1}, files={"f": "h"})
    keys = {
        step_key(base, {}),
        step_key(base, {"i": "h"}),
        step_key(Step("b", (), ("x",), dict, parameters={"b": 1}, files={"f": "h"}), {}),
        step_key(Step("a", (), ("x",), dict, parameters={"b": 2}, files={"f": "h"}), {}),
        step_key(Step("a", (), ("x",), dict, parameters={"b": 1}, files={"f": "g"}), {}),
    }
    assert len(keys) == 5


def test_a_step_that_reuses_is_given_what_it_made_last_and_only_that(cache):
    given = []

    def square(number, *, earlier):
        given.append(earlier)
        return {"squared": number * number}

    def squared(number, parameters="decisions"):
        layer = {"layer": str(number)}
        read = Step("read", (), ("number",), lambda: {"number": number}, files=layer)
        work = Step("square", ("number",), ("squared",), square, parameters, reuses=True)
        return run_steps([read, work], cache)

    for number in (2, 3, 2, 4):
        squared(number)
    assert given == [{}, {"squared": 4}, {"squared": 9}]
    squared(5, "other decisions")
    assert given[-1] == {}
    (cache.path(squared(4).keys["square"], "squared.json")).write_text("17")
    squared(6)
    assert given[-1] == {}


def test_steps_out_of_order_are_refused_before_anything_runs(cache):
    ran = []
    with pytest.raises(ValueError, match=r"'scale' takes \['raw'\] that nothing made"):
        run_steps(chain(ran)[1:], cache)
    assert ran == []


def test_an_output_made_twice_is_refused():
    step = Step("a", (), ("x",), dict)
    with pytest.raises(ValueError, match=r"makes \['x'\] again"):
        check_order([step, step])


def test_what_a_step_notes_for_itself_is_taken_by_no_other():
    noting = Step("note", (), ("result", "seen"), dict, notes=frozenset({"seen"}))
    check_order([noting, Step("take", ("result",), ("y",), dict)])
    with pytest.raises(ValueError, match=r"'take' takes \['seen'\] that nothing made"):
        check_order([noting, Step("take", ("seen",), ("y",), dict)])


def test_a_step_that_makes_something_else_is_refused(cache):
    with pytest.raises(ValueError, match=r"made \['y'\], not \['x'\]"):
        run_steps([Step("a", (), ("x",), lambda: {"y": 1})], cache)


def by_place(street, ran):
    """A street with a cost, where it lies, and points that are set there whatever it costs."""
    place, cost = street

    def told(name, value):
        ran.append(name)
        return {name: value}

    layer = {"street": f"{place} {cost}"}
    return [
        Step("graph", (), ("graph", "place"), lambda: {"graph": street, "place": place}, "", layer),
        Step(
            "points", ("graph",), ("points",), lambda g: told("points", g[0]), by={"graph": "place"}
        ),
        Step("ways", ("graph", "points"), ("ways",), lambda g, at: told("ways", [g[1], at])),
    ]


def test_a_step_that_rests_on_a_part_of_what_it_takes_stays_while_that_part_does(cache):
    ran = []
    for street in (["here", 1], ["here", 2], ["there", 2]):
        results = run_steps(by_place(street, ran), cache)
        assert results["ways"] == [street[1], street[0]]
        ran.append(street)
    assert ran == [
        "points", "ways", ["here", 1], "ways", ["here", 2], "points", "ways", ["there", 2],
    ]  # fmt: skip


def test_what_decides_a_step_must_be_made_before_it_and_is_needed_where_the_step_is():
    steps = by_place(["here", 1], [])
    check_order(steps)
    assert [step.name for step in needed(steps, ("points",))] == ["graph", "points"]
    apart = [
        Step("graph", (), ("graph",), dict),
        Step("place", ("graph",), ("place",), dict),
        replace(steps[1], inputs=("graph",)),
    ]
    assert [step.name for step in needed(apart, ("points",))] == ["graph", "place", "points"]
    with pytest.raises(ValueError, match=r"'points' takes \['place'\] that nothing made"):
        check_order([apart[0], apart[2]])


def test_in_a_case_a_step_is_decided_by_what_the_case_made():
    steps = by_place(["here", 1], [])
    own = in_case(steps, "slow")[1]
    assert own.decided_by == {"case_slow_graph": "case_slow_place"}
    assert in_case(steps[1:], "slow")[0].decided_by == {"graph": "place"}
