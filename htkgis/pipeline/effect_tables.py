"""Effects of projects as tables: every share of every area, and one row per project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.effect import MEASURES, PARTS
from htkgis.profile.project_effects import HiddenEffects, cost_beside_effect, rank_projects
from htkgis.scenario.shapley import Shares
from htkgis.units import DECISECONDS_PER_MINUTE

EVERY_FUNCTION, ELSEWHERE, EVERYBODY = "all", "elsewhere", "everybody"
REFERENCE = "study"
PER_MINUTE = float(PARTS * DECISECONDS_PER_MINUTE)
UNITS = {"saved": "person-min", "gainers": "persons", "losers": "persons", "reach": "persons"}


def effect_table(
    shares: Shares,
    hidden: HiddenEffects,
    projects: Sequence[str],
    functions: Sequence[str],
    groups: Sequence[str],
    *,
    min_persons: int,
) -> pd.DataFrame:
    """Write shares as one long table, and take out what is hidden."""
    shape = (len(MEASURES), len(functions), len(groups))
    index = pd.MultiIndex.from_product(
        [projects, MEASURES, functions, groups], names=["project", "measure", "function", "group"]
    )
    table = pd.DataFrame(index=index).reset_index()
    unit = np.where(table["measure"] == "saved", PER_MINUTE, float(PARTS))
    errors = shares.standard_error
    for name, found in (
        ("alone", shares.alone),
        ("last", shares.last),
        ("shapley", shares.shapley),
        ("standard_error", np.zeros(shares.alone.shape) if errors is None else errors),
        ("together", np.broadcast_to(shares.joint, shares.alone.shape)),
    ):
        table[name] = np.asarray(found, dtype=np.float64).ravel() / unit
    own = np.broadcast_to(hidden.projects[:, None], (len(projects), *shape)).ravel()
    joint = np.broadcast_to(hidden.together, (len(projects), *shape)).ravel()
    table.insert(4, "unit", table["measure"].map(UNITS))
    table["hidden"] = own
    for name in ("alone", "last", "shapley", "standard_error"):
        table[name] = table[name].mask(own)
    table["together"] = table["together"].mask(joint)
    _hide_small_counts(table, min_persons)
    return table


def _hide_small_counts(table: pd.DataFrame, min_persons: int) -> None:
    """Hide counts of few persons, and beside one that is alone in a sum the sum as well."""
    parts = ["alone", "last", "shapley", "standard_error"]
    sizes = table[["alone", "last", "shapley"]].abs()
    few = ((sizes > 0) & (sizes < min_persons)).any(axis=1) & (table["measure"] != "saved")
    keys = [table[name] for name in ("project", "measure", "function")]
    within = (few & (table["group"] != EVERYBODY)).groupby(keys).transform("sum")
    few |= (within == 1) & (table["group"] == EVERYBODY)
    keys = [table[name] for name in ("project", "measure", "group")]
    within = (few & (table["function"] != EVERY_FUNCTION)).groupby(keys).transform("sum")
    few |= (within == 1) & (table["function"] == EVERY_FUNCTION) & (table["measure"] == "reach")
    together = table["together"].abs()
    joint = (together > 0) & (together < min_persons) & (table["measure"] != "saved")
    keys = [table[name] for name in ("measure", "function", "group")]
    alone = few.groupby(keys).transform("sum") == 1
    for name in parts:
        table[name] = table[name].mask(few)
    table["together"] = table["together"].mask(joint | alone)
    table["hidden"] = table["hidden"] | few


def project_table(
    known: pd.DataFrame,
    chosen: Sequence[str],
    table: pd.DataFrame,
    saved: Mapping[str, npt.NDArray[np.float64]],
) -> pd.DataFrame:
    """Write one row per project: what it does to everybody, costs beside it, and ranks."""
    projects = known.loc[list(chosen), ["name", "name_en", "area_id", "budget_mio_dkk"]].copy()
    whole = table[(table["function"] == EVERY_FUNCTION) & (table["group"] == EVERYBODY)]
    for measure in MEASURES:
        own = whole[whole["measure"] == measure].set_index("project")
        name = "saved_person_min" if measure == "saved" else measure
        projects[name] = own["shapley"].reindex(projects.index)
        projects[f"{name}_alone"] = own["alone"].reindex(projects.index)
    budget = projects["budget_mio_dkk"].astype("float64")
    alone = [f"{name}_alone" for name in ("saved_person_min", "gainers", "reach")]
    costs = cost_beside_effect(budget, projects)
    costs_alone = cost_beside_effect(
        budget, projects[alone].rename(columns=lambda name: name.removesuffix("_alone"))
    )
    ranks = rank_projects(budget, saved, REFERENCE)
    return pd.concat([projects, costs, costs_alone.add_suffix("_alone"), ranks], axis=1)
