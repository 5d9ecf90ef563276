"""All pages of the quarters together, rendered, with what the front page says of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from .differences_page import differences_page
from .joint_layers import JointLayers, Profile
from .joint_page import JointPage, fixed_sheet, render_joint_page
from .plans_page import plans_page
from .region_page import limits_of, region_page
from .tables.plans import numbered
from .text import Text

LAYOUTS = {"region": region_page, "plans": plans_page, "differences": differences_page}


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
    for key in keys_there(profiles):
        page = laid_out(key, profiles, layers, text)
        yield Made(
            page.file,
            render_joint_page(page, profiles[0], text=text, run=run),
            fixed_sheet(page, text=text, run=run),
            **opened(key, profiles, text),
        )


def keys_there(profiles: Sequence[Profile]) -> list[str]:
    """List the pages there is something for, in their order."""
    there = {
        "region": all(profile.get("region") for profile in profiles),
        "plans": bool(numbered(profiles)),
        "differences": all(profile.get("differences") for profile in profiles),
    }
    return [key for key, found in there.items() if found] if profiles else []


def laid_out(key: str, profiles: Sequence[Profile], layers: JointLayers, text: Text) -> JointPage:
    """Lay out a page there is something for.

    Raises
    ------
    ValueError
        If there is nothing for it.
    """
    page = LAYOUTS[key](profiles, layers, text)
    if page is None:
        msg = f"page {key}: there is nothing for it"
        raise ValueError(msg)
    return page


def opened(key: str, profiles: Sequence[Profile], text: Text) -> dict[str, str]:
    """Say how the front page links a page: ``open`` and ``lead``."""
    return {"open": text(f"{key}.open"), "lead": _lead(key, profiles, text)}


def _lead(key: str, profiles: Sequence[Profile], text: Text) -> str:
    if key == "region":
        limits = [text.format_number(limit, None) for limit in limits_of(profiles)]
        return text("region.open_lead", limits=text.join(limits))
    if key == "differences":
        return text("differences.open_lead", baseline=profiles[0]["differences"]["baseline"])
    return text(f"{key}.open_lead")
