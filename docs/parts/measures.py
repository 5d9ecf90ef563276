"""Every measure with its formula, limits and source, from the docstrings of the code."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

from htkgis import access
from htkgis.pipeline.access_request import ALL_MEASURES

Function = Callable[..., Any]
STAGES = ("access", "loaders", "network", "pipeline", "profile", "scenario")
"""Stages whose formulas are told, besides those of public measures."""
_FORMULA = re.compile(r"\.\. math::\n\n((?:    .*\n|\n)+)")
BOUNDS = {
    "at_least": "at least (more may lie beyond)",
    "at_most": "at most (something nearer may lie beyond)",
    "either_way": "either way (others compete beyond)",
}
LIMITS = {
    "limit": "each limit",
    "interval": "the interval of two limits",
    "none": "none",
    "weight": "each limit, or an impedance",
}


def every_measure() -> list[tuple[str, Function]]:
    """Public functions of ``htkgis.access``, by name."""
    named = ((name, getattr(access, name)) for name in access.__all__)
    return [(name, item) for name, item in named if inspect.isfunction(item)]


def every_formula() -> Iterator[tuple[str, str, Any]]:
    """Kind, dotted name and object of all else whose docstring holds a formula."""
    shown = {function for _, function in every_measure()}
    for stage in STAGES:
        package = importlib.import_module(f"htkgis.{stage}")
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            if has_formula(module):
                yield "module", found.name, module
            for name, item in vars(module).items():
                own = getattr(item, "__module__", "") == found.name and item not in shown
                kind = "function" if inspect.isfunction(item) else "class"
                if own and (kind == "function" or inspect.isclass(item)) and has_formula(item):
                    yield kind, f"{found.name}.{name}", item


def has_formula(item: Any) -> bool:
    """Whether the docstring states a formula."""
    return any(mark in (inspect.getdoc(item) or "") for mark in (".. math::", ":math:`"))


def formulas_of(item: Any) -> list[str]:
    """Give the formulas of a docstring as LaTeX, one for each paragraph below its mark."""
    found = _FORMULA.findall(f"{inspect.getdoc(item) or ''}\n")
    return [inspect.cleandoc(part) for block in found for part in block.strip("\n").split("\n\n")]


def measures(language: str) -> str:
    """Write the table of names for ``htkgis access --measure``, then each measure."""
    del language
    rows = [
        "| `--measure` | limits | persons compete | beyond the end of the streets |",
        "|---|---|---|---|",
    ]
    for name, measure in ALL_MEASURES.items():
        asked = f"{name}:{measure.parameter.upper()}" if measure.parameter else name
        compete = "yes" if measure.demand else "no"
        rows.append(
            f"| `{asked}` | {LIMITS[measure.limits]} | {compete} | {BOUNDS[measure.bound]} |"
        )
    sections = [_section("function", f"htkgis.access.{name}") for name, _ in every_measure()]
    return "\n\n".join(["\n".join(rows), *sections])


def formulas(language: str) -> str:
    """Write what else is reckoned by a formula, by where it stands."""
    del language
    found = sorted((path, kind) for kind, path, _ in every_formula())
    return "\n\n".join(_section(kind, path) for path, kind in found)


def _section(kind: str, path: str) -> str:
    """Hand a docstring to autodoc; no member of a module or class is shown with it."""
    words = path.rsplit(".", 1)[1].strip("_")
    return f"## {words}\n\n```{{eval-rst}}\n.. auto{kind}:: {path}\n```"
