"""Strengths and gaps as a reader meets them: what is near, what is missing, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import tables
from .departures import few_departures, for_most, many_departures
from .layers import area_name
from .modes import of_mode
from .text import Text

Profile = Mapping[str, Any]
Row = Mapping[str, Any]


def strengths_and_gaps(profile: Profile, text: Text) -> dict[str, Any] | None:
    """Words of the section on strengths and gaps.

    Returns
    -------
    section
        ``strengths_lead``, ``strengths`` (heading and sentence), ``lead``, ``gaps`` (``name``,
        ``sentence``, ``why``: sentences), ``for_some`` (the same, of what most have within the
        limit), ``complete`` (sentences) and ``table``; None where the profile says nothing of
        either.
    """
    strengths, gaps = profile.get("strengths"), profile.get("gaps")
    if strengths is None or gaps is None:
        return None
    seldom, often = few_departures(profile, text), many_departures(profile, text)
    most = for_most(profile)
    area, origins = area_name(profile), origins_of(profile, text)
    lead = "gaps.strengths_lead" if strengths else "gaps.strengths_none"
    return {
        "strengths_lead": text(lead, origins=origins, area=area),
        "strengths": [
            *(strength(row, profile, text) for row in strengths),
            *([often] if often else []),
        ],
        "lead": _lead(profile, gaps, text),
        "named_only": text("gaps.named_only") if any(r["named_only"] for r in gaps) else None,
        "gaps": [
            *(gap(row, profile, text) for row in gaps if _for_most(row)),
            *([seldom] if seldom and most else []),
        ],
        "for_some": [
            *(gap(row, profile, text) for row in gaps if not _for_most(row)),
            *([seldom] if seldom and not most else []),
        ],
        "no_project": _no_project(profile, gaps, text),
        "complete": complete(profile, text),
        "table": tables.completeness(profile, text),
    }


def origins_of(profile: Profile, text: Text) -> str:
    """Name the origins of a profile with their number."""
    return text.plural(f"origin.{profile['origins']['kind']}", profile["origins"]["count"])


def strength(row: Row, profile: Profile, text: Text) -> tuple[str, str]:
    """Name a function that is near from everywhere, and say how near."""
    key = "gaps.strength_at_most" if row["upper_bound"] else "gaps.strength"
    words = text(key, max=text.format_number(row["max_min"], 1))
    if row["choice"]:
        n = profile["assumptions"]["choice"]
        words = f"{words} {text('gaps.choice', n=text.format_number(n))}"
    return text(f"function.{row['function']}"), words


def _no_project(profile: Profile, gaps: Sequence[Row], text: Text) -> str | None:
    """Say once that no project brings what is missing, where there are projects and gaps."""
    if not gaps or not profile.get("projects") or any(row["projects"] for row in gaps):
        return None
    return text("gaps.no_project")


def _for_most(row: Row) -> bool:
    """Tell what most of the origins lack from what only some do."""
    return row["median_min"] is None or row["short_min"] is not None


def gap(row: Row, profile: Profile, text: Text) -> dict[str, Any]:
    """Say of a function how far it is, for how many, and why."""
    name = text(f"function.{row['function']}")
    return {
        "name": name,
        "sentence": " ".join(_extent(row, profile, text)),
        "why_of": text("gaps.why_of", function=name),
        "why": [each for each in _why(row, profile, text) if each],
    }


def _lead(profile: Profile, gaps: Sequence[Row], text: Text) -> str:
    if not gaps:
        return text("gaps.none")
    limits = profile["assumptions"]["gap_limits"]
    everyday = text.format_number(limits["everyday_min"], None)
    own = set(limits["own_min"].values())
    if len(own) != 1:
        return text("gaps.lead", limit=everyday)
    source = limits.get("source_en") if text.language == "en" else None
    functions = text.join([text(f"function.{name}").lower() for name in limits["own_min"]])
    return text(
        "gaps.lead_own",
        limit=everyday,
        own=text.format_number(own.pop(), None),
        functions=functions,
        source=source or limits["source"],
    )


def _extent(row: Row, profile: Profile, text: Text) -> list[str]:
    """Say how far it is, for how many of the origins, and for what share of the residents."""
    place = row["place_name"]
    values = {
        "function": text(f"nearest.{row['function']}"),
        "place": text("gaps.place", place=place) if place else "",
        "limit": text.format_number(row["limit_min"], None),
        "median": text.format_number(row["median_min"], 1),
        "max": text.format_number(row["max_min"], 1),
        "short": text.format_number(row["short_min"], 1),
        "beyond": text.format_number(row["origins_beyond"]),
        "origins": origins_of(profile, text),
    }
    everyone = row["origins_beyond"] == row["origins"]
    if row["median_min"] is None:
        said = [text("gaps.not_reached", **values)]
    elif row["short_min"] is None:
        unreached = "_unreached" if row["max_min"] is None else ""
        said = [text(f"gaps.for_some{unreached}", **values)]
    else:
        bound = "_at_most" if row["upper_bound"] else ""
        said = [text(f"gaps.too_far{bound}", **values)]
        if not row["upper_bound"]:
            said.append(text("gaps.all_origins" if everyone else "gaps.of_origins", **values))
    if row.get("residents_beyond") is not None and not row["upper_bound"]:
        said.append(text("gaps.residents", share=text.format_share(row["residents_beyond"])))
    elif row.get("residents_hidden"):
        said.append(text("gaps.residents_hidden"))
    return said


def _why(row: Row, profile: Profile, text: Text) -> list[str]:
    """List the reason, the bottleneck, the bike and the projects as sentences."""
    return [
        *_way(row["reason"], profile, text),
        _opened_later(row["opened_later"], text),
        _bike(row["bike"], text),
        *_projects(row["projects"], text),
    ]


def _origin(reason: Row, profile: Profile, text: Text) -> str:
    """Say where the way begins; a house number alone would say nothing."""
    if profile["origins"]["kind"] != "gate":
        return text("gaps.from_addresses")
    name = (text.language == "en" and reason.get("origin_name_en")) or reason["origin_name"]
    return text("gaps.from_origin", origin=name) if name else ""


def _way(reason: Row, profile: Profile, text: Text) -> list[str]:
    """Tell the way beside the straight line, and what makes it long."""
    if reason["kind"] == "unreached":
        return [text("gaps.unreached")]
    key = {"far": "far", "detour": "detour", "direct": "straight_way"}[reason["kind"]]
    said = [
        _origin(reason, profile, text),
        text(
            f"gaps.{key}",
            straight=text.format_number(round(reason["straight_m"], -1)),
            straight_min=text.format_number(reason["straight_min"], 1),
            way=text.format_number(round(reason["way_m"], -1)),
            ratio=text.format_number(reason["detour_ratio"], 1),
        ),
    ]
    if reason["kind"] == "detour" and reason["worst_m"]:
        key = "gaps.worst" if reason["worst_street"] else "gaps.worst_unnamed"
        lost = text.format_number(round(reason["worst_m"], -1))
        said.append(text(key, lost=lost, street=reason["worst_street"]))
    if reason["barriers"]:
        named = text.join([_known("barrier", kind, text) for kind in reason["barriers"]])
        said.append(text("gaps.barriers", barriers=named))
        if reason["passages"]:
            words = [_known("passage", kind, text) for kind in reason["passages"]]
            said.append(text("gaps.passages", passages=text.join(words)))
    return said


def _opened_later(years: Row | None, text: Text) -> str:
    """Warn where the streets are older than the place, and may lack the ways to it."""
    if years is None:
        return ""
    return text("gaps.opened_later", place=years["place_year"], streets=years["streets_year"])


def _known(section: str, kind: str, text: Text) -> str:
    key = f"gaps.{section}.{kind}"
    return text(key) if key in text.words else kind


def _bike(found: Row | None, text: Text) -> str:
    if found is None:
        return ""
    if found["median_min"] is None:
        return text("gaps.bike_unreached")
    key = "gaps.bike" if found["solves"] else "gaps.bike_too"
    return text(key, minutes=text.format_number(found["median_min"], 1))


def _projects(found: Sequence[Row], text: Text) -> list[str]:
    return [
        text(
            "gaps.project_year" if row["year_to"] else "gaps.project",
            name=(text.language == "en" and row.get("name_en")) or row["name"],
            place=row["place_name"] or text("missing.unnamed"),
            year=row["year_to"],
        )
        for row in found
    ]


def complete(profile: Profile, text: Text) -> list[str]:
    """Say for how many origins on foot, and for which share of residents, nothing is missing."""
    found = of_mode(profile.get("completeness") or [])
    if not found:
        return []
    row = found[0]
    count, limit = row["origins_complete"], text.format_number(row["limit_min"], None)
    key = "none" if not count else "all" if count == row["origins"] else "some"
    said = [
        text(
            f"completeness.{key}",
            complete=text.format_number(count),
            origins=origins_of(profile, text),
            functions=text.format_number(len(row["functions"])),
            limit=limit,
        )
    ]
    persons = row["persons"] or {}
    own, whole = persons.get("area"), persons.get("municipality")
    if own and whole and own["share"] is not None and whole["share"] is not None:
        said.append(
            text(
                "completeness.residents",
                area=area_name(profile),
                share=text.format_share(own["share"], lower_bound=own["lower_bound"]),
                whole=text.format_share(whole["share"], lower_bound=whole["lower_bound"]),
                limit=limit,
            )
        )
    return said
