"""A quarter's profile as a workbook: a sheet for each of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from htkgis.maps import Text
from htkgis.maps.lenses import lens_name
from htkgis.maps.tables.indicators import indicator_name
from htkgis.profile.rounding import plain, plain_list
from htkgis.publish.workbook import Kind, Number, Sheet, kept_first_sheet, workbook_bytes

from .workbook_findings import FindingSheets
from .workbook_parts import PartSheets
from .workbook_sheet import Row, SheetMaker

KINDS: dict[str, Kind] = {"min": "minutes", "share": "share", "km": "decimal"}
"""By unit: how a number is written; a count where the unit is none of these."""
BESIDE = ("area", "municipality", "region", "country")
PERCENTS = ("p10", "p50", "p90")
STATISTICS = ("min", "median", "max")
FIGURE_PARTS = (
    *STATISTICS,
    *("label", "mode", "lens", "state", "limit_min", "departure", "unit", "bound", "missing"),
    *("robustness", "robust_low", "robust_high", "place", "definition", "source"),
)
"""Columns of the table of figures that a row of the workbook is made of."""


def quarter_workbook(
    profile: Row,
    figures: Callable[[], pd.DataFrame],
    provenance: Row,
    text: Text,
    *,
    date: str,
    made_of: Sequence[Any],
) -> bytes:
    """Write the workbook of one quarter.

    Parameters
    ----------
    profile
        In one language.
    figures
        Makes what :func:`htkgis.pipeline.figure_table.figure_table` arranges; asked for it
        unless the sheet of figures is kept.
    provenance
        Version, run, credits and layers.
    text
        Words of the language.
    date
        Of the data.
    made_of
        All that the figures are made of, and the words, as values that JSON holds.
    """
    title = text(
        "workbook.title",
        quarter=profile["quarter"]["name"],
        area=profile["area"]["name"],
        state=profile["study"]["state"],
    )
    lead = text(
        "workbook.lead",
        version=provenance["htkgis"],
        run=provenance["run"],
        caution=provenance["caution"],
    )
    credits_line = text("workbook.credits", credits="; ".join(provenance["credits"]))
    shared = (text, title, lead.strip(), credits_line)
    made, parts, found = _Maker(*shared), PartSheets(*shared), FindingSheets(*shared)
    used = {"assumptions": profile["assumptions"]}

    def of_figures(lead: str) -> Sheet:
        return _Maker(text, title, lead, credits_line).figures(used, figures())

    facts = (title, credits_line, used, *made_of)
    begun = kept_first_sheet(of_figures, lead.strip(), *facts)
    sheets = [
        made.places(profile),
        parts.lenses(profile),
        parts.transit(profile),
        parts.jobs_fit(profile),
        parts.competition(profile),
        parts.changes(profile),
        found.gaps(profile),
        found.completeness(profile),
        made.shares(profile),
        found.fairness(profile),
        found.inequality(profile),
        found.isolation(profile),
        found.barriers(profile),
        found.rules(profile),
        found.service(profile),
        found.robustness(profile),
        made.indicators(profile),
        made.lists(profile),
        made.published_lists(profile),
        parts.projects(profile),
        made.definitions(profile),
        made.sources(provenance),
    ]
    return workbook_bytes(sheets, title=title, credits_line=credits_line, date=date, begun=begun)


class _Maker(SheetMaker):
    """Arranges what is measured, listed and defined."""

    def figures(self, profile: Row, figures: pd.DataFrame) -> Sheet:
        """One row per figure: every mode, lens, window and year."""
        head = self.head
        columns = [head("label", 56), head("mode", 14, "line"), head("lens", 22, "line")]
        columns += [head("state", 7, "year"), head("limit_min", 9, "count")]
        columns.append(head("departure", 12, "line"))
        columns += [head(name, 12, "decimal") for name in STATISTICS]
        columns += [head("unit", 15, "line"), head("bound", 11, "line")]
        columns += [head("stamp", 11, "line"), head("low", 12, "decimal")]
        columns.append(head("high", 12, "decimal"))
        columns.append(head("nearest_place", 30, "line"))
        columns += [head("definition", 60, "line"), head("source", 36, "line")]
        columns_of = [plain_list(figures[name]) for name in FIGURE_PARTS]
        rows = [
            self._figure(dict(zip(FIGURE_PARTS, row, strict=True)), profile)
            for row in zip(*columns_of, strict=True)
        ]
        notes = [self.text(f"workbook.note.{name}") for name in ("missing", "bound", "robust")]
        return self.sheet("figures", columns, rows, notes)

    def _figure(self, row: Mapping[Any, Any], profile: Row) -> list[Any]:
        bound = plain(row["bound"])
        used = profile["assumptions"].get("transit") or {}
        windows = {each["window"]: each for each in used.get("windows", ())}
        window = windows.get(row["departure"])
        values = [self._figure_value(row, name) for name in STATISTICS]
        return [
            row["label"],
            self.known("mode", row["mode"]),
            lens_name(row["lens"], self.text),
            row["state"],
            plain(row["limit_min"]),
            f"{window['start']}-{window['end']}" if window else plain(row["departure"]),
            *values,
            self.text(f"definition.units.{row['unit']}"),
            None if bound is None else self.text(f"workbook.why.{bound}"),
            *self._robust(row),
            plain(row["place"]),
            plain(row["definition"]),
            plain(row["source"]),
        ]

    def _robust(self, row: Mapping[Any, Any]) -> list[Any]:
        """Stamp and range of the middle figure; nothing where it was not measured again."""
        stamp = plain(row["robustness"])
        if stamp is None:
            return [None, None, None]
        ends = (plain(row["robust_low"]), plain(row["robust_high"]))
        kind = KINDS.get(row["unit"], "count")
        missing = "not_reached" if row["unit"] == "min" else "unknown"
        cells = [self.why(missing) if end is None else Number(end, kind) for end in ends]
        return [self.text(f"robust.{stamp}"), *cells]

    def _figure_value(self, row: Mapping[Any, Any], name: str) -> Any:
        value = plain(row[name])
        if value is None:
            return self.why(row["missing"] or "unknown")
        return Number(value, KINDS.get(row["unit"], "count"))

    def places(self, profile: Row) -> Sheet:
        """One row per place, with minutes by each mode."""
        modes = profile["modes"]
        head = self.head
        columns = [head("name", 36), head("function", 20), head("status", 14)]
        columns += [head("valid_from", 8, "year"), head("valid_to", 8, "year")]
        for mode in modes:
            for name in ("minutes", "spread_min", "spread_max"):
                words = self.text(f"workbook.column.{name}", mode=self.known("mode", mode))
                columns.append((words[:1].upper() + words[1:], 12, "minutes"))
        columns += [head("jobs", 14, "count"), head("note", 60)]
        rows = [
            [
                row["name"] or self.text("missing.unnamed"),
                self.known("function", row["function"]),
                self.known("state", row["state"]),
                row["valid_from"],
                row["valid_to"],
                *(cell for mode in modes for cell in self._minutes(row, mode, modes[0])),
                self.why("hidden") if row["jobs_hidden"] else row["jobs"],
                row["note"],
            ]
            for row in profile["places"]
        ]
        return self.sheet("places", columns, rows, [self.text("workbook.note.missing")])

    def _minutes(self, row: Row, mode: str, first: str) -> Iterator[Any]:
        times = row if mode == first else row["by_mode"][mode]
        for name in ("median", "min", "max"):
            missing = "not_reached" if row["measured"] else "not_measured"
            yield self.why(missing) if times[name] is None else times[name]

    def shares(self, profile: Row) -> Sheet:
        """One row per share of persons, and per distribution of their minutes."""
        head = self.head
        columns = [head("where", 26), head("function", 20), head("mode", 14)]
        columns += [head("limit_min", 9, "count"), head("share", 12, "share")]
        columns += [head("bound", 11), *(head(name, 12, "minutes") for name in PERCENTS)]
        found = profile["shares"]
        if found is None:
            notes = [self.text("workbook.note.no_shares")]
            return self.sheet("shares", columns, [], notes)
        here = {"name": profile["area"]["name"]}
        rows = []
        for row in found["rows"]:
            rows += [
                [*self._case(unit, row), row["limit_min"], *self._share(unit)]
                for unit in (here | row, *row["comparators"])
            ]
        for row in found["distribution"]:
            for unit in (here | row, *row["comparators"]):
                spread = [self._hidden(unit, unit[name], "not_reached") for name in PERCENTS]
                rows.append([*self._case(unit, row), None, None, None, *spread])
        notes = [self.text(f"workbook.note.{name}") for name in ("missing", "bound")]
        return self.sheet("shares", columns, rows, notes)

    def _case(self, unit: Row, row: Row) -> list[Any]:
        words = self.known("function", row["function"]), self.known("mode", row["mode"])
        return [unit["name"], *words]

    def _share(self, unit: Row) -> list[Any]:
        bound = self.text("workbook.why.at_least") if unit["lower_bound"] else None
        return [self._hidden(unit, unit["share"], "unknown"), bound, None, None, None]

    def _hidden(self, unit: Row, value: Any, missing: str) -> Any:
        if value is not None:
            return value
        return self.why("hidden" if unit["hidden"] else missing)

    def indicators(self, profile: Row) -> Sheet:
        """One row per indicator and year, beside others where there are any."""
        head = self.head
        columns = [head("indicator", 44), head("year", 7, "year")]
        columns += [head(name, 15, "decimal") for name in BESIDE]
        columns += [
            head("unit", 14),
            head("period", 24),
            head("source", 44),
            head("definition", 60),
        ]
        found = profile.get("indicators")
        rows = [
            [
                indicator_name(row, self.text),
                point["year"],
                *(self._beside(point, name) for name in BESIDE),
                self._unit(point["unit"]),
                point["period"],
                point["source"],
                row["definition"],
            ]
            for row in (found["rows"] if found else ())
            for point in row["series"]
        ]
        return self.sheet("indicators", columns, rows, [self.text("workbook.note.missing")])

    def _beside(self, point: Row, name: str) -> Any:
        if point.get(f"{name}_hidden"):
            return self.why("hidden")
        value = point.get(name)
        return self.why("none") if value is None else value

    def _unit(self, unit: str | None) -> str | None:
        return None if unit is None else self.known("definition.units", unit)

    def lists(self, profile: Row) -> Sheet:
        """One row per criterion of each list and year."""
        head = self.head
        columns = [head("list", 40), head("year", 7, "year"), head("criterion", 60)]
        columns += [head("value", 14, "decimal"), head("operator", 9)]
        columns += [head("threshold", 11, "decimal"), head("unit", 20), head("met", 12)]
        columns.append(head("answer", 20))
        rows = [
            [
                each["list"],
                each["year"],
                self.known("indicator", row["indicator"]),
                self.why("hidden" if row["why"] == "hidden" else "unknown")
                if row["value"] is None
                else row["value"],
                self._operator(row["operator"]),
                row["threshold"],
                self._unit(row["unit"]),
                self.yes(row["met"]),
                self._answer(each["answer"]),
            ]
            for each in profile.get("lists") or ()
            for row in each["rows"]
        ]
        return self.sheet("lists", columns, rows, [self.text("workbook.note.lists")])

    def published_lists(self, profile: Row) -> Sheet:
        """One row per day and list, as they were published."""
        head = self.head
        columns = [head("published", 12, "line"), head("list", 40), head("called", 24)]
        columns += [head("on_list", 14), head("answer", 20), head("source", 60)]
        rows = [
            [
                row["published"],
                row["list"],
                row["called"],
                self.yes(row["on_list"]),
                self.why("none") if row["worked_out"] is None else self._answer(row["worked_out"]),
                row["source"],
            ]
            for row in profile.get("published_lists") or ()
        ]
        return self.sheet("published_lists", columns, rows, [self.text("workbook.note.published")])

    def _operator(self, sign: str) -> str:
        return self.text(f"operator.{sign}", value="").strip()

    def _answer(self, answer: str) -> str:
        return self.text(f"lists.{'cannot_tell' if answer == 'unknown' else answer}")

    def definitions(self, profile: Row) -> Sheet:
        """One row per indicator: what it measures, its unit, its direction and its source."""
        head = self.head
        columns = [head("name", 40), head("unit", 16), head("direction", 18)]
        columns += [head("definition", 80), head("measure", 44), head("source", 50)]
        rows = [
            [
                row["name"],
                self.text(f"definition.units.{row['unit']}"),
                self.text(f"definition.directions.{row['direction']}"),
                row["definition"],
                row["measure"],
                row["source"],
            ]
            for row in profile["definitions"]
        ]
        return self.sheet("definitions", columns, rows)

    def sources(self, provenance: Row) -> Sheet:
        """One row per layer: its rights, its date and its hash."""
        keys = ("layer", "title", "source", "credit", "licence", "published", "sha256")
        widths = (18, 40, 50, 40, 30, 12, 66)
        columns = [
            self.head(key, width, "line" if key == "sha256" else "text")
            for key, width in zip(keys, widths, strict=True)
        ]
        rows = [[layer[key] for key in keys] for layer in provenance["layers"]]
        return self.sheet("sources", columns, rows)
