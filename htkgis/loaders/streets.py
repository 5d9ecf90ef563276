"""Read a street network that is kept as two tables: streets and their end nodes.

The sketch network of the embedded study is one: alignments generalised to about 15 m,
``length_m`` true and rounded to 5 m. Coordinates and distances: © OpenStreetMap
contributors, Open Database Licence (ODbL) 1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from htkgis.errors import CRSError, SchemaError, first
from htkgis.loaders.arrived import check_file
from htkgis.loaders.table import lacking, numbers, read_csv_table
from htkgis.schema import STREETS, check

from .street_rules import MODES, StreetRules
from .street_table_tags import stated_surroundings

Numbers = npt.NDArray[np.float64]

STREET_COLUMNS = (
    "id",
    "from_node",
    "to_node",
    "name",
    "kind",
    "tunnel",
    "bridge",
    "length_m",
    "line_wkt_wgs84",
)
NODE_COLUMNS = ("id", "lat", "lon")

MAX_END_GAP_M = 30.0
"""A line that ends farther than this from its node is another street's line."""

LENGTH_SLACK_M = 17.5
"""Half a step of lengths rounded to 5 m, and an alignment generalised to 15 m."""

AREA_MARGIN_DEG = 6.0
"""A zone of UTM is in use one zone beyond its own six degrees: Copenhagen lies 0.6 degrees
east of zone 32, whose CRS all of Denmark uses."""

NO_MARKS = frozenset({"", "no", "nej", "false", "falsk", "0", "-"})

WGS84 = pyproj.Geod(ellps="WGS84")


def read_street_table(
    streets_csv: Path, nodes_csv: Path, *, crs: str, rules: StreetRules
) -> gpd.GeoDataFrame:
    """Read streets with lines in WGS84, and check them against their end nodes.

    Nothing is dropped: a table with a fault is refused, with all its faults named. Nodes
    without a street are allowed. A street is open both ways to every mode that its kind is
    not closed to.

    Parameters
    ----------
    streets_csv
        Columns ``id``, ``from_node``, ``to_node``, ``name``, ``kind``, ``tunnel``,
        ``bridge`` (blank or ``no``, or any mark), ``length_m`` in metres and
        ``line_wkt_wgs84`` as ``LINESTRING (lon lat, ...)``. Further columns may be named as OSM
        tags (``maxspeed``, ``lanes``, ``lit``, ``cycleway``, ``lcn`` and their like) or count
        ``crossings`` and ``signals``.
    nodes_csv
        Columns ``id``, ``lat``, ``lon`` in degrees.
    crs
        Projected CRS in metres of the result.
    rules
        Kinds of street that are closed to each mode, and the speed limit of each kind.

    Returns
    -------
    streets
        Contract ``STREETS``, in the order of the file, with what it says besides in the columns
        of :func:`htkgis.loaders.read_osm_streets`.

    Raises
    ------
    SourceError
        A file is missing, empty or unreadable.
    SchemaError
        Columns or all rows are missing, ids repeat, nodes are unknown, a line cannot be read
        or ends more than 30 m from its node, a length is not positive or shorter than the
        straight line between the ends.
    CRSError
        Latitude and longitude are swapped, positions lie far from where ``crs`` is used,
        or ``crs`` is not projected in metres.
    """
    projected = metric_crs(crs, what=f"streets ({streets_csv})")
    for file in (streets_csv, nodes_csv):
        check_file(file)
    table = read_csv_table(streets_csv)
    nodes = read_csv_table(nodes_csv)
    _check_columns(table, STREET_COLUMNS, what="streets", where=streets_csv)
    _check_columns(nodes, NODE_COLUMNS, what="street nodes", where=nodes_csv)
    positions = _positions(nodes, projected, where=nodes_csv)
    lines = _lines(table, where=streets_csv)
    ends = _ends(lines)
    _check_axes(ends, table["id"], projected, what="streets", where=streets_csv)
    length_m = numbers(table["length_m"], what=f"streets ({streets_csv}) column 'length_m'")
    _refuse(
        [
            *_end_problems(table, ends, positions, nodes_csv.name),
            *_length_problems(table["id"], ends, length_m),
        ],
        what="streets",
        where=streets_csv,
    )
    said = stated_surroundings(table, rules, where=f"streets ({streets_csv})")
    streets = gpd.GeoDataFrame(
        {
            **{name: table[name] for name in ("id", "from_node", "to_node")},
            "length_m": length_m,
            "kind": table["kind"],
            "name": table["name"],
            "oneway": np.zeros(len(table), dtype=np.bool_),
            "oneway_bike": np.zeros(len(table), dtype=np.bool_),
            "tunnel": _marked(table["tunnel"]),
            "bridge": _marked(table["bridge"]),
            **_uses(table["kind"], rules, said.get("limit_kph")),
            "barrier_from": pd.Series([None] * len(table), dtype=object),
            "barrier_to": pd.Series([None] * len(table), dtype=object),
            **said,
        },
        geometry=lines,
        crs="EPSG:4326",
    ).to_crs(projected)
    return check(streets, STREETS, where=str(streets_csv), crs=crs)


