"""Costs, lenses and electric bicycles of a study: from study.toml to what the network is given."""

import math
import tomllib
from pathlib import Path

import pytest
import tomlkit

from htkgis.errors import ConfigError, SchemaError
from htkgis.loaders import read_street_table
from htkgis.network import build_graph, graph_arrays
from htkgis.network.cost_rules import NONE, Costs
from htkgis.network.costs import Tobler
from htkgis.network.modes import plain
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "study.toml").read_text("utf-8")
START = TEXT.index("#: [modes.ebike]")
STUDY = read_study(ROOT / "study.toml")


@pytest.fixture
def study(tmp_path):
    """The embedded study with tables added, or with its own examples uncommented."""

    def read(added=""):
        path = tmp_path / "study.toml"
        path.write_text(f"{TEXT}\n{added}", "utf-8")
        return read_study(path)

    return read


@pytest.fixture
def shown(tmp_path):
    """The embedded study with all of its examples in use."""
    path = tmp_path / "study.toml"
    lines = [line.removeprefix("#:").removeprefix(" ") for line in TEXT.split("\n")]
    path.write_text("\n".join(lines), "utf-8")
    return read_study(path)


@pytest.fixture(scope="module")
def sketch():
    return read_street_table(
        ROOT / "layers" / "streets.csv",
        ROOT / "layers" / "street_nodes.csv",
        crs="EPSG:25832",
        rules=street_rules(STUDY.modes),
    )


def cost(key, value, unit, rest="", mode="walk"):
    return (
        f'[modes.{mode}.costs]\n{key} = {{ value = {value}, unit = "{unit}", source = "s"{rest} }}'
    )


def test_the_embedded_study_counts_nothing_besides_what_streets_state_themselves():
    assert {mode_of(STUDY, name).costs for name in STUDY.modes.names} == {Costs()}
    assert plain(mode_of(STUDY, "walk")).costs == NONE


def test_a_study_without_costs_and_lenses_leaves_no_trace_of_them(tmp_path):
    document = tomlkit.parse(TEXT)
    del document["modes"]["walk"]["lenses"], document["profile"]["lenses"]
    (tmp_path / "study.toml").write_text(tomlkit.dumps(document), "utf-8")
    decisions = read_study(tmp_path / "study.toml").model_dump(mode="json")
    modes = decisions["modes"]
    assert list(decisions["profile"]) == ["key_functions", "everyday", "commute", "listed"]
    assert list(modes) == ["walk", "bike", "car"]
    assert not {"costs", "lenses"} & {*modes["walk"], *modes["bike"]}
    assert list(modes["walk"]) == [
        *("max_snap", "min_part", "search", "closed_kinds", "closed_access"),
        *("closed_barriers", "closed_marks", "speed", "open_foot", "closed_foot"),
    ]


def test_the_examples_of_the_study_are_the_costs_of_the_network(shown):
    assert shown.modes.names == ("walk", "bike", "ebike", "car")
    assert mode_of(shown, "walk").costs == Costs(
        crossing_ds=50,
        signal_ds=200,
        stairs_share=0.41,
        tobler=Tobler(3.5, -0.05),
        dark=1.5,
        dark_kinds=("track",),
    )
    assert mode_of(shown, "bike").costs == Costs(signal_ds=150, climb_ds_per_m=22, off_route=1.1)
    assert mode_of(shown, "car") == mode_of(STUDY, "car")


def test_a_lens_has_its_own_speed_and_costs_and_the_adults_others(shown):
    older = mode_of(shown, "walk", "older")
    assert (older.name, older.speed_kph, older.walked_kph) == ("walk", 3.2, 3.2)
    assert older.costs.stairs_share == 0.3
    assert older.costs.signal_ds == 200
    wheels = mode_of(shown, "walk", "wheelchair")
    assert (wheels.speed_kph, wheels.costs.stairs_share) == (2.9, 0.0)
    child = mode_of(shown, "bike", "child")
    assert (child.speed_kph, child.walked_kph) == (10, 3.6)
    assert (child.costs.max_stress, child.costs.stress) == (1, math.inf)
    assert child.costs.climb_ds_per_m == 22


def test_an_electric_bicycle_goes_where_bicycles_may(shown):
    mode = mode_of(shown, "ebike")
    assert (mode.name, mode.used, mode.speed_kph) == ("ebike", "bike", 18)
    assert mode.columns == ("bike", "oneway_bike", "walk")
    assert snapping(shown, "ebike") == {"max_snap_m": 300, "min_part_m": 2000}
    assert list(street_rules(shown.modes).modes) == ["walk", "bike", "car"]


