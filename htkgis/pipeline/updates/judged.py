"""Say of each difference between two versions whether somebody has to look at it first."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from htkgis.errors import first
from htkgis.schema.versions import Difference
from htkgis.update_rules import UpdateRules

WORDS = {
    "lost": "{count} of {of} rows are gone",
    "new": "{count} of {of} rows are new",
    "moved": "{count} of {of} points moved, the farthest by {most:,.0f} m",
    "reshaped": "{count} of {of} shapes are others, by up to {most:.0%}",
    "emptied": "{column}: {count} of {of} values are missing now",
    "changed": "{column}: {count} of {of} values are others",
    "overlapping": "{count} of {of} outlines begin to overlap, by up to {most:.0%}",
}


@dataclass(frozen=True)
class Judged:
    """One difference in words, and why it is held back; not at all where that is missing."""

    words: str
    held: str = ""

    def line(self) -> str:
        """Write both in one line."""
        return f"{self.words} ({self.held})" if self.held else self.words


def judge(
    differences: list[Difference], rules: UpdateRules | None, old: pd.DataFrame | None = None
) -> list[Judged]:
    """Hold each difference against what the study trusts.

    Parameters
    ----------
    differences
        What :func:`htkgis.schema.versions.compare_versions` found.
    rules
        What the study trusts; without rules nothing that is lost or changed is trusted.
    old
        The version in use, for the functions of its places.

    Examples
    --------
    >>> moved = Difference("moved", ("s1",), 1, 4, 80.0)
    >>> judge([moved], None)[0].line()
    "1 of 4 points moved, the farthest by 80 m: 's1' (study.toml has no [updates])"
    """
    return [Judged(_words(each), _why_held(each, rules, old)) for each in differences]


def _words(each: Difference) -> str:
    text = WORDS[each.kind].format(
        count=f"{each.count:,}", of=f"{each.of:,}", most=each.most or 0.0, column=each.column
    )
    return f"{text}: {first(each.ids)}" if each.ids else text


def _why_held(each: Difference, rules: UpdateRules | None, old: pd.DataFrame | None) -> str:
    if each.kind == "new":
        return ""
    if rules is None:
        return "study.toml has no [updates]"
    if each.kind == "lost" and (kept := _kept(each, rules, old)):
        return f"updates.keep: {kept}"
    found, limit = {
        "lost": (each.share, rules.lost.value),
        "moved": (each.most or 0.0, rules.moved.value),
        "reshaped": (each.most or 0.0, rules.reshaped.value),
        "emptied": (each.share, rules.emptied.value),
        "overlapping": (each.most or 0.0, rules.overlapping.value),
        "changed": (0.0, 0.0),
    }[each.kind]
    if found <= limit:
        return ""
    unit = f"{limit:g} m" if each.kind == "moved" else f"{limit:.0%}"
    return f"above updates.{each.kind}, {unit}"


def _kept(each: Difference, rules: UpdateRules, old: pd.DataFrame | None) -> str:
    """Name the lost rows whose function may not be lost."""
    if rules.keep is None or old is None or not {"id", "function"} <= set(old.columns):
        return ""
    gone = old[old["id"].astype(str).isin(each.ids) & old["function"].isin(rules.keep.value)]
    return "; ".join(f"{row.function} {row.id!r}" for row in gone[["id", "function"]].itertuples())
