"""Travel-time surface of one area: minutes per cell, as a GeoTIFF that QGIS opens at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis import __version__
from htkgis.catalog import Catalog, Layer, Role, read_catalog
from htkgis.errors import ConfigError, first
from htkgis.network import Graph, Grid, Snaps, border_times, travel_time_surface
from htkgis.publish.geotiff import NODATA, cog_bytes
from htkgis.quantities import ADULT
from htkgis.store import Cache, sha256_bytes, write_atomic
from htkgis.study import Car, Study, read_study
from htkgis.units import UNREACHED, deciseconds, minutes

from .layers import street_coverage
from .stated_facts import is_sketch, unknown_kinds
from .steps import Progress
from .surface_network import surface_network
from .travellers import Travellers, travellers, travelling

TITLES = {
    "da": {
        "walk": "{Minutes} til fods{lens} fra det nærmeste udgangspunkt i {area}",
        "bike": "{Minutes} på cykel{lens} fra det nærmeste udgangspunkt i {area}",
        "ebike": "{Minutes} på elcykel{lens} fra det nærmeste udgangspunkt i {area}",
        "car": "{Minutes} i bil fra det nærmeste udgangspunkt i {area}{parking}",
    },
    "en": {
        "walk": "{Minutes} on foot{lens} from the nearest origin of {area}",
        "bike": "{Minutes} by bike{lens} from the nearest origin of {area}",
        "ebike": "{Minutes} by e-bike{lens} from the nearest origin of {area}",
        "car": "{Minutes} by car from the nearest origin of {area}{parking}",
    },
}
MINUTES = {"da": ("Minutter", "Oplevede minutter"), "en": ("Minutes", "Felt minutes")}
"""What a cell holds: time, or time with a price."""
PARKING = {
    "da": ", gang til bilen og parkering medregnet",
    "en": ", the way to the car and parking included",
}
SKETCH_NOTES = {
    "da": "Skitsedata - ikke til sagsbehandling",
    "en": "Sketch data - not for casework",
}
LAYERS = ("origins", "areas", "streets", "barriers")
ENDINGS_OF_OSM = (".pbf", ".graphml")
"""Streets in such a file bring their nodes with them."""


@dataclass(frozen=True)
class SurfaceReport:
    """What was measured and written.

    Parameters
    ----------
    path, sha256
        The file and its hash.
    travellers
        Who travels how, and what the minutes mean.
    rows, columns, cell_m
        Size of the grid.
    reached
        Cells with a time.
    origins, origins_off
        Origins that were searched from, and those too far from any street.
    border_min
        Minutes after which the search meets the end of the streets: a longer time may be
        shorter in truth. Infinite where it does not.
    """

    path: Path
    sha256: str
    travellers: Travellers
    rows: int
    columns: int
    cell_m: float
    reached: int
    origins: int
    origins_off: int
    border_min: float


def write_surface(
    study_path: Path,
    catalog_path: Path,
    area: str,
    out: Path,
    *,
    mode: str = "walk",
    lens: str = ADULT,
    bare: bool = False,
    data: Path | None = None,
    cell_m: float = 25.0,
    max_min: float = 30.0,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> SurfaceReport:
    """Measure the time from the nearest origin of an area to every cell around it.

    The way goes from the origins to the cells, along one-way streets as they point. Whatever
    the mode, the stretch between a cell and the street is walked; by car, the way to the car
    and parking are part of every time.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    area
        Id of a housing area of the study.
    out
        ``.tif`` to write: Cloud Optimized GeoTIFF in the study's CRS, one float32 band
        ``travel_time_min``, -9999 where not reached.
    mode
        A mode that the study decides on: ``walk``, ``bike``, ``ebike`` or ``car``.
    lens
        Who travels: ``adult``, or a lens of the mode.
    bare
        Whether time is length divided by speed and nothing else.
    data
        Folder that ``{data}`` stands for in the catalog.
    cell_m
        Side of a cell in metres, 10 to 100.
    max_min
        Longest time of interest in minutes, > 0.
    cache
        Where the network lies between runs; the user's own where missing.
    progress
        Told before each step that is computed, and before the surface itself.

    Raises
    ------
    ConfigError
        The study shows no such area or decides on no such mode or lens, a trip takes longer than
        ``max_min`` before it moves, or the file is no ``.tif``.
    NetworkError
        If no origin of the area is near a street.
    HtkgisError
        As ``htkgis run``; nothing is written then.
    """
    check_tif(out)
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    check_area(area, study)
    who = travellers(study, mode, lens, bare=bare, unknown_kinds=unknown_kinds(catalog))
    if not bare:
        check_limit(max_min, mode, study)
    net = surface_network(study, catalog, who, LAYERS, cache=cache, progress=progress)
    own = net.origins_of(area)
    limit_ds = deciseconds(max_min)
    grid = net.grid(own, limit_ds=limit_ds, cell_m=cell_m)
    times = travel_time_surface(net.graph, own, grid, limit_ds=limit_ds, **net.rules)
    border_min = border_minutes(net.graph, own, catalog, net.results["streets"])
    names = net.results["areas"].set_index("id")["name"]
    tags = _title(study, area, names[area], who)
    tags |= provenance(study, catalog, net.hashes, who, border_min=border_min, max_min=max_min)
    content = _raster(times, grid, crs=study.study.crs, tags=tags)
    write_atomic(out, content)
    return SurfaceReport(
        path=out,
        sha256=sha256_bytes(content),
        travellers=who,
        rows=grid.rows,
        columns=grid.columns,
        cell_m=grid.cell_m,
        reached=int((times < UNREACHED).sum()),
        origins=len(own) - len(own.too_far),
        origins_off=len(own.too_far),
        border_min=border_min,
    )


def check_tif(out: Path) -> None:
    """Raise ConfigError if a file's name is not that of a GeoTIFF."""
    if out.suffix.lower() not in {".tif", ".tiff"}:
        msg = f"{out.name} ({out}): {out.suffix!r} is no GeoTIFF; .tif is allowed. Change --out."
        raise ConfigError(msg)


