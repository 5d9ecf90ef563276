"""Cells of a grid where Danish studies have addresses and workplaces: what they count as."""

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.pipeline.explorer import _starts
from htkgis.pipeline.origin_kind import kind_of_origins
from htkgis.pipeline.places import _single_workplaces
from htkgis.study import read_study


def test_the_jobs_of_a_cell_are_no_single_workplace_that_needs_protection(catalog, root):
    study = read_study(root / "study.toml")
    layers = catalog(
        jobs={"path": "a.csv"},
        grid={"path": "b.csv", "role": "jobs", "each": "cell"},
        sketch={"path": "c.csv", "role": "jobs", "sketch_scale": "1:20.000"},
    )
    places = pd.DataFrame({"layer": ["jobs", "grid", "sketch"]})
    assert _single_workplaces(places, layers, study).tolist() == [True, False, False]


def test_a_start_without_a_name_stands_by_its_id_and_never_as_none(root):
    study = read_study(root / "study.toml")
    points = [shapely.Point(480_000 + x, 6_675_000) for x in (0, 5)]
    origins = gpd.GeoDataFrame(
        {"id": ["c1", "c2"], "area_id": study.quarters[0].area, "name": [None, "Mercado"]},
        geometry=points,
        crs="EPSG:31982",
    ).assign(name_en=None)
    areas = pd.DataFrame({"id": [study.quarters[0].area], "name": ["Area"]})
    starts = _starts(origins, areas, study)
    assert [each["name"] for each in starts] == ["c1", "Mercado"]
    assert all(lon < 0 and lat < 0 for lat, lon in (each["at"] for each in starts))


def test_new_homes_beside_cells_make_addresses_of_both():
    kinds = [["cell"], ["gate"], ["cell", "address"], []]
    found = [kind_of_origins(pd.DataFrame({"kind": each})) for each in kinds]
    assert found == ["cell", "gate", "address", "gate"]
