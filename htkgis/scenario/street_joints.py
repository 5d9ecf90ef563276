"""Where drawn lines meet streets: at a junction, or in between, where a street is cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.ops import substring

from htkgis.errors import SchemaError
from htkgis.schema.street_pieces import (
    ADDITIVE,
    PIECE_FROM,
    PIECE_TO,
    WHOLE_ID,
    WHOLE_LINE,
    whole_name,
)

WGS84 = "EPSG:4326"
AT_JUNCTION_M = 0.5
"""Nearer to a junction than this, a new street ends at it: maps are drawn no more exactly."""


class Joining(NamedTuple):
    """Who joins streets: what a message calls it, its id, its modes, and how far it may reach."""

    what: str
    id: str
    modes: tuple[str, ...]
    within_m: float


def drawn_line(line: Sequence[tuple[float, float]], crs: Any) -> npt.NDArray[np.float64]:
    """Give the points of a line in degrees as positions in the streets' CRS, shape (n, 2)."""
    shape = gpd.GeoSeries([shapely.LineString(line)], crs=WGS84).to_crs(crs).iloc[0]
    return np.asarray(shapely.get_coordinates(shape), dtype=np.float64)


def reaching(
    coordinates: npt.NDArray[np.float64], joint: shapely.Point, *, at_start: bool
) -> npt.NDArray[np.float64]:
    """Let a line begin or end where it joins the street."""
    end = coordinates[0 if at_start else -1]
    point = shapely.get_coordinates(joint)
    if np.allclose(end, point[0], atol=1e-6, rtol=0):
        return coordinates
    return np.concatenate([point, coordinates] if at_start else [coordinates, point])


@dataclass
class Joints:
    """Streets while lines are joined to them, put together once at the end.

    Parameters
    ----------
    streets
        Contract ``STREETS``; it stays as it is.
    rows
        Streets that are new, or pieces of cut ones, in the order in which they were made.
    cut
        Row numbers of ``streets`` that pieces stand for.
    """

    streets: gpd.GeoDataFrame
    rows: list[dict[str, Any]] = field(default_factory=list)
    cut: set[int] = field(default_factory=set)

    def holds(self, column: str, name: str) -> bool:
        """Tell whether a street has a name in a column of names."""
        known = self.streets[column].eq(name).any()
        return bool(known) or any(row[column] == name for row in self.rows)

    def joined(self, point: shapely.Point, who: Joining) -> tuple[str, shapely.Point]:
        """Make a junction where a line ends on the nearest street; give it and where it lies.

        Raises
        ------
        SchemaError
            If no street that one of the modes may use lies near enough.
        """
        near = self._near(point, who)
        if not near:
            raise SchemaError(self._too_far(point, who))
        near_m = min(distance_m for distance_m, *_ in near)
        # of several that meet there the first by id: the order of rows decides nothing
        _, name, place = min(
            (one for one in near if one[0] <= near_m + 1e-6), key=lambda one: one[1]
        )
        old = self.rows[place] if place >= 0 else self.streets.iloc[~place].to_dict()
        shape = old["geometry"]
        along_m = float(shapely.line_locate_point(shape, point))
        length_m = float(shapely.length(shape))
        for node, distance_m in (("from_node", along_m), ("to_node", length_m - along_m)):
            if distance_m <= AT_JUNCTION_M:
                end = shapely.get_point(shape, 0 if node == "from_node" else -1)
                return str(old[node]), end
        node = f"{who.id}@{name}"
        if self.holds("to_node", node):
            node = f"{node}'"  # both ends on one street
        if place >= 0:
            del self.rows[place]
        else:
            self.cut.add(~place)
        self.rows += _pieces(old, along_m / length_m, node)
        return node, shapely.line_interpolate_point(shape, along_m)

    def table(self) -> gpd.GeoDataFrame:
        """Put the streets together: those that were not cut, then the new ones."""
        if not self.rows:
            return self.streets
        left = np.setdiff1d(np.arange(len(self.streets)), list(self.cut))
        return stacked(self.streets.iloc[left] if self.cut else self.streets, self.rows)

    def _near(self, point: shapely.Point, who: Joining) -> list[tuple[float, str, int]]:
        """List streets near enough: metres, id, and number; of the table's rows the complement."""
        shapes = self.streets.geometry.to_numpy()
        found = self.streets.sindex.query(point, predicate="dwithin", distance=who.within_m)
        usable = self.streets[list(who.modes)].iloc[found].to_numpy(dtype=bool).any(axis=1)
        own = [int(row) for row in found[usable] if int(row) not in self.cut]
        names = self.streets["id"].iloc[own].tolist()
        away_m = shapely.distance(shapes[own], point).tolist()
        near = [
            (metres, str(name), ~row) for metres, name, row in zip(away_m, names, own, strict=True)
        ]
        near += [
            (float(shapely.distance(row["geometry"], point)), str(row["id"]), number)
            for number, row in enumerate(self.rows)
            if any(row[mode] for mode in who.modes)
        ]
        return [one for one in near if one[0] <= who.within_m]

    def _too_far(self, point: shapely.Point, who: Joining) -> str:
        usable = self.streets[list(who.modes)].to_numpy(dtype=bool).any(axis=1)
        shapes = [
            *self.streets.geometry.to_numpy()[usable],
            *(row["geometry"] for row in self.rows if any(row[mode] for mode in who.modes)),
        ]
        near_m = float(shapely.distance(np.array(shapes, dtype=object), point).min(initial=np.inf))
        return (
            f"scenario, {who.what}: an end lies {near_m:.0f} m from the nearest street that "
            f"{' or '.join(who.modes)} may use; {who.within_m:g} m are allowed. Draw it to the "
            "street, or allow more (within_m)."
        )


