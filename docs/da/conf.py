"""The Danish book: the guide for planners."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from parts.settings import settings

globals().update(settings("da"))
