"""Which scenarios lie in a folder: what each holds, and what is wrong with files that are none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from htkgis.errors import HtkgisError, SourceError
from htkgis.scenario_rules import Scenario

from .scenario_files import read_scenario_file


@dataclass(frozen=True)
class ListedScenario:
    """A scenario in a folder.

    Parameters
    ----------
    file
        That holds it.
    id, name, year
        As the file says; no year is the study's own state.
    edits
        Number of edits by kind, in words.
    projects
        Ids of projects with edits, in the order of the file.
    """

    file: Path
    id: str
    name: str
    year: int | None
    edits: str
    projects: tuple[str, ...]


@dataclass(frozen=True)
class ScenarioListing:
    """What lies in a folder: scenarios in the order of their files, and a line for each fault."""

    scenarios: tuple[ListedScenario, ...]
    faults: tuple[str, ...]


def list_folder(folder: Path) -> ScenarioListing:
    """Read every ``*.toml`` of a folder.

    Raises
    ------
    SourceError
        If there is no such folder, or no such file in it.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        what = "holds no scenario (*.toml)" if folder.is_dir() else "is no folder"
        msg = f"{folder.name} ({folder}): {what}. Name the folder of the scenarios."
        raise SourceError(msg)
    found: dict[str, ListedScenario] = {}
    faults = []
    for file in files:
        try:
            scenario = read_scenario_file(file)
        except HtkgisError as error:
            faults.append(" ".join(str(error).split()))
            continue
        if scenario.id in found:
            faults.append(
                f"{file.name} ({file}): the id {scenario.id!r} is that of "
                f"{found[scenario.id].file.name} too; pages of both would go to one folder. "
                "Choose another id."
            )
            continue
        found[scenario.id] = _listed(file, scenario)
    return ScenarioListing(tuple(found.values()), tuple(faults))


def _listed(file: Path, scenario: Scenario) -> ListedScenario:
    counts = Counter(edit.kind for edit in scenario.edits)
    words = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    projects = dict.fromkeys(edit.project for edit in scenario.edits if edit.project is not None)
    return ListedScenario(
        file, scenario.id, scenario.name, scenario.year, words or "none", tuple(projects)
    )
