"""``htkgis scenario list``: what scenarios there are, and what is wrong with their files."""

from __future__ import annotations

from pathlib import Path

import click

from .options import FILE
from .tables import print_table


@click.command("list")
@click.argument("folder", metavar="[DIR]", type=FILE, default=Path("scenarios"))
def list_scenarios(folder: Path) -> None:
    """List the scenarios of a folder: name, year, edits by kind, projects.

    A file that is no scenario is named below with its faults, and the exit code is 1 then.
    Whether edits fit the layers is seen when a scenario is run.

    Example: htkgis scenario list scenarios
    """
    from htkgis.pipeline.scenario_listing import list_folder

    found = list_folder(folder)
    rows = [
        (
            scenario.id,
            scenario.name,
            "of the study" if scenario.year is None else str(scenario.year),
            scenario.edits,
            ", ".join(scenario.projects) or "none",
        )
        for scenario in found.scenarios
    ]
    print_table(("Scenario", "Name", "Year", "Edits", "Projects"), rows)
    for fault in found.faults:
        click.echo(f"Error: {fault}", err=True)
    if found.faults:
        click.get_current_context().exit(1)
