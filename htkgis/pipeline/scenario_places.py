"""Where the edits of a scenario lie, in words: the nearest street with a name, and the quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.scenario_rules import Scenario

WGS84 = "EPSG:4326"
NOWHERE: dict[str, str | None] = {"street": None, "quarter": None}


def edit_places(
    scenario: Scenario,
    streets: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
) -> tuple[dict[str, str | None], ...]:
    """Name where each edit lies.

    Parameters
    ----------
    scenario
        With all its edits.
    streets, places, areas, quarters
        Of the study as it is.

    Returns
    -------
    where
        Of each edit ``street``, the nearest street with a name (None where no street has any),
        and ``quarter``, that its middle lies in (None outside all). Both are None of what has no
        place, such as a line of public transport.
    """
    if not scenario.edits:
        return ()
    shapes = [_shape(edit, streets, places, areas) for edit in scenario.edits]
    named = streets[streets["name"].notna()] if "name" in streets else streets.iloc[:0]
    tree = shapely.STRtree(named.geometry.to_numpy())
    return tuple(
        dict(NOWHERE) if shape is None else _named(shape, named, tree, quarters) for shape in shapes
    )


def drawn_edits(
    sides: Sequence[tuple[Scenario, Sequence[Mapping[str, Any]]]],
    tables: Mapping[str, Any] | Any,
) -> gpd.GeoDataFrame:
    """Draw the edits of two scenarios that hold in the year of their side, and have a place.

    Parameters
    ----------
    sides
        Each with its edits in words, as :func:`htkgis.profile.scenario.scenario_part` lists them.
    tables
        ``streets``, ``places`` and ``areas`` of the study as it is.

    Returns
    -------
    edits
        ``name``, ``name_en``, ``sides`` (numbers of those it holds in, as text: "0", "1" or "01")
        and a point, a line or an outline, in the order of the sides.
    """
    ground = [tables[name] for name in ("streets", "places", "areas")]
    found: dict[Any, dict[str, Any]] = {}
    for number, (scenario, said) in enumerate(sides):
        for edit, words in zip(scenario.edits, said, strict=True):
            shape = _shape(edit, *ground) if words["holds"] else None
            if shape is None:
                continue
            names = {"name": words["subject"], "name_en": words["subject_en"]}
            drawn = shape.boundary if shape.area else shape
            row = found.setdefault(edit, names | {"sides": "", "geometry": drawn})
            row["sides"] += str(number)
    columns = ["name", "name_en", "sides", "geometry"]
    return gpd.GeoDataFrame(list(found.values()), columns=columns, crs=ground[0].crs)


def _named(
    shape: shapely.Geometry, named: gpd.GeoDataFrame, tree: shapely.STRtree, quarters: Any
) -> dict[str, str | None]:
    middle = shape.interpolate(0.5, normalized=True) if _is_line(shape) else shape.centroid
    at = tree.nearest(middle) if len(named) else None
    own = quarters[quarters.intersects(middle)]["name"]
    return {
        "street": None if at is None else str(named["name"].iloc[int(at)]),
        "quarter": None if own.empty else str(own.iloc[0]),
    }


def _is_line(shape: shapely.Geometry) -> bool:
    return bool(shape.geom_type == "LineString")


def _shape(
    edit: Any, streets: gpd.GeoDataFrame, places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame
) -> shapely.Geometry | None:
    """Find what an edit states, or what it changes; None where it has no place."""
    drawn = _drawn(edit)
    if drawn is not None:
        return gpd.GeoSeries([drawn], crs=WGS84).to_crs(streets.crs).iloc[0]
    asked: Mapping[str, gpd.GeoDataFrame] = {
        "streets": streets,
        "street": streets,
        "place": places,
        "area": areas,
    }
    for name, table in asked.items():
        known = getattr(edit, name, None)
        ids = [known] if isinstance(known, str) else list(known or ())
        found = table[table["id"].isin(ids)]
        if len(found):
            return found.geometry.iloc[0]
    return None


def _drawn(edit: Any) -> shapely.Geometry | None:
    line, outline = getattr(edit, "line", None), getattr(edit, "outline", None)
    if line and not isinstance(line, str):  # of public transport a line is a name
        return shapely.LineString(line)
    if outline:
        return shapely.Polygon(outline)
    lat, lon = getattr(edit, "lat", None), getattr(edit, "lon", None)
    return None if lat is None or lon is None else shapely.Point(lon, lat)


def edit_places_of(scenario: Scenario, before: Mapping[str, Any] | Any) -> tuple[Any, ...]:
    """As :func:`edit_places`, of what the study's own steps made."""
    tables: list[pd.DataFrame] = [
        before[name] for name in ("streets", "places", "areas", "quarters")
    ]
    return edit_places(scenario, *tables)