def _uses(
    kinds: pd.Series, rules: StreetRules, stated_kph: pd.Series | None
) -> dict[str, pd.Series]:
    """Flag the modes that may use streets by their kind, and give the limit of cars in km/h."""
    uses = {}
    for mode in MODES:
        own = rules.modes.get(mode)
        closed = kinds.isin(own.closed_kinds) if own else pd.Series(True, index=kinds.index)  # noqa: FBT003
        uses[mode] = ~closed
    general = pd.Series([rules.default_kph(str(kind)) for kind in kinds], dtype="float64")
    limits = general if stated_kph is None else stated_kph
    return {**uses, "car_kph": limits.where(uses["car"].to_numpy(dtype=bool))}


def metric_crs(crs: str, *, what: str) -> pyproj.CRS:
    """Return the CRS, or raise CRSError if it is none, or not projected in metres."""
    try:
        projected = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        msg = f"{what}: {crs!r} is not a CRS; 'EPSG:25832' is one. Correct study.toml."
        raise CRSError(msg) from error
    if not projected.is_projected or projected.axis_info[0].unit_name != "metre":
        msg = (
            f"{what}: {crs} is not projected in metres; EPSG:25832 is allowed. Correct study.toml."
        )
        raise CRSError(msg)
    return projected


def _check_columns(
    table: pd.DataFrame, columns: tuple[str, ...], *, what: str, where: Path
) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        msg = f"{what} ({where}): {lacking(missing, table.columns)}. Correct the file."
        raise SchemaError(msg)
    if table.empty:
        msg = f"{what} ({where}): has no rows; one at least is needed. Fetch it again."
        raise SchemaError(msg)


def _refuse(problems: list[str], *, what: str, where: Path) -> None:
    if problems:
        msg = f"{what} ({where}): {'; '.join(problems)}. Correct the file."
        raise SchemaError(msg)


def _positions(nodes: pd.DataFrame, crs: pyproj.CRS, *, where: Path) -> pd.DataFrame:
    """Return ``lon`` and ``lat`` by node id."""
    what = "street nodes"
    lon = numbers(nodes["lon"], what=f"{what} ({where}) column 'lon'")
    lat = numbers(nodes["lat"], what=f"{what} ({where}) column 'lat'")
    blank = nodes["id"].isna() | lon.isna() | lat.isna()
    twice = nodes["id"].duplicated(keep=False) & nodes["id"].notna()
    problems = []
    if blank.any():
        problems.append(
            f"{int(blank.sum())} of {len(nodes)} rows lack id, lat or lon: "
            f"{first(_named(nodes['id'], blank))}"
        )
    if twice.any():
        problems.append(
            f"{int(twice.sum())} of {len(nodes)} rows share an id: "
            f"{first(dict.fromkeys(nodes.loc[twice, 'id']))}; ids must be unique"
        )
    _refuse(problems, what=what, where=where)
    _check_axes(np.column_stack([lon, lat]), nodes["id"], crs, what=what, where=where)
    return pd.DataFrame({"lon": lon.to_numpy(), "lat": lat.to_numpy()}, index=nodes["id"])


def _named(ids: pd.Series, rows: Any) -> list[str]:
    """Name rows by id, or by their number where the id is blank."""
    return [
        f"row {number}" if pd.isna(name) else str(name)
        for number, name in ids.reset_index(drop=True)[np.asarray(rows)].items()
    ]


def _lines(table: pd.DataFrame, *, where: Path) -> npt.NDArray[np.object_]:
    text = [None if pd.isna(value) else str(value) for value in table["line_wkt_wgs84"]]
    lines = np.asarray(shapely.from_wkt(np.array(text, dtype=object), on_invalid="ignore"))
    fine = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & shapely.is_valid(lines)
    fine &= ~shapely.is_empty(lines) & ~shapely.has_z(lines)
    if not fine.all():
        wrong = first(_named(table["id"], ~fine))
        problem = (
            f"line_wkt_wgs84 cannot be read in {int((~fine).sum())} of {len(table)} rows: "
            f"{wrong}; LINESTRING (lon lat, lon lat, ...) with two places or more is allowed"
        )
        _refuse([problem], what="streets", where=where)
    return lines


