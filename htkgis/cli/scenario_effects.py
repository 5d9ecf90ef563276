"""``htkgis scenario effects``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    import pandas as pd

    from htkgis.pipeline.effects import EffectsReport

HOW = {
    "walk": "on foot",
    "bike": "by bike",
    "transit": "by public transport (window {window})",
}


@click.command("effects")
@click.argument("scenario", metavar="FILE", type=FILE)
@study_option
@catalog_option
@data_option
@click.option(
    "--mode",
    type=click.Choice(["walk", "bike", "transit"]),
    default="walk",
    show_default=True,
    help="How people travel. Only by public transport do timetables count.",
)
@click.option(
    "--window",
    help="When people leave with --mode transit: a window of the study; its first by default.",
)
@click.option("--area", help="Count the residents of one housing area, by its id; all by default.")
@click.option(
    "--function",
    "functions",
    multiple=True,
    help="Ways to the nearest place of this function count; several times for several. "
    "All that the study measures by default.",
)
@click.option(
    "--robust/--no-robust",
    default=True,
    show_default=True,
    help="Measure again at other speeds and limits, to say whether the ranks hold.",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    help="Make the sheet of this project only; several times for several.",
)
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    help="Of the sheets; that of the study by default.",
)
@click.option("--out", type=FILE, help="FILE.csv, FILE.json, or FILE.html with project sheets.")
def effects(
    scenario: Path,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    mode: str,
    window: str | None,
    area: str | None,
    functions: tuple[str, ...],
    robust: bool,
    projects: tuple[str, ...],
    language: str | None,
    out: Path | None,
) -> None:
    """Say what each project of a scenario does: alone, as the last one, and its fair share.

    Measured are the ways of all residents to the nearest place of each function, with every set
    of projects: minutes saved, who gains or loses 5 minutes, and functions that come within the
    everyday limit; and jobs within reach. Who moves into new homes is counted apart. With --mode
    transit timetables count too, and residents of the study's areas. The share of a project is
    its Shapley value: what it adds on average over all orders in which they could be built; all
    shares sum to what the projects do together.
    Budgets of the layer of projects stand beside it.

    Example: htkgis scenario effects scenarios/links.toml --out effects.csv
    """
    from htkgis.pipeline.effect_sheets import project_sheets
    from htkgis.pipeline.effects import find_effects
    from htkgis.pipeline.effects_file import FORMATS, write_effects
    from htkgis.publish.tables import check_format
    from htkgis.store import write_atomic
    from htkgis.study import read_study

    if out is not None:
        check_format(out, FORMATS)
    with shown_progress() as progress:
        report = find_effects(
            study_path,
            catalog_path,
            scenario,
            data=data,
            mode=mode,  # type: ignore[arg-type]
            window=window,
            area=area,
            functions=functions,
            robust=robust,
            progress=progress,
        )
    for line in lines(report):
        click.echo(line)
    if out is not None:
        if out.suffix.lower() == ".html":
            page = project_sheets(
                report,
                read_study(study_path),
                catalog_path,
                data=data,
                language=language,
                projects=projects,
            )
            write_atomic(out, page)
        else:
            write_effects(report, out)
        click.echo(f"Wrote the effects of {len(report.projects)} projects to {out}", err=True)


def lines(report: EffectsReport) -> Iterator[str]:
    """Write the report as text: what was measured, then each project, then those left out."""
    how = HOW[report.mode].format(window=report.window)
    yield (
        f"{report.scenario.id}, {report.year}: {len(report.projects)} projects, measured {how} "
        f"for {report.persons['everybody']:,.0f} residents to the nearest "
        f"{', '.join(report.functions)}"
    )
    if report.counted_at == "gates":
        yield "  residents of an area are spread evenly over its gates"
    if report.sketch:
        yield "  the streets are a sketch: minutes are rough"
    if not report.exact:
        yield f"  shares are estimates from {report.orders} orders of building, their standard"
        yield f"  error {report.largest_error:,.0f} person-minutes at most"
    ordered = report.projects.sort_values(["ranked_by", "rank"], ascending=[False, True])
    for identifier, row in ordered.iterrows():
        yield from _lines_of(
            str(identifier), row, cases=len(report.cases), currency=report.currency
        )
        yield from _further(row, report.jobs_min)
    if len(report.left_out):
        yield f"  {len(report.left_out)} projects are not measured (--out tells why)"


def _further(row: pd.Series, jobs_min: Sequence[float]) -> Iterator[str]:
    """Write what a project does to jobs in reach, and who moves into its homes."""
    for limit in jobs_min:
        share, alone = row[f"jobs_{limit:g}"], row[f"jobs_{limit:g}_alone"]
        if share or alone:
            yield (
                f"     jobs within {limit:g} min, for each resident on average: {_change(share)} "
                f"(alone {_change(alone)})"
            )
    if row.get("moved_in_alone") or row.get("moved_out_alone"):
        yield (
            f"     {_number(row['moved_in_alone'])} move in and {_number(row['moved_out_alone'])} "
            f"move out; who moves in has {_number(row['new_reach'])} times a function in reach "
            f"(alone {_number(row['new_reach_alone'])})"
        )


def _change(value: float) -> str:
    return "hidden" if math.isnan(value) else f"{value:+,.1f}"


def _lines_of(identifier: str, row: pd.Series, *, cases: int, currency: str) -> Iterator[str]:
    budget = row["budget_mio"]
    known = not math.isnan(budget)
    by = f"per million {currency}" if known else "by effect"
    held = "holds" if row["holds"] == "sure" else f"{row['rank_low']} to {row['rank_high']}"
    yield f"{row['rank']:>3}. {by}: {identifier}" + (f", rank {held}" if cases > 1 else "")
    if row["touched"] == 0:
        yield "     changes nobody's way to the nearest of these places"
        return
    yield (
        f"     saves {_number(row['saved_person_min'])} person-minutes (alone "
        f"{_number(row['saved_person_min_alone'])}); {_number(row['gainers'])} persons gain and "
        f"{_number(row['losers'])} lose; {_number(row['reach'])} times a function comes in reach"
    )
    if known:
        yield (
            f"     budget {budget:,.1f} million {currency}: "
            f"{_number(row['money_per_gainer'])} {currency} per "
            f"person who gains, {_number(row['money_per_reach'])} {currency} per function in reach"
        )
    else:
        yield "     budget not told"
    for other, minutes in row["interacts_with"]:
        yield f"     with {other}: {minutes:+,.0f} person-minutes besides what each does alone"


def _number(value: float) -> str:
    return "hidden or none" if math.isnan(value) else f"{value:,.0f}"
