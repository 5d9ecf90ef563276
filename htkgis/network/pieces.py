"""Streets that are pieces of one: together they take as long as the whole, to the decisecond.

A planned path that meets a street between two junctions cuts it. If each piece were rounded for
itself, a trip along the whole street would change by a tenth of a second because of a path that it
does not use; so what a street costs is rounded once, for the whole, and shared out. Who may not use
the path has the street whole, so that their graph is the very same with and without it.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.ops import substring

from htkgis.schema.street_pieces import (
    ADDITIVE,
    PIECE_FROM,
    PIECE_TO,
    WHOLE_ID,
    WHOLE_LINE,
    whole_name,
)

Ints = npt.NDArray[np.int32]
SAME_LINE_M = 1e-6
"""Farther than this from the whole, a piece has been moved since it was cut."""


def wholes(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each piece what the whole street has; other rows as they are.

    Examples
    --------
    >>> rows = gpd.GeoDataFrame({"length_m": [25.0, 80.0], "piece_from": [0.0, None],
    ...                          "whole_length_m": [100.0, None]})
    >>> wholes(rows)["length_m"].tolist()
    [100.0, 80.0]
    """
    if PIECE_FROM not in streets.columns:
        return streets
    known = {name: whole_name(name) for name in ADDITIVE if whole_name(name) in streets.columns}
    return streets.assign(
        **{
            name: streets[whole].astype("float64").fillna(streets[name])
            for name, whole in known.items()
        }
    )


def piece_ds(streets: pd.DataFrame, whole_ds: Ints) -> Ints:
    """Share the time of whole streets out over their pieces, which sum to it.

    Examples
    --------
    A street of 7 deciseconds in three pieces:

    >>> rows = pd.DataFrame({"piece_from": [0, 1 / 3, 2 / 3], "piece_to": [1 / 3, 2 / 3, 1]})
    >>> piece_ds(rows, np.array([7, 7, 7], dtype=np.int32)).tolist()
    [2, 3, 2]
    """
    if PIECE_FROM not in streets.columns:
        return whole_ds
    start, end = (
        streets[name].astype("float64").fillna(rest).to_numpy()
        for name, rest in ((PIECE_FROM, 0), (PIECE_TO, 1))
    )
    part: Any = np.rint(end * whole_ds) - np.rint(start * whole_ds)
    return np.asarray(part, dtype=np.int32)


def rejoined(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put pieces of a street together where nothing else meets them at the cuts.

    Parameters
    ----------
    streets
        Those that one mode may use.

    Returns
    -------
    streets
        With whole streets, bit by bit as they were before they were cut, in place of pieces that
        lead nowhere else; the very same table where there are none.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (100, 0)])
    >>> rows = gpd.GeoDataFrame(
    ...     {"id": ["s#0", "s#1"], "from_node": ["a", "x"], "to_node": ["x", "b"],
    ...      "length_m": [25.0, 75.0], "piece_from": [0.0, 0.25], "piece_to": [0.25, 1.0],
    ...      "whole_length_m": [100.0, 100.0], "whole_id": "s", "whole_line": line.wkb_hex},
    ...     geometry=[substring(line, 0, 25), substring(line, 25, 100)])
    >>> rejoined(rows)[["id", "from_node", "to_node", "length_m"]].values.tolist()
    [['s', 'a', 'b', 100.0]]
    """
    if WHOLE_ID not in streets.columns or not streets[WHOLE_ID].notna().any():
        return streets
    table = streets.reset_index(drop=True)
    meeting = pd.concat([table["from_node"], table["to_node"]]).value_counts()
    cut = table[table[WHOLE_ID].notna()].sort_values([WHOLE_ID, PIECE_FROM])
    joined: list[int] = []
    for _, pieces in cut.groupby(WHOLE_ID, sort=False):
        if not _is_whole(pieces) or (meeting[pieces["to_node"].iloc[:-1]] != 2).any():  # noqa: PLR2004 - the two pieces
            continue
        for name, value in _whole(pieces).items():
            table.at[pieces.index[0], name] = value  # noqa: PD008 - loc takes a line for a list
        joined += pieces.index[1:].tolist()
    return table.drop(index=joined).reset_index(drop=True) if joined else streets


def with_wholes(streets: pd.DataFrame) -> pd.DataFrame:
    """Put streets that lie in pieces below their pieces, to be looked up by id.

    A graph has the one or the others. Of a whole there is what its pieces share: name, kind and
    the like.

    Examples
    --------
    >>> rows = pd.DataFrame({"id": ["s#0", "s#1"], "kind": "path", "whole_id": "s"})
    >>> with_wholes(rows)[["id", "kind"]].values.tolist()
    [['s#0', 'path'], ['s#1', 'path'], ['s', 'path']]
    """
    if WHOLE_ID not in streets.columns:
        return streets
    cut = streets[streets[WHOLE_ID].notna()].drop_duplicates(WHOLE_ID)
    return pd.concat([streets, cut.assign(id=cut[WHOLE_ID])], ignore_index=True)


def _is_whole(pieces: gpd.GeoDataFrame) -> bool:
    """Tell whether pieces in order are all of a street, cut and not changed since."""
    start, end = (pieces[name].astype("float64").to_numpy() for name in (PIECE_FROM, PIECE_TO))
    nodes = (pieces[name].tolist() for name in ("to_node", "from_node"))
    ends, begins = nodes
    if start[0] != 0 or end[-1] != 1 or list(start[1:]) != list(end[:-1]):
        return False
    if ends[:-1] != begins[1:]:
        return False
    own = {"id", "from_node", "to_node", "barrier_from", "barrier_to", "geometry"}
    own |= {PIECE_FROM, PIECE_TO, *ADDITIVE}
    shared = pd.DataFrame(pieces[[name for name in pieces.columns if name not in own]])
    if len(shared.drop_duplicates()) > 1:
        return False
    line = shapely.from_wkb(pieces[WHOLE_LINE].iloc[0])
    parts = [substring(line, *part, normalized=True) for part in zip(start, end, strict=True)]
    drawn = pieces.geometry.to_numpy()
    return bool(shapely.equals_exact(drawn, np.array(parts), tolerance=SAME_LINE_M).all())


def _whole(pieces: gpd.GeoDataFrame) -> dict[str, Any]:
    """Give what a street was before it was cut into pieces, as far as they differ from it."""
    first, last = pieces.iloc[0], pieces.iloc[-1]
    known = [name for name in ADDITIVE if whole_name(name) in pieces.columns]
    values = {name: first[whole_name(name)] for name in known}
    values |= {name: last[name] for name in ("to_node", "barrier_to") if name in pieces.columns}
    nothing = [PIECE_FROM, PIECE_TO, WHOLE_ID, WHOLE_LINE, *map(whole_name, known)]
    line = shapely.from_wkb(first[WHOLE_LINE])
    gone = {name: None if isinstance(first[name], str) else np.nan for name in nothing}
    return gone | values | {"id": first[WHOLE_ID], "geometry": line}
