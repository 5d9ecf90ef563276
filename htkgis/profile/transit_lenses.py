"""By public transport for others than adults, and what the timetable says of step-free travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from htkgis.quantities import ADULT

from .rounding import plain
from .transit import TRANSIT, compared_limit, rows_beside

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
        the limits and every station.
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
    return {"limit_min": plain(limit), "lenses": who, "rows": rows}
