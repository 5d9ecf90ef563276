"""Service classes of public transport, A to F (ÖV-Güteklassen), by distance over the network.

A station has a category from 1 to 7 by its interval and its best kind of vehicle; an address has
the best class that the stations around give it by their category and its distance.

Bundesamt für Raumentwicklung ARE (2022). ÖV-Güteklassen, Berechnungsmethodik ARE; the classes A
to F and the tables below as the German platform GOAT has them (schema ``oev_gueteklasse``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .boardings import boardings, runs_from
from .service_frequency import DAYTIME_S, DECIMALS

VEHICLE_GROUPS = {2: "A", 1: "A", 12: "A", 0: "B", 5: "B", 7: "B", 3: "C", 4: "C", 6: "C", 11: "C"}
"""Group of a basic GTFS route type: rail, metro and monorail; tram and funicular; bus, ferry,
aerial lift and trolleybus. What is on no list, such as a flight, makes no station."""
INTERVALS_MIN = (5.0, 10.0, 20.0, 40.0, 60.0, 120.0)
"""Longest interval of each row of categories, itself included."""
CATEGORIES = {"A": (1, 1, 2, 3, 4, 5), "B": (1, 2, 3, 4, 5, 6), "C": (2, 3, 4, 5, 6, 7)}
"""Category of a station by group, for each of ``INTERVALS_MIN``."""
DISTANCES_M = (300.0, 500.0, 750.0, 1000.0)
"""Longest distance of each column of classes, itself included."""
CLASSES = {1: "AABC", 2: "ABCD", 3: "BCDE", 4: "CDEF", 5: "DEF", 6: "EF", 7: "F"}
"""Class by category, for each of ``DISTANCES_M``; farther away there is none."""
SERVICE_CLASSES = tuple("ABCDEF")
"""From the best; the source numbers them 1 to 6."""
DIRECTIONS = 2


def station_category(interval_min: float, group: str) -> int | None:
    """Give the category of a station, or None where less than every two hours something leaves.

    Examples
    --------
    A train every ten minutes, a bus every ten, a bus every two hours and a second:

    >>> station_category(10, "A"), station_category(10, "C"), station_category(120.1, "C")
    (1, 3, None)
    """
    row = int(np.searchsorted(INTERVALS_MIN, interval_min))
    return CATEGORIES[group][row] if row < len(INTERVALS_MIN) else None


def service_class(category: int, distance_m: float) -> str | None:
    """Give the class at a distance from a station, or None where it is too far.

    Examples
    --------
    >>> service_class(1, 500), service_class(1, 500.1), service_class(7, 301)
    ('A', 'B', None)
    """
    column = int(np.searchsorted(DISTANCES_M, distance_m))
    classes = CLASSES[category]
    return classes[column] if column < len(classes) else None


def station_services(
    trip_times: pd.DataFrame, stations: pd.Series, *, window_s: tuple[int, int] = DAYTIME_S
) -> pd.DataFrame:
    r"""
    Measure the interval of each station and give its category.

    .. math::

        I_s = \frac{W}{n_s / 2}

    with the minutes :math:`W` of the window and its departures :math:`n_s`, halved because a
    station is left both ways. All kinds of vehicle count together, and the best group decides, as
    in the source. A pole of one direction that belongs to no station, and a terminus, come out
    with an interval that is too long by it: join the poles of a place before.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES`` of one service day.
    stations
        Station of each stop, indexed by ``stop_id``; other stops are left out.
    window_s
        First second, and the second after the last.

    Returns
    -------
    services
        By station, sorted: ``departures``, ``interval_min`` (infinite where nothing leaves),
        ``group`` (missing likewise) and ``category`` (missing beyond two hours).

    Examples
    --------
    Four trains in two hours, both ways together, are one every hour each way:

    >>> trips = pd.DataFrame({"trip_id": list("ttuuvvww"), "sequence": [0, 1] * 4,
    ...     "stop_id": ["p1", "z", "p2", "z"] * 2, "route_type": 2, "pickup": True,
    ...     "departure_s": 25200, "headway_s": 0, "start_s": 0, "end_s": 0})
    >>> station_services(trips, pd.Series({"p1": "p", "p2": "p"}), window_s=(25200, 32400))
       departures  interval_min group  category
    p         4.0          60.0     A         4
    """
    number, names = pd.factorize(stations, sort=True)
    members = pd.DataFrame({"place": number, "stop_id": stations.index.to_numpy(dtype=object)})
    boarding = boardings(trip_times, window_s=window_s)
    boarding = boarding.assign(group=boarding["mode"].map(VEHICLE_GROUPS)).dropna(subset="group")
    departures = runs_from(boarding, members, places=len(names))["departures"].round(DECIMALS)
    of_stop = boarding.groupby("stop_id")["group"].min()
    best = members["stop_id"].map(of_stop).groupby(members["place"]).min().reindex(departures.index)
    window_min = (window_s[1] - window_s[0]) / 60
    with np.errstate(divide="ignore"):
        interval = window_min / (departures.to_numpy() / DIRECTIONS)
    categories = [
        None if pd.isna(group) else station_category(minutes, group)
        for minutes, group in zip(interval, best, strict=True)
    ]
    return pd.DataFrame(
        {
            "departures": departures.to_numpy(),
            "interval_min": interval,
            "group": best.to_numpy(dtype=object),
            "category": pd.array(categories, dtype="Int64"),
        },
        index=pd.Index(names),
    )


def service_classes(
    stop_distances: pd.DataFrame, categories: pd.Series, *, origins: pd.Index
) -> pd.DataFrame:
    """
    Give each origin the best class that the stops around it give.

    Parameters
    ----------
    stop_distances
        Contract ``STOP_DISTANCES``, over the street network and not as the crow flies, to 1,000 m
        at least.
    categories
        Category of the station of each stop, 1 to 7, indexed by ``stop_id``; missing, or not in
        it, where the stop gives no class.
    origins
        Ids of the result, in its order.

    Returns
    -------
    classes
        Indexed like ``origins``: ``service_class``, one of ``SERVICE_CLASSES`` or ``none``, and
        the stop that gives it, ``stop_id`` and ``distance_m``: of several the nearest, then the
        one with the lower id; missing where there is none.

    Examples
    --------
    A bus of category 4 at the door and a station of category 1 farther away:

    >>> near = pd.DataFrame({"origin_id": "home", "stop_id": ["bus", "train"],
    ...                      "distance_m": [50.0, 700.0]})
    >>> service_classes(near, pd.Series({"bus": 4, "train": 1}), origins=pd.Index(["home"]))
         service_class stop_id  distance_m
    home             B   train       700.0
    """
    category = stop_distances["stop_id"].map(categories).to_numpy(dtype="float64")
    column = np.searchsorted(DISTANCES_M, stop_distances["distance_m"].to_numpy(dtype="float64"))
    table = np.full((len(CLASSES) + 1, len(DISTANCES_M) + 1), "", dtype=object)
    for number, classes in CLASSES.items():
        table[number, : len(classes)] = list(classes)
    found = stop_distances.assign(
        service_class=table[np.nan_to_num(category).astype(np.int64), column]
    )
    found = found[found["service_class"] != ""]
    best = found.sort_values(["service_class", "distance_m", "stop_id"], kind="stable")
    best = best.drop_duplicates("origin_id").set_index("origin_id").reindex(origins)
    best["service_class"] = best["service_class"].astype(object).fillna("none")
    best.index.name = origins.name
    return best[["service_class", "stop_id", "distance_m"]]