def _pieces(old: dict[str, Any], share: float, node: str) -> list[dict[str, Any]]:
    """Cut a street in two at a share of its line."""
    start = 0.0 if pd.isna(old.get(PIECE_FROM)) else float(old[PIECE_FROM])
    end = 1.0 if pd.isna(old.get(PIECE_TO)) else float(old[PIECE_TO])
    middle = start + share * (end - start)
    known = [name for name in ADDITIVE if name in old and not pd.isna(old[name])]
    whole = {
        name: old[name] if pd.isna(old.get(whole_name(name))) else old[whole_name(name)]
        for name in known
    }
    named = {WHOLE_ID: old["id"], WHOLE_LINE: shapely.to_wkb(old["geometry"], hex=True)}
    named |= {name: old[name] for name in named if not pd.isna(old.get(name))}
    pieces = []
    for number, (low, high, ends) in enumerate(
        (
            (start, middle, {"to_node": node, "barrier_to": None}),
            (middle, end, {"from_node": node, "barrier_from": None}),
        )
    ):
        part = (0.0, share) if number == 0 else (share, 1.0)
        facts = {name: float(whole[name]) * (high - low) for name in known}
        facts |= named | {whole_name(name): float(whole[name]) for name in known}
        line = substring(old["geometry"], *part, normalized=True)
        made = {"id": f"{old['id']}#{number}", PIECE_FROM: low, PIECE_TO: high, "geometry": line}
        pieces.append(
            old | {key: value for key, value in ends.items() if key in old} | facts | made
        )
    return pieces


def stacked(streets: gpd.GeoDataFrame, rows: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Put rows below a table, whose columns keep their types; new ones are numbers or texts.

    Whole numbers become numbers where a row has none, as a new street of unknown stress.
    """
    more = gpd.GeoDataFrame(list(rows), geometry="geometry", crs=streets.crs)
    fresh = [name for name in more.columns if name not in streets.columns]
    texts = dict.fromkeys({WHOLE_ID, WHOLE_LINE} & set(fresh))
    table = streets.assign(**dict.fromkeys(fresh, np.nan) | texts)
    more = more.reindex(columns=table.columns)
    types = {n: t for n, t in table.dtypes.items() if n != "geometry"}
    for name, kind in types.items():
        if isinstance(kind, np.dtype) and kind.kind in "iu" and more[name].isna().any():
            types[name] = np.dtype("float64")
        elif isinstance(kind, pd.CategoricalDtype):
            types[name] = np.dtype("object")
    joined_rows = pd.concat([table.astype(types), more.astype(types)], ignore_index=True)
    return gpd.GeoDataFrame(joined_rows, geometry="geometry", crs=streets.crs)
