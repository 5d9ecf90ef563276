"""The spine chart: each measure's value beside the other quarters, the municipality and a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from htkgis.maps.changes import changes_of, minutes
from htkgis.maps.method import jobs_at_points
from htkgis.maps.modes import of_mode
from htkgis.maps.tables.cell import bounded
from htkgis.maps.tables.compare import indicator_name
from htkgis.maps.tables.shares import everyday
from htkgis.maps.text import Text

from .marks import Mark, other
from .scale import Scale, from_zero

Profile = Mapping[str, Any]
Row = Mapping[str, Any]
MUNICIPALITY = "municipality"


@dataclass(frozen=True)
class SpineRow:
    """One measure: its marks, the range of the quarters (None where one of them is unknown).

    ``end`` is the scale's end in words, it starts at 0; ``better`` says which way is better;
    ``description`` is that of the drawing, whose title is ``name``.
    """

    name: str
    marks: Sequence[Mark]
    range: tuple[float, float] | None
    end: str
    better: str
    description: str


def spine(profile: Profile, text: Text) -> dict[str, Any] | None:
    """Arrange what a quarter's page sets beside the other quarters, on foot.

    The nearest place of each function, the number of functions within the everyday distance,
    and jobs; in the order of the table of comparison.

    Returns
    -------
    chart
        ``heading``, ``lead``, ``ranged`` (whether there are quarters to range over), ``legend``
        (signs and words), ``rows``, ``notes`` (what a reader has to know of
        the signs that are there); None where the quarters are not compared.
    """
    chosen = _chosen(profile)
    rows = [_spine_row(row, profile, text) for row in chosen]
    if not rows:
        return None
    marks = {mark.sign: mark for row in rows for mark in row.marks}
    notes = [
        text(f"charts.spine.{sign}_note", baseline=_baseline(profile))
        for sign in ("before", MUNICIPALITY, "limit")
        if sign in marks
    ]
    if any(mark.open for row in rows for mark in row.marks):
        notes.append(text("charts.spine.open_note"))
    if any(row["indicator"] == "functions" for row in chosen):
        notes.append(text("charts.spine.kinds_note"))
    if gathered := jobs_at_points(profile, text):
        notes.append(gathered)
    alone = all(row.range is None for row in rows) and len(chosen[0]["values"]) == 1
    return {
        "heading": text(f"charts.spine.{'heading_alone' if alone else 'heading'}"),
        "lead": text(f"charts.spine.{'lead_alone' if alone else 'lead'}"),
        "ranged": not alone,
        "legend": [(sign, mark.name) for sign, mark in marks.items()],
        "rows": rows,
        "notes": notes,
    }


def _chosen(profile: Profile) -> list[Row]:
    limit = everyday(profile)
    return [
        row
        for row in of_mode(profile["comparison"])
        if (row["indicator"] == "nearest" and row["n"] == 1)
        or (row["indicator"] == "functions" and row["limit_min"] == limit)
        or row["indicator"] == "jobs"
    ]


def _spine_row(row: Row, profile: Profile, text: Text) -> SpineRow:
    own = profile["quarter"]["id"]
    others = [value for value in row["values"] if value["quarter_id"] != own]
    quarters = [(value, "own") for value in row["values"] if value["quarter_id"] == own]
    quarters += [(value, other(number)) for number, value in enumerate(others)]
    drawn = [_Drawn.of_quarter(value, sign, row["unit"], text) for value, sign in quarters]
    if row["indicator"] == "nearest":
        drawn += _beside(row, profile, text)
    known = [each.value for each in drawn if each.value is not None]
    scale = from_zero(*known)
    name = indicator_name(row, text)
    end = text.format_number(scale.end, None)
    if row["unit"] == "min":
        end = text.format_unit(scale.end, "min", None)
    better = text(f"charts.spine.{'shorter' if row['direction'] == 'less' else 'more'}")
    table = "quarter.further" if row["indicator"] == "functions" else "quarter.comparison"
    return SpineRow(
        name=name,
        marks=[each.mark(scale) for each in drawn],
        range=_range([value["value"] for value in row["values"]], scale),
        end=end,
        better=better,
        description=text(
            "charts.spine.description",
            end=end,
            better=better,
            table=text(table),
        ),
    )


def _range(values: Sequence[float | None], scale: Scale) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len(known) < 2:  # noqa: PLR2004  one value has no range
        return None
    return scale.percent(min(known)), scale.percent(max(known))


@dataclass(frozen=True)
class _Drawn:
    """A value before the scale of its row is known."""

    sign: str
    name: str
    words: str
    value: float | None
    open: Literal["less", "more"] | None = None

    @classmethod
    def of_quarter(cls, value: Row, sign: str, unit: str, text: Text) -> _Drawn:
        if value["hidden"]:
            return cls(sign, value["quarter_name"], text("jobs_hidden.word"), None)
        lower, upper = value["lower_bound"], value["upper_bound"]
        decimals = 1 if unit == "min" else 0
        words = bounded(value["value"], text, decimals, lower=lower, upper=upper)
        return cls(
            sign,
            value["quarter_name"],
            words,
            value["value"],
            "more" if lower else "less" if upper else None,
        )

    def mark(self, scale: Scale) -> Mark:
        place = None if self.value is None else scale.percent(self.value)
        return Mark(self.sign, self.name, self.words, place, None if place is None else self.open)


def _beside(row: Row, profile: Profile, text: Text) -> list[_Drawn]:
    """Minutes that stand beside the quarters': the baseline's, the municipality's, the limit."""
    function = row["function"]
    found = [_before(profile, function, text), _municipality(profile, function, text)]
    return [each for each in [*found, _limit(profile, function, text)] if each is not None]


def _before(profile: Profile, function: str, text: Text) -> _Drawn | None:
    compared = changes_of(profile)
    rows = of_mode(compared["rows"]) if compared else []
    row = next((row for row in rows if row["function"] == function), None)
    if compared is None or row is None:
        return None
    upper = row.get("before_upper_bound") and row["before"] is not None
    words = minutes(row, "before", text)
    name = str(compared["baseline"])
    return _Drawn("before", name, words, row["before"], "less" if upper else None)


def _municipality(profile: Profile, function: str, text: Text) -> _Drawn | None:
    """Minutes that half of the municipality's residents have at most; None if not known."""
    rows = (profile.get("shares") or {}).get("distribution") or []
    for row in of_mode(rows):
        if row["function"] != function:
            continue
        for unit in row["comparators"]:
            if unit["kind"] == MUNICIPALITY and not unit["hidden"] and unit["p50"] is not None:
                upper = unit["p50_upper_bound"]
                words = bounded(unit["p50"], text, 1, upper=upper)
                name = text("charts.spine.municipality")
                return _Drawn(MUNICIPALITY, name, words, unit["p50"], "less" if upper else None)
    return None


def _limit(profile: Profile, function: str, text: Text) -> _Drawn | None:
    """Minutes above which the study calls it a gap; None where the profile holds no limits."""
    limits = profile["assumptions"].get("gap_limits")
    if not limits:
        return None
    value = float(limits["own_min"].get(function, limits["everyday_min"]))
    return _Drawn("limit", text("charts.spine.limit"), text.format_number(value, None), value)


def _baseline(profile: Profile) -> Any:
    return (changes_of(profile) or {}).get("baseline", "")
