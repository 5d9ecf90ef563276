"""A QGIS project (``.qgz``) that is the same bytes for the same layers.

It shows layers of GeoPackages that lie beside it, by relative paths, so that the folder can be
moved, and asks no host for anything. Written as QGIS 3.22 writes it, which later ones read; what
QGIS has a default for is left out. Layers are read-only: what is published is not edited.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from pyproj import CRS

from htkgis.errors import SchemaError, first

from .geopackage_about import LayerFacts, add_facts
from .qml import VERSION, add_label, rgba

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
"""What QGIS begins its project files with."""
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Letters that no XML may hold, however they are written."""
SHAPES = {"Point": "Point", "LineString": "Line", "Polygon": "Polygon"}
NO_SHAPE = "No geometry"
LOWER_RIGHT, UPPER_LEFT = "3", "1"
"""As QGIS counts the corners of a map."""
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can state: that of the run would make every file differ."""
UNIX = 3
"""Or the zip would say on which system it was made."""
Box = tuple[float, float, float, float]
"""West, south, east and north in metres, in the CRS of the project."""


@dataclass(frozen=True)
class ProjectLayer:
    """A layer of a GeoPackage as a project shows it.

    Parameters
    ----------
    id
        One of its own within the project.
    file, layer
        Name of the GeoPackage beside the project, and of the layer in it.
    facts
        Title, description, credits and licences.
    shape
        ``Point``, ``LineString`` or ``Polygon`` (``Multi`` too); None for a table.
    style
        QML text; None for a table.
    aliases
        Column -> words; a column without keeps its name.
    label
        QGIS expression of the words on the map; None for no words.
    shown
        Whether it is ticked.
    """

    id: str
    file: str
    layer: str
    facts: LayerFacts
    shape: str | None = None
    style: str | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None
    shown: bool = True


@dataclass(frozen=True)
class Group:
    """Layers and groups under one heading, topmost first; ``one_only``: a tick unticks others."""

    title: str
    members: Sequence[ProjectLayer | Group]
    one_only: bool = False
    shown: bool = True
    expanded: bool = True


@dataclass(frozen=True)
class Project:
    """What a project shows, and what it says of itself.

    Parameters
    ----------
    title, description
        Words of its metadata.
    credit
        Stands on the map, in the lower right corner; QGIS breaks lines at line feeds only.
    language
        ``da`` or ``en``.
    date
        ISO date of the data, or month or year.
    crs
        Of the map and of all layers.
    extent
        What is seen first.
    background
        Colour of the paper, ``#rrggbb``.
    places
        Title -> where to go, offered as bookmarks.
    members
        Groups and layers, topmost first.
    """

    title: str
    description: str
    credit: str
    language: str
    date: str
    crs: str
    extent: Box
    background: str
    places: Mapping[str, Box]
    members: Sequence[ProjectLayer | Group]


def project_bytes(project: Project, name: str) -> bytes:
    """Write a project as QGIS opens it.

    Parameters
    ----------
    project
        What it shows.
    name
        Of the file, ``.qgz``.

    Raises
    ------
    SchemaError
        If two layers have one id.
    """
    layers = list(_layers(project.members))
    ids = [layer.id for layer in layers]
    twice = sorted({own for own in ids if ids.count(own) > 1})
    if twice:
        msg = (
            f"{name}: {len(twice)} ids stand at more than one layer of the project: "
            f"{first(twice)}; each needs one of its own. Tell the layers apart."
        )
        raise SchemaError(msg)
    root = ET.Element("qgis", version=VERSION, projectname=project.title)
    ET.SubElement(root, "title").text = project.title
    crs = CRS.from_user_input(project.crs)
    _add_crs(ET.SubElement(root, "projectCrs"), crs)
    tree = ET.SubElement(root, "layer-tree-group")
    _add_members(tree, project.members)
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "meters"
    _add_extent(canvas, project.extent)
    _add_crs(ET.SubElement(canvas, "destinationsrs"), crs)
    drawn = ET.SubElement(root, "projectlayers")
    for layer in layers:
        _add_layer(drawn, layer, crs, project.language)
    order = ET.SubElement(root, "layerorder")
    for layer in layers:
        ET.SubElement(order, "layer", id=layer.id)
    _add_properties(root, project)
    _add_about(root, project)
    _add_places(root, project, crs)
    ET.indent(root, " ")
    text = DOCTYPE + FORBIDDEN.sub("", ET.tostring(root, encoding="unicode")) + "\n"
    return _zipped(f"{name.removesuffix('.qgz')}.qgs", text.encode())


def _layers(members: Iterable[ProjectLayer | Group]) -> Iterator[ProjectLayer]:
    for member in members:
        if isinstance(member, Group):
            yield from _layers(member.members)
        else:
            yield member


def _source(layer: ProjectLayer) -> str:
    return f"./{layer.file}|layername={layer.layer}"


def _add_crs(parent: ET.Element, crs: CRS) -> None:
    """Describe a CRS; QGIS goes by the WKT, and finds the rest by itself."""
    srs = ET.SubElement(parent, "spatialrefsys")
    ET.SubElement(srs, "wkt").text = crs.to_wkt()
    ET.SubElement(srs, "authid").text = ":".join(crs.to_authority() or ())
    ET.SubElement(srs, "description").text = crs.name


def _tick(shown: bool) -> str:  # noqa: FBT001
    return "Qt::Checked" if shown else "Qt::Unchecked"


def _add_members(parent: ET.Element, members: Iterable[ProjectLayer | Group]) -> None:
    for member in members:
        if isinstance(member, ProjectLayer):
            ET.SubElement(
                parent,
                "layer-tree-layer",
                id=member.id,
                name=member.facts.title,
                source=_source(member),
                providerKey="ogr",
                checked=_tick(member.shown),
                expanded="0",
            )
            continue
        group = ET.SubElement(
            parent,
            "layer-tree-group",
            name=member.title,
            checked=_tick(member.shown),
            expanded=str(int(member.expanded)),
        )
        if member.one_only:
            ticked = [number for number, own in enumerate(member.members) if own.shown]
            group.set("mutually-exclusive", "1")
            group.set("mutually-exclusive-child", str(ticked[0] if ticked else -1))
        _add_members(group, member.members)


def _add_extent(parent: ET.Element, extent: Box) -> None:
    box = ET.SubElement(parent, "extent")
    for name, metres in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        ET.SubElement(box, name).text = f"{metres:.1f}"


def _add_layer(parent: ET.Element, layer: ProjectLayer, crs: CRS, language: str) -> None:
    shape = NO_SHAPE if layer.shape is None else SHAPES[layer.shape.removeprefix("Multi")]
    own = ET.SubElement(parent, "maplayer", type="vector", geometry=shape, readOnly="1")
    ET.SubElement(own, "id").text = layer.id
    ET.SubElement(own, "datasource").text = _source(layer)
    ET.SubElement(own, "layername").text = layer.facts.title
    if layer.shape is not None:
        _add_crs(ET.SubElement(own, "srs"), crs)
    add_facts(ET.SubElement(own, "resourceMetadata"), layer.facts, language=language)
    ET.SubElement(own, "provider", encoding="UTF-8").text = "ogr"
    if layer.style is not None:
        own.extend(ET.fromstring(layer.style))  # noqa: S314 - written by ourselves
    own.set("labelsEnabled", str(int(layer.label is not None)))
    if layer.label is not None:
        add_label(own, layer.label, shape)
    aliases = ET.SubElement(own, "aliases")
    for column, words in layer.aliases.items():
        ET.SubElement(aliases, "alias", field=column, name=words)


def _add_properties(root: ET.Element, project: Project) -> None:
    """Say how paths are meant, what stands on the map, and the colour of the paper."""
    red, green, blue, _ = rgba(project.background, 1.0).split(",")
    sections = {
        "SpatialRefSys": {"ProjectionsEnabled": ("int", "1")},
        "Paths": {"Absolute": ("bool", "false")},
        "CopyrightLabel": {
            "Enabled": ("int", "1"),
            "Label": ("QString", project.credit),
            "Placement": ("int", LOWER_RIGHT),
        },
        "ScaleBar": {"Enabled": ("int", "1"), "Placement": ("int", UPPER_LEFT)},
        "Gui": {
            "CanvasColorRedPart": ("int", red),
            "CanvasColorGreenPart": ("int", green),
            "CanvasColorBluePart": ("int", blue),
        },
        "Measurement": {
            "DistanceUnits": ("QString", "meters"),
            "AreaUnits": ("QString", "m2"),
        },
    }
    properties = ET.SubElement(root, "properties")
    for section, entries in sections.items():
        listed = ET.SubElement(properties, section)
        for name, (kind, value) in entries.items():
            ET.SubElement(listed, name, type=kind).text = value


def _add_about(root: ET.Element, project: Project) -> None:
    about = ET.SubElement(root, "projectMetadata")
    said = LayerFacts(project.title, project.description)
    add_facts(about, said, language=project.language)
    ET.SubElement(about, "author").text = "htkgis"
    day = "-".join([*project.date.split("-"), "01", "01"][:3])
    ET.SubElement(about, "creation").text = f"{day}T00:00:00"


def _add_places(root: ET.Element, project: Project, crs: CRS) -> None:
    """Offer where to go as bookmarks, and the extent as what the whole map is."""
    listed = ET.SubElement(root, "Bookmarks")
    for title, (west, south, east, north) in project.places.items():
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        ring = ", ".join(f"{x:.1f} {y:.1f}" for x, y in corners)
        kept = ET.SubElement(listed, "Bookmark", id=title, name=title, group=project.title)
        kept.set("extent", f"POLYGON(({ring}))")
        _add_crs(kept, crs)
    views = ET.SubElement(root, "ProjectViewSettings", UseProjectScales="0")
    box = zip(("xmin", "ymin", "xmax", "ymax"), project.extent, strict=True)
    whole = {name: f"{metres:.1f}" for name, metres in box}
    _add_crs(ET.SubElement(views, "DefaultViewExtent", whole), crs)


def _zipped(name: str, data: bytes) -> bytes:
    held = io.BytesIO()
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, UNIX
    entry.external_attr = 0o644 << 16
    with zipfile.ZipFile(held, "w") as file:
        file.writestr(entry, data, compresslevel=9)
    return held.getvalue()
