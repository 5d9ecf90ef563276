"""The layers of a quarter's map: which tables are drawn, in which order, with which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from htkgis.store.known import Known
from htkgis.store.memory import recalled

from . import elements, style
from .bands import band_layers, near_bands
from .degrees import WGS84
from .modes import WALK, minutes_by, modes_of
from .shapes import extent, joined_lines, outline, outline_words, stack, top
from .style import Look
from .text import Text

STREET_TOLERANCE_M = 5.0
SHOWN = ("id", "name", "function", "state", "approximate", "note", "geometry")
"""Columns of places that the map shows something of."""
STATES = ("existing", "planned", "closed", "cancelled")


@dataclass(frozen=True)
class MapLayers:
    """What a quarter's map draws; every frame in the study's projected CRS in metres.

    Attributes
    ----------
    municipality, quarter, area
        Outlines.
    origins
        ``id``, ``kind`` (gate or address), ``name``.
    streets
        ``kind``; lines.
    isochrones
        ``limit_min``, and ``mode`` (walking where the column is missing); nested polygons.
    places
        ``id``, ``name``, ``function``, ``state``, ``approximate``, ``note``.
    projects
        ``id``, ``name``, ``kind``, ``phase``; only those with a known position.
    connectors
        ``distance_m``; the straight ways from origins and places to their streets, if known.
    """

    municipality: gpd.GeoDataFrame
    quarter: gpd.GeoDataFrame
    area: gpd.GeoDataFrame
    origins: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    isochrones: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    connectors: gpd.GeoDataFrame | None = None

    @cached_property
    def reach(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres of quarter, area and what is near on foot."""
        frames = [self.quarter, self.area, near_bands(self.isochrones)]
        shapes = np.concatenate([frame.geometry.array for frame in frames])
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        return west, south, east, north

    @property
    def tables(self) -> tuple[gpd.GeoDataFrame | None, ...]:
        """All of them, in their order."""
        return tuple(getattr(self, own.name) for own in fields(self))

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """All of them, each to be hashed once."""
        return tuple(map(Known, self.tables))

    @cached_property
    def fixed(self) -> MapLayers:
        """Give what drawings without a choice of modes show: outlines of what is reached on foot.

        Of other modes only that something is reached within a limit.
        """
        if "mode" not in self.isochrones:
            return self
        beside = self.isochrones["mode"].fillna(WALK).ne(WALK) & ~self.isochrones.is_empty
        own = self.isochrones.geometry.mask(beside, shapely.Point(0, 0))
        return replace(self, isochrones=self.isochrones.set_geometry(own))

    @cached_property
    def drawings(self) -> dict[tuple[float, bool], dict[str, Any]]:
        """What fixed maps have drawn of these layers, by extent and detail: each is drawn once."""
        return {}


def quarter_map(
    profile: Mapping[str, Any],
    layers: MapLayers,
    *,
    text: Text,
    background: Mapping[str, Any] | None = None,
) -> elements.PlanMap:
    """Draw the map of one quarter; three quarters are three calls of this function."""
    home = (layers.quarter, layers.area)
    plan = elements.PlanMap(
        extent(*home, near_bands(layers.isochrones)),
        text=text,
        title=profile["quarter"]["name"],
        limits=extent(layers.municipality, layers.isochrones, margin=0.15),
        background=background,
    )
    for layer in (
        _municipality(layers, text),
        *band_layers(profile, layers.isochrones, *home, text=text),
        _streets(layers, text),
        _quarter(profile, layers, text),
        _area(profile, layers, text),
        *_connectors(layers, text),
        _origins(layers, text),
        *_functions(profile, layers, text),
        _projects(layers, text),
    ):
        layer.add_to(plan)
    for look, words in _signs(layers, text):
        plan.add_sign(look, words)
    return plan


def area_name(profile: Mapping[str, Any]) -> str:
    """Name of the housing area, or of the quarter where the area has none."""
    return str((profile.get("area") or {}).get("name") or profile["quarter"]["name"])


def _municipality(layers: MapLayers, text: Text) -> elements.VectorLayer:
    return elements.VectorLayer(
        outline(layers.municipality),
        title=text(outline_words(layers.municipality)),
        look=style.MUNICIPALITY,
        group=text("layer.base"),
        counted=False,
    )


