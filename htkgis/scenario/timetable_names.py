"""What edits call lines and stops, and which of a timetable they mean."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from htkgis.errors import SchemaError, first
from htkgis.schema import Timetable

from .stations import stations_of

NEAREST = 3
"""Names that a message offers."""


@dataclass(frozen=True)
class Names:
    """Lines and stops of a timetable, by id and by name.

    Parameters
    ----------
    timetable
        With the lines and stops that edits add.
    """

    timetable: Timetable

    def line(self, name: str, *, what: str) -> str:
        """Give the ``route_id`` of a line.

        Raises
        ------
        SchemaError
            If there is no such line, or several share the name; ``what`` names the edit.
        """
        routes = self.timetable.routes
        if name in set(routes["route_id"]):
            return name
        named = routes["short_name"].eq(name) | routes["long_name"].eq(name)
        found = routes.loc[named, "route_id"].tolist()
        if len(found) == 1:
            return str(found[0])
        if found:
            msg = (
                f"{what}: {len(found)} of {len(routes)} lines are called {name!r}: {first(found)}; "
                "a name of one line is allowed. Name it by its route_id."
            )
            raise SchemaError(msg)
        near = _nearest(name, routes["route_id"], routes["short_name"], routes["long_name"])
        msg = (
            f"{what}: none of {len(routes)} lines is called {name!r}; a route_id or the name of "
            f"one line is allowed, nearest: {near}. Correct the line."
        )
        raise SchemaError(msg)

    def stops(self, name: str, *, what: str) -> frozenset[str]:
        """Give the stops of a stop or station: that id, those of that parent, or of that name.

        Raises
        ------
        SchemaError
            If there is none, or the name is that of several stations.
        """
        stops = self.timetable.stops
        if name in set(stops["stop_id"]):
            return frozenset([name])
        parts = stops.loc[stops["parent_station"].eq(name), "stop_id"]
        if len(parts):
            return frozenset(parts)
        named = stops.loc[stops["name"].eq(name), "stop_id"].tolist()
        if not named:
            near = _nearest(name, stops["stop_id"], stops["name"])
            msg = (
                f"{what}: none of {len(stops)} stops is called {name!r}; a stop_id, or a name that "
                f"can mean no other, is allowed, nearest: {near}. Correct the "
                "stop, or give a new one name, lat and lon."
            )
            raise SchemaError(msg)
        if len(set(stations_of(stops)[named])) > 1:
            msg = (
                f"{what}: {len(named)} of {len(stops)} stops, more than 300 m apart, are called "
                f"{name!r}: {first(named)}; a name that can mean no other is allowed. Name it by "
                "its stop_id."
            )
            raise SchemaError(msg)
        return frozenset(named)

    def stop(self, name: str, *, what: str) -> str:
        """Give the one stop of a name, at which a trip may be told to call.

        Raises
        ------
        SchemaError
            If there is none, or several: the two poles of a street.
        """
        found = sorted(self.stops(name, what=what))
        if len(found) > 1:
            msg = (
                f"{what}: {len(found)} stops are called {name!r}: {first(found)}; a trip calls at "
                "one of them. Name it by its stop_id."
            )
            raise SchemaError(msg)
        return found[0]


def _nearest(name: str, *known: pd.Series) -> str:
    """Name the three nearest by spelling."""
    texts = [str(text) for column in known for text in column.dropna()]
    by_lower = {text.lower(): text for text in texts}
    close = get_close_matches(name.lower(), sorted(by_lower), n=NEAREST, cutoff=0.0)
    return first(by_lower[text] for text in close)
