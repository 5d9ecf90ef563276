"""How differences look on maps: colour and shape by better or worse, size by class; the legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import style
from .joint_layers import Profile
from .style import Look
from .tables.differences import compared_modes, quality, rows_of
from .text import Text

Row = Mapping[str, Any]
BETTER = ("#c6bfe0", "#8775b8", "#4a2a83")
"""Small to large differences for the better; PuOr, which colour-blind readers tell apart."""
WORSE = ("#fdd9a8", "#e68a1a", "#8c4a06")
NONE = Look("point", fill="#f7f7f7", weight=1.5, radius=6)
UNSURE = Look("point", fill=style.PAPER, stroke=style.QUIET, weight=1.5, radius=6, strike=1)
KINDS = {
    "new": Look("point", fill=BETTER[-1], weight=1.5, shape="star", radius=11),
    "gone": Look("point", fill=WORSE[-1], weight=1.5, shape="plus", radius=10),
    "unreached": Look(
        "point", fill=style.PAPER, stroke=style.QUIET, weight=1.5, radius=5, strike=2
    ),
    "unsure": UNSURE,
}
"""Looks of what has no difference in numbers."""


def kinds_of(profiles: Sequence[Profile]) -> set[str]:
    """Collect the kinds of difference that any origin has, by any mode."""
    return {
        value["kind"]
        for mode in compared_modes(profiles)
        for profile in profiles
        for row in rows_of(profile, mode)
        for value in row["values"]
    }


def value_look(value: Row, unit: str) -> Look:
    """Look of one origin: colour and shape by better or worse, size by class."""
    if value["step"] is None:
        return KINDS[value["kind"]]
    step = int(quality(value["step"], unit))
    if not step:
        return NONE
    fills, shape = (BETTER, "triangle") if step > 0 else (WORSE, "triangle_down")
    size = min(abs(step), len(fills))
    return Look("point", fill=fills[size - 1], weight=1.5, shape=shape, radius=6.5 + 1.8 * size)


def legend_of(profiles: Sequence[Profile], text: Text) -> list[tuple[Look, str]]:
    """List the classes from much better over unchanged to much worse, then what has no number."""
    classes = profiles[0]["differences"]["classes"]
    minutes, functions = classes["min"], classes["functions"]
    steps = range(1, min(len(minutes), len(functions)) + 1)
    found = [
        (value_look({"step": step, "kind": "more"}, "functions"), _class(step, way, classes, text))
        for way, sides in (("better", reversed(steps)), ("worse", [-step for step in steps]))
        for step in sides
    ]
    middle = (NONE, text("differences.legend_0", minutes=text.format_number(minutes[0], None)))
    found.insert(len(steps), middle)
    kinds = kinds_of(profiles)
    return found + [
        (look, text(f"differences.legend_{kind}")) for kind, look in KINDS.items() if kind in kinds
    ]


def _class(step: int, way: str, classes: Mapping[str, Sequence[float]], text: Text) -> str:
    at = abs(step) - 1
    minutes, functions = classes["min"], classes["functions"]
    jobs = {"jobs": text.format_number(classes["jobs"][at])} if "jobs" in classes else {}
    if at + 1 >= min(len(minutes), len(functions)):
        return text(
            f"differences.legend_{way}_last",
            minutes=text.format_number(minutes[at], None),
            functions=_kinds(text.format_number(functions[at]), way, text),
            **jobs,
        )
    low, high = functions[at], functions[at + 1] - 1
    count = text.format_number(low)
    if low != high:
        count = text("differences.range", low=count, high=text.format_number(high))
    return text(
        f"differences.legend_{way}",
        minutes=text.format_number(minutes[at], None),
        below=text.format_number(minutes[at + 1], None),
        functions=_kinds(count, way, text),
        **jobs,
    )


def _kinds(count: str, way: str, text: Text) -> str:
    """Name so many kinds of places more or fewer, one or several."""
    number = "one" if count == "1" else "many"
    return text(f"differences.kinds_{way}_{number}", functions=count)
