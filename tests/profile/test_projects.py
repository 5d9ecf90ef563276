"""Projects: planned, running, done and cancelled by their years, of one area only."""

import pandas as pd
import pytest

from htkgis.profile.projects import project_rows, project_status


@pytest.mark.parametrize(
    ("phase", "start", "end", "status"),
    [
        ("cancelled", 2020, 2030, "cancelled"),
        ("2030-", 2030, None, "planned"),
        ("planned", None, None, "planned"),
        ("2026-", 2026, None, "running"),
        ("2020-2026", 2020, 2026, "running"),
        ("2020-2025", 2020, 2025, "done"),
    ],
)
def test_the_years_decide_the_status(phase, start, end, status):
    project = {"phase": phase, "year_from": start, "year_to": end}
    assert project_status(project, state=2026) == status


def test_an_area_has_its_own_projects_and_says_which_are_on_the_map():
    projects = pd.DataFrame(
        {"id": ["a", "b", "c"], "area_id": ["x", "x", "y"], "phase": "planned"}
        | {"year_from": None, "year_to": None, "place_id": ["p", None, "p"]}
    )
    rows = project_rows(projects, pd.DataFrame({"id": ["p"]}), area_id="x", state=2026)
    assert [(row["id"], row["status"], row["on_map"]) for row in rows] == [
        ("a", "planned", True),
        ("b", "planned", False),
    ]