def check_area(area: str, study: Study) -> None:
    """Raise ConfigError if the study shows no such area."""
    ids = [quarter.area for quarter in study.quarters]
    if area not in ids:
        msg = f"--area {area!r}: the study shows no such area; there are {first(ids)}. Name one."
        raise ConfigError(msg)


def check_limit(max_min: float, mode: str, study: Study, option: str = "--max-min") -> None:
    """Raise ConfigError if a trip takes longer than a limit before it moves."""
    decisions = study.modes[mode]
    if not isinstance(decisions, Car):
        return
    spent_min = decisions.access_time.value + decisions.parking_time.value
    if max_min <= spent_min:
        msg = (
            f"{option} {max_min:g}: every trip by car takes {spent_min:g} min besides driving "
            "(access_time and parking_time in study.toml); more than that is allowed. Raise it."
        )
        raise ConfigError(msg)


def _title(study: Study, area: str, name: str, who: Travellers) -> dict[str, str]:
    """Say in the study's language what the raster shows."""
    language = study.study.language
    title = TITLES[language][who.mode].format(
        area=name,
        Minutes=MINUTES[language][who.felt],
        lens=_lens_words(who.lens, language),
        parking="" if who.bare else PARKING[language],
    )
    return {"TIFFTAG_IMAGEDESCRIPTION": title, "area": area}


def _lens_words(lens: str, language: str) -> str:
    if lens == ADULT:
        return ""
    from htkgis.maps import load_text  # noqa: PLC0415 - the words come with all of the pages
    from htkgis.maps.lenses import lens_name  # noqa: PLC0415

    return f" ({lens_name(lens, load_text(language)).lower()})"


def _raster(
    time_ds: npt.NDArray[np.int32], grid: Grid, *, crs: str, tags: Mapping[str, str]
) -> bytes:
    return cog_bytes(
        as_minutes(time_ds),
        west_m=grid.west_m,
        north_m=grid.north_m,
        cell_m=grid.cell_m,
        crs=crs,
        tags=tags,
    )


