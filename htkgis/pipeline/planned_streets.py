"""Streets and paths that projects would build: read like all others, and put into no graph."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.loaders import read_street_table
from htkgis.loaders.table import read_csv_table
from htkgis.study import Study

from .explorer_steps import PLANNED
from .layers import one, street_rules


def load_planned_streets(
    streets: gpd.GeoDataFrame,
    projects: pd.DataFrame,
    *,
    catalog: Catalog,
    study: Study,
    built: Collection[str] = (),
) -> dict[str, Any]:
    """Read the layer of planned streets.

    It is a street table with a column ``project``, an id of the projects; its nodes are those of
    the streets there are, or join planned streets, and stand with their positions in the layer of
    street nodes. Streets of the projects that a scenario has ``built`` are left out, for they
    are among ``streets``.

    Returns
    -------
    outputs
        ``planned_streets``: contract ``STREETS`` with ``project``, ``project_name`` and
        ``project_name_en``.

    Raises
    ------
    SchemaError
        If a project is unknown, a street has the id of one there is, or a project's streets meet
        none of those there are.
    """
    file = catalog.file(one(catalog, PLANNED))
    nodes = catalog.file(one(catalog, "street_nodes"))
    found = read_street_table(file, nodes, crs=study.study.crs, rules=street_rules(study.modes))
    table = read_csv_table(file)
    if "project" not in table.columns:
        msg = (
            f"planned streets ({file}): no column 'project'; it names the project that builds each "
            "street, by its id in the layer of projects. Add it."
        )
        raise SchemaError(msg)
    found["project"] = table["project"].to_numpy(dtype=object)
    found = found[~found["project"].isin(list(built))].reset_index(drop=True)
    problems = list(_problems(found, streets, projects))
    if problems:
        msg = f"planned streets ({file}): {'; '.join(problems)}. Correct the file."
        raise SchemaError(msg)
    names = projects.set_index("id")
    for said in ("name", "name_en"):
        found[f"project_{said}"] = found["project"].map(names[said])
    return {PLANNED: found}


def _problems(
    found: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, projects: pd.DataFrame
) -> Iterator[str]:
    unknown = found.loc[~found["project"].isin(projects["id"]), "id"]
    if len(unknown):
        yield (
            f"{len(unknown)} of {len(found)} rows name no known project: {first(unknown.tolist())};"
            " ids of the layer of projects are allowed"
        )
    twice = found.loc[found["id"].isin(streets["id"]), "id"]
    if len(twice):
        yield f"{len(twice)} ids are those of streets there are: {first(twice.tolist())}"
    there = {*streets["from_node"], *streets["to_node"]}
    meets = found["from_node"].isin(there) | found["to_node"].isin(there)
    loose = [name for name, own in meets.groupby(found["project"]) if not own.any()]
    if loose:
        yield f"{len(loose)} projects meet no street there is: {first(loose)}"
