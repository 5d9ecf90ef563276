"""Isolation: how closed the areas are, and the barriers around one."""

from __future__ import annotations

from .access import AREA, LOWER
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
    sentence,
    share,
    text,
    whole,
)
from .robustness import robust

_INDICATOR = text("Id of the measure.")
_NO_CROSSINGS = "a road, which is crossed at every junction"
_BARRIER = record(
    "A barrier.",
    kind=text("Kind: road, or as its layer calls it."),
    name=maybe(text("Its name."), "no street names it"),
)
_VALUE = record(
    "An area.",
    optional=(
        "count",
        "low",
        "high",
        "direction",
        "function",
        "way_m",
        "straight_m",
        "barrier",
        "affected_share",
    ),
    quarter_id=text("Id of its quarter."),
    quarter_name=text("Name of its quarter."),
    value=maybe(
        number("Value, in the unit of the row.", "its row's"), "the key `missing` says why"
    ),
    missing=maybe(text("Why there is no value."), "there is one"),
    neighbours=maybe(
        number("Middle of the neighbours, in the unit of the row.", "its row's"),
        "not measured of this, or there are no neighbours",
    ),
    lower_bound=LOWER,
    robust=robust("that of the row"),
    closed=maybe(flag("Whether it counts as closed."), "it cannot be told, or has no limit"),
    count=whole("Ways out.", "places"),
    low=number("Least over the origins.", "times", least=0),
    high=number("Greatest over the origins.", "times", least=0),
    direction=choice("The worst.", "n", "ne", "e", "se", "s", "sw", "w", "nw"),
    function=FUNCTION,
    way_m=maybe(whole("Median way to the nearest.", "m"), "none is reached"),
    straight_m=maybe(whole("Median straight line to the nearest.", "m"), "there is none"),
    barrier=maybe(_BARRIER, "no barrier costs anything"),
    affected_share=share("Trips that the barrier makes longer."),
)

PARTS: dict[str, Schema] = {
    "isolation": maybe(
        record(
            "How closed the housing areas are, side by side, and what closes this one.",
            modes=listed(
                "One per mode, walking first.",
                record(
                    "A mode.",
                    mode=MODE,
                    rows=listed(
                        "Measures.",
                        record(
                            "A measure.",
                            indicator=_INDICATOR,
                            unit=text("Unit of its values."),
                            direction=choice("Which is better.", "less", "more"),
                            limit_min=maybe(minutes("Limit of its trips."), "it has none"),
                            closed_from=maybe(
                                number("From here on an area is closed.", "its own"),
                                "it is not judged",
                            ),
                            values=listed("One per quarter.", _VALUE),
                        ),
                    ),
                ),
            ),
            barriers=listed(
                "Barriers that cost anything on foot, dearest first; none where none are known.",
                record(
                    "A barrier.",
                    kind=_BARRIER["properties"]["kind"],
                    name=_BARRIER["properties"]["name"],
                    saved_min=minutes("Longer per trip, over all trips to the surroundings."),
                    affected_share=share("Trips that it makes longer."),
                    saved_of_affected_min=maybe(minutes("Longer per such trip."), "there is none"),
                    lower_bound=LOWER,
                    crossings=maybe(
                        whole("Places where it can be crossed.", "places"), _NO_CROSSINGS
                    ),
                    widest_gap_m=maybe(
                        whole("Widest gap between neighbouring ones.", "m"),
                        f"fewer than two, or {_NO_CROSSINGS}",
                    ),
                ),
            ),
            finding=sentence(
                "By how many measures the area is closed on foot, and by which barrier.",
                area=AREA,
                closed=listed("Measures by which it is closed.", _INDICATOR),
                unknown=listed("Measures that cannot be judged.", _INDICATOR),
                of=whole("Measures that can be judged.", "measures"),
                compared=whole("Measures that neighbours are known by.", "measures"),
                worse=listed("Those by which it is more closed than they.", _INDICATOR),
                barrier=_BARRIER,
                minutes=minutes("What the dearest barrier costs per trip."),
                affected_share=share("Trips that it makes longer."),
                lower_bound=LOWER,
            ),
            notes=listed("Keys of what a reader has to know.", text("Key of the words.")),
        ),
        "isolation is not measured",
    ),
}
