"""A profile with every part that a page may show, for tests of whole pages.

What is found (gaps, completeness, rules, robustness, indicators, lists) is a part of what the
embedded study says of one quarter; fairness, which it cannot say, is made up.
"""

from __future__ import annotations

import json
from pathlib import Path

from htkgis.pipeline.localised import localised
from tests.maps.profile_example import example_profile

FOUND = Path(__file__).with_name("example_findings.json")
UNIT = {
    "share": 0.25,
    "gap": 0.1,
    "severity": 0.05,
    "mean_shortfall_min": 4.5,
    "persons_above": 500,
    "persons_unreached": 0,
    "persons": 2000,
    "upper_bound": True,
    "hidden": False,
}
HIDDEN = dict.fromkeys(UNIT) | {"upper_bound": False, "hidden": True}


def whole_profile(quarter: str = "kulturkvarteret", *, language: str = "da") -> dict[str, object]:
    """Every part at once, with its texts in one language."""
    found = json.loads(FOUND.read_text("utf-8"))
    known = example_profile(quarter)
    known["assumptions"] |= {name: found.pop(name) for name in ("gap_limits", "choice")}
    return localised(known | found | {"fairness": example_fairness()}, language)


def example_fairness() -> dict[str, object]:
    """Shares that are known, bounded and hidden, and three measures of inequality."""
    return {
        "missing": None,
        "sufficiency": [
            {
                "function": function,
                "mode": "walk",
                "limit_min": 15.0,
                "area": area,
                "rest": UNIT,
                "municipality": UNIT,
                "difference": None if area is HIDDEN else 0.0,
            }
            for function, area in (("station", UNIT), ("school", HIDDEN))
        ],
        "inequality": [
            {
                "mode": "walk",
                "state": 2026,
                "limit_min": 15.0,
                "functions": 10,
                "edge": True,
                "measure": measure,
                "value": value,
                "hidden": False,
                "persons": 50_000,
                "persons_left_out": 20,
                "within": 0.09 if measure == "theil" else None,
                "between": 0.01 if measure == "theil" else None,
                "groups": [],
            }
            for measure, value in (("gini", 0.31), ("palma", 1.4), ("theil", 0.1))
        ],
        "not_measured": [],
    }
