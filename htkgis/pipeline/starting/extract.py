"""What an extract of OpenStreetMap gives a new study: places, homes, barriers, ways out."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.loaders.osm import read_osm_streets
from htkgis.loaders.osm_cut import Cut
from htkgis.loaders.osm_places import HOUSE_NUMBER, read_osm_places
from htkgis.network import find_entrances
from htkgis.pipeline.layers import street_rules
from htkgis.study import Study

SAME_WAY_OUT_M = 25.0
"""Streets that cross an outline this near each other are one way out: a road and its pavements."""
Table = dict[str, dict[str, Any]]


def known_functions() -> dict[str, Any]:
    """Read which function each kind of place has, and what is a barrier."""
    file = resources.files(__package__ or "") / "osm_functions.toml"
    return tomllib.loads(file.read_text("utf-8"))


def found_functions(cut: Cut) -> Table:
    """Give the functions by tag and value, of the values that the extract has."""
    return _found(known_functions()["functions"], cut)


def found_barriers(cut: Cut) -> Table:
    """Give kinds of barriers by tag and value, of those that the extract has."""
    return _found(known_functions()["barriers"], cut)


def found_ground(cut: Cut) -> dict[str, Table]:
    """Give by role what else the ground holds: water, closed land, buildings."""
    found: dict[str, Table] = {}
    for role, tags in known_functions()["ground"].items():
        there = _found(tags, cut) or {key: {} for key in tags if not tags[key] and cut.has(key)}
        if there:
            found[role] = there
    return found


def _found(tags: Table, cut: Cut) -> Table:
    kept = {
        key: {value: ours for value, ours in values.items() if cut.has(key, value)}
        for key, values in tags.items()
    }
    return {key: values for key, values in kept.items() if values}


def functions_of(found: Table) -> tuple[list[str], list[str]]:
    """List the functions that are measured and those that are drawn, in the order of the table."""
    drawn = known_functions()["drawn"]
    named = list(dict.fromkeys(ours for values in found.values() for ours in values.values()))
    return [one for one in named if one not in drawn], [one for one in named if one in drawn]


def lacking_functions(found: Table) -> list[str]:
    """List the functions that no place of the extract has."""
    everything = known_functions()
    measured, _ = functions_of(everything["functions"])
    return [one for one in measured if one not in functions_of(found)[0]]


def addresses_per_area(file: Path, cut: Cut, areas: gpd.GeoDataFrame) -> Counter[str]:
    """Count the house numbers of an extract in each area; nothing of areas without any."""
    if not cut.has(HOUSE_NUMBER):
        return Counter()
    homes, _, _ = read_osm_places(file, key=HOUSE_NUMBER, values=frozenset())
    points = homes.set_geometry(homes.geometry.representative_point())
    inside = points.sjoin(areas[["id", "geometry"]].rename(columns={"id": "area"}))
    return Counter(inside["area"])


def ways_out(file: Path, areas: gpd.GeoDataFrame, study: Study) -> pd.DataFrame:
    """Find where streets that people may walk along cross the outlines of areas.

    Crossings within 25 m of each other are one. An area that no street crosses has the point of
    its outline that lies nearest to a street.

    Returns
    -------
    gates
        ``id``, ``area``, ``name``, ``name_en``, ``lat``, ``lon``; one at least per area.
    """
    crs = study.study.crs
    streets, _ = read_osm_streets(file, crs=crs, rules=street_rules(study.modes))
    outlines = areas.to_crs(crs).rename(columns={"id": "place_id"})
    tolerance = study.places.entrance_tolerance
    found = find_entrances(
        outlines, streets, tolerance_m=0.0 if tolerance is None else tolerance.value
    )
    kept = pd.concat([_apart(own) for _, own in found.groupby("place_id", sort=False)])
    gates = gpd.GeoDataFrame(kept, geometry="geometry", crs=crs).reset_index(drop=True)
    walked = streets[streets["walk"]]
    nearest = shapely.STRtree(walked.geometry.to_numpy()).nearest(gates.geometry.to_numpy())
    named = walked["name"].to_numpy()[nearest]
    number = gates.groupby("place_id").cumcount().to_numpy() + 1
    degrees = gates.geometry.to_crs("EPSG:4326")
    return pd.DataFrame(
        {
            "id": [f"{a}_{n}" for a, n in zip(gates["place_id"], number, strict=True)],
            "area": gates["place_id"],
            "name": [_called("Udgang", n, s) for n, s in zip(number, named, strict=True)],
            "name_en": [_called("Way out", n, s) for n, s in zip(number, named, strict=True)],
            "lat": np.round(degrees.y.to_numpy(), 7),
            "lon": np.round(degrees.x.to_numpy(), 7),
        }
    )


def _apart(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep points, from west to east, that lie apart from those kept before."""
    kept: list[int] = []
    shapes = points.geometry.to_numpy()
    for at, shape in enumerate(shapes):
        if all(shapely.distance(shape, shapes[other]) > SAME_WAY_OUT_M for other in kept):
            kept.append(at)
    return points.iloc[kept]


def _called(word: str, number: int, street: str | None) -> str:
    return f"{word} {number}" if pd.isna(street) else f"{word} {number} ({street})"
