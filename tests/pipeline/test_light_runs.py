"""The main job on the least that a run can measure: what a lost gate and a lost cache leave."""

import geopandas as gpd

from htkgis.store import Cache
from tests.light_study import light_study

from .main_job import accept, edit, held, nearest, profile_of, run


def test_a_gate_far_from_any_street_is_reported_and_not_zero(tmp_path, study_cache):
    study = tmp_path
    light_study(study, keep=("bike", "car"))
    edit(study / "layers" / "gates.csv", "55.6550,12.2876", "55.6500,12.2930")
    accept(study, "gates")
    run(study, study_cache)
    profile = profile_of(study / "maps", "kulturkvarteret")
    assert [row["id"] for row in profile["unsnapped"]] == ["taastrupgaard_north"]
    assert profile["unsnapped"][0]["distance_m"] > 300
    assert profile["unsnapped"][0]["modes"] == ["walk", "bike", "car"]
    station = nearest(profile, "station")
    assert station["min"] > 10
    assert station["max"] is None
    gates = gpd.read_file(study / "maps" / "kulturkvarteret.gpkg", layer="origins").set_index("id")
    of_modes = [name for name in gates.columns if name.startswith(("walk_", "bike_", "car_"))]
    told = [name for name in of_modes if name.endswith("_missing")]
    measured = [name for name in of_modes if name not in told]
    assert len(measured) > 100
    # counts too: none of it is 0, as if nothing were near
    assert gates.loc["taastrupgaard_north", measured].isna().all()
    assert set(gates.loc["taastrupgaard_north", told].dropna()) <= {"unknown", "not_reached"}


def test_a_cache_that_was_damaged_heals(tmp_path):
    light_study(tmp_path)
    own = Cache(tmp_path / "own")
    run(tmp_path, own)
    before = held(tmp_path / "maps")
    for file in own.folder.rglob("*.parquet"):
        file.write_bytes(b"damaged")
    report = run(tmp_path, own)
    assert report.computed
    assert report.changed == ()
    assert held(tmp_path / "maps") == before
