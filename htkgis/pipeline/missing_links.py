"""Missing links: every short connection that is not there, ranked by what it would save whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, first
from htkgis.link_rules import LinkRules
from htkgis.network import build_graph, search, snap
from htkgis.network.candidate_links import GapRules, Gaps, candidate_links
from htkgis.network.link_gain import LinkGains, Links, link_gains
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import UNREACHED, deciseconds

from .entrances import snap_places
from .layers import small_numbers
from .link_ground import GROUND, ground_step
from .link_prices import Priced, kinds_met, priced
from .link_streets import links_drawn, streets_at, without_ends
from .mode_steps import WALK
from .modes import mode_of, snapping
from .people import PEOPLE_LAYERS, people_of
from .profile_steps import loading_steps
from .stated_facts import is_sketch
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
    without
        Which of the layers that tell links of the ground were not there: ``buildings``, ``water``,
        ``closed_land``.
    """

    table: gpd.GeoDataFrame
    candidates: int
    useful: int
    persons: float
    functions: tuple[str, ...]
    sketch: bool
    without: tuple[str, ...]


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
        ``saved_person_min_per_mio_dkk``; ``from_street``, ``from_street_kind``, ``to_street``,
        ``to_street_kind``, the streets it joins; a line. Links whose ends lie within ``apart`` of
        those of the best are versions of it: the cheapest stands that saves ``as_good`` of what
        the best saves. A link to fewer persons than the study shows figures of is left out.

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
    hashes = catalog.checked_hashes()
    steps = [*loading_steps(study, catalog, hashes, LAYERS), ground_step(catalog, study, hashes)]
    loaded = run_steps(steps, cache or Cache.default(), progress=progress)
    layers = {name: loaded[name] for name in (*LAYERS, *GROUND)}
    gaps = _gaps(layers, study, rules)
    points, persons = people_of(layers, area)
    grounds = {name: layers[name] for name in ("streets", "barriers", "water")}
    found = priced(gaps, kinds_met(gaps, **grounds, rules=rules), rules)
    gains = _gains(gaps, found.cost_ds, points, persons, layers, rules, study)
    table = _table(gaps, found, gains, rules.functions, study.study.crs)
    few = gains.nearer_persons.max(axis=1, initial=0.0) < small_numbers(study).min_persons
    ranked = _ranked(table[~few], rules.apart.value, rules.as_good.value, most)
    return LinksReport(
        table=_with_ways(_with_streets(ranked, gaps, layers["streets"]), gaps),
        candidates=len(gaps.start),
        useful=int((table["saved_person_min"] > 0).sum()),
        persons=float(persons.sum()),
        functions=rules.functions,
        sketch=is_sketch(catalog),
        without=tuple(role for role in GROUND if not catalog.by_role(role)),  # type: ignore[arg-type]
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


def _gaps(layers: dict[str, Any], study: Study, rules: LinkRules) -> Gaps:
    """Find the candidates on the streets and the ground that there are."""
    streets = layers["streets"]
    graph = build_graph(streets, mode=mode_of(study, WALK))
    return candidate_links(
        graph,
        rules=GapRules(
            rules.spacing.value,
            rules.straight.value,
            rules.network.value,
            snapping(study)["min_part_m"],
            rules.clear.value,
        ),
        buildings=layers["buildings"].geometry,
        closed=layers["closed_land"].geometry,
        no_ends=without_ends(graph, streets, rules.divided),
    )


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
    found: Priced,
    gains: LinkGains,
    functions: Sequence[str],
    crs: str,
) -> gpd.GeoDataFrame:
    saved = gains.saved_person_min.sum(axis=1)
    table = gpd.GeoDataFrame(
        {
            "start": gaps.start,
            "end": gaps.end,
            "kind": found.kinds,
            "straight_m": gaps.straight_m,
            "price_mio_dkk": found.price_dkk / MILLION,
            "saved_person_min": saved,
        },
        geometry=links_drawn(gaps),
        crs=crs,
    )
    for column, name in enumerate(functions):
        table[f"saved_person_min_{name}"] = gains.saved_person_min[:, column]
        table[f"nearer_persons_{name}"] = gains.nearer_persons[:, column]
        table[f"newly_persons_{name}"] = gains.newly_persons[:, column]
    with np.errstate(divide="ignore", invalid="ignore"):
        price = found.price_dkk / MILLION
        each = np.where(price > 0, saved / price, np.nan)
    return table.assign(saved_person_min_per_mio_dkk=each)


def _ranked(table: gpd.GeoDataFrame, apart_m: float, as_good: float, most: int) -> gpd.GeoDataFrame:
    """Take the links that save most; of the versions of one the cheapest that is about as good."""
    useful = table[table["saved_person_min"] > 0]
    order = useful.sort_values(["saved_person_min", "start", "end"], ascending=[False, True, True])
    ends = shapely.get_coordinates(order.geometry.to_numpy()).reshape(-1, 2, 2)
    saved, price = (order[name].to_numpy() for name in ("saved_person_min", "price_mio_dkk"))
    open_rows = np.ones(len(order), dtype=bool)
    kept: list[int] = []
    for best in range(len(order)):
        # whatever comes now saves no more than the best, so the list cannot change any more
        if len(kept) >= most and saved[best] <= np.sort(saved[kept])[-most]:
            break
        if not open_rows[best]:
            continue
        versions = np.flatnonzero(_same(ends, ends[best], apart_m) & open_rows)
        good = versions[saved[versions] >= as_good * saved[best]]
        chosen = int(good[np.lexsort((good, price[good]))[0]])
        kept.append(chosen)
        open_rows[versions] = False
        open_rows &= ~_same(ends, ends[chosen], apart_m)
    kept = sorted(kept, key=lambda row: (-saved[row], row))[:most]
    return order.iloc[kept].reset_index(drop=True)


def _same(
    ends: npt.NDArray[np.float64], own: npt.NDArray[np.float64], apart_m: float
) -> npt.NDArray[np.bool_]:
    """Say which links are versions of one: both ends near, whichever way they are drawn."""
    same, turned = (
        (np.hypot(*(each - own).transpose(2, 0, 1)) <= apart_m).all(axis=1)
        for each in (ends, ends[:, ::-1])
    )
    both: npt.NDArray[np.bool_] = same | turned
    return both


def _with_streets(
    table: gpd.GeoDataFrame, gaps: Gaps, streets: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Name the streets that each link joins; a name is missing where the street has none."""
    named: dict[str, Any] = {}
    for side, nodes in (("from", table["start"]), ("to", table["end"])):
        own = streets_at(gaps.graph, nodes.to_numpy(), streets)
        named |= {f"{side}_street": own["name"], f"{side}_street_kind": own["kind"]}
    return table.assign(**named)


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
