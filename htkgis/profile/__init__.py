"""Profile: what a quarter's page, table and file say; every number is made here or before."""

from .comparison import comparison_rows
from .figures import profile_figures
from .finding import DISTRICT_SCHOOL
from .inputs import FurtherInputs, ProfileInputs
from .planning_rules import evaluate_planning_rules
from .quarter import quarter_profile, street_profile
from .rules import evaluate_list
from .spread import spread

__all__ = [
    "DISTRICT_SCHOOL",
    "FurtherInputs",
    "ProfileInputs",
    "comparison_rows",
    "evaluate_list",
    "evaluate_planning_rules",
    "profile_figures",
    "quarter_profile",
    "spread",
    "street_profile",
]
