"""Points on the streets, as the steps that search take them."""

from htkgis.network import graph_from_arrays, snap, snap_arrays
from htkgis.pipeline.entrances import snap_places
from htkgis.pipeline.modes import snapping
from htkgis.pipeline.transit_ends import at_rails
from htkgis.store.values import Arrays


def rows_at(arrays, points, study, mode="walk", barriers=None):
    """Set origins or homes on the streets."""
    graph = graph_from_arrays(arrays)
    snaps = snap(graph, points, barriers=barriers, **snapping(study, mode))
    return Arrays(snap_arrays(graph, snaps, named=False))


def places_at(arrays, places, study, mode="walk", entrances=None, barriers=None):
    """Set places on the streets, at their entrances."""
    graph = graph_from_arrays(arrays)
    snaps = snap_places(graph, places, entrances, barriers=barriers, **snapping(study, mode))
    return Arrays(snap_arrays(graph, snaps))


def stops_at(arrays, stops, study):
    """Set stops on the streets of who walks."""
    graph = graph_from_arrays(arrays)
    snaps = at_rails(graph, stops, snapping(study)["max_snap_m"], None)
    return Arrays(snap_arrays(graph, snaps, named=False))
