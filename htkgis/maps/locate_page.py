"""Where a new place would help most: a map of the sites, who gains, and how sure the choice is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np

from . import elements, style
from .candidate_page import CandidateView, CandidateWords, candidate_map, render_candidates
from .style import Look
from .tables.locate import site_name, sites_table, told
from .text import Text

SECTION = "locate"
CHOSEN = Look(
    "point", fill="#d45500", stroke=style.INK, weight=2.5, shape="star", radius=12, label="always"
)
SITE_FILLS = ("#f1eef6", "#bdc9e1", "#74a9cf", "#0570b0")
"""Other sites, from those that bring least; their outlines tell them from the ground."""
SITE_RADII = (2.5, 3.5, 4.5, 5.5)
OTHER = Look("point", fill=SITE_FILLS[2], weight=1.0, radius=3.5, label="never")
"""Any other site, where no classes are told."""
BREAKS = (25, 50, 75)
"""Per cent of what the best site brings alone."""
PERSON_FILLS = ("#ffffcc", "#fdae61", "#b30000")
"""Who gains, from those who gain least; further classes are drawn as the last."""
PERSON_RADII = (2.0, 2.5, 3.0)


@dataclass(frozen=True, kw_only=True)
class LocateView(CandidateView):
    """What the page shows over its ground; every frame in the study's projected CRS.

    Attributes
    ----------
    function, aim, limit_min, own_sites, spacing_m
        What was looked for.
    sites, candidates, points, places
        As :class:`htkgis.pipeline.locations.LocationsReport` has them; places by a name in the
        language of the page.
    gap
        By which part more another choice could bring at most; 0 where none can.
    persons
        Whose ways were counted.
    whose
        Names of the areas whose residents were counted; none for all of the municipality.
    told_areas
        Id and name of those with columns of their own.
    breaks_min
        Ends of the classes of who gains, in minutes, rising.
    """

    function: str
    aim: str
    limit_min: float
    own_sites: bool
    spacing_m: float
    sites: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    gap: float
    persons: float
    whose: Sequence[str]
    told_areas: Sequence[tuple[str, str]]
    breaks_min: Sequence[float]


def render_locate_page(view: LocateView, *, text: Text, run: Mapping[str, Any]) -> str:
    """Render the page as one file that needs nothing else.

    Parameters
    ----------
    run
        Version, hashes, sources, and whether the data are a sketch.
    """
    function = _function(view, text)
    found = len(view.sites) > 0
    words = CandidateWords(
        section=SECTION,
        title=text("locate.page_title", function=function, municipality=view.municipality_name),
        heading=text("locate.heading", function=function),
        lead=_lead(view, text),
        findings=list(_findings(view, text)),
        method=list(_method(view, text)),
        table=_table(view, text) if found else None,
    )
    return render_candidates(view, words, _map(view, text) if found else None, text=text, run=run)


def _function(view: LocateView, text: Text) -> str:
    return text(f"function.{view.function}").lower()


def _numbers(view: LocateView, text: Text) -> dict[str, str]:
    persons = text.format_number(view.persons)
    whose = (
        text("locate.whose_known", persons=persons, areas=text.join(list(view.whose)))
        if view.whose
        else text("locate.whose_all", persons=persons)
    )
    return {
        "function": _function(view, text),
        "sites": text.format_number(len(view.candidates)),
        "limit": text.format_number(view.limit_min, None),
        "whose": whose,
    }


def _lead(view: LocateView, text: Text) -> str:
    numbers = _numbers(view, text)
    if not len(view.sites):
        return text("locate.nothing", **numbers)
    count, existing = len(view.sites), len(view.places)
    if view.aim == "median":
        del numbers["limit"]
    return text(
        f"locate.lead_{view.aim}",
        count=text("locate.one_site")
        if count == 1
        else text("locate.some_sites", count=text.format_number(count)),
        existing=text(("locate.no_place", "locate.one_place")[existing])
        if existing < 2  # noqa: PLR2004  none, one, several
        else text("locate.some_places", count=text.format_number(existing)),
        **numbers,
    )


def _findings(view: LocateView, text: Text) -> Iterator[str]:
    """Say how sure the choice is, and what a site is not."""
    count = len(view.sites)
    if count and view.gap > 0:
        # rounded up, so that "at most" stays true
        percent = np.ceil(1000 * view.gap) / 10
        yield text("locate.gap", percent=text.format_unit(float(percent), "%", 1))
    elif count == 1:
        yield text("locate.proven_one")
    elif count:
        yield text("locate.proven", count=text.format_number(count))
    yield text("locate.own_sites" if view.own_sites else "locate.no_plot")


def _method(view: LocateView, text: Text) -> Iterator[str]:
    yield text("locate.method_places")
    yield text(f"locate.method_{view.aim}", limit=text.format_number(view.limit_min, None))
    if view.own_sites:
        yield text("locate.method_own")
    else:
        yield text("locate.method_junctions", spacing=text.format_number(view.spacing_m))
    yield text("locate.method_alone")


def _table(view: LocateView, text: Text) -> Any:
    return sites_table(
        view.sites,
        view.told_areas,
        aim=view.aim,
        own_sites=view.own_sites,
        min_persons=view.min_persons,
        text=text,
    )


def _map(view: LocateView, text: Text) -> elements.PlanMap:
    shown = view.points[view.points["minutes"] >= view.breaks_min[0]]
    layers = (*_people(shown, view, text), *_sites(view, text))
    return candidate_map(
        view, view.sites, layers, section=SECTION, zooms=(10, 19), text=text, beside=[shown]
    )


def _people(
    shown: gpd.GeoDataFrame, view: LocateView, text: Text
) -> Iterator[elements.VectorLayer]:
    """Draw where people live who gain, by how many minutes; those who gain less are left out."""
    if shown.empty:
        return
    breaks = [float(one) for one in view.breaks_min]
    words = [text.format_number(one, None) for one in breaks]
    looks, legend = {}, []
    for step in range(len(breaks)):
        at = min(step, len(PERSON_FILLS) - 1)
        look = Look(
            "point", fill=PERSON_FILLS[at], weight=0.8, radius=PERSON_RADII[at], label="never"
        )
        last = step == len(breaks) - 1
        looks[str(step)] = look
        said = (
            text("locate.closer_last", low=words[step])
            if last
            else text("locate.closer", low=words[step], high=words[step + 1])
        )
        legend.append((look, said))
    step = np.searchsorted(breaks, shown["minutes"], side="right") - 1
    yield elements.PackedLayer(
        shown.assign(look=step.astype(str))[["look", "geometry"]],
        title=text("locate.people"),
        look=looks,
        legend=legend,
        group=text("locate.group"),
        counted=False,
    )


def _sites(view: LocateView, text: Text) -> Iterator[elements.VectorLayer]:
    """Draw the other sites by what they bring, the places there are, and the chosen sites."""
    yield from _others(view, text)
    if len(view.places):
        yield elements.VectorLayer(
            view.places[["name", "geometry"]],
            title=text("locate.there"),
            look=style.place(view.function, "existing"),
            group=text("locate.group"),
            label="name",
        )
    columns = (
        (text(f"locate.added_{view.aim}"), "gain"),
        (text(f"locate.alone_{view.aim}"), "gain_alone"),
        (text("locate.nearer"), "nearer_persons"),
    )
    rows = view.sites.to_dict("records")
    said = {
        f"row_{at}": [told(row[column], column, view.min_persons, text) for row in rows]
        for at, (_, column) in enumerate(columns)
    }
    names = [site_name(row, text, own_sites=view.own_sites) for row in rows]
    yield elements.VectorLayer(
        view.sites[["geometry"]].assign(id=view.sites["site_id"], words=names, **said),
        title=text("locate.chosen"),
        look=CHOSEN,
        group=text("locate.group"),
        label="words",
        rows=[(heading, f"row_{at}") for at, (heading, _) in enumerate(columns)],
        key="site",
    )


def _others(view: LocateView, text: Text) -> Iterator[elements.VectorLayer]:
    others = view.candidates[~view.candidates["site_id"].isin(view.sites["site_id"])]
    others = others[others["gain_alone"].notna()]
    best = float(view.sites["gain_alone"].max())
    if others.empty or not best > 0:
        return
    ends = [text.format_number(end) for end in (*BREAKS, 100)]
    looks, legend = {}, []
    for at, (fill, radius) in enumerate(zip(SITE_FILLS, SITE_RADII, strict=True)):
        looks[str(at)] = Look("point", fill=fill, weight=1.0, radius=radius, label="never")
        said = (
            text("locate.of_best", low=ends[at - 1], high=ends[at])
            if at
            else text("locate.none_of_best", high=ends[0])
        )
        legend.append((looks[str(at)], said))
    step = np.searchsorted(BREAKS, 100 * others["gain_alone"] / best, side="right")
    yield elements.PackedLayer(
        others.assign(look=step.astype(str))[["look", "geometry"]],
        title=text("locate.others"),
        look=looks,
        legend=legend[::-1],
        group=text("locate.group"),
    )
