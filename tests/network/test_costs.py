"""Costs besides length over speed: each by hand, together, and the laws they keep."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import ConfigError, NetworkError, SchemaError
from htkgis.network import Mode, build_graph, graph_arrays, search
from htkgis.network.cost_rules import NONE, Costs, costs_ds, open_streets
from htkgis.network.costs import Tobler, dark_streets, tobler_factor, waits_ds
from htkgis.network.modes import plain
from htkgis.units import UNREACHED, cost_ds

from .towns import networks, streets

AT = {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (300, 0)}
ROW = [("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0)]
WALK = Mode("walk", 3.6)
TOBLER = Tobler(3.5, -0.05)


def row(**columns):
    """Three streets of 100 m in a row; at 1 m/s each takes 1000 ds."""
    return streets(ROW, AT).assign(**columns)


def there_and_back(table, costs, mode=WALK):
    """Deciseconds of each street along and against it, by id."""
    graph = build_graph(table, mode=replace(mode, costs=costs))
    order = np.argsort(graph.edge_ids)
    return graph.edge_forward_ds[order].tolist(), graph.edge_backward_ds[order].tolist()


def test_a_wait_where_streets_meet_is_paid_once_by_who_passes_and_half_by_who_ends_there():
    table = row(signals=[0.5, 0.5, 0.0], crossings=[0.0, 1.0, 0.0])
    costs = Costs(signal_ds=200, crossing_ds=60)
    assert there_and_back(table, costs) == ([1100, 1160, 1000], [1100, 1160, 1000])
    graph = build_graph(table, mode=replace(WALK, costs=costs))
    label = dict(
        zip(graph.node_ids, search(graph, np.flatnonzero(graph.node_ids == "a"), [0]), strict=True)
    )
    assert label == {"a": 0, "b": 1100, "c": 2260, "d": 3260}


def test_half_a_wait_of_an_odd_decisecond_is_rounded_with_its_street():
    # 1000 + 12.5 ds, to the even of both neighbours
    assert there_and_back(row(signals=0.5), Costs(signal_ds=25))[0] == [1012] * 3


def test_stairs_have_their_own_speed_or_are_closed():
    table = row(kind=["footway", "steps", "path"])
    assert there_and_back(table, Costs(stairs_share=0.4))[0] == [1000, 2500, 1000]
    closed = build_graph(table, mode=replace(WALK, costs=Costs(stairs_share=0.0)))
    assert closed.edge_ids.tolist() == ["s000", "s002"]
    assert search(closed, np.flatnonzero(closed.node_ids == "a"), [0]).max() == UNREACHED


@pytest.mark.parametrize(
    ("slope", "kph"),
    [(0.0, 5.037), (0.05, 4.228), (-0.05, 6.0), (0.1, 3.549), (-0.1, 5.037), (0.2, 2.501)],
)
def test_toblers_speeds_are_those_of_the_source(slope, kph):
    gain, loss = np.array([[max(slope, 0), max(-slope, 0)]]).T * 100
    factor = tobler_factor(gain, loss, np.array([100.0]), TOBLER)
    assert 6 * math.exp(-3.5 * 0.05) / factor[0] == pytest.approx(kph, abs=5e-4)


def test_slope_keeps_the_speed_of_the_study_on_the_flat_and_turns_with_the_direction():
    table = row(gain_m=[5.0, 0.0, np.nan], loss_m=[0.0, 0.0, np.nan])
    # up 5 %: e^0.175 = 1.19125; down 5 %: e^-0.175 = 0.83946
    assert there_and_back(table, Costs(tobler=TOBLER)) == ([1191, 1000, 1000], [839, 1000, 1000])


def test_a_hill_in_the_middle_is_one_slope_up_and_one_down():
    table = row(gain_m=[5.0, 0.0, 0.0], loss_m=[5.0, 0.0, 0.0])
    # 50 m at 10 % up: e^0.35 = 1.41907; 50 m at 10 % down: |-0.1 + 0.05| is the flat again
    assert there_and_back(table, Costs(tobler=TOBLER))[0][0] == round(500 * 1.41907 + 500)


def test_slope_changes_nothing_on_stairs_that_have_a_speed_and_all_on_those_that_have_none():
    table = row(kind="steps", gain_m=[30.0, 0, 0], loss_m=0.0)
    assert there_and_back(table, Costs(tobler=TOBLER, stairs_share=0.5))[0][0] == 2000
    assert there_and_back(table, Costs(tobler=TOBLER))[0][0] == round(1000 * math.exp(3.5 * 0.3))


def test_the_noise_of_a_raster_on_a_short_street_is_no_cliff():
    factor = tobler_factor(np.array([3.0]), np.array([0.0]), np.array([0.5]), TOBLER)
    assert factor[0] == pytest.approx(math.exp(3.5 * 0.5))


@pytest.mark.parametrize("length_m", [0.0, 5e-324, 2.2e-308, 0.00099])
def test_a_street_shorter_than_a_millimetre_has_no_slope(length_m):
    heights, lengths = np.array([0.5, 3.0]), np.array([length_m, 0.001])
    factor = tobler_factor(heights, np.zeros(2), lengths, TOBLER)
    assert factor.tolist() == [1.0, pytest.approx(math.exp(3.5 * 0.5))]


def test_cycling_pays_for_each_metre_up_and_earns_nothing_down():
    table = row(gain_m=[5.0, 0.0, np.nan], loss_m=[2.0, 0.0, np.nan])
    assert there_and_back(table, Costs(climb_ds_per_m=22)) == (
        [1110, 1000, 1000],
        [1044, 1000, 1000],
    )


def test_dark_streets_are_priced_or_closed():
    table = row(lit=["no", None, "yes"], tunnel=[False, True, True], kind=["path", "path", "path"])
    assert there_and_back(table, Costs(dark=1.5))[0] == [1500, 1500, 1000]
    assert there_and_back(table, Costs(dark=1.5, dark_tunnels=True))[0] == [1500, 1500, 1500]
    closed = build_graph(table, mode=replace(WALK, costs=Costs(dark=math.inf)))
    assert closed.edge_ids.tolist() == ["s002"]


def test_a_kind_is_dark_only_where_nothing_is_said_of_light():
    table = row(lit=[None, "yes", None], tunnel=False, kind=["track", "track", "footway"])
    assert dark_streets(table, kinds=("track",), tunnels=False).tolist() == [True, False, False]


def test_streets_above_the_chosen_stress_are_closed_or_priced_and_unknown_ones_are_above():
    table = row(lts=[2.0, 3.0, np.nan])
    closed = build_graph(table, mode=replace(WALK, costs=Costs(max_stress=2)))
    assert closed.edge_ids.tolist() == ["s000"]
    assert there_and_back(table, Costs(max_stress=2, stress=2.0))[0] == [1000, 2000, 2000]


def test_a_marked_route_is_preferred_by_what_the_others_count_and_makes_nothing_faster():
    table = row(route=[True, False, None])
    assert there_and_back(table, Costs(off_route=1.2))[0] == [1000, 1200, 1200]


def test_a_preferred_route_is_taken_as_long_as_the_detour_is_below_the_price():
    def total(by_route_m):
        at = {"a": (0, 0), "b": (100, 0)}
        table = streets([("a", "b", 100, 0), ("a", "b", by_route_m, 0)], at)
        graph = build_graph(
            table.assign(route=[False, True]), mode=replace(WALK, costs=Costs(off_route=1.2))
        )
        return search(graph, np.flatnonzero(graph.node_ids == "a"), [0]).max()

    assert (total(119), total(121)) == (1190, 1200)


def test_prices_multiply_what_moves_and_never_what_waits():
    table = row(lit="no", tunnel=False, kind="steps", lts=3, route=False, signals=1.0)
    table = table.assign(gain_m=10.0, loss_m=0.0)
    costs = Costs(
        signal_ds=200,
        stairs_share=0.5,
        climb_ds_per_m=20,
        dark=2.0,
        max_stress=2,
        stress=1.5,
        off_route=1.1,
    )
    # (1000 / 0.5 + 10 * 20) * 2 * 1.5 * 1.1 + 200 up, 2000 * 3.3 + 200 down
    assert there_and_back(table, costs) == ([7460] * 3, [6800] * 3)


def test_a_oneway_street_stays_closed_whatever_it_costs():
    table = row(oneway_bike=[True, False, False], signals=1.0)
    bike = Mode("bike", 3.6, oneway="oneway_bike")
    assert there_and_back(table, Costs(signal_ds=10), bike)[1] == [-1, 1010, 1010]


def test_an_electric_bicycle_goes_where_bicycles_may_and_keeps_its_name():
    table = row(bike=[True, True, False], barrier_from=None, barrier_to=["bike", None, None])
    graph = build_graph(table, mode=Mode("ebike", 20.0, flag="bike"))
    assert (graph.mode, graph.edges) == ("ebike", 2)
    assert "b_s000_to" in graph.node_ids.tolist()


# laws

COLUMNS = {
    "kind": st.sampled_from(["footway", "steps", "path"]),
    "crossings": st.sampled_from([0.0, 0.5, 1.0, 2.5]),
    "signals": st.sampled_from([0.0, 0.5, 1.0, 2.5]),
    "gain_m": st.sampled_from([0.0, 1.5, 30.0, math.nan]),
    "loss_m": st.sampled_from([0.0, 1.5, 30.0, math.nan]),
    "lit": st.sampled_from(["yes", "no", None]),
    "tunnel": st.booleans(),
    "lts": st.sampled_from([1.0, 2.0, 3.0, 4.0, math.nan]),
    "route": st.booleans(),
}
SLOWER = [
    {"crossing_ds": 75},
    {"signal_ds": 205},
    {"stairs_share": 0.41},
    {"climb_ds_per_m": 22.5},
    {"dark": 1.4, "dark_kinds": ("path",)},
    {"dark": 1.4, "dark_tunnels": True},
    {"max_stress": 2, "stress": 1.7},
    {"off_route": 1.15},
]


@st.composite
def tables(draw):
    table = draw(networks())
    count = len(table)
    return table.assign(
        **{
            name: draw(st.lists(values, min_size=count, max_size=count))
            for name, values in COLUMNS.items()
        }
    )


@settings(deadline=None, max_examples=60)
@given(
    table=tables(), chosen=st.sets(st.integers(0, len(SLOWER) - 1)), more=st.sampled_from(SLOWER)
)
def test_a_further_cost_never_makes_a_street_shorter_and_none_is_negative(table, chosen, more):
    options = {}
    for number in sorted(chosen):
        options |= SLOWER[number]
    bare_ds = table["length_m"].to_numpy() * 10.0
    few = costs_ds(table, bare_ds, Costs(**options))
    many = costs_ds(table, bare_ds, Costs(**(options | more)))
    for one, other in zip(few, many, strict=True):
        assert (np.rint(bare_ds) <= one).all()
        assert (one <= other).all()


@settings(deadline=None, max_examples=60)
@given(table=tables(), chosen=st.sets(st.integers(0, len(SLOWER) - 1)))
def test_only_heights_tell_the_directions_apart(table, chosen):
    options = {}
    for number in sorted(chosen):
        options |= SLOWER[number]
    bare_ds = table["length_m"].to_numpy() * 10.0
    costs = Costs(**options, tobler=TOBLER)
    forward, backward = costs_ds(table, bare_ds, costs)
    turned = table.rename(columns={"gain_m": "loss_m", "loss_m": "gain_m"})
    again = costs_ds(turned, bare_ds, costs)
    assert np.array_equal(forward, again[1])
    assert np.array_equal(backward, again[0])
    level = replace(costs, tobler=None, climb_ds_per_m=0.0)
    assert np.array_equal(*costs_ds(table, bare_ds, level))


@settings(deadline=None, max_examples=60)
@given(
    gain_m=st.floats(0, 500, allow_subnormal=False),
    loss_m=st.floats(0, 500, allow_subnormal=False),
    length_m=st.floats(0.1, 5000),
)
def test_up_and_down_together_never_take_less_than_the_flat(gain_m, loss_m, length_m):
    one, other, length = (np.array([value]) for value in (gain_m, loss_m, length_m))
    up, down = tobler_factor(one, other, length, TOBLER), tobler_factor(other, one, length, TOBLER)
    assert up + down >= 2 - 1e-12
    if gain_m + loss_m > 0.01 * length_m:
        assert up + down > 2


@settings(deadline=None, max_examples=60)
@given(table=tables(), kph=st.floats(1, 120))
def test_plain_is_exactly_length_over_speed(table, kph):
    options = {name: value for each in SLOWER for name, value in each.items()}
    whole = Mode("walk", kph, start_ds=600, costs=Costs(**options, tobler=TOBLER))
    graph = build_graph(table, mode=plain(whole))
    expected = cost_ds(graph.edge_length_m, kph)
    assert np.array_equal(graph.edge_forward_ds, expected)
    assert np.array_equal(graph.edge_backward_ds, expected)
    assert graph.start_ds == 0
    other = graph_arrays(build_graph(table, mode=Mode("walk", kph)))
    assert all(np.array_equal(array, other[name]) for name, array in graph_arrays(graph).items())


def test_streets_stay_as_they_were():
    table = row(signals=1.0, lit="no", tunnel=False, kind="path")
    before = table.copy()
    build_graph(table, mode=replace(WALK, costs=Costs(signal_ds=50, dark=2.0)))
    assert table.equals(before)


# faults


def test_no_cost_needs_no_column_and_each_names_its_own():
    assert (NONE.columns, NONE.felt, NONE.climbs) == ((), False, False)
    assert not Costs(max_stress=2).felt
    assert Costs(max_stress=2, stress=1.5).felt
    assert Costs(dark=math.inf, max_stress=4, stress=1.5).felt is False
    with pytest.raises(SchemaError, match=r"streets \(walk\): no column 'signals'"):
        build_graph(row(), mode=replace(WALK, costs=Costs(signal_ds=50)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"crossing_ds": -1}, "crossing_ds, 0 or more"),
        ({"stairs_share": 1.5}, "stairs_share, 0 to 1"),
        ({"tobler": Tobler(0.0, -0.05)}, "a steepness above 0"),
        ({"dark": 0.5}, "dark, 1 or more"),
        ({"max_stress": 5}, "max_stress, 1 to 4"),
        ({"off_route": math.inf, "stress": 0.0}, "2 are out of range; .*stress.*; off_route"),
        ({"climb_ds_per_m": math.nan}, "climb_ds_per_m, 0 or more"),
    ],
)
def test_costs_that_cannot_be_are_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        Costs(**options)


def test_counts_and_heights_below_zero_are_named():
    with pytest.raises(SchemaError, match=r"'signals' is no number of 0 .* in 1 of 3 rows: 's001'"):
        waits_ds(row(signals=[0.0, -1.0, 2.0]), crossing_ds=0, signal_ds=10)
    with pytest.raises(SchemaError, match="'gain_m' is no number of 0 or more in 3 of 3"):
        there_and_back(row(gain_m=math.inf, loss_m=0.0), Costs(climb_ds_per_m=1))


def test_costs_that_close_every_street_or_take_years_are_refused():
    with pytest.raises(NetworkError, match=r"streets \(walk\): the costs .* close all of the 3"):
        build_graph(row(kind="steps"), mode=replace(WALK, costs=Costs(stairs_share=0.0)))
    with pytest.raises(NetworkError, match=r"1 of 3 take too long .*: 's001'; less than"):
        there_and_back(row(signals=[0, 1e9, 0]), Costs(signal_ds=600))


def test_nothing_is_closed_by_a_price():
    table = row(kind="steps", lit="no", tunnel=True, lts=4)
    assert open_streets(table, Costs(stairs_share=0.1, dark=9.0, max_stress=1, stress=9.0)).all()
