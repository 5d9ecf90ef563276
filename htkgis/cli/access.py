"""``htkgis access``."""

from __future__ import annotations

from typing import Any

import click

from .access_sources import AccessOptions, measure_access
from .options import FILE, any_mode_option, lens_option, plain_option, tiles_options
from .transit_options import chosen_options


@click.command("access")
@click.option(
    "--streets",
    help="'sketch', an OpenStreetMap extract (.osm.pbf), or a graph of osmnx (.graphml).",
)
@click.option("--origins", type=FILE, help="CSV id,lat,lon or a vector file with id.")
@click.option(
    "--opportunities",
    required=True,
    help="Likewise; FILE:COLUMN counts by a column of numbers, FILE counts one each.",
)
@any_mode_option
@lens_option
@click.option(
    "--limit-min",
    "limits_min",
    type=click.FloatRange(0, min_open=True),
    multiple=True,
    help="Limit in minutes; may be given several times.",
)
@click.option(
    "--impedance",
    help="Weight by travel time, such as exponential:0.1 or half_life:10; whole by default.",
)
@click.option(
    "--nearest", type=click.IntRange(1, 100), help="Also minutes to the 1st to n-th nearest."
)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    help="Instead: e2sfca, raam:60, completeness and others; may be given several times.",
)
@click.option(
    "--demand", help="Persons who compete: COLUMN of --origins; with --times FILE:COLUMN."
)
@click.option("--function", help="Column of --opportunities that names what each is.")
@click.option(
    "--max-min",
    type=click.FloatRange(0, min_open=True),
    help="Longest time of interest of a --measure without a limit.",
)
@click.option(
    "--equity",
    "equity",
    multiple=True,
    help="Over the values: gini, access_poverty:100 and others; may be given several times.",
)
@click.option(
    "--population", help="Persons for --equity: COLUMN of --origins; with --times FILE:COLUMN."
)
@click.option("--income", help="Column beside --population that ranks people.")
@click.option("--group", help="Column beside --population that parts people.")
@click.option("--equity-out", type=FILE, help="FILE.csv or FILE.parquet for --equity.")
@plain_option
@click.option(
    "--max-snap-m", type=click.FloatRange(0), help="Farthest from a street; the study's by default."
)
@chosen_options(
    "timetable",
    "date",
    "depart",
    "window_min",
    "percentiles",
    "access",
    "max_walk_min",
    "max_rides",
)
@click.option(
    "--times", help="Finished matrix instead of streets: FILE, or FILE:COLUMN of its minutes."
)
@tiles_options
@click.option("--out", type=FILE, required=True, help="FILE.csv or FILE.parquet.")
def command(**given: Any) -> None:
    """Write what each origin reaches within minute limits.

    Writes origin_id, measure, limit_min, value and bound (at_least or at_most where the search
    met the end of the streets), with mode, lens and plain. Minutes that hold a price are felt:
    felt_limit_min, felt_nearest_1. Every origin is measured to every opportunity, however many.
    With --measure it writes any other measure of access: where people compete, a bound may be
    either_way. Measures of pairs (singly_constrained_supply, singly_constrained_demand,
    doubly_constrained) stand by themselves: a row per origin_id and destination_id in reach, the
    opportunities or persons and the _share that falls to the pair. --equity says how the values
    of origins are spread over persons.

    Example: htkgis access --streets sketch --origins homes.csv --opportunities jobs.csv:jobs
    --limit-min 15 --limit-min 30 --nearest 1 --out access.csv

    \b
    Any measure by name, persons competing, and how equally it is spread over them:
    htkgis access --streets streets.osm.pbf --mode bike --origins homes.csv --demand persons \\
      --opportunities doctors.csv:seats --measure e2sfca --limit-min 30 --out access.csv \\
      --equity gini --equity access_poverty:0.5 --population persons --equity-out equity.csv

    \b
    One of each function within 15 minutes, what is missing, and how diverse it is:
    htkgis access --streets sketch --origins homes.csv --opportunities places.csv \\
      --function kind --measure completeness --measure diversity:1 --limit-min 15 --out c.csv

    \b
    The other way round: minutes until 1,000 jobs are in reach, and persons who need over 20:
    htkgis access --streets sketch --origins homes.csv --opportunities jobs.csv:jobs \\
      --measure time_to_opportunities:1000 --out minutes.csv \\
      --equity time_poverty:20 --population persons --equity-out over-20.csv

    \b
    By public transport there are two figures: what so many per cent of the departures reach
    (reached_by_p50_of_departures), and what lies within the percentile of the travel times
    (within_p50_travel_time, which a --measure takes too):
    htkgis access --streets streets.osm.pbf --mode transit --timetable feed.zip \\
      --date 2026-11-24 --depart 07:00 --window-min 120 --limit-min 45 \\
      --origins homes.csv --opportunities jobs.csv:jobs --out access.csv

    \b
    Every address of a country, tile by tile on a cluster (or 'local'); run again, it goes on
    where it was ended:
    htkgis access --streets denmark.osm.pbf --origins addresses.csv --opportunities shops.csv \\
      --limit-min 15 --nearest 3 --scheduler tcp://10.0.0.1:8786 --out access.parquet

    \b
    Who gets what, pair by pair, if every opportunity is shared out once (with destination_id):
    htkgis access --streets sketch --origins homes.csv --demand persons \\
      --opportunities jobs.csv:jobs --measure singly_constrained_supply --limit-min 30 \\
      --out pairs.csv

    \b
    Over a finished matrix of any program (from_id, to_id, travel_time_min or travel_time):
    htkgis access --times matrix.csv --demand homes.csv:persons --opportunities jobs.csv:jobs \\
      --measure e2sfca --impedance exponential:0.1 --out access.csv
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    measure_access(AccessOptions.of(given))
