"""Planning rules of distance: what is measured, the limit, the margin, and whether it is met."""

from __future__ import annotations

import numpy as np
import pandas as pd

MET, NOT_MET, INDICATIVE, UNKNOWN = "met", "not met", "indicative", "unknown"
DISTRICT = "district"
BELOW = "<"


def evaluate_planning_rules(rules: pd.DataFrame, distances: pd.DataFrame) -> pd.DataFrame:
    """Say for every origin what each planning rule finds.

    A rule of a district speaks of one place, the school that the address belongs to. Where the
    distance is that to the nearest school instead, the result is indicative: it never says
    that the rule is met, nor that it is not.

    Parameters
    ----------
    rules
        Contract ``PLANNING_RULES``: a limit in metres along the streets per rule.
    distances
        One row per origin, function and mode: ``from_id``, ``function``, ``mode``, ``to_id`` and
        ``way_m`` of the place it is about, both missing where none was found; ``searched_m``, how
        far every place is known and was looked for; ``in_district``, whether that is the place
        of the origin's district.

    Returns
    -------
    results
        One row per origin and rule of its function and mode, by origin and then rule, both in
        their order: ``from_id``, ``rule``, ``to_id``, ``measured_m``, ``limit_m``, ``margin_m``
        (what is left of the limit; below 0 beyond it; missing where nothing was found) and
        ``status``:

        - "met", or "not met", at one metre before, on or after the limit as the rule says, and
          "not met" where nothing was found as far as the limit;
        - "indicative" where the rule is of a district and the distance is not;
        - "unknown" where nothing was found within the limit and not all was known as far as
          that: there may be a place nearer than the one that was found.

    References
    ----------
    Each rule carries its own source.

    Examples
    --------
    600 m is the limit of the core area around a station:

    >>> rules = pd.DataFrame({"rule": ["station_core"], "function": ["station"], "mode": ["walk"],
    ...     "operator": ["<="], "limit_m": [600.0], "scope": ["nearest"]})
    >>> distances = pd.DataFrame({"from_id": ["a", "b"], "function": "station", "mode": "walk",
    ...     "to_id": "st", "way_m": [600.0, 875.0], "searched_m": 5000.0, "in_district": False})
    >>> found = evaluate_planning_rules(rules, distances)
    >>> found[["from_id", "margin_m", "status"]].to_numpy().tolist()
    [['a', 0.0, 'met'], ['b', -275.0, 'not met']]
    """
    own = rules.assign(_rule=np.arange(len(rules)))
    numbered = distances.assign(_row=np.arange(len(distances)))
    pairs = numbered.merge(own, on=["function", "mode"]).sort_values(["_row", "_rule"])
    measured, limit = pairs["way_m"].astype("float64"), pairs["limit_m"].astype("float64")
    within = np.where(pairs["operator"] == BELOW, measured < limit, measured <= limit)
    # the place of a district is the one that it is, however far others are known
    own_place = pairs["in_district"].astype(bool) & measured.notna()
    open_end = ~within & (pairs["searched_m"] < limit) & ~own_place
    other_place = (pairs["scope"] == DISTRICT) & ~pairs["in_district"].astype(bool)
    status = np.select([other_place, open_end, within], [INDICATIVE, UNKNOWN, MET], NOT_MET)
    return pd.DataFrame(
        {
            "from_id": pairs["from_id"],
            "rule": pairs["rule"],
            "to_id": pairs["to_id"],
            "measured_m": measured,
            "limit_m": limit,
            "margin_m": limit - measured,
            "status": status.astype(object),
        }
    ).reset_index(drop=True)
