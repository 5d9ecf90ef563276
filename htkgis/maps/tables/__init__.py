"""A profile's numbers as tables of finished text: formatting only, nothing is computed."""

from .about import criteria, places, projects, sources, unsnapped
from .cell import Cell, Table, hidden_note
from .changes import changes
from .compare import comparison
from .competition import competition, competition_missing
from .completeness import completeness
from .definitions import definitions
from .fairness import inequality, sufficiency
from .indicators import counted, indicators, list_criteria, lists, published_lists
from .isolation import barriers, isolation
from .lenses import lenses
from .overview import Overview, overview
from .part_robustness import part_robustness
from .reach import (
    choices,
    counts,
    jobs,
    jobs_by_mode,
    jobs_by_sector,
    jobs_by_skill,
    nearest,
    nearest_by_mode,
)
from .robustness import further_robustness, robustness
from .rules import levels, rules
from .shares import shares, shares_by_limit
from .transit import transit, transit_comparison, transit_lenses

__all__ = [
    "Cell",
    "Overview",
    "Table",
    "barriers",
    "changes",
    "choices",
    "comparison",
    "competition",
    "competition_missing",
    "completeness",
    "counted",
    "counts",
    "criteria",
    "definitions",
    "further_robustness",
    "hidden_note",
    "indicators",
    "inequality",
    "isolation",
    "jobs",
    "jobs_by_mode",
    "jobs_by_sector",
    "jobs_by_skill",
    "lenses",
    "levels",
    "list_criteria",
    "lists",
    "nearest",
    "nearest_by_mode",
    "overview",
    "part_robustness",
    "places",
    "projects",
    "published_lists",
    "robustness",
    "rules",
    "shares",
    "shares_by_limit",
    "sources",
    "sufficiency",
    "transit",
    "transit_comparison",
    "transit_lenses",
    "unsnapped",
]
