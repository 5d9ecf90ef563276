"""The region by train and bus: every stop by its minutes from each quarter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd

from . import elements, style
from .drawings import kept_drawings, parts_of
from .joint_layers import JointLayers, Profile, bounds_of, draw_ground, ground_layers
from .joint_page import JointPage, Section, origins_word
from .layers import area_name, place_name
from .picture import Picture
from .shapes import extent
from .style import Look
from .tables.region import counts_table, stops_table, times_of
from .text import Text
from .transit import transit_method, window_when

STOPS = ("station", "stop")
LEAST_HEIGHT = 130
LETTERS = 11.5
"""Of the fixed maps, so that a name can be read where a phone shrinks them."""
MOST_STOPS = 1500
"""With more stops, those that are no stations stand neither on the fixed maps nor in the table."""
FILLS = ("#12436d", "#4d9bc9", "#c5e3ee")
"""Nearest first; further classes repeat the last."""
SHAPES = ("circle", "square", "diamond")
BEYOND = Look("point", fill=style.PAPER, stroke=style.QUIET, weight=1.5, radius=5, strike=1)
RAIL = Look("line", stroke="#27333d", weight=2.5, opacity=0.7, label="never")
BUS = Look("line", stroke="#27333d", weight=1.3, dash="4 3", opacity=0.7, label="never")


def region_page(profiles: Sequence[Profile], layers: JointLayers, text: Text) -> JointPage | None:
    """Lay out the page; None where nothing is measured by public transport."""
    if not profiles or any(not profile.get("region") for profile in profiles):
        return None
    first, study = profiles[0], profiles[0]["study"]
    when, limits = _when(first, text), limits_of(profiles)
    shown = parts_of(profiles, "area", "quarter", "region")
    drawn, (pictures,) = kept_drawings("region", _drawings, shown, layers, text)
    return JointPage(
        file=text("region.file"),
        key="region",
        title=text("region.title", municipality=study["municipality"], state=study["state"]),
        kicker=text("region.kicker", when=when),
        heading=text("region.heading"),
        lead=text("region.lead", origins=origins_word(first, text), percent=_percent(first, text)),
        findings=[sentence for profile in profiles for sentence in _summary(profile, limits, text)],
        map=drawn,
        map_heading=text("region.map_heading"),
        no_script=text("region.no_script"),
        legend=legend_of(limits, text),
        pictures=pictures,
        pictures_heading=text("region.pictures"),
        pictures_lead=text("region.pictures_lead"),
        sections=[
            Section("counts", text("region.counts"), tables=[counts_table(profiles, limits, text)]),
            _times(profiles, layers, limits, when, text),
            Section("method", text("region.method"), notes=_method(first, text)),
        ],
    )


def _when(profile: Profile, text: Text) -> str:
    used, name = profile["assumptions"]["transit"], profile["region"]["window"]
    return window_when(next(each for each in used["windows"] if each["window"] == name), text)


def _percent(profile: Profile, text: Text) -> str:
    return text.format_unit(profile["region"]["percentile"], "%", None)


def _times(
    profiles: Sequence[Profile],
    layers: JointLayers,
    limits: Sequence[float],
    when: str,
    text: Text,
) -> Section:
    """Tabulate the minutes to the stops, and say which of them are left out."""
    used = profiles[0]["assumptions"]["transit"]
    stops, listed = int(layers.region["kind"].isin(STOPS).sum()), listed_stops(layers.region)
    fewer = {"all": text.format_number(stops), "listed": text.format_number(len(listed))}
    return Section(
        "times",
        text("region.table"),
        tables=[stops_table(profiles, listed, limits, when, text)],
        notes=[
            text("region.drawn"),
            *([text("region.stations_only", **fewer)] if len(listed) < stops else []),
            text(
                "region.note_more",
                limit=text.format_number(limits[-1], None),
                percent=_percent(profiles[0], text),
                search=text.format_number(used["search_min"], None),
            ),
            *([text("region.sketch")] if used["sketch"] else []),
        ],
    )


def _method(profile: Profile, text: Text) -> list[str]:
    used, state = profile["assumptions"]["transit"], profile["study"]["state"]
    return list(transit_method(used, state, text, _with_source))


def _with_source(sentence: str, source: str | None, text: Text) -> str:
    del text
    return f"{sentence} ({source})" if source else sentence


def limits_of(profiles: Sequence[Profile]) -> list[float]:
    """List the limits, the same for all quarters, rising."""
    return sorted({row["limit_min"] for each in profiles for row in each["region"]["within"]})


def stop_look(limits: Sequence[float], limit: float | None, *, named: bool = False) -> Look:
    """Look of a stop by the least limit that holds it, None beyond the largest."""
    if limit is None:
        return BEYOND
    step = min(list(limits).index(limit), len(FILLS) - 1)
    return Look(
        "point",
        fill=FILLS[step],
        weight=1.5,
        shape=SHAPES[step],
        radius=(9, 8, 8)[step],
        label="always" if named else "hover",
    )


def legend_of(limits: Sequence[float], text: Text, *, many: bool = False) -> list[tuple[Look, str]]:
    """List each class with its words, nearest first, and what the lines are."""
    said = [
        (stop_look(limits, limit), text("region.within", limit=text.format_number(limit, None)))
        for limit in limits
    ]
    beyond = text("region.beyond", limit=text.format_number(limits[-1], None))
    far = replace(BEYOND, strike=0) if many else BEYOND
    return [*said, (far, beyond), (RAIL, text("region.rail")), (BUS, text("region.bus"))]


def _summary(profile: Profile, limits: Sequence[float], text: Text) -> Iterator[str]:
    """Say how many stops are reached within each limit, and which stations within the first."""
    part = profile["region"]
    yield (
        text(
            "region.summary",
            area=area_name(profile),
            counts=text.join(
                [
                    text(
                        "region.count",
                        stops=text.format_number(row["stops"]),
                        limit=text.format_number(row["limit_min"], None),
                    )
                    for row in part["within"]
                ]
            ),
            all=text.format_number(len(part["rows"]) + part["beyond"]),
        )
        + " "
        + _stations(part, limits[0], text)
    )


def _stations(part: Mapping[str, Any], limit: float, text: Text) -> str:
    near = [row for row in part["rows"] if row["on_rails"] and row["limit_min"] <= limit]
    words = text.format_number(limit, None)
    if not near:
        return text("region.summary_none", limit=words)
    names = [
        text(
            "region.station_minutes",
            name=row["name"] or text("missing.unnamed"),
            minutes=text.format_minutes(row["median"], unit=False),
        )
        for row in near
    ]
    return text("region.summary_stations", limit=words, names=text.join(names))


def _drawings(
    profiles: Sequence[Profile], layers: JointLayers, text: Text
) -> tuple[elements.PlanMap, list[Iterator[tuple[str, Any]]]]:
    limits = limits_of(profiles)
    plan = region_map(profiles, layers, limits, text)
    return plan, [_pictures(profiles, layers, limits, text)]


def region_map(
    profiles: Sequence[Profile], layers: JointLayers, limits: Sequence[float], text: Text
) -> elements.PlanMap:
    """Draw every stop by its minutes from each quarter, as a choice; the first of them is on."""
    stops = layers.region[layers.region["kind"].isin(STOPS)]
    plan = elements.PlanMap(
        extent(stops, layers.quarters, margin=0.06),
        text=text,
        title=text("region.map"),
        limits=extent(stops, layers.quarters, margin=0.6),
        zooms=(8, 17),
        reset=text("region.reset"),
        background=layers.background,
    )
    for layer in (*ground_layers(layers, text, names=False), *_lines(layers.region, text)):
        layer.add_to(plan)
    for profile in profiles:
        _stops(profile, stops, limits, text, shown=profile is profiles[0]).add_to(plan)
    return plan


def _lines(region: gpd.GeoDataFrame, text: Text) -> Iterator[elements.VectorLayer]:
    stops = int(region["kind"].isin(STOPS).sum())
    kind_of_layer = elements.PackedLayer if stops > MOST_STOPS else elements.VectorLayer
    for kind, look in (("bus", BUS), ("rail", RAIL)):
        yield kind_of_layer(
            region.loc[region["kind"] == kind, ["geometry"]],
            title=text(f"region.{kind}"),
            look=look,
            group=text("region.lines"),
            counted=False,
        )


def _stops(
    profile: Profile,
    stops: gpd.GeoDataFrame,
    limits: Sequence[float],
    text: Text,
    *,
    shown: bool,
) -> elements.VectorLayer:
    """Draw stops as one quarter sees them; stations lie on top and show their names."""
    found = times_of(profile)
    many = len(stops) > MOST_STOPS
    rows = stops.sort_values(["kind", "id"], ascending=[False, True], kind="stable")
    classes = [found[key]["limit_min"] if key in found else None for key in rows["id"]]
    frame = rows.assign(
        look=[
            f"{limit} {'named' if kind == 'station' and limit is not None else ''}"
            for limit, kind in zip(classes, rows["kind"], strict=True)
        ],
        words=[place_name(name, "existing", text) for name in rows["name"]],
        kind_words=[text(f"region.{kind}") for kind in rows["kind"]],
        minute_words=[_minutes(found.get(key), limits, text) for key in rows["id"]],
    )
    looks = {
        f"{limit} {word}": stop_look(limits, limit, named=bool(word) and not many)
        for limit in (None, *reversed(limits))
        for word in ("", "named")
    }
    if many:
        # one canvas draws no bars across a symbol
        looks = {name: replace(look, strike=0) for name, look in looks.items()}
    kind_of_layer = elements.PackedLayer if many else elements.VectorLayer
    return kind_of_layer(
        frame,
        title=area_name(profile),
        look=looks,
        group=text("region.choice"),
        label="words",
        rows=(
            (text("region.popup_minutes"), "minute_words"),
            (text("region.popup_kind"), "kind_words"),
        ),
        legend=legend_of(limits, text, many=many)[: len(limits) + 1],
        shown=shown,
        counted=False,
        choice=True,
    )


def listed_stops(region: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Pick what stands in the table and on the fixed maps: all stops; of too many the stations."""
    stops = region[region["kind"].isin(STOPS)]
    return stops if len(stops) <= MOST_STOPS else stops[stops["kind"] == "station"]


