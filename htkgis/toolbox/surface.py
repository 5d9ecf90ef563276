"""Minutes around an area, or what each cell reaches, in the toolbox of QGIS."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsColorRampShader,
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterString,
    QgsRasterBandStats,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from htkgis.toolbox.command import COLOURS, CommandAlgorithm, words

SHARES = (1 / 6, 1 / 3, 1 / 2, 1)
"""Of the longest time: 5, 10, 15 and 30 of 30 minutes, as the pages draw them."""
QUARTERS = (1 / 4, 1 / 2, 3 / 4, 1)


class Surface(CommandAlgorithm, QgsProcessingAlgorithm):  # type: ignore[misc]
    """``htkgis surface``."""

    NAME = "htkgis_surface"
    TITLE = ("Tilgængelighedsflade", "Access surface")
    HELP = (
        (
            "Et raster omkring et boligområde: minutter fra det nærmeste startpunkt til hver "
            "celle, eller med et lag af muligheder: hvor meget af dem hver celle når inden for "
            "grænsen. Celler uden værdi ligger for langt væk eller ikke ved en vej."
        ),
        (
            "A raster around a housing area: minutes from the nearest origin to each cell, or "
            "with a layer of opportunities: how much of them each cell reaches within the limit. "
            "Cells without a value lie too far away or near no street."
        ),
    )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Say what is asked for."""
        del configuration
        area = words("Boligområdet (id)", "The housing area (id)")
        self.add(QgsProcessingParameterString("AREA", area))
        self.add_study()
        self.add_minutes("MAX_MIN", words("Længste tid (min.)", "Longest time (min)"), 30)
        cell = words("Cellens side i meter, 10 til 100", "Side of a cell in metres, 10 to 100")
        whole = QgsProcessingParameterNumber.Integer
        self.add(QgsProcessingParameterNumber("CELL_M", cell, whole, 25, False, 10, 100))  # noqa: FBT003
        self.add_travellers()
        self.add_layer(
            "OPPORTUNITIES", "Muligheder (tom: minutter)", "Opportunities (empty: minutes)",
            optional=True,
        )  # fmt: skip
        weight = words("Antal pr. mulighed (tom: 1)", "Number per opportunity (empty: 1)")
        self.add_field("WEIGHT", "OPPORTUNITIES", weight, numbers=True)
        self.add_command()
        label = words("Tilgængelighedsflade", "Access surface")
        self.add(QgsProcessingParameterRasterDestination("OUTPUT", label))

    def processAlgorithm(  # noqa: N802
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Measure, and load the raster."""
        out = self.parameterAsOutputLayer(parameters, "OUTPUT", context)
        longest = self.text(parameters, "MAX_MIN", context)
        weight = self.text(parameters, "WEIGHT", context)
        counted = self.parameterAsSource(parameters, "OPPORTUNITIES", context) is not None
        asked = ["--max-min", longest]
        if counted:
            columns = {"amount": weight} if weight else {}
            places = self.written(parameters, "OPPORTUNITIES", context, columns)
            asked = ["--opportunities", f"{places}:amount" if weight else places]
            asked += ["--limit-min", longest]
        arguments = [
            "surface",
            *self.study_options(parameters, context, feedback),
            "--area",
            self.text(parameters, "AREA", context),
            *asked,
            "--cell-m",
            self.text(parameters, "CELL_M", context),
            *self.traveller_options(parameters, context),
            "--out",
            out,
        ]
        self.run_command(arguments, parameters, context, feedback)
        self.style(out, Classes(None if counted else float(longest)), context)
        return {"OUTPUT": out}


class Classes(QgsProcessingLayerPostProcessorInterface):  # type: ignore[misc]
    """Four classes in the colours of the pages: of minutes, or of what is reached."""

    def __init__(self, longest_min: float | None) -> None:
        """Remember the longest time; None where cells hold what is reached."""
        super().__init__()
        self.longest_min = longest_min

    def postProcessLayer(  # noqa: N802
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style the layer; the nearest, or the most, darkest."""
        del context, feedback
        colours, shares, top = COLOURS, SHARES, self.longest_min
        if top is None:
            largest = layer.dataProvider().bandStatistics(1, QgsRasterBandStats.Max)
            colours, shares, top = COLOURS[::-1], QUARTERS, largest.maximumValue
        items = []
        for share, colour in zip(shares, colours):  # noqa: B905  Python 3.9
            limit = share * top
            label = f"≤ {limit:.4g}".replace(".", words(",", "."))
            items.append(QgsColorRampShader.ColorRampItem(limit, QColor(colour), label))
        ramp = QgsColorRampShader(0, top)
        ramp.setColorRampType(QgsColorRampShader.Discrete)
        ramp.setColorRampItemList(items)
        shader = QgsRasterShader()
        shader.setRasterShaderFunction(ramp)
        layer.setRenderer(QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader))
        layer.triggerRepaint()