def test_plain_is_the_mode_of_a_study_without_costs(shown):
    assert plain(mode_of(shown, "walk")) == plain(mode_of(STUDY, "walk"))
    assert plain(mode_of(shown, "bike")) == plain(mode_of(STUDY, "bike"))
    car = plain(mode_of(shown, "car"))
    assert (car.start_ds, car.end_ds, car.share) == (0, 0, 0.7)


def test_wheels_go_around_the_stairs_of_the_sketch(study, sketch):
    lens = '[modes.walk.lenses.wheels]\nstairs = { value = "closed", unit = "share", source = "s" }'
    table = sketch.assign(kind=sketch["kind"].where(sketch.index > 9, "steps"))
    mode = mode_of(study(lens), "walk", "wheels")
    assert build_graph(table, mode=mode).edges == len(table) - 10
    adult = build_graph(table, mode=mode_of(study(lens), "walk"))
    before = graph_arrays(build_graph(sketch, mode=mode_of(STUDY, "walk")))
    assert all((array == before[name]).all() for name, array in graph_arrays(adult).items())


def test_a_cost_that_the_streets_know_nothing_of_is_refused_and_not_0(study, sketch):
    mode = mode_of(study(cost("signal", 20, "s")), "walk")
    with pytest.raises(SchemaError, match=r"streets \(walk\): no column 'signals'"):
        build_graph(sketch, mode=mode)


@pytest.mark.parametrize(
    ("value", "above", "costs"),
    [
        (2, "", Costs(max_stress=2)),
        (3, ", above = 1.5", Costs(max_stress=3, stress=1.5)),
        (1, ', above = "closed"', Costs(max_stress=1)),
    ],
)
def test_stress_above_the_maximum_is_closed_or_priced(study, value, above, costs):
    assert mode_of(study(cost("max_stress", value, "LTS", above, "bike")), "bike").costs == costs


def test_darkness_is_closed_or_priced(study):
    closed = study(cost("darkness", '"closed"', "times", ', tunnels = "all"'))
    assert mode_of(closed, "walk").costs == Costs(dark=math.inf, dark_tunnels=True)


@pytest.mark.parametrize(
    ("added", "message"),
    [
        (cost("signal", -1, "s"), r"modes\.walk\.costs\.signal\.value is -1: .*greater than or"),
        (cost("signal", 1, "min"), r"modes\.walk\.costs\.signal\.unit is 'min': should be 's'"),
        (cost("stairs", 0, "share"), r"stairs\.value is 0: should be 'closed' or a part above 0"),
        (cost("stairs", '"shut"', "share"), r"stairs\.value is 'shut': should be 'closed' or"),
        (cost("darkness", 0.9, "times"), r"value is 0\.9: should be 'closed' or a number from 1"),
        (cost("darkness", "true", "times"), r"darkness\.value is true: should be 'closed' or"),
        (cost("slope", 3.5, "per slope"), r"modes\.walk\.costs\.slope\.easiest is missing"),
        (cost("climb", 2, "s/m"), r"modes\.walk\.costs\.climb is not a known key"),
        (
            cost("max_stress", 4, "LTS", mode="bike"),
            r"max_stress\.value is 4: .*less than or equal",
        ),
        (cost("off_route", 0.8, "times", mode="bike"), r"off_route\.value is 0\.8: .*greater than"),
        (cost("signal", 20, "s", mode="car"), r"modes\.car\.costs is not a known key"),
        ("[modes.walk.lenses.adult]", "adult is who the mode itself decides on"),
        ("[modes.walk.lenses.Older]", r"modes\.walk\.lenses\.Older: small letters a-z"),
    ],
)
def test_a_wrong_cost_names_its_key_and_what_is_allowed(study, added, message):
    with pytest.raises(ConfigError, match=rf"^study\.toml \(.*\): .*{message}.*Correct the file"):
        study(added)


def test_an_electric_bicycle_without_bicycles_is_refused(tmp_path):
    document = tomllib.loads(TEXT)
    assert "bike" in document["modes"]
    start, end = TEXT.index("[modes.bike]"), TEXT.index("# Speed limits by kind")
    ebike = TEXT[START : TEXT.index("\n[", START)].replace("#: ", "")
    path = tmp_path / "study.toml"
    path.write_text(f"{TEXT[:start]}{TEXT[end:]}\n{ebike}", "utf-8")
    with pytest.raises(ConfigError, match=r"modes\.ebike needs modes\.bike"):
        read_study(path)


def test_an_unknown_lens_is_named_with_those_there_are(shown):
    with pytest.raises(ConfigError, match=r"modes\.walk has no lens 'tall'; there are adult, chil"):
        mode_of(shown, "walk", "tall")
    with pytest.raises(ConfigError, match=r"modes\.bike has no lens 'older'; there are adult, chi"):
        mode_of(shown, "bike", "older")
    with pytest.raises(ConfigError, match=r"modes\.car has no lens 'older'; there are adult\. Add"):
        mode_of(shown, "car", "older")
