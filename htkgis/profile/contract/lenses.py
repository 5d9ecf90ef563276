"""Who gets how far on foot."""

from __future__ import annotations

from .access import AREA, UPPER
from .kinds import (
    FUNCTION,
    NOT_REACHED,
    Schema,
    listed,
    maybe,
    minutes,
    record,
    sentence,
    text,
    whole,
)

LENS = text("Who walks: adult or a lens of the study.")

PARTS: dict[str, Schema] = {
    "lenses": maybe(
        record(
            "Adults beside others, on foot, to the same places.",
            lenses=listed("Who walks, adults first.", LENS),
            limit_min=minutes("The everyday limit."),
            measured=whole("Functions that have places.", "functions"),
            rows=listed(
                "Functions that have places, the key functions first.",
                record(
                    "A function.",
                    function=FUNCTION,
                    values=listed(
                        "One per lens.",
                        record(
                            "Minutes of a lens.",
                            lens=LENS,
                            median=maybe(minutes("Median over the origins."), NOT_REACHED),
                            upper_bound=UPPER,
                        ),
                    ),
                ),
            ),
            within=listed(
                "Functions within the limit at the median.",
                record(
                    "A lens.",
                    lens=LENS,
                    count=whole("How many functions lie within the limit.", "functions"),
                ),
            ),
            finding=sentence(
                "Who gets to fewest functions, beside an adult.",
                area=AREA,
                adult=whole("Functions within the limit of an adult.", "functions"),
                measured=whole("Functions that have places.", "functions"),
                limit_min=minutes("The limit."),
                lenses=listed("Who gets to fewest.", LENS),
                count=whole("How many they get to.", "functions"),
                beyond=listed("What they do not get to and an adult does.", FUNCTION),
            ),
        ),
        "only adults are measured",
    ),
}