def as_minutes(time_ds: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """Turn deciseconds into minutes; ``NODATA`` where not reached.

    Examples
    --------
    >>> as_minutes(np.array([[900, UNREACHED]], dtype=np.int32)).tolist()
    [[1.5, -9999.0]]
    """
    shown = np.where(time_ds < UNREACHED, minutes(time_ds), NODATA)
    return np.asarray(shown, dtype=np.float32)


def border_minutes(
    graph: Graph, origins: Snaps, catalog: Catalog, streets: gpd.GeoDataFrame
) -> float:
    """Minutes from the origins to the end of the streets; infinite where it is not reached."""
    time_ds = border_times(graph, origins, street_coverage(catalog, streets))
    soonest = int(time_ds.min(initial=UNREACHED))
    return float(minutes(soonest)) if soonest < UNREACHED else float("inf")


def provenance(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    who: Travellers,
    *,
    border_min: float,
    max_min: float,
    own_points: bool = False,
) -> dict[str, str]:
    """Say in the file itself of which data it is made, by which decisions; no clock."""
    layers = layers_used(catalog, own_points=own_points)
    tags = {
        "TIFFTAG_SOFTWARE": f"htkgis {__version__}",
        "TIFFTAG_COPYRIGHT": credits_of(layers),
        "study": study.study.id,
        "mode": who.mode,
        "lens": who.lens,
        "plain": "yes" if who.bare else "no",
        "minutes": "felt" if who.felt else "measured",
        **_decisions(study, who),
        "max_snap_m": f"{study.modes[who.mode].max_snap.value:g}",
        "limit_min": f"{max_min:g}",
        "layers": "; ".join(
            f"{name} {layer.published} {hashes[name]}" for name, layer in layers.items()
        ),
    }
    if border_min < max_min:
        tags["upper_bound_above_min"] = f"{border_min:.1f}"
    if who.stairs_unknown:
        tags["stairs"] = "unknown"
    if is_sketch(catalog):
        tags["note"] = SKETCH_NOTES[study.study.language]
    return tags


def _decisions(study: Study, who: Travellers) -> dict[str, str]:
    """Write out what the study decides on who travels; each name ends with the unit."""
    travel = travelling(study, who.mode, who.lens, bare=who.bare)
    walked = {"walk_speed_kph": f"{travel.walked_kph:g}"}
    decisions = study.modes[who.mode]
    if not isinstance(decisions, Car):
        costs = {
            field.name: str(getattr(travel.costs, field.name))
            for field in fields(travel.costs)
            if getattr(travel.costs, field.name) != field.default
        }
        return {f"{who.mode}_speed_kph": f"{travel.speed_kph:g}", **walked, **costs}
    limits = decisions.speeds.value
    besides = {
        "car_access_time_min": f"{decisions.access_time.value:g}",
        "car_parking_time_min": f"{decisions.parking_time.value:g}",
    }
    return {
        "car_share_of_limit": f"{decisions.share.value:g}",
        "car_limits_where_unsigned_kph": "; ".join(f"{k} {v:g}" for k, v in limits.items()),
        **({} if who.bare else besides),
        **walked,
    }


def credits_of(layers: Mapping[str, Layer]) -> str:
    """Write the credit and licence of each layer, each once."""
    return "; ".join(dict.fromkeys(f"{own.credit} ({own.licence})" for own in layers.values()))


def layers_used(catalog: Catalog, *, own_points: bool = False) -> dict[str, Layer]:
    """List the layers that decide a surface: streets, origins, and outlines of the areas.

    Who starts from points of their own asks neither origins nor areas of the catalog.
    """
    roles: list[Role] = ["streets"]
    if not own_points:
        roles += ["addresses" if catalog.by_role("addresses") else "gates", "housing_areas"]
    roles.append("barriers")
    files = [catalog.file(name).suffix.lower() for name in catalog.by_role("streets")]
    if not set(files) & set(ENDINGS_OF_OSM):
        roles.insert(1, "street_nodes")
    return {name: layer for role in roles for name, layer in catalog.by_role(role).items()}
