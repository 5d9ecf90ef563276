"""What is told of sites: who gains in which area, and the streets that they lie at."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.project_effects import hidden_effects
from htkgis.scenario.site_choice import Choice

Floats = npt.NDArray[np.float64]
AT_STREET_M = 1.0
"""A street so near to a site runs through it."""
NEAR_STREET_M = 200.0
"""A site whose streets have no name is told by the nearest name within so many metres."""


def chosen_sites(
    candidates: gpd.GeoDataFrame,
    gains: csr_array,
    nearer: npt.NDArray[np.float64],
    choice: Choice,
) -> gpd.GeoDataFrame:
    """List the chosen sites in the order in which each adds most to those before it.

    Parameters
    ----------
    candidates
        ``id`` and points of all sites.
    gains, nearer
        As :meth:`htkgis.pipeline.site_gains.Ways.gains` gives them.
    choice
        Which of them were chosen.
    """
    left, served = list(choice.sites), np.zeros(gains.shape[0])
    brought = {site: gains[:, [site]].toarray()[:, 0] for site in left}
    rows = []
    while left:
        added = [float(np.maximum(brought[site] - served, 0).sum()) for site in left]
        best = left.pop(int(np.argmax(added)))
        rows.append((best, max(added)))
        served = np.maximum(served, brought[best])
    order = [site for site, _ in rows]
    chosen = candidates.iloc[order].reset_index(drop=True)
    return gpd.GeoDataFrame(
        {
            "rank": np.arange(1, len(rows) + 1),
            "site_id": chosen["id"],
            "gain": [added for _, added in rows],
            "gain_alone": [float(brought[site].sum()) for site in order],
            "nearer_persons": nearer[order],
        },
        geometry=chosen.geometry,
        crs=candidates.crs,
    )


def all_sites(
    candidates: gpd.GeoDataFrame,
    gains: csr_array,
    nearer: npt.NDArray[np.float64],
    rules: SmallNumbers,
) -> gpd.GeoDataFrame:
    """List every site that was compared, with what it alone brings; missing where few gain.

    Parameters
    ----------
    candidates, gains, nearer
        As :func:`chosen_sites`.
    rules
        Fewer persons are not told.
    """
    few = (nearer > 0) & (nearer < rules.min_persons)
    return gpd.GeoDataFrame(
        {
            "site_id": candidates["id"].to_numpy(),
            "gain_alone": np.where(few, np.nan, np.asarray(gains.sum(axis=0)).ravel()),
            "nearer_persons": np.where(few, np.nan, nearer),
        },
        geometry=candidates.geometry.to_numpy(),
        crs=candidates.crs,
    )


def points_that_gain(
    points: gpd.GeoDataFrame, saved_min: npt.NDArray[np.float64]
) -> gpd.GeoDataFrame:
    """Draw where people live, with the minutes that the chosen sites together save there."""
    return gpd.GeoDataFrame(
        {"minutes": saved_min}, geometry=points.geometry.to_numpy(), crs=points.crs
    )


def with_areas(
    table: gpd.GeoDataFrame,
    areas: Sequence[str],
    gains: Floats,
    nearer: Floats,
    rules: SmallNumbers,
) -> gpd.GeoDataFrame:
    """Put what each site alone brings each housing area beside it, and hide what concerns few.

    Parameters
    ----------
    table
        One row per site, with ``gain``, ``gain_alone`` and ``nearer_persons``.
    areas
        Ids of the housing areas.
    gains, nearer
        What it brings, and persons to whom it brings a place nearer; shape (sites, areas + 1),
        last those who live elsewhere.
    rules
        Below which number of persons nothing is shown.

    Returns
    -------
    table
        With ``gain_in_<area>`` and ``nearer_persons_in_<area>``, missing where hidden; and
        ``nearer_persons`` missing where those are few.

    Examples
    --------
    Three of 403 persons live in the first area: neither it nor the other is told.

    >>> import shapely
    >>> table = gpd.GeoDataFrame({"gain": [900.0], "nearer_persons": [403.0]},
    ...                          geometry=[shapely.Point(0, 0)])
    >>> found = with_areas(table, ["a", "b"], np.array([[9.0, 891.0, 0.0]]),
    ...                    np.array([[3.0, 400.0, 0.0]]), SmallNumbers(20, 3, 5, (0.01,)))
    >>> found[["nearer_persons_in_a", "nearer_persons_in_b", "nearer_persons"]].iloc[0].tolist()
    [nan, nan, 403.0]
    """
    whole = np.concatenate([nearer, nearer.sum(axis=1, keepdims=True)], axis=1)
    # of one function, which is all of them
    hidden = hidden_effects(np.stack([whole, whole], axis=1), rules).projects[:, 0]
    columns: dict[str, Floats] = {}
    for number, area in enumerate(areas):
        own = hidden[:, number]
        columns[f"gain_in_{area}"] = np.where(own, np.nan, gains[:, number])
        columns[f"nearer_persons_in_{area}"] = np.where(own, np.nan, nearer[:, number])
    told = table.assign(**columns)
    told["nearer_persons"] = told["nearer_persons"].where(~hidden[:, -1])
    return told


def streets_at(sites: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> pd.Series:
    """Name the streets that run through each site, or the nearest one with a name.

    Parameters
    ----------
    sites
        Points.
    streets
        ``name`` (missing where a street has none) and lines.

    Returns
    -------
    names
        Two at most, in the order of the alphabet, with a slash between; missing where no street
        within 200 m has a name.

    Examples
    --------
    >>> import shapely
    >>> lines = [shapely.LineString([(0, 0), (9, 0)]), shapely.LineString([(0, 0), (0, 9)])]
    >>> streets = gpd.GeoDataFrame({"name": ["Vestergade", "Bakken"]}, geometry=lines)
    >>> sites = gpd.GeoDataFrame(geometry=shapely.points([[0, 0], [30, 5], [999, 0]]))
    >>> streets_at(sites, streets).tolist()
    ['Bakken / Vestergade', 'Vestergade', None]
    """
    named = streets.loc[streets["name"].notna(), ["name", "geometry"]].reset_index(drop=True)
    found: list[str | None] = []
    for point in sites.geometry:
        near = named.sindex.query(point, predicate="dwithin", distance=NEAR_STREET_M)
        rows = named.iloc[np.sort(near)]
        away = rows.geometry.distance(point)
        here = sorted(set(rows.loc[away <= AT_STREET_M, "name"]))
        if not here and len(rows):
            here = [str(rows.loc[away.idxmin(), "name"])]
        found.append(" / ".join(here[:2]) or None)
    return pd.Series(found, index=sites.index, dtype=object)
