"""By public transport: jobs and stations in each window of the day."""

from __future__ import annotations

from .access import AREA, LIMIT, LOWER
from .kinds import (
    JOBS_HIDDEN,
    Schema,
    choice,
    flag,
    listed,
    maybe,
    number,
    record,
    sentence,
    share,
    spread,
    text,
)
from .robustness import STAMP
from .study import WINDOWS

_BEYOND = "not reached by so many of the departures"
_WITHHELD = "withheld (hidden is true)"
_WINDOW = text("Id of the window.")
_END = maybe(number("Least or greatest of all cases.", "unit of the row", least=0), _BEYOND)
_ROBUST = maybe(
    record(
        "The value in the cases that were tried of it.",
        stamp=STAMP,
        low=_END,
        high=_END,
        bound=maybe(
            choice("Which bound some of these are.", "at_least", "at_most"),
            "no search met the end of the data",
        ),
    ),
    "no case measured it again, or it is withheld (hidden is true)",
)


def _beside(each: str, **columns: Schema) -> Schema:
    return record(
        "Jobs within a limit, or minutes to a station, in a window.",
        limit_min=maybe(LIMIT, "minutes to a station"),
        station=maybe(
            record("A station.", id=text("Id of the stop."), name=text("Its name.")),
            "jobs within a limit",
        ),
        unit=choice("Unit of the values.", "jobs", "min"),
        window=_WINDOW,
        values=listed(
            each,
            record(
                "The middle of the origins.",
                **columns,
                value=maybe(
                    number("Jobs, or minutes.", "unit of the row", least=0),
                    f"{_BEYOND}, or {_WITHHELD}",
                ),
                lower_bound=LOWER,
                hidden=JOBS_HIDDEN,
            ),
        ),
    )


PARTS: dict[str, Schema] = {
    "transit": maybe(
        record(
            "The windows of the service day beside each other.",
            windows=WINDOWS,
            percentile=number("Per cent of the departures that are at least as quick.", "%"),
            sketch=flag("Whether the timetable is a sketch of lines and headways."),
            jobs=listed(
                "Jobs that so many per cent of the departures reach.",
                record(
                    "A limit.",
                    limit_min=LIMIT,
                    values=listed(
                        "One per window.",
                        record(
                            "Jobs in a window.",
                            optional=("low", "high"),
                            window=_WINDOW,
                            **spread("jobs, rounded to the step of the study.", "jobs", _WITHHELD),
                            lower_bound=LOWER,
                            hidden=JOBS_HIDDEN,
                            low=maybe(
                                number("Median with the low end of intervals.", "jobs", least=0),
                                _WITHHELD,
                            ),
                            high=maybe(
                                number("Median with the high end of intervals.", "jobs", least=0),
                                f"not known, or {_WITHHELD}",
                            ),
                        ),
                    ),
                ),
            ),
            stations=listed(
                "Minutes to the stations of the region, door to platform.",
                record(
                    "A station.",
                    id=text("Id of the stop."),
                    name=text("Its name."),
                    values=listed(
                        "One per window.",
                        record(
                            "Minutes in a window.",
                            window=_WINDOW,
                            **spread("minutes that so many departures keep to.", "min", _BEYOND),
                            share=share("Median of the share of departures that get there."),
                        ),
                    ),
                ),
            ),
            comparison=listed(
                "The quarters beside each other in each window, the same in every profile.",
                _beside(
                    "One per quarter.",
                    quarter_id=text("Id of the quarter."),
                    quarter_name=text("Its name."),
                ),
            ),
            lenses=maybe(
                record(
                    "Who travels, beside an adult.",
                    limit_min=LIMIT,
                    lenses=listed(
                        "The columns, the adult first.",
                        record(
                            "One who travels.",
                            lens=text("Id."),
                            step_free=maybe(
                                choice(
                                    "How far the timetable says what they can use; what it says "
                                    "nothing of counts as usable.",
                                    "stated",
                                    "partly",
                                    "unknown",
                                ),
                                "they can use everything",
                            ),
                        ),
                    ),
                    rows=listed(
                        "Jobs and stations in each window.",
                        _beside("One per column.", lens=text("Id."), robust=_ROBUST),
                    ),
                ),
                "only adults are measured",
            ),
            finding=maybe(
                sentence(
                    "In which window most jobs of the first one are out of reach.",
                    area=AREA,
                    limit_min=LIMIT,
                    first_window=_WINDOW,
                    first_jobs=number("Median jobs of the first window.", "jobs", least=0),
                    windows=listed("The windows with fewest.", _WINDOW),
                    jobs=number("Median jobs of these.", "jobs", least=0),
                    share=share("Part of the jobs of the first window that is lost."),
                ),
                "no jobs are reached in the first window",
            ),
        ),
        "nothing is measured by public transport",
    ),
}
