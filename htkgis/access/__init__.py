"""Access: one measure, one file; pure functions over the table of travel times."""

from .assigned import assigned
from .cumulative import cumulative_opportunities
from .nearest import nearest
from .quantiles import time_quantiles
from .share import share_within
from .zonal import zonal_statistics

__all__ = [
    "assigned",
    "cumulative_opportunities",
    "nearest",
    "share_within",
    "time_quantiles",
    "zonal_statistics",
]
