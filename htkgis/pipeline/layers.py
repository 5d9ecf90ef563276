"""From the catalog's files to contract tables that fit each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError, first
from htkgis.loaders.barriers import no_barriers, read_barriers
from htkgis.loaders.boundaries import read_municipality, read_quarters, read_school_districts
from htkgis.loaders.housing import read_addresses, read_areas, read_gates
from htkgis.loaders.layer import LayerReport, coverage_polygon
from htkgis.loaders.osm import read_osm_streets
from htkgis.loaders.osmnx_streets import read_graphml_streets
from htkgis.loaders.street_rules import KEYS, ModeRules, StreetRules
from htkgis.loaders.streets import read_street_table
from htkgis.loaders.table import check_letters
from htkgis.network.pieces import with_wholes
from htkgis.profile.disclosure import SmallNumbers, hide_populations
from htkgis.schema import Frame
from htkgis.store.memory import Memory, remembering
from htkgis.study import ModeDecisions, Modes, Study, Walk

from .heights import with_heights, with_slopes
from .official_lines import with_official_lines

FACTS = ["id", "name", "kind", "tunnel", "bridge"]
"""What is told of a street that somebody passes."""
EDGE_M = 100.0
"""How near the end of the streets a search counts as having met it."""


def one(catalog: Catalog, role: Any) -> str:
    """Name the one layer that plays a role.

    Raises
    ------
    ConfigError
        If none or several do.
    """
    names = list(catalog.by_role(role))
    if len(names) != 1:
        msg = (
            f"{catalog.path.name} ({catalog.path}): {len(names)} layers play the role {role!r}: "
            f"{first(names) or 'none'}; one is needed. Correct the catalog."
        )
        raise ConfigError(msg)
    return names[0]


def load_boundaries(catalog: Catalog, study: Study) -> dict[str, Any]:
    """Load municipality, school districts and quarters; the quarters in the order of the study."""
    crs = study.study.crs
    municipality, report = read_municipality(
        catalog, one(catalog, "municipality"), crs=crs, code=study.study.municipality_code
    )
    quarters, quarters_report = read_quarters(catalog, one(catalog, "quarters"), crs=crs)
    ordered = chosen(quarters, [q.id for q in study.quarters], "quarters.id", catalog)
    reports = [report, quarters_report]
    districts = empty_districts(crs)
    if catalog.by_role("school_districts"):
        name = one(catalog, "school_districts")
        districts, districts_report = read_school_districts(catalog, name, crs=crs)
        reports.append(districts_report)
    return {
        "municipality": municipality,
        "quarters": ordered,
        "school_districts": districts,
        "boundary_reports": [report.record() for report in reports],
    }


def empty_districts(crs: str) -> gpd.GeoDataFrame:
    """Give a table of school districts without rows, for a catalog that has none."""
    columns = {name: pd.Series([], dtype=object) for name in ("id", "name", "school_id")}
    return gpd.GeoDataFrame(columns, geometry=[], crs=crs)


def load_housing(catalog: Catalog, study: Study) -> dict[str, Any]:
    """Load housing areas in the order of the study, and their origins, addresses before gates."""
    crs = study.study.crs
    facts = next(iter(catalog.by_role("area_facts")), None)
    areas, reports = read_areas(catalog, one(catalog, "housing_areas"), facts, crs=crs)
    name = one(catalog, "addresses" if catalog.by_role("addresses") else "gates")
    read = read_addresses if catalog.by_role("addresses") else read_gates
    origins, report = read(catalog, name, areas, crs=crs)
    areas = chosen(areas, [q.area for q in study.quarters], "quarters.area", catalog)
    origins = of_the_study(origins, study, report)
    origins, heights = with_heights(origins, catalog, what="origins")
    return {
        "areas": hide_populations(areas, small_numbers(study)),
        "origins": origins.assign(layer=name),
        "housing_reports": [report.record() for report in (*reports, report, *heights)],
    }


def small_numbers(study: Study) -> SmallNumbers:
    """Say below which numbers the study hides figures of persons and of workplaces."""
    rules = study.disclosure
    return SmallNumbers(
        min_households=rules.min_households.value,
        persons_per_household=rules.persons_per_household.value,
        min_count=rules.min_count.value,
        share_steps=tuple(percent / 100 for percent in rules.share_steps.value),
        upper_part=0.0 if rules.upper_part is None else rules.upper_part.value,
        workplace_sizes=rules.workplace_sizes.value,
    )


OF_A_YEAR = r"^measured_\d+$"
"""What matches the columns that :func:`measured_in` names."""


def measured_in(year: int) -> str:
    """Name the column that says whether a place is measured in the state of a year."""
    return f"measured_{year}"


def load_barriers(catalog: Catalog, study: Study) -> dict[str, Any]:
    """Load what nobody walks across between a point and its street; no rows without a layer."""
    crs = study.study.crs
    found = [read_barriers(catalog, name, crs=crs) for name in catalog.by_role("barriers")]
    tables = [table.assign(id=report.name + "_" + table["id"]) for table, report in found]
    joined = pd.concat(tables, ignore_index=True) if tables else no_barriers(crs)
    return {
        "barriers": gpd.GeoDataFrame(joined, geometry="geometry", crs=crs),
        "barrier_reports": [report.record() for _, report in found],
    }


def load_streets(catalog: Catalog, study: Study) -> dict[str, Any]:
    """Load streets, from an extract, a fetched graph or a street table, and what was read.

    Official limits and routes of the catalog are joined to them, and heights of its rasters.
    The report lists the layers beside the streets as ``beside``, and says how many km took a
    signed limit and lie on a marked route.
    """
    streets, report = _read_streets(catalog, study)
    streets, lines, kilometres = with_official_lines(streets, catalog, crs=study.study.crs)
    report |= kilometres
    streets, heights = with_slopes(streets, catalog)
    if lines or heights:
        report["beside"] = [each.record() for each in (*lines, *heights)]
    return {"streets": streets, "street_report": json.loads(json.dumps(report))}


def remember_streets(
    catalog: Catalog, study: Study, earlier: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Load streets as :func:`load_streets`, and look only at those with other lines than before.

    Parameters
    ----------
    earlier
        What this gave before; the streets are the same without.

    Returns
    -------
    outputs
        Those of :func:`load_streets`, and ``streets_along``: which official lines run along which
        line of a street, for ``earlier`` of the next time.
    """
    with remembering(Memory.of((earlier or {}).get("streets_along"))) as memory:
        loaded = load_streets(catalog, study)
    return loaded | {"streets_along": memory.arrays()}


