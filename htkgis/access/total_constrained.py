"""Opportunities reached, scaled so that over all origins they sum to those that there are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .impedance import Weighting
from .pairs import read_amounts, read_pairs, weigh


def total_constrained(
    travel_times: pd.DataFrame,
    opportunities: pd.Series,
    *,
    origins: pd.Index,
    impedance: Weighting,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure the part of all opportunities that falls to each origin by its gravity access.

    .. math::

        V_i = K \sum_j O_j f(t_{ij}), \qquad
        K = \frac{\sum_{j \text{ reached}} O_j}{\sum_i \sum_j O_j f(t_{ij})}

    :func:`gravity` in a unit that can be read: opportunities, whose sum over all origins is that
    of the destinations that any origin reaches. Nobody competes yet; how many people live at an
    origin does not count, as it does in :func:`singly_constrained`.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    opportunities
        What is there to reach (places, jobs, seats), indexed by ``to_id``; at least 0. Pairs to
        other destinations are left out.
    origins
        Ids of the result, in its order.
    impedance
        Weight of a travel time in minutes; see :mod:`htkgis.access.impedance`.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    access
        Opportunities, indexed like ``origins``; 0 where nothing is reached, missing everywhere if
        there are no opportunities at all.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or opportunities are no amounts.
    ValueError
        If the impedance gives no weights.

    References
    ----------
    Soukhov, A., Pereira, R. H. M., Higgins, C. D. and Paez, A. (2025). A family of accessibility
    measures derived from spatial interaction principles. OSF Preprints, doi
    10.31219/osf.io/a9dxb_v1.

    Examples
    --------
    a reaches the 90 jobs twice as well as b:

    >>> from htkgis.access.impedance import Impedance
    >>> times = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["s", "s"],
    ...                       "travel_time_ds": [6000, 12000]})
    >>> total_constrained(times, pd.Series({"s": 90}), origins=pd.Index(["a", "b"]),
    ...                   impedance=Impedance("half_life", (10,))).round(9).to_dict()
    {'a': 60.0, 'b': 30.0}
    """
    amounts = read_amounts(opportunities, "opportunities")
    pairs = read_pairs(travel_times, origins, opportunities.index, checked=checked)
    pairs, weight = weigh(pairs, impedance)
    access = pairs.by_origin(amounts[pairs.destination] * weight)
    reached = amounts[pairs.by_destination(weight) > 0].sum()
    if not amounts.any():
        access[:] = np.nan
    elif reached > 0:
        access *= reached / access.sum()
    return pd.Series(access, index=origins)
