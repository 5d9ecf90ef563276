"""Tiles on Dask: two workers on loopback give the bits of one machine, also if one is killed."""

import os
import signal
import socket
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.errors import ClusterError, MissingDependencyError
from htkgis.network import graph_arrays, snap
from htkgis.pipeline import cluster
from htkgis.pipeline.stored_graph import StoredGraph
from htkgis.pipeline.tile_searches import AccessSearch
from htkgis.pipeline.tiles import Tiling, search_all
from htkgis.store import Cache
from htkgis.store.values import Arrays, write_value
from tests.network.towns import grid, points, walk

from .test_tiles import GATES, JOBS, equal

distributed = pytest.importorskip("distributed", reason="pip install htkgis[cluster]")
# what Dask and its event loop leave open when a process of theirs is killed is not ours
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Sending large graph"),
]


@pytest.fixture(scope="module")
def workers():
    """Two worker processes of one thread each, on loopback."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
        host="127.0.0.1", memory_limit=0, silence_logs=100,
    ) as cluster:  # fmt: skip
        yield cluster


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    """A town of 20 by 20 blocks on the disk, 300 homes, 40 shops, and what is asked there."""
    graph = walk(grid(21))
    cache = Cache(tmp_path_factory.mktemp("cluster"))
    with cache.writing("ab") as folder:
        write_value(folder, "graph", Arrays(graph_arrays(graph)))
    stored = StoredGraph(cache.path("ab", "entry.json").parent, "graph", cache.read("ab"))
    random = np.random.default_rng(7)
    homes, shops = (
        snap(graph, points(*random.uniform(0, 2000, (count, 2))), max_snap_m=60)
        for count in (300, 40)
    )
    return stored, homes, shops, AccessSearch((3000, 6000), random.uniform(0, 5, 40), (), 2)


def test_two_workers_give_the_bits_of_this_machine(workers, question, tmp_path):
    whole = search_all(*question, None)
    tiling = Tiling(tmp_path / "shared", workers.scheduler_address, 50)
    equal(search_all(*question, tiling), whole)
    assert tiling.worked[:2] == (6, 0)
    assert tiling.worked.by.endswith("the graph memory-mapped")


def test_workers_that_cannot_read_the_graph_are_sent_their_parts(
    workers, question, tmp_path, monkeypatch
):
    monkeypatch.setattr(cluster, "_checked", lambda *_: False)
    tiling = Tiling(tmp_path / "sent", workers.scheduler_address, 50)
    equal(search_all(*question, tiling), search_all(*question, None))
    assert tiling.worked.by.endswith("its parts sent")


def test_a_worker_that_is_killed_in_mid_run_loses_nothing(workers, question, tmp_path):
    with distributed.Client(workers.scheduler_address, set_as_default=False) as client:
        before = client.run(os.getpid)
    killed = []

    def kill_one(_name, _number, _of):
        if not killed:
            killed.append(min(before.values()))
            os.kill(killed[0], signal.SIGKILL)

    tiling = Tiling(tmp_path / "killed", workers.scheduler_address, 20, kill_one)
    equal(search_all(*question, tiling), search_all(*question, None))
    assert tiling.worked[:2] == (15, 0)
    assert len(killed) == 1


def test_a_stored_graph_that_is_another_one_is_not_taken(question):
    stored = question[0]
    other = StoredGraph(stored.folder, stored.name, {"graph.adjacency.npy": "0" * 64})
    assert stored.here()
    assert not other.here()
    with pytest.raises(ClusterError, match="cannot read it, or reads another one"):
        _ = other.graph


def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_scheduler_that_is_not_there_is_one_line(monkeypatch, study_cache, tmp_path):
    monkeypatch.setattr(cluster, "WAIT_S", 0.2)
    address = f"tcp://127.0.0.1:{unused_port()}"
    call = ["access", "--streets", "sketch", "--origins", str(GATES), "--opportunities", str(JOBS)]
    call += ["--limit-min", "15", "--scheduler", address, "--out", str(tmp_path / "a.csv")]
    done = CliRunner().invoke(main, call, env={"HTKGIS_CACHE_DIR": str(study_cache.folder)})
    assert done.exit_code == 1
    assert f"--scheduler {address}: no answer within 0.2 s" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scheduler_without_workers_is_told(monkeypatch, question):
    class Nobody:
        def wait_for_workers(self, *_args, **_options):
            raise TimeoutError

    with pytest.raises(ClusterError, match=r"has no worker after .* Start some with 'dask worker"):
        cluster._checked(Nobody(), "tcp://a:1", question[0])


class Told:
    """A client whose workers tell what a test lets them tell."""

    def __init__(self, facts):
        self.facts = facts

    def wait_for_workers(self, *_args, **_options):
        pass

    def run(self, *_args, **_options):
        return self.facts


def test_workers_of_other_versions_are_named(question):
    own = cluster.worker_facts(question[0])
    other = {**own, "versions": {**own["versions"], "numpy": "1.0"}}
    told = Told({"tcp://a:1": own, "tcp://b:2": other, "tcp://c:3": ImportError("no htkgis")})
    said = r"2 of 3 workers .*tcp://b:2: numpy 1\.0, here .*tcp://c:3: no htkgis \(ImportError"
    with pytest.raises(ClusterError, match=said):
        cluster._checked(told, "tcp://s:1", question[0])


def test_the_graph_is_sent_unless_every_worker_can_read_it(question):
    own = cluster.worker_facts(question[0])
    assert cluster._checked(Told({"a": own, "b": own}), "tcp://s:1", question[0])
    blind = {**own, "graph": False}
    assert not cluster._checked(Told({"a": own, "b": blind}), "tcp://s:1", question[0])


def test_a_missing_dask_names_the_extra(monkeypatch, question):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingDependencyError, match=r'Run: pip install "htkgis\[cluster\]"'),
        cluster.dask_workers("tcp://a:1", question[0]),
    ):
        pass
