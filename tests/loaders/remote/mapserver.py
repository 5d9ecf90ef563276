"""A real MapServer on this machine, asked through its CGI program."""

from __future__ import annotations

import os
import shutil
import subprocess

from .server import Reply, serving

MAPSERV = shutil.which("mapserv") or shutil.which("/usr/lib/cgi-bin/mapserv")
MISSING = "MapServer is not installed (Debian: cgi-mapserver)"

MAPFILE = """MAP
  NAME "town"
  EXTENT 690000 6150000 720000 6190000
  PROJECTION "init=epsg:25832" END
  WEB METADATA
    "ows_title" "Town" "ows_onlineresource" "{url}?" "ows_enable_request" "*"
    "ows_srs" "EPSG:25832 EPSG:4326" "wfs_maxfeatures" "{most}"
  END END
  LAYER
    NAME "schools" TYPE POINT STATUS ON
    CONNECTIONTYPE OGR CONNECTION "{data}" DATA "schools"
    PROJECTION "init=epsg:25832" END
    METADATA "wfs_title" "Schools" "gml_include_items" "all" "wfs_srs" "EPSG:25832 EPSG:4326"
      "gml_featureid" "key" "wfs_use_default_extent_for_getfeature" "false" END
  END
  LAYER
    NAME "height" TYPE RASTER STATUS ON DATA "{raster}"
    PROJECTION "init=epsg:25832" END
    METADATA "wcs_title" "Height" "wcs_formats" "GEOTIFF" "wcs_srs" "EPSG:25832"
      "wcs_label" "Height" END
  END
  OUTPUTFORMAT NAME "GEOTIFF" DRIVER "GDAL/GTiff" MIMETYPE "image/tiff" IMAGEMODE FLOAT32
    EXTENSION "tif" END
END
"""


def mapserver(folder, *, data, raster="none.tif", most=1000):
    """Serve a GeoPackage with a layer ``schools``, and a raster ``height``."""

    def reply(asked):
        mapfile = folder / "town.map"
        query = f"map={mapfile}&" + asked.query
        environment = {
            **os.environ,
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": query,
            "MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf"),
        }
        done = subprocess.run(
            [MAPSERV], env=environment, capture_output=True, check=False, timeout=20
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        return Reply(body, int(headers.pop("Status", "200").split()[0]), headers)

    (folder / "mapserver.conf").write_text('CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n')
    context = serving(reply, path="/ows")

    class Running:
        def __enter__(self):
            server = context.__enter__()
            text = MAPFILE.format(url=server.url, data=data, raster=raster, most=most)
            (folder / "town.map").write_text(text)
            return server

        def __exit__(self, *error):
            return context.__exit__(*error)

    return Running()
