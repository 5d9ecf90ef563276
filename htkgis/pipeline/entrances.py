"""Places as searches meet them: areas by their entrances, stations from both sides of their tracks.

Every entrance is a target of its own that bears the id of its place; what was measured is folded
back to one value per place, the least. A table of times that was folded has one row per origin
and place, so that whatever counts places from it counts each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network import Graph, Snaps, snap
from htkgis.network.entrances import Walked, entrances_among
from htkgis.network.snap import NOT_SNAPPED
from htkgis.profile.job_disclosure import are_workplaces
from htkgis.schema import ENTRANCES, check
from htkgis.study import Study

from .layers import OF_A_YEAR, measured_in
from .seen import once_of

STATION = "station"
"""Function of places that lie on a railway, and are reached from both sides of it."""
POINT_COLUMNS = ["id", "name", "function", "layer", "geometry"]
"""What travel times are measured of."""

KEY = ["from_id", "to_id"]


def load_entrances(
    outlines: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, *, study: Study
) -> dict[str, Any]:
    """Find the entrances of the places that are areas.

    Returns
    -------
    outputs
        ``entrances``: contract ``ENTRANCES``; no rows where every place is a point.
    """
    stated = study.places.entrance_tolerance
    tolerance_m = 0.0 if stated is None else stated.value
    walked = once_of(streets, "walked on the ground", partial(Walked, streets))
    found = entrances_among(outlines, walked, tolerance_m=tolerance_m)
    return {"entrances": check(found, ENTRANCES, where="entrances", crs=study.study.crs)}


def places_by_use(
    places: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame, *, years: Sequence[int]
) -> dict[str, Any]:
    """Take the places of a year apart: those that are measured for their jobs, and all others.

    No column of most is named after a year, so that a year in which there is the same changes none.

    Parameters
    ----------
    places, entrances
        Of the study.
    years
        The state that is shown, and the one before: of either, places are measured.

    Returns
    -------
    outputs
        ``counted_places``, rows of ``places`` that are measured in any of the years, with the
        columns that a search of the streets reads: how many jobs there are changes none;
        ``counted_functions``, those of them that hold no jobs, and ``functions_by_year``, all that
        hold none, with the years in which each is measured;
        of those in the state that is shown ``job_places`` and ``function_places``, and
        ``job_entrances`` and ``function_entrances``, theirs; ``job_points``, where there are
        jobs to share, however many; and ``named_places``, all that have a name, with the years in
        which each is measured; all in their order.
    """
    any_year = places[[measured_in(year) for year in years]].any(axis=1)
    rest = places.drop(columns=list(places.filter(regex=OF_A_YEAR)))
    shown, jobs = places["measured"], places["unit"].eq("jobs")
    dated = [*POINT_COLUMNS, "opportunities", "unit", *map(measured_in, dict.fromkeys(years))]
    found: dict[str, Any] = {
        "counted_places": rest.loc[any_year, POINT_COLUMNS].reset_index(drop=True),
        "counted_functions": rest.loc[any_year & ~jobs, POINT_COLUMNS].reset_index(drop=True),
        "functions_by_year": places.loc[~jobs, dated].reset_index(drop=True),
        "named_places": _named(places, years),
    }
    for use, rows in (("job", rest[shown & jobs]), ("function", rest[shown & ~jobs])):
        doors = entrances[entrances["place_id"].isin(rows["id"])]
        found[f"{use}_places"] = rows.reset_index(drop=True)
        found[f"{use}_entrances"] = doors.reset_index(drop=True)
    jobs_told = shared_jobs(found["job_places"])
    return found | {"job_points": jobs_told[["id", "function", "geometry"]]}


def _named(places: gpd.GeoDataFrame, years: Sequence[int]) -> gpd.GeoDataFrame:
    """Take what a list of places says, and no numbers of jobs."""
    said = [
        "id",
        "name",
        "name_en",
        "function",
        *map(measured_in, dict.fromkeys(years)),
        "geometry",
    ]
    return places.loc[places["name"].notna(), said].reset_index(drop=True)


def shared_jobs(jobs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the places whose jobs may be shared: none where they are single workplaces."""
    return jobs.iloc[:0] if are_workplaces(jobs).any() else jobs


