"""What one quarter's downloads are made of, each table for the first file that asks for it.

A file that is that of the run before asks for none of them (:mod:`htkgis.store.kept_files`), so
a table that no changed file is made of is not made at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text
from htkgis.publish.downloads import Decimal, csv_bytes, csv_description, geojson_bytes
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.store.kept_files import Blanks, Known, Once, Whole, kept_file
from htkgis.store.memory import remembers

from .export_about import PROVENANCE, layer_facts
from .export_layers import quarter_layers
from .export_project import QuarterPackage
from .export_styles import layer_styles
from .figure_table import figure_table
from .origin_figures import KeyLimits, origin_figures, origins_in_short
from .workbook import quarter_workbook

ISOCHRONES = "isochrones"
FIGURE_TABLE = "figures"
FIGURE_PARTS = ("assumptions", "definitions", "nearest", "quarter", "study")
"""Of a profile, all that the table of figures is made of besides them."""
Profile = Mapping[str, Any]
Provenance = Mapping[str, Any]


@dataclass(frozen=True)
class Ground:
    """Tables that the files of all quarters take rows of, each hashed once."""

    areas: Known
    places: Known
    quarters: Known
    municipality: Known
    streets: Known

    @property
    def all(self) -> tuple[Known, ...]:
        """All of them, in their order."""
        return (self.areas, self.places, self.quarters, self.municipality, self.streets)


@dataclass(frozen=True)
class Said:
    """What every file says beside its numbers.

    Attributes
    ----------
    provenance, blank
        What it was made of; and the same with the hashes left blank.
    blanks
        What was left blank.
    text, words
        Words of the language, and their hash.
    date, decimal
        Of the data; of the numbers in CSV files.
    limits, behind
        Of columns of origins; layer of a GeoPackage -> layers of the catalog.
    """

    provenance: Provenance
    blank: Provenance
    blanks: Blanks
    text: Text
    words: Known
    date: str
    decimal: Decimal
    limits: KeyLimits
    behind: Mapping[str, Sequence[str]]

    @property
    def left_blank(self) -> int:
        """How many cells a table of what a file was made of has blank."""
        rows, known = self.provenance["layers"], self.blanks.texts
        runs = len(rows) if self.provenance["run"] in known else 0
        return runs + sum(row["sha256"] in known for row in rows)

    @property
    def limits_min(self) -> list[float]:
        """Limits of columns of origins."""
        return [self.limits.everyday_min, self.limits.commute_min]


class QuarterExport:
    """Tables and files of one quarter.

    Parameters
    ----------
    profile, words
        In both languages, and in that of the files.
    origins, access, isochrones, figures
        Rows of the quarter: its origins, contract ``ACCESS`` of these, what is reached from its
        area, and contract ``PROFILE``.
    connectors
        Of its origins and of all places, at least; None where they are not known.
    ground, said
        What it shares with the others.
    """

    def __init__(
        self,
        profile: Profile,
        words: Profile,
        *,
        origins: gpd.GeoDataFrame,
        access: pd.DataFrame,
        isochrones: gpd.GeoDataFrame,
        figures: pd.DataFrame,
        connectors: gpd.GeoDataFrame | None,
        ground: Ground,
        said: Said,
    ) -> None:
        self.profile, self.words = profile, words
        self.origins, self.access = Known(origins), Known(access)
        self.isochrones, self.figures = Known(isochrones), Known(figures)
        self.connectors = Known(connectors)
        self.ground, self.said = ground, said
        self.layers = Once(self._layers)
        self.figure_table = Once(self._figure_table)
        self.styles = Once(lambda profile: layer_styles(self.layers.of(profile), said.text))

    @cached_property
    def id(self) -> str:
        """Of the quarter: the name of its files."""
        return str(self.profile["quarter"]["id"])

    @property
    def drawn(self) -> tuple[Any, ...]:
        """All that layers are made of, besides the profile."""
        text = self.said.text
        own = (self.origins, self.access, self.isochrones, self.connectors)
        return (*own, *self.ground.all, text.currency, self.said.limits_min)

    def _layers(self, profile: Profile) -> dict[str, gpd.GeoDataFrame]:
        ground, own = self.ground, self.origins.value
        return quarter_layers(
            profile,
            self.isochrones.value,
            ground.areas.value,
            origins_in_short(profile, self.access.value, own, self.said.limits),
            ground.places.value,
            ground.quarters.value,
            ground.municipality.value,
            ground.streets.value,
            self.connectors.value,
            currency=self.said.text.currency,
        )

    def _figure_table(self, profile: Profile) -> pd.DataFrame:
        return figure_table(figure_parts(profile), self.figures.value, self.said.text)

    def by_origin(self, profile: Profile) -> pd.DataFrame:
        """List every figure of every origin."""
        return origin_figures(profile, self.access.value, self.origins.value)

    def package(self, profile: Profile, provenance: Provenance) -> QuarterPackage:
        """Gather the quarter's GeoPackage: tables, styles, and what is said of each."""
        said = self.said
        tables = self.layers.of(profile) | {
            FIGURE_TABLE: self.figure_table.of(profile),
            PROVENANCE: _sources(provenance),
        }
        return QuarterPackage(
            profile,
            tables,
            self.styles.of(profile),
            layer_facts(tables, profile, provenance, said.behind, said.text, limits=said.limits),
            self.access.value,
        )

    def files(self) -> dict[str, bytes]:
        """Write what the quarter has: GeoPackage, workbook, CSV with description, GeoJSON."""
        said = self.said
        named = (said.words, said.decimal)
        return {
            f"{self.id}.gpkg": self._geopackage(),
            f"{self.id}.xlsx": kept_file(
                f"{self.id}.xlsx",
                self._workbook,
                [self.profile, self.words],
                *(self.figures, said.words, said.provenance, said.date),
            ),
            f"{self.id}.csv": kept_file(
                f"{self.id}.csv",
                lambda profile: csv_bytes(self.figure_table.of(profile), decimal=said.decimal),
                [self.profile],
                *(self.figures, *named),
            ),
            f"{self.id}.csv-metadata.json": kept_file(
                f"{self.id}.csv-metadata.json",
                self._description,
                [self.profile],
                *(self.figures, *named, said.blank),
                blanks=said.blanks,
            ),
            f"{self.id}.geojson": kept_file(
                f"{self.id}.geojson",
                self._geojson,
                [self.profile],
                *(*self.drawn, said.blank),
                blanks=said.blanks,
            ),
        }

    def _geopackage(self) -> bytes:
        said = self.said

        def write(profile: Profile, provenance: Provenance) -> bytes:
            package = self.package(profile, provenance)
            return geopackage_bytes(
                package.tables,
                styles=package.styles,
                date=said.date,
                about=package.facts,
                language=said.text.language,
            )

        return kept_file(
            f"{self.id}.gpkg",
            lambda profile: write(profile, said.blank),
            [self.profile],
            *(*self.drawn, self.figures, said.words, said.blank, said.date, said.behind),
            blanks=said.blanks,
            whole=Whole(said.left_blank, lambda profile: write(profile, said.provenance)),
        )

    def _workbook(self, profile: Profile, words: Profile) -> bytes:
        said = self.said
        known = [self.figures.digest, said.words.digest] if remembers() else []
        return quarter_workbook(
            words,
            lambda: self.figure_table.of(profile),
            said.provenance,
            said.text,
            date=said.date,
            made_of=[*known, figure_parts(profile)],
        )

    def _description(self, profile: Profile) -> bytes:
        said, table = self.said, self.figure_table.of(profile)
        return csv_description(
            table,
            f"{self.id}.csv",
            titles={column: said.text(f"export.{column}") for column in table.columns},
            decimal=said.decimal,
            provenance=said.blank,
            language=said.text.language,
        )

    def _geojson(self, profile: Profile) -> bytes:
        layers = self.layers.of(profile)
        reach = {name: rows for name, rows in layers.items() if name.startswith(ISOCHRONES)}
        return geojson_bytes(reach | {"places": layers["places"]}, provenance=self.said.blank)


def figure_parts(profile: Profile) -> dict[str, Any]:
    """Take the parts of a profile that the table of figures is made of."""
    return {name: profile[name] for name in FIGURE_PARTS if name in profile}


def _sources(provenance: Provenance) -> pd.DataFrame:
    """Put what a file was made of into a table, a row per layer of the catalog."""
    same = {key: provenance[key] for key in ("htkgis", "run", "study_sha256", "caution")}
    return pd.DataFrame(provenance["layers"]).assign(**same)
