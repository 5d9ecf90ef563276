"""What the algorithms of the toolbox share: words, parameters, and the command that does the work.

QGIS has a Python of its own, on Windows and macOS even an installation of its own, which cannot
import htkgis. So an algorithm hands layers over as files, runs ``htkgis`` in the environment it was
installed into, and loads what that writes: a figure of the toolbox is a figure of the command.

``htkgis qgis`` puts this text into each script, for QGIS reads every script by itself. It runs with
QGIS 3.22 and later, so with Python 3.9.
"""

from __future__ import annotations

import csv
import os
import shlex
import shutil
from collections.abc import Iterable, Sequence
from typing import Any

from qgis.core import (
    NULL,
    QgsApplication,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingUtils,
    QgsSettings,
    QgsVectorFileWriter,
)
from qgis.PyQt.QtCore import QProcess, QProcessEnvironment, QVariant

INSTALLED = ""
"""The command of the installation that wrote the script; ``htkgis qgis`` fills it in."""
SETTING = "htkgis/command"
"""Where QGIS remembers a command that was named and worked."""
OTHER_PYTHON = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "VIRTUAL_ENV",
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "PROJ_DATA",
    "PROJ_LIB",
    "QT_PLUGIN_PATH",
)
"""Variables by which QGIS tells its own Python and libraries where they are; htkgis has its own."""
PAUSE_MS = 200
PROGRESS = "progress "
"""Begins a line that says how many steps are done: ``progress 3/12 walk_graph``."""
COLOURS = ("#2f7fb8", "#74c0c9", "#b7e0bf", "#e6f3d5")
"""Nearest first, as the pages draw them."""
INK = "#16212b"
MODES = (
    ("walk", "Til fods", "On foot"),
    ("bike", "På cykel", "By bike"),
    ("ebike", "På elcykel", "By e-bike"),
    ("car", "I bil", "By car"),
    ("transit", "Med bus og tog", "By public transport"),
)
TRANSIT = "transit"


STYLES: list[Any] = []
"""What styles layers once they are loaded: QGIS keeps no hold of it, and the algorithm is gone."""


def words(danish: str, english: str) -> str:
    """Choose the words of the language that QGIS speaks: Danish, or else English."""
    return danish if QgsApplication.locale().lower().startswith("da") else english


