"""The files of a comparison: the page, the table and the JSON value, with a manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from htkgis.maps import JointLayers, Text, render_comparison_page
from htkgis.publish.downloads import csv_bytes
from htkgis.publish.folder import MANIFEST
from htkgis.publish.manifest import build_manifest
from htkgis.publish.page_sizes import check_sizes
from htkgis.study import Study

from .localised import localised
from .pages import run_facts
from .profile_steps import Decimal

CSV, JSON = "comparison.csv", "comparison.json"


def comparison_files(
    comparison: Mapping[str, Any],
    layers: JointLayers,
    study: Study,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    text: Text,
    decimal: Decimal,
) -> dict[str, bytes]:
    """Render the page, and write table, JSON and manifest, by file name; the page first.

    Parameters
    ----------
    comparison
        As :func:`htkgis.pipeline.scenario_comparison.compare_scenarios` gives it.
    layers
        What the maps draw.
    study, facts
        Decisions, and facts of each layer.
    text, decimal
        Words of the page; ``comma`` or ``point`` of the CSV file.

    Raises
    ------
    ConfigError
        If the page is heavier than ``[comparison] page`` allows.
    """
    decisions = study.model_dump(mode="json")
    both = {
        "scenario": {name: comparison[name] for name in ("id", "first", "second", "classes")},
        "year": comparison["second"]["year"],
    }
    about = run_facts(decisions, facts, text.language, both) | {"scenario": None}
    page = render_comparison_page(
        localised(dict(comparison), text.language),
        layers,
        text=text,
        run=about,
    )
    name = text("comparison.file")
    pages = {name: page.encode()}
    limits = {} if study.comparison is None else {name: study.comparison.page.value}
    check_sizes(pages, limits)
    files = pages | {
        CSV: csv_bytes(comparison_table(comparison), decimal=decimal),
        JSON: (json.dumps(comparison, ensure_ascii=False, separators=(",", ":")) + "\n").encode(),
    }
    files[MANIFEST] = build_manifest(
        files,
        study=decisions,
        layers=facts,
        counts={},
        language=text.language,
        decimal=decimal,
        limits_kb=limits,
        scenario=both,
    )
    return files


def comparison_table(comparison: Mapping[str, Any]) -> pd.DataFrame:
    """Write every row of the areas as a row of a table.

    Returns
    -------
    table
        Per area, mode, measure, function, limit and window: the medians of both, the difference
        (missing where it is not known, and ``kind`` says why), and counts of origins: those of
        each kind, who gains and loses at least the minutes, functions or jobs of each class,
        and for whom the function comes into or out of reach.
    """
    return pd.DataFrame([_flat(area, row) for area in comparison["areas"] for row in area["rows"]])


def _flat(area: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    about = ("mode", "measure", "function", "limit_min", "departure", "unit")
    flat = {"area_id": area["area_id"], **{name: row[name] for name in about}}
    flat |= {"origins": len(area["origins"]), "hidden": row["hidden"]}
    if row["hidden"]:
        return flat
    medians = row["medians"]
    flat |= {f"median_{name}": medians[name] for name in ("before", "after", "delta", "kind")}
    flat |= {f"{name}_bound": medians[f"{name}_bound"] for name in ("before", "after")}
    flat |= {f"origins_{kind}": count for kind, count in row["counts"].items()}
    for way in ("gain", "lose"):
        flat |= {f"{way}_class_{at}": count for at, count in enumerate(row[way], start=1)}
    return flat | {f"reach_{way}": count for way, count in (row["reach"] or {}).items()}