def target_points(places: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """List the points at which places are reached.

    Parameters
    ----------
    places
        Contract ``PLACES``.
    entrances
        Contract ``ENTRANCES``, of these and other places; None where there are none.

    Returns
    -------
    points
        ``id`` of the place and ``function``: its entrances, or the place itself where it has
        none; in the order of the places.
    """
    own = places[["id", "function", "geometry"]].reset_index(drop=True)
    if entrances is None or not entrances["place_id"].isin(own["id"]).any():
        return own
    doors = entrances[["place_id", "geometry"]].rename(columns={"place_id": "id"})
    order = pd.Series(own.index, index=own["id"])
    functions = own.set_index("id")["function"]
    doors = doors[doors["id"].isin(own["id"])]
    doors = doors.assign(function=doors["id"].map(functions))[["id", "function", "geometry"]]
    points = pd.concat([own[~own["id"].isin(doors["id"])], doors], ignore_index=True)
    rows = np.argsort(points["id"].map(order).to_numpy(), kind="stable")
    return gpd.GeoDataFrame(points.iloc[rows].reset_index(drop=True), crs=places.crs)


def snap_places(
    graph: Graph,
    places: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame | None,
    *,
    barriers: gpd.GeoDataFrame | None,
    **rules: float,
) -> Snaps:
    """Snap places at their entrances; a railway is no barrier to its own stations.

    Parameters
    ----------
    graph
        Graph of the mode that is travelled.
    places, entrances
        As :func:`target_points`.
    barriers, rules
        As :func:`htkgis.network.snap`.

    Returns
    -------
    snaps
        One entry per target point; ``ids`` are those of the places, so that they repeat.
    """
    return snap_targets(graph, target_points(places, entrances), barriers=barriers, **rules)


def snap_targets(
    graph: Graph,
    points: gpd.GeoDataFrame,
    *,
    barriers: gpd.GeoDataFrame | None,
    **rules: float,
) -> Snaps:
    """Snap points as :func:`target_points` gives them; a railway stops nobody at its stations."""
    snaps = snap(graph, points, barriers=barriers, **rules)
    on_the_line = np.flatnonzero(stand_on_rails(points))
    if not on_the_line.size or barriers is None or barriers.empty:
        return snaps
    freely = snap(graph, points.iloc[on_the_line], **rules)
    mixed = {name: values.copy() for name, values in vars(snaps).items()}
    for name, values in mixed.items():
        values[on_the_line] = getattr(freely, name)
    return Snaps(**mixed)


def stand_on_rails(points: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell which of the points that :func:`snap_targets` takes are stations."""
    return np.asarray(points["function"].eq(STATION), dtype=np.bool_)


def once_per_place(snaps: Snaps) -> Snaps:
    """Keep of each place the target that lies nearest to a street, for reports on places.

    Returns
    -------
    snaps
        One entry per place, in the order of the places; one that is on the network if any is.
    """
    far = snaps.edge == NOT_SNAPPED
    ranked = np.lexsort((snaps.distance_m, far))
    _, first = np.unique(snaps.ids[ranked].astype(str), return_index=True)
    return snaps.where(np.sort(ranked[first]))


def fold_times(times: pd.DataFrame) -> pd.DataFrame:
    """Keep the least time of each origin to each place, whichever entrance gave it.

    Examples
    --------
    >>> fold_times(pd.DataFrame({"from_id": ["a", "a"], "to_id": ["park", "park"],
    ...                          "travel_time_ds": [900, 600]})).to_dict("records")
    [{'from_id': 'a', 'to_id': 'park', 'travel_time_ds': 600}]
    """
    if not times.duplicated(KEY).any():
        return times
    return times.groupby(KEY, sort=False)["travel_time_ds"].min().reset_index()
