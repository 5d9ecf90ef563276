"""All pages of the quarters together, rendered, with what the front page says of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from .differences_page import differences_page
from .joint_layers import JointLayers, Profile
from .joint_page import fixed_sheet, render_joint_page
from .plans_page import plans_page
from .region_page import limits_of, region_page
from .text import Text


class Made(NamedTuple):
    """One page: its file, its HTML, its fixed map as SVG, and how the front page links it."""

    file: str
    html: str
    picture: bytes
    open: str
    lead: str


def joint_pages(
    profiles: Sequence[Profile], layers: JointLayers, *, text: Text, run: dict[str, Any]
) -> Iterator[Made]:
    """Render the pages there is something for: region, projects and differences, in this order.

    Parameters
    ----------
    profiles
        Of all quarters, in the language of the page.
    layers
        What the maps draw.
    text, run
        Words, and what every page prints of a run.
    """
    pages = (
        region_page(profiles, layers, text),
        plans_page(profiles, layers, text),
        differences_page(profiles, layers, text),
    )
    for page in pages:
        if page is None:
            continue
        yield Made(
            page.file,
            render_joint_page(page, profiles[0], text=text, run=run),
            fixed_sheet(page, text=text, run=run),
            text(f"{page.key}.open"),
            _lead(page.key, profiles, text),
        )


def _lead(key: str, profiles: Sequence[Profile], text: Text) -> str:
    if key == "region":
        limits = [text.format_number(limit, None) for limit in limits_of(profiles)]
        return text("region.open_lead", limits=text.join(limits))
    if key == "differences":
        return text("differences.open_lead", baseline=profiles[0]["differences"]["baseline"])
    return text(f"{key}.open_lead")
