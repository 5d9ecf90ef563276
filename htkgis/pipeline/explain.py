"""From a figure back to its measure, its parameters, the origins behind it, and its layers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis import access as measures
from htkgis.catalog import Catalog, read_catalog
from htkgis.network import audit, border_times, graph_from_arrays, snap
from htkgis.profile import DISTRICT_SCHOOL
from htkgis.profile.job_disclosure import are_workplaces
from htkgis.profile.rounding import plain
from htkgis.profile.transit import TRANSIT
from htkgis.publish.manifest import run_identity
from htkgis.publish.published import published_state
from htkgis.quantities import ADULT
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import UNREACHED, minutes

from .entrances import once_per_place, snap_places
from .explain_layers import figure_layers, layer_rows
from .explain_robustness import stamped_figure
from .explain_transit import BY_TIMETABLE, met_by_timetable, timetable_keys
from .layers import coverage
from .lineage import quantities
from .mode_steps import WALK, named
from .modes import lacks_stairs, mode_of, snapping
from .profile_steps import profile_steps
from .question import CASE, Question, chosen_figure, places_that_count
from .stated_facts import unknown_kinds
from .steps import Progress, Results, run_steps


@dataclass(frozen=True)
class Explanation:
    """What a figure was made of, as plain values.

    Parameters
    ----------
    figure
        The case (``indicator``, ``function``, ``mode``, ``lens``, ``limit_min``, ``state``),
        ``min``, ``median`` and ``max`` with their unit and bounds, whether minutes are ``felt``
        and the stairs on the way not known, the names of quarter and area, what the profile says
        of public transport where it is one by timetable (``transit``), and the median in each
        case of robustness (``robust``; None where it was not measured again).
    measure
        Name, summary, formula and source of the function that measures it.
    parameters
        Decisions of the study that enter it: key, value, unit, source.
    origins
        Kind and number of the origins, and those behind each statistic: value, how many have
        the same, the nearest place or the places within the limit.
    layers
        The layers it rests on: rights, hash, rows read and kept.
    network
        Size of the network and distances to it in metres; None where the mode has none.
    border
        Minutes from the origins to the border of what the layers cover.
    run, published
        Identity of this run, and whether the published set is of the same.
    """

    figure: dict[str, Any]
    measure: dict[str, Any]
    parameters: list[dict[str, Any]]
    origins: dict[str, Any]
    layers: list[dict[str, Any]]
    network: dict[str, Any] | None
    border: dict[str, Any] | None
    run: str
    published: bool


def explain_figure(
    question: Question,
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """Explain one figure of a study; what is not in the cache is computed, nothing is published.

    Raises
    ------
    HtkgisError
        If the indicator, the quarter or the case is not among the figures (the message lists
        what is), or a layer is not the accepted one.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    steps = profile_steps(study, catalog, hashes, study.study.language)
    steps = [step for step in steps if "pages" not in step.outputs]
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    made = {name for step in steps for name in step.outputs}
    figure = chosen_figure(question, results["figures"], study)
    traced = _traced(question, figure, study, results)
    own, counted = traced.origins, traced.places
    behind = _behind(figure, own, counted, results["access"], traced.times)
    run = run_identity(
        study=study.model_dump(mode="json"),
        layers={name: {"sha256": sha} for name, sha in hashes.items()},
    )
    network, border = None, None
    if f"{traced.travels}_graph" in made:
        reached = {place["id"] for row in behind for place in row["places"]}
        met = counted[counted["id"].isin(reached)]
        travelled = figure | {"mode": traced.on_streets}
        network, border = _on_the_network(travelled, own, met, results, study, catalog)
    rests_on = figure_layers(figure, study, catalog, hashes, own, counted)
    return Explanation(
        figure=_figure_facts(question, traced, study, catalog, results),
        measure=described(measure_of(figure["indicator"], figure["function"])),
        parameters=list(_parameters(figure, study)),
        origins={"kind": str(own["kind"].iloc[0]), "count": len(own), "behind": behind},
        layers=list(layer_rows(rests_on, catalog, hashes, results, made)),
        network=network,
        # the border that a journey by timetable meets is not the one that people walk to
        border=None if traced.by_timetable else border,
        run=run,
        published=(published_state(out).manifest or {}).get("run") == run,
    )


@dataclass(frozen=True)
class _Traced:
    """A figure with the tables of its area, and the mode whose streets it was measured over."""

    figure: dict[str, Any]
    area: str
    on_streets: str
    origins: gpd.GeoDataFrame
    places: pd.DataFrame
    times: pd.DataFrame

    @property
    def by_timetable(self) -> bool:
        return bool(self.figure["mode"] == TRANSIT)

    @property
    def travels(self) -> str:
        """Mode and lens, as steps name their results."""
        return named(self.on_streets, self.figure["lens"])


