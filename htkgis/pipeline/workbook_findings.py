"""Sheets of what a profile finds: gaps, who lacks what, fairness, isolation, rules, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from htkgis.maps.gaps import gap
from htkgis.maps.isolation import barrier_name
from htkgis.maps.lenses import lens_name
from htkgis.maps.robustness import cases_of_lens, names_of_cases
from htkgis.maps.tables.part_robustness import longest_name
from htkgis.maps.tables.rules import rule_name, source_words
from htkgis.publish.workbook import Kind, Number, Sheet
from htkgis.quantities import ADULT

from .figure_words import figure_label, transit_label
from .mode_steps import WALK
from .workbook_sheet import Row, SheetMaker

UNITS = ("area", "rest", "municipality")
KINDS: dict[str, Kind] = {
    "min": "minutes",
    "share": "share",
    "times": "decimal",
    "per km": "decimal",
}
"""By unit: how a number is written; a count where the unit is none of these."""
TRANSIT = "transit"
ENDS = ("very_high", "none", None)
"""Levels of service beside which no bound stands."""


class FindingSheets(SheetMaker):
    """Arranges what is found; a part that the profile lacks is a sheet that says so."""

    def gaps(self, profile: Row) -> Sheet:
        """One row per function: a strength, or a gap with its reason."""
        head = self.head
        columns = [head("finding", 12), head("function", 22), head("limit_min", 9, "count")]
        columns += [head(name, 12, "minutes") for name in ("median", "max", "short")]
        columns += [head("bound", 11), head("beyond", 13, "count"), head("origins", 13, "count")]
        columns += [head("nearest_place", 30), head("reason", 90)]
        rows = []
        for name, reasons in (("strengths", False), ("gaps", True)):
            for row in profile.get(name) or ():
                why = gap(row, profile, self.text)["why"] if reasons else []
                rows.append([self.text(f"workbook.finding.{name}"), *self._way(row), " ".join(why)])
        return self.sheet("gaps", columns, rows, self.notes(profile.get("gaps"), "missing"))

    def _way(self, row: Row) -> list[Any]:
        times = [row["median_min"], row["max_min"]]
        return [
            self.known("function", row["function"]),
            row["limit_min"],
            *(self.why("not_reached") if each is None else each for each in times),
            row["short_min"],
            self.bound("at_most", row["upper_bound"]),
            row["origins_beyond"],
            row["origins"],
            row["place_name"],
        ]

    def completeness(self, profile: Row) -> Sheet:
        """One row per mode of all functions together, and one per function that somebody lacks."""
        head = self.head
        columns = [head("mode", 14), head("function", 22), head("limit_min", 9, "count")]
        columns += [head(name, 15, "count") for name in ("lacking", "lacking_only", "origins")]
        columns += [head(name, 15, "minutes") for name in ("least_short", "most_short")]
        columns.append(head("residents_lacking", 15, "share"))
        rows: list[list[Any]] = []
        for found in profile.get("completeness") or ():
            mode, limit = self.known("mode", found["mode"]), found["limit_min"]
            lacking = found["origins"] - found["origins_complete"]
            every = self.text("workbook.finding.all_functions")
            rows.append([mode, every, limit, lacking, None, found["origins"], None, None])
            rows[-1].append(self._complete(found))
            shares = self._lacked(found)
            for row in found["missing"]:
                short = [row["least_short_min"], row["most_short_min"]]
                rows.append(
                    [
                        mode,
                        self.known("function", row["function"]),
                        limit,
                        row["origins_lacking"],
                        row["origins_lacking_only"],
                        found["origins"],
                        *(self.why("not_reached") if each is None else each for each in short),
                        shares.get(row["function"], self.why("unknown")),
                    ]
                )
        part = profile.get("completeness")
        return self.sheet("completeness", columns, rows, self.notes(part, "missing"))

    def _complete(self, found: Row) -> Any:
        """Give the share of the residents who lack something."""
        area = (found["persons"] or {}).get("area")
        if area is None or area["share"] is None:
            return self.why("hidden" if area and area["hidden"] else "unknown")
        return round(1 - area["share"], 4)

    def _lacked(self, found: Row) -> dict[str, Any]:
        area = (found["persons"] or {}).get("area")
        return {row["function"]: row["share"] for row in area["lacking"]} if area else {}

    def fairness(self, profile: Row) -> Sheet:
        """One row per function and unit: persons beyond the limit, and by how much."""
        head = self.head
        columns = [head("function", 22), head("limit_min", 9, "count"), head("where", 30)]
        columns += [head("beyond_share", 14, "share"), head("shortfall", 14, "minutes")]
        columns += [head(name, 14, "decimal") for name in ("gap", "severity")]
        columns += [head(name, 14, "count") for name in ("persons_beyond", "unreached", "persons")]
        columns.append(head("bound", 11))
        names = (
            "share",
            "mean_shortfall_min",
            "gap",
            "severity",
            "persons_above",
            "persons_unreached",
            "persons",
        )
        rows = []
        for row in (profile.get("fairness") or {}).get("sufficiency", ()):
            for unit in UNITS:
                own = row[unit]
                missing = self.why("hidden" if own["hidden"] else "unknown")
                rows.append(
                    [
                        self.known("function", row["function"]),
                        row["limit_min"],
                        self._unit_name(unit, profile),
                        *(missing if own[name] is None else own[name] for name in names),
                        self.bound("at_most", own["upper_bound"]),
                    ]
                )
        return self.sheet("fairness", columns, rows, self._fairness_notes(profile, "missing"))

    def _unit_name(self, unit: str, profile: Row) -> str:
        return (
            str(profile["area"]["name"]) if unit == "area" else self.text(f"workbook.unit.{unit}")
        )

    def _fairness_notes(self, profile: Row, *names: str) -> list[str]:
        part = profile.get("fairness")
        why = [self.text(part["missing"])] if part and part["missing"] else []
        return [*why, *self.notes(part, *names)]

    def inequality(self, profile: Row) -> Sheet:
        """One row per measure of inequality, and per group of those that have any."""
        head = self.head
        columns = [head("measure_name", 16), head("where", 30), head("limit_min", 9, "count")]
        columns += [head("index", 12, "decimal"), head("persons", 14, "count")]
        columns += [head("left_out", 14, "count"), head("bound", 30)]
        rows: list[list[Any]] = []
        for row in (profile.get("fairness") or {}).get("inequality", ()):
            value = self.why("none") if row["value"] is None else row["value"]
            edge = self.text("workbook.finding.edge") if row["edge"] else None
            measure = self.text(f"fairness.{row['measure']}")
            whole = self.text("workbook.unit.municipality")
            counted = [row["persons"], row["persons_left_out"]]
            rows.append([measure, whole, row["limit_min"], value, *counted, edge])
            for part in ("within", "between"):
                if row.get(part) is not None:
                    words = self.text(f"workbook.unit.{part}")
                    rows.append([measure, words, row["limit_min"], row[part], None, None, edge])
        return self.sheet("inequality", columns, rows, self._fairness_notes(profile))

    def isolation(self, profile: Row) -> Sheet:
        """One row per mode, measure and area, beside the neighbours of each."""
        head = self.head
        columns = [head("mode", 14), head("measure_name", 50), head("where", 26)]
        columns += [head(name, 14, "decimal") for name in ("index", "around")]
        columns += [head("unit", 18), head("direction", 14), head("bound", 11)]
        columns += [head("closed_from", 14, "decimal"), head("closed", 12), head("of", 40)]
        part = profile.get("isolation")
        rows = [
            self._isolated(mode["mode"], row, value)
            for mode in (part or {}).get("modes", ())
            for row in mode["rows"]
            for value in row["values"]
        ]
        notes = self.notes(part, "isolation")
        return self.sheet("isolation", columns, rows, notes)

    def _isolated(self, mode: str, row: Row, value: Row) -> list[Any]:
        limit = self.text.format_number(row["limit_min"], None)
        kind = KINDS.get(row["unit"], "count")

        def number(amount: Any, missing: str) -> Any:
            return self.why(missing) if amount is None else Number(amount, kind)

        judged = row["closed_from"] is not None
        return [
            self.known("mode", mode),
            self.text(f"isolation.row.{row['indicator']}", limit=limit),
            value["quarter_name"],
            number(value["value"], "unknown"),
            number(value["neighbours"], "none"),
            self.known("definition.units", row["unit"]),
            self.text(f"definition.directions.{row['direction']}"),
            self.bound("at_least", value["lower_bound"]),
            Number(row["closed_from"], kind) if judged else None,
            self.yes(value["closed"]) if judged else None,
            self._of(value),
        ]

    def _of(self, value: Row) -> str | None:
        """Say which direction, kind of place or barrier a value is of."""
        if value.get("barrier"):
            return str(barrier_name(value["barrier"], self.text))
        if value.get("function"):
            return self.known("function", value["function"])
        return (
            self.text(f"isolation.direction.{value['direction']}")
            if value.get("direction")
            else None
        )

    def barriers(self, profile: Row) -> Sheet:
        """One row per barrier around the area, dearest first."""
        head = self.head
        columns = [head("barrier", 40), head("saved", 16, "decimal")]
        columns += [head("affected", 14, "share"), head("saved_each", 16, "decimal")]
        columns += [head("crossings", 22, "count"), head("gap_m", 16, "count"), head("bound", 11)]
        part = profile.get("isolation")
        none = self.why("none")
        rows = [
            [
                barrier_name(row, self.text),
                row["saved_min"],
                row["affected_share"],
                none if row["saved_of_affected_min"] is None else row["saved_of_affected_min"],
                self.text("isolation.barrier.junctions")
                if row["crossings"] is None
                else row["crossings"],
                none if row["widest_gap_m"] is None else row["widest_gap_m"],
                self.bound("at_least", row["lower_bound"]),
            ]
            for row in (part or {}).get("barriers", ())
        ]
        notes = self.notes(part, *([] if rows else ["no_barriers"]))
        return self.sheet("barriers", columns, rows, notes)

    def rules(self, profile: Row) -> Sheet:
        """One row per planning rule: measured, limit, margin, result, and whether it holds."""
        head = self.head
        columns = [head("rule", 44), head("limit_m", 10, "count")]
        columns += [head(f"{name}_m", 12, "count") for name in ("median", "min", "max", "margin")]
        columns += [head("result", 18), head("reason", 40), head("meets", 10, "count")]
        columns += [head("origins", 13, "count"), head("holds", 10), head("low", 12, "count")]
        columns += [head("high", 12, "count"), head("changed_by", 40), head("to_place", 30)]
        columns.append(head("source", 60))
        part = profile.get("rules")
        rows = [self._rule(row, part) for row in (part or {}).get("rows", ())]
        return self.sheet("rules", columns, rows, self.notes(part, "rules"))

    def _rule(self, row: Row, part: Any) -> list[Any]:
        tried = names_of_cases(
            row["changed_by"], part["cases"], self.text, sketch_length=part["sketch_length"]
        )
        measured = [row[name] for name in ("median", "min", "max", "margin_m")]
        missing = self.why("not_reached")
        reason = None if row["reason"] is None else self.text(f"rules.reason.{row['reason']}")
        return [
            rule_name(row, self.text),
            row["limit_m"],
            *(missing if each is None else each for each in measured),
            self.text(f"rules.status.{row['status']}"),
            reason,
            row["met"],
            row["of"],
            None if row["holds"] is None else self.yes(row["holds"]),
            *(missing if row[name] is None else row[name] for name in ("low_m", "high_m")),
            "; ".join(tried) or None,
            None if row["place"] is None else row["place"]["name"],
            source_words(row, self.text),
        ]

    def service(self, profile: Row) -> Sheet:
        """One row per origin: level of service by public transport."""
        head = self.head
        columns = [head("origin", 36), head("level", 18), head("departures", 20, "decimal")]
        columns += [head("bound", 11), head("holds", 10)]
        found = (profile.get("rules") or {}).get("service")
        unknown = self.why("not_measured")
        rows = [
            [
                row["name"] or row["id"],
                unknown if row["level"] is None else self._level(row),
                unknown if row["departures_per_hour"] is None else row["departures_per_hour"],
                # nothing is better than the highest level, and of none no bound is said
                self.bound("at_least", row["bound"] and row["level"] not in ENDS),
                self.yes(row["holds"]),
            ]
            for row in (found or {}).get("origins", ())
        ]
        return self.sheet("service", columns, rows, self.notes(found))

    def _level(self, row: Row) -> str:
        if row["bound"] and row["level"] == "none":
            return self.text("rules.service.none_found")
        return self.text(f"rules.service.levels.{row['level']}")

    def robustness(self, profile: Row) -> Sheet:
        """One row per figure that was measured again: its range, its stamp, what changes it."""
        head = self.head
        columns = [head("label", 56), head("mode", 14), head("lens", 14), head("state", 7, "year")]
        columns += [head(name, 12, "decimal") for name in ("median", "low", "high")]
        columns += [head("unit", 15), head("stamp", 11), head("bound", 11), head("changed_by", 60)]
        part = profile.get("robustness")
        rows = [self._stamped(row, profile) for row in (part or {}).get("figures", ())]
        rows += [] if part is None else list(self._stamped_beside(profile))
        return self.sheet("robustness", columns, rows, self.notes(part, "robust"))

    def _stamped_beside(self, profile: Row) -> Iterator[list[Any]]:
        """Write how closed the area is, and shares of its residents, below the other figures."""
        state = profile["robustness"].get("state")
        about = {"mode": WALK, "lens": ADULT, "state": state, "departure": None}
        for mode in (profile.get("isolation") or {"modes": ()})["modes"]:
            for row in mode["rows"]:
                for value in row["values"]:
                    own = value["quarter_id"] == profile["quarter"]["id"]
                    if own and value.get("robust"):
                        ranged = {**about, **value["robust"], "value": value["value"]}
                        bound = "at_least" if value["lower_bound"] else None
                        ranged |= {"mode": mode["mode"], "unit": row["unit"], "bound": bound}
                        label = longest_name(row, value, self.text)
                        yield self._stamped(ranged, profile, label=label)
        for row in (profile.get("shares") or {"rows": ()})["rows"]:
            if row.get("robust"):
                label = self.text(
                    "workbook.finding.share_within",
                    function=self.known("function", row["function"]),
                    limit=self.text.format_number(row["limit_min"], None),
                )
                bound = "at_least" if row["robust"]["bound"] else None
                ranged = {**about, **row["robust"], "value": row["share"], "unit": "share"}
                yield self._stamped(
                    ranged | {"bound": bound, "mode": row["mode"]}, profile, label=label
                )

    def _stamped(self, row: Row, profile: Row, *, label: str | None = None) -> list[Any]:
        kind = KINDS.get(row["unit"], "count")
        missing = self.why("not_reached" if row["unit"] == "min" else "unknown")
        ends = [
            missing if row[name] is None else Number(row[name], kind)
            for name in ("value", "low", "high")
        ]
        length = (profile["assumptions"].get("isolation") or {}).get("sketch_length")
        cases = cases_of_lens(profile["robustness"], row["lens"])
        tried = names_of_cases(row["changed_by"], cases, self.text, sketch_length=length)
        return [
            label or self._label(row, profile["assumptions"]),
            self.known("mode", row["mode"]),
            lens_name(row["lens"], self.text),
            row["state"],
            *ends,
            self.known("definition.units", row["unit"]),
            self.text(f"robust.{row['stamp']}"),
            self.bound(str(row["bound"]), row["bound"]),
            "; ".join(tried) or None,
        ]

    def _label(self, row: Row, assumptions: Mapping[str, Any]) -> str:
        if row["mode"] != TRANSIT:
            return figure_label(row["indicator"], row["function"], row["limit_min"], text=self.text)
        known = {"percentile": assumptions["transit"]["percentile"], **row}
        return transit_label(known, assumptions["transit"], self.text)
