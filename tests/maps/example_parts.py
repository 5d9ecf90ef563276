"""What a profile may hold besides: other modes, changes since a baseline, shares of residents."""

from __future__ import annotations

import copy

MODES = ("walk", "bike", "car")
FASTER = {"bike": 0.3, "car": 0.2}
PARISHES = ("Taastrup Nykirke Sogn", "Høje Taastrup Sogn", "Rønnevang Sogn")


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
    made["changes"] = {"baseline": 2017, "state": 2026, "rows": example_changes()}
    made["shares"] = example_shares(limits)
    return made


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
        | {"before_upper_bound": True},
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
        "after": after,
        "delta_min": round(after - before, 1) if known else None,
        "before_place": nearest[0],
        "after_place": nearest[1],
        "opened": list(opened),
        "closed": list(closed),
    }


def example_shares(limits: tuple[int, ...]) -> dict[str, object]:
    """Shares that are known, bounded, near nothing, near all, and unknown."""
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
                        "share": own,
                        "lower_bound": function == "shopping",
                        "comparators": [
                            _comparator("0169", "Høje-Taastrup Kommune", 0.5149),
                            *(
                                _comparator(f"parish-{at}", name, 0.2 * at)
                                for at, name in enumerate(PARISHES)
                            ),
                        ],
                    }
                )
    source = "Danmarks Statistik, folketællingens kvadratnet 2021, fordelt på adresser"
    return {"persons": 2670, "source": source, "rows": rows}


def _comparator(key: str, name: str, share: float) -> dict[str, object]:
    return {"id": key, "name": name, "share": share, "lower_bound": False}


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