def _traced(question: Question, figure: dict[str, Any], study: Study, results: Results) -> _Traced:
    on_streets = WALK if figure["mode"] == TRANSIT else figure["mode"]
    area = next(q.area for q in study.quarters if q.id == question.quarter_id)
    origins = results["origins"]
    counted = places_that_count(figure, results["places"])
    if figure["mode"] == TRANSIT:
        counted, times = met_by_timetable(figure, counted, results["stations"], results["access"])
    elif figure["lens"] == ADULT:
        times = results["travel_times"]
    else:
        times = results[f"{named(on_streets, figure['lens'])}_travel_times"]
    own = origins[origins["area_id"] == area]
    return _Traced(figure, area, on_streets, own, counted, times)


def _figure_facts(
    question: Question, traced: _Traced, study: Study, catalog: Catalog, results: Results
) -> dict[str, Any]:
    """Say of a figure whose it is, what is not known of it, and what it is in other cases."""
    figure = traced.figure
    quarters, areas = (
        {row["id"]: row["name"] for row in results[name].to_dict("records")}
        for name in ("quarters", "areas")
    )
    costs = mode_of(study, traced.on_streets, figure["lens"]).costs
    transit = results["profiles"][0]["assumptions"]["transit"] if traced.by_timetable else None
    return figure | {
        "quarter": quarters[question.quarter_id],
        "area": areas[traced.area],
        "felt": costs.felt,
        "stairs_unknown": lacks_stairs(costs, unknown_kinds(catalog)),
        "transit": transit,
        "robust": stamped_figure(figure, question.quarter_id, results, study),
    }


def measure_of(indicator: str, function: str | None) -> Callable[..., Any] | None:
    """Find the function that measures a figure, if there is one."""
    if indicator in BY_TIMETABLE:
        return BY_TIMETABLE[indicator]
    base = "assigned" if function == DISTRICT_SCHOOL else indicator.partition("_")[0]
    named = {"jobs": "cumulative_opportunities", "cumulative": "cumulative_opportunities"}
    named |= {"functions": "hill_number", "diversity": "hill_number"}
    found: Callable[..., Any] | None = getattr(measures, named.get(base, base), None)
    return found


def described(measure: Callable[..., Any] | None) -> dict[str, Any]:
    """Take summary, formula and source out of the docstring of a measure.

    Examples
    --------
    >>> described(measures.nearest)["formula"][:9]
    'A_i^{(n)}'
    """
    if measure is None:
        return {"name": None, "summary": None, "formula": None, "source": None}
    lines = (inspect.getdoc(measure) or "").splitlines()
    source = list(_block(lines, "References", skip=2))
    return {
        "name": f"{measure.__module__.rpartition('.')[0]}.{measure.__name__}",
        "summary": next((line for line in lines if line.strip()), None),
        "formula": " ".join(_block(lines, ".. math::", skip=2)) or None,
        "source": " ".join(source) or None,
    }


def _block(lines: list[str], head: str, *, skip: int) -> Iterator[str]:
    """Lines of the paragraph under a heading."""
    if head not in lines:
        return
    for line in lines[lines.index(head) + skip :]:
        if not line.strip():
            return
        yield line.strip()


def _parameters(figure: dict[str, Any], study: Study) -> Iterator[dict[str, Any]]:
    """List the decisions of the study that enter a figure, with their sources."""
    shown = figure["state"] == study.study.state.value
    year = "study.state" if shown else "study.baseline"
    keys = [year, "places"]
    if figure["unit"] == "jobs":
        keys += ["limits.jobs", "jobs.rounding"]
    elif figure["limit_min"] is not None:
        keys.append("limits.catchment")
    elif figure["indicator"] != "nearest_1":
        keys.append("limits.choice")
    decisions = study.model_dump(mode="json")
    if figure["mode"] == TRANSIT:
        step_free = () if study.transit is None else study.transit.step_free.value
        keys = timetable_keys(figure, step_free=step_free)
        yield from _of_travel(decisions["modes"][WALK], figure | {"mode": WALK})
    else:
        yield from _of_travel(decisions["modes"][figure["mode"]], figure)
    for key in keys:
        part: Any = decisions
        for name in key.split("."):
            part = (part or {}).get(name)
        yield from quantities(part, key)