def _streets(layers: MapLayers, text: Text) -> elements.VectorLayer:
    """One feature for each look: a page has 30,000 streets, and the browser three objects."""
    looks = {"main": style.MAIN_STREET, "local": style.STREET, "path": style.PATH}
    names = {look: name for name, look in looks.items()}
    kinds = np.array([names[look] for look in style.streets(layers.streets["kind"])], dtype=object)
    rows = []
    for name in ("local", "path", "main"):
        chosen = layers.streets.geometry[kinds == name]
        if not chosen.empty:
            rows.append({"look": name, "geometry": _network(chosen)})
    frame = gpd.GeoDataFrame(
        rows, columns=["look", "geometry"], geometry="geometry", crs=layers.streets.crs
    )
    return elements.VectorLayer(
        frame,
        title=text("layer.streets"),
        look=looks,
        group=text("layer.base"),
        counted=False,
    )


def _network(lines: gpd.GeoSeries) -> Any:
    """Join, simplify and sort lines; neighbours in the list make short steps in the code."""

    def make(own: Any) -> list[bytes]:
        return [_joined(each) for each in own]

    [made] = recalled("network", [joined_lines(lines.array)], make, STREET_TOLERANCE_M)
    return shapely.from_wkb(made)


def _joined(lines: Any) -> bytes:
    merged = shapely.get_parts(shapely.line_merge(lines))
    parts = gpd.GeoSeries(merged).simplify(STREET_TOLERANCE_M)
    order = parts.hilbert_distance().sort_values(kind="stable").index
    written: bytes = shapely.to_wkb(shapely.multilinestrings(parts.loc[order].to_numpy()))
    return written


def _quarter(profile: Mapping[str, Any], layers: MapLayers, text: Text) -> elements.VectorLayer:
    edge = outline(layers.quarter).assign(look="outline", name="")
    name = edge[:1].assign(
        look="name",
        name=profile["quarter"]["name"],
        geometry=[top(shape) for shape in edge.geometry[:1]],
    )
    return elements.VectorLayer(
        stack(edge, name),
        title=text("layer.quarter"),
        look={"outline": style.QUARTER, "name": style.QUARTER_NAME},
        group=text("layer.base"),
        label="name",
        counted=False,
    )


def _area(profile: Mapping[str, Any], layers: MapLayers, text: Text) -> elements.VectorLayer:
    edge = outline(layers.area).assign(look="outline", name="")
    name = edge[:1].assign(
        look="name",
        name=area_name(profile),
        geometry=edge.geometry[:1].representative_point(),
    )
    return elements.VectorLayer(
        stack(edge, name),
        title=text("layer.area"),
        look={"outline": style.AREA, "name": style.AREA_NAME},
        group=text("layer.base"),
        label="name",
        counted=False,
    )


def _origins(layers: MapLayers, text: Text) -> elements.VectorLayer:
    kinds = layers.origins["kind"]
    kind = kinds.iloc[0] if len(kinds) and kinds.nunique() == 1 else "gate"
    addresses = kind != "gate"
    return elements.VectorLayer(
        layers.origins,
        title=text(f"origin.{kind}.short"),
        look=style.ADDRESS if addresses else style.GATE,
        group=text("layer.base"),
        label="name",
    )


def _connectors(layers: MapLayers, text: Text) -> Iterator[elements.VectorLayer]:
    """Draw how points were tied to streets; off until asked for, for it explains, and tells not."""
    if layers.connectors is None:
        return
    frame = layers.connectors.assign(
        words=[
            text("layer.metres", metres=text.format_number(metres))
            for metres in layers.connectors["distance_m"]
        ]
    )
    yield elements.VectorLayer(
        frame,
        title=text("layer.connectors"),
        look=style.CONNECTOR,
        group=text("layer.base"),
        label="words",
        shown=False,
    )


def _functions(
    profile: Mapping[str, Any], layers: MapLayers, text: Text
) -> Iterator[elements.VectorLayer]:
    """One layer for each function, in the order of the legend."""
    modes = modes_of(profile)
    places = _told_places(profile, layers.places.to_crs(WGS84), modes, text)
    rows: dict[str, list[int]] = {}
    for at, function in enumerate(places["function"].tolist()):
        rows.setdefault(function, []).append(at)
    order = [name for name in style.FUNCTIONS if name in rows]
    for function in [*order, *sorted(rows.keys() - set(order))]:
        yield _places(places.iloc[rows[function]], function, modes, text)


