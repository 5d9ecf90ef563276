"""Write the effects of projects for a spreadsheet or a program."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from htkgis.currency import told_in
from htkgis.publish.tables import check_format, write_table
from htkgis.store import write_atomic

from .effects import EffectsReport

FORMATS = (".csv", ".json", ".html")
DECIMALS = 3


def write_effects(report: EffectsReport, path: Path) -> None:
    """Write effects as the ending of a file says.

    Parameters
    ----------
    report
        What was found.
    path
        ``.csv``: one row per project, area, function and measure. ``.json``: the same, with ranks,
        costs and interactions of each project and the reasons of those left out. Sheets (``.html``)
        are made by :func:`htkgis.pipeline.effect_sheets.project_sheets`.

    Raises
    ------
    ConfigError
        If the ending names no format.
    StoreError
        If the disk refuses; no file is left.
    """
    check_format(path, FORMATS)
    if path.suffix.lower() == ".csv":
        table = with_names(report).rename(columns=lambda name: told_in(name, report.currency))
        told = [told_in(rank, report.currency) for rank in table["ranked_by"]]
        write_table(table.assign(ranked_by=told), path, decimals=DECIMALS)
    else:
        content = json.dumps(_told(report), ensure_ascii=False, indent=1, allow_nan=False)
        write_atomic(path, f"{content}\n".encode())


def with_names(report: EffectsReport) -> pd.DataFrame:
    """Put the name, the budget and the rank of each project into its rows."""
    columns = ["name", "budget_mio", "rank", "ranked_by", "holds"]
    return report.table.join(report.projects[columns], on="project")


def _told(report: EffectsReport) -> dict[str, Any]:
    """Name the currency in the keys of a report, as its file has them."""
    found = facts(report)
    projects = [
        {told_in(name, report.currency): value for name, value in row.items()}
        | {"ranked_by": told_in(row["ranked_by"], report.currency)}
        for row in found["projects"]
    ]
    return found | {"projects": projects}


def facts(report: EffectsReport) -> dict[str, Any]:
    """Give a report as plain values; what is missing or hidden is None."""
    projects = report.projects.rename_axis("project").reset_index()
    return {
        "scenario": report.scenario.id,
        "year": report.year,
        "mode": report.mode,
        "window": report.window,
        "jobs_min": list(report.jobs_min),
        "functions": list(report.functions),
        "persons": _plain(report.persons),
        "counted_at": report.counted_at,
        "exact": report.exact,
        "orders": report.orders,
        "cases": list(report.cases),
        "sketch": report.sketch,
        "projects": [_plain(row) for row in projects.to_dict("records")],
        "left_out": [_plain(row) for row in report.left_out.to_dict("records")],
        "effects": [_plain(row) for row in report.table.to_dict("records")],
    }


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_value(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return round(value, DECIMALS) if math.isfinite(value) else None
    return None if value is pd.NA or value is None else value
