"""The steps of a scenario: those of the main job, with edits put in after what they change.

What stands before the edits is not measured again: a scenario is compared with the study's own
state, and the rows of that state are taken from its own steps. Measured on the streets of a
scenario they would look right and be wrong. This module imports nothing heavy, as all that list
steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError, first
from htkgis.scenario_rules import AnyEdit, Scenario
from htkgis.study import Study

from .mode_steps import dumped, later
from .steps import Results, Step

OF_PLACES = ("add_place", "move_place", "close_place", "add_jobs", "change_jobs")
"""Edits that the step takes which loads places: it decides what is measured in which year."""
BOTH_YEARS = ("access", "case_figures")
"""Tables with rows of both years, which a scenario takes from two runs."""
MEASURED = (
    "access",
    "case_figures",
    "projects",
    "streets",
    "disclosed_shares",
    "disclosed_distribution",
)
"""What a scenario takes from the steps of the study itself."""


@dataclass(frozen=True)
class Joint:
    """Where the edits of one layer enter.

    Parameters
    ----------
    layer
        Name of the step, ``edit_<layer>``, and of its function in ``scenario_edits``.
    kinds
        Of the edits.
    tables
        Outputs of earlier steps that are made anew; the edits enter after the last of them.
    beside
        Further outputs that the function takes and leaves as they are.
    """

    layer: str
    kinds: tuple[str, ...]
    tables: tuple[str, ...]
    beside: tuple[str, ...] = ()


JOINTS = (
    Joint(
        "streets", ("add_street", "reroute_street", "change_street", "close_street"), ("streets",)
    ),
    Joint("entrances", ("add_entrance",), ("entrances",), ("places", "outlines", "streets")),
    Joint(
        "homes",
        ("add_dwellings",),
        ("areas", "origins", "residents"),
        ("districts", "municipality"),
    ),
)
"""Every layer that is edited after it was loaded; places and jobs are edited as they are loaded."""


@dataclass(frozen=True)
class ScenarioState:
    """A scenario in one year, and what it is compared with.

    Parameters
    ----------
    scenario
        With all its edits.
    study
        The study as it is; its state is the one before.
    year
        Of the state that is measured: later than the study's.
    before
        Results of the study's own steps: at least :data:`MEASURED`.
    where
        Of each edit of the scenario, where it lies: what
        :func:`htkgis.pipeline.scenario_places.edit_places` gives.
    """

    scenario: Scenario
    study: Study
    year: int
    before: Results
    where: tuple[Mapping[str, str | None], ...] = ()

    @property
    def edits(self) -> tuple[AnyEdit, ...]:
        """The edits that hold in the year, in the order of the file."""
        return tuple(edit for edit in self.scenario.edits if edit.holds_in(self.year))

    @property
    def shown(self) -> Study:
        """The study as pages show it: the year of the scenario, compared with the state before."""
        return _in_years(self.study, self.year, self.study.study.state)

    @property
    def measured(self) -> Study:
        """The study as steps measure it: in the year of the scenario alone."""
        own = self.shown.study.state
        return _in_years(self.study, self.year, own)

    @property
    def identity(self) -> dict[str, Any]:
        """What pages, manifest and run identity hold of the scenario."""
        return {
            "scenario": dumped(self.scenario),
            "year": self.year,
            "where": [dict(each) for each in self.where],
        }


def state_of(scenario: Scenario, study: Study, before: Results) -> ScenarioState | None:
    """Give the state of a scenario; None where it is the study's own, and nothing is to be done.

    Parameters
    ----------
    scenario, study
        Of the run.
    before
        Results of the study's own steps.

    Raises
    ------
    ConfigError
        If the year, or the year of an edit, does not fit the study, or an edit has a function that
        the study does not know.
    """
    check_scenario(scenario, study)
    year = year_of(scenario, study)
    if year == study.study.state.value:
        return None
    return ScenarioState(scenario, study, year, before)


def year_of(scenario: Scenario, study: Study) -> int:
    """Give the year that a scenario is looked at: its own, else the study's state."""
    return study.study.state.value if scenario.year is None else scenario.year


def check_scenario(scenario: Scenario, study: Study) -> None:
    """Raise ConfigError unless a scenario fits the study.

    An edit that began before the state that everything is compared with would be missing there;
    what exists today belongs into the layers.
    """
    state = study.study.state.value
    faults = list(_faults(scenario, study))
    if faults:
        msg = (
            f"scenario {scenario.id!r}: {len(faults)} contradict the study: {first(faults)}. "
            f"Correct the file; what exists in {state} belongs into the layers."
        )
        raise ConfigError(msg)


