"""Travel times between two layers, in the toolbox of QGIS."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingUtils,
)
from qgis.PyQt.QtCore import QVariant

from htkgis.toolbox.command import CommandAlgorithm, number, rows_of, words

NUMBERS = ("_min", "_percent")
"""Columns whose names end so hold numbers."""


class TravelTimes(CommandAlgorithm, QgsProcessingAlgorithm):  # type: ignore[misc]
    """``htkgis times``."""

    NAME = "htkgis_times"
    TITLE = ("Rejsetider", "Travel times")
    HELP = (
        (
            "Minutter fra hvert punkt i et lag til hvert punkt i et andet: en tabel med from_id, "
            "to_id og travel_time_min for de par, der nås. Kolonnen bound siger at_most, hvor en "
            "kortere vej kan ligge uden for vejene. Knyt tabellen til lagene med deres id. "
            "Punkter, der ligger for langt fra en vej, nævnes i loggen og måles ikke."
        ),
        (
            "Minutes from each point of a layer to each point of another: a table of from_id, "
            "to_id and travel_time_min for the pairs that are reached. Column bound says at_most "
            "where a shorter way may lie beyond the streets. Join the table to the layers by "
            "their ids. Points too far from a street are named in the log and not measured."
        ),
    )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Say what is asked for."""
        del configuration
        self.add_layer("ORIGINS", "Fra", "From")
        self.add_layer("DESTINATIONS", "Til", "To")
        self.add_streets()
        self.add_travellers()
        longest = words("Længste tid (min.; tom: ingen grænse)", "Longest time (min; empty: any)")
        self.add_minutes("MAX_MIN", longest)
        self.add_command()
        table = QgsProcessing.TypeVector
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", words("Rejsetider", "Travel times"), table)
        )

    def processAlgorithm(  # noqa: N802
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Measure, and load the table."""
        out = QgsProcessingUtils.generateTempFilename("times.csv")
        longest = self.text(parameters, "MAX_MIN", context)
        arguments = [
            "times",
            "--streets",
            self.text(parameters, "STREETS", context) or "sketch",
            "--origins",
            self.written(parameters, "ORIGINS", context),
            "--destinations",
            self.written(parameters, "DESTINATIONS", context),
            *self.traveller_options(parameters, context),
            *(["--max-min", longest] if longest else []),
            "--out",
            out,
        ]
        self.run_command(arguments, parameters, context, feedback)
        rows = rows_of(out)
        fields = QgsFields()
        for name in rows[0] if rows else ("from_id", "to_id", "travel_time_min"):
            numeric = name.endswith(NUMBERS) and not name.startswith("bound")
            fields.append(QgsField(name, QVariant.Double if numeric else QVariant.String))
        sink, key = self.parameterAsSink(parameters, "OUTPUT", context, fields)
        kinds = {field.name(): field.type() for field in fields}
        for row in rows:
            found = QgsFeature(fields)
            found.setAttributes(
                [number(cell) if kinds[name] == QVariant.Double else cell or None
                 for name, cell in row.items()]
            )  # fmt: skip
            sink.addFeature(found, QgsFeatureSink.FastInsert)
        return {"OUTPUT": key}
