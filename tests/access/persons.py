"""Persons and their access, for the tests of measures over persons."""

import pandas as pd
from hypothesis import strategies as st

ROWS = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 50), st.integers(-5, 5)),
    min_size=1,
    max_size=12,
)
"""Rows of access, persons and income; some have no access, no persons, or one income."""


def series(values):
    return pd.Series(dict(enumerate(values)), dtype=float)


def columns(rows):
    """Access, persons and income of drawn rows."""
    return tuple(series(column) for column in zip(*rows, strict=True))


def somebody_has_some(rows):
    return any(access and persons for access, persons, _ in rows)


# Five cells of Belo Horizonte: jobs within 30 minutes, persons and income per person, with the
# values that the tests of the R package accessibility expect, recomputed independently.
JOBS = pd.Series({"57b": 22239.0, "597": 36567.0, "5b3": 42372.0, "5cf": 55571.0, "909": 26774.0})
PERSONS = pd.Series({"57b": 852.0, "597": 394.0, "5b3": 1969.0, "5cf": 2189.0, "909": 0.0})
INCOME = pd.Series({"57b": 4757.8, "597": 1627.8, "5b3": 543.1, "5cf": 3822.0, "909": None})


def without_one(*tables):
    """The same without the cell that has the most jobs."""
    return [table.drop("5cf") for table in tables]
