"""Streets of a scenario: a link makes nothing worse, and closing it undoes adding it."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from htkgis.errors import SchemaError
from htkgis.network import build_graph, graph_arrays, snap
from htkgis.network.pieces import with_wholes
from htkgis.scenario.street_edits import edited_streets
from tests.network.towns import networks, walk
from tests.scenario.edits import EAST_M, NORTH_M, TOWN, YEAR, add, close, placed, times

TOP = str(TOWN.loc[TOWN["from_node"].eq("12") & TOWN["to_node"].eq("22"), "id"].item())
NODES = sorted({*TOWN["from_node"], *TOWN["to_node"]})


def test_without_edits_of_the_year_the_very_same_table_comes_back():
    assert edited_streets(TOWN, [], year=YEAR) is TOWN
    early, late = add((0, 0), (100, 100), end=2029), add((0, 0), (100, 100), start=2031)
    assert edited_streets(TOWN, [early, late], year=YEAR) is TOWN


def test_a_link_between_junctions_is_a_way_as_long_as_its_line():
    table = edited_streets(TOWN, [add((0, 0), (100, 100))], year=YEAR)
    assert len(table) == len(TOWN) + 1
    new = table.iloc[-1]
    assert (new["from_node"], new["to_node"]) == ("00", "11")
    assert new["length_m"] == pytest.approx(141.42, abs=0.01)
    assert times(table, ["00", "11"])[0, 1] == 1414
    assert times(TOWN, ["00", "11"])[0, 1] == 2000
    assert table.dtypes[list(TOWN.columns)].equals(TOWN.dtypes)


def test_a_link_between_two_streets_cuts_both_and_changes_no_other_way():
    table = edited_streets(TOWN, [add((30, 0), (30, 100))], year=YEAR)
    assert len(table) == len(TOWN) + 3
    pieces = table[table["id"].str.contains("#")]
    assert sorted(pieces["length_m"].round(3)) == [30, 30, 70, 70]
    assert pieces.groupby(pieces["id"].str.split("#").str[0])["length_m"].sum().tolist() == [
        100,
        100,
    ]
    assert np.array_equal(times(table, NODES), times(TOWN, NODES))


def test_an_end_that_lies_beside_a_street_is_joined_to_it():
    table = edited_streets(TOWN, [add((30, 8), (30, 92))], year=YEAR)
    assert table.iloc[-1]["length_m"] == pytest.approx(100, abs=0.01)


def test_an_end_too_far_from_any_street_is_refused():
    with pytest.raises(SchemaError, match=r"'new': an end lies 30 m from the nearest .* 15 m are"):
        edited_streets(TOWN, [add((30, 30), (30, 100))], year=YEAR)
    wide = add((30, 30), (30, 100), within_m=31.0)
    assert edited_streets(TOWN, [wide], year=YEAR).iloc[-1]["length_m"] == pytest.approx(
        100, abs=0.01
    )


def test_both_ends_of_a_link_may_lie_on_one_street():
    table = edited_streets(TOWN, [add((20, 0), (50, 40), (80, 0))], year=YEAR)
    assert sorted(table["length_m"].round(2))[:3] == [20, 20, 60]
    assert table["id"].is_unique
    assert np.array_equal(times(table, NODES), times(TOWN, NODES))


def test_a_link_may_join_another_new_link():
    edits = [add((30, 0), (30, 100), name="one"), add((30, 50), (100, 50), name="two")]
    table = edited_streets(TOWN, edits, year=YEAR)
    ends = table.set_index("id").loc["two", ["from_node", "to_node"]].tolist()
    assert ends == ["two@one", "two@s009"] or ends[0] == "two@one"
    assert np.array_equal(times(table, NODES), times(TOWN, NODES))


def graph_of(table, mode, speed_kph):
    arrays = graph_arrays(build_graph(table, mode=mode, speed_kph=speed_kph))
    return {name: (each.dtype.str, each.tobytes()) for name, each in arrays.items()}


@pytest.mark.parametrize(
    "links",
    [
        [((30, 0), (30, 100))],
        [((20, 0), (50, 40), (80, 0))],  # both ends on one street
        [((30, 0), (30, 100)), ((70, 8), (80, 100))],  # each of two streets in three pieces
        [((30, 0), (30, 100)), ((30, 50), (100, 50))],  # one joins the other
    ],
)
def test_who_may_not_use_new_streets_has_the_graph_of_before_to_the_last_bit(links):
    edits = [add(*line, name=f"new{n}", modes=("walk",)) for n, line in enumerate(links)]
    table = edited_streets(TOWN, edits, year=YEAR)
    assert graph_of(table, "bike", 16.0) == graph_of(TOWN, "bike", 16.0)
    assert graph_of(table, "walk", 4.5) != graph_of(TOWN, "walk", 4.5)
    # a whole is looked up beside its pieces
    cut = table.loc[table["whole_id"].notna(), "whole_id"]
    known = with_wholes(table).set_index("id")
    assert {*cut} & {*TOWN["id"]}
    assert known.index.is_unique
    assert known.loc[[*{*cut}], "kind"].eq("footway").sum() >= 1


def test_a_piece_that_was_moved_since_stays_a_piece():
    table = edited_streets(TOWN, [add((30, 0), (30, 100), modes=("walk",))], year=YEAR)
    piece = table.index[table["whole_id"].notna()][0]
    shapes = table.geometry.copy()
    shapes.loc[piece] = shapely.transform(shapes.loc[piece], lambda xy: xy + np.array([0, 1]))
    moved = table.set_geometry(shapes)
    assert build_graph(moved, mode="bike", speed_kph=16.0).edges == len(TOWN) + 1


def test_closing_a_street_closes_it_for_the_modes_that_are_named():
    street = str(TOWN["id"].iloc[0])
    table = edited_streets(TOWN, [close(street, modes=("walk",))], year=YEAR).set_index("id")
    assert not table.loc[street, "walk"]
    assert table.loc[street, "bike"]
    assert table.drop(index=street)["walk"].all()


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([close("s999")], "1 of 1 streets are not there: \"'s999' is no street\""),
        ([close("s001"), close("s001")], "'s001' is closed already"),
        ([add((0, 0), (100, 100), name="s001")], "the id is taken by a street"),
    ],
)
def test_an_edit_that_touches_nothing_is_refused(edits, said):
    with pytest.raises(SchemaError, match=said):
        edited_streets(TOWN, edits, year=YEAR)


def test_a_line_of_one_point_is_refused():
    with pytest.raises(ValidationError, match="at least 2 items"):
        add((0, 0))


SPOT = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda at: (10 * at[0], 10 * at[1]))


@settings(max_examples=60, deadline=None)
@given(networks(), st.lists(st.tuples(SPOT, SPOT), min_size=1, max_size=3))
def test_links_make_nothing_worse_and_closing_them_brings_every_time_back(table, ends):
    town = placed(table.assign(length_m=table["length_m"].clip(upper=5000)))
    nodes = sorted({*town["from_node"], *town["to_node"]})
    before = times(town, nodes)
    links = [
        add(a, b, name=f"new{n}", within_m=100.0)
        for n, (a, b) in enumerate(ends)
        if a != b
        and all(
            shapely.distance(town.geometry.to_numpy(), shapely.Point(EAST_M + x, NORTH_M + y)).min()
            <= 99
            for x, y in (a, b)
        )
    ]
    built = edited_streets(town, links, year=YEAR)
    after = times(built, nodes)
    assert (after <= before).all()
    if links:
        shut = edited_streets(built, [close(*(link.id for link in links))], year=YEAR)
        assert np.array_equal(times(shut, nodes), before)
    assert built["length_m"].sum() >= town["length_m"].sum() - 1e-6


INDEPENDENT = (
    add((30, 0), (30, 100), name="a"),
    add((170, 0), (170, 100), name="b"),
    close(TOP),
    add((0, 130), (100, 130), name="c"),
)


@pytest.mark.parametrize("turn", [(3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_the_order_of_independent_edits_does_not_matter(turn):
    expected = times(edited_streets(TOWN, INDEPENDENT, year=YEAR), NODES)
    other = edited_streets(TOWN, [INDEPENDENT[place] for place in turn], year=YEAR)
    assert np.array_equal(times(other, NODES), expected)
    assert not np.array_equal(times(TOWN, NODES), expected)


def test_no_point_joins_a_new_street_so_that_none_is_led_away_from_where_it_was():
    door = gpd.GeoDataFrame(
        {"id": ["d"]}, geometry=[shapely.Point(EAST_M + 50, NORTH_M + 45)], crs=TOWN.crs
    )
    built = edited_streets(TOWN, [add((0, 0), (100, 100))], year=YEAR)
    assert built.distance(door.geometry[0]).min() < 5
    before, after = (snap(walk(table), door, max_snap_m=100) for table in (TOWN, built))
    assert float(after.distance_m[0]) == float(before.distance_m[0]) == pytest.approx(45)
