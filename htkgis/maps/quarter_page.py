"""The page of one quarter: finding, key figures, map, and every number of it as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from htkgis.store.memory import recalled_whole, remembers

from . import tables
from .charts import Beside, small_multiples, spine, timeline
from .charts.marks import outline
from .contents import contents
from .downloads import downloads
from .fairness import fairness_section
from .figure_context import beside
from .gaps import strengths_and_gaps
from .indicators import indicator_section, list_section
from .jobs_fit import jobs_fit
from .layers import MapLayers, area_name, quarter_map
from .locator import common_extent, locator
from .method import car_note, felt_note, method
from .modes import drawn_modes, mode_words
from .page import render_page, run_values
from .resources import own as own_asset
from .robustness import key_stamp
from .rules import robustness_section, rule_section
from .sections import (
    change_groups,
    isolation_section,
    lens_section,
    other_modes,
    reach_notes,
    share_tables,
    transit_section,
)
from .style import band
from .text import Text

Profile = Mapping[str, Any]
MAP_PARTS = ("area", "modes", "places", "quarter")
"""Parts of a profile that its map shows something of."""
_QUOTES = '»«“”„"'
"""Of a title that comes quoted; the sentence quotes it the way of its language."""


def render_quarter_page(
    profile: Profile,
    layers: MapLayers,
    *,
    text: Text,
    run: dict[str, Any],
    beside: Beside = (),
    drawn: bytes | None = None,
) -> str:
    """Render the profile of a quarter as one HTML file that needs nothing else.

    Parameters
    ----------
    profile
        The quarter's numbers, all of them computed; nothing is added here.
    layers
        What the map draws, in the study's projected CRS.
    text
        Words of the page's language.
    run
        Version, hashes, sources, and whether the data are a sketch.
    beside
        Profile and layers of every quarter, this one too; their maps stand beside each other.
    drawn
        What :func:`drawn_map` gave; where it is given, ``layers`` may be :attr:`MapLayers.fixed`.

    Raises
    ------
    ConfigError
        If the profile names a word that the language does not have.
    """
    if drawn is None:
        drawn = drawn_map(profile, layers, text, run.get("background"))
    (head, body, script), images = json.loads(drawn)
    parts: dict[str, Any] = {
        "profile": profile,
        "area": area_name(profile),
        "map": Markup(body),  # noqa: S704  built from escaped templates
        **_said_first(profile, text),
        **_map_parts(profile, layers, beside, text),
        **_reached_parts(profile, text),
        "transit": transit_section(profile, run, text),
        "shares": share_tables(profile, text),
        "fairness": fairness_section(profile, text),
        **_compared_parts(profile, text),
        **_list_parts(profile, text),
        "timeline": timeline(profile, text, others=[each for each, _ in beside]),
        "projects": tables.projects(profile, text),
        "places": tables.places(profile, text),
        **_basis_parts(profile, run, text),
    }
    return render_page(
        "quarter.html",
        text=text,
        title=text(
            "quarter.title", name=profile["quarter"]["name"], state=profile["study"]["state"]
        ),
        language=text("language.html"),
        css=[*head, own_asset("charts.css")],
        scripts=[*script, own_asset("fold.js"), own_asset("frame.js")],
        images=images,
        contents=contents(parts, text),
        **parts,
        **run_values(run, text),
    )


def drawn_map(
    profile: Profile, layers: MapLayers, text: Text, background: Mapping[str, Any] | None
) -> bytes:
    """Draw the map and render it for a page, with the hosts that it takes pictures from, as JSON.

    Most maps are those of the run before: one is drawn again only where something of what it
    shows has changed. It is given no more of the profile than what is looked at there.
    """
    shown = {name: profile[name] for name in MAP_PARTS if name in profile}

    def make() -> bytes:
        plan = quarter_map(shown, layers, text=text, background=background)
        return json.dumps([plan.fragments(), plan.images]).encode()

    facts = (shown, text.language, dict(text.words), text.currency, background)
    digests = [each.digest for each in layers.known] if remembers() else []
    return recalled_whole("quarter map", [], make, *digests, *facts)


def _said_first(profile: Profile, text: Text) -> dict[str, Any]:
    """Say the finding and the key figures, what has changed, and what is good and what lacks."""
    return {
        "facts": facts(profile, text),
        "finding": text.sentence(profile["finding"]),
        "key_figures": _with_context(profile, text),
        "middle_of": middle_of(profile, text),
        "felt": felt_note(profile, text),
        "changes": change_groups(profile, text),
        "found": strengths_and_gaps(profile, text),
    }


def _map_parts(profile: Profile, layers: MapLayers, beside: Beside, text: Text) -> dict[str, Any]:
    """Say what stands around the map, and draw the fixed ones."""
    limits = profile["assumptions"]["limits_min"]
    drawn = drawn_modes(profile, layers.isochrones)
    return {
        "mode": mode_words(drawn, text),
        "choose_mode": len(drawn) > 1,
        "limits": text.join([text.format_number(limit, None) for limit in limits]),
        "fixed_map": locator(profile, layers, text=text, extent_m=common_extent([layers])),
        "bands": legend(profile, text),
        "multiples": small_multiples(profile, beside, text),
        "outline": outline,
        "reach_notes": reach_notes(profile, text),
    }


def _reached_parts(profile: Profile, text: Text) -> dict[str, Any]:
    """Tabulate what is reached on the streets: the nearest places, counts and jobs."""
    return {
        "nearest": tables.nearest(profile, text),
        "nearest_modes": tables.nearest_by_mode(profile, text),
        "lenses": lens_section(profile, text),
        "choices": tables.choices(profile, text),
        "counts": tables.counts(profile, text),
        "jobs": tables.jobs(profile, text),
        "jobs_fit": jobs_fit(profile, text),
        "jobs_modes": tables.jobs_by_mode(profile, text),
        "jobs_sectors": tables.jobs_by_sector(profile, text),
        "jobs_skills": tables.jobs_by_skill(profile, text),
        "competition": tables.competition(profile, text),
        "competition_missing": tables.competition_missing(profile, text),
        "car": car_note(profile, text),
    }


def _compared_parts(profile: Profile, text: Text) -> dict[str, Any]:
    """Hold the quarter against the others and against what lies around it."""
    own = profile["quarter"]["id"]
    return {
        "isolation": isolation_section(profile, text, own=own),
        "spine": spine(profile, text),
        "comparison": tables.comparison(profile, text, own=own),
        "further": tables.comparison(profile, text, own=own, part="further"),
        "other_modes": other_modes(profile, text, own=own, part="all"),
    }


def _list_parts(profile: Profile, text: Text) -> dict[str, Any]:
    """Hold the quarter against rules, indicators and lists."""
    return {
        "rules": rule_section(profile, text),
        "indicators": indicator_section(profile, text),
        "criteria": tables.criteria(profile, text),
        "criteria_lead": _criteria(profile, text),
        "lists": list_section(profile, text),
    }


def _basis_parts(profile: Profile, run: dict[str, Any], text: Text) -> dict[str, Any]:
    """Say what the figures rest on: how sure they are, method, definitions, sources, files."""
    return {
        "robustness": robustness_section(profile, text),
        "unsnapped": tables.unsnapped(profile, text),
        "downloads": downloads(run, text, own=profile["quarter"]["id"]),
        "method": method(profile, run, text),
        "definitions": tables.definitions(profile, text),
        "sources_table": tables.sources(run["sources"], text),
    }


def facts(profile: Profile, text: Text) -> list[tuple[str, str]]:
    """Collect what is known of the housing area, as heading and words; the unknown is left out."""
    area = profile.get("area") or {}
    found: list[tuple[str, str | None]] = [
        (text("quarter.area"), area.get("name")),
        (text("quarter.station"), profile["quarter"].get("station_name")),
        (text("quarter.organisation"), area.get("housing_organisation")),
        (text("quarter.built"), area.get("built")),
    ]
    for name in ("dwellings", "population"):
        if area.get(name) is not None:
            year = area.get(f"{name}_year") or text("missing.none")
            found.append((text(f"quarter.{name}", year=year), text.format_number(area[name])))
        elif area.get(f"{name}_hidden"):
            year = area.get(f"{name}_year") or text("missing.none")
            found.append((text(f"quarter.{name}", year=year), text("shares.hidden")))
    return [(heading, str(words)) for heading, words in found if words]


def key_figures(profile: Profile, text: Text) -> list[dict[str, Any]]:
    """Key figures as bound, number, unit and words, with room for what stands ``beside`` each."""
    figures: list[dict[str, Any]] = []
    for figure in profile["key_figures"]:
        value, minutes = figure["value"], figure["unit"] == "min"
        missing = "jobs_hidden.word" if figure["hidden"] else "missing.not_reached"
        number = text.format_number(value, 1 if minutes else None, missing=missing)
        bound = ""
        if figure["bound"] is not None and value is not None:
            bound = text(f"bound.{figure['bound']}", value="").strip()
        figures.append(
            {
                "bound": bound,
                "number": number,
                "unit": text("unit.min") if minutes and value is not None else "",
                "words": text.sentence(figure),
                "stamp": key_stamp(profile, figure, text) or "",
                "beside": [],
            }
        )
    return figures


def _with_context(profile: Profile, text: Text) -> list[dict[str, Any]]:
    """Key figures with what stands in small below each."""
    words = key_figures(profile, text)
    return [
        shown | {"beside": beside(figure, profile, text)}
        for figure, shown in zip(profile["key_figures"], words, strict=True)
    ]


def middle_of(profile: Profile, text: Text) -> str:
    """Say which of the origins the key figures belong to."""
    origins = profile["origins"]
    words = text.plural(f"origin.{origins['kind']}", origins["count"])
    return text("quarter.middle_of", origins=words)


def legend(profile: Profile, text: Text) -> list[dict[str, Any]]:
    """Isochrone bands for the legend of a fixed map."""
    limits = sorted(profile["assumptions"]["limits_min"])
    return [
        {
            "look": band(step),
            "words": text("layer.band", limit=text.format_number(limit, None)),
        }
        for step, limit in enumerate(limits)
    ]


def _criteria(profile: Profile, text: Text) -> str | None:
    found = profile["criteria"]
    if found is None:
        return None
    title = found.get("list_en", found["list"]) if text.language == "en" else found["list"]
    key = {True: "criteria_on", False: "criteria_off", None: "criteria_unknown"}[found["on_list"]]
    return text(
        f"quarter.{key}",
        area=area_name(profile),
        year=found["year"],
        list=title.strip(_QUOTES),
        min_residents=text.format_number(found["min_residents"]),
        residents=text.format_number(found["residents"]),
        needed=found["needed"],
        of=found["of"],
        met=found["met"],
    )
