"""Jobs per resident over a street: by hand, conserved, and nothing where nothing may be told."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from htkgis.access import two_step_fca
from htkgis.pipeline.competition import (
    jobs_per_resident,
    join_competition,
    measure_job_times,
)
from htkgis.pipeline.modes import build_mode_graph
from htkgis.profile.competition import competition_part
from htkgis.profile.disclosure import SmallNumbers
from tests.conftest import EAST_M, NORTH_M
from tests.pipeline.set_points import places_at, rows_at
from tests.pipeline.test_shares import CRS, LONG_M, STUDY, at, box
from tests.pipeline.whole_competition import measure_competition

RULES = SmallNumbers(1, 3, 5, (0.01,))


@pytest.fixture(scope="module")
def streets():
    ends = shapely.LineString([(EAST_M, NORTH_M), (EAST_M + LONG_M, NORTH_M)])
    facts = {"id": "s", "from_node": "a", "to_node": "b", "length_m": LONG_M, "kind": "residential"}
    flags = dict.fromkeys(("walk", "bike", "car"), True)
    flags |= dict.fromkeys(("oneway", "oneway_bike", "tunnel", "bridge"), False)
    return gpd.GeoDataFrame([facts | flags | {"car_kph": 45.0}], geometry=[ends], crs=CRS)


@pytest.fixture
def measured(catalog, streets):
    """Homes at 6,000, 6,750 and 9,000 m and one off the streets; works at 6,375 and 7,875 m."""
    graph = build_mode_graph(streets, study=STUDY, mode="walk")["walk_graph"]
    frame = gpd.GeoSeries([box(-2000, 17_000)], crs=CRS).to_crs(4326).bounds.iloc[0]
    wide = {"coverage": list(frame)}
    facts = {"jobs": {"path": "j.csv", **wide}, "streets": {"path": "s.pbf", **wide}}
    homes = gpd.GeoDataFrame(
        {"id": list("pqro"), "persons": [30.0, 10.0, 60.0, 5.0], "area_id": ["x", "x", None, "x"]},
        geometry=[*at(6000, 6750, 9000), shapely.Point(EAST_M + 6000, NORTH_M + 900)],
        crs=CRS,
    )
    works = gpd.GeoDataFrame(
        {"id": ["near", "far", "shop", "gone"], "opportunities": [20.0, 70.0, 1.0, 9.0]}
        | {"unit": ["jobs", "jobs", "places", "jobs"], "function": "business area"}
        | {"measured": [True, True, True, False]},
        geometry=at(6375, 7875, 6000, 6000),
    )
    whole = gpd.GeoDataFrame({"id": ["0169"]}, geometry=[box(0, LONG_M)], crs=CRS)

    def measure(homes=homes, works=works):
        found = measure_competition(
            graph, homes, works, streets, whole, study=STUDY, catalog=catalog(**facts), mode="walk"
        )
        return join_competition(found["walk_competition"], modes=("walk",))["competition"]

    measure.homes, measure.works = homes, works
    return measure


def test_jobs_are_shared_by_those_who_reach_them(measured):
    values = measured().set_index(["limit_min", "id"])["jobs_per_resident"]
    # 75 m a minute: p and q reach near in 5 min; q and r reach far, exactly on the limit of 15
    assert values[15].round(9).dropna().to_dict() == {"p": 0.5, "q": 0.5 + 1.0, "r": 1.0}
    # within 30 min p reaches far in 25; r is 35 min from near
    assert values[30].round(9).dropna().to_dict() == {"p": 0.5 + 0.7, "q": 0.5 + 0.7, "r": 0.7}


def test_all_jobs_that_anybody_reaches_are_shared_out_once(measured):
    table = measured()
    shared = (table["jobs_per_resident"] * table["persons"]).groupby(table["limit_min"]).sum()
    assert shared.round(6).tolist() == [90.0, 90.0]


def test_a_profile_sets_the_area_beside_all_residents(measured):
    part = competition_part(measured(), "x", RULES)
    first = part["rows"][0]
    assert (first["mode"], first["limit_min"], part["missing"]) == ("walk", 15, None)
    # 30 persons of 0.5 and 10 of 1.5; who is off the streets is in no figure
    assert first["area"] | {"edge": None} == {
        "mean": 0.75, "median": 0.5, "persons": 40, "edge": None, "hidden": False,
    }  # fmt: skip
    assert first["municipality"]["mean"] == 0.9
    assert first["municipality"]["median"] == 1.0


def test_of_few_persons_nothing_is_told(measured):
    row = competition_part(measured(), "x", SmallNumbers(20, 3, 5, (0.01,)))["rows"][0]
    hidden = {"mean": None, "median": None, "persons": None, "edge": False, "hidden": True}
    assert row["area"] == hidden
    assert not row["municipality"]["hidden"]
    nobody = competition_part(measured(), "elsewhere", RULES)["rows"][0]["area"]
    assert (nobody["mean"], nobody["persons"], nobody["hidden"]) == (None, 0, False)


@pytest.mark.parametrize("lacks", ["homes", "works", "told"])
def test_without_residents_or_jobs_or_of_single_workplaces_there_is_nothing(measured, lacks):
    changed = {
        "homes": {"homes": measured.homes.iloc[:0]},
        "works": {"works": measured.works.iloc[2:]},
        "told": {"works": measured.works.assign(opportunities_hidden=True)},
    }
    table = measured(**changed[lacks])
    assert table.empty
    assert competition_part(table, "x", RULES) == {
        "missing": "competition.not_measured",
        "rows": [],
    }


def test_where_the_data_end_for_some_the_figure_says_so(measured):
    table = measured()
    assert not table["edge"].any()  # the data reach beyond the street
    row = competition_part(table.assign(edge=table["id"].eq("r")), "x", RULES)["rows"][0]
    assert (row["area"]["edge"], row["municipality"]["edge"]) == (False, True)


AMOUNTS = st.floats(0, 1e6) | st.just(0.0)


@given(
    arrays(np.uint16, (3, 6), elements=st.integers(0, 1001)),
    arrays(np.float64, 6, elements=AMOUNTS),
    arrays(np.float64, 3, elements=AMOUNTS),
    st.sampled_from([0, 1, 600, 1000]),
)
def test_jobs_are_shared_as_the_measure_shares_them_to_the_last_bit(times, persons, jobs, limit_ds):
    place, home = np.nonzero(times < 1001)
    order = np.lexsort((place, home))
    pairs = pd.DataFrame(
        {"from_id": home[order].astype(str), "to_id": place[order].astype(str)}
        | {"travel_time_ds": times[place, home][order].astype(np.int64)}
    )
    demand, supply = (pd.Series(each, index=map(str, range(len(each)))) for each in (persons, jobs))
    expected = two_step_fca(pairs, demand, supply, limit_min=limit_ds / 600)
    found = jobs_per_resident(times, persons, jobs, limit_ds=limit_ds)
    np.testing.assert_array_equal(found, expected.to_numpy())


def test_a_place_of_jobs_is_reached_at_its_nearest_entrance(measured, catalog, streets):
    graph = build_mode_graph(streets, study=STUDY, mode="walk")["walk_graph"]
    doors = gpd.GeoDataFrame({"place_id": ["far", "far", "x"]}, geometry=at(7875, 6600, 6000))
    points = measured.works.iloc[:2]
    whole = gpd.GeoDataFrame({"id": ["0169"]}, geometry=[box(0, LONG_M)], crs=CRS)
    facts = {"jobs": {"path": "j.csv"}, "streets": {"path": "s.pbf"}}
    found = measure_job_times(
        graph, measured.homes, points, streets, whole, rows_at(graph, measured.homes, STUDY),
        places_at(graph, points, STUDY, entrances=doors),
        study=STUDY, catalog=catalog(**facts), mode="walk",
    )["walk_job_times"]  # fmt: skip
    # from 6,000, 6,750 and 9,000 m to 6,375 m, and to 6,600 or 7,875 m, at 75 m a minute
    assert (found["time_ds"] / 600).round(2).tolist()[1][:3] == [8.0, 2.0, 15.0]
    assert found["off"].tolist() == [False, False, False, True]
