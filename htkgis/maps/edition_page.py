"""The page about what is new since the edition before: which figures moved, how far, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.quantities import ADULT

from . import tables
from .page import render_page, run_values
from .resources import own as own_asset
from .tables.edition_changes import cause_table, moved_table
from .text import Text

Given = Mapping[str, Any]
OFFICIAL = "official"


def render_edition_page(
    report: Given,
    labels: Sequence[str],
    profiles: Sequence[Given],
    *,
    text: Text,
    run: dict[str, Any],
) -> str:
    """Render the page; its one script sorts the table.

    Parameters
    ----------
    report
        As ``changes.json`` holds it.
    labels
        Name of each figure of the report, in its order.
    profiles
        Of all quarters, at least one: the study's name and year, the quarters' names.
    run
        Version, hashes, sources.
    """
    study = profiles[0]["study"]
    titles = {source["layer"]: source["title"] for source in run["sources"]}
    quarters = {profile["quarter"]["id"]: profile["quarter"]["name"] for profile in profiles}
    named = list(zip(labels, report["figures"], strict=True))
    shown = [pair for pair in named if is_shown(pair[1], study["state"])]
    return render_page(
        "editions.html",
        text=text,
        title=text("editions.title", municipality=study["municipality"]),
        language=text("language.html"),
        css=[own_asset("sort.css")],
        scripts=[own_asset("sort.js"), own_asset("frame.js")],
        profile=profiles[0],
        lead=lead(report, text),
        sentences=sentences(report, text),
        why=why(report, text),
        causes=cause_table(report, titles, text),
        moved=moved_table(report, shown, quarters, titles, text) if shown else None,
        moved_lead=_moved_lead(len(shown), profiles[0], text),
        other=_other(len(named) - len(shown), text),
        several=len(report["causes"]) > 1 and report["attributed"],
        sources_table=tables.sources(run["sources"], text),
        **run_values(run, text),
    )


def is_shown(figure: Given, state: int) -> bool:
    """Tell whether a figure stands on the page: adults in its year, and all official ones."""
    of_page = figure["lens"] == ADULT and figure["state"] == state
    return bool(of_page or figure["measure"] == OFFICIAL)


def lead(report: Given, text: Text) -> str:
    """Say how many figures moved; that none did is said too."""
    if report["before"] is None:
        return text("editions.first")
    same = text.format_number(report["same"])
    if not report["figures"]:
        return text("editions.nothing", same=same)
    compared = report["moved"] + report["same"]
    moved = text.format_number(report["moved"])
    return text("editions.some", moved=moved, all=text.format_number(compared), same=same)


def sentences(report: Given, text: Text) -> list[str]:
    """Say what came, what went, what is hidden, and between which runs."""
    if report["before"] is None:
        return []
    said = []
    for key, kind in (("came", "new"), ("went", "gone"), ("hidden", "hidden")):
        count = report[kind]
        if count:
            number = "one" if count == 1 else "many"
            said.append(text(f"editions.{key}_{number}", count=text.format_number(count)))
    before, now = report["before"], report["now"]
    which = text(
        "editions.which",
        before=before["run"],
        before_version=before["version"],
        now=now["run"],
        now_version=now["version"],
    )
    return [*said, which]


def why(report: Given, text: Text) -> str | None:
    """Say how causes were told apart; None where there is no edition before."""
    if report["before"] is None:
        return None
    if not report["attributed"]:
        return text("editions.causes_untold")
    number = min(len(report["causes"]), 2)
    return text(f"editions.causes_{('none', 'one', 'many')[number]}")


def _moved_lead(shown: int, profile: Given, text: Text) -> str:
    return text(
        "editions.figures_lead",
        shown=text.format_number(shown),
        state=profile["study"]["state"],
        origins=text(f"origin.{profile['origins']['kind']}.short").lower(),
    )


def _other(count: int, text: Text) -> str | None:
    if not count:
        return None
    number = "one" if count == 1 else "many"
    return text(f"editions.figures_other_{number}", count=text.format_number(count))
