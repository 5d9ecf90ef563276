"""The layers behind a figure or a part, with their rights, their hashes and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from htkgis.catalog import Catalog, role_of
from htkgis.profile.transit import TRANSIT
from htkgis.study import Study

from .lineage import traced_steps
from .mode_steps import WALK, named
from .part_sources import JOB_ROLES, PartSource, part_lineage
from .steps import Results

POINT_ROLES = ("gates", "addresses", "stations", "places", *JOB_ROLES)
"""Roles of layers whose rows say in the tables which layer they come from."""


def figure_layers(
    figure: Mapping[str, Any],
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    origins: pd.DataFrame,
    counted: pd.DataFrame,
) -> tuple[str, ...]:
    """Name the layers behind a figure of access, in the order of the catalog.

    They are those of the steps that measure it, less the layers of points of which none is an
    origin of it or counted in it.

    Parameters
    ----------
    figure
        Its case.
    study, catalog, hashes
        Of the run.
    origins, counted
        Points it is measured from and to, with ``layer``.
    """
    steps, keys = traced_steps(study, catalog, hashes)
    by_timetable = figure["mode"] == TRANSIT
    mode = WALK if by_timetable else figure["mode"]
    table = f"{named(figure['mode'], figure['lens'])}_access"
    source = PartSource((table,), jobs=figure["unit"] == "jobs")
    behind = part_lineage(
        source,
        figure["function"],
        (mode,),
        (),
        steps=steps,
        keys=keys,
        study=study,
        catalog=catalog,
    )
    used = {*origins["layer"], *counted["layer"]}
    return tuple(
        name
        for name in behind.layers
        if name in used or role_of(name, catalog.layers[name]) not in POINT_ROLES
    )


def layer_rows(
    names: Iterable[str],
    catalog: Catalog,
    hashes: Mapping[str, str],
    results: Results,
    made: set[str],
) -> Iterator[dict[str, Any]]:
    """Say of each layer its rights, its hash, and how many rows were read and used.

    ``rows`` is None where a layer is read as a part of the streets.
    """
    reports = {
        report["name"]: report
        for name in sorted(made)
        if name.endswith("_reports")
        for report in results[name]
    }
    beside = results["street_report"].get("beside", [])
    reports |= {report["name"]: report for report in beside}
    edges = results["street_report"].get("edges", len(results["streets"]))
    for name in names:
        layer = catalog.layers[name]
        role = role_of(name, layer)
        report = reports.get(name, {})
        yield {
            "layer": name,
            "role": role,
            "title": layer.title,
            "title_en": layer.title_en,
            "rows": report.get("rows", edges if role == "streets" else None),
            "rows_read": report.get("rows_read"),
            "published": layer.published,
            "licence": layer.licence,
            "credit": layer.credit,
            "sha256": hashes[name],
        }
