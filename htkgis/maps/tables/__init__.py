"""A profile's numbers as tables of finished text: formatting only, nothing is computed."""

from .about import criteria, places, projects, sources, unsnapped
from .cell import Cell, Table
from .changes import changes
from .compare import comparison
from .definitions import definitions
from .lenses import lenses
from .reach import choices, counts, jobs, jobs_by_mode, jobs_by_sector, nearest, nearest_by_mode
from .shares import shares, shares_by_limit
from .transit import transit

__all__ = [
    "Cell",
    "Table",
    "changes",
    "choices",
    "comparison",
    "counts",
    "criteria",
    "definitions",
    "jobs",
    "jobs_by_mode",
    "jobs_by_sector",
    "lenses",
    "nearest",
    "nearest_by_mode",
    "places",
    "projects",
    "shares",
    "shares_by_limit",
    "sources",
    "transit",
    "unsnapped",
]
