"""What ``htkgis access`` measures over: streets, a timetable or a finished matrix."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from htkgis.errors import ConfigError

from .options import (
    how_words,
    minute_words,
    shown_progress,
    split_column,
    stairs_lines,
    tiling_of,
)
from .times import check_apart, say_asked, snap_line
from .transit_options import transit_question

if TYPE_CHECKING:
    import pandas as pd

    from htkgis.pipeline.access_request import Request
    from htkgis.pipeline.network_access import Columns
    from htkgis.pipeline.point_access import AccessReport
    from htkgis.pipeline.transit_times import TransitQuestion

OF_A_MATRIX = {
    *("times", "opportunities", "function", "demand", "measures", "limits_min", "impedance"),
    *("nearest", "equity", "population", "income", "group", "equity_out", "out"),
}
"""Options that say something over a finished matrix; the others say how to travel."""
DECIMALS = 9


@dataclass(frozen=True)
class AccessOptions:
    """Options of the command, by their names; ``departures`` are those of a timetable."""

    streets: str | None
    origins: Path | None
    opportunities: str
    mode: str
    lens: str
    limits_min: tuple[float, ...]
    impedance: str | None
    nearest: int | None
    measures: tuple[str, ...]
    demand: str | None
    function: str | None
    max_min: float | None
    equity: tuple[str, ...]
    population: str | None
    income: str | None
    group: str | None
    equity_out: Path | None
    plain: bool
    max_snap_m: float | None
    times: str | None
    scheduler: str | None
    tile_origins: int | None
    keep_tiles: bool
    out: Path
    departures: dict[str, Any]

    @classmethod
    def of(cls, given: dict[str, Any]) -> AccessOptions:
        """Part what click gives into options of the measure and of a timetable."""
        own = {field.name for field in fields(cls)}
        departures = {name: value for name, value in given.items() if name not in own}
        return cls(
            **{name: value for name, value in given.items() if name in own}, departures=departures
        )

    @property
    def opportunities_file(self) -> Path:
        """The file without its column."""
        return split_column(self.opportunities)[0]

    @property
    def request(self) -> Request:
        """Measures, limits and impedance."""
        from htkgis.access.impedance import read_impedance
        from htkgis.pipeline.access_request import Request

        impedance = None if self.impedance is None else read_impedance(self.impedance)
        return Request(self.measures, self.limits_min, impedance, self.nearest)

    @property
    def columns(self) -> Columns:
        """Columns of the files of points."""
        from htkgis.pipeline.network_access import Columns

        return Columns(split_column(self.opportunities)[1], self.function, self.demand)


def measure_access(options: AccessOptions) -> None:
    """Measure over what the options name, and write the files.

    Raises
    ------
    UsageError
        If an option is missing, or says nothing beside the others.
    HtkgisError
        If a file is missing or wrong, or cannot be written.
    """
    from htkgis.pipeline.equity import check_equity
    from htkgis.publish.tables import check_format

    check_format(options.out)
    _check_equity_options(options)
    check_equity(options.equity, options.request.of_pairs if options.equity else ())
    if options.times is not None:
        _refuse_with_matrix()
        table = _over_matrix(options, options.times)
    elif options.streets is None or options.origins is None:
        raise click.UsageError(_missing(options))
    else:
        table = _over_network(options, options.streets, options.origins)
    if options.equity:
        _write_equity(options, table)


def _over_network(options: AccessOptions, streets: str, origins: Path) -> pd.DataFrame:
    """Write access over streets or by a timetable; give it."""
    _check_over_network(options)
    for out in filter(None, (options.out, options.equity_out)):
        inputs = {"--origins": origins, "--opportunities": options.opportunities_file}
        check_apart(out, {**inputs, "--streets": streets})
    longest_min = max(options.limits_min) if options.limits_min else options.max_min
    if options.measures:
        longest_min = options.request.longest_min([name for name, _ in options.request.named])
        longest_min = options.max_min if longest_min is None else longest_min
    question = transit_question(options.mode, options.departures, max_min=longest_min)
    if question is not None:
        return _over_timetable(options, streets, origins, question)
    return _over_streets(options, streets, origins)


def _over_streets(options: AccessOptions, streets: str, origins: Path) -> pd.DataFrame:
    """Write access over streets; give it."""
    from htkgis.publish import write_table

    with (
        shown_progress() as progress,
        tiling_of(
            options.out, options.scheduler, options.tile_origins, progress, keep=options.keep_tiles
        ) as tiling,
    ):
        how: dict[str, Any] = {
            "mode": options.mode, "lens": options.lens, "bare": options.plain,
            "max_snap_m": options.max_snap_m, "progress": progress,
        }  # fmt: skip
        if options.measures:
            report = _measures_over_streets(options, streets, origins, how)
        else:
            report = _sums_over_streets(options, streets, origins, how | {"tiling": tiling})
        write_table(report.table, options.out, decimals=DECIMALS if options.measures else 4)
    for what, found in (("origins", report.origins), ("opportunities", report.opportunities)):
        click.echo(snap_line(what, found), err=True)
    for row in report.too_far.itertuples():
        click.echo(f"not measured: {row.id} lies {row.distance_m:,.0f} m from a street", err=True)
    for line in stairs_lines(report.travellers):
        click.echo(line, err=True)
    what = f"{minute_words(report.travellers)} {how_words(report.travellers)}"
    click.echo(f"Wrote {len(report.table)} values, {what}, to {options.out}", err=True)
    return report.table


def _measures_over_streets(
    options: AccessOptions, streets: str, origins: Path, how: dict[str, Any]
) -> AccessReport:
    from htkgis.pipeline.network_access import measure_network_access

    return measure_network_access(
        streets,
        origins,
        options.opportunities_file,
        options.request,
        columns=options.columns,
        max_min=options.max_min,
        **how,
    )


def _sums_over_streets(
    options: AccessOptions, streets: str, origins: Path, how: dict[str, Any]
) -> AccessReport:
    from htkgis.pipeline.point_access import measure_point_access

    return measure_point_access(
        streets,
        origins,
        options.opportunities_file,
        column=options.columns.opportunities,
        limits_min=options.limits_min,
        impedance=options.request.impedance,
        nearest=options.nearest,
        **how,
    )


def _over_timetable(
    options: AccessOptions, streets: str, origins: Path, question: TransitQuestion
) -> pd.DataFrame:
    """Write access by public transport; give it."""
    from htkgis.pipeline.network_access import measure_timetable_access
    from htkgis.pipeline.transit_access import measure_transit_access
    from htkgis.publish import write_table

    points = streets, origins, options.opportunities_file, question
    with shown_progress() as progress:
        how: dict[str, Any] = {
            "lens": options.lens, "bare": options.plain, "max_snap_m": options.max_snap_m,
            "progress": progress,
        }  # fmt: skip
        if options.measures:
            report = measure_timetable_access(
                *points, options.request, columns=options.columns, **how
            )
        else:
            _check_whole(options)
            report = measure_transit_access(
                *points,
                column=options.columns.opportunities,
                limits_min=options.limits_min,
                **how,
            )
    write_table(report.table, options.out, decimals=DECIMALS if options.measures else 4)
    say_asked(report.asked)
    click.echo(f"Wrote {len(report.table)} values, by public transport, to {options.out}", err=True)
    return report.table


def _over_matrix(options: AccessOptions, times: str) -> pd.DataFrame:
    """Write access over a finished matrix; give it."""
    from htkgis.pipeline.matrix_access import measure_matrix_access
    from htkgis.publish import write_table

    named = {
        "--times": times,
        "--opportunities": options.opportunities,
        "--demand": options.demand,
        "--population": options.population,
    }
    given = {option: split_column(text) for option, text in named.items() if text is not None}
    for out in filter(None, (options.out, options.equity_out)):
        check_apart(out, {option: file for option, (file, _) in given.items()})
    report = measure_matrix_access(
        given["--times"],
        given["--opportunities"],
        options.request,
        demand=given.get("--demand"),
        function=options.function,
    )
    write_table(report.table, options.out, decimals=DECIMALS)
    for what, count in report.alone.items():
        if count:
            click.echo(f"{count} ids with {what} stand in no pair of --times", err=True)
    click.echo(
        f"Wrote {len(report.table)} values over {report.pairs} pairs to {options.out}", err=True
    )
    return report.table


def _write_equity(options: AccessOptions, table: pd.DataFrame) -> None:
    """Write how the values are spread over persons."""
    from htkgis.pipeline.equity import PeopleColumns, measure_equity, own_people, people_by_id
    from htkgis.publish import write_table

    assert options.population is not None  # noqa: S101 - checked with the options
    assert options.equity_out is not None  # noqa: S101
    columns = PeopleColumns(options.income, options.group)
    if options.origins is None:
        people = people_by_id(*split_column(options.population), columns)
    else:
        people = own_people(options.origins, options.population, columns)
    found = measure_equity(table, people, options.equity)
    write_table(found, options.equity_out, decimals=DECIMALS)
    click.echo(f"Wrote {len(found)} figures of equity to {options.equity_out}", err=True)


def _check_equity_options(options: AccessOptions) -> None:
    """Raise UsageError for equity without persons or a file, and for what only it needs."""
    from htkgis.publish.tables import check_format

    more = {
        "--population": options.population,
        "--equity-out": options.equity_out,
        "--income": options.income,
        "--group": options.group,
    }
    useless = [option for option, value in more.items() if value is not None]
    if not options.equity:
        if useless:
            msg = f"{' and '.join(useless)}: of use only with --equity. Add it, or leave them out."
            raise click.UsageError(msg)
        return
    for option in ("--population", "--equity-out"):
        if more[option] is None:
            msg = f"Missing option '{option}', which --equity needs."
            raise click.UsageError(msg)
    assert options.equity_out is not None  # noqa: S101
    check_format(options.equity_out)
    if options.equity_out == options.out:
        msg = f"--equity-out {options.equity_out}: is the file of --out, too; name another."
        raise click.UsageError(msg)


def _check_over_network(options: AccessOptions) -> None:
    """Raise UsageError where a limit is missing, or an option says something only of a measure."""
    if options.scheduler is not None and (options.measures or options.mode == "transit"):
        other = "--measure" if options.measures else "--mode transit"
        msg = (
            f"--scheduler: says nothing with {other}, which is not parted into tiles. Leave one of "
            "them out."
        )
        raise click.UsageError(msg)
    if options.measures:
        return
    only = {
        "--demand": options.demand,
        "--function": options.function,
        "--max-min": options.max_min,
    }
    useless = [option for option, value in only.items() if value is not None]
    if useless:
        msg = f"{' and '.join(useless)}: of use only with --measure. Add it, or leave them out."
        raise click.UsageError(msg)
    if not options.limits_min:
        raise click.UsageError(_missing(options))


def _missing(options: AccessOptions) -> str:
    """Name the first option that measuring over streets needs."""
    needed = {"streets": options.streets, "origins": options.origins}
    lacks = [option for option, given in needed.items() if not given]
    return f"Missing option '--{(lacks or ['limit-min'])[0]}' (or measure over --times)."


def _refuse_with_matrix() -> None:
    """Raise UsageError for options that say how to travel, for a matrix has travelled."""
    context = click.get_current_context()
    given = [
        option.opts[0]
        for option in context.command.params
        if option.name not in OF_A_MATRIX
        and context.get_parameter_source(str(option.name)) == ParameterSource.COMMANDLINE
    ]
    if given:
        msg = (
            f"{' and '.join(given)}: of no use with --times, whose travel times are finished. "
            "Leave them out, or leave --times out to travel over streets."
        )
        raise click.UsageError(msg)


def _check_whole(options: AccessOptions) -> None:
    """Raise ConfigError for what is not measured by public transport without a name."""
    given = {"--impedance": options.impedance, "--nearest": options.nearest}
    useless = [option for option, value in given.items() if value is not None]
    if useless:
        msg = (
            f"{' and '.join(useless)}: not measured with --mode transit; limits in minutes are "
            "allowed. Leave it out, or name --measure gravity or nearest, over percentiles of "
            "the travel times."
        )
        raise ConfigError(msg)
