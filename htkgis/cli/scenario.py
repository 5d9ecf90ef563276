"""``htkgis scenario``: what is built in a scenario does to the areas."""

from __future__ import annotations

import click

from .scenario_compare import compare
from .scenario_effects import effects
from .scenario_list import list_scenarios
from .scenario_run import run


@click.group("scenario")
def command() -> None:
    """Measure what a scenario does: a file of edits of streets, places and more."""


command.add_command(compare)
command.add_command(effects)
command.add_command(list_scenarios)
command.add_command(run)
