"""From profiles and layers to the published files, as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis import __version__
from htkgis.currency import KRONER, told_in
from htkgis.maps import MapLayers, Text
from htkgis.profile import contract
from htkgis.publish.folder import MANIFEST
from htkgis.publish.manifest import build_manifest, run_identity
from htkgis.publish.page_sizes import check_sizes
from htkgis.store import fingerprint
from htkgis.store.kept_files import kept_file
from htkgis.store.known import Parts, compact
from htkgis.store.memory import Memory, remembering
from htkgis.store.values import Files
from htkgis.study import Quarter, Study

from .connectors import connectors_of
from .exports import FIGURES, export_files, listed_files, told_shares
from .joint_pages import PageTables
from .localised import localised, localised_table
from .origin_figures import KeyLimits
from .page_decisions import background_words, page_limits
from .page_set import PageSet
from .page_words import is_a_part, page_words, said_of_a_part
from .profile_steps import Decimal

PAGE = ".html"


def make_pages(
    *inputs: Any, earlier: Mapping[str, Any] | None = None, **decided: Any
) -> dict[str, Any]:
    """Make all that is published, as :func:`page_files` does.

    Parameters
    ----------
    inputs, decided
        As :func:`page_files` takes them.
    earlier
        What this made before: a file that is made of the same is taken from there, and outlines
        that are still the same are not smoothed and written again.

    Returns
    -------
    made
        ``pages``: files by name; ``page_shapes``: what they were made of, for ``earlier``.
    """
    known = earlier or {}
    with remembering(Memory.of(known.get("page_shapes"), known.get("pages"))) as memory:
        files = page_files(*inputs, **decided)
    return {"pages": files, "page_shapes": memory.arrays(apart=True)}


def page_files(
    profiles: list[dict[str, Any]],
    figures: pd.DataFrame,
    municipality: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    projects: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    access: pd.DataFrame,
    connectors: gpd.GeoDataFrame,
    explorer: dict[str, Any],
    region_map: gpd.GeoDataFrame,
    shares: pd.DataFrame,
    *reports: Any,
    study: Study,
    layers: Mapping[str, Mapping[str, Any]],
    language: str,
    decimal: Decimal,
    counted: Sequence[str],
    behind: Mapping[str, Sequence[str]],
    scenario: Mapping[str, Any] | None = None,
) -> Files:
    """Render every page, and write the downloads, the profile file and the manifest.

    Parameters
    ----------
    profiles, figures
        What is said; all numbers.
    municipality, quarters, areas, origins, places, projects, isochrones, streets
        What is drawn.
    access
        Contract ``ACCESS``: what the downloads say of each origin.
    connectors
        The way from each point to its street, on foot.
    explorer
        What the explorer holds; empty where the study decides on none.
    region_map
        Stops, and the lines between them.
    shares
        Contract ``SHARES`` with ``hidden``: what this edition tells.
    reports
        Counts of the loaders, the street reader and the graphs, in the order of ``counted``.
    study, layers, language
        Decisions, facts of the layers, language of the pages.
    decimal
        ``comma`` or ``point``, of the numbers in CSV files.
    counted
        What the manifest calls the reports.
    behind
        Layer of a GeoPackage -> layers of the catalog that it was made of.
    scenario
        Its edits and its year; None where the pages are of the study itself.
    """
    text = page_words(study, language, origins, profiles, municipality)
    decisions = study.model_dump(mode="json")
    counts = dict(zip(counted, reports, strict=True))
    ground = (municipality, quarters, areas, origins, places, projects)
    tables = PageTables(*ground, isochrones, streets, connectors, region_map)
    run = run_facts(decisions, layers, language, scenario) | _kilometres(counts["streets"])
    run["scenario"] = localised(profiles[0]["scenario"], language)
    told = [Parts(profile) for profile in profiles]
    shown = [each.showing(lambda _, part: localised(part, language), language) for each in told]
    downloads = _downloads(
        told,
        shown,
        figures,
        access,
        shares,
        tables,
        run=run,
        text=text,
        decimal=decimal,
        limits=KeyLimits(study.profile.everyday.value, study.profile.commute.value),
        behind=behind,
    )
    run["downloads"] = listed_files(downloads, text)
    run["background"] = background_words(study, language)
    if is_a_part(municipality):
        shown = [each.showing(partial(_of_a_part, text=text), language, "part") for each in told]
    drawn = {
        quarter.id: _map_layers(quarter, profile, tables, language)
        for quarter, profile in zip(study.quarters, profiles, strict=True)
    }
    files = PageSet(shown, drawn, tables, text=text, run=run).files(explorer)
    limits_kb = page_limits(study, text)
    if limits_kb is not None:
        check_sizes({name: files[name] for name in files if name.endswith(PAGE)}, limits_kb)
    files.update(downloads)
    files[MANIFEST] = build_manifest(
        files,
        study=decisions,
        layers=layers,
        counts=counts,
        language=language,
        decimal=decimal,
        limits_kb=limits_kb,
        scenario=scenario,
    )
    return files


def _of_a_part(name: str, value: Any, *, text: Text) -> Any:
    return said_of_a_part(name, localised(value, text.language), text)


def _downloads(
    profiles: Sequence[Parts],
    shown: Sequence[Parts],
    figures: pd.DataFrame,
    access: pd.DataFrame,
    shares: pd.DataFrame,
    tables: PageTables,
    *,
    run: Mapping[str, Any],
    text: Text,
    decimal: Decimal,
    limits: KeyLimits,
    behind: Mapping[str, Sequence[str]],
) -> dict[str, bytes]:
    """Write what is offered beside the pages: of each quarter, of all, and what shares are told."""
    files = export_files(
        profiles,
        figures,
        access,
        tables.isochrones,
        tables.areas,
        tables.origins,
        tables.places,
        tables.quarters,
        tables.municipality,
        tables.streets,
        tables.connectors,
        run=run,
        text=text,
        decimal=decimal,
        limits=limits,
        behind=behind,
        shown=shown,
    )
    return {
        **files,
        **told_shares(shares, decimal=decimal),
        "profile.json": profile_file(profiles, run, currency=text.currency),
        contract.FILE: kept_file(
            contract.FILE, lambda: schema_file(text.currency), [], text.currency
        ),
    }


def _map_layers(
    quarter: Quarter, profile: Mapping[str, Any], tables: PageTables, language: str
) -> MapLayers:
    """Gather what one quarter's map draws; streets only as far as people walk."""
    own = tables.isochrones[tables.isochrones["area_id"] == quarter.area]
    streets, origins, places = tables.streets, tables.origins, tables.places
    reached = walked(own).geometry.iloc[-1]
    near = streets.iloc[streets.sindex.query(reached, predicate="intersects", sort=True)]
    listed = {place["id"] for place in profile["places"]}
    own_origins = origins[origins["area_id"] == quarter.area]
    return MapLayers(
        municipality=tables.municipality,
        quarter=_row(localised_table(tables.quarters, language), quarter.id),
        area=_row(tables.areas, quarter.area),
        origins=localised_table(own_origins, language),
        streets=near[["kind", "geometry"]].reset_index(drop=True),
        isochrones=own[["mode", "limit_min", "geometry"]].reset_index(drop=True),
        places=localised_table(places[places["id"].isin(listed)], language),
        connectors=connectors_of(tables.connectors, {*own_origins["id"], *listed}),
        projects=_project_points(tables.projects, places, quarter.area, language),
    )