class CommandAlgorithm:
    """An algorithm of the toolbox that a command of htkgis works for."""

    NAME = ""
    TITLE = ("", "")
    HELP = ("", "")

    def name(self) -> str:
        """Id, after ``script:``."""
        return self.NAME

    def displayName(self) -> str:  # noqa: N802  QGIS calls it so
        """Words in the toolbox."""
        return words(*self.TITLE)

    def group(self) -> str:
        """Words of the group in the toolbox."""
        return "htkgis"

    def groupId(self) -> str:  # noqa: N802
        """Id of the group."""
        return "htkgis"

    def shortHelpString(self) -> str:  # noqa: N802
        """Words beside the parameters."""
        return words(*self.HELP)

    def createInstance(self) -> CommandAlgorithm:  # noqa: N802
        """Another of the same kind."""
        return type(self)()

    def add(self, parameter: QgsProcessingParameterDefinition, *, advanced: bool = False) -> None:
        """Add a parameter, folded away where few need it."""
        if advanced:
            hidden = QgsProcessingParameterDefinition.FlagAdvanced
            parameter.setFlags(parameter.flags() | hidden)
        self.addParameter(parameter)  # type: ignore[attr-defined]

    def add_layer(self, name: str, danish: str, english: str, *, optional: bool = False) -> None:
        """Add a layer of points or areas, and the column with its ids."""
        kinds = [QgsProcessing.TypeVectorPoint, QgsProcessing.TypeVectorPolygon]
        label = words(danish, english)
        self.add(QgsProcessingParameterFeatureSource(name, label, kinds, optional=optional))
        ids = words("kolonne med id (tom: QGIS' eget nummer)", "column of ids (empty: QGIS's own)")
        self.add_field(f"{name}_ID", name, f"{label}: {ids}")

    def add_field(
        self, name: str, layer: str, label: str, *, numbers: bool = False, advanced: bool = False
    ) -> None:
        """Add a column of a layer, which may be left out."""
        kind = QgsProcessingParameterField.Numeric if numbers else QgsProcessingParameterField.Any
        field = QgsProcessingParameterField(
            name, label, parentLayerParameterName=layer, type=kind, optional=True
        )
        self.add(field, advanced=advanced)

    def add_file(self, name: str, label: str, *, advanced: bool = False) -> None:
        """Add a file of any ending or none, which may be left out."""
        # the filter that QGIS takes by itself, *.*, refuses a program without an ending
        every = words("Alle filer (*)", "All files (*)")
        file = QgsProcessingParameterFile(name, label, optional=True, fileFilter=every)
        self.add(file, advanced=advanced)

    def add_streets(self) -> None:
        """Add the file of streets."""
        label = words(
            "Veje: OpenStreetMap-udtræk (.osm.pbf) eller .graphml (tom: den indlejrede skitse)",
            "Streets: OpenStreetMap extract (.osm.pbf) or .graphml (empty: the embedded sketch)",
        )
        self.add_file("STREETS", label)

    def add_study(self) -> None:
        """Add the folder of the study."""
        label = words(
            "Undersøgelsens mappe med study.toml (tom: den indlejrede undersøgelse)",
            "Folder of the study with study.toml (empty: the embedded study)",
        )
        folder = QgsProcessingParameterFile.Folder
        self.add(QgsProcessingParameterFile("STUDY", label, behavior=folder, optional=True))

    def add_travellers(self) -> None:
        """Add how people travel, who, and, folded away, when by public transport."""
        modes = [words(*labels) for _, *labels in MODES]
        label = words("Transport", "Mode")
        self.add(QgsProcessingParameterEnum("MODE", label, modes, defaultValue=0))
        for name, danish, english in (
            ("LENS", "Hvem: adult, child, older, wheelchair (tom: adult)", ("Who: adult, child, "
             "older, wheelchair (empty: adult)")),
            ("DATE", "Bus og tog: dato, ÅÅÅÅ-MM-DD", "Public transport: date, YYYY-MM-DD"),
            ("DEPART", "Bus og tog: fra klokken, TT:MM", "Public transport: from, HH:MM"),
            ("WINDOW_MIN", "Bus og tog: minutter med afgange", ("Public transport: minutes of "
             "departures")),
            ("PERCENTILE", "Bus og tog: procent af afgangene", ("Public transport: per cent of the "
             "departures")),
        ):  # fmt: skip
            text = QgsProcessingParameterString(name, words(danish, english), optional=True)
            self.add(text, advanced=True)
        feed = words(
            "Bus og tog: køreplan (GTFS, .zip)", "Public transport: timetable (GTFS, .zip)"
        )
        self.add_file("TIMETABLE", feed, advanced=True)

    def add_command(self) -> None:
        """Add where the command is."""
        label = words(
            "Programmet htkgis (tom: det, der lavede scriptet, eller det, der sidst virkede)",
            "The program htkgis (empty: the one that made the script, or that worked last)",
        )
        self.add_file("COMMAND", label, advanced=True)

    def add_minutes(self, name: str, label: str, value: float | None = None) -> None:
        """Add a number of minutes, which may be left out."""
        kind = QgsProcessingParameterNumber.Double
        number = QgsProcessingParameterNumber(
            name, label, kind, defaultValue=value, optional=value is None, minValue=0
        )
        self.add(number)

    def text(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """Value of a parameter as text, empty where it was left out."""
        return str(self.parameterAsString(parameters, name, context) or "").strip()  # type: ignore[attr-defined]

    def traveller_options(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> list[str]:
        """Options of the command that say who travels how, and when."""
        mode = MODES[self.parameterAsEnum(parameters, "MODE", context)][0]  # type: ignore[attr-defined]
        options = ["--mode", mode]
        for name in ("LENS", "TIMETABLE", "DATE", "DEPART", "WINDOW_MIN", "PERCENTILE"):
            value = self.text(parameters, name, context)
            if value:
                options += [f"--{name.lower().replace('_', '-')}", value]
        return options

    def study_options(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> list[str]:
        """Options of the command that name the study; the embedded one is written out first."""
        folder = self.text(parameters, "STUDY", context)
        if not folder:
            folder = os.path.dirname(QgsProcessingUtils.generateTempFilename("study"))  # noqa: PTH120
            folder = os.path.join(folder, "study")  # noqa: PTH118
            self.run_command(["init", folder], parameters, context, feedback)
        catalog = os.path.join(folder, "layers", "catalog.toml")  # noqa: PTH118
        return ["--study", os.path.join(folder, "study.toml"), "--catalog", catalog]  # noqa: PTH118

    def written(
        self,
        parameters: dict[str, Any],
        name: str,
        context: QgsProcessingContext,
        columns: dict[str, str] | None = None,
    ) -> str:
        """Write a layer (its selected rows, where only these are asked for) to a file.

        Parameters
        ----------
        name
            Parameter of the layer; ``NAME_ID`` names its column of ids.
        columns
            Name in the file -> column of the layer, of further columns.

        Returns
        -------
        path
            GeoPackage in the layer's own CRS, which htkgis reads and carries over.
        """
        source = self.parameterAsSource(parameters, name, context)  # type: ignore[attr-defined]
        if source is None:
            raise QgsProcessingException(words(f"{name}: laget findes ikke.", f"{name}: no layer."))
        named = self.text(parameters, f"{name}_ID", context)
        further = columns or {}
        path = QgsProcessingUtils.generateTempFilename(f"{name.lower()}.gpkg")
        fields = QgsFields()
        fields.append(QgsField("id", QVariant.String))
        for own, column in further.items():
            field = QgsField(source.fields().field(column))
            field.setName(own)
            fields.append(field)
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.layerName = "GPKG", "rows"
        writer = QgsVectorFileWriter.create(
            path, fields, source.wkbType(), source.sourceCrs(), context.transformContext(), options
        )
        if writer.hasError() != QgsVectorFileWriter.NoError:
            raise QgsProcessingException(writer.errorMessage())
        for row in source.getFeatures():
            kept = QgsFeature(fields)
            kept.setGeometry(row.geometry())
            kept.setAttributes([row_id(row, named), *(row[column] for column in further.values())])
            writer.addFeature(kept, QgsFeatureSink.FastInsert)
        del writer
        return str(path)

    def style(self, layer: str, look: Any, context: QgsProcessingContext) -> None:
        """Style a layer once it is loaded, if it will be."""
        if context.willLoadLayerOnCompletion(layer):
            STYLES.append(look)
            context.layerToLoadOnCompletionDetails(layer).setPostProcessor(look)

    def run_command(
        self,
        arguments: Sequence[str],
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        """Run the command; what it says goes to the log, its fault is the algorithm's, one line."""
        asked = self.text(parameters, "COMMAND", context)
        program = asked or found_command()
        feedback.pushCommandInfo(" ".join(shlex.quote(word) for word in [program, *arguments]))
        process = QProcess()
        process.setProcessChannelMode(QProcess.MergedChannels)
        process.setProcessEnvironment(own_environment())
        process.start(program, list(arguments))
        if not process.waitForStarted():
            raise QgsProcessingException(
                words(
                    f"Programmet {program} kan ikke startes: {process.errorString()}. Angiv htkgis "
                    "under Avancerede parametre.",
                    f"The program {program} cannot be started: {process.errorString()}. Name "
                    "htkgis under Advanced parameters.",
                )
            )
        last = ""
        while process.state() != QProcess.NotRunning or process.canReadLine():
            process.waitForReadyRead(PAUSE_MS)
            if feedback.isCanceled():
                process.kill()
                process.waitForFinished()
                raise QgsProcessingException(words("Afbrudt.", "Canceled."))
            while process.canReadLine():
                last = heard(bytes(process.readLine()).decode("utf-8", "replace"), feedback) or last
        rest = bytes(process.readAll()).decode("utf-8", "replace")
        last = heard(rest, feedback) or last
        if process.exitStatus() != QProcess.NormalExit or process.exitCode() != 0:
            raise QgsProcessingException(last.removeprefix("Error: "))
        if asked:
            QgsSettings().setValue(SETTING, asked)


def found_command() -> str:
    """Give the command that worked last, that made the script, or that the system finds."""
    for path in (str(QgsSettings().value(SETTING) or ""), INSTALLED, shutil.which("htkgis") or ""):
        if path and os.path.exists(path):  # noqa: PTH110
            return path
    raise QgsProcessingException(
        words(
            "Programmet htkgis er ikke fundet. Angiv det under Avancerede parametre.",
            "The program htkgis was not found. Name it under Advanced parameters.",
        )
    )


def own_environment() -> QProcessEnvironment:
    """Variables for another Python than that of QGIS."""
    environment = QProcessEnvironment.systemEnvironment()
    for name in OTHER_PYTHON:
        environment.remove(name)
    environment.insert("PYTHONUTF8", "1")
    environment.insert("HTKGIS_PROGRESS", "lines")
    return environment


def heard(line: str, feedback: QgsProcessingFeedback) -> str:
    """Pass on what the command says; give the line back unless it is about progress."""
    said = line.strip()
    if not said.startswith(PROGRESS):
        if said:
            feedback.pushInfo(said)
        return said
    share, _, step = said[len(PROGRESS) :].partition(" ")
    done, _, of = share.partition("/")
    feedback.setProgress(100 * (int(done) - 1) / int(of))
    feedback.setProgressText(step.replace("_", " "))
    return ""


def row_id(row: QgsFeature, column: str) -> Any:
    """Id of a row as text: of a column, whole numbers without decimals; else QGIS's own."""
    if not column:
        return str(row.id())
    value = row[column]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None or value == NULL else str(value)


def rows_of(path: str) -> list[dict[str, str]]:
    """Rows of a CSV that htkgis wrote."""
    with open(path, newline="", encoding="utf-8-sig") as file:  # noqa: PTH123
        return list(csv.DictReader(file))


def number(cell: str) -> float | None:
    """Cell as a number; None where it is empty."""
    return float(cell) if cell else None


def numbers_in(text: str) -> list[str]:
    """Numbers of a text, parted by spaces or semicolons, or by commas: ``5; 10`` or ``5, 10``."""
    return text.replace(";", " ").replace(",", " ").split()


def repeated(option: str, values: Iterable[str]) -> list[str]:
    """Give an option once for each value."""
    return [word for value in values for word in (option, value)]
