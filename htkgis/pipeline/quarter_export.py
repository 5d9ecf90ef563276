"""What one quarter's downloads are made of, each table for the first file that asks for it.

A file that is that of the run before asks for none of them (:mod:`htkgis.store.kept_files`), so
a table that no changed file is made of is not made at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text
from htkgis.publish.downloads import Decimal, csv_bytes, csv_description, geojson_bytes
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.geopackage_about import LayerFacts
from htkgis.store.kept_files import Blanks, Whole, kept_file
from htkgis.store.known import Known, Made, Parts, Some
from htkgis.store.memory import recalled_whole, remembers

from .export_about import PROVENANCE, layer_facts
from .export_layers import Ground, Measured, quarter_layers
from .export_outlines import LayerOutline, QuarterPackage, figure_words, outline_of
from .export_styles import LOOKS, layer_style, styled
from .figure_table import FIGURE_COLUMNS, figure_table
from .origin_figures import KeyLimits, origin_figures

ISOCHRONES = "isochrones"
FIGURE_TABLE = "figures"
FIGURE_PARTS = ("assumptions", "definitions", "nearest", "quarter", "study")
"""Of a profile, all that the table of figures is made of besides them."""
Profile = Mapping[str, Any]
Provenance = Mapping[str, Any]


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


class QuarterExport:
    """Tables and files of one quarter.

    Parameters
    ----------
    profile, words
        In both languages, and in that of the files.
    own, ground, said
        Its rows, and what it shares with the others.
    """

    def __init__(
        self, profile: Parts, words: Profile, own: Measured, ground: Ground, said: Said
    ) -> None:
        self.profile, self.words, self.said = profile, words, said
        self.own, self.ground = own, ground
        limits, text = said.limits, said.text
        self.layers = quarter_layers(profile, own, ground, limits, currency=text.currency)
        self.figure_table = Made(
            "figure table",
            lambda profile, figures, _: figure_table(profile, figures, text),
            *(Some(profile, FIGURE_PARTS), own.figures, said.words),
        )
        # other figures nearly always make another table, so it is known by them
        self.of_origins = (Some(profile, ["assumptions", "quarter"]), own.access, own.origins)

    @cached_property
    def id(self) -> str:
        """Of the quarter: the name of its files."""
        return str(self.profile["quarter"]["id"])

    def by_origin(self) -> pd.DataFrame:
        """List every figure of every origin."""
        return origin_figures(*(each.value for each in self.of_origins))

    @cached_property
    def styles(self) -> dict[str, str]:
        """Style of each layer that is drawn."""
        return {name: self._style(name) for name in styled(self.layers)}

    def _style(self, name: str) -> str:
        layer, said = self.layers[name], self.said

        def make() -> bytes:
            return layer_style(name, layer.value, said.text).encode()

        if name in LOOKS:  # made in less time than it is looked up
            return layer_style(name, gpd.GeoDataFrame(), said.text)
        facts = (name, layer.digest, said.words.digest) if remembers() else ()
        return recalled_whole("style of a layer", [], make, *facts).decode()

    @cached_property
    def about(self) -> dict[str, LayerFacts]:
        """What is said of each layer and table; of their hashes nothing."""
        names, said = (*self.layers, FIGURE_TABLE, PROVENANCE), self.said
        return layer_facts(
            names, self.profile, said.provenance, said.behind, said.text, limits=said.limits
        )

    def package(self) -> QuarterPackage:
        """Gather what the project says of the quarter's GeoPackage, without its rows."""
        said, tables = self.said, self.layers
        outlines = {name: outline_of(layer) for name, layer in tables.items()}
        outlines[FIGURE_TABLE] = LayerOutline(FIGURE_COLUMNS)
        outlines[PROVENANCE] = LayerOutline(list(_sources(said.provenance).columns))
        rounded = Some(self.profile, ["assumptions", "study"])
        return QuarterPackage(
            {name: self.profile[name] for name in ("quarter", "study")},
            outlines,
            self.styles,
            self.about,
            figure_words(rounded, self.own.access, self.own.origins, said.words, said.text),
        )

    def files(self) -> dict[str, bytes]:
        """Write what the quarter has: GeoPackage, workbook, CSV with description, GeoJSON."""
        said = self.said
        return {
            f"{self.id}.gpkg": self._geopackage(),
            f"{self.id}.xlsx": kept_file(
                f"{self.id}.xlsx",
                self._workbook,
                [self.profile, self.words],
                *(self.figure_table, said.words, said.provenance, said.date),
            ),
            f"{self.id}.csv": kept_file(
                f"{self.id}.csv",
                lambda: csv_bytes(self.figure_table.value, decimal=said.decimal),
                [],
                *(self.figure_table, said.decimal),
            ),
            f"{self.id}.csv-metadata.json": kept_file(
                f"{self.id}.csv-metadata.json",
                self._description,
                [],
                *(self.figure_table, said.words, said.decimal, said.blank),
                blanks=said.blanks,
            ),
            f"{self.id}.geojson": self._geojson(),
        }

    def _geopackage(self) -> bytes:
        said = self.said

        def write(provenance: Provenance) -> bytes:
            tables = {FIGURE_TABLE: self.figure_table.value, PROVENANCE: _sources(provenance)}
            return geopackage_bytes(
                {**self.layers, **tables},
                styles=self.styles,
                date=said.date,
                about=self.about,
                language=said.text.language,
            )

        facts = {name: asdict(each) for name, each in self.about.items()}
        of_layers = [[name, layer.digest] for name, layer in self.layers.items()]
        return kept_file(
            f"{self.id}.gpkg",
            lambda: write(said.blank),
            [],
            *(of_layers, self.styles, facts, self.figure_table),
            *(said.blank, said.date, said.text.language),
            blanks=said.blanks,
            whole=Whole(said.left_blank, lambda: write(said.provenance)),
        )

    def _workbook(self, _: Profile, words: Profile) -> bytes:
        said = self.said
        from .workbook import quarter_workbook  # noqa: PLC0415 - most runs keep all workbooks

        known = [self.figure_table.digest, said.words.digest] if remembers() else []
        return quarter_workbook(
            words,
            lambda: self.figure_table.value,
            said.provenance,
            said.text,
            date=said.date,
            made_of=known,
        )

    def _description(self) -> bytes:
        said, table = self.said, self.figure_table.value
        return csv_description(
            table,
            f"{self.id}.csv",
            titles={column: said.text(f"export.{column}") for column in table.columns},
            decimal=said.decimal,
            provenance=said.blank,
            language=said.text.language,
        )

    def _geojson(self) -> bytes:
        said, layers = self.said, self.layers
        drawn = {name: rows for name, rows in layers.items() if name.startswith(ISOCHRONES)}
        drawn["places"] = layers["places"]

        def write() -> bytes:
            tables = {name: layer.value for name, layer in drawn.items()}
            return geojson_bytes(tables, provenance=said.blank)

        return kept_file(
            f"{self.id}.geojson",
            write,
            [],
            *(list(drawn), *drawn.values(), said.blank),
            blanks=said.blanks,
        )


def _sources(provenance: Provenance) -> pd.DataFrame:
    """Put what a file was made of into a table, a row per layer of the catalog."""
    same = {key: provenance[key] for key in ("htkgis", "run", "study_sha256", "caution")}
    return pd.DataFrame(provenance["layers"]).assign(**same)
