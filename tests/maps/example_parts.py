"""What a profile may hold besides: other modes, changes since a baseline, shares of residents."""

from __future__ import annotations

import copy

from tests.maps.example_isolation import ISOLATION, example_isolation
from tests.maps.example_transit import TRANSIT, example_transit

MODES = ("walk", "bike", "car")
FASTER = {"bike": 0.3, "car": 0.2}
PARISHES = ("Taastrup Nykirke", "Høje Taastrup", "Rønnevang")


def _speed(kph: float, source: str, stairs: object = None) -> dict[str, object]:
    return {
        "speed_kph": kph,
        "source": source,
        "stairs": stairs,
        "stairs_source": None if stairs is None else "skøn",
        "stairs_unknown": stairs is not None,
        "felt": False,
    }


def with_parts(profile: dict[str, object], limits: tuple[int, ...]) -> dict[str, object]:
    """Add every part that a profile may have."""
    made = copy.deepcopy(profile)
    for name in ("nearest", "counts", "jobs", "comparison"):
        walking = [row | {"mode": "walk"} for row in made[name]]
        others = [_by(mode, row) for mode in MODES[1:] for row in made[name]]
        made[name] = walking + others
    made["modes"] = list(MODES)
    made["assumptions"] |= {
        "everyday_min": 15,
        "modes": {
            "bike": {"speed_kph": 16.0, "source": "Transportvaneundersøgelsen"},
            "car": {"access_min": 2, "parking_min": 3, "source": "skøn for boligområder"},
        },
    }
    made["changes"] = {"baseline": 2017, "state": 2026, "rows": example_changes(), "jobs": []}
    made["shares"] = example_shares(limits)
    made["lenses"] = example_lenses(profile["area"]["name"])
    made["assumptions"]["lenses"] = LENSES
    made["transit"] = example_transit(profile["area"]["name"])
    made["assumptions"]["transit"] = TRANSIT
    made["isolation"] = example_isolation(profile)
    made["assumptions"]["isolation"] = ISOLATION
    made["definitions"] = example_definitions()
    return made


def example_definitions() -> list[dict[str, object]]:
    """Define two indicators, one of which has no better."""
    return [
        {
            "indicator": name,
            "part": "nearest",
            "name": title,
            "unit": unit,
            "direction": direction,
            "definition": f"{title}, forklaret.",
            "measure": None,
            "source": "Egen definition",
        }
        for name, title, unit, direction in (
            ("nearest", "Minutter til nærmeste sted", "min", "less"),
            ("origin", "Oprindelse <b>", "%", "neither"),
        )
    ]


SLOWER = {"adult": 1.0, "child": 1.25, "older": 1.4, "wheelchair": 1.55}
LENSES = {
    "child": _speed(3.6, "1,0 m/s, børn"),
    "older": _speed(3.2, "0,9 m/s, ældre", stairs=0.3),
    "wheelchair": _speed(2.9, "skøn", stairs="closed"),
}


def example_lenses(area: str) -> dict[str, object]:
    """Minutes that are known, bounded and not reached, by four who walk."""
    found = {"station": 10.2, "school": 7.9, "leisure": 15.4, "care": None}
    return {
        "lenses": list(SLOWER),
        "limit_min": 15,
        "measured": 4,
        "rows": [
            {
                "function": function,
                "values": [
                    {
                        "lens": lens,
                        "median": None if minutes is None else round(minutes * slower, 2),
                        "upper_bound": function == "leisure",
                    }
                    for lens, slower in SLOWER.items()
                ],
            }
            for function, minutes in found.items()
        ],
        "within": [{"lens": lens, "count": 1 if lens == "wheelchair" else 2} for lens in SLOWER],
        "finding": {
            "key": "finding.lenses",
            "values": {
                "area": area,
                "adult": 2,
                "measured": 4,
                "limit_min": 15,
                "lenses": ["wheelchair"],
                "count": 1,
                "beyond": ["station"],
            },
        },
    }


def _by(mode: str, row: dict[str, object]) -> dict[str, object]:
    faster = copy.deepcopy(row) | {"mode": mode}
    if row.get("unit") == "min":
        for name in ("min", "median", "max"):
            if row.get(name) is not None:
                faster[name] = round(row[name] * FASTER[mode] + (5 if mode == "car" else 0), 1)
        for each in faster.get("values", ()):
            if each["value"] is not None:
                each["value"] = round(each["value"] * FASTER[mode], 1)
    return faster


