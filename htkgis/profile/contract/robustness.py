"""How sure the figures are: the cases in which they were measured again, and what came out."""

from __future__ import annotations

from .access import LIMIT
from .kinds import (
    FUNCTION,
    MODE,
    Schema,
    choice,
    flag,
    listed,
    maybe,
    minutes,
    number,
    record,
    share,
    text,
    whole,
)
from .lenses import LENS
from .study import SOURCE

STAMP = choice("Whether a reader would conclude the same in every case.", "sure", "sensitive")
FACTORS = (
    "speed", "bike_speed", "car_share", "max_snap", "entrance_tolerance", "shift", "bus_time"
)  # fmt: skip
_UNIT = "that of the figure"
_UNREACHED = "not reached"
_UNMEASURED = "nothing is measured by this mode"
_TRAVEL: dict[str, Schema] = {
    "mode": MODE,
    "lens": LENS,
    "departure": maybe(text("Id of the window."), "not by public transport"),
    "state": whole("Year of the state.", "year"),
}
_GROUP = record(
    "Who travels how and when.",
    **_TRAVEL,
    figures=whole("How many figures.", "figures", least=1),
)
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
_COUNTED = {
    "sure": whole("How many are sure.", "figures"),
    "sensitive": whole("How many are sensitive.", "figures"),
}


def robust(unit: str, says: str = "") -> Schema:
    """Describe what a value is in the cases that were tried of it."""
    return maybe(
        record(
            f"The value in the cases that may move it.{says}",
            low=number("Least of all cases.", unit, least=0),
            high=number("Greatest of all cases.", unit, least=0),
            bound=flag("Whether some of these are lower bounds, or more beyond the data counts."),
            stamp=STAMP,
            tried=whole("Cases that were tried.", "cases", least=1),
            changed_by=listed("Cases that change the conclusion.", text("Id of the case.")),
        ),
        "no case may move it or was tried, it is not known or hidden, or it cannot be judged",
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
            detour_change=share("Part of a detour that may move where no limit judges it."),
            closure_change=share(
                "Part of trips through an area, or of what a barrier costs, that may move where no "
                "limit judges it."
            ),
            state=whole("Year of the state that is shown.", "year"),
            baseline=whole("Year that it is compared with, measured again too.", "year"),
            windows=listed(
                "Windows of the service day that were measured again.", text("Id of the window.")
            ),
            reference=record(
                "What the study itself decides.",
                speed=number("Speed on foot.", "km/h", least=0),
                bike_speed=maybe(number("Speed by bike.", "km/h", least=0), _UNMEASURED),
                car_share=maybe(share("Part of the speed limit that is driven."), _UNMEASURED),
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
                "Medians over the origins that were measured again: all of adults in the state "
                "that is shown, and of others and of the baseline those that a case moves.",
                record(
                    "A figure.",
                    indicator=text("Id of the indicator."),
                    function=maybe(FUNCTION, "the indicator is of no kind of place"),
                    **_TRAVEL,
                    limit_min=maybe(LIMIT, "the indicator has no limit"),
                    unit=text("Unit of the figure."),
                    value=maybe(number("In the study.", _UNIT, least=0), _UNREACHED),
                    low=maybe(number("Least of all cases.", _UNIT, least=0), _UNREACHED),
                    high=maybe(number("Greatest of all cases.", _UNIT, least=0), _UNREACHED),
                    stamp=STAMP,
                    bound=maybe(
                        choice("Which bound some of these are.", "at_least", "at_most"),
                        "no search met the end of the data",
                    ),
                    value_bound=maybe(
                        choice("Which bound the value is.", "at_least", "at_most"),
                        "the search met no end of the data, or nothing was reached",
                    ),
                    tried=whole("Cases in which it was measured again.", "cases", least=1),
                    changed_by=CHANGED_BY,
                ),
            ),
            unmoved=listed("Further figures that were measured again; no case moves them.", _GROUP),
            unstamped=listed("Figures that are known and that no case measured again.", _GROUP),
            sure=whole("How many of adults in the state that is shown are sure.", "figures"),
            sensitive=whole("How many of them are sensitive.", "figures"),
            beside=record(
                "Stamps of the area in isolation, shares of residents, and jobs per resident.",
                **_COUNTED,
            ),
        ),
        "the study states no cases",
    ),
}
