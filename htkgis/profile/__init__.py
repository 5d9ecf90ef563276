"""Profile: what a quarter's page, table and file say; every number is made here or before."""

from .comparison import comparison_rows
from .figures import profile_figures
from .finding import DISTRICT_SCHOOL
from .quarter import ProfileInputs, quarter_profile
from .rules import evaluate_list
from .spread import spread

__all__ = [
    "DISTRICT_SCHOOL",
    "ProfileInputs",
    "comparison_rows",
    "evaluate_list",
    "profile_figures",
    "quarter_profile",
    "spread",
]
