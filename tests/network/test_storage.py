"""Graph files: mapped into memory, never copied, and shared by the processes that read them."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from htkgis.network import graph_arrays, graph_from_arrays, search
from htkgis.network.graph import Graph
from htkgis.store import values
from htkgis.store.values import Arrays, read_value, write_value

from .towns import bike, grid, walk

SMAPS = Path("/proc/self/smaps")
READER = """
import sys
from pathlib import Path
from htkgis.network import graph_from_arrays
from htkgis.store.values import read_value

folder = Path(sys.argv[1])
graph = graph_from_arrays(read_value(folder, "graph", {p.name: "" for p in folder.iterdir()}))
print(sum(int(array.sum()) for array in (graph.indptr, graph.adjacency, graph.edge_from)))
print(Path("/proc/self/smaps").read_text(), flush=True)
sys.stdin.read()
"""
"""Reads every page of some arrays, says how its memory lies, and holds on until it may end."""


@pytest.fixture(autouse=True)
def every_array_is_large(monkeypatch):
    """As those of a town are; small ones are read, which takes less than to look into a file."""
    monkeypatch.setattr(values, "SMALL_BYTES", 0)


def stored_graph(folder, graph):
    write_value(folder, "graph", Arrays(graph_arrays(graph)))
    return graph_from_arrays(
        read_value(folder, "graph", {path.name: "" for path in folder.iterdir()})
    )


def mapping_of(array):
    """The memory map that an array looks into, or None where it is a copy."""
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array


@pytest.mark.parametrize("build", [walk, bike])
def test_a_stored_graph_looks_into_its_files_and_copies_none_of_its_arrays(tmp_path, build):
    table = grid(5)
    table["oneway"] = [row % 3 == 0 for row in range(len(table))]
    made = build(table)
    read = stored_graph(tmp_path, made)
    arrays = [field.name for field in fields(Graph) if hasattr(getattr(made, field.name), "dtype")]
    assert len(arrays) == 15
    for name in arrays:
        array = getattr(read, name)
        assert np.array_equal(array, getattr(made, name))
        assert not array.flags.writeable
        assert mapping_of(array) is not None, name
    assert np.array_equal(search(read, [0], [0]), search(made, [0], [0]))


def test_arcs_of_streets_without_directions_are_stored_once(tmp_path):
    read = stored_graph(tmp_path, walk(grid(3)))
    assert mapping_of(read.adjacency).filename == mapping_of(read.reverse_adjacency).filename
    assert not list(tmp_path.glob("*reverse*"))


def memory_of(smaps, file):
    """Kilobytes of a mapped file: those that are resident, and those of this process alone."""
    part = re.search(
        rf"{re.escape(str(file))}\n(.*?)(?=\n[0-9a-f]+-[0-9a-f]+ |\Z)", smaps, re.DOTALL
    )
    held = dict(re.findall(r"(\w+): +(\d+) kB", part.group(1)))
    return {name: int(held[name]) for name in ("Rss", "Pss", "Private_Dirty")}


def memory_of_two_readers(folder):
    """Memory of a mapped array in the second of two processes that have read all of it."""
    call = [sys.executable, "-c", READER, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    readers = [subprocess.Popen(call, **pipes) for _ in range(2)]
    try:
        # the first stays until the second has looked
        assert readers[0].stdout.readline() == readers[1].stdout.readline()
        shared, _ = readers[1].communicate()
    finally:
        for reader in readers:
            reader.kill()
            reader.communicate()
    return memory_of(shared, folder / "graph.adjacency.npy")


@pytest.mark.skipif(not SMAPS.exists(), reason="only Linux says how memory is shared")
def test_two_processes_share_the_memory_of_a_graph(tmp_path):
    stored_graph(tmp_path, walk(grid(40)))
    for _ in range(8):
        memory = memory_of_two_readers(tmp_path)
        assert memory["Rss"] > 0
        if memory["Pss"] <= memory["Rss"] / 2 and memory["Private_Dirty"] == 0:
            return
        # the system may take pages away from a process that rests: then the other is alone
    pytest.fail(f"each process has a copy of its own: {memory}")
