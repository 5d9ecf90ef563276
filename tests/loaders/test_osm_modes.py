"""OSM streets: what bikes and cars may use, which way, how fast, and what stops them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from htkgis.loaders.osm_tags import bike_direction, blocks, direction, limit_kph, passable
from htkgis.network import build_graph, search
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_of
from htkgis.study import read_study
from htkgis.units import UNREACHED

from .osm_town import ends, read, town

__all__ = ["town"]

STUDY = read_study(Path(__file__).parents[2] / "study.toml")
RULES = street_rules(STUDY.modes)
BIKE, CAR = RULES.modes["bike"], RULES.modes["car"]


def flags(streets, name="w1_0"):
    row = streets.set_index("id").loc[name]
    return "".join(letter for letter, mode in zip("wbc", RULES.modes, strict=True) if row[mode])


def costs(streets, mode, start):
    """Deciseconds by node from one node, in the graph of a mode of the study."""
    graph = build_graph(streets, mode=mode_of(STUDY, mode))
    (origin,) = np.flatnonzero(graph.node_ids == start)
    labels = search(graph, [origin], [0]).tolist()
    found = dict(zip(graph.node_ids.tolist(), labels, strict=True))
    return {node: cost for node, cost in found.items() if cost < UNREACHED}


@pytest.mark.parametrize(
    ("tags", "open_to"),
    [
        ({"highway": "residential"}, "wbc"),
        ({"highway": "service", "access": "private"}, ""),
        ({"highway": "service", "access": "private", "foot": "yes"}, "w"),
        ({"highway": "service", "access": "private", "foot": "yes", "bicycle": "yes"}, "wb"),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, "c"),
        ({"highway": "service", "access": "customers"}, "wbc"),
        ({"highway": "residential", "access": "destination"}, "wbc"),
        ({"highway": "footway"}, "w"),
        ({"highway": "footway", "bicycle": "yes"}, "wb"),
        ({"highway": "pedestrian", "bicycle": "designated"}, "wb"),
        ({"highway": "pedestrian", "motor_vehicle": "destination"}, "w"),
        ({"highway": "path"}, "wb"),
        ({"highway": "path", "bicycle": "no"}, "w"),
        ({"highway": "cycleway"}, "wb"),
        ({"highway": "cycleway", "foot": "no"}, "b"),
        ({"highway": "steps"}, "w"),
        ({"highway": "steps", "bicycle": "yes"}, "wb"),
        ({"highway": "track"}, "wb"),
        ({"highway": "track", "motor_vehicle": "yes"}, "wbc"),
        ({"highway": "track", "motor_vehicle": "agricultural"}, "wb"),
        ({"highway": "secondary", "bicycle": "use_sidepath"}, "wc"),
        ({"highway": "secondary", "bicycle": "use_sidepath", "foot": "use_sidepath"}, "c"),
        ({"highway": "tertiary", "bicycle": "dismount"}, "wc"),
        ({"highway": "tertiary", "vehicle": "no"}, "w"),
        ({"highway": "tertiary", "vehicle": "no", "bicycle": "yes"}, "wb"),
        ({"highway": "tertiary", "motor_vehicle": "no"}, "wb"),
        ({"highway": "tertiary", "motor_vehicle": "no", "motorcar": "yes"}, "wbc"),
        ({"highway": "motorway"}, "c"),
        ({"highway": "trunk"}, "c"),
        ({"highway": "primary", "motorroad": "yes"}, "wc"),
        ({"highway": "busway"}, "w"),
        ({"highway": "construction", "bicycle": "yes", "motor_vehicle": "yes"}, ""),
        ({"highway": "proposed"}, ""),
    ],
)
def test_the_own_tag_of_a_mode_decides_before_access_and_kind(town, tags, open_to):
    streets, report = read(town((1, (0, 1), tags), (2, (10, 11), "residential")), rules=RULES)
    if not open_to:
        assert report.left_out == {tags["highway"]: 1}
        return
    assert flags(streets) == open_to
    assert passable(tags, BIKE) is ("b" in open_to)
    assert passable(tags, CAR) is ("c" in open_to)


def test_the_length_open_to_each_mode_is_reported(town):
    path = town((1, (0, 10), "path"), (2, (0, 1), "residential"), (3, (10, 20), "motorway"))
    _, report = read(path, rules=RULES)
    assert report.mode_km == pytest.approx(
        {"walk": 0.1743, "bike": 0.1743, "car": 0.1743}, abs=1e-4
    )


def test_a_street_for_cars_only_cuts_the_path_it_meets_and_keeps_its_length(town):
    path = town((1, (10, 11, 12), "path"), (2, (1, 11, 21), "motorway"))
    streets, _ = read(path, rules=RULES)
    own = streets[streets["walk"]]
    assert own["id"].tolist() == ["w1_0", "w1_1"]
    whole, _ = read(town((1, (10, 11, 12), "path"), name="alone.osm.pbf"), rules=RULES)
    assert own["length_m"].sum() == pytest.approx(whole["length_m"].sum())
    assert costs(streets, "walk", "n10")["n12"] == pytest.approx(
        costs(whole, "walk", "n10")["n12"], abs=1
    )


# direction


@pytest.mark.parametrize(
    ("tags", "car", "bike"),
    [
        ({}, 0, 0),
        ({"oneway": "yes"}, 1, 1),
        ({"oneway": "-1"}, -1, -1),
        ({"oneway": "yes", "oneway:bicycle": "no"}, 1, 0),
        ({"oneway": "-1", "oneway:bicycle": "no"}, -1, 0),
        ({"oneway": "yes", "cycleway": "opposite"}, 1, 0),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, 1, 0),
        ({"oneway": "yes", "cycleway:left": "opposite_track"}, 1, 0),
        ({"oneway": "yes", "cycleway": "track"}, 1, 1),
        ({"oneway": "yes", "cycleway:left:oneway": "no"}, 1, 0),
        ({"oneway": "yes", "cycleway:right:oneway": "no"}, 1, 0),
        ({"oneway": "yes", "cycleway:left:oneway": "-1"}, 1, 0),
        ({"oneway": "yes", "cycleway:right:oneway": "yes"}, 1, 1),
        ({"oneway:bicycle": "yes"}, 0, 1),
        ({"oneway:bicycle": "-1"}, 0, -1),
        ({"junction": "roundabout"}, 1, 1),
        ({"junction": "circular"}, 1, 1),
        ({"junction": "roundabout", "oneway": "no"}, 0, 0),
        ({"junction": "roundabout", "oneway": "-1"}, -1, -1),
        ({"oneway": "reversible"}, 0, 0),
    ],
)
def test_cars_and_bikes_have_each_their_direction(town, tags, car, bike):
    assert direction(tags) == car
    assert bike_direction(tags, RULES.contraflow) == bike
    streets, _ = read(town((1, (0, 1, 2), {"highway": "residential", **tags})), rules=RULES)
    assert (streets["oneway"].item(), streets["oneway_bike"].item()) == (car != 0, bike != 0)
    against = (car or bike) < 0
    assert ends(streets) == {"w1_0": ("n2", "n0") if against else ("n0", "n2")}
    for mode, along in (("car", car), ("bike", bike)):
        assert ("n2" in costs(streets, mode, "n0")) is (along >= 0)
        assert ("n0" in costs(streets, mode, "n2")) is (along <= 0)
    assert "n0" in costs(streets, "walk", "n2")


def test_a_motorway_is_oneway_and_its_ramp_only_where_it_says_so(town):
    assert direction({"highway": "motorway"}) == 1
    assert direction({"highway": "motorway_link"}) == 0


def test_bikes_may_not_use_a_street_where_they_would_only_meet_the_cars(town):
    tags = {"highway": "residential", "oneway": "yes", "oneway:bicycle": "-1"}
    streets, _ = read(town((1, (0, 1), tags)), rules=RULES)
    assert flags(streets) == "wc"


# barriers


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({"barrier": "gate"}, ""),
        ({"barrier": "lift_gate"}, ""),
        ({"barrier": "bollard"}, "c"),
        ({"barrier": "bollard", "access": "yes"}, "c"),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, ""),
        ({"barrier": "cycle_barrier"}, "c"),
        ({"barrier": "kissing_gate"}, "bc"),
        ({"barrier": "stile", "bicycle": "yes"}, "c"),
        ({"barrier": "gate", "motor_vehicle": "no"}, "c"),
        ({"barrier": "gate", "vehicle": "no"}, "bc"),
        ({"barrier": "gate", "foot": "no"}, "w"),
        ({"barrier": "gate", "access": "private"}, "wbc"),
        ({"barrier": "gate", "access": "private", "foot": "yes", "bicycle": "yes"}, "c"),
    ],
)
def test_a_barrier_stops_the_modes_it_is_closed_to_and_no_others(town, tags, stopped):
    path = town((1, (0, 1, 2), "residential"), tags={1: tags})
    streets, report = read(path, rules=RULES)
    for letter, mode in zip("wbc", RULES.modes, strict=True):
        assert ("n2" not in costs(streets, mode, "n0")) is (letter in stopped)
        assert blocks(tags, RULES.modes[mode]) is (letter in stopped)
    assert report.barrier_cuts == int(stopped == "wbc")
    some = {m: 2 for m in RULES.modes if m[0] in stopped} if len(stopped) < 3 else {}
    assert report.barrier_ends == some


def test_a_bollard_at_a_junction_ends_all_its_streets_for_cars(town):
    path = town(
        (1, (10, 11, 12), "residential"),
        (2, (1, 11, 21), "residential"),
        tags={11: {"barrier": "bollard"}},
    )
    streets, _ = read(path, rules=RULES)
    assert set(costs(streets, "car", "n10")) == {"n10", "n11_w1_0_to"}
    assert {"n12", "n1", "n21"} <= set(costs(streets, "bike", "n10"))


def test_a_bollard_on_a_ring_opens_the_ring_for_cars(town):
    ring = town((1, (0, 1, 11, 10, 0), "residential"), tags={0: {"barrier": "bollard"}})
    streets, _ = read(ring, rules=RULES)
    graph = build_graph(streets, mode=mode_of(STUDY, "car"))
    assert graph.node_ids.tolist() == ["n0_w1_0_from", "n0_w1_0_to"]
    assert build_graph(streets, mode=mode_of(STUDY, "walk")).node_ids.tolist() == ["n0"]


def test_a_bollard_on_a_street_that_runs_against_its_way_stands_at_the_right_end(town):
    tags = {"highway": "residential", "oneway": "-1"}
    path = town((1, (0, 1, 2), tags), tags={1: {"barrier": "bollard"}})
    streets, _ = read(path, rules=RULES)
    table = streets.set_index("id").fillna({"barrier_from": "", "barrier_to": ""})
    assert table.loc["w1_0", ["barrier_from", "barrier_to"]].tolist() == ["car", ""]
    assert table.loc["w1_1", ["barrier_from", "barrier_to"]].tolist() == ["", "car"]
    assert ends(streets)["w1_0"] == ("n1", "n0")


# speed


@pytest.mark.parametrize(
    ("value", "kph"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("30 mph", 48.28032),
        ("60|100", 80),
        ("60;80", 70),
        ("signals", None),
        ("none", None),
        ("variable", None),
        ("walk", None),
        ("DK:urban", 50),
        ("DK:rural", 80),
        ("DK:motorway", 130),
        ("DK:zone30", 30),
        ("DK:30", 30),
        ("DK:trunk", 80),
        ("DK:zone:40", 40),
        ("DK:living_street", 15),
        ("DK:somewhere", None),
        ("FR:urban", 50),
        ("SE:rural", 70),
        ("DE:rural", 100),
        ("DE:motorway", None),
        ("DE:zone30", 30),
        ("GB:nsl_single", None),
        ("urban", None),
        ("signal", None),
        ("5 mph", 8.04672),
        ("5mph", 8.04672),
        ("3 mph", None),
        ("signals|60", 60),
        ("0", None),
        ("5000", None),
        ("-50", None),
        ("", None),
        ("fifty", None),
    ],
)
def test_a_limit_is_read_and_what_is_no_limit_leaves_that_of_the_kind(town, value, kph):
    assert limit_kph({"maxspeed": value}) == (None if kph is None else pytest.approx(kph))
    streets, _ = read(town((1, (0, 1), {"highway": "residential", "maxspeed": value})), rules=RULES)
    own = STUDY.modes["car"].speeds.value["residential"]
    assert streets["car_kph"].item() == pytest.approx(own if kph is None else kph)


def test_where_no_limit_stands_its_origin_is_read():
    assert limit_kph({"source:maxspeed": "DK:urban"}) == 50
    assert limit_kph({"maxspeed": "40", "source:maxspeed": "DK:urban"}) == 40
    assert limit_kph({"maxspeed": "signals", "maxspeed:type": "DK:rural"}) == 80
    assert limit_kph({"source:maxspeed": "survey"}) is None
    assert limit_kph({"source:maxspeed": "sign"}) is None
    assert limit_kph({"maxspeed:type": "DK:urban"}) == 50
    assert limit_kph({"zone:maxspeed": "DK:30"}) == 30
    assert limit_kph({"zone:maxspeed": "30"}) == 30
    assert limit_kph({"zone:traffic": "DK:rural"}) == 80
    # what is signed comes before what holds in general
    assert limit_kph({"zone:traffic": "DK:urban", "maxspeed": "60"}) == 60


def test_a_kind_without_a_speed_has_that_of_others_and_a_closed_street_none(town):
    streets, _ = read(town((1, (0, 1), "road"), (2, (1, 2), "path")), rules=RULES)
    assert streets["car_kph"].iloc[0] == STUDY.modes["car"].speeds.value["other"]
    assert np.isnan(streets["car_kph"].iloc[1])


def test_a_hundred_metres_by_car_take_the_driven_part_of_the_limit(town):
    streets, _ = read(town((1, (0, 10), {"highway": "residential", "maxspeed": "50"})), rules=RULES)
    # 111.335 m at 0.7 * 50 km/h = 35 km/h: 11.45 s
    assert costs(streets, "car", "n0")["n10"] == 115


SEVERAL = [
    {"highway": "residential", "name": "Åvej"},
    {"highway": "residential", "name": "Engvej", "oneway": "yes"},
    {"highway": "residential"},
    {"highway": "residential", "maxspeed": "30"},
    {"highway": "residential", "oneway": "yes", "name": "Åvej"},
    {"highway": "motorway"},
    {"highway": "residential", "access": "no"},
    {"highway": "residential", "name": "Åvej"},
]


def test_streets_tagged_alike_are_as_each_of_them_alone(town):
    ways = [(number, (number, number + 1), tags) for number, tags in enumerate(SEVERAL, start=1)]
    open_ways = [way for way in ways if way[2].get("access") != "no"]

    def facts(*own):
        streets, _ = read(town(*own), rules=RULES)
        kept = streets.drop(columns=["from_node", "to_node", "geometry", "crossings", "signals"])
        return kept.astype(object).where(kept.notna(), None).to_dict("records")

    assert facts(*ways) == [facts(way)[0] for way in open_ways]
    assert [own["name"] for own in facts(*ways)][:3] == ["Åvej", "Engvej", None]
