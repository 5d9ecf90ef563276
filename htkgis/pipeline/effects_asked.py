"""What is asked of the effects of projects: names that are known, projects that are followed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from htkgis.effect_rules import EffectRules
from htkgis.errors import ConfigError, first
from htkgis.robustness_rules import SPEED_OF
from htkgis.scenario_rules import AnyEdit, Scenario
from htkgis.scenario_rules.transit import TIMETABLE_EDITS
from htkgis.study import Study

from .robustness_steps import case_study, cases_of
from .transit_steps import TRANSIT

FOLLOWED = dict.fromkeys(("walk", "bike"), "changes streets, places, jobs or homes") | {
    TRANSIT: "changes streets, places, jobs, homes or timetables"
}
"""What is followed of a project, by how people travel."""


def effect_rules(study: Study, path: Path) -> EffectRules:
    """Give what the study decides on effects; raise ConfigError if it decides nothing."""
    if study.effects is None:
        msg = (
            f"{path.name} ({path}): decides nothing on effects of projects; a table [effects] is "
            "needed. Copy the one of the embedded study (htkgis init) and change it."
        )
        raise ConfigError(msg)
    return study.effects


def check_names(
    study: Study, mode: str, area: str | None, functions: Sequence[str], window: str | None
) -> None:
    """Raise ConfigError if the study does not know what an option names."""
    areas = [quarter.area for quarter in study.quarters]
    windows = [] if study.transit is None else list(study.transit.windows)
    known = (*study.modes.names, *([TRANSIT] if windows else []))
    modes = [name for name in ("walk", "bike", TRANSIT) if name in known]
    unknown = [name for name in functions if name not in study.functions.measured]
    for option, wrong, allowed in (
        ("--mode", [mode] if mode not in modes else [], modes),
        ("--window", [window] if window is not None and window not in windows else [], windows),
        ("--area", [area] if area is not None and area not in areas else [], areas),
        ("--function", unknown, study.functions.measured),
    ):
        if wrong:
            msg = (
                f"{option}: {first(wrong)} is not known; {', '.join(allowed)} are allowed. "
                "Correct the name."
            )
            raise ConfigError(msg)


def chosen_projects(
    scenario: Scenario, year: int, known: pd.DataFrame, path: Path, mode: str
) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Tell the projects whose edits are followed in the year, and why each other one is not.

    Returns
    -------
    projects
        Their ids, in the order in which the scenario names them.
    left_out
        The others of the study: ``project``, ``reason``, ``words`` and ``words_en``.

    Raises
    ------
    ConfigError
        If a project is not known, or none is followed.
    """
    told = {each.project: each for each in scenario.without_effect}
    named = dict.fromkeys(edit.project for edit in scenario.edits if edit.project is not None)
    strangers = [name for name in {**named, **told} if name not in known.index]
    if strangers:
        msg = (
            f"{path.name} ({path}): {len(strangers)} of {len({**named, **told})} projects are not "
            f"known: {first(strangers)}; ids of the layer of projects are allowed, such as "
            f"{first(known.index)}. Correct them."
        )
        raise ConfigError(msg)
    chosen: list[str] = []
    rows: list[tuple[str, str, str | None, str | None]] = []
    for name in [*named, *(one for one in known.index if one not in named)]:
        own = [edit for edit in scenario.edits if edit.project == name]
        held = [edit for edit in own if edit.holds_in(year)]
        if any(_is_followed(edit, mode) for edit in held):
            chosen.append(name)
        elif name in told:
            rows.append((name, "stated", told[name].reason, told[name].reason_en))
        else:
            reason = "no_edit" if not own else "timetable" if held else "other_year"
            rows.append((name, reason, None, None))
    if not chosen:
        msg = (
            f"{path.name} ({path}): no edit that holds in {year} {FOLLOWED[mode]} and names a "
            "project; one at least is needed. Add a project to the edits, or state the year of "
            "the scenario."
        )
        raise ConfigError(msg)
    columns = ["project", "reason", "words", "words_en"]
    return tuple(chosen), pd.DataFrame(rows, columns=columns, dtype=object)


def effect_cases(study: Study, rules: EffectRules, mode: str) -> dict[str, tuple[Study, float]]:
    """List what is tried besides the study: other speeds of the mode, other longest trips."""
    cases = {
        name: (case_study(study, case), rules.longest.value)
        for name, case in cases_of(study).items()
        if SPEED_OF.get(case.factor) == mode
    }
    return cases | {f"longest_{limit:g}": (study, limit) for limit in rules.other_longest.value}


def _is_followed(edit: AnyEdit, mode: str) -> bool:
    """Tell whether an edit may change what people reach; on foot no timetable does."""
    return mode == TRANSIT or not isinstance(edit, TIMETABLE_EDITS)
