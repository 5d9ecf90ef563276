"""Who travels: how lenses are called, and what a page says of their speeds and stairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .text import Text

Used = Mapping[str, Mapping[str, Any]]


def lens_name(lens: str, text: Text) -> str:
    """Name a lens as a heading does; one that a study has made up, by its id.

    Examples
    --------
    >>> from .text import load_text
    >>> lens_name("older", load_text("da")), lens_name("night_shift", load_text("da"))
    ('Ældre', 'night shift')
    """
    return _words("lens", lens, text)


def lens_who(lenses: Sequence[str], text: Text) -> str:
    """Name lenses as a sentence does.

    Examples
    --------
    >>> from .text import load_text
    >>> lens_who(["child", "older"], load_text("da"))
    'et barn og en ældre'
    """
    return text.join([_words("lens_who", lens, text) for lens in lenses])


def _words(section: str, lens: str, text: Text) -> str:
    key = f"{section}.{lens}"
    return text(key) if key in text.words else lens.replace("_", " ")


def lens_finding(part: Mapping[str, Any], text: Text) -> str:
    """Say who gets to fewest kinds of places, beside an adult."""
    found = part["finding"]
    values = dict(found["values"])
    if "lenses" in values:
        values["who"] = lens_who(values.pop("lenses"), text)
        values["beyond"] = text.join([text(f"nearest.{name}") for name in values["beyond"]])
    return text.sentence({"key": found["key"], "values": values})


def lens_notes(used: Used, text: Text) -> list[str]:
    """Say where the stairs of a lens are not known, and whose minutes hold prices."""
    notes = []
    for fact, key in (("stairs_unknown", "method.stairs_unknown"), ("felt", "method.felt_lens")):
        lenses = [lens for lens, own in used.items() if own.get(fact)]
        if lenses:
            notes.append(text(key, who=lens_who(lenses, text)))
    return notes


def lens_method(
    used: Used, text: Text, with_source: Callable[[str, str | None, Text], str]
) -> Iterator[str]:
    """List the sentences of the method section: speed and stairs of each lens, with sources."""
    for lens, own in used.items():
        name = lens_name(lens, text)
        speed = text.format_number(own["speed_kph"], 1)
        yield with_source(text("method.lens", name=name, speed=speed), own.get("source"), text)
        stairs = own.get("stairs")
        if stairs is None:
            continue
        if isinstance(stairs, str):
            sentence = text("method.stairs_closed", name=name)
        else:
            part = text.format_share(stairs)
            sentence = text("method.stairs_slow", name=name, part=part)
        yield with_source(sentence, own.get("stairs_source"), text)
    yield from lens_notes(used, text)
