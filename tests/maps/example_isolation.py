"""What a profile may say of isolation: closed, open, a lower bound, missing, a barrier unnamed."""

from __future__ import annotations

from typing import Any

from htkgis.profile.isolation import isolation_part

ISOLATION = {
    "surroundings_m": 1000.0,
    "same_place_m": 25.0,
    "point_spacing_m": 100.0,
    "least_straight_m": 200.0,
    "neighbours_m": 500.0,
    "crossing_spacing_m": 100.0,
    "crossing_reach_m": 100.0,
    "barrier_width_m": 60.0,
    "compared_addresses": 50,
    "limits_min": {"walk": 15.0, "bike": 5.0},
    "longest_min": {"walk": 60.0, "bike": 30.0},
    "closed": {
        "crossings_per_km": 10.0,
        "directness": 1.5,
        "reached_surroundings": 0.6,
        "through_movement": 0.5,
        "barrier_cost": 0.5,
    },
    "sketch_length": None,
}
RAIL = {
    "kind": "railway",
    "name": None,
    "saved_min": 0.75,
    "affected_share": 0.25,
    "lower_bound": False,
    "crossings": 4,
    "widest_gap_m": 833,
}
ROAD = {
    "kind": "road",
    "name": "Roskildevej",
    "saved_min": 0.2,
    "affected_share": 0.1,
    "lower_bound": True,
    "crossings": None,
    "widest_gap_m": None,
}


def measured(area_id: str, mode: str = "walk", **changed: Any) -> dict[str, Any]:
    """Give what is measured of one area: by four measures of five it is closed."""
    known: dict[str, Any] = {
        "area_id": area_id,
        "mode": mode,
        "crossings": {"count": 9, "outline_m": 1000, "per_km": 9.0, "lower_bound": False},
        "origins": 5,
        "edge": False,
        "directness": {
            "min": 1.4,
            "median": 1.5,
            "max": 1.7,
            "directions": [
                {"direction": "n", "ratio": None},
                {"direction": "se", "ratio": 1.8},
                {"direction": "w", "ratio": 1.3},
            ],
            "reached_share": 1.0,
        },
        "functions": [
            _function("station", 1.2),
            _function("school", 2.5),
            _function("green", None),
        ],
        "reached_share": 0.55,
        "neighbours": {
            "missing": None,
            "count": 3,
            "crossings": 14.0,
            "directness": 1.6,
            "reached_share": 0.7,
        },
        "through": {"missing": None, "ratio": 0.9},
        "barriers": {"missing": None, "rows": [RAIL, ROAD, ROAD | {"saved_min": 0.004}]},
    }
    return known | changed


def _function(function: str, ratio: float | None) -> dict[str, Any]:
    return {
        "function": function,
        "min": ratio,
        "median": ratio,
        "max": ratio,
        "way_m": 600.0,
        "straight_m": 400.0,
        "origins": 5 if ratio else 0,
    }


UNKNOWN = {
    "crossings": {"count": 9, "outline_m": 1000, "per_km": 9.0, "lower_bound": True},
    "neighbours": {"missing": "sketch"},
    "through": {"missing": "sketch"},
    "barriers": {"missing": "no_layer"},
}
"""What a sketch cannot tell."""


def example_isolation(profile: dict[str, Any]) -> dict[str, Any] | None:
    """Set the quarters of the example side by side: the own one, and ones of a sketch."""
    own, area = profile["quarter"]["id"], profile["area"]["name"]
    values = profile["comparison"][0]["values"]
    names = [
        {
            "quarter_id": value["quarter_id"],
            "quarter_name": value["quarter_name"],
            "area_id": f"area_{value['quarter_id']}",
            "area_name": area if value["quarter_id"] == own else "Vest",
        }
        for value in values
    ]
    facts = [
        measured(name["area_id"], mode, **({} if name["quarter_id"] == own else UNKNOWN))
        for mode in ("walk", "bike")
        for name in names
    ]
    return isolation_part(facts, names, ISOLATION, area_id=f"area_{own}")
