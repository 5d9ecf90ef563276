"""What a missing link meets on the ground: buildings, water and land that nobody walks on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog, role_of
from htkgis.loaders.land import read_buildings, read_closed_land, read_water
from htkgis.study import Study

from .mode_steps import later
from .steps import Step

READERS = {"buildings": read_buildings, "water": read_water, "closed_land": read_closed_land}
GROUND = tuple(READERS)
"""Roles of layers that are read for missing links alone; each may be missing."""


def ground_step(catalog: Catalog, study: Study, hashes: Mapping[str, str]) -> Step:
    """Name the step that reads the ground; it makes a table of each role of :data:`GROUND`."""
    facts = {
        name: layer.model_dump(exclude={"history", "path"})
        for name, layer in catalog.layers.items()
        if role_of(name, layer) in GROUND
    }
    return Step(
        "load_link_ground",
        (),
        GROUND,
        later("link_ground", "load_ground", catalog=catalog, study=study),
        parameters=[facts, study.study.crs],
        files={name: hashes[name] for name in facts},
    )


def load_ground(catalog: Catalog, study: Study) -> dict[str, Any]:
    """Read buildings, water and closed land; no rows where the catalog has no such layer."""
    return {role: _joined(catalog, role, study.study.crs) for role in GROUND}


def _joined(catalog: Catalog, role: Any, crs: str) -> gpd.GeoDataFrame:
    names = list(catalog.by_role(role))
    found = [READERS[role](catalog, name, crs=crs)[0] for name in names]
    tables = [table[["id", "geometry"]] for table in found]
    nothing = gpd.GeoDataFrame({"id": pd.Series([], dtype=object)}, geometry=[], crs=crs)
    ids = [name + "_" + table["id"] for name, table in zip(names, tables, strict=True)]
    joined = pd.concat([t.assign(id=i) for t, i in zip(tables, ids, strict=True)] or [nothing])
    return gpd.GeoDataFrame(joined.reset_index(drop=True), geometry="geometry", crs=crs)
