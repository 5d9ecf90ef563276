"""The explorer as a page: map, choices and an empty table that the browser fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from htkgis.maps import elements, style, tables
from htkgis.maps.lenses import lens_name, lens_who
from htkgis.maps.page import render_page, run_values
from htkgis.maps.resources import own
from htkgis.maps.shapes import outline, outline_words, stack, top
from htkgis.maps.style import Look
from htkgis.maps.text import Text
from htkgis.maps.transit import transit_rules, window_clock, window_name, window_when

from .looks import MARK, STREETS, WALKED, band_settings, look_settings

ZOOMS = (11, 18)
SAID = "explorer."
TRANSIT = "transit"


def render_explorer_page(
    explorer: Mapping[str, Any],
    profile: Mapping[str, Any],
    *,
    quarters: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    text: Text,
    run: dict[str, Any],
) -> str:
    """Render the page "how far can you get": one file that holds its streets and its search.

    Parameters
    ----------
    explorer
        What :func:`htkgis.pipeline.explorer.make_explorer` gave, in the language of the page.
    profile
        Any quarter's profile: the study's name, years and CRS.
    quarters, areas, municipality
        Outlines; ``name`` of the first two.
    text, run
        Words, and what every page prints of a run.
    """
    plan = elements.PlanMap(
        explorer["bounds"],
        text=text,
        title=text("explorer.map"),
        limits=_wider(explorer["limits"]),
        zooms=ZOOMS,
        reset=text("explorer.reset"),
        background=run.get("background"),
    )
    for layer in _outlines(quarters, areas, municipality, text):
        layer.add_to(plan)
    travellers = [_traveller(each, text) for each in explorer["travellers"]]
    transit = _by_transit(explorer["transit"], text)
    elements.ExplorerLayer(_settings(explorer, travellers, transit, text)).add_to(plan)
    head, body, script = plan.fragments()
    return render_page(
        "explorer.html",
        text=text,
        title=text("explorer.title", municipality=profile["study"]["municipality"]),
        language=text("language.html"),
        css=(*head, own("explorer/page.css")),
        scripts=script,
        images=plan.images,
        profile=profile,
        map=Markup(body),  # noqa: S704  built from escaped templates
        modes=list(dict.fromkeys(each["mode"] for each in [*travellers, *transit])),
        transit=next(iter(transit), None),
        travellers=travellers,
        explorer=explorer,
        starts=_grouped(explorer["starts"]),
        everyday=text.format_number(explorer["everyday_min"], None),
        functions=[
            (function, style.place(function, "existing")) for function in explorer["functions"]
        ],
        bands=_band_looks(explorer),
        signs=_signs(explorer, text),
        method=_method(explorer, travellers, text),
        sources_table=tables.sources(run["sources"], text),
        **run_values(run, text),
    )


def _settings(
    explorer: Mapping[str, Any],
    travellers: Sequence[Mapping[str, Any]],
    transit: Sequence[Mapping[str, Any]],
    text: Text,
) -> dict[str, Any]:
    kinds = dict.fromkeys([*explorer["functions"], *(p["function"] for p in explorer["places"])])
    words = {
        key.removeprefix(SAID): said for key, said in text.words.items() if key.startswith(SAID)
    }
    return {
        "network": explorer["network"],
        "places": explorer["places"],
        "starts": explorer["starts"],
        "state": explorer["state"],
        "years": explorer["years"],
        "functions": explorer["functions"],
        "buffer_m": explorer["buffer_m"],
        "travellers": travellers,
        "transit": next(iter(transit), None),
        "projects": explorer["projects"],
        "minutes": explorer["minutes"],
        "words": words | {"functions": {kind: text(f"function.{kind}") for kind in kinds}},
        **look_settings(kinds, explorer["bands_min"]),
    }


def _traveller(settings: Mapping[str, Any], text: Text) -> dict[str, Any]:
    name, speed = lens_name(settings["lens"], text), text.format_number(settings["kph"], None)
    return {
        "mode": settings["mode"],
        "lens": settings["lens"],
        "max_snap_m": settings["max_snap_m"],
        "mode_words": text(f"mode.{settings['mode']}"),
        "name": name,
        "speed": speed,
        "who": lens_who([settings["lens"]], text),
        "option": text("explorer.lens_option", name=name, speed=speed),
    }


def _by_transit(transit: Mapping[str, Any] | None, text: Text) -> list[dict[str, Any]]:
    """Say what the browser must know of public transport; nothing where no times are known."""
    if transit is None:
        return []
    windows = [
        {
            "window": window["window"],
            "name": window_name(window, text),
            "when": window_when(window, text),
        }
        for window in transit["windows"]
    ]
    return [
        {name: transit[name] for name in ("packed", "stations", "stops", "minutes")}
        | {
            "mode": TRANSIT,
            "mode_words": text(f"mode.{TRANSIT}"),
            "windows": windows,
            "bands": band_settings(transit["bands_min"]),
            "percent": text.format_unit(transit["percentile"], "%", None),
        }
    ]


def _band_looks(explorer: Mapping[str, Any]) -> list[Look]:
    """List the looks of as many classes as any of the modes has."""
    transit = explorer["transit"] or {"bands_min": ()}
    most = max(len(explorer["bands_min"]), len(transit["bands_min"]))
    return [style.band(step) for step in range(most)]


def _outlines(
    quarters: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    text: Text,
) -> list[elements.VectorLayer]:
    """Draw where one is; the names are those of all other maps."""
    group = text("layer.base")

    def named(frame: gpd.GeoDataFrame, title: str, edge: Look, name: Look) -> elements.VectorLayer:
        lines = outline(frame).assign(look="outline", name="")
        names = frame[["name", "geometry"]].assign(
            look="name", geometry=[top(shape) for shape in frame.geometry]
        )
        return elements.VectorLayer(
            stack(lines, names),
            title=title,
            look={"outline": edge, "name": name},
            group=group,
            label="name",
            counted=False,
        )

    return [
        elements.VectorLayer(
            outline(municipality),
            title=text(outline_words(municipality)),
            look=style.MUNICIPALITY,
            group=group,
            counted=False,
        ),
        named(quarters, text("explorer.quarters"), style.QUARTER, style.QUARTER_NAME),
        named(areas, text("explorer.areas"), style.AREA, style.AREA_NAME),
    ]


def _signs(explorer: Mapping[str, Any], text: Text) -> list[tuple[Look, str, str | None]]:
    """List look, words, and what shows a sign that does not always stand there."""
    signs: list[tuple[Look, str, str | None]] = [
        (
            Look("point", fill=MARK, stroke=style.PAPER, weight=2),
            text("explorer.origin_sign"),
            None,
        ),
        (Look("point", fill=style.QUIET, radius=7), text("explorer.reached_sign"), None),
        (
            Look("point", fill=style.PAPER, stroke=style.QUIET, radius=5),
            text("explorer.beyond_sign"),
            None,
        ),
        (STREETS["main"], text("explorer.streets_sign"), None),
        (Look("line", weight=1.5, dash="4 3"), text("explorer.area_sign"), None),
    ]
    if explorer["transit"] is not None:
        stop = Look("point", fill=style.band(0).fill, radius=6)
        signs += [
            (stop, text("explorer.stop_sign"), "stop"),
            (Look("area", fill=WALKED, weight=1.3), text("explorer.walked_sign"), "walked"),
        ]
    if explorer["projects"]:
        planned = Look("line", stroke=MARK, weight=4, dash="9 4")
        signs.append((planned, text("explorer.project_sign"), None))
    return signs


def _method(
    explorer: Mapping[str, Any], travellers: Sequence[Mapping[str, Any]], text: Text
) -> list[str]:
    around = text.format_number(explorer["around_m"] / 1000, None)
    return [
        text("explorer.method_network", around=around),
        *(
            text(
                "explorer.method_speed",
                who=each["name"],
                speed=each["speed"],
                mode=each["mode_words"],
            )
            for each in travellers
        ),
        text("explorer.method_snap"),
        text("explorer.method_area", buffer=text.format_number(explorer["buffer_m"], None)),
        *_transit_method(explorer["transit"], text),
        text(f"explorer.method_{'projects' if explorer['projects'] else 'no_projects'}"),
        text("explorer.method_limits"),
    ]


def _transit_method(transit: Mapping[str, Any] | None, text: Text) -> list[str]:
    """Say what the times by public transport are, and what they are not."""
    if transit is None:
        return []
    return [
        text(
            "explorer.method_transit",
            date=text.format_date(transit["date"]),
            windows=text.join([window_clock(window, text) for window in transit["windows"]]),
            percent=text.format_unit(transit["percentile"], "%", None),
        ),
        text("explorer.method_transit_from"),
        transit_rules(transit, text),
    ]


def _grouped(starts: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Group the starting points by area, each with its number among all."""
    numbered = enumerate(starts)
    return [
        (area, [(number, _full_name(area, start["name"])) for number, start in group])
        for area, group in groupby(numbered, key=lambda item: item[1]["area"])
    ]


def _full_name(area: str, name: str) -> str:
    """Put the area before the name of a point, unless it says so itself."""
    return name if name.startswith(area) else f"{area}, {name}"


def _wider(bounds: Sequence[float]) -> tuple[float, float, float, float]:
    """Leave room around, so that the border of what is known can be seen."""
    west, south, east, north = bounds
    wide, high = 0.1 * (east - west), 0.1 * (north - south)
    return west - wide, south - high, east + wide, north + high
