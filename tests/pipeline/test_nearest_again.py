"""What is nearest in a case: searched for again from homes that a changed street may concern."""

import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.network import snap
from htkgis.network.spared import kept_arcs
from htkgis.pipeline import share_cases
from htkgis.pipeline.resident_cases import Ends, Moved
from htkgis.pipeline.share_cases import BORDER, _Search
from tests.network.towns import grid, points, walk


@pytest.mark.parametrize("column", ["school", BORDER])
@pytest.mark.parametrize(
    ("start", "end", "length_m", "asked"),
    [
        ("12", "22", 150, set()),
        ("01", "11", 1, set()),
        ("10", "11", 1, {BORDER}),
        ("00", "01", 90, {BORDER, "school"}),
    ],
)
def test_a_street_on_which_nobody_lives_is_looked_at_where_it_may_matter(
    column, start, end, length_m, asked, monkeypatch
):
    table = grid()
    beside = table["from_node"].eq(start) & table["to_node"].eq(end)
    longer = table.assign(length_m=table["length_m"].mask(beside, length_m))
    places = pd.DataFrame({"id": ["s"], "function": ["school"]})
    case = Moved(None, np.array([True]), frozenset(["s"]))
    covered = shapely.box(-1, -1, 250, 110)
    searched = []
    for name in ("nearest_times", "border_times"):
        real = getattr(share_cases, name)

        def counted(graph, homes, *rest, real=real, **limit):
            searched.append(len(homes))
            return real(graph, homes, *rest, **limit)

        monkeypatch.setattr(share_cases, name, counted)

    def found(table, *rows, kept=None):
        graph = walk(table)
        homes, schools = (
            snap(graph, points(*where, ids=ids), max_snap_m=5)
            for where, ids in (([(20, 0)], ["home"]), ([(0, 160)], ["s"]))
        )
        search, ends = _Search(places, covered, 9000, *rows), Ends(graph, homes, schools)
        key, row = search.again("slow", case, ends, column, np.zeros(1, int), kept or {})
        return np.array([[key]]), row[None, None], kept_arcs(graph)

    keys, row, kept = found(table)
    assert found(table.assign(id=table["id"] + "x"))[0].tolist() == keys.tolist()
    alone = found(longer)
    searched.clear()
    helped = found(longer, keys, row, kept=kept)
    assert [part.tolist() for part in helped[:2]] == [part.tolist() for part in alone[:2]]
    assert alone[0].tolist() == keys.tolist()
    assert bool(searched) == (column in asked)
    assert bool(searched) == (alone[1].tolist() != row.tolist())
