"""Access over a finished matrix of travel times, by any measure, without any streets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from htkgis.errors import ConfigError, first
from htkgis.loaders.matrix import read_amounts_by_id, read_labels_by_id, read_travel_times

from .access_measures import Amounts
from .access_request import Request, in_order, measured


@dataclass(frozen=True)
class MatrixReport:
    """Access over a matrix, and what of the tables did not meet.

    Parameters
    ----------
    table
        ``origin_id``, ``measure``, ``limit_min`` and ``impedance`` where there is one, ``value``:
        one row per origin, measure and limit. Missing where there is nothing to measure. Of
        measures of pairs one row per pair within reach, with ``destination_id``.
    pairs
        Rows of the matrix that were used.
    alone
        Ids with demand, and with opportunities, that stand in no pair.
    """

    table: pd.DataFrame
    pairs: int
    alone: dict[str, int]


def measure_matrix_access(
    times: tuple[Path, str | None],
    opportunities: tuple[Path, str | None],
    request: Request,
    *,
    demand: tuple[Path, str | None] | None = None,
    function: str | None = None,
) -> MatrixReport:
    """Measure access over a finished matrix of travel times.

    Parameters
    ----------
    times
        File, and column of minutes; see :func:`htkgis.loaders.matrix.read_travel_times`.
    opportunities, demand
        Files with ``id``, and columns of numbers; 1 each without a column. Without a table of
        demand the origins are those of the matrix, sorted.
    request
        Measures, limits and impedance.
    function
        Column of the opportunities that names what each is.

    Raises
    ------
    ConfigError
        If a measure is not known, or lacks what it needs.
    HtkgisError
        If a file is missing or wrong, or its ids are not those of the matrix.
    """
    request.check(demand=demand is not None, functions=function is not None)
    table = read_travel_times(*times)
    supply = read_amounts_by_id(*opportunities)
    functions = None if function is None else read_labels_by_id(opportunities[0], function)
    if demand is None:
        persons = pd.Series(1.0, index=pd.Index(sorted(table["from_id"].unique())))
    else:
        persons = read_amounts_by_id(*demand)
    alone = {
        "demand": _alone(persons, table["from_id"], "--demand", "from_id"),
        "opportunities": _alone(supply, table["to_id"], "--opportunities", "to_id"),
    }
    amounts = Amounts(persons, supply, functions)
    rows = [
        found
        for name, parameter in request.named
        for found in measured(request, name, parameter, amounts, table)
    ]
    result = in_order(pd.concat(rows, ignore_index=True))
    return MatrixReport(result, len(table), alone)


def _alone(amounts: pd.Series, ids: pd.Series, option: str, column: str) -> int:
    """Count the ids with an amount that the matrix does not know; all of them are an error."""
    some = amounts.index[amounts > 0]
    unknown = some[~some.isin(ids.unique())]
    if len(some) and len(unknown) == len(some):
        msg = (
            f"{option}: none of {len(some)} ids stands in {column} of --times: {first(unknown)} "
            f"beside {first(ids.unique()[:1])}; the same ids are needed. Compare both files."
        )
        raise ConfigError(msg)
    return len(unknown)
