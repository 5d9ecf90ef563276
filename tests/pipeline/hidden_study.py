"""A study in which figures of few are hidden: a register of workplaces, a hamlet, rare traits."""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import tomlkit

from htkgis.store import sha256_file

ROOT = Path(__file__).parents[2]
QUARTER, AREA = "videnskvarteret", "gadehavegaard"
FACTORY_JOBS = 4_129
"""Of the one factory: no other number of the study is it, nor lies near it."""
SHOPS = 12
RARE_PERCENT = 0.0531
FEW_RESIDENTS = 41.37
FEW_DWELLINGS, POPULATION = 11, 4_777
"""Of the area; so few dwellings hide its residents, however many."""
CELL_M = 100.0
WHOLE = {
    "title": "Lag",
    "title_en": "Layer",
    "source": "opdigtet til testen",
    "source_en": "made up for the test",
    "licence": "CC0 1.0",
    "credit": "ingen",
    "published": "2026",
}


def centre(area_id):
    """Middle of an area, in degrees."""
    areas = pd.read_csv(ROOT / "layers" / "housing_areas.csv").set_index("id")
    return shapely.from_wkt(areas.loc[area_id, "outline_wkt_wgs84"]).representative_point()


def workplaces():
    """One factory and twelve shops near the middle of an area, each a row."""
    home = centre(AREA)
    rows = [("factory", "Fabrikken", "industry", FACTORY_JOBS, home.x + 0.002, home.y)]
    rows += [
        (
            f"shop{n}",
            f"Butik {n}",
            "trade_transport",
            150 + 7 * n,
            home.x - 0.002,
            home.y + n * 1e-5,
        )
        for n in range(SHOPS)
    ]
    return pd.DataFrame(rows, columns=["id", "name", "sector", "jobs", "lon", "lat"])


def homes(areas):
    """House numbers with the persons of the cells around them: few in one area, many beside."""
    points, cells = [], []
    for area_id, persons in areas.items():
        middle = gpd.GeoSeries([centre(area_id)], crs=4326).to_crs(25832).iloc[0]
        points.append((f"house_{area_id}", middle))
        cells.append((persons, middle.buffer(CELL_M / 2, cap_style="square")))
    addresses = gpd.GeoDataFrame(
        {"id": [key for key, _ in points]}, geometry=[at for _, at in points], crs=25832
    )
    population = gpd.GeoDataFrame(
        {"id": [f"c{n}" for n in range(len(cells))], "persons": [who for who, _ in cells]},
        geometry=[cell for _, cell in cells],
        crs=25832,
    )
    return addresses, population


def write_study(folder):
    """Write the study on foot into a folder: the embedded one with layers of its own."""
    study = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
    for name in ("bike", "ebike", "car"):
        study["modes"].pop(name, None)
    for name in ("explorer", "robustness"):
        study.pop(name, None)
    study["disclosure"]["min_count"]["value"] = 5
    (folder / "study.toml").write_text(tomlkit.dumps(study), "utf-8")
    shutil.copytree(ROOT / "layers", folder / "layers")
    path = folder / "layers" / "catalog.toml"
    catalog = tomlkit.parse(path.read_text("utf-8"))
    layers = catalog["layers"]
    _add_workplaces(layers, folder / "layers")
    _add_homes(layers, folder / "layers")
    _add_rare(layers, folder / "layers")
    _leave_few_dwellings(layers, folder / "layers")
    path.write_text(tomlkit.dumps(catalog), "utf-8")
    return folder


def paths(folder):
    """Study and catalog."""
    return folder / "study.toml", folder / "layers" / "catalog.toml"


def _add_workplaces(layers, folder):
    file = folder / "workplaces.csv"
    workplaces().to_csv(file, index=False)
    jobs = layers["jobs"]
    del jobs["sketch_scale"], jobs["constants"]
    jobs |= {
        "path": file.name,
        "sha256": sha256_file(file),
        "geometry": {"lat": "lat", "lon": "lon"},
        "columns": {"id": "id", "name": "name", "sector": "sector", "opportunities": "jobs"},
        "constants": {
            "function": "jobs",
            "unit": "jobs",
            "status": "existing",
            "position_accuracy_m": 5,
        },
    }


def _add_homes(layers, folder):
    areas = {AREA: FEW_RESIDENTS, "taastrupgaard": 2_000.0, "charlottekvarteret": 1_900.0}
    addresses, population = homes(areas)
    for name, table in (("addresses", addresses), ("population", population)):
        file = folder / f"{name}.gpkg"
        table.to_file(file, layer=name, driver="GPKG")
        columns = {column: column for column in table.columns if column != "geometry"}
        layers[name] = WHOLE | {"path": file.name, "sha256": sha256_file(file), "columns": columns}


def _add_rare(layers, folder):
    file = folder / "rare.csv"
    file.write_text(
        f"indicator,area_id,year,value,unit\nconvicted,{AREA},2023,{RARE_PERCENT},percent\nresidents,{AREA},2023,1979,persons\n",
        "utf-8",
    )
    columns = {name: name for name in ("indicator", "area_id", "year", "value", "unit")}
    layers["rare"] = WHOLE | {
        "path": file.name,
        "role": "indicators",
        "sha256": sha256_file(file),
        "columns": columns,
    }


def _leave_few_dwellings(layers, folder):
    file = folder / "housing_areas.csv"
    areas = pd.read_csv(file)
    own = areas["id"] == AREA
    areas.loc[own, ["dwellings_2017", "residents_2016"]] = [FEW_DWELLINGS, POPULATION]
    areas.to_csv(file, index=False)
    for name in ("housing_areas", "area_facts"):
        layers[name]["sha256"] = sha256_file(file)
