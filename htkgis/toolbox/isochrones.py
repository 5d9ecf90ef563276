"""What is reached within limits, as areas and streets, in the toolbox of QGIS."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from htkgis.toolbox.command import CommandAlgorithm, numbers_in, repeated, words

LAYERS = (
    ("isochrones", "Rækkevidde", "Reach"),
    ("streets", "Veje, der nås", "Streets in reach"),
    ("origins", "Startpunkter", "Origins"),
)
"""Layers of the file, the lowest first; their styles lie in it."""


class Isochrones(CommandAlgorithm, QgsProcessingAlgorithm):  # type: ignore[misc]
    """``htkgis isochrone``."""

    NAME = "htkgis_isochrones"
    TITLE = ("Isokroner", "Isochrones")
    HELP = (
        (
            "Flader og veje, som nås inden for grænser i minutter: fra hvert punkt i et lag, "
            "eller fra et boligområde i undersøgelsen (id'et står i laget »Boligområdet«). En "
            "GeoPackage med tre lag, der har deres stil med. Kolonnen bound siger at_least, hvor "
            "søgningen nåede vejenes ende: der kan være mere uden for."
        ),
        (
            "Areas and streets that are reached within limits in minutes: from each point of a "
            "layer, or from a housing area of the study (its id is in the layer of the housing "
            "area). A GeoPackage of three layers that bring their styles. Column bound says "
            "at_least where the search met the end of the streets: there may be more beyond."
        ),
    )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Say what is asked for."""
        del configuration
        self.add_layer("ORIGINS", "Fra", "From", optional=True)
        area = words("Eller fra boligområdet (id)", "Or from the housing area (id)")
        self.add(QgsProcessingParameterString("AREA", area, optional=True))
        limits = words("Grænser i minutter", "Limits in minutes")
        self.add(QgsProcessingParameterString("LIMITS", limits, defaultValue="5; 10; 15; 30"))
        self.add_study()
        self.add_travellers()
        self.add_command()
        label = words("Isokroner", "Isochrones")
        self.add(QgsProcessingParameterFileDestination("OUTPUT", label, "GeoPackage (*.gpkg)"))
        for name, danish, english in LAYERS:
            layer = QgsProcessingOutputVectorLayer(named(name), words(danish, english))
            self.addOutput(layer)

    def processAlgorithm(  # noqa: N802
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Measure, and load the layers."""
        out = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        area = self.text(parameters, "AREA", context)
        asked = self.parameterAsSource(parameters, "ORIGINS", context) is not None
        arguments = [
            "isochrone",
            *self.study_options(parameters, context, feedback),
            *(["--area", area] if area else []),
            *(["--origins", self.written(parameters, "ORIGINS", context)] if asked else []),
            *repeated("--limit-min", numbers_in(self.text(parameters, "LIMITS", context))),
            *self.traveller_options(parameters, context),
            "--out",
            out,
        ]
        self.run_command(arguments, parameters, context, feedback)
        found = {"OUTPUT": out}
        for name, danish, english in LAYERS:
            source = f"{out}|layername={name}"
            details = QgsProcessingContext.LayerDetails(
                words(danish, english), context.project(), named(name)
            )
            if context.project() is not None:
                context.addLayerToLoadOnCompletion(source, details)
                self.style(source, StyleOfFile(), context)
            found[named(name)] = source
        return found


def named(layer: str) -> str:
    """Name an output after its layer: ``ORIGINS_LAYER``, for ``ORIGINS`` is what is asked."""
    return f"{layer.upper()}_LAYER"


class StyleOfFile(QgsProcessingLayerPostProcessorInterface):  # type: ignore[misc]
    """The style that lies in the file: the toolbox loads layers without it."""

    def postProcessLayer(  # noqa: N802
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style the layer as the file says."""
        del context, feedback
        layer.loadDefaultStyle()
        layer.triggerRepaint()
