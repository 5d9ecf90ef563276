"""How closed the inhabited surroundings of each housing area are, measured as the area itself."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.profile.rounding import plain
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .isolation import by_area, kept_before, outline_crossings, reached_share, ring_directness
from .isolation_around import POINT, Around, areas_around
from .isolation_kept import Looked, remembered_within

MOVES = np.array([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)])


def measure_neighbours(
    arrays: Arrays,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    homes: gpd.GeoDataFrame,
    *,
    study: Study,
    mode: str,
    sketch: bool,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure by one mode how closed the inhabited surroundings of each area are.

    Parameters
    ----------
    arrays, areas, origins, barriers, study, mode
        As :func:`measure_closure` takes them.
    homes
        Addresses, with ``id``: they tell which places around are inhabited.
    sketch
        Whether the streets are a sketch, in which no neighbours can be measured.

    Returns
    -------
    outputs
        ``<mode>_neighbours``: a list with ``neighbours``, one per area; see ``_compared``.
        ``<mode>_neighbours_kept``: what ``earlier`` takes.
    """
    found = list(areas_around(arrays, areas, origins, barriers, study, mode))
    beside = [_beside(each, homes) for each in found]
    # whoever lives in the area itself or far off is no neighbour
    lived = [pd.concat(own, ignore_index=True) for own in beside]
    facts = [(homes.empty, [len(each) for each in own]) for own in beside]
    around = [each.with_(origins=own) for each, own in zip(found, lived, strict=True)]
    zones = [each.beside_zone() for each in around]
    seen_beside = [
        each.seen_beside(zone, *own) for each, zone, own in zip(around, zones, facts, strict=True)
    ]
    streets = [each.seen_streets() for each in around]
    near = functools.cache(lambda number: around[number].nearby())

    def within(number: int, looked: Looked) -> str:
        measured_in = shapely.union_all(
            [each.beside_surroundings() for each in _inhabited(around[number], beside[number])]
        )
        own: str = near(number).seen_within(measured_in, looked, *facts[number])
        return own

    def measured(number: int) -> tuple[dict[str, Any], Looked]:
        return _compared(near(number), beside[number], sketch=sketch, any_home=not homes.empty)

    before = kept_before(earlier, f"{mode}_neighbours")
    rows, kept = remembered_within(seen_beside, streets, within, measured, before)
    return {f"{mode}_neighbours": by_area(rows, areas, mode), f"{mode}_neighbours_kept": kept}


def _outlines(around: Around) -> list[Any]:
    """Move the outline of an area beside it, all round."""
    return [
        shapely.transform(around.area, lambda xy, step=step: xy + step)
        for step in MOVES * (2 * around.radius_m)
    ]


def _beside(around: Around, homes: gpd.GeoDataFrame) -> list[gpd.GeoDataFrame]:
    """Pick the homes within each outline beside an area; none where the study asks for more."""
    near = around.near(homes, POINT)
    spots = near.geometry.to_numpy()
    outlines = _outlines(around)
    shapely.prepare(outlines)
    inside = [near[shapely.contains(outline, spots)] for outline in outlines]
    least = around.rules.compared.value
    return [own if len(own) >= least else own.iloc[:0] for own in inside]


def _inhabited(around: Around, homes: Sequence[gpd.GeoDataFrame]) -> list[Around]:
    """List the outlines beside an area that have homes, with those as origins."""
    return [
        around.with_(area=outline, origins=own)
        for outline, own in zip(_outlines(around), homes, strict=True)
        if not own.empty
    ]


def _compared(
    around: Around, homes: Sequence[gpd.GeoDataFrame], *, sketch: bool, any_home: bool
) -> tuple[dict[str, Any], Looked]:
    """Measure the same of the same outline moved beside the area, all round, from the homes there.

    Only where as many addresses lie inside as the study asks for: fields are no neighbours. And
    say how far ways lead that count.
    """
    looked = Looked(time_ds=deciseconds(around.limit_min))
    if sketch:
        return {"neighbours": {"missing": "sketch"}}, looked
    if not any_home:
        return {"neighbours": {"missing": "no_addresses"}}, looked
    rows = []
    for beside in _inhabited(around, homes):
        direct, searched_dm = ring_directness(beside)
        looked = looked.and_(Looked(way_dm=searched_dm))
        rows.append(
            {
                "crossings": outline_crossings(beside)["per_km"],
                "directness": direct["median"],
                "reached_share": reached_share(beside),
            }
        )
    if not rows:
        return {"neighbours": {"missing": "none_inhabited"}}, looked
    middle = pd.DataFrame(rows, dtype="float64").median()
    values = {str(name): plain(value) for name, value in middle.items()}
    return {"neighbours": {"missing": None, "count": len(rows), **values}}, looked
