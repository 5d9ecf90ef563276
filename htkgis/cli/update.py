"""``htkgis update``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from htkgis.errors import HtkgisError

from .options import FILE, catalog_option, data_option, shown_progress, study_option
from .run_log import RunLog, held_layers, json_asked
from .update_log import NO_SERVICE, UpdateLog, UpdateSummary, waiting

if TYPE_CHECKING:
    from htkgis.pipeline.update import UpdateReport
    from htkgis.pipeline.updates.update import LayerUpdate

OSM = ("osm",)
SAID = {
    "unchanged": "nothing new",
    "accepted": "new version in use",
    "noted": "new version in use",
    "held": "HELD BACK, the old version stays in use",
    "failed": "NOT FETCHED, the old version stays in use",
    "would ask": "would ask",
}
"""What is said of a decision."""


@click.command("update")
@click.argument("names", nargs=-1)
@study_option
@catalog_option
@data_option
@click.option(
    "--buffer-m",
    type=click.FloatRange(0, 50_000),
    default=3000,
    show_default=True,
    help="osm: how far around the municipality.",
)
@click.option(
    "--overpass-url", default=None, help="osm: Overpass server; overpass-api.de by default."
)
@click.option("--date", default=None, help="osm: day of the data, YYYY-MM-DD; now by default.")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched; ask nothing.")
@click.option("--strict", is_flag=True, help="Exit with 1 if a layer is held back or not fetched.")
@click.option("--out", type=FILE, default=None, help="osm: FILE.graphml.")
@click.option(
    "--log-json",
    is_flag=True,
    help="Write each layer, warnings and the end to stderr as JSON lines; as HTKGIS_LOG=json does "
    "where stderr is no terminal.",
)
@click.option("--summary", type=FILE, default=None, help="Text file to mail: what was decided.")
def command(
    names: tuple[str, ...],
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    buffer_m: float,
    overpass_url: str | None,
    date: str | None,
    dry_run: bool,
    strict: bool,
    out: Path | None,
    summary: Path | None,
    *,
    log_json: bool,
) -> None:
    """Fetch new versions of layers from their services, check them, and put them in use.

    NAMES are layers of the catalog that say where they come from (fetch = { service = "..." });
    all of them if none is named. A version that breaks its contract, or differs from the one in
    use by more than [updates] of the study trusts, is held back in the folder "held" beside the
    layer: look at it, then run "htkgis layers accept NAME". A layer that is held back or cannot be
    fetched stays as it is, so a run can follow either way. Where no layer names a service there is
    nothing to do, and that is no fault.

    "osm" fetches the streets around the study from an Overpass server into --out, a graph that
    osmnx reads, and prints the lines of the catalog that make it the layer of streets.

    \b
    Example: htkgis update
    htkgis update places timetable --dry-run
    htkgis update osm --out layers/streets.graphml
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    if names == OSM:
        if out is None:
            msg = "osm writes one file and needs its name: --out FILE.graphml."
            raise click.UsageError(msg)
        _update_osm(study_path, catalog_path, data, buffer_m, overpass_url, date, dry_run, out)
        return
    if out is not None or overpass_url is not None or date is not None:
        msg = "--out, --overpass-url and --date say something only of osm: htkgis update osm."
        raise click.UsageError(msg)
    told = UpdateLog(RunLog(json_lines=json_asked(option=log_json)), catalog_path)
    text = UpdateSummary(summary, catalog_path)
    text.begin(told.log)
    told.begin()
    try:
        updates = _update_layers(names, study_path, catalog_path, data, told, dry_run=dry_run)
    except HtkgisError as error:
        told.log.fail(error)
        text.fail(told, error)
        if not told.log.json_lines:
            raise
        click.get_current_context().exit(1)
    code = 1 if strict and waiting(updates) else 0
    told.end(exit_code=code)
    text.end(told, held_layers(catalog_path, data))
    if not updates:
        click.echo(NO_SERVICE.format(catalog=catalog_path.name))
    for each in updates:
        for line in layer_lines(each):
            click.echo(line)
    click.get_current_context().exit(code)


def _update_layers(
    names: tuple[str, ...],
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    told: UpdateLog,
    *,
    dry_run: bool,
) -> list[LayerUpdate]:
    from htkgis.pipeline.updates.update import update_layers

    with told.log.noting_warnings(), shown_progress() as progress:
        return update_layers(
            study_path,
            catalog_path,
            names,
            today=told.log.began.date(),
            data=data,
            dry_run=dry_run,
            progress=progress,
            done=told.layer,
        )


def layer_lines(update: LayerUpdate) -> list[str]:
    """Write what was decided on a layer, and how the versions differ."""
    head = f"{update.name}: {SAID[update.decision]}"
    if update.decision == "would ask":
        return [f"{head} {update.why}"]
    if update.why and not update.judged:
        return [f"{head}: {update.why}"]
    return [head, *(f"  {each.line()}" for each in update.judged)]


def _update_osm(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    buffer_m: float,
    overpass_url: str | None,
    date: str | None,
    dry_run: bool,
    out: Path,
) -> None:
    from htkgis.loaders.overpass import DEFAULT_URL
    from htkgis.pipeline.update import update_streets

    with shown_progress() as progress:
        if progress is not None and not dry_run:
            progress("fetching streets", 1, 1)
        report = update_streets(
            study_path,
            catalog_path,
            out,
            data=data,
            buffer_m=buffer_m,
            overpass_url=overpass_url or DEFAULT_URL,
            date=date,
            dry_run=dry_run,
        )
    for line in lines(report):
        click.echo(line)


def lines(report: UpdateReport) -> list[str]:
    """Write the report as text; the lines of the catalog can be pasted as they stand."""
    area = f"{report.area_km2:,.0f} km2 with a buffer of {report.buffer_m:g} m"
    if not report.sha256:
        return [f"Would ask {report.url} for the streets of {area}; nothing was asked or written."]
    size = f"{report.nodes:,} nodes, {report.arcs:,} edges; {report.streets:,} streets"
    return [
        f"# Fetched from {report.url}: {area}",
        f"# {size}, {report.walk_km:,.1f} km to walk; data of {report.published}",
        f"# Wrote {report.path}, sha256 {report.sha256}",
        "# In the catalog, instead of the layers streets and street_nodes:",
        *report.catalog_lines,
    ]
