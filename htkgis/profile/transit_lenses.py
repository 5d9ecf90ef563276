"""By public transport for others than adults, and what the timetable says of step-free travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from htkgis.quantities import ADULT

from .robustness import bound_of, shown_value
from .rounding import plain
from .transit import JOBS, STATION_TIME, TRANSIT, compared_limit, rows_beside

STATED, PARTLY, UNKNOWN = "stated", "partly", "unknown"
"""How far a timetable says which trips and stops take wheelchairs."""


def step_free_known(stated: Mapping[str, Mapping[str, int]]) -> str:
    """Tell how far a timetable says which trips and stops take wheelchairs.

    Parameters
    ----------
    stated
        Of ``trips`` and ``stops``: how many there are in ``all``, and how many are ``unstated``.

    Returns
    -------
    known
        ``stated``: all of them; ``unknown``: none of them; ``partly``: some. What is not stated
        counts as usable, so that times are then the shortest and jobs the most there can be.

    Examples
    --------
    >>> step_free_known({"trips": {"all": 9, "unstated": 9}, "stops": {"all": 2, "unstated": 2}})
    'unknown'
    >>> step_free_known({"trips": {"all": 9, "unstated": 0}, "stops": {"all": 2, "unstated": 2}})
    'partly'
    >>> step_free_known({"trips": {"all": 9, "unstated": 0}, "stops": {"all": 2, "unstated": 0}})
    'stated'
    """
    unstated = sum(each["unstated"] for each in stated.values())
    if not unstated:
        return STATED
    return UNKNOWN if unstated == sum(each["all"] for each in stated.values()) else PARTLY


def transit_lens_part(
    figures: pd.DataFrame,
    decisions: Mapping[str, Any] | None,
    lenses: Sequence[str],
    *,
    rounding: int,
) -> dict[str, Any] | None:
    """Set who travels side by side, the adult first, in each window of the day.

    Parameters
    ----------
    figures
        Contract ``PROFILE`` of one quarter and state; rows of other modes are left out.
    decisions
        ``windows`` (``window``), ``stations`` (``id`` and ``name``), and ``step_free``: None, or
        which ``lenses`` need a step-free way and how far it is ``known``.
    lenses
        Who is measured besides adults, in the order of the columns.
    rounding
        Step that job figures are rounded to.

    Returns
    -------
    part
        JSON value, or None where nobody else is measured. ``lenses`` hold the columns: ``lens``,
        and ``step_free``, how far it is known what they can use (None: they can use all).
        ``rows`` are those of :func:`htkgis.profile.transit.rows_beside`, of the middle one of
        the limits and every station; each value has ``robust``: its ``stamp`` with ``low`` and
        ``high`` (None: not reached) and the ``bound`` that these are, rounded as the value is, or
        None where it was not measured again.
    """
    limit = compared_limit(figures)
    if decisions is None or limit is None or not lenses:
        return None
    own = figures[figures["mode"] == TRANSIT]
    needed = decisions["step_free"] or {"lenses": ()}
    who = [
        {"lens": lens, "step_free": needed["known"] if lens in needed["lenses"] else None}
        for lens in (ADULT, *lenses)
    ]
    columns = [({"lens": each["lens"]}, own[own["lens"] == each["lens"]]) for each in who]
    windows = [window["window"] for window in decisions["windows"]]
    rows = rows_beside(columns, windows, decisions["stations"], limit=limit, rounding=rounding)
    known = _stamped(own)
    for row in rows:
        about = row["station"]["id"] if row["station"] else limit
        for value in row["values"]:
            found = known.get((value["lens"], row["window"], about))
            value["robust"] = found and _robust(found, value, rounding)
    return {"limit_min": plain(limit), "lenses": who, "rows": rows}


def _stamped(figures: pd.DataFrame) -> dict[tuple[str, str, Any], Mapping[Any, Any]]:
    """Find the medians that were measured again by lens, window, and limit of jobs or station."""
    known = figures[figures["statistic"].eq("median") & figures["robustness"].notna()]
    return {
        (
            row["lens"],
            row["departure"],
            float(row["limit_min"]) if row["indicator"] == JOBS else row["function"],
        ): row
        for row in known[known["indicator"].isin((JOBS, STATION_TIME))].to_dict("records")
    }


def _robust(figure: Mapping[Any, Any], value: Mapping[str, Any], rounding: int) -> dict[str, Any]:
    """Give a stamp with its range, rounded as the value beside it is, so that it holds it."""
    rule = {**figure, "lower_bound": value["lower_bound"]}
    low, high = (shown_value(figure[f"robust_{end}"], rule, rounding) for end in ("low", "high"))
    return {"stamp": figure["robustness"], "low": low, "high": high, "bound": bound_of(figure)}