def _ends(lines: npt.NDArray[np.object_]) -> Numbers:
    """Return lon and lat of the first and the last point: shape (n, 4)."""
    start, end = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    return np.column_stack(
        [shapely.get_x(start), shapely.get_y(start), shapely.get_x(end), shapely.get_y(end)]
    ).astype(np.float64)


def _check_axes(
    lon_lat: Numbers, ids: pd.Series, crs: pyproj.CRS, *, what: str, where: Path
) -> None:
    """Refuse positions that lie far from where the CRS is used; say if they are swapped."""
    away = ~_near(lon_lat[:, 0], lon_lat[:, 1], crs)
    if not away.any():
        return
    swapped = away & _near(lon_lat[:, 1], lon_lat[:, 0], crs)
    if swapped.any():
        msg = (
            f"{what} ({where}): latitude and longitude are swapped in {int(swapped.sum())} of "
            f"{len(ids)} rows: {first(_named(ids, swapped))}; longitude is x, about 8 to 15 in "
            "Denmark. Swap them."
        )
        raise CRSError(msg)
    msg = (
        f"{what} ({where}): {int(away.sum())} of {len(ids)} rows lie far from the area of "
        f"{crs.to_string()}: {first(_named(ids, away))}; degrees in WGS84 (EPSG:4326) are "
        "allowed. Correct the file, or the CRS in study.toml."
    )
    raise CRSError(msg)


def _near(lon: Numbers, lat: Numbers, crs: pyproj.CRS) -> npt.NDArray[np.bool_]:
    area = crs.area_of_use
    if area is None:
        return (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004
    return np.asarray(
        (lon >= area.west - AREA_MARGIN_DEG)
        & (lon <= area.east + AREA_MARGIN_DEG)
        & (lat >= area.south - AREA_MARGIN_DEG)
        & (lat <= area.north + AREA_MARGIN_DEG)
    )


def _end_problems(
    table: pd.DataFrame, ends: Numbers, positions: pd.DataFrame, nodes_name: str
) -> Iterator[str]:
    """Name nodes that are unknown, and lines that end far from their nodes."""
    unknown: dict[str, None] = {}
    far: list[str] = []
    for column, lon_lat in (("from_node", ends[:, :2]), ("to_node", ends[:, 2:])):
        node = table[column]
        unknown |= dict.fromkeys(node[node.notna() & ~node.isin(positions.index)])
        at = positions.reindex(node)
        known = at["lon"].notna().to_numpy()
        gap = np.zeros(len(table))
        nodes = at[known]
        gap[known] = WGS84.inv(lon_lat[known, 0], lon_lat[known, 1], nodes["lon"], nodes["lat"])[2]
        far += [
            f"{table['id'].iloc[row]} {column} {gap[row]:.0f} m"
            for row in np.flatnonzero(gap > MAX_END_GAP_M)
        ]
    if unknown:
        yield f"{len(unknown)} nodes are not in {nodes_name}: {first(unknown)}"
    if far:
        yield (
            f"{len(far)} line ends lie away from their node: {first(far)}; "
            f"{MAX_END_GAP_M:.0f} m is allowed"
        )


def _length_problems(ids: pd.Series, ends: Numbers, length_m: pd.Series) -> Iterator[str]:
    """Name lengths that are missing, not positive or less than the straight line."""
    length = length_m.to_numpy()
    wrong = ~(length > 0)
    if wrong.any():
        yield (
            f"length_m is not positive in {int(wrong.sum())} of {len(ids)} rows: "
            f"{first(_named(ids, wrong))}"
        )
    straight = np.asarray(WGS84.inv(ends[:, 0], ends[:, 1], ends[:, 2], ends[:, 3])[2])
    short = ~wrong & (length < straight - LENGTH_SLACK_M)
    if short.any():
        named = [
            f"{ids.iloc[row]} {length[row]:.0f} m of {straight[row]:.0f} m"
            for row in np.flatnonzero(short)
        ]
        yield (
            f"length_m is shorter than the straight line between the ends in {len(named)} "
            f"of {len(ids)} rows: {first(named)}; {LENGTH_SLACK_M:g} m less is allowed"
        )


def _marked(values: pd.Series) -> npt.NDArray[np.bool_]:
    return np.array(
        [not pd.isna(value) and str(value).strip().lower() not in NO_MARKS for value in values],
        dtype=np.bool_,
    )