def _read_streets(catalog: Catalog, study: Study) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    file = catalog.file(one(catalog, "streets"))
    crs, rules = study.study.crs, street_rules(study.modes)
    ending = file.suffix.lower()
    if ending == ".pbf":
        streets, read = read_osm_streets(file, crs=crs, rules=rules)
        return streets, asdict(read)
    if ending == ".graphml":
        streets, fetched = read_graphml_streets(file, crs=crs, rules=rules)
        return streets, asdict(fetched)
    nodes = catalog.file(one(catalog, "street_nodes"))
    streets = read_street_table(file, nodes, crs=crs, rules=rules)
    check_letters(streets[["name"]], where=str(file))
    return streets, {"edges": len(streets)}


def street_rules(modes: Modes) -> StreetRules:
    """Hand on the study's decisions on what each mode may use, as readers of streets take them."""
    own = {"walk": walk_rules(modes.walk)}
    if modes.bike is not None:
        stated = (modes.bike.open_bicycle, modes.bike.closed_bicycle)
        own["bike"] = _mode_rules("bike", modes.bike, *stated)
    if modes.car is not None:
        own["car"] = _mode_rules("car", modes.car, modes.car.open_car, modes.car.closed_car)
    return StreetRules(
        own,
        contraflow=() if modes.bike is None else modes.bike.contraflow,
        car_kph={} if modes.car is None else modes.car.speeds.value,
    )


