"""Sheets of who gets how far, what jobs are near, what has changed, and what is planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from htkgis.maps.changes import kind_of, named
from htkgis.maps.jobs_fit import employment_words
from htkgis.maps.lenses import lens_name
from htkgis.maps.robustness import names_of_cases
from htkgis.maps.transit import lens_heading, window_name
from htkgis.publish.workbook import Number, Sheet
from htkgis.quantities import ADULT

from .workbook_sheet import Row, SheetMaker

KNOWN_CHANGE = ("nearer", "farther", "same", "elsewhere")
"""Kinds of change whose difference in minutes is known."""
COMPARED = ("sector", "skill_level")
SPREAD = ("min", "median", "max")


class PartSheets(SheetMaker):
    """Arranges parts that a page shows as tables; one that the profile lacks says so."""

    def lenses(self, profile: Row) -> Sheet:
        """One row per function and lens, then how many functions each lens has within the limit."""
        head = self.head
        columns = [head("function", 24), head("lens", 26), head("minutes_walk", 14, "minutes")]
        columns += [head("bound", 11), head("limit_min", 9, "count")]
        columns += [head("within", 18, "count"), head("functions", 18, "count")]
        part = profile.get("lenses") or {"rows": (), "within": ()}
        rows: list[list[Any]] = [
            [
                self.known("function", row["function"]),
                lens_name(value["lens"], self.text),
                self.why("not_reached") if value["median"] is None else value["median"],
                self.bound("at_most", value["upper_bound"]),
                *(None, None, None),
            ]
            for row in part["rows"]
            for value in row["values"]
        ]
        every = self.text("workbook.finding.all_functions")
        for each in part["within"]:
            counted = [part["limit_min"], each["count"], part["measured"]]
            rows.append([every, lens_name(each["lens"], self.text), None, None, *counted])
        return self.sheet("lenses", columns, rows, self.notes(profile.get("lenses"), "missing"))

    def transit(self, profile: Row) -> Sheet:
        """One row per window and figure: of adults, of others, and of the other quarters."""
        head = self.head
        columns = [head("where", 26), head("lens", 34), head("window", 34), head("target", 30)]
        columns += [head("limit_min", 9, "count")]
        columns += [head(name, 12, "count") for name in SPREAD]
        columns += [head("between_low", 12, "count"), head("between_high", 12, "count")]
        columns += [head("unit", 15), head("arrive_share", 14, "share"), head("bound", 11)]
        part = profile.get("transit")
        rows = [] if part is None else list(self._transit_rows(part, profile["quarter"]))
        return self.sheet("transit", columns, rows, self.notes(part, "missing", "transit"))

    def _transit_rows(self, part: Row, quarter: Row) -> Iterator[list[Any]]:
        windows = {each["window"]: window_name(each, self.text) for each in part["windows"]}
        here, adult = quarter["name"], lens_name(ADULT, self.text)
        for unit, key in (("jobs", "jobs"), ("min", "stations")):
            for row in part[key]:
                for value in row["values"]:
                    yield [
                        *(here, adult, windows[value["window"]], *self._asked(row, key)),
                        *self._amounts(value, unit),
                    ]
        others = part["lenses"] or {"lenses": (), "rows": ()}
        who = {row["lens"]: lens_heading(row, self.text) for row in others["lenses"]}
        for row in others["rows"]:
            for value in row["values"]:
                if value["lens"] != ADULT:
                    lens = who[value["lens"]]
                    yield [here, lens, windows[row["window"]], *self._beside(row, value)]
        for row in part["comparison"]:
            for value in row["values"]:
                if value["quarter_id"] != quarter["id"]:
                    where = value["quarter_name"]
                    yield [where, adult, windows[row["window"]], *self._beside(row, value)]

    def _asked(self, row: Row, key: str) -> list[Any]:
        if key == "jobs":
            return [self.text("workbook.finding.all_jobs"), row["limit_min"]]
        return [row["name"], None]

    def _beside(self, row: Row, value: Row) -> list[Any]:
        """Write a middle figure that stands beside others, whose ends the profile leaves out."""
        station = row["station"]
        asked = self._asked(row if station is None else station, "station" if station else "jobs")
        return [*asked, *self._amounts({**value, "median": value["value"]}, row["unit"])]

    def _amounts(self, value: Row, unit: str) -> list[Any]:
        ends = ("low", "high")
        numbers = [self._amount(value, name, unit) for name in (*SPREAD, *ends)]
        return [
            *numbers,
            self.known("definition.units", unit),
            value.get("share"),
            self.bound("at_least", value.get("lower_bound")),
        ]

    def _amount(self, value: Row, name: str, unit: str) -> Any:
        if name not in value:
            return None
        if value[name] is not None:
            return Number(value[name], "minutes" if unit == "min" else "count")
        if value.get("hidden"):
            return self.why("hidden")
        return self.why("not_reached" if unit == "min" else "unknown")

    def jobs_fit(self, profile: Row) -> Sheet:
        """One row per mode and limit: all jobs, those of each sector, of each skill level."""
        head = self.head
        columns = [head("jobs_of", 22), head("part", 50), head("mode", 14)]
        columns += [head("limit_min", 9, "count"), head("median", 12, "count")]
        columns += [head("between_low", 12, "count"), head("between_high", 12, "count")]
        columns += [head("jobs_total", 16, "count"), head("jobs_share", 16, "share")]
        columns.append(head("bound", 11))
        part = profile.get("jobs_fit")
        rows = [self._fit(row) for row in (part or {}).get("rows", ())]
        keys = [(part or {}).get(f"{name}_missing") for name in ("sector", "skill")]
        said = [employment_words(profile, self.text), *(self.text(key) for key in keys if key)]
        return self.sheet(
            "jobs_fit",
            columns,
            rows,
            [*filter(None, said), *self.notes(part, "missing", "bound")],
        )

    def _fit(self, row: Row) -> list[Any]:
        column = next((name for name in COMPARED if row[name] is not None), None)
        total = self.why("hidden") if row["hidden"] else self.why("unknown")
        return [
            self.text(f"jobs_by_{column.removesuffix('_level')}.heading")
            if column
            else self.text("workbook.finding.all_jobs"),
            None if column is None else self.known(column, row[column]),
            self.known("mode", row["mode"]),
            row["limit_min"],
            *(self._amount(row, name, "jobs") for name in ("median", "low", "high")),
            *(total if row[name] is None else row[name] for name in ("total", "share")),
            self.bound("at_least", row["lower_bound"]),
        ]

    def competition(self, profile: Row) -> Sheet:
        """One row per mode and limit of the area, then of the municipality: jobs per resident."""
        head = self.head
        columns = [head("where", 26), head("mode", 14), head("limit_min", 9, "count")]
        columns += [head(name, 12, "decimal") for name in ("mean", "median", "low", "high")]
        columns += [head("stamp", 11), head("changed_by", 60), head("persons", 12, "count")]
        columns.append(head("edge", 30))
        part = profile.get("competition") or {"missing": None, "rows": ()}
        units = [("area", str((profile.get("area") or {}).get("name")))]
        units.append(("municipality", self.text("competition.municipality")))
        rows = [
            self._competing(row, unit, name, profile)
            for unit, name in units
            for row in part["rows"]
        ]
        why = [self.text(part["missing"])] if part["missing"] else []
        note = [self.text("competition.note")] if rows else []
        named = () if rows or why else ("no_part",)
        notes = self.notes({}, *named, *(("robust",) if rows else ()))
        return self.sheet("competition", columns, rows, [*why, *note, *notes])

    def _competing(self, row: Row, unit: str, name: str, profile: Row) -> list[Any]:
        own = row[unit]
        robust = own.get("robust") or {"low": None, "high": None, "changed_by": ()}
        why = self.why("hidden" if own["hidden"] else "unknown")
        cases = (profile.get("robustness") or {"cases": ()})["cases"]
        stamp = robust.get("stamp")
        return [
            name,
            self.known("mode", row["mode"]),
            row["limit_min"],
            *(why if own[key] is None else own[key] for key in ("mean", "median")),
            *(robust[key] for key in ("low", "high")),
            None if stamp is None else self.text(f"robust.{stamp}"),
            "; ".join(names_of_cases(robust["changed_by"], cases, self.text)) or None,
            self.why("hidden") if own["persons"] is None else own["persons"],
            self.text("workbook.finding.competition_edge") if own["edge"] else None,
        ]

    def changes(self, profile: Row) -> Sheet:
        """One row per function and mode that changed: minutes and places before and after."""
        head, part = self.head, profile.get("changes") or {"rows": ()}
        columns = [head("function", 24), head("mode", 14)]
        for name in ("baseline", "state"):
            year = part.get(name, "")
            columns.append((self.text("workbook.column.minutes_in", year=year), 13, "minutes"))
            columns.append((self.text("workbook.column.bound_in", year=year), 13, "text"))
        columns += [head("difference", 13, "minutes"), head("change", 18)]
        for name in ("baseline", "state"):
            words = self.text("workbook.column.place_in", year=part.get(name, ""))
            columns.append((words, 34, "text"))
        columns += [head("opened", 40), head("closed_places", 40)]
        rows = [self._change(row) for row in part["rows"]]
        notes = self.notes(profile.get("changes"), "missing", "bound")
        return self.sheet("changes", columns, rows, notes)

    def _change(self, row: Row) -> list[Any]:
        kind, cells = kind_of(row), []
        for when in ("before", "after"):
            cells += [
                self.why("not_reached") if row[when] is None else row[when],
                self.bound("at_most", row[f"{when}_upper_bound"]),
            ]
        return [
            self.known("function", row["function"]),
            self.known("mode", row["mode"]),
            *cells,
            row["delta_min"] if kind in KNOWN_CHANGE else self.why("unknown"),
            self.text(f"change_kind.{kind}"),
            row["before_place"],
            row["after_place"],
            *("; ".join(named(row[way], self.text)) or None for way in ("opened", "closed")),
        ]

    def projects(self, profile: Row) -> Sheet:
        """One row per project: status, years, budget and quantity as the source states them."""
        head = self.head
        columns = [head("name", 40), head("kind", 24), head("status", 24)]
        columns += [head("valid_from", 8, "year"), head("valid_to", 8, "year")]
        columns += [head("budget", 16, "decimal"), head("quantity", 40)]
        columns += [head("on_map", 12), head("note", 60)]
        rows = [self._project(row) for row in profile.get("projects") or ()]
        return self.sheet("projects", columns, rows, [self.text("workbook.note.projects")])

    def _project(self, row: Mapping[str, Any]) -> list[Any]:
        budget = row["budget_mio"]
        return [
            row["name"],
            self.known("project_kind", row["kind"]),
            self.text(f"project_status.{row['status']}"),
            row["year_from"],
            row["year_to"],
            self.why("unknown") if budget is None else budget,
            row["quantity"],
            self.yes(row["on_map"]),
            row["note"],
        ]
