"""A service day small enough to check by head: what departs where, written as rows."""

import pandas as pd

HOUR = 3600
COLUMNS = ["trip_id", "stop_id", "sequence", "departure_s", "route_type", "pickup"]


def run(name, *calls, kind=3, pickup=True, every=0, until=0):
    """A run that departs from stops at seconds: ``(stop, second), ...``, then ends at ``end``.

    With ``every`` it is a frequency whose period begins with its first call and ends at
    ``until``.
    """
    stops = [*calls, ("end", calls[-1][1] + 60)]
    start = calls[0][1] if every else 0
    return pd.DataFrame(
        {
            "trip_id": name,
            "stop_id": [stop for stop, _ in stops],
            "sequence": range(len(stops)),
            "departure_s": [second for _, second in stops],
            "route_type": kind,
            "pickup": pickup,
            "headway_s": every,
            "start_s": start,
            "end_s": until if every else 0,
        }
    )


def day(*runs):
    return pd.concat(runs, ignore_index=True)


def hourly(count, *, stop="a", kind=3, hours=14, name=None):
    """So many runs an hour of one kind from a stop, from 6 to 20 o'clock."""
    name = name or f"{stop}{kind}"
    step = HOUR / count
    return [
        run(f"{name}-{number}", (stop, int(6 * HOUR + number * step)), kind=kind)
        for number in range(int(count * hours))
    ]


def near(**stops):
    """Distances from one home: stop=metres."""
    return pd.DataFrame(
        {
            "origin_id": "home",
            "stop_id": list(stops),
            "distance_m": [float(m) for m in stops.values()],
        }
    )
