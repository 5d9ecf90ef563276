"""What OSM says of streets besides their line, on a small town, down to seconds of a trip."""

from dataclasses import replace

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Relation

from htkgis.loaders.crossings import Wait, wait_at
from htkgis.network import Mode, build_graph, search
from htkgis.network.cost_rules import Costs
from htkgis.units import UNREACHED

from .osm_town import read, town
from .test_osm_modes import RULES

__all__ = ["town"]

CROSSING = {"highway": "crossing", "crossing": "marked"}
LIGHTS = {"highway": "crossing", "crossing": "traffic_signals"}
SIGNAL = {"highway": "traffic_signals"}
WALK = Mode("walk", 3.6)


def column(streets, name):
    return dict(zip(streets["id"], streets[name].tolist(), strict=True))


def seconds(streets, mode, start, end):
    """Seconds of the fastest trip between two nodes at 1 m/s; None where there is none."""
    graph = build_graph(streets, mode=mode)
    labels = search(graph, np.flatnonzero(graph.node_ids == start), [0])
    (found,) = labels[graph.node_ids == end]
    return None if found == UNREACHED else found / 10


def waiting(streets, mode, start, end, **waits):
    """Seconds that a trip waits."""
    costs = Costs(**{f"{name}_ds": 10 * each for name, each in waits.items()})
    return seconds(streets, replace(mode, costs=costs), start, end) - seconds(
        streets, mode, start, end
    )


def test_who_crosses_on_a_path_waits_once_and_who_stays_on_the_road_does_not(town):
    path = town((1, (10, 11, 12), "residential"), (2, (1, 11, 21), "footway"), tags={11: CROSSING})
    streets, _ = read(path, rules=RULES)
    assert column(streets, "crossings") == {"w1_0": 0, "w1_1": 0, "w2_0": 0.5, "w2_1": 0.5}
    assert waiting(streets, WALK, "n1", "n21", crossing=8) == pytest.approx(8, abs=0.1)
    assert waiting(streets, WALK, "n21", "n1", crossing=8) == pytest.approx(8, abs=0.1)
    assert waiting(streets, WALK, "n10", "n12", crossing=8) == 0
    # who turns has crossed half the road
    assert waiting(streets, WALK, "n1", "n12", crossing=8) == pytest.approx(4, abs=0.1)


def test_a_crossing_inside_a_street_counts_whole_and_on_a_closed_ring_too(town):
    streets, _ = read(town((1, (0, 1, 2), "footway"), tags={1: CROSSING}), rules=RULES)
    assert column(streets, "crossings") == {"w1_0": 1}
    ring = town(
        (1, (0, 1, 11, 10, 0), "footway"),
        (2, (5, 0), "service"),
        tags={0: CROSSING},
        name="ring.osm.pbf",
    )
    assert column(read(ring, rules=RULES)[0], "crossings") == {"w1_0": 1, "w2_0": 0}


def test_where_a_footway_crosses_a_cycle_track_nobody_waits(town):
    path = town((1, (10, 11, 12), "cycleway"), (2, (1, 11, 21), "footway"), tags={11: CROSSING})
    streets, _ = read(path, rules=RULES)
    assert streets["crossings"].tolist() == [0, 0, 0, 0]


def test_at_a_crossing_with_signals_paths_wait_for_the_signal(town):
    path = town((1, (10, 11, 12), "residential"), (2, (1, 11, 21), "cycleway"), tags={11: LIGHTS})
    streets, _ = read(path, rules=RULES)
    assert streets["crossings"].sum() == 0
    assert column(streets, "signals") == {"w1_0": 0, "w1_1": 0, "w2_0": 0.5, "w2_1": 0.5}


def test_all_wait_at_the_signals_of_a_junction(town):
    path = town((1, (10, 11, 12), "residential"), (2, (1, 11, 21), "tertiary"), tags={11: SIGNAL})
    streets, _ = read(path, rules=RULES)
    for start, end in (("n10", "n12"), ("n1", "n12"), ("n21", "n1")):
        assert waiting(streets, WALK, start, end, signal=20) == pytest.approx(20, abs=0.1)


def test_stop_lines_for_one_direction_make_one_signal_of_a_junction(town):
    lines = {
        11: SIGNAL | {"traffic_signals:direction": "forward"},
        13: SIGNAL | {"traffic_signals:direction": "backward"},
    }
    path = town((1, (10, 11, 12, 13, 14), "residential"), (2, (2, 12, 22), "tertiary"), tags=lines)
    streets, _ = read(path, rules=RULES)
    assert column(streets, "signals") == {"w1_0": 0.5, "w1_1": 0.5, "w2_0": 0, "w2_1": 0}
    assert waiting(streets, WALK, "n10", "n14", signal=20) == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize(
    ("tags", "wait"),
    [
        ({"highway": "crossing"}, Wait(crossing=1)),
        ({"highway": "crossing", "crossing": "unmarked"}, Wait(crossing=1)),
        ({"highway": "crossing", "crossing": "no"}, None),
        ({"highway": "crossing", "crossing:signals": "yes"}, Wait(signal=1)),
        (SIGNAL, Wait(signal=1, road_signal=1)),
        (
            SIGNAL | {"crossing": "marked", "traffic_signals:direction": "backward"},
            Wait(signal=1, road_signal=0.5),
        ),
        ({"barrier": "gate"}, None),
        ({"highway": "stop"}, None),
    ],
)
def test_what_a_node_holds_up(tags, wait):
    assert wait_at(tags) == wait


