"""A graph of osmnx as the bytes of a file: the same graph gives the same bytes."""

from __future__ import annotations

import io

from .osmnx_arcs import OsmnxGraph


def graphml_bytes(graph: OsmnxGraph) -> bytes:
    """Write a graph as osmnx does: every value as text, in the order of the graph.

    The same graph gives the same bytes; ``osmnx.load_graphml`` reads them.
    """
    import networkx as nx  # noqa: PLC0415 - a dry run needs none

    text: OsmnxGraph = nx.MultiDiGraph()
    text.graph.update({key: str(value) for key, value in graph.graph.items()})
    for node, tags in graph.nodes.items():
        text.add_node(node, **{key: str(value) for key, value in tags.items()})
    for start, end, key, tags in graph.edges(keys=True, data=True):
        text.add_edge(start, end, key, **{name: str(value) for name, value in tags.items()})
    stream = io.BytesIO()
    nx.write_graphml_xml(text, stream)
    return stream.getvalue()
