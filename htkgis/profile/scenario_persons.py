"""Persons who gain and lose between two scenarios, as they may be told: rounded, few hidden."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.units import UNREACHED

from .disclosure import SmallNumbers
from .share_disclosure import DECIMALS, rounded_share, step_of

People = tuple[pd.DataFrame, Mapping[str, pd.DataFrame]]
"""Residents, and by mode their deciseconds to the nearest place of each function."""
EVERYBODY = None
"""Area id of the rows of all residents of the municipality."""
TEN = 10
TENS_FROM = 100
"""Persons of a step from which on counts are told in tens: the ones would seem known."""
TENTH_DS = 60
"""Deciseconds of a tenth of a minute, to which times are printed."""


def persons_rows(
    first: People,
    second: People,
    *,
    areas: Sequence[str],
    modes: Sequence[str],
    breaks: Sequence[float],
    rules: SmallNumbers,
) -> list[dict[str, Any]]:
    """Count the persons who gain and lose, per area and in all, by mode and function.

    Parameters
    ----------
    first, second
        What is compared: the difference is the second less the first.
    areas
        Ids; all residents together come last.
    breaks
        Minutes at which classes begin.
    rules
        A number of persons is rounded to the step of shares of which half holds ``min_count``
        persons; where the unit is too small for any, it is hidden (None).

    Returns
    -------
    rows
        ``area_id`` (None: all), ``mode``, ``function``, ``persons`` of those who live there in
        both, ``hidden``, ``half_step`` (persons: of a count from 1 to below it, and of one that
        lies no further from all, no more is known than that); ``gain`` and ``lose`` by class, at
        least so much; ``new`` and ``gone``, who reach the function in one of the two alone;
        ``unsure``, where something nearer may lie beyond the data. No rows where nobody is counted.

    Examples
    --------
    Of 1,000 persons 400 have 10 minutes less, and the others the same:

    >>> people = pd.DataFrame({"id": ["a", "b"], "persons": [400.0, 600.0], "area_id": ["x", "x"]})
    >>> before = pd.DataFrame({"id": ["a", "b"], "border_ds": [90000, 90000],
    ...                        "school": [12000, 6000]})
    >>> rows = persons_rows((people, {"walk": before}),
    ...     (people, {"walk": before.assign(school=[6000, 6000])}),
    ...     areas=["x"], modes=["walk"], breaks=[1, 5, 10],
    ...     rules=SmallNumbers(20, 3, 5, (0.01, 0.02)))
    >>> rows[0]["gain"], rows[0]["lose"], rows[1]["area_id"]
    ([400, 400, 400], [0, 0, 0], None)
    """
    return [
        row
        for mode in modes
        if mode in first[1] and mode in second[1]
        for row in _of_mode(first, second, mode, areas, breaks, rules)
    ]


def _of_mode(
    first: People,
    second: People,
    mode: str,
    areas: Sequence[str],
    breaks: Sequence[float],
    rules: SmallNumbers,
) -> Iterator[dict[str, Any]]:
    before, after = (side[1][mode].set_index("id") for side in (first, second))
    people = second[0].set_index("id")
    # who moves in or out has no time before or after
    both = people.index[people.index.isin(before.index) & people.index.isin(after.index)]
    if both.empty:
        return
    people, before, after = people.loc[both], before.loc[both], after.loc[both]
    # a function that has a place on one side alone is reached by nobody on the other
    functions = list(dict.fromkeys([*before.columns, *after.columns]))
    functions.remove("border_ds")
    before, after = (
        side.reindex(columns=["border_ds", *functions], fill_value=UNREACHED)
        for side in (before, after)
    )
    for area in (*areas, EVERYBODY):
        inside = np.ones(len(people), bool) if area is EVERYBODY else _in(people, area)
        for function in functions:
            sides = [side.loc[inside, [function, "border_ds"]] for side in (before, after)]
            yield {"area_id": area, "mode": mode, "function": function} | _told(
                people.loc[inside, "persons"].to_numpy(dtype="float64"), sides, breaks, rules
            )


def _in(people: pd.DataFrame, area: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = people["area_id"].eq(area).to_numpy(dtype=bool)
    return found


def _told(
    persons: npt.NDArray[np.float64],
    sides: Sequence[pd.DataFrame],
    breaks: Sequence[float],
    rules: SmallNumbers,
) -> dict[str, Any]:
    times, borders = (
        [side.iloc[:, at].to_numpy(dtype=np.int64) for side in sides] for at in (0, 1)
    )
    reached = [time < UNREACHED for time in times]
    # something nearer may lie beyond the data, unless neither the time nor the border moved
    bounded = [time > border for time, border in zip(times, borders, strict=True)]
    unmoved = (times[0] == times[1]) & (borders[0] == borders[1])
    unsure = (bounded[0] | bounded[1]) & reached[0] & reached[1] & ~unmoved
    tenths = [np.floor(time / TENTH_DS + 0.5) for time in times]
    change_min = np.where(reached[0] & reached[1], (tenths[1] - tenths[0]) / 10, 0.0)
    known = ~unsure
    cases = {
        "gain": [known & (change_min <= -limit) for limit in breaks],
        "lose": [known & (change_min >= limit) for limit in breaks],
        "new": [known & ~reached[0] & reached[1]],
        "gone": [known & reached[0] & ~reached[1]],
        "unsure": [unsure],
    }
    total = float(persons.sum())
    step = step_of(total, rules)
    told: dict[str, Any] = {
        "persons": None if step is None else round(total),
        "hidden": step is None,
        "half_step": None if step is None else _half(step * total),
    }
    for name, masks in cases.items():
        counts = [_rounded(float(persons[mask].sum()), total, step) for mask in masks]
        told[name] = counts if name in {"gain", "lose"} else counts[0]
    return told


def _rounded(count: float, total: float, step: float | None) -> int | None:
    """Round a number of persons as shares are; None where the unit is too small to tell."""
    if step is None:
        return None
    told = rounded_share(count / total, step).value * total
    whole = told in {0.0, total} or step * total < TENS_FROM
    return round(told) if whole else round(told / TEN) * TEN


def _half(step_persons: float) -> int:
    """Give half a step of persons, up to the next whole one, or ten where counts are in tens.

    Examples
    --------
    >>> _half(502.03), _half(10.2)
    (260, 6)
    """
    half = round(step_persons / 2, DECIMALS)
    return math.ceil(half) if step_persons < TENS_FROM else math.ceil(half / TEN) * TEN
