"""``htkgis scenario run``: the pages of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option
from .run import result_lines
from .run_log import RunLog, json_asked, log_json_option


@click.command("run")
@click.argument("scenario_path", metavar="FILE", type=FILE)
@study_option
@catalog_option
@data_option
@click.option(
    "--year",
    type=click.IntRange(1900, 2200),
    default=None,
    help="State to measure; the scenario's own by default.",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    help="Id of a project whose edits are taken; several times for several, all by default.",
)
@click.option(
    "--out",
    type=FILE,
    default=None,
    help="Folder to publish in; scenario-maps/ID by default.",
)
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    default=None,
    help="Of the pages; the study's own by default.",
)
@click.option(
    "--decimal",
    type=click.Choice(["comma", "point"]),
    default=None,
    help="Of the numbers in CSV files: comma (columns by ;) or point; as the study's language by "
    "default.",
)
@log_json_option
def run(
    scenario_path: Path,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    year: int | None,
    projects: tuple[str, ...],
    out: Path | None,
    language: str | None,
    decimal: Literal["comma", "point"] | None,
    *,
    log_json: bool,
) -> None:
    """Measure a scenario and publish its pages, compared with the study's own state.

    Writes the same files as "htkgis run", of the state with the edits; each page says that it is
    a scenario, and the front page lists what it holds. What it is compared with is measured on
    the layers as they are. In the study's own state it is the study itself.

    Exit codes: 0 published, or nothing to publish; 1 a fault of data or files, or an edit that
    does not fit them: what was published stands; 2 wrong usage.

    Example: htkgis scenario run scenarios/forbindelser.toml --year 2035
    """
    from htkgis.pipeline.scenario_run import run_scenario

    log = RunLog(json_lines=json_asked(option=log_json))
    log.event("start", scenario=str(scenario_path))
    with log.noting_faults(), log.noting_warnings(), shown_progress() as progress:
        report = run_scenario(
            study_path,
            catalog_path,
            scenario_path,
            year=year,
            projects=projects,
            out=out,
            data=data,
            language=language,
            decimal=decimal,
            now=log.began,
            progress=progress,
            done=log.step,
        )
    log.end(report)
    for line in result_lines(report):
        click.echo(line)
