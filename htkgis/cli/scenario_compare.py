"""``htkgis scenario compare``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.pipeline.scenario_comparison import ComparisonReport


@click.command("compare")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@study_option
@catalog_option
@data_option
@click.option(
    "--year",
    type=click.IntRange(1900, 2200),
    default=None,
    help="State that both are looked at in; each in its own by default.",
)
@click.option(
    "--out",
    type=FILE,
    default=None,
    help="Folder for the files; below scenario-maps by default, named by both.",
)
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    default=None,
    help="Of the page; the study's own by default.",
)
@click.option(
    "--decimal",
    type=click.Choice(["comma", "point"]),
    default=None,
    help="Of the numbers in the CSV file: comma (columns by ;) or point; as the study's language "
    "by default.",
)
def compare(
    first: str,
    second: str,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    year: int | None,
    out: Path | None,
    language: str | None,
    decimal: Literal["comma", "point"] | None,
) -> None:
    """Compare two scenarios: who gains, who loses, and by how much.

    A and B are files of scenarios, or the word "reference" for the study as it is. Every
    difference is B less A, for each starting point or address, by every mode: minutes to the
    nearest place of each function, functions within the everyday limit, jobs and stations.
    Writes one page with maps and tables (sammenligning.html), comparison.csv and comparison.json.

    Example: htkgis scenario compare reference scenarios/forbindelser.toml
    """
    from htkgis.pipeline.scenario_comparison import compare_scenarios

    with shown_progress() as progress:
        report = compare_scenarios(
            study_path,
            catalog_path,
            first,
            second,
            year=year,
            out=out,
            data=data,
            language=language,
            decimal=decimal,
            progress=progress,
        )
    for line in lines(report):
        click.echo(line)


def lines(report: ComparisonReport) -> Iterator[str]:
    """Write the report as text: both sides, then each area, then the page."""
    for letter, name in (("A", "first"), ("B", "second")):
        side = report.comparison[name]
        held = sum(edit["holds"] for edit in side["edits"])
        edits = "1 edit" if held == 1 else f"{held} edits"
        yield f"{letter}: {side['id'] or 'the study as it is'}, {side['year']}, {edits}"
    for area in report.comparison["areas"]:
        yield from _area_lines(area)
    yield f"Wrote {report.folder / report.files[0]} and {len(report.files) - 1} files beside it"


def _area_lines(area: dict[str, Any]) -> Iterator[str]:
    rows = [row for row in area["rows"] if not row["hidden"]]
    moved = [row for row in rows if row["gain"][0] or row["lose"][0] or _reached(row)]
    if not moved:
        yield f"{area['area']}: no known difference of the first class or more"
        return
    yield f"{area['area']}: {len(moved)} of {len(rows)} measures differ"
    for way, word in (("most_gain", "gains"), ("most_lose", "loses")):
        for each in area[way][:1]:
            yield (
                f"  {word} most: {each['id']}, {each['mode']} {each['key']}: "
                f"{_value(each['before'])} -> {_value(each['after'])}"
            )


def _reached(row: dict[str, Any]) -> int:
    found: int = row["counts"]["new"] + row["counts"]["gone"]
    return found


def _value(value: float | None) -> str:
    return "not reached" if value is None else f"{value:,.1f}".removesuffix(".0")
