"""By public transport for others than adults, in a town of one street and two buses.

A home, 100 m to stop A, and 2,900 m on to stop B, where the jobs and the station are. Buses leave
A at 7:20 and 7:30 and are at B six minutes later. People leave home at 7:00, 7:01 ... 7:09, so by
the first bus they need 17 to 26 minutes, by the second 27 to 36; half of them 21, or 31.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.pipeline.modes import build_mode_graph
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.robustness_steps import case_study
from htkgis.pipeline.service_windows import _boarding
from htkgis.pipeline.steps import needed, run_steps
from htkgis.pipeline.transit_measures import measure_transit
from htkgis.pipeline.transit_walks import measure_walks
from htkgis.robustness_rules import Case
from htkgis.study import read_study
from tests.network.towns import streets
from tests.pipeline.set_points import places_at, rows_at, stops_at

ROOT = Path(__file__).parents[2]
EAST_M, NORTH_M = 707_000.0, 6_172_000.0
WALK_ALL_MIN = 3000 / (2.9 / 3.6) / 60
CATALOG = read_catalog(ROOT / "layers" / "catalog.toml")
STUDY = read_study(ROOT / "study.toml")
WINDOW = next(iter(STUDY.transit.windows.values())).model_copy(update={"value": ("07:00", "07:10")})
STUDY = STUDY.model_copy(
    update={"transit": STUDY.transit.model_copy(update={"windows": {"rush": WINDOW}})}
)


def at(metres):
    return shapely.Point(EAST_M + metres, NORTH_M)


def points(metres, **columns):
    where = [at(each) for each in metres]
    return gpd.GeoDataFrame(columns, geometry=where, crs="EPSG:25832")


YES, NO, UNSTATED = True, False, None


def buses(first, second):
    """Two buses from A to B; each says whether it takes wheelchairs, or nothing."""
    rows = [
        (trip, "r", 3, stop, place, leaves_s + 360 * place, leaves_s + 360 * place, True, True, own)
        for trip, leaves_s, own in (("t", 26_400, first), ("u", 27_000, second))
        for place, stop in enumerate("AB")
    ]
    columns = ["trip_id", "route_id", "route_type", "stop_id", "sequence", "arrival_s"]
    columns += ["departure_s", "pickup", "drop_off", "wheelchair"]
    table = pd.DataFrame(rows, columns=columns).astype({"wheelchair": "boolean"})
    whole = dict.fromkeys(["headway_s", "start_s", "end_s"], 0)
    table = table.assign(bikes=pd.array([pd.NA] * 4, dtype="boolean"), **whole)
    seconds = ["sequence", "arrival_s", "departure_s", *whole]
    return table.astype(dict.fromkeys(seconds, "int32"))


@pytest.fixture(scope="module")
def places(study_cache):
    """One place of the embedded study that holds jobs, moved to stop B."""
    steps = profile_steps(STUDY, CATALOG, CATALOG.checked_hashes(), "da")
    results = run_steps(needed(steps, ("places",)), study_cache)
    table = results["places"]
    one = table[table["unit"].eq("jobs") & table["measured"]].iloc[:1].copy()
    return one.assign(opportunities=1000.0).set_geometry([at(3000)], crs=table.crs)


def tables(places, lens, *, service=None, stops=(UNSTATED, UNSTATED), study=STUDY, shifts=None):
    street = streets(
        [("w", "a", 5000, 0), ("a", "b", 3000, 0), ("b", "e", 5000, 0)],
        {"w": (EAST_M - 5000, NORTH_M), "a": (EAST_M, NORTH_M)}
        | {"b": (EAST_M + 3000, NORTH_M), "e": (EAST_M + 8000, NORTH_M)},
        modes=("walk",),
    ).assign(kind="residential")
    arrays = build_mode_graph(street, study=study, mode="walk", lens=lens)
    (graph,) = [value for name, value in arrays.items() if name.endswith("graph")]
    wheelchair = pd.array(stops, dtype="boolean")
    known = points([100, 3000], id=["A", "B"], name=["A", "B"]).assign(
        function="stop", wheelchair=wheelchair
    )
    nothing = points([], id=[])
    homes = points([0], id=["home"], area_id=["x"])
    station = points([3000], id=["B"], name=["B"])
    walks = measure_walks(
        graph,
        homes,
        places,
        rows_at(graph, homes, study),
        places_at(graph, places, study),
        stops_at(graph, known, study),
        stops_at(graph, station, study),
        street,
        gpd.GeoDataFrame({"id": ["m"]}, geometry=[at(0).buffer(100_000)], crs=nothing.crs),
        known,
        station,
        None,
        study=study,
        catalog=CATALOG,
        lens=lens,
    )
    ways, _ = walks.values()
    trips = buses(UNSTATED, UNSTATED) if service is None else service
    found = measure_transit(
        ways, homes, places, trips, known, station, study=study, lens=lens, shifts=shifts
    )
    prefix = "transit_" if lens == "adult" else f"transit_{lens}_"
    name = f"{prefix}access"
    assert set(found) == {f"{prefix}found", name, *(f"case_{case}_{name}" for case in shifts or ())}
    del found[f"{prefix}found"]
    assert {own for table in found.values() for own in table["lens"]} == {lens}
    return {key.removesuffix(name): table for key, table in found.items()}


def measured(*args, **options):
    (table,) = tables(*args, **options).values()
    return table


def minutes(*args, **options):
    table = measured(*args, **options)
    return table.loc[table["measure"] == "station_time", "value"].item()


def jobs(table):
    own = table[table["measure"] == "jobs_of_departures"]
    return own.set_index("limit_min")["value"].to_dict()


def test_an_adult_takes_the_first_bus_whatever_it_says_of_wheelchairs(places):
    assert minutes(places, "adult", service=buses(NO, UNSTATED), stops=(NO, UNSTATED)) == 21


SHIFTS = {"sooner": -5, "later": 10, "much_later": 90}


@pytest.mark.parametrize("lens", ["adult", "wheelchair"])
def test_who_leaves_at_another_time_has_the_figures_of_a_study_that_says_so(places, lens):
    # of single workplaces, so that what few hold is hidden, and rounded, in each case anew
    several = workplaces_at_b(places, 5)
    found = tables(several, lens, service=buses(NO, UNSTATED), shifts=SHIFTS)
    alone = measured(several, lens, service=buses(NO, UNSTATED))
    pd.testing.assert_frame_equal(found[""], alone, check_exact=True)
    for case, minutes_later in SHIFTS.items():
        shift = {"value": minutes_later, "unit": "min", "source": "skøn"}
        study = case_study(STUDY, Case(shift=shift))
        moved = measured(several, lens, service=buses(NO, UNSTATED), study=study)
        pd.testing.assert_frame_equal(found[f"case_{case}_"], moved, check_exact=True)
        assert not moved["value"].equals(alone["value"])


def test_minutes_are_those_of_the_first_bus_that_can_be_caught(places):
    found = tables(places, "adult", shifts=SHIFTS)
    times = {
        case: table.loc[table["measure"] == "station_time", "value"].item()
        for case, table in found.items()
    }
    # the first bus is there at 7:26: whoever leaves in the fifth last minute before 7:10, or
    # 7:05; of those from 7:10 on the ones after 7:17 miss it, and need 17 and 18 minutes
    assert times[""] == 21
    assert times["case_sooner_"] == 26
    assert times["case_later_"] == 13
    assert times["case_much_later_"] == pytest.approx(3000 / (4.5 / 3.6) / 60, abs=0.05)


def test_a_wheelchair_waits_for_the_bus_that_does_not_refuse_it(places):
    table = measured(places, "wheelchair", service=buses(NO, UNSTATED))
    assert table.loc[table["measure"] == "station_time", "value"].item() == 31
    # only those who leave in the last four of the ten minutes are there within half an hour
    assert jobs(table) == {30: 0, 45: 1000, 60: 1000}
    assert jobs(measured(places, "adult", service=buses(NO, UNSTATED)))[30] == 1000


@pytest.mark.parametrize("stated", [YES, UNSTATED])
def test_a_bus_that_takes_wheelchairs_or_says_nothing_is_used(places, stated):
    assert minutes(places, "wheelchair", service=buses(stated, NO)) == 21


@pytest.mark.parametrize(
    ("service", "stops"),
    [
        (buses(NO, NO), (UNSTATED, UNSTATED)),
        (buses(YES, YES), (NO, YES)),
        (buses(YES, YES), (YES, NO)),
    ],
)
def test_where_no_bus_or_stop_can_be_used_a_wheelchair_goes_all_the_way(places, service, stops):
    found = minutes(places, "wheelchair", service=service, stops=stops)
    assert found == pytest.approx(WALK_ALL_MIN, abs=0.05)
    assert minutes(places, "older", service=service, stops=stops) == 21


def test_the_day_counts_what_is_closed_and_what_says_nothing():
    stated = pd.Series(pd.array([True, False, None, None], dtype="boolean"))
    assert _boarding(stated) == {"all": 4, "closed": 1, "unstated": 2}


def test_jobs_of_an_interval_have_both_ends_and_an_open_end_is_missing(places):
    closed, open_ended = (
        measured(places.assign(opportunities_low=900.0, opportunities_high=high), "adult")
        for high in (1300.0, np.nan)
    )
    values = closed[closed["limit_min"] == 30].set_index("measure")["value"].to_dict()
    names = [f"jobs_of_departures{end}" for end in ("_low", "", "_high")]
    assert [values[name] for name in names] == [900, 1000, 1300]
    ends = open_ended.set_index(["measure", "limit_min"])["value"]
    assert ends["jobs_of_departures_low"].tolist() == [900, 900, 900]
    assert ends["jobs_of_departures_high"].isna().tolist() == [True, True, True]


def workplaces_at_b(places, count):
    """So many single workplaces at stop B, of 137 jobs each, with a low end of 100."""
    several = pd.concat([places] * count, ignore_index=True)
    ends = {"opportunities_low": 100.0, "opportunities_high": 199.0}
    return several.assign(
        id=[f"w{at}" for at in range(count)], opportunities=137.0, opportunities_hidden=True, **ends
    )


def jobs_at_limit(table, limit_min):
    """All jobs within a limit and their ends, and whether they are hidden."""
    own = table[table["unit"].eq("jobs") & table["limit_min"].eq(limit_min)]
    assert not own.loc[own["hidden"], "lower_bound"].any()
    return own["value"].tolist(), own["hidden"].tolist()


def test_jobs_of_few_workplaces_and_their_ends_are_hidden(places):
    assert (STUDY.disclosure.min_count.value, STUDY.jobs.rounding.value) == (5, 100)
    values, hidden = jobs_at_limit(measured(workplaces_at_b(places, 4), "adult"), 45)
    assert np.isnan(values).all()
    assert hidden == [True, True, True]


def test_jobs_of_enough_workplaces_and_their_ends_are_rounded(places):
    table = measured(workplaces_at_b(places, 5), "adult")
    # 685 jobs, at least 500 and at most 995; more may lie beyond the border, so none is rounded up
    assert jobs_at_limit(table, 45) == ([600, 500, 900], [False, False, False])
    assert table.loc[table["unit"] == "jobs", "lower_bound"].all()


def test_jobs_at_enough_single_workplaces_are_told_of_everybody_who_travels(places):
    table = measured(workplaces_at_b(places, 5), "older")
    assert jobs_at_limit(table, 45) == ([600, 500, 900], [False, False, False])
    minutes_to_station = table[table["measure"] == "station_time"]
    assert minutes_to_station["value"].tolist() == [21]
    assert not minutes_to_station["hidden"].any()


def test_jobs_of_zones_are_told_of_everybody(places):
    zones = workplaces_at_b(places, 1).assign(opportunities_hidden=False)
    for lens in ("adult", "older"):
        assert jobs_at_limit(measured(zones, lens), 45) == ([137, 100, 199], [False] * 3)