def _faults(scenario: Scenario, study: Study) -> Iterator[str]:
    state, year = study.study.state.value, year_of(scenario, study)
    if year < state:
        yield f"its year {year} is before the study's state; {state} or later is allowed"
    known = {*study.functions.measured, *study.functions.drawn}
    for edit in scenario.edits:
        if edit.from_year <= state:
            yield (
                f"{edit.kind} of {edit.touches} begins in {edit.from_year}, and is compared with "
                f"{state}; a later year is allowed"
            )
        function = getattr(edit, "function", None)
        if function is not None and function not in known:
            yield (
                f"{edit.kind} of {edit.touches} has the function {function!r}; "
                f"{', '.join(sorted(known))} are allowed"
            )


def _in_years(study: Study, year: int, baseline: Any) -> Study:
    of_scenario = study.study.state.model_copy(
        update={
            "value": year,
            "source": "scenariets år",
            "source_en": "the year of the scenario",
        }
    )
    # a year that is compared with itself is measured once
    against = of_scenario if baseline.value == year else baseline
    general = study.study.model_copy(update={"state": of_scenario, "baseline": against})
    return study.model_copy(update={"study": general})


def edits_of(kinds: Iterable[str], state: ScenarioState | None) -> list[AnyEdit]:
    """Pick the edits of some kinds that hold in the year, in the order of the file."""
    chosen = set(kinds)
    return [] if state is None else [edit for edit in state.edits if edit.kind in chosen]


def built_by(state: ScenarioState | None) -> tuple[str, ...]:
    """Name the projects whose streets a scenario has in its year, in order.

    Examples
    --------
    >>> built_by(None)
    ()
    """
    streets = edits_of(("add_street", "reroute_street"), state)
    return tuple(sorted({edit.project for edit in streets if edit.project is not None}))


def with_edits(steps: Sequence[Step], state: ScenarioState | None, catalog: Catalog) -> list[Step]:
    """Put the edits of each layer after the step that makes it; others stay as they are.

    A layer without edits in the year has no step, so what is made of it stays in the cache. Where
    a case of robustness makes a layer of its own, the edits enter there too.
    """
    if state is None:
        return list(steps)
    joints = [(joint, edits) for joint in JOINTS if (edits := edits_of(joint.kinds, state))]
    joined: list[Step] = []
    for step in steps:
        joined.append(step)
        for joint, edits in joints:
            prefixes = [
                output.removesuffix(joint.tables[-1])
                for output in step.outputs
                if output == joint.tables[-1] or _is_of_case(output, joint.tables[-1])
            ]
            joined += [_edit_step(joint, edits, state, catalog, prefix) for prefix in prefixes]
    return joined


def _is_of_case(output: str, table: str) -> bool:
    return output.startswith("case_") and output.endswith(f"_{table}")


def _edit_step(
    joint: Joint,
    edits: Sequence[AnyEdit],
    state: ScenarioState,
    catalog: Catalog,
    prefix: str,
) -> Step:
    own = tuple(f"{prefix}{table}" for table in joint.tables)
    asked, decided = _asked(joint, state.study, catalog)
    work = later(
        "scenario_edits", f"edit_{joint.layer}", edits=list(edits), year=state.year, **asked
    )

    def run(*tables: Any) -> Mapping[str, Any]:
        made = work(*tables)
        return {f"{prefix}{table}": made[table] for table in joint.tables}

    return Step(
        f"{prefix}edit_{joint.layer}",
        (*own, *joint.beside),
        own,
        run,
        parameters=[[dumped(edit) for edit in edits], state.year, decided],
    )


def _asked(joint: Joint, study: Study, catalog: Catalog) -> tuple[dict[str, Any], Any]:
    """Give what else an edit has to know, and its plain values."""
    if joint.layer == "streets":
        # a change that no mode reads is refused
        return {"study": study}, dumped(study.modes)
    if joint.layer == "homes":
        years = [int(layer.published[:4]) for layer in catalog.by_role("population").values()]
        counted = max(years, default=None)
        return {"counted": counted, "study": study}, [counted, dumped(study.disclosure)]
    return {}, None


def before_steps(state: ScenarioState | None) -> list[Step]:
    """Put the rows of the state before above a scenario's, as the study's own steps made them."""
    if state is None:
        return []
    year = state.study.study.state.value
    return [_before_step(table, state.before, year) for table in BOTH_YEARS]


def _before_step(table: str, before: Results, year: int) -> Step:
    work = later("scenario_edits", "with_before", year=year)
    known = before.hash(table) if table in before else None

    def run(after: Any) -> Mapping[str, Any]:
        if known is None:
            msg = f"scenario: {table} is wanted, and was not measured of the state before"
            raise ValueError(msg)
        return {table: work(before[table], after)["table"]}

    return Step(f"before_{table}", (table,), (table,), run, parameters=[known, year])
