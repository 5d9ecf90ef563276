"""Housing areas, the facts about them, and the origins in them: gates, addresses or cells."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import FIRST, SchemaError, first
from htkgis.schema import AREAS, ORIGINS, TEXT, Table, check

from .layer import LayerReport, read_layer, read_plain_layer, require, require_positions
from .table import numbers

FACTS = ("housing_organisation", "built")
AREA_FACTS = Table("area facts", ("id",), {"id": TEXT})
OUTLINES = Table("areas", ("id",), {"id": TEXT, "name": TEXT}, "polygon")
ADDRESSES = Table("addresses", ("id",), {"id": TEXT}, "point")
MAX_GATE_M = 1000.0
"""A gate that lies farther from the outline of its area is another area's gate."""
COUNTS = ("dwellings", "dwellings_year", "population", "population_year")


def read_areas(
    catalog: Catalog, name: str, facts: str | None, *, crs: str
) -> tuple[gpd.GeoDataFrame, list[LayerReport]]:
    """Read the housing areas and join the facts about them by id.

    Parameters
    ----------
    catalog, name
        Layer of outlines with ``id`` and ``name``.
    facts
        Layer without geometry: organisation, years, dwellings, population; or none.
    crs
        Projected CRS of the study.

    Returns
    -------
    areas
        Contract ``AREAS``; a fact that is not known is missing, never 0.
    reports
        One per layer.

    Raises
    ------
    SchemaError
        If a table breaks its contract, an area has no outline, or facts name an area that is
        not there.
    """
    areas, report = read_layer(catalog, name, crs=crs)
    require_positions(report)
    check(areas, OUTLINES, where=report.file, crs=crs)
    reports = [report]
    known = pd.DataFrame({"id": []}, dtype=object)
    if facts is not None:
        known, facts_report = read_plain_layer(catalog, facts)
        reports.append(facts_report)
        check(known, AREA_FACTS, where=facts_report.file)
        strangers = sorted(set(known["id"]) - set(areas["id"]))
        if strangers:
            msg = (
                f"{facts} ({facts_report.file}): {len(strangers)} rows are about areas that "
                f"{name} lacks: {first(strangers)}{_meant(strangers, areas['id'])}; areas are "
                f"{first(areas['id'])}. Correct the ids."
            )
            raise SchemaError(msg)
    known = known[[name for name in known if name == "id" or name not in areas]]
    joined = areas.merge(known, on="id", how="left", validate="one_to_one")
    for column in (*FACTS, *COUNTS):
        if column not in joined.columns:
            joined[column] = None
    for column in COUNTS:
        joined[column] = numbers(joined[column], what=f"{facts or name} column {column!r}")
    return check(joined, AREAS, where=report.file, crs=crs), reports


def read_gates(
    catalog: Catalog, name: str, areas: gpd.GeoDataFrame, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read the gates: points where people leave an area. They carry no weight.

    Raises
    ------
    SchemaError
        If the table breaks its contract, a gate has no position, names an area that is not there
        or lies far from its own, or an area has no gate.
    """
    gates, report = read_layer(catalog, name, crs=crs)
    require_positions(report)
    require(gates, ("id", "area_id"), report)
    strangers = gates.loc[~gates["area_id"].isin(areas["id"])]
    if len(strangers):
        named = sorted(set(strangers["area_id"].dropna()))
        msg = (
            f"{name} ({report.file}): {len(strangers)} gates name no known area: "
            f"{first(strangers['id'])}{_meant(named, areas['id'])}; areas are "
            f"{first(areas['id'])}. Correct area_id."
        )
        raise SchemaError(msg)
    _check_each_has_one(areas, gates, "gate", report)
    origins = _origins(gates, report, crs)
    _check_beside(origins, areas, report)
    return origins, report


def _meant(strangers: list[str], known: pd.Series) -> str:
    """Say which ids are the same but for zeros in front, as Excel drops them, or capitals."""
    plain = {name.lstrip("0").casefold(): name for name in known}
    pairs = [(name, plain.get(name.lstrip("0").casefold())) for name in strangers]
    meant = [f"{name!r} may be {other!r}" for name, other in pairs if other is not None]
    return f"; {', '.join(meant[:FIRST])}" if meant else ""


def _check_beside(gates: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, report: LayerReport) -> None:
    """Raise SchemaError if gates lie farther from their area than people walk to leave it."""
    outlines = areas.set_index("id").geometry.reindex(gates["area_id"]).reset_index(drop=True)
    metres = gates.geometry.reset_index(drop=True).distance(outlines)
    far = (metres > MAX_GATE_M).to_numpy()
    if far.any():
        rows = zip(gates.loc[far, "id"], metres[far], strict=True)
        msg = (
            f"{report.name} ({report.file}): {int(far.sum())} of {len(gates)} gates lie away from "
            f"their area: {first(f'{name} {gap_m:,.0f} m' for name, gap_m in rows)}; "
            f"{MAX_GATE_M:,.0f} m is allowed. Correct their positions, area_id, or the outlines."
        )
        raise SchemaError(msg)


def read_addresses(
    catalog: Catalog, name: str, areas: gpd.GeoDataFrame, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read the addresses that lie in a housing area; the others are counted.

    Of a layer whose rows the catalog calls cells (``each = "cell"``) they are the middles of cells.

    Raises
    ------
    SchemaError
        If the table breaks its contract or an area holds no address.
    """
    addresses, report = read_address_points(catalog, name, crs=crs)
    outlines = areas[["id", "geometry"]].rename(columns={"id": "area_id"})
    inside = addresses.sjoin(outlines, predicate="within").drop(columns="index_right")
    twice = inside.duplicated("id")
    if twice.any():
        report.notes.append(f"{int(twice.sum())} addresses lie in two areas and count in the first")
    inside = inside[~twice].sort_values("id").reset_index(drop=True)
    report.dropped["outside the housing areas"] += len(addresses) - len(inside)
    report.rows = len(inside)
    kind = catalog.layers[name].each or "address"
    _check_each_has_one(areas, inside, kind, report)
    return _origins(inside.assign(kind=kind), report, crs), report


def read_address_points(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read all addresses of a layer, wherever they lie.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    addresses, report = read_layer(catalog, name, crs=crs)
    if catalog.layers[name].each == "cell" and not addresses.geometry.geom_type.eq("Point").all():
        report.mended["cells made a point in their middle"] += len(addresses)
        addresses = addresses.set_geometry(addresses.centroid)
    check(addresses, ADDRESSES, where=report.file, crs=crs)
    return addresses.drop(columns="area_id", errors="ignore"), report


def _check_each_has_one(
    areas: gpd.GeoDataFrame, origins: gpd.GeoDataFrame, kind: str, report: LayerReport
) -> None:
    empty = sorted(set(areas["id"]) - set(origins["area_id"]))
    if empty:
        msg = (
            f"{report.name} ({report.file}): {len(empty)} of {len(areas)} housing areas hold no "
            f"{kind}: {first(empty)}; each needs one. Check the outlines and the {kind} layer."
        )
        raise SchemaError(msg)


def _origins(table: gpd.GeoDataFrame, report: LayerReport, crs: str) -> gpd.GeoDataFrame:
    for column in ("name", "name_en"):
        if column not in table.columns:
            table[column] = None
    return check(table, ORIGINS, where=report.file, crs=crs)
