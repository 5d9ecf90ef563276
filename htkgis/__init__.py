"""htkgis: accessibility and quarter profiles for municipal planners.

The stages are modules of their own, and imported by name::

    from htkgis.loaders import read_places
    from htkgis.network import build_graph, street_times
    from htkgis.access import nearest

``import htkgis`` itself loads nothing heavy.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
