"""Open a project in QGIS and print what it shows: run by the Python of QGIS, not by pytest.

python3 open_project.py PROJECT PICTURE [EAST,NORTH ...]
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt.QtCore import QSize

SIDE = 800


def described(layer):
    aliases = [layer.attributeAlias(number) for number in range(len(layer.fields()))]
    return {
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "crs": layer.crs().authid(),
        "renderer": layer.renderer().type() if layer.isSpatial() else None,
        "legend": [item.label() for item in layer.renderer().legendSymbolItems()]
        if layer.isSpatial()
        else [],
        "unnamed": aliases.count(""),
        "licences": layer.metadata().licenses(),
        "read_only": layer.readOnly(),
    }


def drawn(project, extent, picture):
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().checkedLayers())
    settings.setExtent(extent)
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(project.backgroundColor())
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    return image, settings.mapToPixel()


def main(path, picture, *points):
    project = QgsProject.instance()
    opened = project.read(path)
    extent = project.viewSettings().defaultViewExtent()
    image, to_pixel = drawn(project, extent, picture)
    pixels = [to_pixel.transform(*map(float, point.split(","))) for point in points]
    found = {
        "opened": opened,
        "title": project.title(),
        "crs": project.crs().authid(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "credit": project.readEntry("CopyrightLabel", "/Label")[0],
        "bookmarks": [own.name() for own in project.bookmarkManager().bookmarks()],
        "ticked": [own.id() for own in project.layerTreeRoot().checkedLayers()],
        "layers": {own.id(): described(own) for own in project.mapLayers().values()},
        "colours": [image.pixelColor(int(own.x()), int(own.y())).name() for own in pixels],
    }
    print(json.dumps(found))  # noqa: T201  the answer


if __name__ == "__main__":
    application = QgsApplication([], True)  # noqa: FBT003  QGIS takes it by position
    application.initQgis()
    main(*sys.argv[1:])
    application.exitQgis()
