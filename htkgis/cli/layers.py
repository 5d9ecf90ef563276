"""``htkgis layers list`` and ``htkgis layers accept``."""

from __future__ import annotations

from pathlib import Path

import click

from .options import catalog_option, data_option
from .tables import print_table


@click.group("layers")
def command() -> None:
    """List the layers of a catalog, or accept changed files."""


@command.command("list")
@catalog_option
@data_option
def list_layers(catalog_path: Path, data: Path | None) -> None:
    """List every layer with its date, licence, credit and whether its file is the accepted one.

    Example: htkgis layers list
    """
    from htkgis.catalog import layer_states, read_catalog, role_of

    catalog = read_catalog(catalog_path, data=data)
    states = layer_states(catalog)
    rows = []
    for name, layer in catalog.layers.items():
        cells = (role_of(name, layer), layer.path, states[name], layer.published, layer.licence)
        rows.append((name, *cells, layer.credit))
    print_table(("Layer", "Role", "File", "State", "Published", "Licence", "Credit"), rows)


@command.command("accept")
@catalog_option
@data_option
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Accept every layer.")
@click.option("--reason", default="", help="Why; kept in the catalog's history.")
def accept(
    catalog_path: Path,
    data: Path | None,
    names: tuple[str, ...],
    everything: bool,
    reason: str,
) -> None:
    """Accept the present files of layers: their hashes go into the catalog.

    Of a layer that an update held back, the version in the folder "held" is taken into use.

    Example: htkgis layers accept places --reason "three schools moved"
    """
    from htkgis.pipeline.updates.installed import accept_versions

    if everything == bool(names):
        msg = "either NAMES of layers or --all is needed; htkgis layers list shows the names."
        raise click.UsageError(msg)
    accepted = accept_versions(catalog_path, names, reason=reason, data=data)
    for name, sha in accepted.items():
        click.echo(f"{name}: accepted {sha[:12]}")
    if not accepted:
        click.echo("Nothing had changed.")
