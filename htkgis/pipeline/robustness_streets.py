"""The figures of a case on streets: other speeds, and points that lie elsewhere on the streets.

A case is asked for the figures of the quarters, never for those of each origin, so none of its
long tables is made. Most cases of snapping and of entrances move no point: who stands at the
street does so whether 150 or 600 m are allowed. The points are set on the streets in both ways,
which is cheap (:mod:`htkgis.pipeline.snapped`), and are searched from again only where one of them
lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import graph_from_arrays
from htkgis.quantities import ADULT
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .access_values import AccessGround, origin_values
from .layers import measured_in
from .measures import quarter_figures, values_told
from .origin_times import OFF, as_matrix, borders, covered_by, origin_times
from .snap_steps import ORIGINS, places_searched
from .snapped import in_order, on_streets


def figures_again(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    school_districts: gpd.GeoDataFrame,
    *at: Arrays | None,
    study: Study,
    catalog: Catalog,
    mode: str,
    output: str,
    lens: str = ADULT,
    moved: Sequence[str] = (),
) -> dict[str, Any]:
    """Measure the figures of a case, unless it is one that moves points and moves none.

    Parameters
    ----------
    arrays
        Graph of the mode in the case.
    origins, places, streets, municipality, school_districts
        As :func:`htkgis.pipeline.measures.measure_access` takes them; of a lens the places
        without jobs.
    at
        Where origins, functions and, of adults, jobs lie on the streets in the study itself, and
        then where those that the case may have moved lie in it, as
        :func:`htkgis.pipeline.snapped.set_again` gives them.
    study, catalog, mode, lens
        With the decision of the case, how far the layers cover, and who travels.
    output
        What the result is called.
    moved
        Kinds of points that the case may have moved.

    Returns
    -------
    outputs
        ``output``: contract ``PROFILE``, all states; None where every point lies where it lay,
        so that all figures are the study's own. An area of which no point is near a street any
        more is not reached.
    """
    kinds = (ORIGINS, *places_searched(lens))
    own = dict(zip(kinds, at, strict=False))
    again = dict(zip(moved, at[len(kinds) :], strict=True))
    elsewhere = {kind: found for kind, found in again.items() if found is not None}
    if moved and not elsewhere:
        return {output: None}
    graph = graph_from_arrays(arrays)
    positions: Any = own | elsewhere
    starts = on_streets(graph, positions.pop(ORIGINS), origins)
    measured = places[places[[measured_in(year) for year in study.study.years]].any(axis=1)]
    ends = in_order(measured["id"], *(on_streets(graph, each) for each in positions.values()))
    limit_ds = deciseconds(study.modes[mode].search.value)
    covered = covered_by(catalog, streets, municipality, lens)
    times, _ = origin_times(graph, starts, ends, covered, limit_ds=limit_ds)
    matrix = as_matrix(times, pd.Index(starts.ids))
    ground = AccessGround(origins, places, school_districts)
    rows = origin_values(matrix, borders(times), ground, study=study, lens=lens)
    told = values_told(rows, times[OFF])
    return {output: quarter_figures(rows, told, origins, study, mode=mode, lens=lens)}
