"""Why figures may differ between two editions: layers, decisions, the code; each a cause alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from htkgis.catalog import Catalog
from htkgis.study import Study
from htkgis.toml_file import lists_as_tuples

from .editions import NOT_DECIDING, Edition
from .lineage import QUANTITY

TOGETHER = (
    frozenset({"streets", "street_nodes"}),
    frozenset({"transit_lines", "transit_stops"}),
)
"""Roles of layers that name each other's rows: one as before and one new would fit no more."""


@dataclass(frozen=True)
class Cause:
    """One thing that differs between two editions.

    Parameters
    ----------
    kind
        ``code``, ``study`` or ``layers``.
    layers
        Names of layers, of one file or of roles that belong together; of ``layers`` only.
    """

    kind: Literal["code", "study", "layers"]
    layers: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What figures name the cause by.

        Examples
        --------
        >>> Cause("study").id, Cause("layers", ("housing_areas", "area_facts")).id
        ('study', 'housing_areas+area_facts')
        """
        return "+".join(self.layers) or self.kind


def causes_between(before: Edition, now: Edition) -> list[Cause]:
    """List what differs: the code, the decisions, then layers in the order of the catalog."""
    found = []
    if (before.version, before.code) != (now.version, now.code):
        found.append(Cause("code"))
    if before.study != now.study:
        found.append(Cause("study"))
    names = [*now.layers, *(name for name in before.layers if name not in now.layers)]
    changed = [name for name in names if differs(before.layers.get(name), now.layers.get(name))]
    groups: dict[Any, list[str]] = {}
    for name in changed:
        groups.setdefault(_group(name, now.layers.get(name) or before.layers[name]), []).append(
            name
        )
    return found + [Cause("layers", tuple(group)) for group in groups.values()]


def differs(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    """Tell whether a layer differs in anything that a figure may depend on."""
    if before is None or now is None:
        return True
    return any(
        before.get(key) != now.get(key) for key in {*before, *now} if key not in NOT_DECIDING
    )


def _group(name: str, facts: Mapping[str, Any]) -> str:
    """Say what layers of one cause share: roles that belong together, else the file."""
    role = facts.get("role") or name
    together = next((sorted(roles) for roles in TOGETHER if role in roles), None)
    return "+".join(together) if together else str(facts["path"])


def changed_decisions(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the decisions that differ, with their value in each edition; missing where it has none.

    Examples
    --------
    >>> one = {"limits": {"walk": {"value": 15, "unit": "min", "source": "plan"}}}
    >>> two = {"limits": {"walk": {"value": 20, "unit": "min", "source": "plan"}}}
    >>> changed_decisions(one, two)
    [{'key': 'limits.walk', 'before': 15, 'after': 20, 'unit': 'min'}]
    """
    then, later = dict(_decisions(before, "")), dict(_decisions(now, ""))
    rows = []
    for key in [*later, *(key for key in then if key not in later)]:
        old, new = then.get(key, (None, None)), later.get(key, (None, None))
        if old != new:
            unit = new[1] or old[1]
            rows.append({"key": key, "before": old[0], "after": new[0], "unit": unit})
    return rows


def _decisions(part: Any, key: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Walk to every value with its unit; a list of tables by the id of each."""
    if isinstance(part, dict) and set(part) >= QUANTITY:
        yield key, (part["value"], part["unit"])
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from _decisions(inner, f"{key}.{name}" if key else name)
    elif isinstance(part, list | tuple) and part and all(isinstance(row, dict) for row in part):
        for number, row in enumerate(part):
            yield from _decisions(row, f"{key}.{row.get('id', number)}")
    else:
        yield key, (part, None)


def study_of(decisions: Mapping[str, Any]) -> Study:
    """Read the decisions of an edition again.

    Raises
    ------
    ValueError
        If they are none by this version of htkgis.
    """
    return Study.model_validate(lists_as_tuples(dict(decisions)))


def catalog_with(before: Catalog, now: Catalog, cause: Cause) -> Catalog:
    """Give the catalog of the edition before with the layers of one cause as they are now."""
    layers = {
        name: now.layers[name] if name in cause.layers else layer
        for name, layer in before.layers.items()
        if name not in cause.layers or name in now.layers
    }
    layers |= {name: now.layers[name] for name in cause.layers if name in now.layers}
    placed = {
        name: layer.model_copy(update={"path": str(now.file(name).resolve())})
        if name in cause.layers
        else layer
        for name, layer in layers.items()
    }
    return Catalog(now.path, placed, now.data, now.services)
