"""Equity: how what was measured of origins is spread over the persons who live there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from htkgis import access
from htkgis.access import PersonFigure
from htkgis.access.population import count_persons
from htkgis.errors import ConfigError, first
from htkgis.loaders.matrix import read_amounts_by_id, read_labels_by_id
from htkgis.loaders.points import read_labels, read_points, read_weights

from .access_measures import LACKS, MINUTES

COLUMNS = ["measure", "statistic", "value", "persons", "persons_left_out"]
ANY_CRS = "EPSG:4326"
"""Positions say nothing here; a file without its CRS is refused all the same."""
FELT = "felt_"
NO_AMOUNT = (*MINUTES, "raam", LACKS, "completeness_complete")
"""Begin the names of values that are no amount of access: minutes, a cost, yes or no."""


@dataclass(frozen=True, eq=False)
class People:
    """Who lives at each origin.

    Parameters
    ----------
    persons
        Persons by origin id, >= 0.
    income
        Income, or any other scale from worse to better off, by id; for measures that rank people.
    groups
        Group of the people by id, for inequality within and between groups.
    """

    persons: pd.Series
    income: pd.Series | None = None
    groups: pd.Series | None = None


@dataclass(frozen=True)
class PeopleColumns:
    """Columns beside the persons of a file: what ranks people, and what parts them."""

    income: str | None = None
    group: str | None = None


def own_people(path: Path, population: str | None, columns: PeopleColumns) -> People:
    """Read who lives at each point of a user's own file, by its columns; see :class:`People`.

    Raises
    ------
    HtkgisError
        If the file or a column is missing or wrong.
    """
    income, group = columns.income, columns.group
    points = read_points(path, crs=ANY_CRS)
    ids = pd.Index(points["id"])
    return People(
        pd.Series(read_weights(path, population, points), index=ids),
        None
        if income is None
        else pd.Series(read_weights(path, income, points, missing=True), index=ids),
        None if group is None else pd.Series(read_labels(path, group, points), index=ids),
    )


def people_by_id(path: Path, population: str | None, columns: PeopleColumns) -> People:
    """Read who lives at each id of a table without positions; see :func:`own_people`."""
    income, group = columns.income, columns.group
    return People(
        read_amounts_by_id(path, population),
        None if income is None else read_amounts_by_id(path, income, missing=True),
        None if group is None else read_labels_by_id(path, group),
    )


Figures = dict[str, PersonFigure]
Statistic = Callable[[pd.Series, People, float], Figures]


def _plain(measure: Callable[[pd.Series, pd.Series], PersonFigure]) -> Statistic:
    def found(values: pd.Series, people: People, _: float) -> Figures:
        return {measure.__name__: measure(values, people.persons)}

    return found


def _ranked(measure: Callable[[pd.Series, pd.Series, pd.Series], PersonFigure]) -> Statistic:
    def found(values: pd.Series, people: People, _: float) -> Figures:
        assert people.income is not None  # noqa: S101 - checked before anything is measured
        return {measure.__name__: measure(values, people.persons, people.income)}

    return found


def _mean(values: pd.Series, people: People, _: float) -> Figures:
    counted = count_persons(people.persons, value=values)
    weight, level = counted.rows["persons"], counted.rows["value"]
    mean = float((weight * level).sum()) / (counted.persons or np.nan)
    return {"mean": PersonFigure(mean, counted.persons, counted.persons_left_out)}


def _by_group(values: pd.Series, people: People, _: float) -> Figures:
    assert people.groups is not None  # noqa: S101 - checked before anything is measured
    found = access.theil_by_group(values, people.persons, people.groups)
    parts = {"theil": found.value, "within": found.within, "between": found.between}
    return {
        f"theil_by_group_{name}": PersonFigure(part, found.persons, found.persons_left_out)
        for name, part in parts.items()
    }


def _access_poverty(values: pd.Series, people: People, threshold: float) -> Figures:
    return _poverty(access.access_poverty(values, people.persons, threshold=threshold), threshold)


def _time_poverty(values: pd.Series, people: People, limit_min: float) -> Figures:
    return _poverty(access.time_poverty(values, people.persons, limit_min=limit_min), limit_min)


def _poverty(found: access.AccessPoverty | access.TimePoverty, threshold: float) -> Figures:
    """Name the figures of poverty by their threshold, with the persons behind each.

    The share of who travels too long counts also those who reach nothing; their minutes are
    known to nobody, so that gap and severity leave them out.
    """
    parts = asdict(found)
    everybody = parts.pop("persons")
    unknown = parts.pop("persons_left_out", 0.0)
    unreached = parts.pop("persons_unreached", 0.0)
    known = everybody - unreached
    kind = "access_poverty" if isinstance(found, access.AccessPoverty) else "time_poverty"
    return {
        f"{kind}_{threshold:g}_{name}": (
            PersonFigure(value, everybody, unknown)
            if name == "share" or name.startswith("persons_")
            else PersonFigure(value, known, unknown + unreached)
        )
        for name, value in parts.items()
    }


def _quantile(values: pd.Series, people: People, part: float) -> Figures:
    persons = people.persons
    time_min = values.reindex(persons.index)
    if part > 1:
        msg = f"--equity time_quantile:{part:g}: above 0 and at most 1 is allowed. Name 0.5."
        raise ConfigError(msg)
    found = access.time_quantiles(time_min, persons, parts=(part,))
    # who reaches nothing is infinitely far, and counted
    return {f"time_quantile_{part:g}": PersonFigure(float(found[part]), float(persons.sum()), 0.0)}


@dataclass(frozen=True)
class Equity:
    """A figure about persons by name, and what it needs.

    Parameters
    ----------
    statistic
        Gives figures by name.
    of
        Whether it is about amounts of ``access``, about ``minutes``, or about any value.
    parameter
        Name of the number behind its own, if it takes one.
    needs
        Column of persons that it needs: ``income`` or ``groups``.
    """

    statistic: Statistic
    of: str = "access"
    parameter: str = ""
    needs: str = ""

    def is_about(self, measure: str) -> bool:
        """Whether it says something of a measure."""
        name = measure.removeprefix(FELT)
        if self.of == "minutes":
            return name.startswith(MINUTES)
        return self.of == "any" or not name.startswith(NO_AMOUNT)


EQUITY = {
    "mean": Equity(_mean, of="any"),
    "gini": Equity(_plain(access.gini)),
    "theil": Equity(_plain(access.theil)),
    "theil_by_group": Equity(_by_group, needs="groups"),
    "palma": Equity(_ranked(access.palma), needs="income"),
    "concentration_index": Equity(_ranked(access.concentration_index), needs="income"),
    "corrected_concentration_index": Equity(
        _ranked(access.corrected_concentration_index), needs="income"
    ),
    "access_poverty": Equity(_access_poverty, parameter="threshold"),
    "time_poverty": Equity(_time_poverty, of="minutes", parameter="limit_min"),
    "time_quantile": Equity(_quantile, of="minutes", parameter="part"),
}
OPTIONS = {"income": "--income", "groups": "--group"}


def measure_equity(table: pd.DataFrame, people: People, names: Sequence[str]) -> pd.DataFrame:
    """Measure how access is spread over persons.

    Parameters
    ----------
    table
        Rows of ``origin_id``, ``measure``, ``value`` and whatever else tells results apart.
    people
        Who lives at the origins.
    names
        Names in ``EQUITY``; ``access_poverty:1000`` and others with their number.

    Returns
    -------
    equity
        One row per result and figure: what tells the result apart, ``statistic``, ``value``, and
        the ``persons`` it counts and leaves out (``persons_left_out``), whose value is missing.

    Raises
    ------
    ConfigError
        If a figure is not known, lacks what it needs, or is about none of the measures, or
        an origin has no row among the persons.
    """
    wanted = [_named(text) for text in dict.fromkeys(names)]
    for name, _ in wanted:
        _check_needs(name, people, table["measure"].unique().tolist())
    _check_known(table, people)
    apart = [name for name in table.columns if name not in {"origin_id", "value", "bound"}]
    rows = []
    for key, own in table.groupby(apart, sort=False, dropna=False):
        values = own.set_index("origin_id")["value"]
        result = dict(zip(apart, key, strict=True))
        for name, number in wanted:
            if EQUITY[name].is_about(str(result["measure"])):
                found = EQUITY[name].statistic(values, people, number)
                rows += [
                    {**result, "statistic": each, **asdict(figure)}
                    for each, figure in found.items()
                ]
    between = [name for name in apart if name not in COLUMNS]
    return pd.DataFrame(rows)[[COLUMNS[0], *between, *COLUMNS[1:]]]


def check_equity(names: Sequence[str], of_pairs: Sequence[str] = ()) -> None:
    """Raise ConfigError, before anything is measured, if a figure is not known or of pairs."""
    for text in names:
        _named(text)
    if names and of_pairs:
        msg = (
            f"--equity {first(names)}: says how values of origins are spread over persons, and "
            f"--measure {first(of_pairs)} gives values of pairs. Leave one of them out."
        )
        raise ConfigError(msg)


def _named(text: str) -> tuple[str, float]:
    """Part the name of a figure from its number."""
    name, _, number = text.partition(":")
    known = EQUITY.get(name)
    try:
        parameter = float(number) if number else np.nan
    except ValueError:
        parameter = -1.0
    if known is None or not (0 < parameter < np.inf if known.parameter else not number):
        allowed = ", ".join(
            f"{each}:{figure.parameter.upper()}" if figure.parameter else each
            for each, figure in EQUITY.items()
        )
        msg = f"--equity {text}: is none of those there are; {allowed} are allowed. Name one."
        raise ConfigError(msg)
    return name, parameter


def _check_needs(name: str, people: People, measures: Sequence[str]) -> None:
    needs = EQUITY[name].needs
    if needs and getattr(people, needs) is None:
        msg = f"--equity {name}: needs {OPTIONS[needs]}, which was not given. Add it."
        raise ConfigError(msg)
    if not any(EQUITY[name].is_about(measure) for measure in measures):
        some = ", ".join(each.rstrip("_") for each in MINUTES)
        what = f"minutes ({some})" if EQUITY[name].of == "minutes" else "access"
        msg = (
            f"--equity {name}: is about {what}, and none was measured: {first(measures)}. "
            "Add such a --measure, or leave it out."
        )
        raise ConfigError(msg)


def _check_known(table: pd.DataFrame, people: People) -> None:
    ids = pd.Index(table["origin_id"].unique())
    unknown = ids.difference(people.persons.index)
    if len(unknown):
        msg = (
            f"--population: {len(unknown)} of {len(ids)} origins have no persons: "
            f"{first(unknown)}; 0 is allowed. Add their rows."
        )
        raise ConfigError(msg)
