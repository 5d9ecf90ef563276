"""A profile as the profile stage hands it over, for three quarters; numbers are made up."""

from __future__ import annotations

from tests.maps.example_facts import (
    AREAS,
    CRITERIA,
    LIMITS,
    LIST_2016,
    NEAREST,
    PLACES,
    QUARTERS,
)
from tests.maps.example_parts import example_downloads, with_parts


def example_profile(quarter: str = "kulturkvarteret") -> dict[str, object]:
    """Every key of a profile: three modes, two years, shares of residents."""
    return with_parts(plain_profile(quarter), LIMITS)


def plain_profile(quarter: str = "kulturkvarteret") -> dict[str, object]:
    """Build a profile as it was before modes, changes and shares; missing values included."""
    about = QUARTERS[quarter]
    name, organisation, built, dwellings, population = AREAS[about["area_id"]]
    more = 1 + 0.1 * list(QUARTERS).index(quarter)
    return {
        "study": {
            "id": "hoje-taastrup",
            "name": "Tre kvarterer",
            "municipality": "Høje-Taastrup Kommune",
            "state": 2026,
            "crs": "EPSG:25832",
        },
        "quarter": {"id": quarter, **about},
        "area": {
            "id": about["area_id"],
            "name": name,
            "housing_organisation": organisation,
            "built": built,
            "dwellings": dwellings,
            "dwellings_year": 2017,
            "population": population,
            "population_year": 2016,
        },
        "origins": {"kind": "gate", "count": 5},
        "assumptions": {
            "mode": "walk",
            "speed_kph": 4.5,
            "max_snap_m": 300.0,
            "isochrone_buffer_m": 30.0,
            "limits_min": list(LIMITS),
            "job_limits_min": [15, 30],
            "max_position_accuracy_m": 150.0,
            "sources": {"speed_kph": "Vejdirektoratet, håndbog om fodgængertrafik"},
        },
        "finding": {
            "key": "finding.within",
            "values": {
                "area": name,
                "within": 6,
                "measured": 11,
                "limit_min": 15,
                "farthest_function": "education",
                "farthest_min": round(26.3 * more, 1),
            },
        },
        "key_figures": _key_figures(about["station_name"], more),
        "nearest": list(_nearest(more)),
        "counts": list(_counts()),
        "jobs": [
            {"limit_min": 15, "min": 1200, "median": 3500, "max": 4500, "lower_bound": False}
            | {"hidden": False},
            {"limit_min": 30, "min": 14500, "median": 16000, "max": 21000, "lower_bound": True}
            | {"hidden": False},
        ],
        "comparison": list(_comparison()),
        "criteria": _criteria(about["area_id"], population),
        "projects": _projects(),
        "places": [_place(*row) for row in PLACES[quarter]],
        "unsnapped": [{"id": "hedeland", "name": "Hedeland Naturpark", "distance_m": 612.4}],
        "notes": [
            {"key": "note.sketch_network", "values": {}},
            {"key": "note.approximate", "values": {"count": 2}},
            {"key": "note.moved", "values": {}},
        ],
    }


def example_run(**changes: object) -> dict[str, object]:
    """A run of the sketch study."""
    osm = "© OpenStreetMap-bidragydere"
    run: dict[str, object] = {
        "version": "0.1.0",
        "study_sha256": "9f2c4be1a7d05c33e61f0a8b",
        "run_id": "2f6d1c",
        "sources": [
            _source("streets", "Veje og stier (skitse)", osm, "ODbL 1.0", "2026-11-20"),
            _source("places", "Steder", "Høje-Taastrup Kommune", "CC BY 4.0", "2026-11"),
            _source("jobs", "Arbejdspladser, model", "Høje-Taastrup Kommune", "CC BY 4.0", "2017"),
        ],
        "sketch": True,
        "sketch_scale": "1:20.000",
        "downloads": example_downloads(QUARTERS),
        "language_links": {"da": "../kulturkvarteret.html", "en": "en/kulturkvarteret.html"},
    }
    return run | changes


def _source(layer: str, title: str, credit: str, licence: str, published: str) -> dict[str, str]:
    return {
        "layer": layer,
        "title": title,
        "credit": credit,
        "licence": licence,
        "published": published,
        "source": f"layers/{layer}.csv",
    }


def _key_figures(station: str, more: float) -> list[dict[str, object]]:
    return [
        _figure("quarter_station", round(17.3 * more, 1), "min", station_name=station),
        _figure("functions_within", 6, "functions", measured=11, limit_min=15),
        _figure("nearest_shopping", round(9.9 * more, 1), "min"),
        _figure("jobs_within", 16000, "jobs", "at_least", limit_min=30),
    ]


def _figure(
    key: str, value: float, unit: str, bound: str | None = None, **values: object
) -> dict[str, object]:
    return {
        "key": f"key_figure.{key}",
        "value": value,
        "unit": unit,
        "bound": bound,
        "hidden": False,
        "values": values,
    }


