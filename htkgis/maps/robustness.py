"""How sure the figures are: the stamp beside a figure, and what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.quantities import ADULT

from .lenses import lens_who
from .modes import mode_words
from .text import Text
from .transit import window_when

Profile = Mapping[str, Any]
Row = Mapping[str, Any]
TRANSIT = "transit"
OF_LENSES = ("shift", "bus_time")
"""What is varied by public transport for others than adults, besides the slowest walk."""


def stamped(
    profile: Profile,
    indicator: str,
    *,
    function: str | None = None,
    limit_min: float | None = None,
    departure: str | None = None,
    mode: str = "walk",
) -> Row | None:
    """Find what was measured again of one figure of adults, as shown; None where it was not."""
    part = profile.get("robustness") or {}
    case = (indicator, function, limit_min, departure, mode, ADULT, part.get("state"))
    keys = ("indicator", "function", "limit_min", "departure", "mode", "lens", "state")
    rows = (row for row in part.get("figures", []) if tuple(row[key] for key in keys) == case)
    return next(rows, None)


def stamp(row: Row | None, text: Text) -> tuple[str, str | None] | None:
    """Write the stamp of a figure, and its range where there is any; None without a stamp."""
    if row is None:
        return None
    words = text(f"robust.{row['stamp']}")
    if row["low"] == row["high"]:
        return words, None
    unit = row.get("unit")
    low, high = (_number(row[name], unit, text) for name in ("low", "high"))
    between = text("robust.range", low=low, high=high)
    bound = row.get("bound")
    return words, text(f"bound.{bound}", value=between) if bound else between


def _number(value: float | None, unit: str | None, text: Text) -> str:
    if unit == "min":
        return text.format_minutes(value, unit=False)
    return text.format_share(value) if unit == "share" else text.format_number(value, None)


def key_stamp(profile: Profile, figure: Row, text: Text) -> str | None:
    """Write the stamp of a key figure with its range in one string; None where it has none."""
    part, values = profile.get("robustness"), figure["values"]
    if not part:
        return None
    key = figure["key"].removeprefix("key_figure.")
    row: Row | None = None
    if key == "nearest":
        row = stamped(profile, "nearest_1", function=values["function"])
    elif key == "functions_within":
        row = part["functions_within"]
    elif key == "jobs_within":
        row = stamped(profile, "jobs", limit_min=values["limit_min"])
    found = stamp(row, text)
    if found is None:
        return None
    words, between = found
    return words if between is None else f"{words} ({between})"


def cases_of_lens(part: Row, lens: str) -> list[dict[str, Any]]:
    """Give the cases as one who travels meets them: speeds of their own change in proportion.

    Parameters
    ----------
    part
        ``cases`` and ``reference``, what the study itself decides.
    lens
        Who travels.

    Examples
    --------
    >>> slow = {"factor": "speed", "value": 3.6, "unit": "km/h"}
    >>> part = {"cases": [slow], "reference": {"speed": 4.5}}
    >>> cases_of_lens(part, "adult") == [slow]
    True
    >>> cases_of_lens(part, "older")
    [{'factor': 'own_speed', 'value': -0.2, 'unit': 'share'}]
    """
    cases = [dict(case) for case in part["cases"]]
    for case in cases:
        if lens != ADULT and case["factor"] == "speed":
            faster = round(case["value"] / part["reference"]["speed"] - 1, 4)
            case |= {"factor": "own_speed", "value": faster, "unit": "share"}
    return cases


def case_words(case: Row, text: Text) -> str:
    """Say what a case changes.

    Examples
    --------
    >>> from htkgis.maps.text import load_text
    >>> case_words({"factor": "shift", "value": -15}, load_text("en"))
    'leaving 15 minutes earlier'
    """
    factor, value = case["factor"], case["value"]
    if factor == "shift":
        key = "later" if value >= 0 else "earlier"
        return text(f"robust.case.{key}", value=text.format_number(abs(value), None))
    if factor == "own_speed":
        key = "faster" if value >= 0 else "slower"
        return text(f"robust.case.{key}", value=text.format_number(100 * abs(value)))
    if factor == "bus_time":
        return text("robust.case.bus_time", value=text.format_number(100 * (value - 1)))
    if factor == "car_share":
        return text("robust.case.car_share", value=text.format_share(value))
    decimals = 1 if factor in {"speed", "bike_speed"} else None
    return text(f"robust.case.{factor}", value=text.format_number(value, decimals))


def names_of_cases(
    names: Sequence[str], cases: Sequence[Row], text: Text, *, sketch_length: float | None = None
) -> list[str]:
    """Say what each of some cases changes, those of a distance among them."""
    known = {case["case"]: case for case in cases}
    percent = text.format_number(100 * (sketch_length or 0))
    return [
        case_words(known[name], text)
        if name in known
        else text(f"robust.case.{name}", value=percent)
        for name in names
    ]


def definition(profile: Profile, text: Text) -> list[str]:
    """Say how stamps are decided, and which cases there are with their sources."""
    part = profile["robustness"]
    limits, transit_limits = (
        text.join([text.format_number(limit, None) for limit in part[name]])
        for name in ("limits_min", "transit_limits_min")
    )
    sentences = [
        text("robust.rule_minutes", limits=limits, transit_limits=transit_limits),
        text(
            "robust.rule_places",
            choice=part["choice"],
            everyday=text.format_number(part["everyday_min"], None),
        ),
        text(
            "robust.rule_jobs",
            jobs=text.format_share(part["jobs_change"]),
            share=text.format_share(part["share_change"]),
        ),
        text("robust.rule_cases"),
        *_tried(profile, text),
        *_rules_beside(profile, text),
        text("robust.rule_left"),
    ]
    english = text.language == "en"
    for case in part["cases"]:
        source = (case.get("source_en") if english else None) or case["source"]
        words = case_words(case, text)
        sentences.append(
            text(
                "robust.case_source", case=words[:1].upper() + words[1:].rstrip("."), source=source
            )
        )
    return sentences


def _rules_beside(profile: Profile, text: Text) -> list[str]:
    """Say how figures of isolation and of residents are stamped, where there are any."""
    part, sentences = profile["robustness"], []
    if profile.get("isolation"):
        sentences += _rules_isolation(part, text)
        length = (profile["assumptions"].get("isolation") or {}).get("sketch_length")
        if length:
            value = text.format_share(length)
            sentences.append(text("robust.rule_isolation_sketch", value=value))
    if profile.get("shares"):
        limits = {name: text.format_share(part[f"{name}_change"]) for name in ("jobs", "share")}
        sentences.append(text("robust.rule_shares", **limits))
    return sentences


def _rules_isolation(part: Row, text: Text) -> list[str]:
    """Say what makes a figure of isolation sensitive, and what was tried of it."""
    changes = {name: text.format_share(part[f"{name}_change"]) for name in ("detour", "closure")}
    points = text.format_number(100 * part["share_change"], None)
    return [
        text("robust.rule_isolation"),
        text("robust.rule_isolation_change", points=points, **changes),
        text("robust.rule_isolation_tried"),
    ]


def stamps_beside(profile: Profile, text: Text) -> str | None:
    """Say how many stamps of isolation and residents are sure; None where there is none."""
    counts = profile["robustness"].get("beside") or {"sure": 0, "sensitive": 0}
    if not any(counts.values()):
        return None
    key = "robust.lead_beside" if profile.get("shares") else "robust.lead_beside_isolation"
    return text(key, **{name: text.format_number(count) for name, count in counts.items()})


def _tried(profile: Profile, text: Text) -> list[str]:
    """Say which figures were measured again, and which have no stamp."""
    part = profile["robustness"]
    rows = [*part["figures"], *part["unmoved"]]
    modes = [name for name in _each(rows, "mode") if name != TRANSIT]
    others = [row for row in rows if row["lens"] != ADULT]
    lenses = _each([row for row in others if row["mode"] != TRANSIT], "lens")
    travellers = _each([row for row in others if row["mode"] == TRANSIT], "lens")
    windows = _each([row for row in rows if row["departure"]], "departure")
    years = text.join([str(year) for year in _each(rows, "state")])
    sentences = [text("robust.rule_modes", modes=mode_words(modes, text), years=years)]
    walking = lenses or travellers
    tried = cases_of_lens(part, walking[0]) if walking else []
    speeds = sorted((c for c in tried if c["factor"] == "own_speed"), key=lambda c: c["value"])
    if lenses:
        outer = text.join([case_words(case, text) for case in (speeds[:1] + speeds[1:][-1:])])
        key = "robust.rule_lenses_speed" if speeds else "robust.rule_lenses"
        sentences.append(text(key, lenses=lens_who(lenses, text), cases=outer))
    if windows:
        when = text.join([_window(profile, window, text) for window in windows])
        sentences.append(text("robust.rule_windows", windows=when))
    if travellers:
        by_timetable = [*speeds[:1], *(case for case in tried if case["factor"] in OF_LENSES)]
        cases = text.join([case_words(case, text) for case in by_timetable])
        key = "robust.rule_transit_lenses_slow" if speeds else "robust.rule_transit_lenses"
        sentences.append(text(key, lenses=lens_who(travellers, text), cases=cases))
    return sentences


def unmoved_note(profile: Profile, text: Text) -> str | None:
    """Say of which further figures no case changes anything, and which have no stamp."""
    part = profile["robustness"]
    sentences = [
        text(
            f"robust.note_{name}",
            count=text.format_number(sum(row["figures"] for row in part[name])),
            groups="; ".join(_groups(part[name], text)),
        )
        for name in ("unmoved", "unstamped")
        if part[name]
    ]
    return " ".join(sentences) or None


def _each(rows: Sequence[Row], name: str) -> list[Any]:
    return list(dict.fromkeys(row[name] for row in rows))


def _groups(rows: Sequence[Row], text: Text) -> list[str]:
    """Say who travels how, in which years where it is not by timetable, and how many figures."""
    years: dict[tuple[str, str], list[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["mode"], row["lens"])
        years.setdefault(key, []).append(str(row["state"]))
        counts[key] = counts.get(key, 0) + row["figures"]
    who: dict[str, list[str]] = {}
    total: dict[str, int] = {}
    for (mode, lens), found in years.items():
        if mode == TRANSIT:
            how = text("robust.by_transit")
        else:
            in_years = text.join(list(dict.fromkeys(found)))
            how = text("robust.in_year", mode=mode_words([mode], text), year=in_years)
        words = text("robust.adults") if lens == ADULT else lens_who([lens], text)
        who.setdefault(how, []).append(words)
        total[how] = total.get(how, 0) + counts[mode, lens]
    return [
        text("robust.group", who=text.join(each), how=how, count=text.format_number(total[how]))
        for how, each in who.items()
    ]


def _window(profile: Profile, window: str, text: Text) -> str:
    used = (profile["assumptions"].get("transit") or {}).get("windows") or []
    found = next((row for row in used if row["window"] == window), None)
    return window if found is None else window_when(found, text)
