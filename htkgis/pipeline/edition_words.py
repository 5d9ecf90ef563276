"""What the figures of a report on two editions are called, in the words that the pages use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps import Text
from htkgis.maps.tables.indicators import indicator_name
from htkgis.maps.tables.rules import rule_name
from htkgis.maps.transit import window_when
from htkgis.profile.edition_figures import DEPARTURES, OFFICIAL, RULE, SHARE
from htkgis.profile.transit import TRANSIT
from htkgis.quantities import ADULT

from .figure_words import figure_label, is_felt, transit_label

Given = Mapping[str, Any]


def figure_names(report: Given, profiles: Sequence[Given], text: Text) -> list[str]:
    """Name each figure of a report; by its id what the profiles of now do not know.

    Parameters
    ----------
    report
        As ``changes.json`` holds it.
    profiles
        Of the edition now, in the language of ``text``.
    """
    by_quarter = {profile["quarter"]["id"]: profile for profile in profiles}
    return [_name(row, by_quarter.get(row["quarter_id"]), text) for row in report["figures"]]


def _name(figure: Given, profile: Given | None, text: Text) -> str:
    try:
        return _known_name(figure, profile or {}, text)
    except (KeyError, StopIteration):
        # of the edition before: a rule, a station or a window that there is no more
        parts = (figure[key] for key in ("measure", "function", "mode", "limit_min", "departure"))
        return " ".join(str(part).replace("_", " ") for part in parts if part is not None)


def _known_name(figure: Given, profile: Given, text: Text) -> str:
    measure, mode = figure["measure"], figure["mode"]
    if measure == OFFICIAL:
        rows = profile["indicators"]["rows"]
        row = next(row for row in rows if row["indicator"] == figure["function"])
        name = indicator_name(row, text)
        return text("overview.name.indicator", name=name, year=figure["state"])
    if measure == RULE:
        return rule_name(
            next(row for row in profile["rules"]["rows"] if row["rule"] == figure["function"]), text
        )
    if measure == DEPARTURES:
        windows = profile["departures"]["windows"]
        window = next(row for row in windows if row["window"] == figure["departure"])
        return text("overview.name.departures", when=window_when(window, text))
    if measure == SHARE:
        target = text.target(figure["function"])
        limit = text.format_number(figure["limit_min"], None)
        name = text("overview.name.share", target=target, limit=limit)
    elif mode == TRANSIT:
        own = {**figure, "indicator": measure}
        return transit_label(own, profile["assumptions"]["transit"], text)
    else:
        name = figure_label(
            measure,
            figure["function"],
            figure["limit_min"],
            text=text,
            lens=ADULT,
            felt=is_felt(profile["assumptions"], mode, figure["lens"]),
        )
    return text("overview.name.by_mode", name=name, mode=text(f"mode.{mode}").lower())
