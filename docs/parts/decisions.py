"""Every decision of the embedded ``study.toml``: value, unit and where it comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .commands import escaped

STUDY = Path(__file__).parents[2] / "study.toml"
SAID = {
    "da": {"source": "source", "yes": "ja", "no": "nej", "none": "uden kilde i filen"},
    "en": {"source": "source_en", "yes": "yes", "no": "no", "none": "no source in the file"},
}
DANISH_UNITS = {
    "DKK": "kr.", "DKK/m": "kr. pr. m", "addresses": "adresser", "clock": "(klokkeslæt)",
    "date": "(dato)", "departures per hour": "afgange i timen", "draws": "gentagelser",
    "editions": "udgaver", "functions": "funktioner", "households": "husstande", "ids": "(id)",
    "jobs": "arbejdspladser", "jobs per 100 m2": "arbejdspladser pr. 100 m2", "kinds": "slags",
    "km/h": "km/t.", "lenses": "(rejsende)", "min": "min.", "orders": "rækkefølger",
    "per km": "pr. km", "per slope": "pr. hældning", "percent": "procent",
    "persons or workplaces": "personer eller arbejdspladser",
    "persons per household": "personer pr. husstand", "places": "steder", "rides": "ture",
    "share": "(andel af 1)", "times": "gange", "year": "(år)", "years": "år",
}  # fmt: skip
"""Units as Danish pages write them; others are the same."""
_SOURCES = ("source", "source_en")
Words = dict[str, str]


def every_decision(
    table: dict[str, Any] | None = None, path: str = ""
) -> Iterator[tuple[str, Any]]:
    """Path and value of each decision, in the order of the file.

    A table with ``value`` is one decision; so is a list or a bare value. Sources are none.
    """
    for key, value in (tomllib.loads(STUDY.read_text("utf-8")) if table is None else table).items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict) and "value" not in value:
            yield from every_decision(value, here)
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            for number, row in enumerate(value, start=1):
                yield from every_decision(row, f"{here}.{number}")
        elif key not in _SOURCES:
            yield here, value


def decisions(language: str) -> str:
    """Write all decisions as terms, one section per table of the file."""
    said, blocks, before = SAID[language], [], ""
    for path, value in every_decision():
        section = path.split(".", maxsplit=1)[0]
        if section != before:
            blocks.append(f"## {section}")
            before = section
        blocks.append(f"`{path}`\n: {_meaning(value, said)}")
    return "\n\n".join(blocks)


def _meaning(value: Any, said: Words) -> str:
    if not isinstance(value, dict):
        return escaped(_shown(value, said))
    unit = value.get("unit", "")
    unit = DANISH_UNITS.get(unit, unit) if said is SAID["da"] else unit
    source = value.get(said["source"]) or value.get("source") or said["none"]
    return escaped(f"{_shown(value['value'], said)} {unit}: {source}".replace(" :", ":"))


def _shown(value: Any, said: Words) -> str:
    """Write a value as the file has it, lists and tables in one line."""
    if isinstance(value, bool):
        return said["yes"] if value else said["no"]
    if isinstance(value, list):
        return ", ".join(_shown(item, said) for item in value) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item, said)}" for key, item in value.items())
    return str(value)
