"""The persons behind a figure: who is counted, and who is left out because a value is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from htkgis.errors import first

MEASURED = ("access", "travel_time_min")
"""What is measured of persons, and never negative; other columns are what they are."""


@dataclass(frozen=True)
class PersonFigure:
    """A figure about persons, and how many of them it is about.

    Parameters
    ----------
    value
        The figure; missing (NaN) where the persons counted do not define it.
    persons
        Persons that the figure counts, >= 0.
    persons_left_out
        Persons whose value is missing, >= 0: the figure says nothing of them.
    """

    value: float
    persons: float
    persons_left_out: float


@dataclass(frozen=True, eq=False)
class Counted:
    """What a measure counts; made by :func:`count_persons`.

    Parameters
    ----------
    rows
        ``persons`` (> 0) and the values, none of them missing, on the index of the origins.
    persons, persons_left_out
        Sums of persons with all values, and of those without.
    """

    rows: pd.DataFrame
    persons: float
    persons_left_out: float


def count_persons(persons: pd.Series, **values: pd.Series) -> Counted:
    """Set values beside the persons they are about, and count who has none.

    Parameters
    ----------
    persons
        Weight per origin, unique index, >= 0, never missing.
    values
        One column each, indexed by origins in any order: finite numbers, or labels. An origin
        that a column lacks or has missing is left out. What is measured (``access``,
        ``travel_time_min``) is >= 0, and of origins of ``persons`` only.

    Returns
    -------
    counted
        Origins where somebody lives and nothing is missing, in the order of ``persons``.

    Raises
    ------
    ValueError
        If persons are negative, infinite or missing, an index repeats an origin, a number is
        infinite, or something is measured that is negative or of nobody.

    Examples
    --------
    >>> found = count_persons(pd.Series({"a": 30.0, "b": 70.0}), access=pd.Series({"a": 5.0}))
    >>> found.persons, found.persons_left_out
    (30.0, 70.0)
    """
    _refuse_repeated("persons", persons.index)
    origins = persons.index
    # as arrays: a figure of a few hundred persons is asked for hundreds of times
    weight = _numbers(persons, "persons").to_numpy()
    _refuse("persons", origins, np.isnan(weight), "are missing", "0 where nobody lives")
    _refuse("persons", origins, weight < 0, "are negative", "0 or more")
    columns = {name: aligned(column, name, origins) for name, column in values.items()}
    known = np.ones(len(weight), dtype=bool)
    for column in columns.values():
        known &= column.notna().to_numpy()
    own = known & (weight > 0)
    rows = {"persons": weight[own]} | {name: column[own].array for name, column in columns.items()}
    return Counted(
        rows=pd.DataFrame(rows, index=origins[own]),
        persons=float(weight[known].sum()),
        persons_left_out=float(weight[~known].sum()),
    )


def aligned(column: pd.Series, name: str, origins: pd.Index) -> pd.Series:
    """Check a column as :func:`count_persons` does, and bring it into the order of the origins.

    Examples
    --------
    >>> aligned(pd.Series({"b": 2.0}), "access", pd.Index(["a", "b"])).tolist()
    [nan, 2.0]
    """
    _refuse_repeated(name, column.index)
    numeric = pd.api.types.is_numeric_dtype(column)
    if numeric:
        column = _numbers(column, name)
    if name in MEASURED:
        # pandas knows that None among objects is missing, and an array does not
        numbers = column.to_numpy() if numeric else column
        _refuse(name, column.index, numbers < 0, "are negative", "0 or more")
    if column.index.equals(origins):
        return column
    if name in MEASURED:
        strangers = column.index.difference(origins)
        everyone = np.ones(len(strangers), dtype=bool)
        _refuse(name, strangers, everyone, "have no persons", "origins of persons")
    return column.reindex(origins)


def _numbers(column: pd.Series, name: str) -> pd.Series:
    """Read a column as finite numbers, which may be missing."""
    numbers = column.astype("float64")
    infinite = np.isinf(numbers.to_numpy())
    _refuse(name, numbers.index, infinite, "are infinite", "finite or missing")
    return numbers


def _refuse_repeated(name: str, index: pd.Index) -> None:
    if not index.is_unique:
        _refuse(name, index, index.duplicated(), "repeat", "each once")


def _refuse(name: str, index: pd.Index, wrong: ArrayLike, fault: str, allowed: str) -> None:
    """Raise if there are rows with a fault."""
    rows = np.asarray(wrong, dtype=bool)
    if rows.any():
        ids = index[rows]
        msg = f"{name}: {len(ids)} origins {fault}: {first(ids)}; allowed: {allowed}. "
        raise ValueError(msg + "Correct the table.")
