"""The figures of a quarter as a table that people read: one row each, rounded, with words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from htkgis.maps import Text
from htkgis.profile.definitions import base_indicator
from htkgis.profile.rounding import plain, plain_list, shown_value
from htkgis.quantities import ADULT

from .figure_words import label_of

STATISTICS = ["min", "median", "max"]
ROBUST = ("robust_low", "robust_high")
CASE = [
    "indicator",
    "function",
    "mode",
    "limit_min",
    "percentile",
    "departure",
    "lens",
    "state",
    "unit",
]


def figure_table(profile: Mapping[str, Any], figures: pd.DataFrame, text: Text) -> pd.DataFrame:
    """All figures of a quarter, one row each, rounded as its page rounds them.

    Returns
    -------
    table
        ``quarter_id``, ``label`` in the language, what it is (``indicator``, ``function``,
        ``mode``, ``limit_min``, of public transport ``percentile`` and ``departure``, ``lens``,
        ``state``), ``min``, ``median`` and ``max`` over the origins, ``missing`` (why one of
        them is: ``hidden``, ``not_reached``, or ``unknown`` of a count, which is not 0), ``unit``,
        ``bound`` (``at_least``, ``at_most`` or missing), of the median ``robustness`` (``sure``,
        ``sensitive``, or missing where it was not measured again) with ``robust_low`` and
        ``robust_high`` (missing: not reached in that case), the name of the nearest place of most
        origins of what the page shows (of adults in its year), and the indicator's
        ``definition`` and ``source``.
    """
    own = figures[figures["quarter_id"] == profile["quarter"]["id"]]
    # the year that the page shows comes first, for a reader who reads no further
    earlier = own["state"] != profile["study"]["state"]
    own = own.loc[earlier.sort_values(kind="stable").index]
    named = {
        (row["n"], row["function"], row["mode"]): row["place_name"] for row in profile["nearest"]
    }
    defined = {row["indicator"]: row for row in profile.get("definitions") or ()}
    rows = []
    for known in _cases(own):
        about = defined.get(base_indicator(str(known["indicator"])), {})
        number = str(known["indicator"]).removeprefix("nearest_")
        key = (int(number) if number.isdecimal() else None, known["function"], known["mode"])
        of_page = known["state"] == profile["study"]["state"] and known["lens"] == ADULT
        rows.append(
            {
                "quarter_id": profile["quarter"]["id"],
                "label": label_of(known, profile["assumptions"], text),
                **{name: known[name] for name in CASE},
                **_shown(known, profile["assumptions"]["job_rounding"]),
                "place": named.get(key) if of_page else None,
                "definition": about.get(_in("definition", text)),
                "source": about.get(_in("source", text)),
            }
        )
    table = pd.DataFrame(rows, columns=FIGURE_COLUMNS)
    return table.astype(dict.fromkeys(["limit_min", "percentile", *STATISTICS, *ROBUST], "float64"))


def _shown(known: Mapping[str, Any], rounding: int) -> dict[str, Any]:
    """Round the statistics and the ends of a case as a page does, and say which way they err."""
    cut, hidden, stamp = known["lower_bound"], known["hidden"], known["robustness"]
    values, ends = (
        {
            name: shown_value(known[name], known["unit"], lower_bound=cut, job_rounding=rounding)
            if told
            else None
            for name in names
        }
        for names, told in (
            (STATISTICS, not hidden),
            (ROBUST, not hidden and stamp is not None),
        )
    )
    whole = all(value is not None for value in values.values())
    return {
        **values,
        "missing": why_missing(whole, str(known["unit"]), hidden=hidden),
        "bound": "at_least" if cut else "at_most" if known["upper_bound"] else None,
        "robustness": None if hidden else stamp,
        **ends,
    }


def _in(name: str, text: Text) -> str:
    return f"{name}_en" if text.language == "en" else name


def why_missing(known: bool, unit: str, *, hidden: bool) -> str | None:  # noqa: FBT001
    """Tell a figure that is withheld from one that nobody reaches and one that is not known.

    Examples
    --------
    >>> why_missing(False, "jobs", hidden=True), why_missing(False, "min", hidden=False)
    ('hidden', 'not_reached')
    >>> why_missing(True, "min", hidden=False) is None
    True
    """
    if hidden:
        return "hidden"
    if known:
        return None
    return "not_reached" if unit == "min" else "unknown"


def _cases(figures: pd.DataFrame) -> list[dict[str, Any]]:
    """Put the statistics of each case beside each other, with its bounds; one pass over all."""
    cases: dict[tuple[Any, ...], dict[str, Any]] = {}
    told = ["statistic", "value", "lower_bound", "upper_bound", "hidden", "robustness", *ROBUST]
    named = zip(*(_plain_column(figures[name]) for name in CASE), strict=True)
    said = zip(*(plain_list(figures[name]) for name in told), strict=True)
    unsaid: dict[str, Any] = dict.fromkeys(("robustness", *ROBUST))
    flags = unsaid | {"lower_bound": False, "upper_bound": False, "hidden": False}
    for case, (statistic, value, cut, beyond, hidden, *robust) in zip(named, said, strict=True):
        known = cases.get(case)
        if known is None:
            known = cases[case] = dict(zip(CASE, case, strict=True)) | flags
        known[statistic] = value
        if statistic == "median":
            known |= dict(zip(("robustness", *ROBUST), map(plain, robust), strict=True))
        known["lower_bound"] |= bool(cut)
        known["upper_bound"] |= bool(beyond)
        known["hidden"] |= bool(hidden)
    return list(cases.values())


def _plain_column(column: pd.Series) -> list[Any]:
    """Write each value plainly, of which there are few: texts and limits repeat."""
    codes, kinds = pd.factorize(column)
    written = [*map(plain, kinds.tolist()), None]  # -1 of what is missing
    return [written[code] for code in codes.tolist()]


FIGURE_COLUMNS = [
    "quarter_id",
    "label",
    *STATISTICS,
    "missing",
    "unit",
    "bound",
    "robustness",
    *ROBUST,
    "place",
    *(name for name in CASE if name != "unit"),
    "definition",
    "source",
]