def example_changes() -> list[dict[str, object]]:
    """One row of each kind of change."""
    house = {"name": "Børnekulturhuset", "year": 2022}
    school = {"name": "Selsmoseskolen", "year": 2021}
    return [
        _change("school", 7.9, 4.6, ("Selsmoseskolen", "Børnekulturhuset"), [house], [school]),
        _change("civic", 12.0, 30.4, ("Rådhuset (2017)", "Rådhuset (2023)")),
        _change("daycare", None, 4.6, (None, "Børnekulturhuset"), [house]),
        _change("care", 9.3, None, ("Plejehjemmet", None), [], [{"name": None, "year": None}]),
        _change("shopping", 9.9, 9.9, ("Brugsen", "Netto Taastrupgårdsvej")),
        _change("health", 17.0, 17.0, ("Taastrup Apotek", "Taastrup Apotek"), [house]),
        _change("education", None, None, (None, None), [], [school]),
        _change("leisure", 21.0, 15.8, ("Taastrup Idræts Center", "Kunstgræsbane Gadehave"))
        | {"before_upper_bound": True, "after_upper_bound": True},
        _change("school", 2.4, 1.4, ("Selsmoseskolen", "Børnekulturhuset")) | {"mode": "bike"},
        _change("school", 6.6, 6.9, ("Selsmoseskolen", "Børnekulturhuset")) | {"mode": "car"},
    ]


def _change(
    function: str,
    before: float | None,
    after: float | None,
    nearest: tuple[str | None, str | None],
    opened: list[dict[str, object]] = (),
    closed: list[dict[str, object]] = (),
) -> dict[str, object]:
    known = before is not None and after is not None
    return {
        "function": function,
        "mode": "walk",
        "before": before,
        "before_upper_bound": False,
        "after": after,
        "after_upper_bound": False,
        "delta_min": round(after - before, 1) if known else None,
        "before_place": nearest[0],
        "after_place": nearest[1],
        "opened": list(opened),
        "closed": list(closed),
    }


def example_shares(limits: tuple[int, ...]) -> dict[str, object]:
    """Shares that are known, bounded, near nothing, near all, unknown, and hidden."""
    found = {"station": 0.83, "school": 0.998, "shopping": 0.6049, "care": None, "green": 0.002}
    rows = []
    for mode in MODES:
        for function, share in found.items():
            for limit in limits:
                own = None if share is None else round(min(1.0, share * limit / 15), 4)
                rows.append(
                    {
                        "function": function,
                        "mode": mode,
                        "limit_min": float(limit),
                        **_share(own, lower_bound=function == "shopping"),
                        "comparators": [
                            WHOLE | _share(0.5149),
                            *(
                                {"id": f"parish-{at}", "kind": "district", "name": name}
                                | _share(None if name == "Rønnevang" else 0.2 * at)
                                | {"hidden": name == "Rønnevang"}
                                for at, name in enumerate(PARISHES)
                            ),
                        ],
                    }
                )
    return {
        "persons": 2670,
        "min_persons": 20,
        "source": {
            "key": "shares.source",
            "values": {"title": "Folketal pr. km²", "year": 2021},
        },
        "districts": {"title": "Sogne"},
        "rows": rows,
        "distribution": [row for mode in MODES for row in _distribution(mode)],
    }


WHOLE = {"id": "0169", "kind": "municipality", "name": "Høje-Taastrup"}


def _share(share: float | None, *, lower_bound: bool = False) -> dict[str, object]:
    return {"share": share, "lower_bound": lower_bound, "hidden": False}


def _distribution(mode: str) -> list[dict[str, object]]:
    """Minutes that are known, bounded, not reached by most, and not reached at all."""
    faster = FASTER.get(mode, 1.0)
    found = {
        "station": ((16.4, 17.3, 20.2), 0.0, 17.6),
        "shopping": ((6.4, 9.9, 14.0), 0.0, 8.5),
        "green": ((8.3, 11.7, None), 0.25, 10.2),
        "care": ((None, None, None), 1.0, None),
    }
    return [
        {"function": function, "mode": mode, "searched_min": 60 if mode != "walk" else 120}
        | _spread([None if each is None else each * faster for each in minutes], unreached)
        | {"p90_upper_bound": function == "shopping"}
        | {
            "comparators": [
                WHOLE | _spread([None, None if half is None else half * faster, None], 0.2)
            ]
        }
        for function, (minutes, unreached, half) in found.items()
    ]


def _spread(minutes: list[float | None], unreached: float) -> dict[str, object]:
    names = ("p10", "p50", "p90")
    bounds = {f"{name}_upper_bound": False for name in names}
    shown = [None if each is None else round(each, 2) for each in minutes]
    known = dict(zip(names, shown, strict=True))
    return known | bounds | {"unreached_share": unreached, "hidden": False}


def example_downloads(quarters: list[str]) -> list[dict[str, object]]:
    """One file of each quarter, and two of the whole study."""
    files = [
        {"name": f"{quarter}.gpkg", "label": "GeoPackage", "bytes": 1_234_567}
        for quarter in quarters
    ]
    return [
        *files,
        {"name": "profile.json", "label": "Alle tal (JSON)", "bytes": 264_614},
        {"name": "figures.csv", "label": "Alle tal (CSV)", "bytes": 12},
    ]
