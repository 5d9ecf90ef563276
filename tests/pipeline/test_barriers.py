"""Barriers of the catalog reach every measure; without such a layer nothing is one."""

import shapely

from htkgis.pipeline.layers import load_barriers
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.study import read_study

SNAPPING = ("travel_times", "access", "isochrones", "shares")


def fences(shapes, folder, name, *lines):
    ids = [str(number) for number in range(len(lines))]
    drawn = [shapely.LineString(line) for line in lines]
    shapes(drawn, fence=ids).to_file(folder / f"{name}.gpkg")
    return {
        "path": f"{name}.gpkg",
        "role": "barriers",
        "columns": {"id": "fence"},
        "constants": {"kind": name},
    }


def test_layers_of_barriers_become_one_table_with_ids_of_their_own(root, catalog, shapes, tmp_path):
    study = read_study(root / "study.toml")
    rails = fences(shapes, tmp_path, "rails", [(0, 0), (9, 0)], [(0, 5), (9, 5)])
    roads = fences(shapes, tmp_path, "roads", [(0, 7), (9, 7)])
    found = load_barriers(catalog(rails=rails, roads=roads), study)
    assert found["barriers"]["id"].tolist() == ["rails_0", "rails_1", "roads_0"]
    assert found["barriers"]["kind"].tolist() == ["rails", "rails", "roads"]
    assert [report["rows"] for report in found["barrier_reports"]] == [2, 1]


def test_a_catalog_without_barriers_gives_a_table_without_rows(root, catalog):
    found = load_barriers(catalog(), read_study(root / "study.toml"))
    assert len(found["barriers"]) == 0
    assert found["barriers"].crs == "EPSG:25832"
    assert found["barrier_reports"] == []


def test_every_step_that_snaps_takes_the_barriers(root, catalog):
    study = read_study(root / "study.toml")
    steps = {step.name: step for step in profile_steps(study, catalog(), {}, "da")}
    for mode in study.modes.names:
        for name in SNAPPING:
            assert "barriers" in steps[f"{mode}_{name}"].inputs
