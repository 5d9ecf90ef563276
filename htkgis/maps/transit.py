"""By public transport: how windows are called, and what a page says of its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .lenses import lens_name, lens_who
from .text import NBSP, Text

Used = Mapping[str, Any]
DAY_H = 24
TIMETABLE_ROLES = ("timetable", "transit_lines")


def window_clock(window: Mapping[str, Any], text: Text) -> str:
    """Write from when to when, whole hours without minutes; 24:30 is half past midnight.

    Examples
    --------
    >>> from .text import NBSP, load_text
    >>> dash = chr(0x2013)
    >>> early = {"window": "early", "start": "05:00", "end": "06:30"}
    >>> [window_clock(early, load_text(code)).replace(dash, "-").replace(NBSP, " ")
    ...     for code in ("da", "en")]
    ['kl. 5-6.30', '5:00-6:30']
    """
    start, end = (_clock(str(window[name]), text) for name in ("start", "end"))
    return text("transit.clock", start=start, end=end).replace(" ", NBSP)


def _clock(clock: str, text: Text) -> str:
    hour, minute = (int(part) for part in clock.split(":"))
    hour = DAY_H if (hour, minute) == (DAY_H, 0) else hour % DAY_H
    key = "transit.hour" if minute == 0 else "transit.hour_minute"
    return text(key, hour=hour, minute=f"{minute:02d}")


def window_name(window: Mapping[str, Any], text: Text) -> str:
    """Head a column: the name and the clock; of a window that a study has made up, its id."""
    key = f"transit.window.{window['window']}"
    name = text(key) if key in text.words else str(window["window"]).replace("_", " ")
    return text("transit.column", name=name, clock=window_clock(window, text))


def window_when(window: Mapping[str, Any], text: Text) -> str:
    """Say when as a sentence does: in the evening, and the clock in brackets."""
    key, clock = f"transit.when.{window['window']}", window_clock(window, text)
    return text("transit.when_clock", when=text(key), clock=clock) if key in text.words else clock


def lens_heading(column: Mapping[str, Any], text: Text) -> str:
    """Head the column of who travels, and say what is taken for granted there.

    Parameters
    ----------
    column
        ``lens``, and ``step_free``: how far the timetable says what they can use.
    text
        Words of the language.
    """
    name = lens_name(column["lens"], text)
    key = f"transit.as_if.{column['step_free']}"
    return text("transit.as_if_name", name=name, as_if=text(key)) if key in text.words else name


def step_free_of(lens: str, used: Used) -> str | None:
    """Tell how far the timetable says what a lens can use; None where it can use everything."""
    needed = used.get("step_free")
    return str(needed["known"]) if needed and lens in needed["lenses"] else None


def step_free_note(used: Used, text: Text) -> str | None:
    """Say of who needs a step-free way what the timetable states, and what is not used."""
    needed = used.get("step_free")
    if not needed:
        return None
    return text(
        f"transit.step_free.{needed['known']}",
        who=lens_who(needed["lenses"], text),
        **{
            f"{count}_{what}": text.format_number(needed[what][count])
            for what in ("trips", "stops")
            for count in ("all", "closed", "unstated")
        },
    )


def lens_notes(part: Mapping[str, Any], used: Used, text: Text) -> list[str]:
    """Say below the table of who travels how far they walk, and which trips they can use."""
    values = [value for row in part["lenses"]["rows"] for value in row["values"]]
    percent = text.format_unit(part["percentile"], "%", None)
    notes = [
        text("transit.lenses_walk", walk=text.format_number(used["max_walk_min"], None)),
        text("transit.compare_note", percent=percent),
    ]
    if any(value["value"] is None and not value["hidden"] for value in values):
        notes.append(_not_reached(percent, used, text))
    if any(value["lower_bound"] for value in values):
        notes.append(text("transit.bound"))
    if any(value["hidden"] for value in values):
        notes.append(text("transit.lenses_hidden"))
    if any(value.get("robust") for value in values):
        notes.append(text("transit.lenses_stamps"))
    step_free = step_free_note(used, text)
    return [*([step_free] if step_free else []), *notes]


def transit_finding(part: Mapping[str, Any], text: Text) -> str | None:
    """Say how many of the jobs of the first window are out of reach in another."""
    found = part["finding"]
    if found is None:
        return None
    known = dict(found["values"])
    if "windows" not in known:
        return text.sentence({"key": found["key"], "values": known})
    windows = {window["window"]: window for window in part["windows"]}
    return text(
        found["key"],
        area=known["area"],
        limit=text.format_number(known["limit_min"], None),
        first_jobs=text.format_number(known["first_jobs"]),
        first_when=window_when(windows[known["first_window"]], text),
        jobs=text.format_number(known["jobs"]),
        when=text.join([window_when(windows[name], text) for name in known["windows"]]),
        share=text.format_share(known["share"]),
    )


def transit_notes(
    part: Mapping[str, Any],
    used: Used,
    changes: Mapping[str, Any],
    run: Mapping[str, Any],
    text: Text,
) -> list[str]:
    """Say what the figures are, where they are bounds or missing, and what timetable it is."""
    jobs = [value for row in part["jobs"] for value in row["values"]]
    minutes = [value for row in part["stations"] for value in row["values"]]
    percent = text.format_unit(part["percentile"], "%", None)
    notes = [text("transit.meaning", percent=percent)]
    if any(value[name] is None for value in minutes for name in ("median", "max")):
        notes.append(_not_reached(percent, used, text))
    if any(value["lower_bound"] for value in jobs):
        notes.append(text("transit.bound"))
    if any("low" in value for value in jobs):
        notes.append(text("transit.intervals"))
    if part["sketch"]:
        notes.append(text("transit.sketch"))
    if changes["baseline"] < changes["state"]:
        years = {name: changes[name] for name in ("state", "baseline")}
        notes.append(text("transit.only_shown", **years))
    layers = [
        text(
            "transit.layer",
            title=source["title"],
            date=text.format_date(source["published"]),
            credit=source["credit"],
        )
        for source in run["sources"]
        if source.get("role") in TIMETABLE_ROLES
    ]
    return [*notes, *([text("transit.source", layers=text.join(layers))] if layers else [])]


def _not_reached(percent: str, used: Used, text: Text) -> str:
    return text(
        "transit.not_reached",
        percent=percent,
        search=text.format_number(used["search_min"], None),
        walk=text.format_number(used["max_walk_min"], None),
    )


def transit_rules(used: Used, text: Text) -> str:
    """Say how far people walk, how long they wait and how often they change."""
    return text(
        "method.transit",
        walk=text.format_number(used["max_walk_min"], None),
        change=text.format_number(used["max_change_min"], None),
        slack=text.format_number(used["slack_s"]),
        rides=text.format_number(used["max_rides"]),
        search=text.format_number(used["search_min"], None),
    )


def transit_method(
    used: Used | None,
    state: int,
    text: Text,
    with_source: Callable[[str, str | None, Text], str],
) -> Iterator[str]:
    """List the sentences of the method section: the day, the windows, walks, rides, and draws."""
    if not used:
        return
    sentence = text(
        "method.transit_day",
        date=text.format_date(used["date"]),
        windows=text.join([window_clock(window, text) for window in used["windows"]]),
        state=state,
    )
    yield with_source(sentence, used.get("source"), text)
    yield transit_rules(used, text)
    if used["sketch"]:
        yield text("method.transit_draws", draws=text.format_number(used["draws"]))
