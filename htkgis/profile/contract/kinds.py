"""The words in which the parts of a profile are described, as JSON schema (draft 2020-12).

Every value says what it measures; a number its unit; one that may be missing what that means.
A record allows no other keys than those it names: a key that is written and not described
fails.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Schema = dict[str, Any]
UNIT, MISSING = "x-unit", "x-missing"
"""Annotations of ours: the unit of a number, and what ``null`` means."""
MILLIONS = "million {currency}"
"""Unit of large amounts of money; the schema of a study names its currency."""


def text(says: str) -> Schema:
    """Describe text."""
    return {"type": "string", "description": says}


def flag(says: str) -> Schema:
    """Describe true or false."""
    return {"type": "boolean", "description": says}


def choice(says: str, *values: str) -> Schema:
    """Describe one of some words."""
    return {"type": "string", "enum": list(values), "description": says}


def number(
    says: str, unit: str, *, least: float | None = None, most: float | None = None
) -> Schema:
    """Describe a number with its unit and, where there is one, its range.

    Examples
    --------
    >>> number("Speed on foot.", "km/h", least=0)["x-unit"]
    'km/h'
    """
    known: Schema = {"type": "number", "description": says, UNIT: unit}
    known |= {} if least is None else {"minimum": least}
    return known | ({} if most is None else {"maximum": most})


def whole(says: str, unit: str, *, least: int | None = 0) -> Schema:
    """Describe a count: a whole number, 0 and above unless said otherwise."""
    return number(says, unit, least=least) | {"type": "integer"}


def year(says: str) -> Schema:
    """Describe a calendar year."""
    return whole(says, "year", least=1800)


def share(says: str) -> Schema:
    """Describe a share from 0 to 1."""
    return number(says, "share", least=0, most=1)


def minutes(says: str) -> Schema:
    """Describe minutes, two decimals."""
    return number(says, "min", least=0)


def maybe(described: Schema, missing: str) -> Schema:
    """Allow ``null``, and say what it means.

    Examples
    --------
    >>> maybe(text("Name."), "it has none")["type"]
    ['string', 'null']
    """
    kinds = described["type"]
    known = described | {"type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
    if "enum" in described:
        known["enum"] = [*described["enum"], None]
    return known | {MISSING: missing}


def listed(says: str, item: Schema) -> Schema:
    """Describe a list of values of one kind."""
    return {"type": "array", "description": says, "items": item}


def record(says: str, /, *, optional: Collection[str] = (), **fields: Schema) -> Schema:
    """Describe an object: its keys, all of which are there but the optional ones, and no others."""
    return {
        "type": "object",
        "description": says,
        "properties": fields,
        "required": [name for name in fields if name not in optional],
        "additionalProperties": False,
    }


def by_name(says: str, item: Schema) -> Schema:
    """Describe an object whose keys are ids, and what each holds."""
    return {"type": "object", "description": says, "additionalProperties": item}


def sentence(says: str, /, **values: Schema) -> Schema:
    """Describe a sentence: the key of its words, and the values that fill them.

    What a sentence holds depends on its key, so every value is optional.
    """
    filled = record(
        "What fills the words; which of them depends on the key.", optional=values, **values
    )
    return record(says, key=text("Key of the words in Danish and English."), values=filled)


def spread(says: str, unit: str, missing: str) -> dict[str, Schema]:
    """Describe least, median and greatest over the origins of the area."""
    names = {"min": "Least", "median": "Median", "max": "Greatest"}
    return {
        name: maybe(number(f"{word} over the origins: {says}", unit, least=0), missing)
        for name, word in names.items()
    }


MODE = text("Mode of travel: walk, bike, ebike or car.")
JOBS_HIDDEN = flag(
    "Whether it is withheld: it is of jobs at few workplaces, or would tell of them."
)
FUNCTION = text("Kind of place, for example station or school.")
NOT_REACHED = "not reached within the time that was searched, or there is no such place"
