"""What each origin reaches, in the toolbox of QGIS."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsClassificationEqualInterval,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsGradientColorRamp,
    QgsGraduatedSymbolRenderer,
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingUtils,
    QgsSymbol,
)
from qgis.PyQt.QtCore import QVariant
from qgis.PyQt.QtGui import QColor

from htkgis.toolbox.command import (
    COLOURS,
    CommandAlgorithm,
    number,
    numbers_in,
    repeated,
    row_id,
    rows_of,
    words,
)

CLASSES = 4
NEAREST = "nearest_"


class Access(CommandAlgorithm, QgsProcessingAlgorithm):  # type: ignore[misc]
    """``htkgis access``."""

    NAME = "htkgis_access"
    TITLE = ("Adgang", "Access")
    HELP = (
        (
            "Hvor mange muligheder hvert punkt når inden for grænser i minutter, og minutter til "
            "de nærmeste. Laget ud er startpunkterne med en kolonne pr. tal; kolonner, der ender "
            "på _bound, siger at_least eller at_most, hvor søgningen nåede vejenes ende. Tom: "
            "ikke målt eller ikke nået, aldrig nul."
        ),
        (
            "How many opportunities each point reaches within limits in minutes, and minutes to "
            "the nearest. The result is the layer of origins with a column per figure; columns "
            "that end in _bound say at_least or at_most where the search met the end of the "
            "streets. Empty: not measured or not reached, never zero."
        ),
    )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Say what is asked for."""
        del configuration
        self.add_layer("ORIGINS", "Fra", "From")
        self.add_layer("OPPORTUNITIES", "Muligheder", "Opportunities")
        weight = words("Antal pr. mulighed (tom: 1)", "Number per opportunity (empty: 1)")
        self.add_field("WEIGHT", "OPPORTUNITIES", weight, numbers=True)
        limits = words("Grænser i minutter", "Limits in minutes")
        self.add(QgsProcessingParameterString("LIMITS", limits, defaultValue="15; 30"))
        nearest = words("Minutter til de så mange nærmeste", "Minutes to so many nearest")
        whole = QgsProcessingParameterNumber.Integer
        self.add(QgsProcessingParameterNumber("NEAREST", nearest, whole, 1, minValue=0))
        self.add_streets()
        self.add_travellers()
        for name, danish, english in (
            ("IMPEDANCE", "Vægt efter tid, f.eks. half_life:10", "Weight by time, half_life:10"),
            ("MEASURE", "I stedet et andet mål, f.eks. e2sfca", "Another measure instead: e2sfca"),
        ):
            text = QgsProcessingParameterString(name, words(danish, english), optional=True)
            self.add(text, advanced=True)
        persons = words("Personer, der konkurrerer (til målet)", "Persons who compete (of measure)")
        self.add_field("DEMAND", "ORIGINS", persons, numbers=True, advanced=True)
        kind = words("Slags mulighed (til målet)", "Kind of opportunity (of measure)")
        self.add_field("FUNCTION", "OPPORTUNITIES", kind, advanced=True)
        self.add_command()
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", words("Adgang", "Access")))

    def processAlgorithm(  # noqa: N802
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Measure, and load the origins with what they reach."""
        out = QgsProcessingUtils.generateTempFilename("access.csv")
        arguments = self.arguments(parameters, context, out)
        self.run_command(arguments, parameters, context, feedback)
        values = by_origin(rows_of(out))
        return {"OUTPUT": self.joined(values, parameters, context)}

    def arguments(
        self, parameters: dict[str, Any], context: QgsProcessingContext, out: str
    ) -> list[str]:
        """Write the layers, and say to the command what is asked."""
        names = ("WEIGHT", "DEMAND", "FUNCTION", "IMPEDANCE", "MEASURE", "LIMITS")
        weight, demand, function, impedance, measure, limits = (
            self.text(parameters, name, context) for name in names
        )
        of_places = {"amount": weight} if weight else {}
        of_places |= {"kind": function} if function else {}
        origins = self.written(
            parameters, "ORIGINS", context, {"persons": demand} if demand else {}
        )
        places = self.written(parameters, "OPPORTUNITIES", context, of_places)
        nearest = self.parameterAsInt(parameters, "NEAREST", context)
        options = {
            "--impedance": impedance,
            "--measure": measure,
            "--demand": "persons" if demand else "",
            "--function": "kind" if function else "",
            "--nearest": str(nearest) if nearest and not measure else "",
        }
        return [
            "access",
            "--streets",
            self.text(parameters, "STREETS", context) or "sketch",
            "--origins",
            origins,
            "--opportunities",
            f"{places}:amount" if weight else places,
            *self.traveller_options(parameters, context),
            *repeated("--limit-min", numbers_in(limits)),
            *(word for option, value in options.items() if value for word in (option, value)),
            "--out",
            out,
        ]

    def joined(
        self,
        values: dict[str, dict[str, Any]],
        parameters: dict[str, Any],
        context: QgsProcessingContext,
    ) -> str:
        """Write the origins with their values; a column that the layer has already is replaced."""
        source = self.parameterAsSource(parameters, "ORIGINS", context)
        named = self.text(parameters, "ORIGINS_ID", context)
        columns = list(dict.fromkeys(name for row in values.values() for name in row))
        fields = QgsFields()
        kept = [field for field in source.fields() if field.name() not in {*columns, "fid"}]
        for field in kept:
            fields.append(field)
        for name in columns:
            text = name.endswith("_bound")
            fields.append(QgsField(name, QVariant.String if text else QVariant.Double))
        sink, key = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, source.wkbType(), source.sourceCrs()
        )
        for row in source.getFeatures():
            own = values.get(row_id(row, named), {})
            found = QgsFeature(fields)
            found.setGeometry(row.geometry())
            before = [row[field.name()] for field in kept]
            found.setAttributes([*before, *(own.get(name) for name in columns)])
            sink.addFeature(found, QgsFeatureSink.FastInsert)
        if columns:
            self.style(key, Graduated(columns[0]), context)
        return str(key)


def by_origin(rows: list[dict[str, str]]) -> dict[str, dict[str, Any]]:
    """Put the values of each origin beside each other, a column per measure and limit."""
    found: dict[str, dict[str, Any]] = {}
    bounded = {column_of(row) for row in rows if row["bound"]}
    for row in rows:
        if "destination_id" in row:
            raise QgsProcessingException(
                words("Et mål af par kan kun tages på kommandolinjen.",
                      "A measure of pairs is taken on the command line only.")
            )  # fmt: skip
        own, column = found.setdefault(row["origin_id"], {}), column_of(row)
        if column in own:
            raise QgsProcessingException(
                words(f"To tal hedder begge {column}.", f"Two figures are both called {column}.")
            )
        own[column] = number(row["value"])
        if column in bounded:
            own[f"{column}_bound"] = row["bound"] or None
    return found


def column_of(row: dict[str, str]) -> str:
    """Name the column of a value: ``opportunities_15min``, ``nearest_1_min``."""
    measure = row["measure"]
    limit = next((cell for name, cell in row.items() if name.endswith("limit_min")), "")
    if measure.removeprefix("felt_").startswith(NEAREST):
        return f"{measure}_min"
    return f"{measure}_{float(limit):g}min" if limit else measure


class Graduated(QgsProcessingLayerPostProcessorInterface):  # type: ignore[misc]
    """Colours by a column, in four classes of one width."""

    def __init__(self, column: str) -> None:
        """Remember the column."""
        super().__init__()
        self.column = column

    def postProcessLayer(  # noqa: N802
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style the layer; the most, or the nearest, darkest."""
        del context, feedback
        near = self.column.removeprefix("felt_").startswith(NEAREST)
        ends = (COLOURS[0], COLOURS[-1]) if near else (COLOURS[-1], COLOURS[0])
        renderer = QgsGraduatedSymbolRenderer(f'"{self.column}"')
        renderer.setSourceSymbol(QgsSymbol.defaultSymbol(layer.geometryType()))
        renderer.setClassificationMethod(QgsClassificationEqualInterval())
        renderer.setSourceColorRamp(QgsGradientColorRamp(*map(QColor, ends)))
        renderer.updateClasses(layer, CLASSES)
        layer.setRenderer(renderer)
        layer.triggerRepaint()
