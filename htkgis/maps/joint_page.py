"""A page with one map of all quarters, fixed maps beside it, and every number of them in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from . import elements, tables
from .charts.marks import outline
from .drawings import DrawnMap
from .joint_layers import Profile
from .page import dated_credits, render_page, run_values
from .picture import sheet
from .resources import own as own_asset
from .scenario import scenario_words
from .style import Look
from .tables.cell import Table
from .text import Text


@dataclass(frozen=True)
class Section:
    """Tables under a heading, with what is folded away and the notes below."""

    key: str
    heading: str
    lead: str = ""
    tables: Sequence[Table] = ()
    folded: Sequence[tuple[str, Sequence[Table]]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class JointPage:
    """What such a page holds, in the order it is read.

    Attributes
    ----------
    file, key
        File name in the page's language; the first part of ids, and the name of its fixed map.
    title, kicker, heading, lead
        Of the page.
    findings
        Sentences: the map in words.
    map, map_heading, no_script
        The interactive map, its heading, and what stands there without JavaScript.
    legend
        Look and words of each class.
    pictures
        Fixed maps: heading and drawing. They stand beside the interactive one, or in its place
        without JavaScript and on paper where ``in_place``.
    folded_pictures
        Words of the fold and the fixed maps in it.
    alone
        Whether no front page lies beside it that could be linked.
    sections, timelines
        Tables; and per quarter a heading with a timeline, or a sentence where it has none.
    """

    file: str
    key: str
    title: str
    kicker: str
    heading: str
    lead: str
    findings: Sequence[str]
    map: elements.PlanMap | DrawnMap
    map_heading: str
    no_script: str
    legend: Sequence[tuple[Look, str]]
    pictures: Sequence[tuple[str, Markup]]
    pictures_heading: str
    pictures_lead: str
    sections: Sequence[Section]
    in_place: bool = False
    alone: bool = False
    folded_pictures: tuple[str, Sequence[tuple[str, Markup]]] = ("", ())
    timelines: Sequence[tuple[str, Any]] = field(default=())


def render_joint_page(page: JointPage, profile: Profile, *, text: Text, run: dict[str, Any]) -> str:
    """Render the page as one file that needs nothing else.

    Parameters
    ----------
    profile
        Any quarter's profile: the study's name and years.
    run
        Version, hashes, sources, and whether the data are a sketch.
    """
    head, body, script = page.map.fragments()
    return render_page(
        "joint.html",
        text=text,
        title=page.title,
        language=text("language.html"),
        css=[*head, own_asset("charts.css"), own_asset("joint.css")],
        scripts=[*script, own_asset("frame.js")],
        images=page.map.images,
        profile=profile,
        page=page,
        map=Markup(body),  # noqa: S704  built from escaped templates
        outline=outline,
        sources_table=tables.sources(run["sources"], text),
        **run_values(run, text),
    )


def origins_word(profile: Profile, text: Text) -> str:
    """Word of the origins of a quarter, as it stands within a sentence."""
    return text(f"origin.{profile['origins']['kind']}.short").lower()


def fixed_sheet(page: JointPage, *, text: Text, run: dict[str, Any]) -> bytes:
    """Draw the page's fixed maps as one SVG file, with legend and credits."""
    credit = dated_credits(run["sources"], text)
    if run.get("sketch"):
        scale = text.format_scale(run.get("sketch_scale", ""))
        credit = f"{text('page.sketch', scale=scale)}. {credit}"
    said = scenario_words(run, text)
    credit = credit if said is None else f"{said['banner']}. {credit}"
    return sheet(list(page.pictures), list(page.legend), credit)
