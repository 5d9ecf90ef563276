"""Homes set on the streets with what was known before: the same as without, and few set anew."""

import geopandas as gpd
import pytest
import shapely

from htkgis.pipeline import snapped_homes
from htkgis.pipeline.modes import build_mode_graph
from htkgis.pipeline.snap_steps import snap_steps, streets_of
from htkgis.store.files import sha256_file
from htkgis.store.values import write_value
from tests.pipeline.test_snapped import CRS, STUDY, at, ways

(STEP,) = (
    step for step in snap_steps(streets_of(STUDY, "walk"), STUDY) if step.name == "walk_home_snaps"
)
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