def _nearest(more: float):
    for function, (low, middle, high, place) in NEAREST.items():
        for n, later in ((1, 0.0), (3, 6.5)):
            if n == 3 and function not in {"school", "shopping", "daycare"}:
                continue
            yield {
                "function": function,
                "n": n,
                "min": None if low is None else round(low * more + later, 1),
                "median": None if middle is None else round(middle * more + later, 1),
                "max": None if high is None else round(high * more + later, 1),
                "unit": "min",
                "upper_bound": function == "leisure",
                "place_id": place,
                "place_name": place,
                "places": 4,
            }


def _counts():
    for function, (_, middle, *_rest) in NEAREST.items():
        for limit in LIMITS:
            inside = 0 if middle is None else max(0, int((limit - middle) / 3) + 1)
            yield {
                "function": function,
                "limit_min": limit,
                "min": max(0, inside - 1),
                "median": inside,
                "max": inside + (1 if inside else 0),
                "lower_bound": limit == 30 and function == "green",
            }


def _comparison():
    rows = [("nearest", name, 1, None, "min", "less") for name in ("station", "school", "shopping")]
    rows.append(("nearest", "shopping", 3, None, "min", "less"))
    rows.append(("nearest", "care", 1, None, "min", "less"))
    rows.append(("count", "leisure", None, 15, "places", "more"))
    rows.append(("jobs", None, None, 30, "jobs", "more"))
    for indicator, function, n, limit, unit, direction in rows:
        base = {"min": 9.4, "places": 3, "jobs": 16000}[unit]
        yield {
            "indicator": indicator,
            "function": function,
            "n": n,
            "limit_min": limit,
            "unit": unit,
            "statistic": "median",
            "direction": direction,
            "values": [
                {
                    "quarter_id": quarter,
                    "quarter_name": about["name"],
                    "value": None if function == "care" and at else base * (1 + 0.35 * at),
                    "lower_bound": indicator == "jobs",
                    "upper_bound": False,
                    "hidden": False,
                }
                for at, (quarter, about) in enumerate(QUARTERS.items())
            ],
        }


def _criteria(area: str, population: int) -> dict[str, object]:
    rows = []
    for (indicator, operator, threshold), value in zip(CRITERIA, LIST_2016[area], strict=True):
        met = value > threshold if operator == ">" else value < threshold
        rows.append(
            {
                "indicator": indicator,
                "value": value,
                "operator": operator,
                "threshold": threshold,
                "unit": "%",
                "met": met,
            }
        )
    return {
        "list": "ghettolisten (2014-2017)",
        "list_en": "the ghetto list (2014-2017)",
        "year": 2016,
        "needed": 3,
        "of": 5,
        "met": sum(row["met"] for row in rows),
        "min_residents": 1000,
        "residents": population,
        "size_met": True,
        "on_list": True,
        "rows": rows,
    }


def _projects() -> list[dict[str, object]]:
    return [
        _project("boernekulturhus", "Børnekulturhus", "institution", (2017, 2022), None, "done"),
        _project("nedrivning", "Nedrivning af 8 blokke", "housing", (2017, 2020), None, "done"),
        _project("boligsocial", "Boligsocial helhedsplan", "social", (2016, 2020), 19.5, "done"),
        _project("boliger", "Boliger ved Selsmosen", "housing", (2018, 2026), None, "running"),
        _project("sti", "Stibro til Teknologisk Institut", "link", (None, None), None, "planned"),
    ]


def _project(
    key: str,
    name: str,
    kind: str,
    years: tuple[int | None, int | None],
    budget: float | None,
    status: str,
) -> dict[str, object]:
    return {
        "id": key,
        "name": name,
        "kind": kind,
        "phase": "-".join(str(year) for year in years if year) or "planlagt",
        "year_from": years[0],
        "year_to": years[1],
        "budget_mio": budget,
        "quantity": "10.000 m² skole og daginstitution" if kind == "institution" else None,
        "note": "afløser 8 blokke" if kind == "institution" else None,
        "status": status,
        "on_map": key in {"boernekulturhus", "boliger"},
    }


def _place(
    key: str,
    name: str,
    function: str,
    lon: float,
    lat: float,
    state: str,
    approximate: bool,  # noqa: FBT001
) -> dict[str, object]:
    measured = state == "existing" and not approximate
    return {
        "id": key,
        "name": name,
        "function": function,
        "state": state,
        "approximate": approximate,
        "measured": measured,
        "valid_from": 2022 if key == "boernekulturhuset" else None,
        "valid_to": 2021 if state == "closed" else None,
        "min": 4.2 if measured else None,
        "median": 7.9 if measured else None,
        "max": 12.6 if measured else None,
        "jobs": None,
        "jobs_hidden": False,
        "note": None,
    }
