"""Pieces of a street that a path cuts: whole again for whoever may not use the path."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.ops import substring

from htkgis.network.pieces import rejoined

LINE = shapely.LineString([(0, 0), (100, 0)])
PATH = shapely.LineString([(25, 0), (25, 80)])


def pieces(*, ends=(0.0, 0.25, 1.0), beside=()):
    """A street of 100 m from a to b, cut at x and y, and further streets beside it (from, to)."""
    cuts = list(pairwise(ends))
    nodes = ["a", *"xy"[: len(cuts) - 1], "b"]
    rows = [
        (f"s#{number}", nodes[number], nodes[number + 1], 100 * (end - start), start, end,
         100.0, "s", LINE.wkb_hex)
        for number, (start, end) in enumerate(cuts)
    ]  # fmt: skip
    rows += [
        (f"p{number}", *own, 80.0, np.nan, np.nan, np.nan, None, None)
        for number, own in enumerate(beside)
    ]
    drawn = [substring(LINE, *cut, normalized=True) for cut in cuts] + [PATH] * len(beside)
    columns = ["id", "from_node", "to_node", "length_m", "piece_from", "piece_to",
               "whole_length_m", "whole_id", "whole_line"]  # fmt: skip
    table = dict(zip(columns, zip(*rows, strict=True), strict=True))
    return gpd.GeoDataFrame(table, geometry=drawn, crs="EPSG:25832")


@pytest.mark.parametrize(
    ("beside", "ids"),
    [
        ((), ["s"]),
        ((("a", "c"), ("b", "d")), ["s", "p0", "p1"]),
        ((("x", "c"),), ["s#0", "s#1", "p0"]),
        ((("c", "x"),), ["s#0", "s#1", "p0"]),
    ],
    ids=["alone", "streets at its ends", "a path from the cut", "a path to the cut"],
)
def test_a_street_stays_in_pieces_only_where_something_meets_it_at_the_cut(beside, ids):
    assert rejoined(pieces(beside=beside))["id"].tolist() == ids


@pytest.mark.parametrize("rows", [[0, 1], [1, 2], [0, 2]])
def test_pieces_without_the_rest_of_their_street_stay_pieces(rows):
    table = pieces(ends=(0.0, 0.25, 0.5, 1.0))
    assert rejoined(table)["id"].tolist() == ["s"]
    some = table.iloc[rows]
    assert rejoined(some)["id"].tolist() == some["id"].tolist()


def test_a_piece_that_was_moved_since_it_was_cut_stays():
    table = pieces()
    table.loc[1, "geometry"] = shapely.LineString([(25, 0), (60, 5), (100, 0)])
    assert rejoined(table)["id"].tolist() == ["s#0", "s#1"]


def test_pieces_that_differ_in_a_fact_stay_apart():
    table = pieces().assign(kind=["path", "residential"])
    assert rejoined(table)["id"].tolist() == ["s#0", "s#1"]
