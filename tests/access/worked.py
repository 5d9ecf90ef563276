"""Small worlds whose access is printed elsewhere, as tables for the tests of measures."""

import pandas as pd


def times(matrix, origins, destinations=None):
    """Long table of a matrix of minutes; None where a pair has no way."""
    columns = origins if destinations is None else destinations
    rows = [
        (origin, destination, round(minutes * 600))
        for origin, line in zip(origins, matrix, strict=True)
        for destination, minutes in zip(columns, line, strict=True)
        if minutes is not None
    ]
    return pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time_ds"])


def by_id(ids, values):
    return pd.Series(values, index=pd.Index(ids, name="id"), dtype=float)


# five hexagons of Belo Horizonte, of the tests of R accessibility
BELO = ["57b", "597", "5b3", "5cf", "909"]
BELO_TIMES = times(
    [
        [5.8, 47, 48, 47, 64],
        [45, 5.8, 13, 41, 70],
        [44, 13, 5.8, 42, 67],
        [43, 43, 49, 5.8, 58],
        [60, 70, 68, 64, 5.8],
    ],
    BELO,
)
BELO_PEOPLE = by_id(BELO, [852, 394, 1969, 2189, 0])
BELO_JOBS = by_id(BELO, [82, 308, 100, 109, 0])

# three towns of Soukhov et al. (2023): a city, a larger suburb, a small town far away
TOWNS = ["A", "B", "C"]
TOWNS_TIMES = times([[15, 30, 100], [30, 15, 100], [100, 100, 15]], TOWNS)
TOWNS_PEOPLE = by_id(TOWNS, [50_000, 150_000, 10_000])
TOWNS_JOBS = by_id(TOWNS, [100_000, 100_000, 10_000])

# three zones of the tests of the constrained measures of R accessibility
ZONES = ["1", "2", "3"]
ZONES_TIMES = times([[10, 30, 15], [30, 10, 25], [15, 25, 10]], ZONES)
ZONES_PEOPLE = by_id(ZONES, [4, 10, 6])
ZONES_JOBS = by_id(ZONES, [160, 150, 180])