def walk_rules(walk: Walk) -> ModeRules:
    """Hand on the study's decisions on what can be walked, for readers that know walking only."""
    return _mode_rules("walk", walk, walk.open_foot, walk.closed_foot)


def _mode_rules(
    name: str, decisions: ModeDecisions, opening: tuple[str, ...], closing: tuple[str, ...]
) -> ModeRules:
    return ModeRules(
        keys=KEYS[name],
        closed_kinds=decisions.closed_kinds,
        closed_access=decisions.closed_access,
        opening=opening,
        closing=closing,
        closed_barriers=decisions.closed_barriers,
        closed_marks=decisions.closed_marks,
    )


def hull_of_streets(streets: gpd.GeoDataFrame) -> dict[str, Any]:
    """Take of all streets what is asked without their lines, which take long to read.

    Returns
    -------
    outputs
        ``street_hull``: one row, their convex hull, which stands for them where their extent is
        asked; its own hull is the same, to the last bit. ``street_facts``: ``id``, ``name``,
        ``kind``, ``tunnel`` and ``bridge`` of every street, and of those that were cut as a whole.
    """
    hull = shapely.convex_hull(shapely.geometrycollections(streets.geometry.to_numpy()))
    return {
        "street_hull": gpd.GeoDataFrame({"id": ["streets"]}, geometry=[hull], crs=streets.crs),
        "street_facts": pd.DataFrame(with_wholes(streets)[FACTS]).reset_index(drop=True),
    }


def street_coverage(catalog: Catalog, streets: gpd.GeoDataFrame) -> shapely.Geometry:
    """Find where the streets are whole: what the catalog states, else their hull, less 100 m.

    Of the streets their hull (:func:`hull_of_streets`) is enough.
    """
    stated = catalog.layers[one(catalog, "streets")]
    whole = (
        shapely.convex_hull(shapely.geometrycollections(streets.geometry.to_numpy()))
        if stated.coverage is None
        else coverage_polygon(stated, str(streets.crs))
    )
    return shapely.buffer(whole, -EDGE_M)


def coverage(
    catalog: Catalog, role: Any, streets: gpd.GeoDataFrame, municipality: gpd.GeoDataFrame
) -> shapely.Geometry:
    """Find where a figure over one kind of places is whole: inside the streets and the layer.

    A layer covers what the catalog states, else the municipality. The streets cover what the
    catalog states, else their convex hull; a search that comes within 100 m of their end has
    met it.
    """
    covered = street_coverage(catalog, streets)
    layers = catalog.by_role(role)
    if not layers:
        # nothing is known beyond the municipality: jobs are modelled inside it only
        return shapely.intersection(covered, municipality.geometry.iloc[0])
    for layer in layers.values():
        own = (
            municipality.geometry.iloc[0]
            if layer.coverage is None
            else coverage_polygon(layer, str(streets.crs))
        )
        covered = shapely.intersection(covered, own)
    return covered


def of_the_study(table: Frame, study: Study, report: LayerReport) -> Frame:
    """Keep the rows about areas that the study shows, and count the others."""
    shown = table["area_id"].isin([quarter.area for quarter in study.quarters])
    if not shown.all():
        report.dropped["about an area that the study does not show"] += int((~shown).sum())
        report.rows = int(shown.sum())
    return table.loc[shown].reset_index(drop=True)


def chosen(table: gpd.GeoDataFrame, ids: list[str], key: str, catalog: Catalog) -> gpd.GeoDataFrame:
    """Pick the rows that the study names, in its order.

    Raises
    ------
    ConfigError
        If there is none of some.
    """
    missing = [name for name in ids if name not in set(table["id"])]
    if missing:
        msg = (
            f"study.toml: {key} names {first(missing)}, which no layer of {catalog.path.name} "
            f"({catalog.path}) holds; there are {first(table['id']) or 'none'}. Correct one."
        )
        raise ConfigError(msg)
    return table.set_index("id").loc[ids].reset_index()
