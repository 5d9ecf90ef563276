"""What a study decides of departures nearby, as the plain values that a profile tells them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.study import Study


def departure_decisions(
    study: Study, by_timetable: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Say how far people walk to a stop, and how many departures are enough in which window.

    Parameters
    ----------
    study
        All decisions.
    by_timetable
        What the study decides of public transport; None where nothing is measured by it.
    """
    rules = None if study.gaps is None else study.gaps.departures
    if rules is None or study.transit is None or by_timetable is None:
        return None
    least = rules.least.value
    return {
        "walk_m": rules.walk.value,
        "speed_kph": study.modes.walk.speed.value,
        "sketch": by_timetable["sketch"],
        "source": rules.least.source,
        "source_en": rules.least.source_en,
        "windows": [
            dict(window)
            | {"minutes": study.transit.windows[window["window"]].minutes}
            | {"least": least[window["window"]]}
            for window in by_timetable["windows"]
            if window["window"] in least
        ],
    }
