"""What a page of all quarters draws, kept from one run to the next where all of it is the same.

Words and tables of a page change with every run; its map and its fixed maps mostly do not, and
to draw them takes longer. Each function that draws is given just what its drawings are kept by.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from htkgis.store.memory import recalled_whole, remembers

from . import elements
from .elements import Fragments
from .joint_layers import JointLayers, Profile
from .text import Text

Pictures = Sequence[tuple[str, Markup]]
"""Heading and drawing of each."""
Draw = Callable[..., tuple["elements.PlanMap", Iterable[Iterable[tuple[str, Markup]]]]]
"""Draws of what is shown, layers and words the interactive map, and groups of fixed ones."""


class DrawnMap(NamedTuple):
    """A map that was rendered for a page: its parts, and the hosts that it takes pictures from."""

    parts: Fragments
    images: list[str]

    def fragments(self) -> Fragments:
        """Give the parts, as :meth:`PlanMap.fragments` does."""
        return self.parts


def kept_drawings(
    name: str, draw: Draw, shown: Any, layers: JointLayers, text: Text
) -> tuple[DrawnMap, list[Pictures]]:
    """Draw a map and fixed maps, unless they were drawn of the same before.

    Parameters
    ----------
    name
        Of the page.
    draw
        Draws of ``shown``, ``layers`` and ``text``, and of nothing else.
    shown
        What is drawn beside the layers, as values that JSON holds.
    layers, text
        Tables, and words.
    """

    def make() -> bytes:
        plan, groups = draw(shown, layers, text)
        drawn = [list(group) for group in groups]
        return json.dumps([plan.fragments(), plan.images, drawn]).encode()

    words = (text.language, dict(text.words), text.currency)
    digests = [table.digest for table in layers.known] if remembers() else []
    facts = (shown, digests, layers.background, *words)
    made = recalled_whole(f"drawings of {name}", [], make, *facts)
    (head, body, script), images, groups = json.loads(made)
    pictures: list[Pictures] = [
        [(heading, Markup(drawn)) for heading, drawn in group]  # noqa: S704  as it was rendered
        for group in groups
    ]
    return DrawnMap(Fragments(tuple(head), body, tuple(script)), images), pictures


def parts_of(profiles: Sequence[Profile], *parts: str) -> list[dict[str, Any]]:
    """Take some parts of each profile: what is drawn sees no others.

    Examples
    --------
    >>> parts_of([{"area": 1, "region": 2}, {"area": 3}], "area", "region")
    [{'area': 1, 'region': 2}, {'area': 3}]
    """
    return [{part: profile[part] for part in parts if part in profile} for profile in profiles]
