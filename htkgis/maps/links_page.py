"""Missing links on one page: a map of the candidates, their table, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from . import elements, style
from .candidate_page import CandidateView, CandidateWords, candidate_map, render_candidates
from .style import Look
from .tables.links import JOIN, joined, kind_words, links_table
from .text import Text

SECTION = "links"
COLOURS = {
    "path": "#0072b2",
    "level": "#6b5500",
    "railway": "#d55e00",
    "motorway": "#a3457c",
    "water": "#007a59",
}
"""Told apart by colour-blind readers as well; the legend and the table name each."""
OTHER_COLOUR = style.INK
DASHES = {"path": "", "level": "3 4", "railway": "9 4", "motorway": "12 3 3 3", "water": "1 5"}
WAY = Look("line", stroke="#5b2a86", weight=2.5, dash="2 5", opacity=0.8, label="never")


@dataclass(frozen=True, kw_only=True)
class LinksView(CandidateView):
    """What the page shows over its ground; every frame in the study's projected CRS.

    Attributes
    ----------
    links
        As :func:`htkgis.pipeline.missing_links.find_links` gives them; may have no rows.
    ways
        ``id`` of a link and the way between its ends today; those without one are missing.
    functions
        To the nearest place of which ways were counted.
    area
        Id of the housing area whose residents were counted; None for all.
    persons, candidates, useful
        As the report says them.
    without
        Layers of the ground that were not there.
    rules
        ``straight``, ``network`` and ``clear`` in metres, ``limit`` in minutes.
    """

    links: gpd.GeoDataFrame
    ways: gpd.GeoDataFrame
    functions: Sequence[str]
    area: str | None
    persons: float
    candidates: int
    useful: int
    without: Sequence[str]
    rules: Mapping[str, float]


def render_links_page(view: LinksView, *, text: Text, run: Mapping[str, Any]) -> str:
    """Render the page as one file that needs nothing else.

    Parameters
    ----------
    run
        Version, hashes, sources, and whether the data are a sketch.
    """
    areas = list(zip(view.areas["id"], view.areas["name"], strict=True))
    found = len(view.links) > 0
    words = CandidateWords(
        section=SECTION,
        title=text("links.page_title", municipality=view.municipality_name),
        heading=text("links.heading"),
        lead=_lead(view, dict(areas), text),
        findings=[text("links.gaps_in_data")],
        method=list(_method(view, text)),
        table=links_table(view.links, view.functions, [] if view.area else areas, text)
        if found
        else None,
    )
    plan = None
    if found:
        layers = _candidates(view, text)
        plan = candidate_map(view, view.links, layers, section=SECTION, zooms=(11, 19), text=text)
    sorting = ["sort.js"] if found else []
    return render_candidates(
        view, words, plan, text=text, run=run, css=["sort.css"], scripts=sorting
    )


def _lead(view: LinksView, areas: Mapping[str, str], text: Text) -> str:
    persons = text.format_number(view.persons)
    return text(
        "links.lead" if len(view.links) else "links.none",
        count=text.format_number(len(view.links)),
        whose=text("links.whose_all", persons=persons)
        if view.area is None
        else text("links.whose_area", persons=persons, area=areas[view.area]),
        functions=text.join([text(f"function.{name}").lower() for name in view.functions]),
        candidates=text.format_number(view.candidates),
        useful=text.format_number(view.useful),
    )


def _method(view: LinksView, text: Text) -> Iterator[str]:
    numbers = {key: text.format_number(value) for key, value in view.rules.items()}
    for part in ("gap", "ends", "saved", "versions"):
        yield text(f"links.method_{part}", **numbers)
    yield text("links.prices")
    yield text("links.alone")
    for role in view.without:
        yield text(f"links.without_{role}")


def _candidates(view: LinksView, text: Text) -> Iterator[elements.VectorLayer]:
    group = text("links.group")
    yield elements.VectorLayer(
        view.ways, title=text("links.ways"), look=WAY, group=group, shown=False, counted=False
    )
    for kind in sorted(set(view.links["kind"])):
        words = kind_words(kind, text)
        yield elements.VectorLayer(
            view.links.loc[view.links["kind"] == kind, ["geometry"]],
            title=words[:1].upper() + words[1:],
            look=look_of(kind),
            group=group,
        )
    yield _numbers(view, text)


def look_of(kind: str) -> Look:
    """Look of a link by the hardest thing that it meets, which is its last by price."""
    first = next(
        (one for one in ("railway", "motorway", "level", "water") if one in _parts(kind)), kind
    )
    return Look(
        "line",
        stroke=COLOURS.get(first, OTHER_COLOUR),
        weight=5,
        dash=DASHES.get(first, ""),
        label="never",
    )


def _parts(kind: str) -> list[str]:
    return kind.split(JOIN)


def _numbers(view: LinksView, text: Text) -> elements.VectorLayer:
    """Draw the number of each link at its middle; it tells of the link when pressed."""
    links = view.links.assign(
        geometry=view.links.geometry.interpolate(0.5, normalized=True),
        words=[text.format_number(rank) for rank in view.links["rank"]],
    )
    rows = {
        text("links.link"): [joined(link, text) for link in view.links.to_dict("records")],
        text("links.kind_of"): [kind_words(kind, text) for kind in links["kind"]],
        text("links.straight_row"): [
            text("links.straight_words", metres=text.format_number(value))
            for value in links["straight_m"]
        ],
        text("links.ways"): [
            text("links.today_words", metres=text.format_number(value))
            if value == value  # noqa: PLR0124 - missing is not itself
            else text("links.today_none")
            for value in links["walk_today_m"]
        ],
        text("links.saved_row"): [
            text("links.saved_words", minutes=text.format_number(value))
            for value in links["saved_person_min"]
        ],
        **{
            text(f"function.{function}"): _who_gains(view, function, text)
            for function in view.functions
        },
        text("links.price_row"): [
            text("links.price_words", price=text.format_number(value, 1))
            for value in links["price_mio"]
        ],
    }
    columns = {f"row_{at}": words for at, words in enumerate(rows.values())}
    return elements.VectorLayer(
        links.assign(**columns),
        title=text("links.numbers"),
        look=Look("point", fill=style.PAPER, stroke=style.INK, weight=2, radius=5, label="always"),
        group=text("links.group"),
        label="words",
        rows=list(zip(rows, columns, strict=True)),
        key="link",
    )


def _who_gains(view: LinksView, function: str, text: Text) -> list[str]:
    """Say what is saved and for how many; few are not told."""
    words = []
    for link in view.links.to_dict("records"):
        persons = link[f"nearer_persons_{function}"]
        minutes = link[f"saved_person_min_{function}"]
        if not persons:
            words.append("")
            continue
        told = (
            text("links.few", count=view.min_persons)
            if persons < view.min_persons
            else text.format_number(persons)
        )
        words.append(
            text("links.function_words", minutes=text.format_number(minutes), persons=told)
        )
    return words