def _of_travel(mode: dict[str, Any], figure: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """List the decisions on who travels; a lens stands in the place of what it overrides."""
    key = f"modes.{figure['mode']}"
    adult = {name: part for name, part in mode.items() if name != "lenses"}
    own = mode.get("lenses", {}).get(figure["lens"]) or {}
    stated = {name for name, part in own.items() if part is not None}
    costs = adult.pop("costs", None) or {}
    yield from quantities({n: part for n, part in adult.items() if n not in stated}, key)
    left = {name: part for name, part in costs.items() if name not in stated}
    yield from quantities(left, f"{key}.costs")
    yield from quantities(own, f"{key}.lenses.{figure['lens']}")


def _behind(
    figure: dict[str, Any],
    origins: gpd.GeoDataFrame,
    counted: pd.DataFrame,
    access: pd.DataFrame,
    times: pd.DataFrame,
) -> list[dict[str, Any]]:
    """Find the origins whose values are the least, the middle and the greatest."""
    own = _same_case(figure, access)
    own = own[own["id"].isin(origins["id"])].sort_values("id")
    own = own.sort_values("value", kind="stable", na_position="last")
    count = len(own)
    middle = range((count - 1) // 2, count // 2 + 1)
    names = origins.set_index("id")
    rows = []
    for statistic, positions in (("min", [0]), ("median", middle), ("max", [count - 1])):
        for position in positions:
            row = own.iloc[position]
            value = plain(row["value"])
            equal = own["value"].isna() if value is None else own["value"].eq(row["value"])
            rows.append(
                {
                    "statistic": statistic,
                    "id": row["id"],
                    "name": plain(names["name"].get(row["id"])),
                    "name_en": plain(names["name_en"].get(row["id"])) if "name_en" in names else "",
                    "value": value,
                    "same": int(equal.sum()),
                    "lower_bound": bool(row["lower_bound"]),
                    "upper_bound": bool(row["upper_bound"]),
                    "hidden": bool(row["hidden"]),
                    "places": _places(figure, row, counted, times),
                }
            )
    return rows


def _same_case(figure: dict[str, Any], access: pd.DataFrame) -> pd.DataFrame:
    chosen = access["measure"] == figure["indicator"]
    for name in CASE:
        value = figure[name]
        chosen &= access[name].isna() if value is None else access[name] == value
    rows: pd.DataFrame = access[chosen]
    return rows


def _places(
    figure: dict[str, Any], row: pd.Series, counted: pd.DataFrame, times: pd.DataFrame
) -> list[dict[str, Any]]:
    """List the place that gave an origin its value, or those within the limit, nearest first."""
    pairs = times[(times["from_id"] == row["id"]) & times["to_id"].isin(counted["id"])]
    if "mode" in pairs.columns:
        pairs = pairs[pairs["mode"] == figure["mode"]]
    time_min = pd.Series(minutes(pairs["travel_time_ds"]), index=pairs["to_id"].to_numpy())
    if figure["limit_min"] is None:
        ids = [] if pd.isna(row["to_id"]) else [row["to_id"]]
    else:
        within = time_min[time_min <= figure["limit_min"]].sort_index()
        ids = list(within.sort_values(kind="stable").index)
    facts = counted.set_index("id")
    single = are_workplaces(facts)
    return [
        {
            "id": place_id,
            "name": plain(facts["name"].get(place_id)),
            "minutes": plain(time_min.get(place_id)),
            "opportunities": None
            if single.get(place_id, False)
            else plain(facts["opportunities"].get(place_id)),
        }
        for place_id in ids
    ]


def _on_the_network(
    figure: dict[str, Any],
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    results: Results,
    study: Study,
    catalog: Catalog,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measure how far points lie from the network, and how far origins lie from its border."""
    graph = graph_from_arrays(results[f"{named(figure['mode'], figure['lens'])}_graph"])
    rules, barriers = snapping(study, figure["mode"]), results["barriers"]
    snaps = snap(graph, origins, **rules, barriers=barriers)
    ends = once_per_place(
        snap_places(graph, places, results["entrances"], barriers=barriers, **rules)
    )
    found = audit(snaps)
    role = "jobs" if figure["unit"] == "jobs" else "places"
    covered = coverage(catalog, role, results["streets"], results["municipality"])
    border_ds = pd.Series(border_times(graph, snaps, covered), index=origins["id"].to_numpy())
    reached = border_ds[border_ds < UNREACHED]
    nearest = None if reached.empty else str(reached.idxmin())
    network = {
        "nodes": graph.nodes,
        "edges": graph.edges,
        "median_m": found.median_m,
        "max_m": found.max_m,
        "places": dict(zip(ends.ids.tolist(), ends.distance_m.tolist(), strict=True)),
    }
    border = {
        "minutes": None if nearest is None else float(minutes(reached[nearest])),
        "origin": nearest,
    }
    return network, border
