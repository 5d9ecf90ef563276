"""The contract of ``profile.json``: every key described, none allowed that is not.

One module for each part, with ``PARTS``: JSON schema by key of the profile. A new part has a
module of its own here and a line in ``MODULES``.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from htkgis.currency import KRONER, told_in

from . import (
    access,
    definitions,
    departures,
    differences,
    findings,
    indicators,
    isolation,
    lenses,
    places,
    region,
    robustness,
    rules,
    scenario,
    shares,
    study,
    transit,
)
from .kinds import MILLIONS, UNIT, Schema, listed, maybe, record, text

VERSION = 2
"""Of the schema: raised when a key goes or changes its meaning, not when one is added."""

FILE = "profile.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODULES: tuple[ModuleType, ...] = (
    study,
    access,
    findings,
    lenses,
    transit,
    departures,
    region,
    differences,
    scenario,
    isolation,
    robustness,
    shares,
    rules,
    indicators,
    places,
    definitions,
)


def parts() -> dict[str, Schema]:
    """Give the schema of each part of a quarter's profile, by key.

    Raises
    ------
    ValueError
        If two modules describe the same key.
    """
    known: dict[str, Schema] = {}
    for module in MODULES:
        twice = sorted(set(known) & set(module.PARTS))
        if twice:
            msg = f"{module.__name__}: describes {twice} a second time; a key has one description"
            raise ValueError(msg)
        known |= module.PARTS
    return known


@cache
def profile_schema(currency: str = KRONER) -> dict[str, Any]:
    """Write the schema of ``profile.json``: every quarter's profile, and where figures lie.

    Parameters
    ----------
    currency
        That of the study, in which keys and units of money are told.
    """
    head: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": FILE,
        "title": "Quarter profiles of htkgis",
        "$comment": "x-unit is the unit of a number, x-missing what null means.",
    }
    fields: dict[str, Schema] = {
        "$schema": {"const": FILE, "description": "File with this schema, beside the profile."},
        "schema": {"const": VERSION, "description": "Version of this schema."},
        "htkgis": text("Version of the program."),
        "run": text("Identity of the run: hash of study and layers, twelve digits."),
        "credits": listed("Credits to print with any figure.", text("A credit.")),
        "sketch_scale": maybe(text("Scale of the sketch."), "streets are no sketch"),
        "figures": text("File that holds every figure as a table."),
        "quarters": listed(
            "One profile per quarter, in the order of the study.",
            record("The profile of one quarter.", **_told_in(parts(), currency)),
        ),
    }
    return head | record("Every figure and word of the published pages.", **fields)


def _told_in(known: dict[str, Schema], currency: str) -> dict[str, Schema]:
    """Name the currency in the key and the unit of budgets."""
    project = known["projects"]["items"]
    fields = {told_in(name, currency): own for name, own in project["properties"].items()}
    for name, own in fields.items():
        if own.get(UNIT) == MILLIONS:
            fields[name] = own | {UNIT: MILLIONS.format(currency=currency)}
    required = [told_in(name, currency) for name in project["required"]]
    told = project | {"properties": fields, "required": required}
    return known | {"projects": known["projects"] | {"items": told}}


__all__ = ["DIALECT", "FILE", "VERSION", "parts", "profile_schema"]
