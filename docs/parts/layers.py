"""The layers of the embedded catalog, and what a layer of each role must hold."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

from htkgis import schema
from htkgis.catalog import Role
from htkgis.schema import Column, Table

from .commands import escaped

CATALOG = Path(__file__).parents[2] / "layers" / "catalog.toml"
OTHER_CONTRACTS: dict[str, tuple[str, ...]] = {
    "municipality": ("DISTRICTS",),
    "housing_areas": ("AREAS",),
    "gates": ("ORIGINS",),
    "addresses": ("ORIGINS",),
    "stations": ("PLACES",),
    "jobs": ("PLACES", "JOB_SKILLS"),
    "planned_streets": ("STREETS",),
    "timetable": ("STOPS", "ROUTES", "TRIPS", "STOP_TIMES", "CALENDAR", "CALENDAR_DATES",
                  "FREQUENCIES", "TRANSFERS"),
    "transit_stops": ("STOPS",),
}  # fmt: skip
"""Contracts of the roles whose layers become a table of another name than theirs."""
WITHOUT_CONTRACT = {
    "area_facts": "Joined to the housing areas by `id`: population, dwellings, and their years.",
    "address_ids": "Ids of addresses and their points, for layers that have ids alone.",
    "elevation": "A raster of heights in metres.",
    "street_nodes": "Ends of a street table: an id and a point each.",
}
"""Roles whose layers become no table of their own."""


def layers(language: str) -> str:
    """Write source, licence, credit and date of each layer of the embedded catalog."""
    said = {
        "da": ("Kilde", "Licens", "Skal nævnes", "Udgivet", "Fil", "Kolonner", "Skitse"),
        "en": ("Source", "Licence", "Credit", "Published", "File", "Columns", "Sketch"),
    }[language]
    end = "" if language == "da" else "_en"
    blocks = []
    for name, row in tomllib.loads(CATALOG.read_text("utf-8"))["layers"].items():
        licence = row.get(f"licence{end}", row["licence"])
        facts = [row[f"source{end}"], licence, row["credit"], row["published"], row["path"]]
        facts += [", ".join(f"{own} = {theirs}" for own, theirs in row.get("columns", {}).items())]
        facts += [row.get("sketch_scale", "")]
        lines = [
            f"- {word}: {escaped(fact)}" for word, fact in zip(said, facts, strict=True) if fact
        ]
        note = row.get(f"note{end}", "")
        lines += [f"- {escaped(note)}"] if note else []
        blocks.append(f"### {escaped(row[f'title{end}'])} (`{name}`)\n\n" + "\n".join(lines))
    return "\n\n".join(blocks)


def roles(language: str) -> str:
    """Write what the table of each role holds, as its contract says."""
    del language
    return "\n\n".join(_role(role) for role in get_args(Role))


def _role(role: str) -> str:
    if role in WITHOUT_CONTRACT:
        return f"### {role}\n\n{WITHOUT_CONTRACT[role]}"
    names = OTHER_CONTRACTS.get(role, (role.upper(),))
    if not all(hasattr(schema, name) for name in names):
        msg = f"role {role}: no contract of its name; say in {Path(__file__).name} which it keeps"
        raise LookupError(msg)
    tables = [getattr(schema, name) for name in names]
    return f"### {role}\n\n" + "\n\n".join(_table(table) for table in tables)


def _table(table: Table) -> str:
    geometry = {None: "without geometry", "lines": "geometry: line or several lines"}.get(
        table.geometry, f"geometry: {table.geometry}"
    )
    head = f"Table `{table.name}`, key {', '.join(f'`{key}`' for key in table.key)}, {geometry}."
    columns = [f"`{name}`\n: {_column(column)}" for name, column in table.columns.items()]
    return "\n\n".join([head, *columns])


def _column(column: Column) -> str:
    words = [column.kind]
    words += [f"at least {column.minimum:g}"] if column.minimum is not None else []
    words += [f"one of {', '.join(column.allowed)}"] if column.allowed else []
    words += ["may be missing"] if column.missing else []
    return escaped("; ".join(words))
