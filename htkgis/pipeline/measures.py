"""From a mode's graph and points to its travel times and access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import NetworkError, first
from htkgis.network import Snaps, graph_from_arrays
from htkgis.network.border import known_crossings
from htkgis.network.snap import NOT_SNAPPED
from htkgis.quantities import ADULT
from htkgis.schema import ACCESS, PROFILE, check
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .access_rows import OriginValues, access_rows, figures_of
from .access_values import AccessGround, origin_values
from .connectors import audit_record, audits_by_layer, connector_lines
from .entrances import once_per_place
from .mode_steps import named
from .origin_times import (
    OFF,
    as_matrix,
    as_table,
    borders,
    covered_by,
    origin_times,
    times_before,
)
from .snapped import in_order, on_streets


def measure_times(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    *at: Arrays,
    study: Study,
    catalog: Catalog,
    mode: str,
    lens: str = ADULT,
    strict: bool = True,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Travel times from all origins to all places, and what does not snap.

    ``places`` are those that are measured in any state, ``streets`` their hull, and ``at`` says
    where the origins lie on the streets, then the functions and the jobs among the places, as
    :func:`htkgis.pipeline.snapped.set_on_streets` gives them. An area without any origin near the
    streets is an error where ``strict``, else not reached. ``earlier`` is what this gave before of
    other inputs, which spares searches; the result is the same without.

    Returns
    -------
    outputs
        ``<mode>_connectors`` and ``<mode>_snapping`` (how points met the streets),
        ``<mode>_times`` and ``<mode>_time_keys`` (of :mod:`htkgis.pipeline.origin_times`, and where
        streets leave what data cover),
        ``<mode>_travel_times`` (the same as a table, contract ``TRAVEL_TIMES``),
        ``<mode>_unsnapped`` (``id``, ``name``, ``distance_m``, ``behind_barrier``);
        ``<mode>_<lens>_...`` where it is not the adult's.

    Raises
    ------
    NetworkError
        If no origin of an area is near the streets, where ``strict``.
    """
    graph, prefix = graph_from_arrays(arrays), named(mode, lens)
    from_snaps = on_streets(graph, at[0], origins)
    to_snaps = in_order(places["id"], *(on_streets(graph, each) for each in at[1:]))
    if strict:
        max_snap_m = study.modes[mode].max_snap.value
        _check_areas_are_on_the_network(from_snaps, origins, max_snap_m, prefix)
    covered = covered_by(catalog, streets, municipality, lens)
    before = times_before(earlier, f"{prefix}_times", f"{prefix}_time_keys")
    crossings = known_crossings(graph, covered, before)
    times, kept = origin_times(
        graph,
        from_snaps,
        to_snaps,
        covered,
        limit_ds=deciseconds(study.modes[mode].search.value),
        earlier=before,
    )
    to_snaps = once_per_place(to_snaps)
    left_out = pd.concat([from_snaps.too_far, to_snaps.too_far], ignore_index=True)
    names = pd.concat([origins.set_index("id")["name"], places.set_index("id")["name"]])
    left_out = left_out.assign(
        name=left_out["id"].map(names).astype(object),
        distance_m=left_out["distance_m"].round(0).astype("float64"),
        behind_barrier=np.concatenate([_cut_off(snaps) for snaps in (from_snaps, to_snaps)]),
    )
    audits = [
        *audits_by_layer(origins, from_snaps).items(),
        *audits_by_layer(places, to_snaps).items(),
    ]
    return {
        f"{prefix}_travel_times": as_table(times, from_snaps.ids, places["id"]),
        f"{prefix}_times": times,
        f"{prefix}_time_keys": Arrays({**kept, **crossings}),
        f"{prefix}_connectors": connector_lines(from_snaps, to_snaps, crs=origins.crs),
        f"{prefix}_snapping": audit_record(audits),
        f"{prefix}_unsnapped": left_out[["id", "name", "distance_m", "behind_barrier"]],
    }


def _cut_off(snaps: Snaps) -> npt.NDArray[np.bool_]:
    """Tell of each point that is not on the network whether a barrier keeps it off."""
    return np.asarray(snaps.behind_barrier[snaps.edge == NOT_SNAPPED])


def _check_areas_are_on_the_network(
    snaps: Snaps, origins: gpd.GeoDataFrame, max_snap_m: float, mode: str
) -> None:
    snapped = origins[~origins["id"].isin(snaps.too_far["id"])]
    outside = sorted(set(origins["area_id"]) - set(snapped["area_id"]))
    if outside:
        far = float(snaps.too_far["distance_m"].min())
        msg = (
            f"origins ({mode}): {len(outside)} areas have no origin within {max_snap_m:g} m of a "
            f"street: {first(outside)}; the nearest lies {far:,.0f} m away. Check the outlines, "
            "or take streets that cover the areas."
        )
        raise NetworkError(msg)


def measure_access(
    times: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    school_districts: gpd.GeoDataFrame,
    *,
    study: Study,
    mode: str,
    lens: str = ADULT,
) -> dict[str, Any]:
    """Nearest, n-th nearest, places within limits and jobs within limits, per origin.

    ``times`` are those that :func:`measure_times` gives as arrays: over whatever streets they are
    the same, so is access.

    Returns
    -------
    outputs
        ``<mode>_access``: contract ``ACCESS``, with the place that is nearest in ``to_id``, and
        ``hidden``: jobs of few workplaces (see :mod:`htkgis.profile.job_disclosure`). An
        origin that is not on the network has missing times and no counts.
        ``<mode>_figures``: contract ``PROFILE``, that table summed up for each quarter.
        ``<mode>_<lens>_access`` and so on, without jobs, where they are not the adult's.
    """
    ground = AccessGround(origins, places, school_districts)
    ids = pd.Index(origins["id"], name="id")
    rows = origin_values(as_matrix(times, ids), borders(times), ground, study=study, lens=lens)
    told = values_told(rows, times[OFF])
    table = access_rows(rows, ids).assign(mode=mode, lens=lens)
    table = table[told.ravel()].reset_index(drop=True)
    prefix = named(mode, lens)
    figures = quarter_figures(rows, told, origins, study, mode=mode, lens=lens)
    return {
        f"{prefix}_access": table[[*ACCESS.columns, "to_id", "hidden"]],
        f"{prefix}_figures": check(figures, PROFILE),
    }


def values_told(rows: Sequence[OriginValues], off: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which values have a row: whoever is ``off`` the streets was not counted for.

    A 0 there would say that nothing is near.
    """
    minutes = np.array([row.unit == "min" for row in rows], dtype=bool)
    told: npt.NDArray[np.bool_] = minutes[:, None] | ~off
    return told


def quarter_figures(
    rows: Sequence[OriginValues],
    told: npt.NDArray[np.bool_],
    origins: gpd.GeoDataFrame,
    study: Study,
    **of_all: str,
) -> pd.DataFrame:
    """Sum up the values of the origins of each quarter; contract ``PROFILE``."""
    return figures_of(rows, told, origins["area_id"], quarter_of_area(study), **of_all)


def quarter_of_area(study: Study) -> dict[str, str]:
    """Give the quarter that is built over each housing area."""
    return {quarter.area: quarter.id for quarter in study.quarters}
