"""The front page: the quarters side by side, with maps at one scale and a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from htkgis.errors import ConfigError

from . import tables
from .downloads import downloads
from .layers import MapLayers, area_name
from .locator import common_extent, locator
from .method import felt_note
from .modes import mode_words, modes_of
from .page import render_page, run_values
from .quarter_page import key_figures, legend, middle_of
from .resources import own as own_asset
from .scenario import scenario_section
from .sections import isolation_section, largest_change
from .text import Text

ASKED = frozenset({"station", "school", "shopping", "leisure"})
"""Functions that the first question of the front page names."""


def render_index_page(
    profiles: Sequence[Mapping[str, Any]],
    layers: Mapping[str, MapLayers],
    *,
    text: Text,
    run: dict[str, Any],
) -> str:
    """Render the front page; its one script sorts the table of all figures.

    Parameters
    ----------
    profiles
        One for each quarter, at least one, in the order of the cards.
    layers
        Layers of each quarter by its id.

    Raises
    ------
    ConfigError
        If there is no profile, or a quarter has no layers.
    """
    names = [profile["quarter"]["id"] for profile in profiles]
    missing = [name for name in names if name not in layers]
    if missing or not profiles:
        msg = (
            f"index page: {len(profiles)} profiles, no layers for {missing}; each quarter needs "
            "both. Run the profile step again."
        )
        raise ConfigError(msg)
    extent = common_extent([layers[name] for name in names])
    study, found = profiles[0]["study"], tables.overview(profiles, text)
    return render_page(
        "index.html",
        text=text,
        title=text("index.title", municipality=study["municipality"], state=study["state"]),
        language=text("language.html"),
        css=[own_asset("sort.css")],
        scripts=[own_asset("sort.js"), own_asset("frame.js")],
        profile=profiles[0],
        cards=[
            _card(profile, layers[profile["quarter"]["id"]], extent, text) for profile in profiles
        ],
        lead=_lead(profiles[0], text),
        holds=scenario_section(run, text),
        felt=felt_note(profiles[0], text),
        bands=legend(profiles[0], text),
        explorer=run.get("explorer"),
        joint_pages=run.get("joint_pages") or (),
        overview=found,
        overview_lead=text(
            "overview.lead",
            quarters=text.plural("overview.quarters", len(profiles)),
            rows=text.format_number(len(found.rows)),
            themes=text.format_number(len(found.themes)),
            origins=text(f"origin.{profiles[0]['origins']['kind']}.short").lower(),
        ),
        comparison=tables.comparison(profiles[0], text),
        by_timetable=tables.transit_comparison(profiles[0], text),
        isolation=isolation_section(profiles[0], text),
        downloads=downloads(run, text, others=names),
        sources_table=tables.sources(run["sources"], text),
        **run_values(run, text),
    )


def _lead(profile: Mapping[str, Any], text: Text) -> str:
    modes = modes_of(profile)
    several = len(modes) > 1
    lead = (
        text("index.lead_modes", modes=mode_words(modes, text)) if several else text("index.lead")
    )
    asked = {row["function"] for row in profile["nearest"]} >= ASKED
    return f"{text('index.question')} {lead}" if asked else lead


def _place(profile: Mapping[str, Any], text: Text) -> str:
    """Name the housing area, and the station of the quarter where it has one."""
    station, area = profile["quarter"].get("station_name"), area_name(profile)
    return text("index.area", area=area, station=station) if station else area


def _card(
    profile: Mapping[str, Any], layers: MapLayers, extent: float, text: Text
) -> dict[str, Any]:
    quarter = profile["quarter"]
    return {
        "name": quarter["name"],
        "file": f"{quote(quarter['id'], safe='')}.html",
        "place": _place(profile, text),
        "finding": text.sentence(profile["finding"]),
        "change": largest_change(profile, text),
        "key_figures": key_figures(profile, text),
        "middle_of": middle_of(profile, text),
        "map": locator(profile, layers, text=text, extent_m=extent),
    }
