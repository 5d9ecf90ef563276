"""How often public transport leaves nearby."""

from __future__ import annotations

from .kinds import Schema, flag, listed, maybe, minutes, number, record, text, whole
from .study import SOURCE

_NOTHING = "nothing departs within the walk"
_SELDOM = "less than one departs in the window"
_NAMELESS = "it has none"


def _often(missing: str) -> dict[str, Schema]:
    return {
        "departures_per_hour": number(
            "Departures per hour in the direction that is served most often.", "1/h", least=0
        ),
        "headway_min": maybe(minutes("Minutes between two of them."), missing),
    }


PARTS: dict[str, Schema] = {
    "departures": maybe(
        record(
            "How often public transport leaves within a walk, in one direction.",
            walk_m=number("Longest walk to a stop.", "m", least=0),
            sketch=flag("Whether the timetable is a sketch: lines it leaves out only add."),
            **SOURCE,
            windows=listed(
                "Windows of the day that have a least number.",
                record(
                    "A window.",
                    window=text("Id."),
                    start=text("First departure, clock."),
                    end=text("End, clock."),
                    minutes=whole("Its length.", "min", least=1),
                    least=number("Departures per hour that are enough.", "1/h", least=0),
                ),
            ),
            rows=listed(
                "What was found, by window.",
                record(
                    "A window; medians over the origins.",
                    window=text("Id."),
                    least_per_hour=number("Departures per hour that are enough.", "1/h", least=0),
                    **_often(_SELDOM),
                    stop_id=maybe(text("Stop that is served most often."), _NOTHING),
                    stop_name=maybe(text("Its name."), f"{_NAMELESS}, or {_NOTHING}"),
                    origins_below=whole("Origins that have fewer.", "origins"),
                    origins=whole("Origins that are on the streets.", "origins"),
                    better=maybe(
                        record(
                            "Nearest stop with enough, of most origins that have fewer.",
                            stop_id=text("Its id."),
                            stop_name=maybe(text("Its name."), _NAMELESS),
                            walk_m=number("Median way there.", "m", least=0),
                            walk_min=minutes("Median walk there."),
                            **_often("never"),
                        ),
                        "most origins have enough, or no stop within reach has",
                    ),
                    others=listed(
                        "The other areas.",
                        record(
                            "An area.",
                            area_id=text("Its id."),
                            area_name=text("Its name."),
                            **_often(_SELDOM),
                        ),
                    ),
                ),
            ),
        ),
        "the study does not say how many departures are enough, or there is no timetable",
    )
}
