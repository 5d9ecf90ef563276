"""Effects of projects as tables: every share of every area, and one row per project."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.effect import MEASURES, PARTS
from htkgis.profile.project_effects import HiddenEffects, cost_beside_effect, rank_projects
from htkgis.scenario.shapley import Shares
from htkgis.units import DECISECONDS_PER_MINUTE

JOB_PARTS = 1000
"""Jobs are counted in thousandths, so that every sum is one of whole numbers."""
WHOLE = ("homes", "jobs")
"""What stands for a function where there are no functions."""
EVERY_FUNCTION, ELSEWHERE, EVERYBODY = "all", "elsewhere", "everybody"
REFERENCE = "study"
PER_MINUTE = float(PARTS * DECISECONDS_PER_MINUTE)
COUNTS = ("gainers", "losers", "reach")
"""Measures that count residents of today."""
PERSON_JOBS = float(PARTS * JOB_PARTS)
UNITS = {"saved": ("person-min", PER_MINUTE)}
"""Unit of a measure, and how many parts make one; persons where it is not named."""
KINDS = {"jobs": ("person-jobs", PERSON_JOBS)}
"""The same of all measures of a block."""


@dataclass(frozen=True)
class Block:
    """Figures of one kind that stand together in a row of values.

    Parameters
    ----------
    kind
        ``ways``, ``new_reach``, ``moved`` or ``jobs``.
    measures, functions, groups
        Of each of which there is a figure, in this order.
    """

    kind: str
    measures: tuple[str, ...]
    functions: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many measures, functions and groups there are."""
        return len(self.measures), len(self.functions), len(self.groups)

    def unit(self, measure: str) -> tuple[str, float]:
        """Give the unit of a measure, and how many parts make one."""
        return UNITS.get(measure) or KINDS.get(self.kind) or ("persons", float(PARTS))

    def spread(self, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Spread flags by function over all measures; of jobs they are by measure.

        Parameters
        ----------
        flags
            Shape (..., rows, groups): by function, or by measure and once more for all.
        """
        rows = self.shape[0] if self.kind == "jobs" else self.shape[1]
        own = flags[..., :rows, :]
        own = own[..., :, None, :] if self.kind == "jobs" else own[..., None, :, :]
        return np.broadcast_to(own, (*flags.shape[:-2], *self.shape))


def effect_table(
    shares: Shares,
    blocks: Sequence[Block],
    hidden: Sequence[HiddenEffects],
    projects: Sequence[str],
    *,
    min_persons: int,
) -> pd.DataFrame:
    """Write shares as one long table, and take out what is hidden.

    Parameters
    ----------
    shares
        Of all blocks, one behind the other.
    blocks, hidden
        What the figures are, and which are not told.
    projects
        Their ids.
    min_persons
        Below which number of residents no count is told.
    """
    ends = np.cumsum([0, *(math.prod(block.shape) for block in blocks)])
    tables = [
        _block_table(shares, block, own, projects, slice(begin, end))
        for block, own, begin, end in zip(blocks, hidden, ends[:-1], ends[1:], strict=True)
    ]
    table = pd.concat(tables, ignore_index=True)
    _hide_small_counts(table, min_persons)
    number = table["project"].map({name: place for place, name in enumerate(projects)})
    return table.iloc[np.argsort(number.to_numpy(), kind="stable")].reset_index(drop=True)


def _block_table(
    shares: Shares,
    block: Block,
    hidden: HiddenEffects,
    projects: Sequence[str],
    columns: slice,
) -> pd.DataFrame:
    index = pd.MultiIndex.from_product(
        [projects, block.measures, block.functions, block.groups],
        names=["project", "measure", "function", "group"],
    )
    table = pd.DataFrame(index=index).reset_index()
    units = {measure: block.unit(measure) for measure in block.measures}
    parts = table["measure"].map({measure: own for measure, (_, own) in units.items()})
    errors = shares.standard_error
    for name, found in (
        ("alone", shares.alone),
        ("last", shares.last),
        ("shapley", shares.shapley),
        ("standard_error", np.zeros(shares.alone.shape) if errors is None else errors),
        ("together", np.broadcast_to(shares.joint, shares.alone.shape)),
    ):
        table[name] = np.asarray(found[:, columns], dtype=np.float64).ravel() / parts
    own = block.spread(hidden.projects).ravel()
    joint = np.broadcast_to(block.spread(hidden.together), (len(projects), *block.shape)).ravel()
    table.insert(4, "unit", table["measure"].map({name: unit for name, (unit, _) in units.items()}))
    table["hidden"] = own
    for name in ("alone", "last", "shapley", "standard_error"):
        table[name] = table[name].mask(own)
    table["together"] = table["together"].mask(joint)
    return table


def _hide_small_counts(table: pd.DataFrame, min_persons: int) -> None:
    """Hide counts of few residents, and beside one that is alone in a sum the sum as well.

    Who moves in is nobody yet, and the scenario states it.
    """
    parts = ["alone", "last", "shapley", "standard_error"]
    counts = table["measure"].isin(COUNTS)
    sizes = table[["alone", "last", "shapley"]].abs()
    few = ((sizes > 0) & (sizes < min_persons)).any(axis=1) & counts
    keys = [table[name] for name in ("project", "measure", "function")]
    within = (few & (table["group"] != EVERYBODY)).groupby(keys).transform("sum")
    few |= (within == 1) & (table["group"] == EVERYBODY)
    keys = [table[name] for name in ("project", "measure", "group")]
    within = (few & (table["function"] != EVERY_FUNCTION)).groupby(keys).transform("sum")
    few |= (within == 1) & (table["function"] == EVERY_FUNCTION) & (table["measure"] == "reach")
    together = table["together"].abs()
    joint = (together > 0) & (together < min_persons) & counts
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
    *,
    residents: float,
    sampled: bool = False,
) -> pd.DataFrame:
    """Write one row per project: what it does to everybody, costs beside it, and ranks.

    Jobs are those that a resident of today reaches more on average.
    """
    projects = known.loc[list(chosen), ["name", "name_en", "area_id", "budget_mio"]].copy()
    whole = table[(table["function"] == EVERY_FUNCTION) & (table["group"] == EVERYBODY)]
    for measure in MEASURES:
        own = whole[whole["measure"] == measure].set_index("project")
        name = "saved_person_min" if measure == "saved" else measure
        projects[name] = own["shapley"].reindex(projects.index)
        projects[f"{name}_alone"] = own["alone"].reindex(projects.index)
    budget = projects["budget_mio"].astype("float64")
    alone = [f"{name}_alone" for name in ("saved_person_min", "gainers", "reach")]
    costs = cost_beside_effect(budget, projects)
    costs_alone = cost_beside_effect(
        budget, projects[alone].rename(columns=lambda name: name.removesuffix("_alone"))
    )
    error = None
    if sampled:
        estimated = whole[whole["measure"] == "saved"].set_index("project")["standard_error"]
        error = estimated.reindex(projects.index).to_numpy(dtype=np.float64)
    ranks = rank_projects(budget, saved, REFERENCE, error=error)
    further = _further(table, projects.index, residents)
    return pd.concat([projects, further, costs, costs_alone.add_suffix("_alone"), ranks], axis=1)


def _further(table: pd.DataFrame, projects: pd.Index, residents: float) -> pd.DataFrame:
    """Give jobs per resident and new homes of each project, of everybody; none where not counted.

    Homes are told as they are alone: whoever comes, comes to them.
    """
    whole = table[table["group"].eq(EVERYBODY) & table["function"].isin([*WHOLE, EVERY_FUNCTION])]
    found: dict[str, pd.Series] = {}
    for measure, own in whole.groupby("measure", sort=False):
        rows, name = own.set_index("project").reindex(projects), str(measure)
        if name in MEASURES:
            continue
        each = residents if name.startswith("jobs_") else 1.0
        found[name] = rows["shapley"] / each if each else rows["shapley"] * np.nan
        found[f"{name}_alone"] = rows["alone"] / each if each else rows["alone"] * np.nan
    return pd.DataFrame(found, index=projects)
