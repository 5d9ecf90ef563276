"""The English book: guides for analysts, operators and engineers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from parts.settings import settings

globals().update(settings("en"))
exclude_patterns = ["da", "parts", "style"]