def _minutes(row: Mapping[str, Any] | None, limits: Sequence[float], text: Text) -> str:
    if row is None:
        return text("region.beyond", limit=text.format_number(limits[-1], None))
    return text.format_minutes(row["median"])


def _pictures(
    profiles: Sequence[Profile], layers: JointLayers, limits: Sequence[float], text: Text
) -> Iterator[tuple[str, Any]]:
    region = layers.region
    stops = region[region["kind"].isin(STOPS)]
    bounds = bounds_of([stops, layers.quarters], margin=0.05)
    stops = listed_stops(region)
    for number, profile in enumerate(profiles, start=1):
        found = times_of(profile)
        drawn = Picture(bounds, least_height=LEAST_HEIGHT, letters=LETTERS)
        draw_ground(drawn, layers, areas=False)
        for kind, look in (("bus", BUS), ("rail", RAIL)):
            lines = region[region["kind"] == kind]
            if len(lines):
                drawn.add_shape(lines.union_all(), look)
        drawn.add_shape(
            layers.of_area(profile["quarter"]["area_id"]).boundary.union_all(), style.AREA
        )
        for row in stops.sort_values("kind", ascending=False, kind="stable").itertuples():
            own = found.get(str(row.id))
            look = stop_look(limits, None if own is None else own["limit_min"])
            rail = row.kind == "station"
            name = "" if not rail or own is None else _picture_name(own, text)
            drawn.add_symbol(row.geometry, look, name, size=0.65 if rail else 0.45)
        heading = text("region.picture", area=area_name(profile))
        yield (
            heading,
            drawn.render(
                f"region-{number}",
                title=heading,
                description=text(
                    "region.picture_about",
                    area=area_name(profile),
                    classes=_class_counts(profile, text),
                ),
                bar_words=text("region.km", km="{km}"),
            ),
        )


def _picture_name(row: Mapping[str, Any], text: Text) -> str:
    name = row["name"] or text("missing.unnamed")
    return f"{name} {text.format_number(row['median'])}"


def _class_counts(profile: Profile, text: Text) -> str:
    return text.join(
        [
            text(
                "region.class_count",
                count=text.format_number(row["stops"]),
                words=text("region.within", limit=text.format_number(row["limit_min"], None)),
            )
            for row in profile["region"]["within"]
        ]
    )
