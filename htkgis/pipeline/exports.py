"""From profiles and layers to the files that planners open in QGIS, Excel and other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text
from htkgis.maps.scenario import scenario_words
from htkgis.profile import contract
from htkgis.publish.downloads import Decimal, csv_bytes, parquet_bytes
from htkgis.publish.geoparquet import geoparquet_bytes
from htkgis.schema import TOLD_SHARES
from htkgis.store.kept_files import Blanks, kept_file
from htkgis.store.known import Known, Parts

from .export_layers import Ground, Measured
from .export_project import study_project
from .localised import localised
from .origin_figures import KeyLimits
from .quarter_export import QuarterExport, Said

FIGURES = "figures.parquet"
BY_ORIGIN = "origin_figures.parquet"
TOLD = "shares.csv"
OF_ALL = {
    TOLD: "told",
    FIGURES: "parquet",
    BY_ORIGIN: "origin_figures",
    "origins.parquet": "origins",
    "places.parquet": "places",
    "isochrones.parquet": "isochrones",
    "profile.json": "profile",
    contract.FILE: "schema",
}
"""Files of the whole study, and the words that name each."""


def export_files(
    profiles: Sequence[Mapping[str, Any]],
    figures: pd.DataFrame,
    access: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    connectors: gpd.GeoDataFrame | None = None,
    *,
    run: Mapping[str, Any],
    text: Text,
    decimal: Decimal,
    limits: KeyLimits,
    behind: Mapping[str, Sequence[str]],
    shown: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, bytes]:
    """Write the downloads of every quarter, and all figures as one table.

    Parameters
    ----------
    profiles
        One per quarter, in both languages.
    figures, access
        Contracts ``PROFILE`` and ``ACCESS`` of all quarters.
    isochrones, areas, origins, places, quarters, municipality, streets, connectors
        Layers of the study; a quarter's file holds what its map shows.
    run
        Version, identity and sources, as every page prints them.
    text
        Words of labels and legends.
    decimal
        ``comma`` or ``point``, of the CSV files.
    limits
        Of the figures that stand as columns beside origins.
    behind
        Layer of a GeoPackage -> layers of the catalog that it was made of.
    shown
        The profiles in the language of the pages, where that is known.

    Returns
    -------
    files
        Bytes by name: per quarter ``.gpkg`` (styled and described layers, the study's CRS),
        ``.csv`` with ``.csv-metadata.json``, ``.xlsx``, ``.geojson`` (WGS 84);
        one QGIS project over all of these GeoPackages;
        ``figures.parquet``, ``origin_figures.parquet`` (every figure of every origin, a row
        each), and as GeoParquet ``origins``, ``places`` and ``isochrones`` of all quarters, whose
        column ``profile_quarter_id`` says whose profile a row belongs to. Same input, same bytes.
    """
    told = [each if isinstance(each, Parts) else Parts(each) for each in profiles]
    ground = Ground(*map(Known, (areas, places, quarters, municipality, streets)))
    left = Blanks([run["run_id"], *(source["sha256"] for source in run["sources"])])
    said = Said(
        _provenance(run, text),
        _provenance(left_blank(run, left), text),
        left,
        text,
        words_known(text),
        max(source["published"] for source in run["sources"]),
        decimal,
        limits,
        behind,
    )
    in_words = shown or [localised(each, text.language) for each in profiles]
    measured = (origins, access, isochrones, figures, connectors)
    own_rows = _rows_by_quarter(profiles, places, *measured)
    exports = [
        QuarterExport(profile, words, rows, ground, said)
        for profile, words, rows in zip(told, in_words, own_rows, strict=True)
    ]
    files: dict[str, bytes] = {}
    for each in exports:
        files |= each.files()
    return files | _project(exports, said) | _files_of_all(exports, figures, said)


def left_blank(run: Mapping[str, Any], blanks: Blanks) -> dict[str, Any]:
    """Leave the name of the run and the hashes of its layers blank: they change every night."""
    sources = [source | {"sha256": blanks.of(source["sha256"])} for source in run["sources"]]
    return dict(run) | {"run_id": blanks.of(run["run_id"]), "sources": sources}


def words_known(text: Text) -> Known:
    """Give all that the words of a file hang on."""
    return Known([text.language, dict(text.words), text.currency])


def _rows_by_quarter(
    profiles: Sequence[Mapping[str, Any]],
    places: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    access: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    connectors: gpd.GeoDataFrame | None,
) -> Iterator[Measured]:
    """Take the rows of each quarter out of what is measured of all."""
    to_points = set(origins["id"]) - set(places["id"])
    for profile in profiles:
        area, quarter = profile["quarter"]["area_id"], profile["quarter"]["id"]
        own = origins[origins["area_id"] == area]
        joined = (
            None
            if connectors is None
            else connectors[~connectors["id"].isin(to_points - set(own["id"]))]
        )
        yield Measured(
            origins=Known(own),
            access=Known(access[access["id"].isin(own["id"])]),
            isochrones=Known(isochrones[isochrones["area_id"] == area]),
            figures=Known(figures[figures["quarter_id"] == quarter]),
            connectors=Known(joined),
        )


def _project(exports: Sequence[QuarterExport], said: Said) -> dict[str, bytes]:
    """Write one QGIS project over the GeoPackages of all quarters."""
    packages = [each.package() for each in exports]
    file = said.text("qgis.file")
    # as the topmost layer has it, which is made of places
    crs = exports[0].ground.places.value.crs.to_wkt()

    def write() -> bytes:
        return study_project(packages, said.provenance, said.text, date=said.date, crs=crs)[file]

    shown = [each.plain() for each in packages]
    given = (shown, crs, said.words, said.provenance, said.date)
    return {file: kept_file(file, write, [], *given)}


def _files_of_all(
    exports: Sequence[QuarterExport], figures: pd.DataFrame, said: Said
) -> dict[str, bytes]:
    """Write the tables that hold all quarters, with a column that says of which a row is."""
    ids = [each.id for each in exports]
    of_origins = [known for each in exports for known in each.of_origins]
    reach = [each.own.isochrones for each in exports]

    def by_origin() -> bytes:
        rows = pd.concat([each.by_origin() for each in exports], ignore_index=True)
        return parquet_bytes(rows, provenance=said.provenance)

    def layer(tables: Sequence[Known]) -> Callable[[], bytes]:
        return lambda: _of_all(ids, [each.value for each in tables], said)

    makers: list[tuple[str, Callable[..., bytes], Sequence[Known]]] = [
        (FIGURES, lambda: parquet_bytes(figures, provenance=said.provenance), [Known(figures)]),
        (BY_ORIGIN, by_origin, of_origins),
    ]
    for name in ("origins", "places"):
        tables = [each.layers[name] for each in exports]
        makers.append((f"{name}.parquet", layer(tables), tables))
    makers.append(("isochrones.parquet", layer(reach), reach))
    return {
        name: kept_file(name, make, [], ids, *given, said.provenance)
        for name, make, given in makers
    }


def _of_all(ids: Sequence[str], tables: Sequence[gpd.GeoDataFrame], said: Said) -> bytes:
    rows = [
        table.assign(profile_quarter_id=quarter) for quarter, table in zip(ids, tables, strict=True)
    ]
    joined = gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=rows[0].crs)
    return geoparquet_bytes(joined, provenance=said.provenance)


def told_shares(shares: pd.DataFrame, *, decimal: Decimal) -> dict[str, bytes]:
    """Write the shares that this edition tells, for the next one to be held against.

    Parameters
    ----------
    shares
        Contract ``SHARES`` with ``hidden``, as they may be published.
    decimal
        ``comma`` or ``point``.

    Returns
    -------
    files
        ``shares.csv``, which :func:`htkgis.loaders.told_shares.read_told_shares` reads; nothing
        where no persons are known.
    """
    if not (shares["share"].notna() | shares["hidden"].astype(bool)).any():
        return {}

    def write() -> bytes:
        table = shares[list(TOLD_SHARES.columns)].assign(
            hidden=shares["hidden"].map({True: "true", False: "false"})
        )
        return csv_bytes(table, decimal=decimal)

    return {TOLD: kept_file(TOLD, write, [], Known(shares), decimal)}


def listed_files(files: Mapping[str, bytes], text: Text) -> list[dict[str, Any]]:
    """Name, size and words of each download, for the pages that link them."""
    return [
        {
            "name": name,
            "label": text(f"export.file.{OF_ALL.get(name, name.partition('.')[2])}"),
            "bytes": len(data),
        }
        for name, data in files.items()
    ]


def _caution(run: Mapping[str, Any], text: Text) -> str:
    """Say in a file what the banner of a page says: of a scenario, of a sketch; nothing else."""
    said = scenario_words(run, text)
    sketch = text("page.sketch", scale=text.format_scale(run["sketch_scale"]))
    cautions = [None if said is None else said["banner"], sketch if run["sketch"] else None]
    return ". ".join(caution for caution in cautions if caution)


def _provenance(run: Mapping[str, Any], text: Text) -> dict[str, Any]:
    """Say what a file was made of: run, study and, per layer, its rights and its hash."""
    keys = ("layer", "title", "source", "licence", "credit", "published", "sha256")
    return {
        "htkgis": run["version"],
        "run": run["run_id"],
        "study_sha256": run["study_sha256"],
        "caution": _caution(run, text),
        "credits": list(dict.fromkeys(source["credit"] for source in run["sources"])),
        "layers": [{key: source[key] for key in keys} for source in run["sources"]],
    }
