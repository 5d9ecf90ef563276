"""Missing links: every short connection that is not there, ranked by what it would save whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, first
from htkgis.link_rules import LinkRules
from htkgis.network import Snaps, build_graph, snap
from htkgis.network.candidate_links import GapRules, Gaps, candidate_links
from htkgis.network.link_gain import LinkGains, Links, link_gains
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import deciseconds

from .entrances import snap_places
from .layers import small_numbers
from .link_ground import GROUND, ground_step
from .link_list import ranked, with_streets, with_ways
from .link_prices import Priced, kinds_met, priced
from .link_streets import links_drawn, without_ends
from .loading_steps import loading_steps
from .mode_steps import WALK
from .modes import mode_of, snapping
from .people import PEOPLE_LAYERS, people_of
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
    area
        Housing area whose residents were counted; None for all of the municipality.
    sketch
        Whether the streets are a sketch, in which many a link is missing that there is.
    currency
        Of its prices: that of the study.
    without
        Which of the layers that tell links of the ground were not there: ``buildings``, ``water``,
        ``closed_land``.
    """

    table: gpd.GeoDataFrame
    candidates: int
    useful: int
    persons: float
    functions: tuple[str, ...]
    area: str | None
    sketch: bool
    currency: str
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
        ``price_mio``; ``saved_person_min`` per trip of everybody to the nearest place of
        each function, in all and for each (``saved_person_min_school``); ``nearer_persons_*`` to
        whom a place comes nearer, ``newly_persons_*`` who have none within the limit today;
        ``saved_person_min_per_mio``; ``from_street``, ``from_street_kind``, ``to_street``,
        ``to_street_kind``, the streets it joins; of all residents ``saved_person_min_in_*``, the
        part of each housing area; a line. Links whose ends lie within ``apart`` of
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
    grounds = {name: layers[name] for name in ("streets", "barriers", "water")}
    found = priced(gaps, kinds_met(gaps, **grounds, rules=rules), rules)
    search = _Search(gaps, layers, _places(gaps, layers, rules, study), rules, study)
    gains, persons = search.gains(Links(gaps.start, gaps.end, found.cost_ds), area)
    table = _table(gaps, found, gains, rules.functions, study.study.crs)
    few = gains.nearer_persons.max(axis=1, initial=0.0) < small_numbers(study).min_persons
    best = ranked(table[~few], rules.apart.value, rules.as_good.value, most)
    if area is None:
        best = search.with_areas(best)
    best = with_streets(best.drop(columns="cost_ds"), gaps, layers["streets"])
    return LinksReport(
        table=with_ways(best, gaps),
        candidates=len(gaps.start),
        useful=int((table["saved_person_min"] > 0).sum()),
        persons=float(persons.sum()),
        functions=rules.functions,
        area=area,
        sketch=is_sketch(catalog),
        currency=study.study.currency,
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


def _places(gaps: Gaps, layers: dict[str, Any], rules: LinkRules, study: Study) -> dict[str, Snaps]:
    """Snap the places of each function that are open in the shown state."""
    where: dict[str, Any] = {"barriers": layers["barriers"], **snapping(study)}
    measured = layers["places"][layers["places"]["measured"]]
    open_now = measured[measured["state"] == "existing"]
    return {
        name: snap_places(
            gaps.graph, open_now[open_now["function"] == name], layers["entrances"], **where
        )
        for name in rules.functions
    }


@dataclass(frozen=True)
class _Search:
    """All that decides what a link saves but the link itself and whose ways count."""

    gaps: Gaps
    layers: dict[str, Any]
    places: dict[str, Snaps]
    rules: LinkRules
    study: Study

    def gains(self, links: Links, area: str | None) -> tuple[LinkGains, npt.NDArray[np.float64]]:
        """Measure links for the residents of an area or all, and say how many they are."""
        points, persons = people_of(self.layers, area)
        where: dict[str, Any] = {"barriers": self.layers["barriers"], **snapping(self.study)}
        own = snap(self.gaps.graph, points, **where)
        limit_ds = deciseconds(self.rules.limit.value)
        return link_gains(
            self.gaps.graph, links, own, persons, self.places, limit_ds=limit_ds
        ), persons

    def with_areas(self, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Add to each link what it saves the residents of each housing area."""
        links = Links(*(table[name].to_numpy(np.int32) for name in ("start", "end", "cost_ds")))
        saved = {
            f"saved_person_min_in_{quarter.area}": self.gains(links, quarter.area)[
                0
            ].saved_person_min.sum(axis=1)
            for quarter in self.study.quarters
        }
        return table.assign(**saved)


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
            "cost_ds": found.cost_ds,
            "price_mio": found.price / MILLION,
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
        price = found.price / MILLION
        each = np.where(price > 0, saved / price, np.nan)
    return table.assign(saved_person_min_per_mio=each)
