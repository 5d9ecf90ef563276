"""Shares of persons of the area, and how their minutes are spread."""

from __future__ import annotations

from .access import LIMIT, LOWER, UPPER
from .kinds import (
    FUNCTION,
    MODE,
    Schema,
    choice,
    flag,
    listed,
    maybe,
    minutes,
    record,
    sentence,
    share,
    text,
    whole,
    year,
)
from .robustness import robust

HIDDEN = flag("Whether the figure is withheld because few persons stand behind it.")
_WITHHELD = "withheld (hidden is true), or nobody is known to live there"
_UNIT = {
    "id": text("Id of the unit."),
    "kind": choice("What it is.", "municipality", "district"),
    "name": text("Its name."),
}
_SHARE = {
    "share": maybe(share("Persons within the limit of the nearest place."), _WITHHELD),
    "lower_bound": LOWER,
    "hidden": HIDDEN,
    "robust": robust("share", " Ends in whole steps of 5 percentage points, or longer ones."),
}
_BEYOND = "withheld (hidden is true), or that part of the persons reaches none in searched_min"
_SPREAD = {
    **{
        f"p{percent}": maybe(minutes(f"Minutes that {percent} % of the persons keep to."), _BEYOND)
        for percent in (10, 50, 90)
    },
    **{f"p{percent}_upper_bound": UPPER for percent in (10, 50, 90)},
    "unreached_share": maybe(share("Persons who reach none within searched_min."), _WITHHELD),
    "hidden": HIDDEN,
}
TITLE = {
    "title": text("Title of the layer, in Danish."),
    "title_en": text("The same in English."),
}

PARTS: dict[str, Schema] = {
    "shares": maybe(
        record(
            "Shares of the persons of the area, beside the municipality and its districts.",
            persons=maybe(whole("Persons of the area.", "persons"), "hidden: too few live there"),
            min_persons=whole("Units with fewer persons are withheld.", "persons"),
            source=maybe(
                sentence(
                    "The layer of the population.",
                    **TITLE,
                    year=year("Year of the population."),
                ),
                "the catalog states none",
            ),
            districts=maybe(record("The layer of the districts.", **TITLE), "there are none"),
            rows=listed(
                "A share per function, mode and limit.",
                record(
                    "A share.",
                    function=FUNCTION,
                    mode=MODE,
                    limit_min=LIMIT,
                    **_SHARE,
                    comparators=listed("Others beside.", record("A unit.", **_UNIT, **_SHARE)),
                ),
            ),
            distribution=listed(
                "Minutes of 10, 50 and 90 per cent, per function and mode.",
                record(
                    "A distribution.",
                    function=FUNCTION,
                    mode=MODE,
                    searched_min=minutes("How far was searched."),
                    **_SPREAD,
                    comparators=listed("Others beside.", record("A unit.", **_UNIT, **_SPREAD)),
                ),
            ),
        ),
        "no persons are known to live at any origin",
    ),
}
