"""Formulas as MathML, which browsers draw themselves: no script, no font, no other host."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math import latex2mathml

_ALSO = (
    (r"\\dots\b", r"\\ldots"),
    (r"\\Big(?![a-z])", r"\\Bigl"),
    (r"\\bigg(?![a-z])", r"\\biggl"),
)
"""LaTeX that docutils does not know, and what it knows that looks the same."""


def mathml(formula: str, *, block: bool) -> str:
    """Write a LaTeX formula as MathML.

    Raises
    ------
    docutils.utils.math.MathError
        If it holds what cannot be written so.
    """
    for unknown, known in _ALSO:
        formula = re.sub(unknown, known, formula)
    return str(latex2mathml.tex2mathml(formula, as_block=block))


def inline(writer: Any, node: nodes.math) -> None:
    """Write a formula in the run of text."""
    writer.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def displayed(writer: Any, node: nodes.math_block) -> None:
    """Write a formula on lines of its own; a wide one scrolls, by keyboard too."""
    writer.body.append('<div class="math" tabindex="0" role="group" aria-label="Formula">')
    writer.body.append(mathml(node.astext(), block=True))
    writer.body.append("</div>\n")
    raise nodes.SkipNode
