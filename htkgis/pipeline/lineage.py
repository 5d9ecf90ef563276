"""Which steps, layers and decisions a value depends on: read from the steps, not from a list.

A step's key holds every layer it reads and every decision that enters it, or its result
would be stale. What a value rests on is therefore what stands in the keys of the steps before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from htkgis.catalog import Catalog
from htkgis.study import Study
from htkgis.toml_file import lists_as_tuples

from .profile_steps import profile_steps
from .steps import Step, needed

READER = "load_streets"
QUANTITY = frozenset({"value", "unit", "source"})
LAST = ("stamped_figures", "street_profiles", "profiles", "pages")
"""Outputs of the steps that take every decision; what a part takes there, it says itself."""


@dataclass(frozen=True)
class Lineage:
    """What stands behind some tables.

    Parameters
    ----------
    steps
        Names, in the order in which they run.
    layers
        Names of the layers whose files they read, in the order of the catalog.
    decisions
        Keys of ``study.toml`` with a value and a source, in its order.
    """

    steps: tuple[str, ...]
    layers: tuple[str, ...]
    decisions: tuple[str, ...]


def traced_steps(
    study: Study, catalog: Catalog, hashes: Mapping[str, str]
) -> tuple[list[Step], list[str]]:
    """List the steps of the main job with the key of each decision in place of its source.

    Returns
    -------
    steps
        To be looked at and not run: each decision in their parameters tells its own key.
    keys
        Keys of all decisions, in the order of the study.
    """
    decisions = study.model_dump(mode="json")
    marked = Study.model_validate(lists_as_tuples(_with_keys(decisions, "")))
    steps = profile_steps(marked, catalog, hashes, study.study.language)
    return steps, [row["key"] for row in quantities(decisions, "")]


def lineage(
    steps: Sequence[Step], keys: Sequence[str], catalog: Catalog, tables: Sequence[str]
) -> Lineage:
    """Follow tables back to steps, layers and decisions.

    Parameters
    ----------
    steps, keys
        As :func:`traced_steps` gives them.
    catalog
        Whose order the layers keep.
    tables
        Outputs of steps.
    """
    behind = [step for step in needed(steps, tuple(tables)) if not set(LAST) & set(step.outputs)]
    read = {name for step in behind for name in step.files}
    entered = {
        key
        for step in behind
        for key in _keys_in(step.parameters)
        # one reader reads the streets for all modes; a mode enters with its own steps
        if step.name != READER or not key.startswith("modes.")
    }
    return Lineage(
        steps=tuple(step.name for step in behind),
        layers=tuple(name for name in catalog.layers if name in read),
        decisions=tuple(key for key in keys if key in entered),
    )


def quantities(part: Any, key: str) -> Iterator[dict[str, Any]]:
    """Walk to every decision with a value, a unit and a source.

    Examples
    --------
    >>> part = {"speed": {"value": 4.5, "unit": "km/h", "source": "skøn"}, "kinds": ["path"]}
    >>> [row["key"] for row in quantities(part, "modes.walk")]
    ['modes.walk.speed']
    """
    if not isinstance(part, dict):
        return
    if set(part) >= QUANTITY:
        yield {"key": key, **part}
        return
    for name, inner in part.items():
        yield from quantities(inner, f"{key}.{name}" if key else name)


def _with_keys(part: Any, key: str) -> Any:
    """Put the key of each decision in the place of its source."""
    if not isinstance(part, dict):
        return part
    if set(part) >= QUANTITY:
        return part | {"source": key}
    return {
        name: _with_keys(inner, f"{key}.{name}" if key else name) for name, inner in part.items()
    }


def _keys_in(parameters: Any) -> Iterator[str]:
    if isinstance(parameters, Mapping):
        if set(parameters) >= QUANTITY:
            yield str(parameters["source"])
            return
        parameters = list(parameters.values())
    if isinstance(parameters, list | tuple):
        for item in parameters:
            yield from _keys_in(item)
