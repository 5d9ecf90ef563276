"""Faults of a settings file in the words of who writes it: a list, a table, text, a number.

pydantic speaks of tuples, dictionaries and patterns, which no settings file knows.
"""

from __future__ import annotations

import difflib
from typing import Any

from pydantic_core import ErrorDetails

from .errors import FIRST

_PATTERNS = {
    r"^[a-z0-9_-]+$": "small letters a-z, digits, _ and - are allowed",
    r"^EPSG:\d+$": "'EPSG:' and a number are allowed, such as 'EPSG:25832'",
    r"^\d{4}(-\d{2}(-\d{2})?)?$": "a year, a month or a day is allowed, such as '2026-11-21'",
    r"^\d{4}-\d{2}-\d{2}$": "a day is allowed, such as '2026-11-21'",
    r"^([0-9a-f]{64})?$": "64 digits and letters a-f are allowed, as htkgis layers accept writes",
    r"^[A-Z][A-Z0-9_]*$": "capitals, digits and _ are allowed: the name of an environment variable",
    r"^[A-Z]{3}$": "a currency is allowed, such as 'DKK'",
    r"^[A-Z]{3}/m$": "a currency per metre is allowed, such as 'DKK/m'",
    r"^([0-9]|[A-Za-z]{1,3}[0-9:_-])[0-9A-Za-z:_-]{3,}$": "an official code of four characters or "
    "more is allowed, such as '0101', '4314902' or 'E09000001'",
}
"""What each pattern of the settings allows, in words."""
_KINDS = {
    "tuple_type": "should be a list, [...]",
    "list_type": "should be a list, [...]",
    "model_type": "should be a table with keys of its own",
    "model_attributes_type": "should be a table with keys of its own",
    "dict_type": "should be a table, { name = ... }",
    "float_type": "should be a number, with a point and without quotes",
    "int_type": "should be a whole number without quotes",
    "int_from_float": "should be a whole number",
    "string_type": "should be text in quotes",
    "bool_type": "should be true or false",
    "string_too_short": "is empty; text is allowed",
}
LETTERS = 120
"""Of a value that are shown."""
MANY = 6
"""Choices that are all named; of more only the nearest and the first."""
UNION = frozenset({"str", "int", "float", "bool"})
"""What the place of a fault ends in where a value may be of several kinds."""


def fault_words(detail: ErrorDetails) -> str:
    """Say what is wrong with a value, and what is allowed.

    Examples
    --------
    >>> fault_words({"type": "tuple_type", "loc": (), "msg": "Input should be a valid tuple",
    ...              "input": "school"})
    'should be a list, [...]'
    """
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind in {"too_short", "too_long"}:
        wanted = context.get("min_length", context.get("max_length"))
        bound = "at least" if kind == "too_short" else "at most"
        return f"holds {context['actual_length']}; {bound} {wanted} should stand there"
    if kind in {"literal_error", "enum"}:
        return _one_of(str(detail["input"]), str(context["expected"]))
    return _KINDS.get(kind, detail["msg"].removeprefix("Input "))


def _one_of(value: str, expected: str) -> str:
    """Name the choices; of many the one that was meant, and the first."""
    names = [name.strip(" '") for name in expected.replace(" or ", ", ").split(", ")]
    if len(names) <= MANY:
        return f"should be {expected}"
    close = difflib.get_close_matches(value, names, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    shown = ", ".join(repr(name) for name in names[:FIRST])
    return f"should be one of {len(names)}: {shown} and {len(names) - FIRST} more{meant}"


def shown_value(value: Any) -> str:
    """Write a value as a settings file does: a list in brackets.

    Examples
    --------
    >>> shown_value((1, "a")), shown_value(True)
    ("[1, 'a']", 'true')
    """
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(shown_value, value))}]"[:LETTERS]
    return str(value).lower() if isinstance(value, bool) else repr(value)[:LETTERS]


def one_fault_a_value(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Keep one fault of each value that may be of several kinds, and is of none.

    Examples
    --------
    >>> kinds = [{"type": f"{kind}_type", "loc": ("a", name), "msg": "", "input": None}
    ...          for kind, name in (("string", "str"), ("int", "int"))]
    >>> [(fault["loc"], fault["type"]) for fault in one_fault_a_value(kinds)]
    [(('a',), 'no_kind')]
    """
    kept: list[ErrorDetails] = []
    for detail in details:
        *place, last = detail["loc"] or ("",)
        if last not in UNION or not detail["type"].endswith("_type"):
            kept.append(detail)
        elif not kept or kept[-1]["loc"] != tuple(place):
            kept.append(
                ErrorDetails(
                    type="no_kind",
                    loc=tuple(place),
                    msg="should be text in quotes or a number",
                    input=detail["input"],
                )
            )
    return kept
