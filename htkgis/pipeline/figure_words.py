"""What a row of the figures is called, in the words that the pages use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps import Text
from htkgis.maps.lenses import lens_name
from htkgis.maps.transit import lens_heading, step_free_of, window_clock
from htkgis.profile import DISTRICT_SCHOOL
from htkgis.profile.isolation import FUNCTION, INDICATORS
from htkgis.profile.jobs import HIGH, JOBS, LOW, SKILL
from htkgis.profile.rounding import plain
from htkgis.profile.transit import TRANSIT
from htkgis.quantities import ADULT

from .diversity import ORDERS

NEAREST = "nearest_"


def label_of(figure: Mapping[str, Any], assumptions: Mapping[str, Any], text: Text) -> str:
    """Name a figure, by whatever mode, as the profile that it stands in measured it.

    Parameters
    ----------
    figure
        ``indicator``, ``function``, ``mode``, ``limit_min``, ``lens``; of public transport also
        ``percentile`` and ``departure``.
    assumptions
        What the profile says that was taken for granted.
    text
        Words of the language.

    Examples
    --------
    >>> from htkgis.maps import load_text
    >>> figure = {"indicator": "cumulative", "function": "school", "limit_min": 15.0}
    >>> label_of({**figure, "mode": "walk", "lens": "adult"}, {}, load_text("en"))
    'School: number within 15 min'
    """
    if figure["mode"] == TRANSIT:
        return transit_label(figure, assumptions["transit"], text)
    return figure_label(
        figure["indicator"],
        figure["function"],
        figure["limit_min"],
        text=text,
        lens=figure["lens"],
        felt=is_felt(assumptions, figure["mode"], figure["lens"]),
    )


def figure_label(
    indicator: str,
    function: str | None,
    limit_min: float | None,
    *,
    text: Text,
    lens: str = ADULT,
    felt: bool = False,
) -> str:
    """Name a figure; an unknown one by its id.

    Parameters
    ----------
    indicator, function, limit_min, lens
        As in the contract ``PROFILE``; who travels is said unless it is an adult.
    text
        Words of the language.
    felt
        Whether its minutes hold a price, and so are not measured.
    """
    if indicator in INDICATORS:
        label = _isolation_label(indicator, function, limit_min, text)
    else:
        label = _label(indicator, function, limit_min, text)
    if lens != ADULT:
        label = text("export.name.of_lens", label=label, lens=lens_name(lens, text).lower())
    return text("export.name.felt", label=label) if felt else label


def transit_label(figure: Mapping[str, Any], used: Mapping[str, Any], text: Text) -> str:
    """Name a figure by public transport, with its window and the per cent of the departures.

    Parameters
    ----------
    figure
        ``indicator``, ``function`` (id of a station), ``limit_min``, ``percentile``,
        ``departure``, ``lens``. Who travels is said unless it is an adult, and what is taken for
        granted where it is not known which trips they can use.
    used
        What the profile says of public transport: ``windows``, ``stations``, ``step_free``.
    text
        Words of the language.
    """
    names = {station["id"]: station["name"] for station in used["stations"]}
    windows = {window["window"]: window for window in used["windows"]}
    label = text(
        f"export.name.{figure['indicator']}",
        limit=text.format_number(plain(figure["limit_min"]), None),
        percent=text.format_unit(figure["percentile"], "%", None),
        station=names.get(figure["function"], figure["function"]),
        when=window_clock(windows[figure["departure"]], text),
    )
    lens = figure["lens"]
    if lens == ADULT:
        return label
    who = lens_heading({"lens": lens, "step_free": step_free_of(lens, used)}, text)
    return text("export.name.of_lens", label=label, lens=who.lower())


def is_felt(assumptions: Mapping[str, Any], mode: str, lens: str) -> bool:
    """Tell whether the minutes of a mode and lens hold a price, as the profile says."""
    if lens == ADULT:
        return mode in (assumptions.get("felt") or ())
    own = (assumptions.get("lenses") or {}).get(lens) or {}
    return bool(own.get("felt"))


def _label(indicator: str, function: str | None, limit_min: float | None, text: Text) -> str:
    limit = text.format_number(plain(limit_min), None)
    if indicator in {JOBS, LOW, HIGH} or indicator.startswith(SKILL):
        return _jobs_label(indicator, function, limit, text)
    words = {} if function is None else {"function": _words("function", function, text)}
    if indicator == "cumulative" or indicator in ORDERS:
        key = "count" if indicator == "cumulative" else indicator
        return text(f"export.name.{key}", limit=limit, **words)
    if function == DISTRICT_SCHOOL:
        return text("export.name.district_school")
    if indicator == f"{NEAREST}1":
        return text("export.name.nearest", function=_words("nearest", function, text))
    if indicator.startswith(NEAREST):
        n = indicator.removeprefix(NEAREST)
        return text("export.name.nth", n=n, function=_words("nearest", function, text))
    return ": ".join([indicator, *words.values()])


def _jobs_label(indicator: str, function: str | None, limit: str, text: Text) -> str:
    if indicator.startswith(SKILL):
        level = _words("skill_level", function, text)
        return text(f"export.name.{indicator}", limit=limit, level=level)
    key = indicator if function is None else f"{indicator}_sector"
    return text(f"export.name.{key}", limit=limit, sector=_words("sector", function, text))


def _isolation_label(
    indicator: str, function: str | None, limit_min: float | None, text: Text
) -> str:
    limit = text.format_number(plain(limit_min), None)
    nearest = _words("nearest", function, text) if indicator == FUNCTION else ""
    return text(f"export.name.{indicator}", limit=limit, function=nearest)


def _words(section: str, function: str | None, text: Text) -> str:
    key = f"{section}.{function}"
    return text(key) if key in text.words else str(function).replace("_", " ")
