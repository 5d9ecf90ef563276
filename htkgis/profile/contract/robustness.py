"""How sure the figures are: the cases in which they were measured again, and what came out."""

from __future__ import annotations

from .access import LIMIT
from .kinds import (
    FUNCTION,
    MODE,
    Schema,
    choice,
    listed,
    maybe,
    minutes,
    number,
    record,
    share,
    text,
    whole,
)
from .study import SOURCE

STAMP = choice("Whether a reader would conclude the same in every case.", "sure", "sensitive")
FACTORS = ("speed", "max_snap", "entrance_tolerance", "shift", "bus_time")
_UNIT = "that of the figure"
_UNREACHED = "not reached"
_SAME = "the study gives none"
CHANGED_BY = listed("Cases that change the conclusion.", text("Id of the case."))
CASES = listed(
    "Cases, each with one decision changed.",
    record(
        "A case.",
        case=text("Id of the case."),
        factor=choice("The decision that is changed.", *FACTORS),
        value=number("What it becomes.", "the unit beside it"),
        unit=text("Unit of the value."),
        source=SOURCE["source"],
        source_en=maybe(SOURCE["source_en"], _SAME),
    ),
)

PARTS: dict[str, Schema] = {
    "robustness": maybe(
        record(
            "Figures that were measured again in each case.",
            limits_min=listed("Classes of minutes end at these.", minutes("A limit.")),
            transit_limits_min=listed("The same by public transport.", minutes("A limit.")),
            choice=whole("So many places are a choice.", "places", least=1),
            jobs_change=share("Part of the jobs that may move."),
            share_change=share("How much a share may move."),
            window=maybe(
                text("Window of the service day that was measured again."),
                "nothing is measured by public transport",
            ),
            reference=record(
                "What the study itself decides.",
                speed=number("Speed on foot.", "km/h", least=0),
                max_snap=number("Longest way from a point to a street.", "m", least=0),
                entrance_tolerance=number("How near a path leads in.", "m", least=0),
                shift=number("How much later people leave.", "min"),
                bus_time=number("How many times as long buses take.", "times", least=0),
            ),
            cases=CASES,
            everyday_min=minutes("Limit of everyday functions."),
            functions_within=maybe(
                record(
                    "Functions within the everyday limit on foot.",
                    value=whole("In the study.", "functions"),
                    low=whole("Fewest in any case.", "functions"),
                    high=whole("Most in any case.", "functions"),
                    stamp=STAMP,
                    changed_by=CHANGED_BY,
                ),
                "no case changes walking",
            ),
            figures=listed(
                "Medians over the origins that were measured again.",
                record(
                    "A figure.",
                    indicator=text("Id of the indicator."),
                    function=maybe(FUNCTION, "the indicator is of no kind of place"),
                    mode=MODE,
                    limit_min=maybe(LIMIT, "the indicator has no limit"),
                    departure=maybe(text("Id of the window."), "not by public transport"),
                    unit=text("Unit of the figure."),
                    value=maybe(number("In the study.", _UNIT, least=0), _UNREACHED),
                    low=maybe(number("Least of all cases.", _UNIT, least=0), _UNREACHED),
                    high=maybe(number("Greatest of all cases.", _UNIT, least=0), _UNREACHED),
                    stamp=STAMP,
                    bound=maybe(
                        choice("Which bound some of these are.", "at_least", "at_most"),
                        "no search met the end of the data",
                    ),
                    changed_by=CHANGED_BY,
                ),
            ),
            sure=whole("How many of these are sure.", "figures"),
            sensitive=whole("How many of these are sensitive.", "figures"),
        ),
        "the study states no cases",
    ),
}
