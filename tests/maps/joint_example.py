"""Three quarters with a region, projects and differences, as their joint pages take them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.maps import JointLayers
from htkgis.profile.differences import class_of
from tests.maps.example_whole import whole_profile
from tests.maps.layers_example import CRS, example_layers
from tests.maps.profile_example import QUARTERS

STOPS = (
    ("aa", "Aalstrup St.", "station", -9000, 0),
    ("ae", "Ærø St.", "station", 9000, 2500),
    ("b1", "Bøgevej <b>", "stop", 0, 400),
    ("b2", None, "stop", 500, 0),
)
MINUTES = {"aa": 31.26, "ae": 58.0, "b1": 4.8}
"""Median to each stop that is reached within an hour; ``b2`` is not."""
LIMITS = (30, 45, 60)
QUARTERS_LAST = list(QUARTERS)[-1]
DELTAS = {
    None: (1, 0, -2, None, 4),
    "school": (-7.6, 0.9, 12.0, None, 1.0),
    "station": (0, 0, 0, 0, 0),
}
BREAKS = {"min": (1.0, 5.0, 10.0), "functions": (1, 2, 4)}


def joint_profiles(language: str = "da") -> list[dict[str, object]]:
    """Whole profiles with what the pages of all quarters need besides; ids of projects differ."""
    found = []
    for quarter in QUARTERS:
        profile = whole_profile(quarter, language=language)
        # statuses differ by quarter, so that every sign is drawn; one place is roughly known
        projects = [
            {**row, "id": f"{quarter}-{row['id']}", "accuracy_m": 200 if at else 25}
            | {"approximate": row["on_map"] and bool(at)}
            for at, row in enumerate(profile["projects"])
        ]
        if quarter == "videnskvarteret":
            projects[0] |= {"status": "cancelled"}
            projects[3] |= {"status": "planned", "year_to": None}
        # from the last quarter the bus takes longer, so that its map is another
        later = 30.0 if quarter == QUARTERS_LAST else 0.0
        parts = {"region": example_region(later), "differences": example_differences()}
        found.append(profile | parts | {"projects": projects})
    return found


def example_region(later: float = 0.0) -> dict[str, object]:
    """Three stops of four within an hour, one of them ``later``."""
    minutes = MINUTES | {"b1": MINUTES["b1"] + later}
    rows = [
        {
            "id": key,
            "name": name,
            "on_rails": kind == "station",
            "limit_min": next(limit for limit in LIMITS if minutes[key] <= limit),
            "min": minutes[key] - 1,
            "median": minutes[key],
            "max": None if key == "ae" else minutes[key] + 2,
            "share": 1.0,
        }
        for key, name, kind, *_ in STOPS
        if key in minutes
    ]
    return {
        "window": "rush",
        "percentile": 50.0,
        "origins": 5,
        "within": [
            {
                "limit_min": limit,
                "stops": sum(row["limit_min"] <= limit for row in rows),
                "stations": sum(row["limit_min"] <= limit and row["on_rails"] for row in rows),
            }
            for limit in LIMITS
        ],
        "beyond": 1,
        "rows": sorted(rows, key=lambda row: row["median"]),
    }


def example_differences() -> dict[str, object]:
    """Every kind of difference at five origins."""
    sides = ("midten", "vest", "nord", "øst", "syd")
    return {
        "baseline": 2017,
        "state": 2026,
        "everyday_min": 15.0,
        "classes": {unit: list(breaks) for unit, breaks in BREAKS.items()},
        "origins": [{"id": side, "name": f"Startpunkt {side}"} for side in sides],
        "rows": [_row(function, sides) for function in DELTAS],
        "bike_rows": [_row("school", sides)],
        "coming": [],
    }


def _row(function: str | None, sides: tuple[str, ...]) -> dict[str, object]:
    unit = "functions" if function is None else "min"
    values = []
    for side, delta in zip(sides, DELTAS[function], strict=True):
        step = None if delta is None else class_of(delta, BREAKS[unit])
        kind = "unsure" if step is None else "same" if step == 0 else "less" if step < 0 else "more"
        after = 20 if delta is None else 20 + delta
        values.append(
            {
                "id": side,
                "before": 20,
                "before_bound": delta is None,
                "after": after,
                "after_bound": False,
                "delta": delta,
                "kind": kind,
                "step": step,
            }
        )
    kinds = ("less", "same", "more", "new", "gone", "unreached", "unsure")
    known = [value["delta"] for value in values if value["delta"] is not None]
    return {
        "function": function,
        "unit": unit,
        "counts": {kind: sum(value["kind"] == kind for value in values) for kind in kinds},
        "min": min(known),
        "median": sorted(known)[len(known) // 2],
        "max": max(known),
        "values": values,
    }


def joint_layers() -> JointLayers:
    """Outlines and gates of the three quarters, four stops, and two projects in each quarter."""
    each = {name: example_layers(name) for name in QUARTERS}

    def stacked(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
        joined = pd.concat(frames, ignore_index=True)
        return gpd.GeoDataFrame(joined, geometry="geometry", crs=CRS)

    first = each[next(iter(each))]
    x, y = first.area.geometry.iloc[0].centroid.coords[0]
    points = [shapely.Point(x + east, y + north) for *_, east, north in STOPS]
    stops = pd.DataFrame(STOPS, columns=["id", "name", "kind", "x", "y"]).drop(columns=["x", "y"])
    lines = pd.DataFrame({"id": None, "name": None, "kind": ["rail", "bus"]})
    ways = [shapely.LineString(points[:2]), shapely.LineString(points[2:])]
    return JointLayers(
        municipality=first.municipality,
        quarters=stacked([own.quarter.assign(name=name.title()) for name, own in each.items()]),
        areas=stacked([own.area.assign(name=own.area["id"]) for own in each.values()]),
        origins=first.origins,
        streets=first.streets,
        projects=stacked(
            [
                own.projects[["id", "geometry"]].assign(
                    id=[f"{name}-{key}" for key in own.projects["id"]]
                )
                for name, own in each.items()
            ]
        ),
        region=gpd.GeoDataFrame(
            pd.concat([lines, stops], ignore_index=True), geometry=[*ways, *points], crs=CRS
        ),
    )
