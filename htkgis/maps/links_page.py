"""Missing links on one page: a map of the candidates, their table, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from . import style, tables
from .packed import PackedLayer
from .page import render_page, run_values
from .plan_map import PlanMap
from .resources import own as own_asset
from .shapes import extent, outline
from .style import Look
from .tables.links import JOIN, joined, kind_words, links_table
from .text import Text
from .vector_layer import VectorLayer

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


@dataclass(frozen=True)
class LinksView:
    """What the page shows; every frame in the study's projected CRS.

    Attributes
    ----------
    links
        As :func:`htkgis.pipeline.missing_links.find_links` gives them; may have no rows.
    ways
        ``id`` of a link and the way between its ends today; those without one are missing.
    streets
        ``kind``; those around the links.
    municipality, areas
        Outlines; ``id`` and ``name`` of the housing areas.
    functions
        To the nearest place of which ways were counted.
    area
        Id of the housing area whose residents were counted; None for all.
    persons, candidates, useful
        As the report says them.
    without
        Layers of the ground that were not there.
    min_persons
        Fewer who gain are not told.
    rules
        ``straight``, ``network`` and ``clear`` in metres, ``limit`` in minutes.
    municipality_name, crs
        Of the study.
    background
        As ``PlanMap`` takes it.
    """

    links: gpd.GeoDataFrame
    ways: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    municipality: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    functions: Sequence[str]
    area: str | None
    persons: float
    candidates: int
    useful: int
    without: Sequence[str]
    min_persons: int
    rules: Mapping[str, float]
    municipality_name: str
    crs: str
    background: Mapping[str, Any] | None = None


def render_links_page(view: LinksView, *, text: Text, run: Mapping[str, Any]) -> str:
    """Render the page as one file that needs nothing else.

    Parameters
    ----------
    run
        Version, hashes, sources, and whether the data are a sketch.
    """
    plan = _map(view, text) if len(view.links) else None
    head, body, script = plan.fragments() if plan else ((), "", ())
    areas = list(zip(view.areas["id"], view.areas["name"], strict=True))
    return render_page(
        "links.html",
        text=text,
        title=text("links.page_title", municipality=view.municipality_name),
        language=text("language.html"),
        css=[*head, own_asset("joint.css"), own_asset("sort.css")],
        scripts=[*script, *([own_asset("sort.js")] if plan else []), own_asset("frame.js")],
        images=plan.images if plan else (),
        profile={"study": {"municipality": view.municipality_name, "crs": view.crs}},
        lead=_lead(view, dict(areas), text),
        map=Markup(body),  # noqa: S704  built from escaped templates
        table=links_table(view.links, view.functions, [] if view.area else areas, text)
        if plan
        else None,
        method=list(_method(view, text)),
        sources_table=tables.sources(run["sources"], text),
        **run_values(dict(run), text),
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


def _map(view: LinksView, text: Text) -> PlanMap:
    plan = PlanMap(
        extent(view.links, margin=0.1),
        text=text,
        title=text("links.map"),
        limits=extent(view.municipality, view.links, margin=0.2),
        zooms=(11, 19),
        reset=text("links.reset"),
        background=view.background,
    )
    for layer in (*_ground(view, text), *_candidates(view, text)):
        layer.add_to(plan)
    return plan


def _ground(view: LinksView, text: Text) -> Iterator[VectorLayer]:
    looks = {"main": style.MAIN_STREET, "street": style.STREET, "path": style.PATH}
    names = {look: key for key, look in looks.items()}
    yield PackedLayer(
        view.streets.assign(look=[names[style.street(kind)] for kind in view.streets["kind"]]),
        title=text("links.streets"),
        look=looks,
        group=text("layer.base"),
        counted=False,
    )
    for frame, title, look in (
        (view.municipality, text("layer.municipality"), style.MUNICIPALITY),
        (view.areas, text("explorer.areas"), style.AREA),
    ):
        yield VectorLayer(
            outline(frame), title=title, look=look, group=text("layer.base"), counted=False
        )


def _candidates(view: LinksView, text: Text) -> Iterator[VectorLayer]:
    group = text("links.group")
    yield VectorLayer(
        view.ways, title=text("links.ways"), look=WAY, group=group, shown=False, counted=False
    )
    for kind in sorted(set(view.links["kind"])):
        words = kind_words(kind, text)
        yield VectorLayer(
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


def _numbers(view: LinksView, text: Text) -> VectorLayer:
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
            for value in links["price_mio_dkk"]
        ],
    }
    columns = {f"row_{at}": words for at, words in enumerate(rows.values())}
    return VectorLayer(
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
