"""Completeness: who has one of each function in reach, and what the others lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from htkgis.errors import first
from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds

from .population import aligned, count_persons


@dataclass(frozen=True, eq=False)
class Completeness:
    """One of each function within its limit; made by :func:`completeness`.

    Parameters
    ----------
    share
        Part of the persons who have all functions in reach, 0 to 1; missing where nobody lives.
    persons_complete, persons
        Persons who have all, and all persons.
    origins
        Indexed by origin: ``functions`` in reach and ``complete``, whether that is all.
    missing
        What an origin lacks, one row each by origin and function: ``from_id``, ``function``,
        ``persons``, and the nearest alternative with ``to_id``, ``travel_time_min`` and
        ``short_min``, the minutes beyond the limit; the last three are missing where none is
        reached at all.
    functions
        Indexed by function: ``persons_lacking`` it, and ``persons_lacking_only`` it, who would
        have all with one more place.
    """

    share: float
    persons_complete: float
    persons: float
    origins: pd.DataFrame
    missing: pd.DataFrame
    functions: pd.DataFrame


def completeness(
    nearest: Mapping[str, pd.DataFrame], persons: pd.Series, *, limits_min: Mapping[str, float]
) -> Completeness:
    r"""
    Measure who reaches one of each function within its limit, and what the others lack.

    .. math::

        C = \frac{\sum_i w_i \prod_f [t_{if} \le T_f]}{\sum_i w_i}

    Parameters
    ----------
    nearest
        Result of :func:`~htkgis.access.nearest` for each function: ``travel_time_min`` and
        ``to_id`` by origin, missing where no place is reached.
    persons
        Weight per origin, >= 0; its index is that of the result. An origin that ``nearest`` does
        not list reaches no place.
    limits_min
        Minutes per function, those of ``nearest`` and no others, >= 0; a time exactly on the
        limit is inside.

    Returns
    -------
    completeness
        The share with its persons, each origin, and what is missing where.

    Raises
    ------
    ValueError
        If functions and limits are not the same, or a table is wrong; see
        :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Moreno, C. et al. (2021). Introducing the "15-minute city". Smart Cities 4(1), 93-111.

    Examples
    --------
    One home has both within 15 minutes; the other's school is 5 minutes too far:

    >>> ids = pd.Index(["a", "b"])
    >>> school = pd.DataFrame({"travel_time_min": [9.0, 20.0], "to_id": ["s", "s"]}, index=ids)
    >>> shop = pd.DataFrame({"travel_time_min": [15.0, 3.0], "to_id": ["x", "y"]}, index=ids)
    >>> found = completeness({"school": school, "shop": shop}, pd.Series({"a": 60.0, "b": 40.0}),
    ...                      limits_min={"school": 15, "shop": 15})
    >>> found.share, found.persons_complete
    (0.6, 60.0)
    >>> found.missing[["from_id", "function", "to_id", "short_min"]].values.tolist()
    [['b', 'school', 's', 5.0]]
    """
    _check_limits(nearest, limits_min)
    count_persons(persons)
    names = sorted(nearest)
    # a missing time is above every limit
    time_min = {n: _checked_minutes(nearest[n], persons).to_numpy(dtype="float64") for n in names}
    found = lacking(time_min, persons.to_numpy(dtype="float64"), limits_min)
    missing = pd.concat(
        [
            _missing_rows(name, nearest[name], persons[own], limits_min[name])
            for name, own in zip(names, found.lacks.T, strict=True)
        ],
        ignore_index=True,
    )
    place = pd.Series(np.arange(len(persons)), index=persons.index)
    order = missing["from_id"].map(place).argsort(kind="stable")
    return Completeness(
        share=found.share,
        persons_complete=found.persons_complete,
        persons=found.persons,
        origins=pd.DataFrame(
            {"functions": (~found.lacks).sum(axis=1), "complete": found.complete},
            index=persons.index,
        ),
        missing=missing.iloc[order].reset_index(drop=True),
        functions=pd.DataFrame(
            {
                "persons_lacking": found.persons_lacking,
                "persons_lacking_only": found.persons_lacking_only,
            },
            index=pd.Index(names, name="function"),
        ),
    )


@dataclass(frozen=True, eq=False)
class Lacking:
    """What origins lack, of functions by name; made by :func:`lacking`.

    Parameters
    ----------
    lacks
        Whether each origin lacks each function, shape (n, functions).
    persons
        All persons.
    persons_complete
        Persons who have all functions in reach.
    persons_lacking, persons_lacking_only
        Of each function, as in :class:`Completeness`.
    """

    lacks: NDArray[np.bool_]
    persons: float
    persons_complete: float
    persons_lacking: list[float]
    persons_lacking_only: list[float]

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether each origin has all functions in reach."""
        return np.asarray(~self.lacks.any(axis=1), dtype=np.bool_)

    @property
    def share(self) -> float:
        """Part of the persons who have all functions in reach; missing where nobody lives."""
        return self.persons_complete / (self.persons or float("nan"))


def lacking(
    time_min: Mapping[str, NDArray[np.float64]],
    persons: NDArray[np.float64],
    limits_min: Mapping[str, float],
) -> Lacking:
    """Measure what :func:`completeness` does of arrays that are known to be right.

    Parameters
    ----------
    time_min
        Minutes to the nearest of each function by origin, missing where none is reached.
    persons
        Of each origin.
    limits_min
        Minutes per function.

    Examples
    --------
    >>> found = lacking({"shop": np.array([4.0, 20.0])}, np.array([60.0, 40.0]), {"shop": 15})
    >>> found.share, found.persons_lacking
    (0.6, [40.0])
    """
    lacks = np.zeros((len(persons), len(time_min)), dtype=bool)
    for number, name in enumerate(sorted(time_min)):
        time_ds = np.rint(time_min[name] * DECISECONDS_PER_MINUTE)
        lacks[:, number] = ~(time_ds <= deciseconds(limits_min[name]))
    only = lacks.sum(axis=1) == 1
    return Lacking(
        lacks=lacks,
        persons=float(persons.sum()),
        persons_complete=float(persons[~lacks.any(axis=1)].sum()),
        persons_lacking=[float(persons[own].sum()) for own in lacks.T],
        persons_lacking_only=[float(persons[own & only].sum()) for own in lacks.T],
    )


def _check_limits(nearest: Mapping[str, pd.DataFrame], limits_min: Mapping[str, float]) -> None:
    """Refuse functions without a limit, and limits of no function."""
    odd = sorted(set(nearest) ^ set(limits_min))
    if odd or not nearest:
        msg = (
            f"limits_min: {len(odd)} functions stand in nearest or in limits_min only: "
            f"{first(odd)}; the same functions, at least one, are allowed in both. "
        )
        raise ValueError(msg + "Give each function one limit.")


def _checked_minutes(found: pd.DataFrame, persons: pd.Series) -> pd.Series:
    """Read minutes in the order of the persons, missing where no place is reached."""
    return aligned(found["travel_time_min"], "travel_time_min", persons.index)


def _missing_rows(
    name: str, found: pd.DataFrame, lacking: pd.Series, limit_min: float
) -> pd.DataFrame:
    """Say what the origins that lack a function have instead; ``lacking`` are their persons."""
    own = found.reindex(lacking.index)
    time_min = own["travel_time_min"].to_numpy(dtype="float64")
    return pd.DataFrame(
        {
            "from_id": lacking.index,
            "function": name,
            "persons": lacking.to_numpy(dtype="float64"),
            "to_id": own["to_id"].to_numpy(),
            "travel_time_min": time_min,
            "short_min": time_min - limit_min,
        }
    )