def _told_places(
    profile: Mapping[str, Any], places: gpd.GeoDataFrame, modes: Sequence[str], text: Text
) -> gpd.GeoDataFrame:
    """Put what is said of each place beside it, those of all functions at once."""
    times = {row["id"]: row for row in profile["places"]}
    shown = [name for name in SHOWN if name in places.columns]
    rows = places.sort_values("id")[shown]
    return rows.assign(
        look=[
            _place_look(state, rough)
            for state, rough in zip(rows["state"], rows["approximate"], strict=True)
        ],
        name=[
            place_name(name, state, text)
            for name, state in zip(rows["name"], rows["state"], strict=True)
        ],
        function_words=[text(f"function.{function}") for function in rows["function"]],
        state_words=[text(f"state.{state}") for state in rows["state"]],
        **{
            f"{mode}_words": [
                _time(times.get(key), mode, text, rough=rough)
                for key, rough in zip(rows["id"], rows["approximate"], strict=True)
            ]
            for mode in modes
        },
        job_words=[_jobs(times.get(key), text) for key in rows["id"]],
    )


def _places(
    frame: gpd.GeoDataFrame, function: str, modes: Sequence[str], text: Text
) -> elements.VectorLayer:
    looks = {
        _place_look(state, rough): style.place(function, state, approximate=rough)
        for state in STATES
        for rough in (False, True)
    }
    return elements.VectorLayer(
        frame,
        title=text(f"function.{function}"),
        look=looks,
        group=text("layer.functions"),
        label="name",
        rows=(
            (text("layer.function_row"), "function_words"),
            (text("layer.state_row"), "state_words"),
            *((text(f"layer.time_{mode}"), f"{mode}_words") for mode in modes),
            (text("table.jobs"), "job_words"),
            (text("layer.note_row"), "note"),
        ),
        key="place",
    )


def place_name(name: object, state: str, text: Text) -> str:
    """Name of a place or that it has none, with its state unless it is in use."""
    words = name if isinstance(name, str) and name else text("missing.unnamed")
    return words if state == "existing" else f"{words} ({text(f'state.{state}')})"


def _place_look(state: str, rough: object) -> str:
    return f"{state} {'rough' if rough else 'known'}"


def _time(row: Mapping[str, Any] | None, mode: str, text: Text, *, rough: bool) -> str:
    if rough:
        return text("table.shown_not_measured") if mode == WALK else ""
    if row is None or not row["measured"]:
        return ""
    times = minutes_by(row, mode)
    if times["median"] is None:
        return text("missing.not_reached")
    low, middle, high = (
        text.format_minutes(times[name], unit=name == "max", missing="missing.not_reached")
        for name in ("min", "median", "max")
    )
    return text("table.spread", median=middle, low=low, high=high)


def _jobs(row: Mapping[str, Any] | None, text: Text) -> str:
    if row is not None and row["jobs_hidden"]:
        return text("jobs_hidden.place")
    if row is None or row["jobs"] is None:
        return ""
    return text("table.job_count", jobs=text.format_number(row["jobs"]))


def _phase(phase: str, text: Text) -> str:
    """Words of a phase that is a status; years stay as they are."""
    return text(f"project_status.{phase}") if phase in {"planned", "cancelled"} else phase


def _projects(layers: MapLayers, text: Text) -> elements.VectorLayer:
    frame = layers.projects.sort_values("id").assign(
        kind_words=lambda rows: [text(f"project_kind.{kind}") for kind in rows["kind"]],
        phase_words=lambda rows: [_phase(phase, text) for phase in rows["phase"]],
    )
    return elements.VectorLayer(
        frame,
        title=text("layer.projects_shown"),
        look=style.PROJECT,
        group=text("layer.projects"),
        label="name",
        rows=((text("layer.kind_row"), "kind_words"), (text("layer.phase_row"), "phase_words")),
        key="project",
    )


def _signs(layers: MapLayers, text: Text) -> Iterator[tuple[Look, str]]:
    """Signs that cut across the functions; only those the map holds."""
    for state in STATES:
        if layers.places["state"].eq(state).any():
            yield style.place("school", state), text(f"state.{state}")
    if layers.places["approximate"].any():
        small = Look("point", fill=style.PAPER, radius=5, ring=True)
        yield small, text("layer.approximate")