def walked(isochrones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Pick the isochrones on foot, the largest last."""
    return isochrones[isochrones["mode"] == "walk"].sort_values("limit_min", kind="stable")


def _row(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    return table[table["id"] == key].reset_index(drop=True)


def _project_points(
    projects: pd.DataFrame, places: gpd.GeoDataFrame, area_id: str, language: str
) -> gpd.GeoDataFrame:
    """Place the projects of an area whose place is known."""
    own = localised_table(projects[projects["area_id"] == area_id], language)
    positions = places[["id", "geometry"]].rename(columns={"id": "place_id"})
    joined = positions.merge(own, on="place_id", how="inner").sort_values("id")
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=places.crs).reset_index(drop=True)


def run_facts(
    decisions: Mapping[str, Any],
    layers: Mapping[str, Mapping[str, Any]],
    language: str,
    scenario: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Give identity, sources and credits that every page prints."""
    scales = sorted({str(layer["sketch_scale"]) for layer in layers.values()} - {""})
    sources = [
        {"layer": name, **localised(dict(layer), language)} for name, layer in layers.items()
    ]
    return {
        "version": __version__,
        "run_id": run_identity(study=decisions, layers=layers, scenario=scenario),
        "study_sha256": fingerprint(decisions),
        "sources": sources,
        "sketch": any(
            layer["sketch_scale"] for layer in layers.values() if layer["role"] == "streets"
        ),
        "sketch_scale": scales[0] if scales else "",
    }


def _kilometres(street_report: Mapping[str, Any]) -> dict[str, float]:
    """Give the km of streets that official lines say something of; none without such layers."""
    keys = ("signed_limit_km", "marked_route_km")
    return {key: street_report[key] for key in keys if key in street_report}


def profile_file(
    profiles: Sequence[Mapping[str, Any]], run: Mapping[str, Any], *, currency: str = KRONER
) -> bytes:
    """Write ``profile.json``: every quarter's profile, and where all figures lie as a table.

    Parameters
    ----------
    currency
        That of the study, which the keys of money are to name.
    """
    value = {
        "$schema": contract.FILE,
        "schema": contract.VERSION,
        "htkgis": run["version"],
        "run": run["run_id"],
        "credits": list(dict.fromkeys(source["credit"] for source in run["sources"])),
        "sketch_scale": run["sketch_scale"] if run["sketch"] else None,
    }
    # parts were written to be hashed, and are most of the file
    parts = [each if isinstance(each, Parts) else Parts(each) for each in profiles]
    quarters = ",".join(_written(each, currency) for each in parts)
    return (
        f'{compact(value)[:-1]},"quarters":[{quarters}],"figures":{compact(FIGURES)}}}\n'.encode()
    )


def told_profile(profile: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Name the currency in the keys of a profile's budgets, as ``profile.json`` has them."""
    return dict(profile) | {
        "projects": [
            {told_in(name, currency): value for name, value in row.items()}
            for row in profile["projects"]
        ]
    }


def _written(profile: Parts, currency: str) -> str:
    """Write a profile as :func:`told_profile` tells it."""
    told = told_profile(profile, currency)
    parts = (
        f"{compact(name)}:{compact(part) if name == 'projects' else profile.text(name)}"
        for name, part in told.items()
    )
    return f"{{{','.join(parts)}}}"


def schema_file(currency: str = KRONER) -> bytes:
    """Write the JSON schema of ``profile.json``."""
    text = json.dumps(contract.profile_schema(currency), ensure_ascii=False, indent=1)
    return (text + "\n").encode()
