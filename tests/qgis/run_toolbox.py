"""Run the scripts of the toolbox in QGIS and print what they give: run by the Python of QGIS.

python3 run_toolbox.py SCRIPTS COMMAND POINTS FOLDER
"""

import json
import shutil
import sys
from pathlib import Path

from qgis.core import (
    NULL,
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QLocale

sys.path.append("/usr/share/qgis/python/plugins")
AREA = "taastrupgaard"


def table(layer):
    names = [field.name() for field in layer.fields() if field.name() != "fid"]
    return [
        {name: None if row[name] == NULL else row[name] for name in names}
        for row in layer.getFeatures()
    ]


def looks(layer):
    """Words and colours of a layer's legend."""
    found = layer.renderer()
    if hasattr(found, "shader"):
        items = found.shader().rasterShaderFunction().colorRampItemList()
        return [[item.label, item.color.name()] for item in items]
    return [[item.label(), item.symbol().color().name()] for item in found.legendSymbolItems()]


def loaded(name, parameters):
    """Run an algorithm as the toolbox does: the layers it loads, styled, by name; its progress."""
    import processing

    project, said = QgsProject.instance(), []
    before = set(project.mapLayers())
    feedback = QgsProcessingFeedback(False)  # noqa: FBT003  QGIS takes it by position
    feedback.progressChanged.connect(said.append)
    processing.runAndLoadResults(f"script:{name}", parameters, feedback=feedback)
    new = {own.name(): own for key, own in project.mapLayers().items() if key not in before}
    return new, [share for share in said if 0 < share < 100]


def fault(name, parameters, *, cancel=False):
    """What an algorithm says when it cannot do what is asked."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"script:{name}")
    feedback = QgsProcessingFeedback(False)  # noqa: FBT003
    if cancel:
        feedback.cancel()
    try:
        algorithm.run(parameters, QgsProcessingContext(), feedback, {}, False)  # noqa: FBT003
    except QgsProcessingException as error:
        return str(error)
    return None


def titles(language):
    QgsApplication.setLocale(QLocale(language))
    own = QgsApplication.processingRegistry().createAlgorithmById("script:htkgis_times")
    return [own.displayName(), own.parameterDefinition("ORIGINS").description()]


def results(command, points, folder):
    homes = QgsVectorLayer(f"{points}|layername=homes", "homes", "ogr")
    schools = QgsVectorLayer(f"{points}|layername=schools", "schools", "ogr")
    QgsProject.instance().addMapLayers([homes, schools])
    homes.selectByExpression("\"code\" <> 'far'")
    selected = QgsProcessingFeatureSourceDefinition(homes.id(), True)  # noqa: FBT003
    asked = {"COMMAND": command, "ORIGINS_ID": "code"}
    [times], progress = loaded(
        "htkgis_times",
        asked | {"ORIGINS": selected, "DESTINATIONS": schools, "DESTINATIONS_ID": "number",
                 "OUTPUT": f"{folder}/times.gpkg"},
    )  # fmt: skip
    [access], _ = loaded(
        "htkgis_access",
        asked | {"ORIGINS": homes, "OPPORTUNITIES": schools, "OPPORTUNITIES_ID": "number",
                 "WEIGHT": "places", "LIMITS": "15; 30", "NEAREST": 1,
                 "OUTPUT": f"{folder}/access.gpkg"},
    )  # fmt: skip
    area = {"COMMAND": command, "AREA": AREA}
    reach, _ = loaded("htkgis_isochrones", area | {"LIMITS": "5, 10", "OUTPUT": f"{folder}/r.gpkg"})
    [surface], _ = loaded("htkgis_surface", area | {"CELL_M": 50, "OUTPUT": f"{folder}/walk.tif"})
    project = QgsProject.instance()
    new = {own.name(): own for own in project.mapLayers().values()}
    return {
        "times": table(new[times]),
        "progress": progress,
        "access": [table(new[access]), looks(new[access]), new[access].crs().authid()],
        "isochrones": {name: [own.featureCount(), looks(own)] for name, own in reach.items()},
        "surface": [new[surface].isValid(), new[surface].crs().authid(), looks(new[surface])],
    }


def faults(folder):
    nowhere = {"AREA": "nowhere", "OUTPUT": f"{folder}/no.gpkg"}
    return {
        "wrong_area": fault("htkgis_isochrones", nowhere),
        "canceled": fault("htkgis_isochrones", nowhere | {"AREA": AREA}, cancel=True),
        "no_program": fault("htkgis_isochrones", nowhere | {"COMMAND": f"{folder}/none"}),
    }


def main(scripts, command, points, folder):
    # where QGIS without a window looks for scripts
    shutil.copytree(scripts, Path(QgsApplication.qgisSettingsDirPath(), "processing", "scripts"))
    from processing.core.Processing import Processing

    Processing.initialize()
    provider = QgsApplication.processingRegistry().providerById("script")
    found = {
        "names": sorted(own.name() for own in provider.algorithms()),
        **results(command, points, folder),
        **faults(folder),
        "titles": [titles(language) for language in ("da", "en")],
    }
    print(json.dumps(found))  # noqa: T201  the answer


if __name__ == "__main__":
    application = QgsApplication([], True)  # noqa: FBT003
    application.initQgis()
    main(*sys.argv[1:])
    application.exitQgis()
