"""Each origin then and now, on foot and by bicycle."""

from __future__ import annotations

from .kinds import (
    Schema,
    choice,
    flag,
    listed,
    maybe,
    minutes,
    number,
    record,
    text,
    whole,
    year,
)

_KNOWN = "not reached, or a bound that may have moved"
_ALL = "no origin has a known difference"
_UNIT = choice("Unit of the values.", "min", "functions")
_COUNTED = {
    "less": "fewer minutes or functions",
    "same": "in the class around 0",
    "more": "more minutes or functions",
    "new": "is reached now and was not",
    "gone": "was reached and is not now",
    "unreached": "is reached in neither year",
    "unsure": "is a bound, so that the difference is not known",
}


def _side(when: str) -> Schema:
    return maybe(number(f"Minutes or functions {when}.", "unit of the row", least=0), "not reached")


def _rows(says: str) -> Schema:
    return listed(
        says,
        record(
            "A measure; the difference is the year shown less the baseline.",
            function=maybe(text("Kind of place."), "the number of functions"),
            unit=_UNIT,
            counts=record(
                "Origins by kind.",
                **{kind: whole(f"Origins: {says}.", "origins") for kind, says in _COUNTED.items()},
            ),
            **{
                name: maybe(
                    number(f"{name.capitalize()} of the known differences.", "unit of the row"),
                    _ALL,
                )
                for name in ("min", "median", "max")
            },
            values=listed(
                "One per origin.",
                record(
                    "An origin.",
                    id=text("Id of the origin."),
                    before=_side("in the baseline"),
                    before_bound=flag("Whether that is a bound."),
                    after=_side("in the year shown"),
                    after_bound=flag("Whether that is a bound."),
                    delta=maybe(number("Difference, as printed.", "unit of the row"), _KNOWN),
                    kind=choice("What it is.", *_COUNTED),
                    step=maybe(
                        whole("Class: 0 is around 0, below 0 fewer.", "classes", least=None),
                        _KNOWN,
                    ),
                ),
            ),
        ),
    )


PARTS: dict[str, Schema] = {
    "differences": maybe(
        record(
            "The nearest of each function, and functions within reach, in two years.",
            baseline=year("Year that is compared with."),
            state=year("Year shown."),
            everyday_min=minutes("Within which functions are counted."),
            classes=record(
                "Where classes begin, the same on either side of 0 and for all quarters.",
                min=listed("Of minutes.", number("Least difference.", "min", least=0)),
                functions=listed(
                    "Of functions.", number("Least difference.", "functions", least=0)
                ),
            ),
            origins=listed(
                "The origins, in the order of the values.",
                record(
                    "An origin.",
                    optional=("name_en",),
                    id=text("Id."),
                    name=maybe(text("Name, in Danish."), "it has none"),
                    name_en=maybe(text("The same in English."), "it has none"),
                ),
            ),
            rows=_rows("The number of functions first, then each function; on foot."),
            bike_rows=_rows("The same by bicycle; none where nobody cycles."),
            coming=listed(
                "Places of measured functions that open after the year shown.",
                record(
                    "A place.",
                    id=text("Id."),
                    name=maybe(text("Name."), "it has none"),
                    year=year("Year it opens."),
                ),
            ),
        ),
        "the study has no table [differences], or compares no two years",
    )
}
