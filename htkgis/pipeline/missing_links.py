"""Missing links: every short connection that is not there, ranked by what it would save whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError, first
from htkgis.link_rules import PATH, LinkRules
from htkgis.loaders.land import read_buildings
from htkgis.network import build_graph, search, snap
from htkgis.network.candidate_links import GapRules, Gaps, candidate_links
from htkgis.network.link_gain import LinkGains, Links, link_gains
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import UNREACHED, cost_ds, deciseconds

from .entrances import snap_places
from .layers import small_numbers
from .mode_steps import WALK
from .modes import mode_of, snapping
from .people import PEOPLE_LAYERS, people_of
from .profile_steps import is_sketch, loading_steps
from .steps import Progress, run_steps

LAYERS = (*PEOPLE_LAYERS, "streets", "places", "entrances", "barriers")
MILLION = 1_000_000.0


@dataclass(frozen=True)
class LinksReport:
    """The links that would save most, and what they were chosen from.

    Parameters
    ----------
    table
        One row per link, the one that saves most first: see :func:`find_links`.
    candidates
        How many short connections are missing at all.
    useful
        How many of them save anybody time.
    persons
        Whose ways were counted.
    functions
        To the nearest place of which.
    sketch
        Whether the streets are a sketch, in which many a link is missing that there is.
    without_buildings
        Whether no layer of buildings was there to keep links from passing through one.
    """

    table: gpd.GeoDataFrame
    candidates: int
    useful: int
    persons: float
    functions: tuple[str, ...]
    sketch: bool
    without_buildings: bool


def find_links(
    study_path: Path,
    catalog_path: Path,
    *,
    data: Path | None = None,
    area: str | None = None,
    functions: Sequence[str] = (),
    most: int = 50,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> LinksReport:
    """Find the links that would save most walking to the nearest place of each function.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`. ``[links]`` of the study says where a
        link may be missing and what it costs.
    area
        Housing area whose residents count; all of the municipality where missing.
    functions
        Of the study; those of ``[links]`` where empty.
    most
        Links that are listed, >= 1.

    Returns
    -------
    report
        Its table has, by rank: ``id``; ``kind`` (``path``, or the barriers it crosses);
        ``straight_m``; ``walk_today_m`` between its ends, missing where there is no way at all;
        ``price_mio_dkk``; ``saved_person_min`` per trip of everybody to the nearest place of
        each function, in all and for each (``saved_person_min_school``); ``nearer_persons_*`` to
        whom a place comes nearer, ``newly_persons_*`` who have none within the limit today;
        ``saved_person_min_per_mio_dkk``; ``from_lat``, ``from_lon``, ``to_lat``, ``to_lon``; a
        line. Of links whose ends lie within ``apart`` of those of a better one the better
        stands; a link to fewer persons than the study shows figures of is left out.

    Raises
    ------
    ConfigError
        The study decides nothing on links, or area or function is not known to it.
    HtkgisError
        As ``htkgis run``.
    """
    study = read_study(study_path)
    rules = _rules(study, area, functions, study_path)
    catalog = read_catalog(catalog_path, data=data)
    steps = loading_steps(study, catalog, catalog.checked_hashes(), LAYERS)
    loaded = run_steps(steps, cache or Cache.default(), progress=progress)
    layers = {name: loaded[name] for name in LAYERS}
    buildings = _buildings(catalog, study)
    gaps = candidate_links(
        build_graph(layers["streets"], mode=mode_of(study, WALK)),
        rules=GapRules(
            rules.spacing.value,
            rules.straight.value,
            rules.network.value,
            snapping(study)["min_part_m"],
        ),
        closed=None if buildings is None else buildings.geometry,
    )
    points, persons = people_of(layers, area)
    kinds, price, cost = _priced(gaps, layers["barriers"], rules)
    gains = _gains(gaps, cost, points, persons, layers, rules, study)
    table = _table(gaps, kinds, price, gains, rules.functions, study.study.crs)
    few = gains.nearer_persons.max(axis=1, initial=0.0) < small_numbers(study).min_persons
    ranked = _ranked(table[~few], rules.apart.value, most)
    return LinksReport(
        table=_with_ways(ranked, gaps),
        candidates=len(gaps.start),
        useful=int((table["saved_person_min"] > 0).sum()),
        persons=float(persons.sum()),
        functions=rules.functions,
        sketch=is_sketch(catalog),
        without_buildings=buildings is None,
    )


def _rules(study: Study, area: str | None, functions: Sequence[str], path: Path) -> LinkRules:
    if study.links is None:
        msg = (
            f"{path.name} ({path}): decides nothing on missing links; a table [links] is needed. "
            "Copy the one of the embedded study (htkgis init) and change it."
        )
        raise ConfigError(msg)
    areas = [quarter.area for quarter in study.quarters]
    unknown = [name for name in functions if name not in study.functions.measured]
    for option, wrong, allowed in (
        ("--area", [area] if area is not None and area not in areas else [], areas),
        ("--function", unknown, study.functions.measured),
    ):
        if wrong:
            msg = (
                f"{option}: {first(wrong)} is not known; {', '.join(allowed)} are allowed. "
                "Correct the name."
            )
            raise ConfigError(msg)
    chosen = tuple(dict.fromkeys(functions)) or study.links.functions
    return study.links.model_copy(update={"functions": chosen})


def _buildings(catalog: Catalog, study: Study) -> gpd.GeoDataFrame | None:
    found = [
        read_buildings(catalog, name, crs=study.study.crs)[0]
        for name in catalog.by_role("buildings")
    ]
    return None if not found else gpd.GeoDataFrame(pd.concat(found, ignore_index=True))


def _priced(
    gaps: Gaps, barriers: gpd.GeoDataFrame, rules: LinkRules
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Say of each candidate what it crosses, what it costs, and how long it takes."""
    lines = _lines(gaps)
    row, line = shapely.STRtree(lines).query(barriers.geometry.to_numpy(), predicate="intersects")
    crossed = pd.DataFrame({"link": line, "kind": barriers["kind"].to_numpy()[row]})
    unknown = sorted(set(crossed["kind"]) - set(rules.kinds))
    if unknown:
        msg = (
            f"study: links.kinds has no price for {len(unknown)} kinds of barrier that links "
            f"cross: {first(unknown)}; there are {', '.join(rules.kinds)}. Add them."
        )
        raise ConfigError(msg)
    crossed = crossed.drop_duplicates().sort_values(["link", "kind"])
    kinds = np.full(len(lines), PATH, dtype=object)
    price = np.zeros(len(lines))
    delay_ds = np.zeros(len(lines), dtype=np.int64)
    joined = crossed.groupby("link")["kind"].agg("+".join)
    kinds[joined.index.to_numpy(dtype=np.int64)] = joined.to_numpy()
    for kind, own in rules.kinds.items():
        of_kind = np.zeros(len(lines), dtype=bool)
        of_kind[crossed.loc[crossed["kind"] == kind, "link"].to_numpy(dtype=np.int64)] = True
        of_kind |= (kinds == kind) if kind == PATH else False
        price[of_kind] += own.each.value + own.per_metre.value * gaps.straight_m[of_kind]
        delay_ds[of_kind] += deciseconds(own.delay.value)
    cost = cost_ds(gaps.straight_m, gaps.graph.speed_kph) + delay_ds
    return kinds, price, cost.astype(np.int32)


def _lines(gaps: Gaps) -> npt.NDArray[Any]:
    xy = gaps.graph.node_xy
    return np.asarray(shapely.linestrings(np.stack([xy[gaps.start], xy[gaps.end]], axis=1)))


def _gains(
    gaps: Gaps,
    cost: npt.NDArray[np.int32],
    points: gpd.GeoDataFrame,
    persons: npt.NDArray[np.float64],
    layers: dict[str, Any],
    rules: LinkRules,
    study: Study,
) -> LinkGains:
    where: dict[str, Any] = {"barriers": layers["barriers"], **snapping(study)}
    measured = layers["places"][layers["places"]["measured"]]
    open_now = measured[measured["state"] == "existing"]
    places = {
        name: snap_places(
            gaps.graph, open_now[open_now["function"] == name], layers["entrances"], **where
        )
        for name in rules.functions
    }
    return link_gains(
        gaps.graph,
        Links(gaps.start, gaps.end, cost),
        snap(gaps.graph, points, **where),
        persons,
        places,
        limit_ds=deciseconds(rules.limit.value),
    )


def _table(
    gaps: Gaps,
    kinds: npt.NDArray[Any],
    price: npt.NDArray[np.float64],
    gains: LinkGains,
    functions: Sequence[str],
    crs: str,
) -> gpd.GeoDataFrame:
    saved = gains.saved_person_min.sum(axis=1)
    table = gpd.GeoDataFrame(
        {
            "start": gaps.start,
            "end": gaps.end,
            "kind": kinds,
            "straight_m": gaps.straight_m,
            "price_mio_dkk": price / MILLION,
            "saved_person_min": saved,
        },
        geometry=_lines(gaps),
        crs=crs,
    )
    for column, name in enumerate(functions):
        table[f"saved_person_min_{name}"] = gains.saved_person_min[:, column]
        table[f"nearer_persons_{name}"] = gains.nearer_persons[:, column]
        table[f"newly_persons_{name}"] = gains.newly_persons[:, column]
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(price > 0, saved / (price / MILLION), np.nan)
    return table.assign(saved_person_min_per_mio_dkk=each)


def _ranked(table: gpd.GeoDataFrame, apart_m: float, most: int) -> gpd.GeoDataFrame:
    """Take the links that save most, and of those that are versions of one the best."""
    useful = table[table["saved_person_min"] > 0]
    order = useful.sort_values(["saved_person_min", "start", "end"], ascending=[False, True, True])
    ends = shapely.get_coordinates(order.geometry.to_numpy()).reshape(-1, 2, 2)
    kept: list[int] = []
    for row, own in enumerate(ends):
        taken = ends[kept]
        same = np.hypot(*(taken - own).transpose(2, 0, 1)) <= apart_m
        turned = np.hypot(*(taken[:, ::-1] - own).transpose(2, 0, 1)) <= apart_m
        if not (same.all(axis=1) | turned.all(axis=1)).any():
            kept.append(row)
        if len(kept) == most:
            break
    return order.iloc[kept].reset_index(drop=True)


def _with_ways(table: gpd.GeoDataFrame, gaps: Gaps) -> gpd.GeoDataFrame:
    """Add to each link its id, the way between its ends today, and where they lie."""
    graph = gaps.graph
    metres_per_ds = graph.speed_kph / 36.0
    today = np.array(
        [
            search(graph, [start], [0])[end]
            for start, end in zip(table["start"], table["end"], strict=True)
        ],
        dtype=np.float64,
    )
    ends = shapely.get_coordinates(table.geometry.to_numpy()).reshape(-1, 4)
    ids = ["link_" + "_".join(f"{value:.0f}" for value in row) for row in ends]
    rest = table.drop(columns=["start", "end"])
    way_m = np.where(today < UNREACHED, today * metres_per_ds, np.nan)
    rest.insert(0, "id", ids)
    rest.insert(3, "walk_today_m", way_m)
    rest.insert(0, "rank", np.arange(1, len(rest) + 1))
    return rest
