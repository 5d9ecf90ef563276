"""The work of the steps of a scenario: edits of each layer, and the rows of the state before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile.disclosure import hide_populations
from htkgis.scenario import (
    edited_areas,
    edited_entrances,
    edited_origins,
    edited_residents,
    edited_streets,
)
from htkgis.scenario_rules import Edit
from htkgis.study import Study

from .layers import small_numbers
from .mode_steps import WALK
from .modes import mode_of


def edit_streets(
    streets: gpd.GeoDataFrame, *, edits: Sequence[Edit], year: int, study: Study
) -> dict[str, Any]:
    """Give ``streets`` as they are in a year of a scenario."""
    walkers = [mode_of(study, WALK, lens) for lens in study.modes.walk.lenses]
    modes = [mode_of(study, name) for name in study.modes.names]
    read = {column for mode in (*modes, *walkers) for column in mode.columns}
    return {"streets": edited_streets(streets, edits, year=year, read=read)}


def edit_entrances(
    entrances: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    outlines: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    *,
    edits: Sequence[Edit],
    year: int,
) -> dict[str, Any]:
    """Give ``entrances`` as they are in a year of a scenario."""
    found = edited_entrances(
        entrances, edits, year=year, places=places, outlines=outlines, streets=streets
    )
    return {"entrances": found}


def edit_homes(
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    residents: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    *,
    edits: Sequence[Edit],
    year: int,
    counted: int | None,
    study: Study,
) -> dict[str, Any]:
    """Give ``areas``, ``origins`` and ``residents`` as they are in a year of a scenario.

    ``counted`` is the year in which residents were counted. An area that is left with few homes
    has its residents hidden, as one that always had few.
    """
    lived = edited_residents(
        residents,
        edits,
        year=year,
        areas=areas,
        districts=districts,
        municipality=municipality,
        counted=counted,
    )
    own = hide_populations(edited_areas(areas, edits, year=year), small_numbers(study))
    hidden = own["population_hidden"] | areas["population_hidden"].to_numpy()
    return {
        "areas": own.assign(population_hidden=hidden),
        "origins": edited_origins(origins, edits, year=year, areas=areas),
        "residents": lived,
    }


def with_before(before: pd.DataFrame, after: pd.DataFrame, *, year: int) -> dict[str, Any]:
    """Put the rows of the state before above those of a scenario.

    Parameters
    ----------
    before, after
        Tables with a column ``state``, of the study's own steps and of the scenario's.
    year
        State before.

    Returns
    -------
    outputs
        ``table``: of ``before`` the rows of the year, cell by cell, then all of ``after``.

    Raises
    ------
    ValueError
        If the scenario measured the year too: on layers with edits that were not there.

    Examples
    --------
    >>> own = pd.DataFrame({"state": [2017, 2026], "value": [1.0, 2.0]})
    >>> scenario = pd.DataFrame({"state": [2040], "value": [3.0]})
    >>> with_before(own, scenario, year=2026)["table"]["value"].tolist()
    [2.0, 3.0]
    """
    if after["state"].eq(year).any():
        msg = f"scenario: the state before, {year}, was measured on edited layers"
        raise ValueError(msg)
    own = before[before["state"].eq(year)]
    if own.empty or after.empty:
        joined = after if own.empty else own
        return {"table": joined.reset_index(drop=True)}
    return {"table": pd.concat([own, after], ignore_index=True)[list(after.columns)]}
