"""``htkgis check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import catalog_option, data_option, mode_option, shown_progress, study_option
from .times import snap_line

if TYPE_CHECKING:
    from htkgis.pipeline.check import CheckReport


@click.command("check")
@study_option
@catalog_option
@data_option
@mode_option
def command(study_path: Path, catalog_path: Path, data: Path | None, mode: str) -> None:
    """Read every layer and say what is in it; writes nothing.

    Per layer: rows, dropped, mended, CRS, bounds; then snapping distances, islands of the
    network, places outside their quarter, and places too inexact to measure.

    Example: htkgis check --mode car
    """
    from htkgis.pipeline.check import check_layers

    with shown_progress() as progress:
        report = check_layers(study_path, catalog_path, data=data, mode=mode, progress=progress)
    for line in lines(report):
        click.echo(line)


def lines(report: CheckReport) -> list[str]:
    """Write the report as text, one fact a line."""
    return [
        *(_layer_line(layer, report.states) for layer in report.layers),
        *_street_lines(report),
        *(
            snap_line(f"{what} (snapping)", audit, barriers=True)
            for what, audit in report.snapping.items()
        ),
        _named("places outside the outline of their quarter", report.outside_quarter),
        _named("places too inexact to measure", report.approximate),
    ]


def _layer_line(layer: dict[str, object], states: dict[str, str]) -> str:
    name = str(layer["name"])
    parts = [f"{name}: {layer['rows']} of {layer['rows_read']} rows"]
    for key in ("dropped", "mended"):
        counts = layer[key]
        if isinstance(counts, dict) and counts:
            parts.append(f"{key} " + ", ".join(f"{n} ({why})" for why, n in counts.items()))
    if layer["crs"]:
        parts.append(f"CRS {layer['crs']}")
    bounds = layer["bounds"]
    if isinstance(bounds, list | tuple):
        parts.append("bounds " + " ".join(f"{value:.4f}" for value in bounds))
    notes = layer["notes"]
    parts += [str(note) for note in notes] if isinstance(notes, list) else []
    if states[name] != "accepted":
        parts.append(f"file is {states[name]}")
    return "; ".join(parts)


def _street_lines(report: CheckReport) -> list[str]:
    counted = ", ".join(_counted(key, value) for key, value in report.streets.items() if value)
    network = report.network
    islands = network["islands"]
    outside = islands.components - 1
    size = f"network: {network['nodes']} nodes, {network['edges']} edges"
    beside = f"{islands.nodes_outside} nodes and {islands.km_outside:.1f} km"
    largest = ", ".join(f"{node} {count} nodes" for node, count in islands.largest_islands)
    named = f"; largest at {largest}" if largest else ""
    return [
        f"streets: {counted}",
        f"{size}; {outside} islands beside the main network, with {beside}{named}",
    ]


def _counted(key: str, value: object) -> str:
    words = key.replace("_", " ")
    if isinstance(value, dict):
        return f"{words} " + ", ".join(f"{_number(n)} {kind}" for kind, n in value.items())
    if isinstance(value, float):
        return f"{words} {value:,.1f}"
    if isinstance(value, list | tuple):
        return f"{words} " + " ".join(f"{number:.4f}" for number in value)
    return f"{words} {value}"


def _number(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)


def _named(what: str, metres: dict[str, float]) -> str:
    listed = ", ".join(f"{name} {value:,.0f} m" for name, value in sorted(metres.items()))
    return f"{what}: {len(metres)}" + (f": {listed}" if listed else "")
