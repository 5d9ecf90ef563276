"""Opportunities: what every origin reaches, summed without ever holding the pairs.

The travel times are those of :func:`~htkgis.network.street_times`, to the decisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from htkgis.errors import NetworkError, first
from htkgis.units import minutes

from .graph import Graph
from .points import arriving, departing
from .searches import Method, checked_limits
from .snap import Snaps
from .sums import Values, count_points, weigh_points


def reach_opportunities(
    graph: Graph,
    origins: Snaps,
    opportunities: Snaps,
    weights: npt.ArrayLike,
    *,
    limits_ds: Sequence[int],
    method: Method = "auto",
    threads: int | None = None,
) -> Values:
    r"""
    Sum the opportunities that each origin reaches within one or several limits.

    .. math::

        A_i(T) = \sum_j O_j \, [t_{ij} \le T]

    Parameters
    ----------
    graph
        The graph both sets were snapped to.
    origins, opportunities
        Snapped points; those that are not snapped reach nothing, or are not reached.
    weights
        What each opportunity counts (places, jobs, seats), >= 0, shape (m,); or one column per
        kind, shape (m, kinds).
    limits_ds
        Limits in deciseconds, >= 0, in any order; a time exactly on a limit is inside.
    method
        Whether 64 neighbours are searched together (``batch``), every point on its own
        (``single``), or what is faster for each group of 64.
    threads
        How many threads work, as many as there are processors where missing; the values do not
        depend on it.

    Returns
    -------
    values
        Sums, shape (n, limits), or (n, limits, kinds); 0 where nothing is reached.

    Raises
    ------
    NetworkError
        If a weight or a limit is negative or no number, or the weights are not one per point.

    References
    ----------
    Hansen, W. G. (1959). How accessibility shapes land use. Journal of the American Institute
    of Planners 25(2), 73-76, with a cutoff as impedance.

    Examples
    --------
    Shops 40 m and 100 m along a street, counted from homes at 0 m and 90 m, at 1 m/s:

    >>> import geopandas as gpd, shapely
    >>> from htkgis.network import build_graph, snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> homes, shops = (
    ...     snap(graph, gpd.GeoDataFrame({"id": ["p", "q"]}, geometry=shapely.points(x, 0)),
    ...          max_snap_m=10)
    ...     for x in ([0, 90], [40, 100]))
    >>> reach_opportunities(graph, homes, shops, [1, 5], limits_ds=[400, 1000]).tolist()
    [[1.0, 6.0], [5.0, 6.0]]
    """
    limits = checked_limits(graph, limits_ds)
    amounts, shape = _checked_weights(graph, weights, len(opportunities))
    values = count_points(
        graph,
        departing(graph, origins),
        arriving(graph, opportunities),
        amounts,
        limits_ds=limits,
        method=method,
        threads=threads,
    )
    return values.reshape(len(origins), len(limits), *shape)


def weigh_opportunities(
    graph: Graph,
    origins: Snaps,
    opportunities: Snaps,
    weights: npt.ArrayLike,
    *,
    impedance: npt.ArrayLike,
    method: Method = "auto",
    threads: int | None = None,
) -> Values:
    r"""
    Sum the opportunities that each origin reaches, each weighted by its travel time.

    .. math::

        A_i = \sum_j O_j \, f(t_{ij})

    Parameters
    ----------
    graph
        The graph both sets were snapped to.
    origins, opportunities
        Snapped points; those that are not snapped reach nothing, or are not reached.
    weights
        What each opportunity counts, >= 0, shape (m,); or one column per kind, shape (m, kinds).
    impedance
        Weight of each travel time from 0 deciseconds on, finite, shape (t,); what takes ``t``
        deciseconds or more weighs nothing. See :func:`impedance_table`.
    method, threads
        As :func:`reach_opportunities`.

    Returns
    -------
    values
        Sums, shape (n,), or (n, kinds); 0 where nothing is reached.

    Raises
    ------
    NetworkError
        If a weight is negative or no number, or the weights are not one per point.

    References
    ----------
    Hansen, W. G. (1959). How accessibility shapes land use. Journal of the American Institute
    of Planners 25(2), 73-76.

    Examples
    --------
    ``weigh_opportunities(graph, homes, shops, seats, impedance=impedance_table(lambda minutes:
    np.exp(-0.1 * minutes), limit_ds=18_000))`` is gravity with a cutoff of 30 minutes.
    """
    table = np.atleast_1d(np.asarray(impedance, dtype=np.float64))
    if table.ndim != 1 or not np.isfinite(table).all():
        msg = (
            f"impedance ({graph.mode}): of shape {table.shape} with "
            f"{int((~np.isfinite(table)).sum())} weights that are no number; one finite weight per "
            "decisecond is allowed. Make it with impedance_table()."
        )
        raise NetworkError(msg)
    amounts, shape = _checked_weights(graph, weights, len(opportunities))
    values = weigh_points(
        graph,
        departing(graph, origins),
        arriving(graph, opportunities),
        amounts,
        impedances=table[None, :],
        method=method,
        threads=threads,
    )
    return values.reshape(len(origins), *shape)


def impedance_table(function: Callable[[Values], Values], *, limit_ds: int) -> Values:
    """Tabulate an impedance for every decisecond up to a limit.

    Parameters
    ----------
    function
        Gives the weights of travel times in minutes.
    limit_ds
        Last time that is not without weight, in deciseconds.

    Returns
    -------
    table
        Shape (limit_ds + 1,).

    Examples
    --------
    >>> impedance_table(lambda minutes: 1 - minutes / 10, limit_ds=6000)[[0, 3000, 6000]].tolist()
    [1.0, 0.5, 0.0]
    """
    return np.asarray(function(minutes(np.arange(limit_ds + 1))), dtype=np.float64)


def _checked_weights(
    graph: Graph, weights: npt.ArrayLike, count: int
) -> tuple[Values, tuple[int, ...]]:
    """Return the weights as columns and the shape of their kinds, or say what is wrong."""
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim not in {1, 2} or len(given) != count:
        msg = (
            f"weights ({graph.mode}): of shape {given.shape} for {count} opportunities; one row "
            "each is allowed. Pass weights in the order of the points."
        )
        raise NetworkError(msg)
    columns = given[:, None] if given.ndim == 1 else given
    wrong = ~(np.isfinite(columns) & (columns >= 0)).all(axis=1)
    if wrong.any():
        msg = (
            f"weights ({graph.mode}): {int(wrong.sum())} of {count} opportunities have no weight "
            f"of 0 or more: {first(columns[wrong].ravel().tolist())}. Correct the weights."
        )
        raise NetworkError(msg)
    return columns, given.shape[1:]