def test_a_signal_is_no_barrier_even_where_access_is_denied(town):
    tags = {1: SIGNAL | {"access": "no"}}
    streets, report = read(town((1, (0, 1, 2), "residential"), tags=tags), rules=RULES)
    assert (len(streets), report.barrier_cuts) == (1, 0)


def test_of_two_nodes_at_one_place_one_wait_stays(town):
    place = (12.281, 55.65)
    path = town(
        (1, (0, 1, 2, 3), "footway"), tags={1: CROSSING, 2: CROSSING}, places={1: place, 2: place}
    )
    assert read(path, rules=RULES)[0]["crossings"].tolist() == [1]


def test_stairs_are_slow_for_feet_and_closed_for_wheels(town):
    path = town((1, (0, 1), "steps"), (2, (0, 10, 11, 1), "footway"))
    streets, _ = read(path, rules=RULES)
    direct, around = streets["length_m"]
    assert seconds(streets, WALK, "n0", "n1") == pytest.approx(direct, abs=0.1)
    slow = replace(WALK, costs=Costs(stairs_share=0.5))
    assert seconds(streets, slow, "n0", "n1") == pytest.approx(2 * direct, abs=0.1)
    wheels = replace(WALK, costs=Costs(stairs_share=0.0))
    assert seconds(streets, wheels, "n0", "n1") == pytest.approx(around, abs=0.1)


def test_an_unlit_tunnel_is_passed_by_day_and_gone_around_after_dark(town):
    path = town(
        (1, (0, 1), {"highway": "footway", "tunnel": "yes"}),
        (2, (0, 10, 11, 1), {"highway": "footway", "lit": "yes"}),
    )
    streets, _ = read(path, rules=RULES)
    assert column(streets, "lit") == {"w1_0": None, "w2_0": "yes"}
    direct, around = streets["length_m"]
    assert direct * 2 < around
    for dark, expected in ((1.0, direct), (2.0, 2 * direct), (9.0, around), (np.inf, around)):
        night = replace(WALK, costs=Costs(dark=dark))
        assert seconds(streets, night, "n0", "n1") == pytest.approx(expected, abs=0.2)


def test_a_danish_cycle_track_lets_a_child_ride_along_a_main_road(town):
    main = {"highway": "secondary", "maxspeed": "60", "lanes": "2"}
    child = Mode("bike", 3.6, oneway="oneway_bike", costs=Costs(max_stress=1))
    for name, tags, level in (
        ("bare", main, 4),
        ("lane", main | {"cycleway:both": "lane"}, 3),
        ("track", main | {"cycleway:both": "track"}, 1),
    ):
        path = town((1, (0, 1), tags), (2, (10, 11), "cycleway"), name=f"{name}.osm.pbf")
        streets, _ = read(path, rules=RULES)
        assert column(streets, "lts") == {"w1_0": level, "w2_0": 1}
        graph = build_graph(streets, mode=child)
        assert ("w1_0" in graph.edge_ids.tolist()) is (level == 1)


def test_a_street_without_a_limit_is_as_stressful_as_the_study_says_of_its_kind(town):
    streets, _ = read(town((1, (0, 1), "unclassified"), (2, (1, 2), "residential")), rules=RULES)
    assert column(streets, "limit_kph") == {"w1_0": 70, "w2_0": 45}
    assert column(streets, "lts") == {"w1_0": 4, "w2_0": 2}


def test_marked_routes_come_from_relations_and_from_marks_on_ways(town):
    path = town(
        (1, (0, 1), "path"),
        (2, (1, 2), {"highway": "path", "rcn": "yes"}),
        (3, (2, 3), "path"),
        (4, (3, 4), "path"),
    )
    whole = path.with_name("routes.osm.pbf")
    with osmium.SimpleWriter(str(whole), overwrite=True) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(item)
        for number, tags in enumerate(
            (
                {"type": "route", "route": "bicycle", "cycle_network": "DK:supercykelstier"},
                {"type": "route", "route": "bicycle", "state": "proposed"},
                {"type": "route", "route": "bus"},
            )
        ):
            member = [("w", (1, 3, 4)[number], "")]
            writer.add_relation(Relation(id=number + 1, tags=tags, members=member))
    streets, _ = read(whole, rules=RULES)
    assert column(streets, "route") == {"w1_0": True, "w2_0": True, "w3_0": False, "w4_0": False}


def test_streets_say_the_same_of_themselves_whatever_their_direction(town):
    tags = {"highway": "cycleway", "oneway": "-1", "lit": "no"}
    path = town((1, (0, 1, 2), tags), (2, (2, 3), "cycleway"), tags={1: CROSSING, 2: LIGHTS})
    streets, _ = read(path, rules=RULES)
    assert streets["from_node"].tolist() == ["n2", "n2"]
    assert column(streets, "crossings") == {"w1_0": 1, "w2_0": 0}
    assert column(streets, "signals") == {"w1_0": 0.5, "w2_0": 0.5}
    assert column(streets, "lit") == {"w1_0": "no", "w2_0": None}
