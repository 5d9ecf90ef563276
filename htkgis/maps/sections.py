"""Parts of a page that stand only where a profile has something for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import tables
from .changes import (
    change,
    changed_modes,
    changes_of,
    job_change,
    largest,
    newer_places,
    nothing,
)
from .isolation import isolation_finding, isolation_method
from .layers import area_name
from .lenses import lens_finding, lens_notes
from .modes import modes_of, of_mode
from .tables.cell import by_function
from .tables.compare import Part
from .tables.shares import distribution, everyday, with_districts
from .text import Text
from .transit import lens_notes as notes_of_lenses
from .transit import transit_finding, transit_notes

Profile = Mapping[str, Any]


def change_groups(profile: Profile, text: Text) -> dict[str, Any] | None:
    """Then and now: sentences and a table for walking, and folded ones for other modes.

    Returns
    -------
    changes
        ``heading``, ``lead``, ``nothing`` (a sentence or None), ``groups``; None where the
        profile compares no two years.
    """
    found = changes_of(profile)
    if found is None:
        return None
    lead = text("quarter.changes_lead", baseline=found["baseline"], state=found["state"])
    changed, first = changed_modes(profile, found), modes_of(profile)[0]
    quiet = modes_of(profile) if not changed else [first] if first not in changed else []
    return {
        "heading": text("quarter.changes", baseline=found["baseline"]),
        "lead": " ".join([lead, *newer_places(profile, found, text)]),
        "nothing": nothing(profile, quiet, text) if quiet else None,
        "groups": [
            {
                "folded": mode != first,
                "words": text("quarter.changes_mode", mode=text(f"mode.{mode}")),
                "changes": [
                    *(
                        change(row, found, text)
                        for row in by_function(of_mode(found["rows"], mode))
                    ),
                    *(job_change(row, found, text) for row in of_mode(found["jobs"], mode)),
                ],
                "table": tables.changes(profile, found, text, mode=mode)
                if of_mode(found["rows"], mode)
                else None,
            }
            for mode in changed
        ],
    }


def largest_change(profile: Profile, text: Text) -> tuple[str, str] | None:
    """Say the largest change as a label and a sentence, or that there is none."""
    found = changes_of(profile)
    if found is None:
        return None
    most = largest(profile, text)
    if most is None:
        return "", nothing(profile, modes_of(profile), text)
    return text("index.since", baseline=found["baseline"]), most.sentence


def reach_notes(profile: Profile, text: Text) -> list[str]:
    """Say where the drawn reach ends with the streets, and within which limits there is none."""
    notes = []
    for mode in modes_of(profile):
        own = of_mode(profile.get("reach") or [], mode)
        for key, rows in (
            ("map.no_reach", [row for row in own if not row["reached_km"]]),
            ("map.cut", [row for row in own if row["cut"] and row["reached_km"]]),
        ):
            if rows:
                limits = text.join([text.format_number(row["limit_min"], None) for row in rows])
                notes.append(text(key, mode=text(f"mode.{mode}"), limits=limits))
    return [note[:1].upper() + note[1:] for note in notes]


def lens_section(profile: Profile, text: Text) -> dict[str, Any] | None:
    """For whom: a finding, the table of those who walk, and what is not known of their ways."""
    table = tables.lenses(profile, text)
    if table is None:
        return None
    return {
        "finding": lens_finding(profile["lenses"], text),
        "table": table,
        "notes": lens_notes(profile["assumptions"].get("lenses") or {}, text),
    }


def isolation_section(
    profile: Profile, text: Text, *, own: str | None = None
) -> dict[str, Any] | None:
    """How closed: a finding, the areas side by side, barriers, and what a reader has to know.

    Returns
    -------
    section
        ``finding``, ``lead``, ``table`` (on foot), ``barriers`` (a table or None), ``folded``
        (words and tables of other modes), ``method`` and ``notes`` (sentences); None where it is
        not measured.
    """
    table = tables.isolation(profile, text, mode="walk", own=own)
    if table is None:
        return None
    part, used = profile["isolation"], profile["assumptions"]["isolation"]
    folded = []
    for each in part["modes"][1:]:
        other = tables.isolation(profile, text, mode=each["mode"], own=own)
        folded.append((text("isolation.mode", mode=text(f"mode.{each['mode']}")), [other]))
    return {
        "finding": isolation_finding(part, text),
        "lead": text("isolation.lead", surroundings=text.format_number(used["surroundings_m"])),
        "table": table,
        "barriers": tables.barriers(profile, text),
        "folded": folded,
        "method": list(isolation_method(part, used, text)),
        "notes": [text(key) for key in part["notes"]],
    }


def transit_section(profile: Profile, run: Mapping[str, Any], text: Text) -> dict[str, Any] | None:
    """By public transport: a finding, the table of the windows, and what the figures are."""
    table = tables.transit(profile, text)
    if table is None:
        return None
    part, used = profile["transit"], profile["assumptions"]["transit"]
    gone = [value["hidden"] for row in part["jobs"] for value in row["values"]]
    hidden = tables.hidden_note(profile, text, *gone)
    return {
        "finding": transit_finding(part, text),
        "lead": text(
            "transit.lead",
            date=text.format_date(used["date"]),
            slack=text.format_number(used["slack_s"]),
        ),
        "table": table,
        "comparison": tables.transit_comparison(profile, text, own=profile["quarter"]["id"]),
        "compared": text("transit.compared"),
        "lenses": tables.transit_lenses(profile, text),
        "lens_notes": notes_of_lenses(part, used, text) if part["lenses"] else [],
        "notes": [
            *transit_notes(part, used, profile["changes"], run, text),
            *([hidden] if hidden else []),
        ],
    }


def share_tables(profile: Profile, text: Text) -> dict[str, Any] | None:
    """Shares of residents: on foot in the open, minutes, districts and other modes folded."""
    found = profile.get("shares")
    main = tables.shares(profile, text) if found else None
    if found is None or main is None:
        return None
    folded = []
    spread = distribution(profile, text)
    if spread:
        folded.append((text("quarter.shares_spread"), [spread]))
    districts = tables.shares(profile, text, beside="districts")
    if districts:
        folded.append((with_districts("quarter.shares_further", profile, text), [districts]))
    limits = tables.shares_by_limit(profile, text)
    if limits:
        folded.append((text("quarter.shares_limits"), [limits]))
    for mode in modes_of(profile)[1:]:
        by_mode = tables.shares(profile, text, mode=mode, beside="all")
        both = [each for each in (by_mode, distribution(profile, text, mode=mode)) if each]
        if both:
            folded.append((text("quarter.shares_mode", mode=text(f"mode.{mode}")), both))
    source = found.get("source")
    return {
        "lead": text(
            "quarter.shares_lead",
            area=area_name(profile),
            limit=text.format_number(everyday(profile), None),
        ),
        "source": text.sentence(source) if source else None,
        "main": main,
        "folded": folded,
    }


def other_modes(
    profile: Profile, text: Text, *, own: str | None = None, part: Part = "first"
) -> list[tuple[str, tables.Table]]:
    """Compare the quarters by each mode but walking: words of the fold, and its table."""
    compared = [
        (
            text("quarter.comparison_mode", mode=text(f"mode.{mode}")),
            tables.comparison(profile, text, own=own, part=part, mode=mode),
        )
        for mode in modes_of(profile)[1:]
    ]
    return [(words, table) for words, table in compared if table.rows]
