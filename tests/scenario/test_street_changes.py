"""Streets that a scenario moves or changes, and delays of links: what is meant and nothing else."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from htkgis.errors import SchemaError
from htkgis.network import Costs, Mode, build_graph, plain
from htkgis.scenario import edited_streets
from htkgis.scenario_rules import Scenario
from tests.network.towns import METRE_PER_SECOND_KPH, grid, networks
from tests.scenario.edits import TOWN, YEAR, add, change, close, placed, reroute, times

WALK = Mode("walk", METRE_PER_SECOND_KPH, costs=Costs())
SIGNALS = Mode("walk", METRE_PER_SECOND_KPH, costs=Costs(signal_ds=200))
NODES = sorted({*TOWN["from_node"], *TOWN["to_node"]})


def street(start, end):
    """Id of the street between two junctions of the town."""
    return str(TOWN.loc[TOWN["from_node"].eq(start) & TOWN["to_node"].eq(end), "id"].item())


def delayed(table, mode=WALK):
    return build_graph(table, mode=mode)


def row_of(table, name):
    return table.set_index("id").loc[name]


def test_a_rerouted_street_keeps_its_ends_and_takes_its_new_length():
    table = edited_streets(
        TOWN, [reroute(street("00", "10"), (0, 0), (50, -50), (100, 0))], year=YEAR
    )
    moved = row_of(table, street("00", "10"))
    assert (moved["from_node"], moved["to_node"]) == ("00", "10")
    assert moved["length_m"] == pytest.approx(141.42, abs=0.01)
    assert len(table) == len(TOWN)
    assert times(table, ["00", "10"])[0, 1] == 1414
    others = ~table["id"].eq(moved.name)
    assert (
        table[others]
        .reset_index(drop=True)
        .equals(TOWN[~TOWN["id"].eq(moved.name)].reset_index(drop=True))
    )


def test_a_rerouted_street_joins_where_it_ends_elsewhere():
    table = edited_streets(TOWN, [reroute(street("00", "10"), (0, 0), (40, 100))], year=YEAR)
    moved = row_of(table, street("00", "10"))
    assert moved["from_node"] == "00"
    assert moved["to_node"] not in NODES
    assert moved["length_m"] == pytest.approx(np.hypot(40, 100), abs=0.01)
    assert len(table) == len(TOWN) + 1
    assert times(table, ["00", "11"])[0, 1] == round(10 * np.hypot(40, 100)) + 600


def test_heights_of_the_old_line_are_not_said_of_the_new_one():
    table = TOWN.assign(gain_m=5.0, loss_m=0.0, signals=1.0)
    own = street("00", "10")
    moved = row_of(
        edited_streets(table, [reroute(own, (0, 0), (50, -50), (100, 0))], year=YEAR), own
    )
    assert np.isnan(moved["gain_m"])
    assert moved["signals"] == 1


def test_a_barrier_goes_with_the_end_that_stays_and_not_with_the_one_that_moves():
    table = TOWN.assign(barrier_from="walk", barrier_to="bike")
    moved = edited_streets(table, [reroute("s000", (0, 0), (40, 100))], year=YEAR)
    ends = row_of(moved, "s000")
    assert (ends["barrier_from"], pd.isna(ends["barrier_to"])) == ("walk", True)


def test_a_new_link_joins_a_street_where_it_is_moved_to_whatever_stands_first():
    edits = [add((50, -50), (50, -90), (150, 0)), reroute("s000", (0, 0), (50, -50), (100, 0))]
    assert street("00", "10") == "s000"
    one, other = (edited_streets(TOWN, order, year=YEAR) for order in (edits, edits[::-1]))
    assert np.array_equal(times(one, NODES), times(other, NODES))
    assert row_of(one, "new")["from_node"] == "new@s000"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            reroute("x", (0, 0), (1, 1)),
            r"'x': none of \d+ streets has this id; .* such as 's000', ",
        ),
        (reroute("s000", (0, 0), (100, 0)), "the line is the one it has; nothing changes"),
        (
            reroute("s000", (0, 0), (50, 50)),
            r"an end lies 50 m from the nearest street .* 15 m are allowed",
        ),
        (change("x", delay_s=5.0), "'x' is no street"),
        (change("s000", delay_s=0.0), "1 of 1 streets are so already: 's000'"),
        (change("s000", opens=("walk",)), "1 of 1 streets are so already: 's000'"),
        (change("s000", lit="yes"), "1 facts change no time: 'lit'; no mode of the study reads"),
        (change("s000", car_kph=40.0), "1 facts change no time: 'car_kph'"),
    ],
)
def test_an_edit_that_moves_or_changes_nothing_is_refused(edit, said):
    with pytest.raises(SchemaError, match=said):
        edited_streets(TOWN, [edit], year=YEAR)


def test_a_speed_of_cars_needs_a_street_that_cars_may_use():
    table = TOWN.assign(car=False, car_kph=50.0)
    with pytest.raises(SchemaError, match="car_kph of 1 streets that no car may use: 's000'"):
        edited_streets(table, [change("s000", car_kph=40.0)], year=YEAR)
    both = edited_streets(table, [change("s000", car_kph=40.0, opens=("car",))], year=YEAR)
    assert (row_of(both, "s000")["car_kph"], row_of(both, "s000")["car"]) == (40, True)


def test_a_fact_that_no_mode_of_the_study_reads_is_refused():
    table = TOWN.assign(signals=1.0)
    edits = [change("s000", signals=0.0)]
    assert row_of(edited_streets(table, edits, year=YEAR, read={"signals"}), "s000")["signals"] == 0
    with pytest.raises(SchemaError, match="1 facts change no time: 'signals'"):
        edited_streets(table, edits, year=YEAR, read={"walk"})


def test_taking_signals_away_makes_a_street_faster_by_their_wait():
    table = TOWN.assign(signals=1.0)
    faster = edited_streets(table, [change("s000", signals=0.0)], year=YEAR)
    assert times(table, ["00", "10"], lambda rows: delayed(rows, SIGNALS))[0, 1] == 1200
    assert times(faster, ["00", "10"], lambda rows: delayed(rows, SIGNALS))[0, 1] == 1000


def test_signals_of_a_street_that_is_cut_are_changed_once_for_the_whole():
    table = TOWN.assign(signals=1.0)
    cut = edited_streets(table, [add((30, 0), (30, 100))], year=YEAR)
    late = edited_streets(cut, [change("s000", signals=3.0)], year=YEAR)
    early = edited_streets(table, [add((30, 0), (30, 100)), change("s000", signals=3.0)], year=YEAR)
    for made in (late, early):
        assert times(made, ["00", "10"], lambda rows: delayed(rows, SIGNALS))[0, 1] == 1600
        # each piece has its part of them
        pieces = made[made["id"].str.startswith("s000#")]
        assert pieces["signals"].tolist() == pytest.approx([0.9, 2.1])


def test_a_delay_counts_each_time_and_both_ways_and_not_for_bare_times():
    table = edited_streets(TOWN, [add((0, 0), (100, 100), delay_s=12.3)], year=YEAR)
    both = times(table, ["00", "11"], delayed)
    assert both.tolist() == [[0, 1414 + 123], [1414 + 123, 0]]
    bare = times(table, ["00", "11"], lambda rows: delayed(rows, plain(WALK)))
    assert bare[0, 1] == 1414


def test_a_delay_is_that_of_the_modes_that_may_use_the_link():
    table = edited_streets(
        TOWN, [add((0, 0), (100, 100), delay_s=30.0, modes=("bike",))], year=YEAR
    )
    assert np.array_equal(times(table, NODES, delayed), times(TOWN, NODES, delayed))
    bike = Mode("bike", METRE_PER_SECOND_KPH, costs=Costs())
    assert times(table, ["00", "11"], lambda rows: delayed(rows, bike))[0, 1] == 1414 + 300


def test_a_link_that_is_cut_by_another_keeps_its_delay_to_the_decisecond():
    link = add((0, 0), (200, 200), delay_s=7.7)
    whole = edited_streets(TOWN, [link], year=YEAR)
    cut = edited_streets(TOWN, [link, add((30, 30), (30, 0), name="other")], year=YEAR)
    ends = ["00", "22"]
    assert times(cut, ends, delayed)[0, 1] == times(whole, ends, delayed)[0, 1] == 2828 + 77
    assert cut["delay_s"].sum() == pytest.approx(7.7)


def test_a_link_says_of_light_and_stress_what_the_table_asks_of_streets():
    table = TOWN.assign(lit=None, lts=3.0)
    said = row_of(
        edited_streets(table, [add((0, 0), (100, 100), lit="yes", lts=1)], year=YEAR), "new"
    )
    assert (said["lit"], said["lts"]) == ("yes", 1)
    silent = row_of(edited_streets(table, [add((0, 0), (100, 100))], year=YEAR), "new")
    assert (silent["lit"], np.isnan(silent["lts"])) == (None, True)


def test_whole_numbers_of_streets_stay_and_are_not_known_of_a_link_that_says_none():
    table = TOWN.assign(lts=np.arange(len(TOWN)) % 4 + 1, cycleway=pd.Categorical(["track"] * 12))
    made = edited_streets(table, [add((0, 0), (100, 100))], year=YEAR)
    assert made["lts"].head(12).tolist() == table["lts"].tolist()
    assert np.isnan(row_of(made, "new")["lts"])
    assert made["cycleway"].head(12).tolist() == ["track"] * 12
    assert pd.isna(row_of(made, "new")["cycleway"])
    told = edited_streets(table, [add((0, 0), (100, 100), lts=2)], year=YEAR)
    assert told["lts"].dtype == table["lts"].dtype


def test_a_street_that_one_mode_has_lost_can_be_closed_to_all():
    half = edited_streets(TOWN, [close("s000", modes=("bike",))], year=YEAR)
    shut = edited_streets(half, [close("s000")], year=YEAR)
    assert not row_of(shut, "s000")[["walk", "bike"]].any()
    with pytest.raises(SchemaError, match="'s000' is closed already"):
        edited_streets(shut, [close("s000", modes=("bike",))], year=YEAR)


@pytest.mark.parametrize("turned", [False, True])
def test_where_two_streets_cross_without_a_junction_the_first_by_id_is_joined(turned):
    lines = [((0, 0), (100, 100)), ((0, 100), (100, 0))]
    cross = [shapely.LineString([(700_000 + x, 6_170_000 + y) for x, y in line]) for line in lines]
    table = TOWN.iloc[:2].assign(
        id=["b", "a"], from_node=["b0", "a0"], to_node=["b1", "a1"], length_m=141.4
    )
    table = table.set_geometry(cross, crs=TOWN.crs)
    table = table.iloc[::-1] if turned else table
    made = edited_streets(
        table.reset_index(drop=True), [add((50, 50), (40, 20), (0, 0))], year=YEAR
    )
    assert {"a#0", "a#1", "b"} <= set(made["id"])


def test_closing_a_street_of_the_layer_keeps_new_links_away_from_it():
    edits = [add((50, 0), (50, 100)), close("s000")]
    with pytest.raises(SchemaError, match="an end lies 50 m from the nearest street"):
        edited_streets(TOWN, edits, year=YEAR)


def test_an_edit_without_any_fact_is_refused():
    with pytest.raises(ValidationError, match="changes nothing; opens, or one of car_kph, lit"):
        change("s000")


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ((change("a", lit="yes"), change("a", "b", lit="no")), "lit of street a hold"),
        ((change("a", opens=("walk",)), close("a")), "walk use of street a hold"),
        ((reroute("a", (0, 0), (9, 9)), reroute("a", (0, 0), (5, 5))), "the line of street a"),
    ],
)
def test_two_edits_that_decide_the_same_contradict_each_other(edits, said):
    with pytest.raises(ValidationError, match=said):
        Scenario(id="s", name="S", name_en="S", edits=edits)


def test_edits_that_decide_different_things_of_a_street_stand_together():
    edits = (change("a", lit="yes"), change("a", delay_s=5.0), close("b", modes=("car",)))
    assert Scenario(id="s", name="S", name_en="S", edits=edits).edits == edits


@settings(max_examples=25, deadline=None)
@given(networks(), st.data())
def test_a_delay_makes_no_time_shorter_and_taking_it_away_brings_every_time_back(table, data):
    town = placed(table.assign(length_m=table["length_m"].clip(upper=5000)))
    nodes = sorted({*town["from_node"], *town["to_node"]})
    name = data.draw(st.sampled_from(town["id"].tolist()))
    slower = edited_streets(town, [change(name, delay_s=data.draw(st.floats(0.1, 60)))], year=YEAR)
    before = times(town, nodes, delayed)
    assert (times(slower, nodes, delayed) >= before).all()
    undone = edited_streets(slower, [change(name, delay_s=0.0)], year=YEAR)
    assert np.array_equal(times(undone, nodes, delayed), before)


@settings(max_examples=25, deadline=None)
@given(networks(), st.data())
def test_moving_a_street_there_and_back_brings_every_time_back(table, data):
    # as long as they are drawn, so that the old line has its old length
    town = placed(table.assign(length_m=table.geometry.length))
    nodes = sorted({*town["from_node"], *town["to_node"]})
    own = town.iloc[data.draw(st.integers(0, len(town) - 1))]
    before = [(x - 700_000, y - 6_170_000) for x, y in own.geometry.coords]
    about = data.draw(st.tuples(st.integers(-90, 90), st.integers(-90, 90)))
    there = [before[0], (before[0][0] + about[0] + 0.7, before[0][1] + about[1]), before[-1]]
    # a line along the old one is refused, since it moves nothing
    assume(shapely.LineString(before).hausdorff_distance(shapely.LineString(there)) > 1)
    moved = edited_streets(town, [reroute(own["id"], *there, within_m=1.0)], year=YEAR)
    back = edited_streets(moved, [reroute(own["id"], *before, within_m=1.0)], year=YEAR)
    assert np.array_equal(times(back, nodes), times(town, nodes))


FAR = placed(grid(2)).assign(
    id=lambda table: "far" + table["id"],
    from_node=lambda table: "far" + table["from_node"],
    to_node=lambda table: "far" + table["to_node"],
    geometry=lambda table: table.geometry.translate(3000, 0),
)


@settings(max_examples=15, deadline=None)
@given(networks(), st.floats(0.1, 60), st.integers(1, 99))
def test_edits_in_another_town_change_no_time_here(table, delay_s, east_m):
    town = placed(table.assign(length_m=table["length_m"].clip(upper=5000)))
    both = gpd.GeoDataFrame(pd.concat([town, FAR], ignore_index=True), crs=town.crs)
    nodes = sorted({*town["from_node"], *town["to_node"]})
    edits = [
        add((3000 + east_m, 0), (3000, 50), delay_s=delay_s),
        change("fars002", delay_s=delay_s),
        reroute("fars001", (3000, 100), (3050, 170), (3100, 100)),
        close("fars003"),
    ]
    edited = edited_streets(both, edits, year=YEAR)
    assert len(edited) == len(both) + 3
    assert np.array_equal(times(edited, nodes, delayed), times(town, nodes, delayed))


INDEPENDENT = (
    change("s000", delay_s=9.0),
    reroute("s002", *[(0, 200), (0, 240), (100, 240), (100, 200)]),
    close("s008"),
    add((130, 100), (130, 200), name="a", delay_s=3.0),
)


@pytest.mark.parametrize("turn", [(3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_the_order_of_independent_edits_does_not_matter(turn):
    expected = times(edited_streets(TOWN, INDEPENDENT, year=YEAR), NODES, delayed)
    other = edited_streets(TOWN, [INDEPENDENT[place] for place in turn], year=YEAR)
    assert np.array_equal(times(other, NODES, delayed), expected)
