"""Fetch layers anew: streets around a study from an Overpass server, into one GraphML file."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from htkgis.catalog import DATA, Catalog, read_catalog
from htkgis.errors import ConfigError
from htkgis.loaders.boundaries import read_municipality
from htkgis.loaders.graphml import graphml_bytes
from htkgis.loaders.housing import read_areas
from htkgis.loaders.osmnx_streets import streets_from_osmnx
from htkgis.loaders.overpass import DEFAULT_URL, fetch_osmnx_graph
from htkgis.store import sha256_bytes, write_atomic
from htkgis.study import Study, read_study

from .layers import one, street_rules

BUFFER_M = 3000.0
"""40 minutes' walk at 4.5 km/h: without streets beyond the border, walks along it look longer."""


@dataclass(frozen=True)
class UpdateReport:
    """What was fetched, or would be.

    Parameters
    ----------
    path
        The file.
    url
        The server.
    area_km2
        Size of the area with its buffer, in square kilometres.
    buffer_m
        Width of the buffer in metres.
    nodes, arcs
        Size of the graph; a street that is open both ways has two arcs. 0 in a dry run.
    streets, walk_km
        Streets that any mode of the study may use, and km of those that people may walk.
    published
        Day of the data, ``YYYY-MM-DD``; empty in a dry run.
    sha256
        Hash of the file; empty in a dry run.
    catalog_lines
        What ``catalog.toml`` must say to use the file; none in a dry run.
    """

    path: Path
    url: str
    area_km2: float
    buffer_m: float
    nodes: int = 0
    arcs: int = 0
    streets: int = 0
    walk_km: float = 0.0
    published: str = ""
    sha256: str = ""
    catalog_lines: tuple[str, ...] = ()


def update_streets(
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    buffer_m: float = BUFFER_M,
    overpass_url: str = DEFAULT_URL,
    date: str | None = None,
    dry_run: bool = False,
) -> UpdateReport:
    """Fetch the streets around a study and save them as GraphML, whole or not at all.

    The area is the convex hull of the municipality and the housing areas, with a buffer: what
    htkgis takes for covered, where the catalog states nothing, is the hull of the streets.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``; of its layers only outlines are read.
    out
        ``.graphml`` to write.
    data
        Folder that ``{data}`` stands for in the catalog.
    buffer_m
        Width of the buffer in metres.
    overpass_url
        Base address of the server.
    date
        Day whose streets are asked for; as they are now if missing.
    dry_run
        Whether to ask nothing and write nothing.

    Raises
    ------
    ConfigError, SourceError, SchemaError
        See :func:`htkgis.loaders.overpass.fetch_osmnx_graph`; nothing is written then.
    StoreError
        If the disk refuses; a file that was there stays as it was.
    """
    if out.suffix.lower() != ".graphml":
        msg = (
            f"{out.name} ({out}): {out.suffix!r} is no GraphML; .graphml is allowed. Change --out."
        )
        raise ConfigError(msg)
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    area = study_area(catalog, study)
    size_km2 = float(area.buffer(buffer_m).area.iloc[0]) / 1e6
    if dry_run:
        return UpdateReport(out, overpass_url, size_km2, buffer_m)
    graph = fetch_osmnx_graph(
        area.to_crs("EPSG:4326").iloc[0],
        buffer_m=buffer_m,
        overpass_url=overpass_url,
        date=date,
        crs=study.study.crs,
    )
    # what cannot be read back must not be written
    streets = streets_from_osmnx(graph, crs=study.study.crs, rules=street_rules(study.modes))
    content = graphml_bytes(graph)
    write_atomic(out, content)
    published = str(graph.graph["timestamp_osm_base"])[:10]
    sha256 = sha256_bytes(content)
    return UpdateReport(
        path=out,
        url=overpass_url,
        area_km2=size_km2,
        buffer_m=buffer_m,
        nodes=graph.number_of_nodes(),
        arcs=graph.number_of_edges(),
        streets=len(streets),
        walk_km=float(streets.loc[streets["walk"], "length_m"].sum()) / 1000,
        published=published,
        sha256=sha256,
        catalog_lines=tuple(catalog_lines(catalog, out, published, sha256)),
    )


def study_area(catalog: Catalog, study: Study) -> gpd.GeoSeries:
    """Convex hull of the municipality and the housing areas, one polygon in the study's CRS."""
    crs = study.study.crs
    municipality, _ = read_municipality(
        catalog, one(catalog, "municipality"), crs=crs, code=study.study.municipality_code
    )
    facts = next(iter(catalog.by_role("area_facts")), None)
    areas, _ = read_areas(catalog, one(catalog, "housing_areas"), facts, crs=crs)
    shapes = [*municipality.geometry, *areas.geometry]
    return gpd.GeoSeries([shapely.convex_hull(shapely.union_all(shapes))], crs=crs)


def catalog_lines(catalog: Catalog, out: Path, published: str, sha256: str) -> list[str]:
    """Write the lines of ``catalog.toml`` that make a fetched file the layer of streets."""
    facts: dict[str, Any] = {
        "path": _path_in_catalog(catalog, out),
        "title": "Gader og stier",
        "title_en": "Streets and paths",
        "source": "OpenStreetMap, hentet med osmnx fra Overpass",
        "source_en": "OpenStreetMap, fetched with osmnx from Overpass",
        "licence": "ODbL 1.0",
        "credit": "© OpenStreetMap contributors",
        "published": published,
        "sha256": sha256,
    }
    # JSON text is TOML text
    return [
        "[layers.streets]",
        *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items()),
    ]


def _path_in_catalog(catalog: Catalog, out: Path) -> str:
    """Name a file as the catalog does: below the data folder, or from the catalog's own."""
    file, folder = out.resolve(), catalog.path.resolve().parent
    if catalog.data is not None and file.is_relative_to(catalog.data.resolve()):
        return f"{DATA}/{file.relative_to(catalog.data.resolve()).as_posix()}"
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        # another drive of Windows
        return file.as_posix()
