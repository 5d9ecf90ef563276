"""Points set on the streets with what was known before: the same as without, and few set anew."""

import geopandas as gpd
import pytest
import shapely

from htkgis.pipeline import snapped as snapping_places
from htkgis.pipeline import snapped_homes
from htkgis.pipeline.modes import build_mode_graph
from htkgis.pipeline.snap_steps import snap_steps, streets_of
from htkgis.store.files import sha256_file
from htkgis.store.values import write_value
from tests.pipeline.test_snapped import CRS, STUDY, at, ways

STEPS = {step.name: step for step in snap_steps(streets_of(STUDY, "walk"), STUDY)}
STEP = STEPS["walk_home_snaps"]
SPOTS = [(100, 10), (2200, 450), (2300, 5000), (2200, 450), (900, 230)]


def inputs(spots=SPOTS, fence_m=240, length_m=3000.0, streets=slice(None)):
    """Graph, barriers and homes of a town in which something may be otherwise."""
    streets = ways().assign(length_m=[length_m, 3000.0, 500.0, 3000.0])[streets]
    fence = shapely.LineString([(-100, fence_m), (7000, fence_m)])
    return (
        build_mode_graph(streets, study=STUDY, mode="walk")["walk_graph"],
        gpd.GeoDataFrame({"kind": ["rail"]}, geometry=[fence], crs=CRS),
        at(*spots, id=[f"h{number}" for number in range(len(spots))]),
    )


CHANGES = {
    "nothing": (inputs(), 0),
    "one moved": (inputs([*SPOTS[:4], (950, 235)]), 1),
    "one more, others in another order": (inputs([(5, 5), *reversed(SPOTS)]), 1),
    "fewer": (inputs(SPOTS[1:3]), 0),
    "all moved": (inputs([(x + 1, y) for x, y in SPOTS]), 5),
    "nobody": (inputs([]), 0),
    "barrier": (inputs(fence_m=225), 5),
    "streets": (inputs(streets=slice(0, 1)), 5),
    "how long a street is": (inputs(length_m=3100.0), 0),
}
"""What is otherwise the second time, and how many homes are set on the streets anew."""


def bytes_of(folder, values):
    folder.mkdir()
    for name, value in values.items():
        write_value(folder, name, value)
    return {file.name: sha256_file(file) for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("change", CHANGES)
def test_homes_lie_where_they_do_without_help_and_only_new_ones_are_set(
    change, tmp_path, monkeypatch
):
    after, count = CHANGES[change]
    before = STEP.run(*inputs(), earlier={})
    alone = STEP.run(*after, earlier={})
    asked, real = [], snapped_homes.snap

    def counted(graph, homes, **rules):
        asked.append(len(homes))
        return real(graph, homes, **rules)

    monkeypatch.setattr(snapped_homes, "snap", counted)
    helped = STEP.run(*after, earlier=before)
    assert bytes_of(tmp_path / "helped", helped) == bytes_of(tmp_path / "alone", alone)
    assert sum(asked) == count


def test_the_barrier_and_the_streets_of_these_changes_move_homes():
    own = STEP.run(*inputs(), earlier={})["walk_at_homes"]["position"]["edge"].tolist()
    for change in ("barrier", "streets"):
        found = STEP.run(*CHANGES[change][0], earlier={})["walk_at_homes"]["position"]["edge"]
        assert found.tolist() != own


PLACES = [("school", 500, 20), ("station", 1500, 250), ("park", 2500, 235), ("works", 900, -30)]


def places(rows=PLACES, fence_m=240):
    """Graph, barriers, places, those without jobs, and doors of the park."""
    graph, barriers, _ = inputs(fence_m=fence_m)
    every = at(
        *((x, y) for _, x, y in rows), id=[f"{name}{n}" for n, (name, _, _) in enumerate(rows)],
        function=[name for name, _, _ in rows],
    )  # fmt: skip
    doors = at((2400, 230), (2600, 260), place_id=["park2", "park2"])
    return graph, barriers, every[every["function"] != "works"], doors, every


def changed(number, *row):
    return [*PLACES[:number], row, *PLACES[number + 1 :]]


PLACE_CHANGES = {
    "nothing": (places(), 1),
    "the school moved": (places(changed(0, "school", 520, 20)), 2),
    "the station moved": (places(changed(1, "station", 1500, 260)), 1),
    "a school where the station was": (places(changed(1, "school", 1500, 250)), 1),
    "a station where the school was": (places(changed(0, "station", 500, 20)), 2),
    "the works moved": (places(changed(3, "works", 950, -30)), 2),
    "the works are a school": (places(changed(3, "school", 900, -30)), 2),
    "another order": (places([PLACES[3], PLACES[0], PLACES[2], PLACES[1]]), 1),
    "barrier": (places(fence_m=15), 5),
}
"""What is otherwise of places the second time, and how many are set on the streets anew: stations
always."""


@pytest.mark.parametrize("change", PLACE_CHANGES)
def test_places_lie_where_they_do_without_help_and_only_new_ones_are_set(
    change, tmp_path, monkeypatch
):
    (after, count), step = PLACE_CHANGES[change], STEPS["walk_place_snaps"]
    before = step.run(*places(), earlier={})
    alone = step.run(*after, earlier={})
    asked, real = [], snapping_places.snap_targets

    def counted(graph, some, **rules):
        asked.append(len(some))
        return real(graph, some, **rules)

    monkeypatch.setattr(snapping_places, "snap_targets", counted)
    helped = step.run(*after, earlier=before)
    assert bytes_of(tmp_path / "helped", helped) == bytes_of(tmp_path / "alone", alone)
    assert sum(asked) == count


def test_a_station_lies_elsewhere_than_a_school_at_the_same_place():
    step = STEPS["walk_place_snaps"]
    one, other = (
        step.run(*places(changed(1, function, 1500, 250)), earlier={})["walk_at_functions"]
        for function in ("station", "school")
    )
    assert one["position"]["edge"].tolist() != other["position"]["edge"].tolist()


def test_an_origin_that_moved_is_set_anew_and_no_other(tmp_path, monkeypatch):
    step = STEPS["walk_origin_snaps"]
    before = step.run(*inputs(), earlier={})
    after = inputs([*SPOTS[:4], (950, 235)])
    alone = step.run(*after, earlier={})
    asked, real = [], snapping_places.snap

    def counted(graph, some, **rules):
        asked.append(some["id"].tolist())
        return real(graph, some, **rules)

    monkeypatch.setattr(snapping_places, "snap", counted)
    helped = step.run(*after, earlier=before)
    assert bytes_of(tmp_path / "helped", helped) == bytes_of(tmp_path / "alone", alone)
    assert asked == [["h4"]]
