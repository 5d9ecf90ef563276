"""Tiles: the same bits as a search over the whole graph, kept when a run is killed."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.cli import main
from htkgis.errors import ClusterError, ConfigError, StoreError
from htkgis.network import impedance_table, snap, street_times
from htkgis.pipeline import tiles, times
from htkgis.pipeline.point_access import measure_point_access
from htkgis.pipeline.stored_graph import StoredGraph
from htkgis.pipeline.tile_searches import AccessSearch, TimesSearch
from htkgis.pipeline.tiles import Tiling, search_all, tile_rows
from htkgis.pipeline.times import measure_point_times
from htkgis.publish.tables import write_parts, write_table
from htkgis.store import lock
from tests.network.engines import dense, limits, requests
from tests.network.towns import grid, networks, points, spots, walk

ROOT = Path(__file__).parents[2]
GATES, JOBS = ROOT / "layers" / "gates.csv", ROOT / "layers" / "job_zones.csv"
AWAY = Path("nowhere")


def equal(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)


def one_search(data, limit):
    """One of what may be asked of four places: sums, sums by weight of time, nearest, times."""
    weights = np.array(data.draw(st.lists(st.floats(0, 9), min_size=4, max_size=4)))
    both = tuple(sorted({limit // 2, limit}))
    small = limit <= 6000
    tables = tuple(impedance_table(lambda m: np.exp(-m / 7), limit_ds=ds) for ds in both)
    asked = [
        AccessSearch(both, weights, (), 3),
        AccessSearch(both, weights, tables if small else (), 0),
        TimesSearch(limit),
    ]
    return data.draw(st.sampled_from(asked))


@settings(deadline=None, max_examples=25)
@given(requests(), limits, st.integers(1, 4), st.data())
def test_tiles_of_any_size_give_the_bits_of_the_whole_graph(
    tmp_path_factory, request_, limit, count, data
):
    graph, origins, places = request_
    stored = StoredGraph(AWAY, "graph", {}, graph)
    search = one_search(data, limit)
    folder = tmp_path_factory.mktemp("tiles") / "kept"
    found = search_all(stored, origins, places, search, Tiling(folder, origins_per_tile=count))
    equal(found, search_all(stored, origins, places, search, None))


@pytest.fixture(scope="module")
def town():
    """A town of 8 by 8 blocks, 40 homes and 10 shops, and what is asked there."""
    graph = walk(grid(9))
    random = np.random.default_rng(5)
    homes, shops = (
        snap(graph, points(*random.uniform(0, 800, (count, 2))), max_snap_m=60)
        for count in (40, 10)
    )
    stored = StoredGraph(AWAY, "graph", {}, graph)
    return stored, homes, shops, AccessSearch((1500, 3000), random.uniform(0, 5, 10), (), 2)


def test_every_origin_on_the_streets_is_in_one_tile(town):
    stored, homes, _, _ = town
    parts = tile_rows(stored.graph, homes, 7)
    assert [len(rows) for rows in parts] == [7, 7, 7, 7, 7, 5]
    assert sorted(np.concatenate(parts)) == list(range(40))


class KilledError(Exception):
    """Stands for the end of a run."""


def killed_after(count):
    def progress(_name, number, _of):
        if number == count:
            raise KilledError

    return progress


def test_a_run_that_was_killed_goes_on_where_it_was(town, tmp_path, monkeypatch):
    whole = search_all(*town, None)
    with pytest.raises(KilledError):
        search_all(*town, Tiling(tmp_path / "kept", "local", 7, killed_after(4)))
    tiling = Tiling(tmp_path / "kept", "local", 7)
    equal(search_all(*town, tiling), whole)
    assert tiling.worked[:2] == (6, 4)
    # all is there now: nothing is searched any more
    monkeypatch.setattr(tiles, "search_tile", None)
    equal(search_all(*town, tiling), whole)
    assert tiling.worked[:2] == (6, 6)


def test_a_kept_tile_that_was_damaged_is_searched_again(town, tmp_path):
    tiling = Tiling(tmp_path, "local", 20)
    whole = search_all(*town, tiling)
    found = min(tmp_path.rglob("found.np*"))
    found.write_bytes(found.read_bytes()[:-8] + b"\1" * 8)
    equal(search_all(*town, tiling), whole)
    assert tiling.worked[:2] == (2, 1)


@pytest.mark.parametrize("changed", ["limits_ds", "weights", "nearest", "places", "streets"])
def test_a_kept_tile_serves_only_the_question_it_was_searched_for(town, tmp_path, changed):
    stored, homes, shops, search = town
    search_all(*town, Tiling(tmp_path, "local", 20))
    values = {"limits_ds": (1500, 3001), "weights": search.weights + 1, "nearest": 1}
    if changed in values:
        search = AccessSearch(**{**vars(search), changed: values[changed]})
    elif changed == "places":
        shops = shops.where(np.arange(10)[::-1])
    else:
        stored = StoredGraph(AWAY, "graph", {}, walk(grid(9).assign(length_m=99.0)))
    tiling = Tiling(tmp_path, "local", 20)
    search_all(stored, homes, shops, search, tiling)
    assert tiling.worked.kept == 0


def edited(table, row, length_m):
    """The same streets, one of them longer or shorter than it was."""
    return table.assign(length_m=table["length_m"].where(np.arange(len(table)) != row, length_m))


def test_an_edited_street_makes_only_those_tiles_stale_that_see_it(town, tmp_path):
    _, homes, shops, search = town
    before, after = (walk(table) for table in (grid(9), edited(grid(9), 0, 150.0)))
    tiling = Tiling(tmp_path, "local", 4)
    search_all(StoredGraph(AWAY, "graph", {}, before), homes, shops, search, tiling)
    # a tile sees the street if any of its homes is at one of its ends within the limit
    ends = snap(before, points((0, 0), (100, 0)), max_snap_m=1)
    near = dense(street_times(before, homes, ends, limit_ds=3000)).min(axis=1) <= 3000
    seeing = sum(near[rows].any() for rows in tile_rows(before, homes, 4))
    found = search_all(StoredGraph(AWAY, "graph", {}, after), homes, shops, search, tiling)
    assert 0 < seeing < 5
    assert tiling.worked[:2] == (10, 10 - seeing)
    equal(found, search.found(after, homes, shops))


@settings(deadline=None, max_examples=25)
@given(networks(), st.data(), st.integers(0, 6000))
def test_tiles_kept_from_before_an_edit_never_tell_of_the_streets_before_it(
    tmp_path_factory, table, data, limit
):
    ends = data.draw(spots(table, count=5)), data.draw(spots(table, count=4))
    row = data.draw(st.integers(0, len(table) - 1))
    folder = tmp_path_factory.mktemp("edit")
    for streets in (table, edited(table, row, data.draw(st.integers(0, 400)))):
        graph = walk(streets)
        origins, places = (snap(graph, points_, max_snap_m=15) for points_ in ends)
        search = AccessSearch((limit,), np.arange(4.0), (), 2)
        tiling = Tiling(folder, origins_per_tile=2)
        found = search_all(StoredGraph(AWAY, "graph", {}, graph), origins, places, search, tiling)
        equal(found, search.found(graph, origins, places))


def test_a_tile_made_by_other_code_is_refused(town, tmp_path, monkeypatch):
    told = iter(["this"])  # where the tile is made
    monkeypatch.setattr(tiles, "code_fingerprint", lambda: next(told, "other"))
    with pytest.raises(ClusterError, match="another version of htkgis"):
        search_all(*town, Tiling(tmp_path, "local", 20))


@pytest.mark.parametrize("mode", ["walk", "car"])
def test_reports_over_the_sketch_are_the_same_tile_by_tile(study_cache, tmp_path, mode):
    given = {"mode": mode, "cache": study_cache, "limits_min": (10, 20), "nearest": 2}
    tiled, whole = (
        measure_point_access("sketch", GATES, JOBS, column="jobs_estimate", tiling=how, **given)
        for how in (Tiling(tmp_path / "a", "local", 5), None)
    )
    assert tiled.table.equals(whole.table)
    given = {"mode": mode, "cache": study_cache, "max_min": 15.0}
    tiled, whole = (
        measure_point_times("sketch", GATES, JOBS, tiling=how, **given)
        for how in (Tiling(tmp_path / "t", "local", 5), None)
    )
    assert len(tiled.table)
    assert tiled.table.equals(whole.table)


def test_times_without_an_end_are_not_parted(study_cache, tmp_path):
    with pytest.raises(ConfigError, match="needs --max-min"):
        measure_point_times("sketch", GATES, JOBS, cache=study_cache, tiling=Tiling(tmp_path))


def test_the_command_writes_the_same_bytes_and_leaves_no_tiles(study_cache, tmp_path):
    call = ["access", "--streets", "sketch", "--origins", str(GATES), "--opportunities", str(JOBS)]
    call += ["--limit-min", "15"]
    whole, tiled = tmp_path / "whole.parquet", tmp_path / "tiled.parquet"
    cache = {"HTKGIS_CACHE_DIR": str(study_cache.folder)}
    runner = CliRunner()
    assert runner.invoke(main, [*call, "--out", str(whole)], env=cache).exit_code == 0
    tiles_call = [*call, "--scheduler", "local", "--tile-origins", "9", "--out", str(tiled)]
    done = runner.invoke(main, tiles_call, env=cache)
    assert done.exit_code == 0
    assert tiled.read_bytes() == whole.read_bytes()
    assert "tiles on this machine" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiled.parquet", "whole.parquet"]


def test_tiles_that_are_kept_serve_the_next_run(study_cache, tmp_path):
    call = ["times", "--streets", "sketch", "--origins", str(GATES), "--destinations", str(JOBS)]
    call += ["--max-min", "9", "--scheduler", "local", "--keep-tiles"]
    call += ["--out", str(tmp_path / "times.csv")]
    for said in ("tiles on this machine\n", "1 tiles on this machine, 1 of them in an earlier run"):
        done = CliRunner().invoke(main, call, env={"HTKGIS_CACHE_DIR": str(study_cache.folder)})
        assert done.exit_code == 0
        assert said in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--scheduler", "somewhere"], "is no address of a Dask scheduler"),
        (["--keep-tiles"], "--keep-tiles: of use only with --scheduler. Add it"),
        (["--tile-origins", "9"], "--tile-origins: of use only with --scheduler"),
        (
            ["--scheduler", "local", "--measure", "gravity"],
            "--scheduler: says nothing with --measure, which is not parted into tiles. Leave one",
        ),
        (["--scheduler", "local", "--mode", "transit"], "says nothing with --mode transit"),
    ],
)
def test_options_that_do_not_fit_are_named(tmp_path, options, said):
    call = ["access", "--streets", "sketch", "--origins", str(GATES), "--opportunities", str(JOBS)]
    call += ["--limit-min", "15", "--out", str(tmp_path / "a.csv"), *options]
    done = CliRunner().invoke(main, call)
    assert done.exit_code in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_run_of_the_same_file_leaves(tmp_path):
    kept = tmp_path / "a.csv.tiles"
    with lock(kept / "tiles"), pytest.raises(StoreError, match="another run"), Tiling(kept).held():
        pass


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_times_written_some_at_a_time_are_the_bytes_of_all(
    study_cache, tmp_path, monkeypatch, ending
):
    report = measure_point_times("sketch", GATES, JOBS, cache=study_cache, max_min=60.0)
    assert set(report.like["bound"]) == set(report.table["bound"]) == {None, "at_most"}
    whole, parted = tmp_path / f"whole.{ending}", tmp_path / f"parted.{ending}"
    write_table(report.table, whole, decimals=3)
    monkeypatch.setattr(times, "PAIRS_AT_A_TIME", 20)
    write_parts(report.parts(), parted, like=report.like, decimals=3)
    assert len(list(report.parts())) > 2
    assert parted.read_bytes() == whole.read_bytes()
