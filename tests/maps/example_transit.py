"""What a profile may say of public transport: bounds, missing times, some of the departures."""

from __future__ import annotations

WINDOWS = [
    {"window": "rush", "start": "07:00", "end": "09:00"},
    {"window": "evening", "start": "20:00", "end": "22:00"},
    {"window": "night_shift", "start": "23:30", "end": "24:30"},
]
STATIONS = [{"id": "h", "name": "København H"}, {"id": "r", "name": "Roskilde St."}]
TRANSIT = {
    "date": "2026-11-24",
    "source": "en almindelig tirsdag",
    "windows": WINDOWS,
    "stations": STATIONS,
    "percentile": 50.0,
    "sketch": True,
    "stops": 17,
    "step_free": {
        "lenses": ["wheelchair"],
        "known": "unknown",
        "trips": {"all": 18, "closed": 0, "unstated": 18},
        "stops": {"all": 17, "closed": 0, "unstated": 17},
    },
    "slack_s": 60,
    "max_walk_min": 20.0,
    "max_change_min": 10.0,
    "max_rides": 4,
    "search_min": 90.0,
    "draws": 100,
}


def example_transit(area: str) -> dict[str, object]:
    """Jobs within two limits and minutes to two stations, in three windows."""
    return {
        "windows": WINDOWS,
        "percentile": 50.0,
        "sketch": True,
        "jobs": [
            {
                "limit_min": limit,
                "values": [
                    _jobs("rush", most, lower_bound=bound),
                    _jobs("evening", most - 4000, lower_bound=bound),
                    _jobs("night_shift", 0, lower_bound=False),
                ],
            }
            for limit, most, bound in ((30, 16_000, False), (45, 22_000, True))
        ],
        "stations": [
            STATIONS[0]
            | {
                "values": [
                    _minutes("rush", (42.1, 47.5, 53.9), 1.0),
                    _minutes("evening", (43.5, 50.5, None), 0.985),
                    _minutes("night_shift", (None, None, None), 0.021),
                ]
            },
            STATIONS[1]
            | {
                "values": [
                    _minutes(window["window"], (35.5, 35.5, 35.5), 1.0) for window in WINDOWS
                ]
            },
        ],
        "finding": {
            "key": "finding.transit",
            "values": {
                "area": area,
                "limit_min": 45,
                "first_window": "rush",
                "first_jobs": 22_000,
                "windows": ["evening"],
                "jobs": 18_000,
                "share": 0.1818,
            },
        },
        "comparison": [
            _compared({"limit_min": 45}, "rush", (22_000, 9_100), bounds=(True, False)),
            _compared({"limit_min": 45}, "evening", (18_000, 0), bounds=(True, False)),
            _compared({"station": STATIONS[0]}, "rush", (47.5, 31.2)),
            _compared({"station": STATIONS[0]}, "evening", (50.5, None)),
        ],
        "lenses": {
            "limit_min": 45,
            "lenses": [
                {"lens": "adult", "step_free": None},
                {"lens": "older", "step_free": None},
                {"lens": "wheelchair", "step_free": "unknown"},
            ],
            "rows": [
                _of_lenses({"limit_min": 45}, "rush", (22_000, 11_000, 0), (True, True, False)),
                _of_lenses({"station": STATIONS[0]}, "evening", (50.5, 58.3, None)),
            ],
        },
    }


def _compared(
    what: dict[str, object],
    window: str,
    values: tuple[float | None, ...],
    bounds: tuple[bool, ...] = (False, False),
) -> dict[str, object]:
    names = (("vest", "Vestkvarteret"), ("oest", "Østkvarteret"))
    quarters = [{"quarter_id": key, "quarter_name": name} for key, name in names]
    return _row(what, window, quarters, values, bounds)


def _of_lenses(
    what: dict[str, object],
    window: str,
    values: tuple[float | None, ...],
    bounds: tuple[bool, ...] = (False, False, False),
) -> dict[str, object]:
    lenses = [{"lens": lens} for lens in ("adult", "older", "wheelchair")]
    return _row(what, window, lenses, values, bounds)


def _row(
    what: dict[str, object],
    window: str,
    columns: list[dict[str, str]],
    values: tuple[float | None, ...],
    bounds: tuple[bool, ...],
) -> dict[str, object]:
    rows = [
        known | {"value": value, "lower_bound": bound, "hidden": False}
        for known, value, bound in zip(columns, values, bounds, strict=True)
    ]
    unit = "min" if "station" in what else "jobs"
    return {
        "limit_min": None,
        "station": None,
        "unit": unit,
        **what,
        "window": window,
        "values": rows,
    }


def _jobs(window: str, middle: int, *, lower_bound: bool) -> dict[str, object]:
    values = {"min": middle // 2, "median": middle, "max": middle + middle // 4}
    return {"window": window, **values, "lower_bound": lower_bound, "hidden": False}


def _minutes(
    window: str, minutes: tuple[float | None, float | None, float | None], share: float
) -> dict[str, object]:
    values = dict(zip(("min", "median", "max"), minutes, strict=True))
    return {"window": window, **values, "share": share}
