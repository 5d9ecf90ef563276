"""Lineage: what a part of the profile rests on is what a change of it moves, and no less."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from htkgis.catalog import read_catalog
from htkgis.pipeline import facts, places
from htkgis.pipeline import layers as loading
from htkgis.pipeline.explain import _parameters
from htkgis.pipeline.explain_layers import figure_layers
from htkgis.pipeline.lineage import lineage, traced_steps
from htkgis.pipeline.part_sources import (
    LENS_ACCESS,
    LENS_TRANSIT,
    PART_SOURCES,
    part_lineage,
    tables_of,
)
from htkgis.pipeline.profile_steps import PROFILE_INPUTS, profile_steps
from htkgis.pipeline.quarters import make_figures
from htkgis.pipeline.steps import needed, run_steps
from htkgis.profile import contract
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
STUDY = read_study(ROOT / "study.toml")
EMBEDDED = read_catalog(ROOT / "layers" / "catalog.toml")
REAL = read_catalog(ROOT / "layers" / "catalog-data.toml", data=ROOT)
"""Its facts; no file of it is read here."""


def traced(catalog):
    return traced_steps(STUDY, catalog, dict.fromkeys(catalog.layers, "0" * 64))


def behind(part, catalog=EMBEDDED, *, value=None, modes=None):
    steps, keys = traced(catalog)
    source = PART_SOURCES[part]
    modes = modes or (("walk",) if source.walking else STUDY.modes.names)
    return part_lineage(
        source,
        value,
        modes,
        STUDY.profile.lenses,
        steps=steps,
        keys=keys,
        study=STUDY,
        catalog=catalog,
    )


def test_every_part_says_what_it_is_made_of():
    assert set(PART_SOURCES) == set(contract.parts())
    known = {
        *PROFILE_INPUTS,
        LENS_ACCESS,
        LENS_TRANSIT,
        "transit_access",
        "stations",
        "service_day",
        "departures",
    }
    assert {table for source in PART_SOURCES.values() for table in source.tables} <= known
    _, keys = traced(EMBEDDED)
    for source in PART_SOURCES.values():
        for head in (*source.decisions, *source.without):
            assert [key for key in keys if f"{key}.".startswith(f"{head}.")], head


def test_criteria_rest_on_two_layers_and_one_year():
    found = behind("criteria")
    assert found.steps == ("load_facts",)
    assert found.layers == ("indicators", "indicators_2023", "criteria")
    assert "criteria.year" in found.decisions
    others = {key.partition(".")[0] for key in found.decisions if key != "criteria.year"}
    assert others == {"disclosure"}  # what is hidden of few residents


def test_walking_rests_on_no_decision_of_cars_and_driving_does():
    walk, car = (behind("counts", modes=(mode,)).decisions for mode in ("walk", "car"))
    assert not [key for key in walk if key.startswith(("modes.car", "modes.bike"))]
    assert "modes.car.share" in car
    assert "modes.walk.speed" in car  # whatever the mode, people walk between point and street
    assert "limits.catchment" in walk
    assert "limits.jobs" not in walk


def test_a_lens_brings_its_own_speed_and_only_there():
    assert "modes.walk.lenses.child.speed" in behind("lenses").decisions
    assert "modes.walk.lenses.child.speed" not in behind("nearest").decisions


def test_shares_rest_on_addresses_and_census_and_no_jobs():
    found = behind("shares", REAL)
    assert {"addresses", "population", "districts", "railways"} <= set(found.layers)
    assert not {"buildings", "land_use", "cycle_routes"} & set(found.layers)
    assert "speed_limits" in found.layers
    assert "speed_limits" not in behind("shares", REAL, modes=("walk",)).layers
    assert not [key for key in found.decisions if key.startswith("jobs")]


def test_jobs_rest_on_their_model_where_there_is_one_and_else_on_their_layer():
    assert "jobs" in behind("jobs").layers
    assert "jobs.total" not in behind("jobs").decisions
    assert {"buildings", "land_use"} <= set(behind("jobs", REAL).layers)
    assert "jobs.total" in behind("jobs", REAL).decisions


def test_a_figure_rests_on_the_barriers_and_corrections_that_the_steps_read():
    figure = {"mode": "walk", "lens": "adult", "unit": "min", "function": "station"}
    points = pd.DataFrame({"layer": ["addresses"]}), pd.DataFrame({"layer": ["stations"]})
    hashes = dict.fromkeys(REAL.layers, "0" * 64)
    found = figure_layers(figure, STUDY, REAL, hashes, *points)
    assert {"railways", "motorways", "place_corrections", "stations", "streets"} <= set(found)
    assert not {"places", "buildings", "speed_limits", "population", "quarters"} & set(found)
    by_car = figure_layers(figure | {"mode": "car"}, STUDY, REAL, hashes, *points)
    assert set(by_car) - set(found) == {"speed_limits"}


@pytest.mark.parametrize("unit", ["min", "places", "jobs"])
@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_the_parameters_of_a_figure_all_enter_the_steps_that_measure_it(mode, unit):
    steps, keys = traced(EMBEDDED)
    figure = {"mode": mode, "lens": "adult", "state": 2026, "unit": unit, "limit_min": 15.0}
    listed = {row["key"] for row in _parameters(figure | {"indicator": "x"}, STUDY)}
    assert listed - set(lineage(steps, keys, EMBEDDED, [f"{mode}_access"]).decisions) == set()


class Watched:
    """A study that remembers which of its tables were read."""

    def __init__(self, study):
        self._study, self.read = study, set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self._study, name)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("boundaries", {"study", "quarters"}),
        ("housing", {"study", "quarters", "disclosure"}),
        ("places", {"study", "quarters", "functions", "places", "jobs", "disclosure"}),
        ("facts", {"study", "quarters", "disclosure"}),
        ("barriers", {"study", "quarters"}),
        ("streets", {"study", "quarters", "modes"}),
    ],
)
def test_a_loading_step_reads_no_decision_that_its_key_does_not_hold(name, allowed):
    watched = Watched(STUDY)
    module = {"facts": facts, "places": places}.get(name, loading)
    getattr(module, f"load_{name}")(EMBEDDED, watched)
    assert watched.read <= allowed
    step = next(step for step in traced(EMBEDDED)[0] if step.name == f"load_{name}")
    key = json.dumps(step.parameters)
    for table in allowed - {"quarters"}:
        assert f'"source": "{table}.' in key or table in {"functions", "study"}, table
    # another year makes places anew, and no other layer
    assert ('"source": "study.' in key) == (name == "places")


def steps_to(*outputs):
    steps = profile_steps(STUDY, EMBEDDED, EMBEDDED.checked_hashes(), "da")
    return needed(steps, outputs)


@pytest.fixture(scope="module")
def run(study_cache):
    steps = steps_to("profiles")
    results = run_steps(steps, study_cache)
    last = [step for step in steps if step.name in {"figures", "street_profiles", "profiles"}]
    taken = {*PROFILE_INPUTS, "stations", "service_day", "departures"}
    assert {name for step in last for name in step.inputs} - taken == {*MADE}

    def make(inputs):
        known = dict(inputs)
        for step in last:
            known |= step.run(*(known[name] for name in step.inputs))
        return known["profiles"]

    inputs = {name: results[name] for name in taken}
    return make, inputs, as_texts(results["profiles"])


MADE = ("stamped_figures", "street_figures", "street_access", "street_profiles")
"""What one of the steps that make the profiles hands on to the next."""


def as_texts(profiles):
    """Write each part of each profile, to be compared."""
    return [
        {part: json.dumps(value, sort_keys=True) for part, value in profile.items()}
        for profile in profiles
    ]


def shaken(table):
    """Another table: every number a little larger, every name another; ids and years stay."""
    if table is None:
        return None
    if isinstance(table, list) and "crossings" in table[0]:  # isolation, by area and mode
        wider = [row["crossings"] | {"per_km": row["crossings"]["per_km"] * 1.25} for row in table]
        return [row | {"crossings": own} for row, own in zip(table, wider, strict=True)]
    if isinstance(table, list) and "case" in table[0]:  # isolation in each case
        return [row | {"value": row["value"] and row["value"] * 1.25} for row in table]
    if isinstance(table, list):
        return [row | {"way_m": row["way_m"] * 1.25} for row in table]
    if not isinstance(table, pd.DataFrame):
        return table | {"stops": table["stops"] + 1}
    kept = {"limit_min", "state", "percentile", "n", "valid_from", "valid_to", "year", "needed"}
    kept |= {"year_from", "year_to", "min_residents", "geometry"}
    changed = table.copy()
    for name in [name for name in table.columns if name not in kept]:
        column = table[name]
        if pd.api.types.is_float_dtype(column) or name == "travel_time_ds":
            changed[name] = (column * 1.25 + (10 if name == "travel_time_ds" else 0)).astype(
                column.dtype
            )
            if column.dropna().between(0, 1).all():
                changed[name] = (column * np.where(column < 1, 1, 0.75)).astype(column.dtype)
        elif name in {"name", "kind", "note", "applies_to", "reason", "called"}:
            changed[name] = column.map(lambda word: f"{word} 2" if isinstance(word, str) else word)
    return changed


def used(part):
    """Inputs of the steps that make the profiles that a part says it takes."""
    source = PART_SOURCES[part]
    access = (
        {"access"} if set(source.tables) & {LENS_ACCESS, LENS_TRANSIT, "transit_access"} else set()
    )
    return access | set(source.tables)


EMPTY = {
    "disclosed_shares",
    "disclosed_distribution",
    "unsnapped",
    "targets",
    "indicator_definitions",
    "fairness",
    "competition",
    "share_ranges",
    "competition_ranges",
}
"""Tables without a row here: there is nothing in them to change."""


@pytest.mark.parametrize("table", sorted(EMPTY))
def test_what_is_not_shaken_here_is_empty(run, table):
    assert run[1][table] is None or len(run[1][table]) == 0


@pytest.mark.parametrize(
    "table",
    [
        name
        for name in (*PROFILE_INPUTS, "stations", "service_day", "departures")
        if name not in EMPTY
    ],
)
def test_a_change_of_a_table_moves_only_parts_that_say_they_take_it(run, table):
    make, inputs, before = run
    after = as_texts(make(inputs | {table: shaken(inputs[table])}))
    moved = {
        part
        for old, new in zip(before, after, strict=True)
        for part in old
        if old[part] != new[part]
    }
    assert moved <= {part for part in PART_SOURCES if table in used(part)}
    assert moved, table


@pytest.fixture(scope="module")
def streets(run, study_cache):
    """The step that says what is of the streets, what it takes, and what it kept."""
    del run  # which made all that is taken here
    results = run_steps(steps_to("street_profiles"), study_cache)
    step = steps_to("street_profiles")[-1]
    inputs = {name: results[name] for name in step.inputs}
    return step.run, inputs, {"street_parts": results["street_parts"]}


@pytest.mark.parametrize("table", ["street_access", "street_figures", "places", "indicators"])
def test_what_is_kept_of_the_streets_is_what_is_made_of_them_anew(streets, table):
    make, inputs, kept = streets
    changed = (inputs | {table: shaken(inputs[table])}).values()
    anew, again = make(*changed), make(*changed, earlier=kept)
    assert as_texts(again["street_profiles"]) == as_texts(anew["street_profiles"])


@pytest.fixture(scope="module")
def further(run, study_cache):
    """The step that makes whole profiles, what it takes, and what it kept."""
    del run
    results = run_steps(steps_to("profiles"), study_cache)
    step = steps_to("profiles")[-1]
    inputs = {name: results[name] for name in step.inputs}
    return step.run, inputs, {"profile_parts": results["profile_parts"]}


@pytest.mark.parametrize("table", ["stamped_figures", "case_figures"])
def test_what_is_kept_of_a_profile_is_what_is_made_of_it_anew(further, table):
    make, inputs, kept = further
    changed = (inputs | {table: shaken(inputs[table])}).values()
    anew, again = make(*changed), make(*changed, earlier=kept)
    assert as_texts(again["profiles"]) == as_texts(anew["profiles"])


def test_figures_of_the_same_are_not_compared_again(further, monkeypatch):
    make, inputs, kept = further
    anew = make(*inputs.values())
    monkeypatch.setattr("htkgis.profile.robustness.compared", None)
    again = make(*inputs.values(), earlier=kept)
    assert as_texts(again["profiles"]) == as_texts(anew["profiles"])


def test_another_timetable_moves_nothing_that_is_of_the_streets(run):
    _, inputs, _ = run
    access, cases = inputs["access"], inputs["case_figures"]
    taken = {"origins": inputs["origins"], "study": STUDY}
    before = make_figures(access=access, case_figures=cases, **taken)
    moved = [
        table.assign(value=table["value"].where(table["mode"] != "transit", table["value"] * 1.25))
        for table in (access, cases)
    ]
    after = make_figures(access=moved[0], case_figures=moved[1], **taken)
    assert not after["stamped_figures"].equals(before["stamped_figures"])
    for name in ("street_figures", "street_access"):
        assert len(before[name]) > 0
        pd.testing.assert_frame_equal(after[name], before[name])


def test_the_tables_of_a_part_are_named_before_they_are_joined():
    names = tables_of(PART_SOURCES["lenses"], ["walk"], ["child", "older"])
    assert names == ["walk_access", "walk_child_access", "walk_older_access", "places", "areas"]
