"""A graph where it lies on the disk, so that it can be read memory-mapped by whoever sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from htkgis.errors import ClusterError
from htkgis.network import Graph, graph_from_arrays
from htkgis.store import Cache


@dataclass(eq=False)
class StoredGraph:
    """A graph in an entry of a cache.

    Parameters
    ----------
    folder
        Of the entry.
    name
        Of the graph in it.
    files
        Hashes of its files, by name.
    """

    folder: Path
    name: str
    files: Mapping[str, str]
    _graph: Graph | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Send where the graph lies, never the graph."""
        return {**vars(self), "_graph": None}

    @property
    def graph(self) -> Graph:
        """The graph, memory-mapped on first use.

        Raises
        ------
        ClusterError
            If it does not lie here, or is another one.
        """
        if self._graph is None:
            from htkgis.store.values import read_value  # noqa: PLC0415 - reads tables too, slowly

            if not self.here():
                msg = (
                    f"graph ({self.folder}): this machine cannot read it, or reads another one; "
                    "the folder of the cache must be the same on every machine, or on none. "
                    "Start again, so that the graph is sent."
                )
                raise ClusterError(msg)
            self._graph = graph_from_arrays(read_value(self.folder, self.name, self.files))
        return self._graph

    def here(self) -> bool:
        """Whether this machine can read the graph, and it is the same one."""
        record = Cache(self.folder.parent.parent).read(self.folder.name) or {}
        return all(record.get(name) == sha for name, sha in self.files.items())
