"""Which figure is asked for: find the one, or say what there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from htkgis.errors import ConfigError
from htkgis.profile.jobs import JOBS
from htkgis.profile.rounding import plain
from htkgis.profile.transit import TRANSIT
from htkgis.quantities import ADULT
from htkgis.study import Study

from .job_access import jobs_that_count
from .transit_jobs import COUNTED_AS

ALSO = {"nearest": "nearest_1", "count": "cumulative"}
"""Shorter names of indicators."""
CASE = ("function", "mode", "limit_min", "percentile", "departure", "lens", "state", "unit")
STATISTICS = ("min", "median", "max")
CHOICES = 3
"""How many of the nearest words are named."""
LIKENESS = 0.6
"""How alike two words are that one may have been meant by the other, from 0 to 1."""


@dataclass(frozen=True)
class Question:
    """A figure of a quarter; what is left open must leave one.

    ``state`` is the study's shown year where missing, ``mode`` walking where there are several,
    ``lens`` adults; ``departure`` is the window of a figure by public transport.
    """

    indicator: str
    quarter_id: str
    function: str | None = None
    limit_min: float | None = None
    mode: str | None = None
    state: int | None = None
    lens: str = ADULT
    departure: str | None = None


def chosen_figure(question: Question, figures: pd.DataFrame, study: Study) -> dict[str, Any]:
    """Find the one figure that a question asks for.

    Parameters
    ----------
    question
        What is asked.
    figures
        Contract ``PROFILE`` of all quarters.
    study
        Its state is the one that is meant where none is named.

    Returns
    -------
    figure
        The case, ``min``, ``median``, ``max`` (None: not reached), whether it is a bound, and
        whether it is hidden.

    Raises
    ------
    ConfigError
        If there is no such figure, or several; the message lists what is allowed.
    """
    quarters = [quarter.id for quarter in study.quarters]
    _check_allowed("QUARTER", question.quarter_id, quarters)
    indicator = ALSO.get(question.indicator, question.indicator)
    own = figures[figures["quarter_id"] == question.quarter_id]
    _check_allowed("INDICATOR", indicator, own["indicator"].unique())
    own = own[own["indicator"] == indicator]
    state = study.study.state.value if question.state is None else question.state
    mode = question.mode
    if mode is None and "walk" in set(own["mode"]):
        mode = "walk"
    for option, column, value in (
        ("--state", "state", state),
        ("--mode", "mode", mode),
        ("--lens", "lens", question.lens),
        ("--function", "function", question.function),
        ("--departure", "departure", question.departure),
        ("--limit-min", "limit_min", question.limit_min),
    ):
        own = _narrowed(own, option, column, value, indicator)
    first = own.iloc[0]
    values = own.set_index("statistic")["value"]
    return {
        "indicator": indicator,
        **{name: plain(first[name]) for name in CASE},
        **{name: plain(values[name]) for name in STATISTICS},
        "lower_bound": bool(own["lower_bound"].any()),
        "upper_bound": bool(own["upper_bound"].any()),
        "hidden": bool(own["hidden"].any()),
    }


def places_that_count(figure: dict[str, Any], places: pd.DataFrame) -> Any:
    """Take the places that a figure is measured to, in its state."""
    in_state = f"measured_{figure['state']}"
    measured = places[places[in_state if in_state in places.columns else "measured"]]
    jobs = measured["unit"] == "jobs"
    if figure["mode"] == TRANSIT:
        # its stations are stops of the timetable
        held = jobs_that_count(measured[jobs], COUNTED_AS.get(figure["indicator"], JOBS), None)
        return held if figure["unit"] == "jobs" else held.iloc[:0]
    if figure["unit"] == "jobs":
        return jobs_that_count(measured[jobs], figure["indicator"], figure["function"])
    own = measured[~jobs & (measured["function"] == figure["function"])]
    # a function that no place has, such as one's own district school, is measured to any
    return measured[~jobs] if own.empty else own


def _narrowed(
    figures: pd.DataFrame, option: str, column: str, value: Any, indicator: str
) -> pd.DataFrame:
    allowed = [plain(item) for item in figures[column].drop_duplicates() if not pd.isna(item)]
    if value is None:
        without = figures[column].isna()
        if without.any():  # all jobs stand beside those of each sector
            return figures[without]
        if len(allowed) > 1:
            msg = (
                f"{option}: {indicator} has {len(allowed)} of them; {_listed(allowed)} are "
                f"allowed. Name one with {option}."
            )
            raise ConfigError(msg)
        return figures
    _check_allowed(option, plain(value), allowed)
    rows: pd.DataFrame = figures[figures[column] == value]
    return rows


def _check_allowed(what: str, value: Any, allowed: Iterable[Any]) -> None:
    known = list(allowed)
    if value not in known:
        listed = f"{_listed(known)} {'is' if len(known) == 1 else 'are'} allowed" if known else ""
        words = [name for name in known if isinstance(name, str)]
        near = difflib.get_close_matches(str(value).lower(), words, n=CHOICES, cutoff=LIKENESS)
        meant = f" (nearest: {', '.join(near)})" if near else ""
        msg = (
            f"{what} {value!r}: there is no such figure{meant}; {listed or 'none is needed'}. "
            "Correct it."
        )
        raise ConfigError(msg)


def nearest_words(asked: str, allowed: list[str], further: Iterable[str] = ()) -> str:
    """Say which of the allowed words are nearest to one that is not, or list them.

    ``further`` words are allowed as well, and too many to be listed.

    Examples
    --------
    >>> nearest_words("shers", ["shares", "changes", "nearest"])
    "the nearest is 'shares'"
    >>> nearest_words("xyz", ["a", "b"])
    'a, b are allowed'
    """
    near = difflib.get_close_matches(
        asked.lower(), [*allowed, *further], n=CHOICES, cutoff=LIKENESS
    )
    if near:
        verb = "is" if len(near) == 1 else "are"
        return f"the nearest {verb} {', '.join(map(repr, near))}"
    return f"{_listed(allowed)} {'is' if len(allowed) == 1 else 'are'} allowed"


def _listed(allowed: list[Any]) -> str:
    return ", ".join(map(str, allowed))
