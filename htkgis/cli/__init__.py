"""The command line: one file per command, imported when it is called."""

from __future__ import annotations

import importlib
from typing import Any

import click

from htkgis import __version__
from htkgis.errors import HtkgisError

from .streams import ready_streams

COMMANDS = {
    "access": "Write what each origin reaches within minute limits.",
    "check": "Read every layer and say what is in it; writes nothing.",
    "doctor": "Look at this machine, the installation and the study, and say what to do.",
    "embed": "Print the HTML that shows a published page inside another.",
    "explain": "Trace any figure back to its measure, parameters, origins, layers and network.",
    "init": "Write a study into a new folder: the embedded one, or one of another municipality.",
    "isochrone": "Write what is reached within minute limits, as areas and streets for QGIS.",
    "layers": "List the layers of a catalog, or accept changed files.",
    "print": "Print maps of the quarters or the region at an exact scale.",
    "publish": "Write published layers, figures and profiles into a PostGIS database.",
    "qgis": "Write the measures as scripts for the toolbox of QGIS.",
    "rollback": "Put an earlier edition of the published set back, all at once or not at all.",
    "route": "Show the way behind a travel time, street by street.",
    "run": "Measure everything and publish the quarter profiles.",
    "links": "Find the missing links that would save most walking.",
    "locate": "Find where new places of a function would bring residents most.",
    "scenario": "Measure what a scenario does: a file of edits of streets, places and more.",
    "service": "Write what service by public transport each origin has, from 6 to 20 o'clock.",
    "status": "Say what is published, from which layers, and what a run would compute.",
    "surface": "Write minutes by one mode around an area as a raster for QGIS.",
    "times": "Write travel times between two files of points.",
    "update": "Fetch new versions of layers from their services, check them, and put them in use.",
    "verify": "Compute the published set once more, and say which files differ.",
}
"""Name and one line of help; the module of the same name holds the command."""


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a fault of data or files is one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except HtkgisError as error:
            click.echo(f"Error: {' '.join(str(error).split())}", err=True)
            ctx.exit(1)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="htkgis")
def main() -> None:
    """Measure accessibility and publish quarter profiles, for municipal planners.

    \b
    htkgis init my-study      the embedded study in a folder of its own
    htkgis run                measure everything and publish maps/
    htkgis check              what is in the layers, what was mended, what is far off

    Exit codes: 0 done; 1 a fault of data or files; 2 wrong usage.
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    ready_streams()
