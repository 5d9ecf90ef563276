"""What every indicator of the profile measures."""

from __future__ import annotations

from .kinds import Schema, choice, listed, maybe, record, text

_NO_FORMULA = "it is counted or given, not computed"

PARTS: dict[str, Schema] = {
    "definitions": listed(
        "what every indicator measures.",
        record(
            "An indicator.",
            indicator=text("Its id, without the rank of a nearest place."),
            part=text("Part of the profile that shows it first."),
            name=text("Its name, in Danish."),
            name_en=text("The same in English."),
            unit=text("Unit of its values."),
            direction=choice("Whether less or more of it is better.", "less", "more", "neither"),
            definition=text("What is measured, in one or two sentences, in Danish."),
            definition_en=text("The same in English."),
            measure=maybe(text("The function that measures it, with its formula."), _NO_FORMULA),
            source=text("Where definition or formula comes from, in Danish."),
            source_en=text("The same in English."),
        ),
    ),
}
