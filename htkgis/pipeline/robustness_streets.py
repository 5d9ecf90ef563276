"""The figures of a case on streets: other speeds, and points that lie elsewhere on the streets.

A case is asked for the figures of the quarters, never for those of each origin, so none of its
long tables is made. Most cases of snapping and of entrances move no point: who stands at the
street does so whether 150 or 600 m are allowed. The points are set on the streets in both ways,
which is cheap (:mod:`htkgis.pipeline.snapped`), and are searched from again only where one of them
lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import graph_from_arrays
from htkgis.quantities import ADULT
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .access_rows import figure_arrays
from .access_values import AccessGround, origin_values
from .layers import measured_in
from .measures import quarter_of_area, values_told
from .origin_times import OFF, as_matrix, borders, covered_by, origin_times
from .seen import once_of, seen
from .snap_steps import ORIGINS, places_searched
from .snapped import in_order, on_streets

MADE_OF = "made_of"


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
    decided: str,
    lens: str = ADULT,
    moved: Sequence[str] = (),
    earlier: Mapping[str, Any] | None = None,
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
    output, decided
        What the result is called, and the hash of all that is decided of it.
    moved
        Kinds of points that the case may have moved.
    earlier
        What this gave before of other inputs, which spares what is the same; the result is the
        same without.

    Returns
    -------
    outputs
        ``output``: figures of all states as :func:`htkgis.pipeline.access_rows.figure_arrays`
        gives them; None where every point lies where it lay, so that all are the study's own. An
        area of which no point is near a street any more is not reached. ``<output>_kept``: the
        times that the figures are made of, and what these are made of, for ``earlier``.
    """
    kinds = (ORIGINS, *places_searched(lens))
    own = dict(zip(kinds, at, strict=False))
    again = dict(zip(moved, at[len(kinds) :], strict=True))
    elsewhere = {kind: found for kind, found in again.items() if found is not None}
    if moved and not elsewhere:
        return {output: None, f"{output}_kept": None}
    graph = graph_from_arrays(arrays)
    positions: Any = own | elsewhere
    starts = on_streets(graph, positions.pop(ORIGINS), origins)
    measured = places[places[[measured_in(year) for year in study.study.years]].any(axis=1)]
    ends = in_order(measured["id"], *(on_streets(graph, each) for each in positions.values()))
    limit_ds = deciseconds(study.modes[mode].search.value)
    covered = covered_by(catalog, streets, municipality, lens)
    before = (earlier or {}).get(f"{output}_kept")
    times, searched = origin_times(graph, starts, ends, covered, limit_ds=limit_ds, earlier=before)
    made_of = _made_of(decided, times, origins, places, school_districts)
    kept = Arrays({**times, **searched, MADE_OF: np.array([made_of])})
    if before is not None and before[MADE_OF].tolist() == [made_of]:
        return {output: (earlier or {})[output], f"{output}_kept": kept}
    matrix = as_matrix(times, pd.Index(starts.ids))
    ground = AccessGround(origins, places, school_districts)
    rows = origin_values(matrix, borders(times), ground, study=study, lens=lens)
    told = values_told(rows, times[OFF])
    areas = quarter_of_area(study)
    figures = figure_arrays(rows, told, origins["area_id"], areas, mode=mode, lens=lens)
    return {output: figures, f"{output}_kept": kept}


def _made_of(
    decided: str,
    times: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    school_districts: gpd.GeoDataFrame,
) -> str:
    """Hash all that figures are made of, the decisions of the study among it."""
    living = ["id", "area_id", *(["geometry"] if len(school_districts) else [])]
    tables = (origins[living], places, school_districts)
    # a table is hashed once for all cases, which take the same
    digests = [
        once_of(whole, "digest of " + " ".join(own.columns), partial(seen, own))
        for whole, own in zip((origins, places, school_districts), tables, strict=True)
    ]
    return seen(
        decided, *(part for name in sorted(times) for part in (name, times[name])), *digests
    )
