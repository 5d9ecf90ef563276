"""The page of candidates for something new, of links or of sites: its ground and its frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from . import elements, style, tables
from .page import render_page, run_values
from .resources import own as own_asset
from .shapes import extent, outline, outline_words
from .tables import Overview, Table
from .text import Text


@dataclass(frozen=True, kw_only=True)
class CandidateView:
    """What lies below the candidates of a page; every frame in the study's projected CRS.

    Attributes
    ----------
    streets
        ``kind`` and lines of those that are drawn.
    municipality, areas
        Outlines; ``id`` and ``name`` of the housing areas.
    min_persons
        Fewer who gain are not told.
    municipality_name, crs
        Of the study.
    background
        As ``PlanMap`` takes it.
    """

    streets: gpd.GeoDataFrame
    municipality: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    min_persons: int
    municipality_name: str
    crs: str
    background: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class CandidateWords:
    """What such a page says besides the words of its section.

    Attributes
    ----------
    section
        Of the words of a language, and of the template.
    title, heading, lead
        Of the page.
    findings, method
        A sentence each.
    table
        Of the candidates; None where there are none, and no map.
    """

    section: str
    title: str
    heading: str
    lead: str
    findings: Sequence[str]
    method: Sequence[str]
    table: Table | Overview | None


def render_candidates(
    view: CandidateView,
    words: CandidateWords,
    plan: elements.PlanMap | None,
    *,
    text: Text,
    run: Mapping[str, Any],
    css: Sequence[str] = (),
    scripts: Sequence[str] = (),
) -> str:
    """Render the page as one file that needs nothing else.

    Parameters
    ----------
    view, words, plan
        What it shows; the map is None where there are no candidates.
    run
        Version, hashes, sources, and whether the data are a sketch.
    css, scripts
        Names of the package's own files that its table needs besides those of every such page.
    """
    head, body, script = plan.fragments() if plan else ((), "", ())
    return render_page(
        f"{words.section}.html",
        text=text,
        title=words.title,
        language=text("language.html"),
        css=[*head, *map(own_asset, ("joint.css", *css))],
        scripts=[*script, *map(own_asset, (*scripts, "frame.js"))],
        images=plan.images if plan else (),
        profile={"study": {"municipality": view.municipality_name, "crs": view.crs}},
        words=words,
        map=Markup(body),  # noqa: S704  built from escaped templates
        sources_table=tables.sources(run["sources"], text),
        **run_values(dict(run), text),
    )


def candidate_map(
    view: CandidateView,
    candidates: gpd.GeoDataFrame,
    layers: Iterable[elements.VectorLayer],
    *,
    section: str,
    zooms: tuple[int, int],
    text: Text,
    beside: Sequence[gpd.GeoDataFrame] = (),
) -> elements.PlanMap:
    """Draw the candidates over their ground.

    Parameters
    ----------
    candidates
        What the map opens on.
    layers
        Drawn above the ground, in this order.
    section
        Of the words of a language.
    zooms
        Least and greatest.
    beside
        What else the map opens on.
    """
    plan = elements.PlanMap(
        extent(candidates, *beside, margin=0.1),
        text=text,
        title=text(f"{section}.map"),
        limits=extent(view.municipality, candidates, margin=0.2),
        zooms=zooms,
        reset=text(f"{section}.reset"),
        background=view.background,
    )
    for layer in (*_ground(view, text(f"{section}.streets"), text), *layers):
        layer.add_to(plan)
    return plan


def _ground(view: CandidateView, streets: str, text: Text) -> Iterator[elements.VectorLayer]:
    looks = {"main": style.MAIN_STREET, "street": style.STREET, "path": style.PATH}
    names = {look: key for key, look in looks.items()}
    yield elements.PackedLayer(
        view.streets.assign(look=[names[style.street(kind)] for kind in view.streets["kind"]]),
        title=streets,
        look=looks,
        group=text("layer.base"),
        counted=False,
    )
    for frame, title, look in (
        (view.municipality, text(outline_words(view.municipality)), style.MUNICIPALITY),
        (view.areas, text("explorer.areas"), style.AREA),
    ):
        yield elements.VectorLayer(
            outline(frame), title=title, look=look, group=text("layer.base"), counted=False
        )
