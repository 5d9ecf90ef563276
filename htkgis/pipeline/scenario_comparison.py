"""Compare two scenarios, or one with the study as it is: one page, and its figures as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError
from htkgis.maps import JointLayers, Text
from htkgis.profile.scenario import scenario_part
from htkgis.profile.scenario_differences import (
    Compared,
    ComparisonClasses,
    Side,
    scenario_differences,
)
from htkgis.publish.folder import publish
from htkgis.quantities import ADULT
from htkgis.scenario import places_in_state
from htkgis.scenario_rules import Scenario
from htkgis.store import Cache
from htkgis.store.lock import reading
from htkgis.study import Study, read_study

from .comparison_files import CSV, JSON, comparison_files
from .layers import small_numbers
from .localised import localised_table
from .origin_kind import kind_of_origins
from .page_decisions import background_words
from .page_words import words_by_layers
from .profile_steps import Decimal, profile_steps
from .profiles import ProfileRun
from .scenario_files import read_scenario_file
from .scenario_places import drawn_edits, edit_places_of
from .scenario_run import FOLDER
from .scenarios import scenario_results
from .stated_facts import is_sketch, layer_facts
from .steps import Progress, Results, needed, run_steps
from .transit_steps import TRANSIT, has_transit
from .updates.installed import finish_interrupted

REFERENCE = "reference"
"""In the place of a file: the study as it is."""
OF_STUDY = ("projects", "streets", "quarters", "areas", "municipality", "places")
OF_SIDE = ("origins", "residents")


@dataclass(frozen=True)
class ComparisonReport:
    """What was compared, and written.

    Parameters
    ----------
    folder
        That holds the files.
    files
        Their names, the page first.
    comparison
        JSON value: both sides with their edits, and what
        :func:`htkgis.profile.scenario_differences.scenario_differences` gives.
    """

    folder: Path
    files: tuple[str, ...]
    comparison: dict[str, Any]


def compare_scenarios(
    study_path: Path,
    catalog_path: Path,
    first: Path | str,
    second: Path | str,
    *,
    year: int | None = None,
    out: Path | None = None,
    data: Path | None = None,
    language: str | None = None,
    decimal: Decimal | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> ComparisonReport:
    """Compare two scenarios at every origin, and write a page with the figures beside it.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    first, second
        ``scenarios/NAME.toml``, or :data:`REFERENCE`. Differences are the second less the first.
    year
        In which both are looked at; each in its own where missing, the study in its state.
    out
        Folder for the files; named by both, below :data:`FOLDER`, where missing. Files there
        that are not ours stay.
    data, language, decimal, cache, progress
        As :func:`htkgis.pipeline.profiles.run_profiles`.

    Raises
    ------
    ConfigError
        If a file is not right or contradicts the study, or the study lacks ``[differences]`` or
        ``[comparison]``.
    SchemaError
        If an edit touches nothing, snaps badly, or adds what is there.
    HtkgisError
        Nothing was written then.
    """
    finish_interrupted(catalog_path, data=data)
    with reading(catalog_path):
        study = read_study(study_path)
        catalog = read_catalog(catalog_path, data=data)
        hashes = catalog.checked_hashes()
        check_rules(study)
        sides = [_scenario(side, study, year) for side in (first, second)]
        run = _Run(study, catalog, hashes, cache or Cache.default(), progress)
        before = run.before()
        results = [run.of(scenario, before) for scenario in sides]
        words = words_by_layers(
            study,
            catalog,
            language or study.study.language,
            results[0]["origins"],
            before["municipality"],
        )
        comparison = run.compared(sides, results, before)
        facts = layer_facts(catalog, hashes)
        edits = [
            (scenario, comparison[side]["edits"])
            for scenario, side in zip(sides, ("first", "second"), strict=True)
        ]
        drawn = _joint_layers(study, results, before, words, drawn_edits(edits, before))
        held = ProfileRun(
            study=study,
            catalog=catalog,
            hashes=hashes,
            language=words.language,
            decimal=decimal or study.study.decimal,
            out=out or FOLDER / compared_id(sides),
            keep=1,
            now=None,
            cache=run.cache,
        )
        for each in (before, *results):
            if each.computed:
                held.check_layers(each)
        files = comparison_files(comparison, drawn, study, facts, text=words, decimal=held.decimal)
    publish(files, held.out)
    return ComparisonReport(held.out, tuple(files), comparison)


def compared_id(sides: list[Scenario]) -> str:
    """Name a comparison by its sides and their years."""
    return "-".join(["compare", *(f"{scenario.id}-{scenario.year}" for scenario in sides)])


def check_rules(study: Study) -> None:
    """Raise ConfigError unless the study says in which classes differences are told."""
    lacking = [name for name in ("differences", "comparison") if getattr(study, name) is None]
    if lacking:
        tables = " and ".join(f"[{name}]" for name in lacking)
        msg = (
            f"study {study.study.id!r}: {tables} is missing; a comparison needs the classes that "
            "differences are told in. Add it, as in the embedded study (htkgis init)."
        )
        raise ConfigError(msg)
    assert study.differences is not None  # noqa: S101  checked above
    assert study.comparison is not None  # noqa: S101
    counts = [
        len(steps.value)
        for steps in (study.differences.minutes, study.differences.functions, study.comparison.jobs)
    ]
    if len(set(counts)) > 1:
        msg = (
            f"study {study.study.id!r}: the classes of minutes, functions and jobs in "
            f"[differences] and [comparison] are {counts}; as many of each are allowed, for one "
            "colour stands for all. Correct them."
        )
        raise ConfigError(msg)


def _scenario(side: Path | str, study: Study, year: int | None) -> Scenario:
    """Read one side in the year it is looked at; the study is a scenario without edits."""
    if str(side) == REFERENCE:
        own = Scenario(id=REFERENCE, name=REFERENCE, name_en=REFERENCE)
        return own.in_year(study.study.state.value if year is None else year)
    if not Path(side).exists():
        msg = (
            f"scenario {str(side)!r}: is no file, nor {REFERENCE!r}, which is the study as it is; "
            "one of the two is allowed. Give its path, such as scenarios/NAME.toml."
        )
        raise ConfigError(msg)
    scenario = read_scenario_file(Path(side))
    looked_at = scenario.year if year is None else year
    return scenario.in_year(study.study.state.value if looked_at is None else looked_at)


@dataclass(frozen=True)
class _Run:
    """What is read once for both."""

    study: Study
    catalog: Catalog
    hashes: Mapping[str, str]
    cache: Cache
    progress: Progress | None

    @property
    def modes(self) -> list[str]:
        return list(self.study.modes.names)

    def before(self) -> Results:
        """Measure the study as it is, as far as scenarios are compared with it; and its layers."""
        steps = profile_steps(self.study, self.catalog, self.hashes, self.study.study.language)
        return run_steps(needed(steps, OF_STUDY), self.cache, progress=self.progress)

    @property
    def access_tables(self) -> list[str]:
        """Names of the tables of access that are compared: of adults, by every mode."""
        by_timetable = [TRANSIT] if has_transit(self.study, self.catalog) else []
        return [f"{mode}_access" for mode in (*self.modes, *by_timetable)]

    def of(self, scenario: Scenario, before: Results) -> Results:
        """Measure one side as far as it is compared: adults alone, no cases, reach or pages."""
        stations = ("stations",) if has_transit(self.study, self.catalog) else ()
        times = (f"{mode}_resident_times" for mode in self.modes)
        return scenario_results(
            self.study,
            self.catalog,
            scenario,
            outputs=(*OF_SIDE, *stations, *self.access_tables, *times),
            before=before,
            hashes=self.hashes,
            cache=self.cache,
            progress=self.progress,
        )

    def compared(
        self, sides: list[Scenario], results: list[Results], layers: Results
    ) -> dict[str, Any]:
        """Put both side by side, as the JSON file has it."""
        study = self.study
        first, second = map(self._side, sides, results)
        found = scenario_differences(first, second, self._asked())
        return {
            "id": compared_id(sides),
            "study": {
                "id": study.study.id,
                "municipality": study.study.municipality,
                "crs": study.study.crs,
                "state": study.study.state.value,
            },
            "sketch": is_sketch(self.catalog),
            "first": self._told(sides[0], layers),
            "second": self._told(sides[1], layers),
            "between": self._between(sides, layers),
            "origins": kind_of_origins(results[0]["origins"]),
            "classes": {name: list(steps) for name, steps in self._classes().items()},
            "job_rounding": study.jobs.rounding.value,
            "stations": self._stations(results),
            "files": [CSV, JSON],
            **found,
            "areas": [area | self._names(area, layers) for area in found["areas"]],
        }

    def _side(self, scenario: Scenario, results: Results) -> Side:
        access = pd.concat([results[name] for name in self.access_tables], ignore_index=True)
        shown = access["state"].eq(scenario.year) & access["lens"].eq(ADULT)
        return Side(
            access=access[shown],
            origins=pd.DataFrame(results["origins"].drop(columns="geometry")),
            residents=pd.DataFrame(results["residents"].drop(columns="geometry")),
            resident_times={mode: results[f"{mode}_resident_times"] for mode in self.modes},
        )

    def _classes(self) -> dict[str, tuple[float, ...]]:
        differences, comparison = self.study.differences, self.study.comparison
        assert differences is not None  # noqa: S101  checked before
        assert comparison is not None  # noqa: S101
        return {
            "min": differences.minutes.value,
            "functions": differences.functions.value,
            "jobs": comparison.jobs.value,
        }

    def _asked(self) -> Compared:
        classes = self._classes()
        return Compared(
            areas={quarter.area: quarter.id for quarter in self.study.quarters},
            modes=[*self.modes, TRANSIT],
            everyday_min=self.study.profile.everyday.value,
            classes=ComparisonClasses(classes["min"], classes["functions"], classes["jobs"]),
            job_rounding=self.study.jobs.rounding.value,
            rules=small_numbers(self.study),
        )

    def _told(self, scenario: Scenario, layers: Results) -> dict[str, Any]:
        """Say what one side is; the id of the study as it is is None."""
        part = scenario_part(
            {
                "scenario": scenario.model_dump(mode="json"),
                "year": scenario.year,
                "where": edit_places_of(scenario, layers),
            },
            self.study.study.state.value,
            layers["projects"],
            layers["places"],
        )
        told = dict(part or {})
        return told | {"id": None if scenario.id == REFERENCE else scenario.id}

    def _between(self, sides: list[Scenario], layers: Results) -> list[dict[str, Any]]:
        """List measured places of the layer that exist in the year of one side alone."""
        places = layers["places"]
        there = [
            places_in_state(places, year=int(scenario.year or 0))["state"].eq("existing")
            for scenario in sides
        ]
        measured = places["function"].isin(self.study.functions.measured)
        alone = places[measured & (there[0] != there[1])]
        rows = alone.sort_values("id")[["id", "name", "name_en", "function"]].to_dict("records")
        return [
            {key: None if pd.isna(value) else value for key, value in row.items()}
            | {"in": "first" if there[0][at] else "second"}
            for at, row in zip(alone.sort_values("id").index, rows, strict=True)
        ]

    def _stations(self, results: list[Results]) -> dict[str, str]:
        if not has_transit(self.study, self.catalog):
            return {}
        tables = pd.concat([pd.DataFrame(each["stations"][["id", "name"]]) for each in results])
        return {str(row.id): str(row.name) for row in tables.itertuples(index=False)}

    def _names(self, area: Mapping[str, Any], layers: Results) -> dict[str, str]:
        names = {table: layers[table].set_index("id")["name"] for table in ("quarters", "areas")}
        return {
            "quarter": str(names["quarters"][area["quarter_id"]]),
            "area": str(names["areas"][area["area_id"]]),
        }


def _joint_layers(
    study: Study, results: list[Results], layers: Results, text: Text, edits: gpd.GeoDataFrame
) -> JointLayers:
    """Gather what the maps draw: the streets of the study, which both sides begin from."""
    nothing = gpd.GeoDataFrame({"id": []}, geometry=[], crs=study.study.crs)
    return JointLayers(
        municipality=layers["municipality"],
        quarters=localised_table(layers["quarters"], text.language),
        areas=layers["areas"],
        origins=localised_table(results[1]["origins"], text.language),
        streets=layers["streets"][["kind", "geometry"]],
        projects=nothing,
        region=nothing,
        background=background_words(study, text.language),
        edits=localised_table(edits, text.language),
    )
