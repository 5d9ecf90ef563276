"""``htkgis init``."""

from __future__ import annotations

from pathlib import Path

import click

from .options import FILE, shown_progress

NEEDED = ("--municipality", "--areas", "--streets")


@click.command("init")
@click.argument("folder", metavar="DIR", type=FILE)
@click.option("--municipality", metavar="CODE", help="Official code of another municipality.")
@click.option(
    "--areas",
    type=FILE,
    help="Outlines of its housing areas with a name each: GeoPackage, GeoJSON, Shapefile, or CSV "
    "with WKT. Columns id, quarter, persons and dwellings are used where they are there.",
)
@click.option("--streets", type=FILE, help="Extract of OpenStreetMap (.osm.pbf) of the place.")
@click.option("--name", help="Name of the municipality.")
@click.option(
    "--boundary", type=FILE, help="File with its outline, where the extract does not have it."
)
@click.option("--credit", help="Whom to credit for the areas; the name of their file by default.")
@click.option("--crs", help="Projected CRS in metres, such as EPSG:25832; by default that in use.")
@click.option(
    "--language", type=click.Choice(["da", "en"]), help="Of the pages; Danish in Denmark."
)
@click.option(
    "--currency",
    metavar="CODE",
    help="Of budgets and prices, by ISO 4217, such as EUR; DKK in Denmark.",
)
@click.option("--published", metavar="DAY", help="Day of the extract, where it does not say.")
@click.option(
    "--around-km",
    type=click.FloatRange(1, 50),
    default=6.0,
    show_default=True,
    help="How far around the areas the extract is cut.",
)
def command(
    folder: Path,
    municipality: str | None,
    areas: Path | None,
    streets: Path | None,
    name: str | None,
    boundary: Path | None,
    credit: str | None,
    crs: str | None,
    language: str | None,
    currency: str | None,
    published: str | None,
    around_km: float,
) -> None:
    """Write a study into a new folder: the embedded one, or one of another municipality.

    DIR must be new or empty. With --municipality, --areas and --streets the study is begun from
    outlines and an extract of OpenStreetMap: streets, places, house numbers and barriers are cut
    out of it, ways out of the areas are found where no house numbers are known, and decisions
    stand at where studies begin. README.md in DIR says what to look at and what can be added.

    Example: htkgis init my-study

    \b
    Another municipality:
    htkgis init my-study --municipality 0101 --areas areas.gpkg --streets denmark.osm.pbf
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    if municipality is None or areas is None or streets is None:
        _embedded(folder, given=[municipality, areas, streets])
        return
    from htkgis.pipeline.starting import Beginning, begin_study

    given = Beginning(
        municipality,
        areas,
        streets,
        name=name,
        boundary=boundary,
        credit=credit,
        crs=crs,
        language=language,
        currency=currency,
        published=published,
        around_m=around_km * 1000,
    )
    with shown_progress() as progress:
        steps = iter(range(1, 4))
        begun = begin_study(
            folder, given, lambda words: progress and progress(words, next(steps), 3)
        )
    for note in begun.notes:
        click.echo(note.words("en"))
    _say_next(folder, len(begun.files))


def _embedded(folder: Path, *, given: list[object]) -> None:
    """Write the embedded study, unless a part of what another one needs was given."""
    from htkgis.pipeline.embedded import write_embedded_study

    there = [value is not None for value in given]
    if any(there):
        missing = [option for option, known in zip(NEEDED, there, strict=True) if not known]
        msg = f"{' and '.join(missing)} missing: another municipality needs {', '.join(NEEDED)}."
        raise click.UsageError(msg)
    written = write_embedded_study(folder)
    _say_next(folder, len(written))


def _say_next(folder: Path, files: int) -> None:
    """Say what to type next, as any shell takes it: PowerShell of Windows knows no ``&&``."""
    named = f'"{folder}"' if " " in str(folder) else folder
    click.echo(f"Wrote {files} files. Next: cd {named}, then htkgis run")
