"""The QGIS project of a study: the layers of every quarter's GeoPackage, grouped and styled."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps import Text, style
from htkgis.publish.qgis_project import Box, Group, Project, ProjectLayer, project_bytes

from .export_outlines import LayerOutline, QuarterPackage

REACH = "isochrones"
OUTLINES = ("area", "quarter")
"""Layers that are shown of all quarters at once, with their names."""
FOLDED = ("connectors",)
"""Layers that are not ticked at first."""
SHARED = "municipality"
"""The layer that is the same in every GeoPackage; it stands once."""
LINE = 80
"""Letters of a line of credits: QGIS breaks none, and what is too long runs off the map."""
NEAR = 8000
"""Denominator of the scale from which names of all places are written, not of stations alone."""
PLACE_NAMES = f"if(\"function\" = 'station' or @map_scale < {NEAR}, {{name}}, '')"
MINUTES_OF = "minutes_median_"
NOT_A_ROW = "Polygon"
"""Of a layer without rows, which QGIS asks the file for anyway."""
OURS = "htkgis"
"""Begins the id of a layer: QGIS takes one of ten letters or fewer for none, and makes its own."""


def study_project(
    packages: Sequence[QuarterPackage],
    provenance: Mapping[str, Any],
    text: Text,
    *,
    date: str,
    crs: str,
) -> dict[str, bytes]:
    """Write one project over the GeoPackages of all quarters.

    Parameters
    ----------
    packages
        One per quarter, in the order of the study. Outlines are shown of all; what is measured
        of one quarter at a time, the first at the start, and of the modes one, as on the pages.
    provenance
        Version, run, credits and caution.
    text
        Words of groups and columns.
    date
        Of the newest layer.
    crs
        WKT of that of the layers.

    Returns
    -------
    files
        The project by its name. It opens on what is reached by the first mode from all quarters.
    """
    file = text("qgis.file")
    study = packages[0].profile["study"]
    seen = [_seen(package.outlines) for package in packages]
    quarters = [
        _quarter(package, text, shown=number == 0) for number, package in enumerate(packages)
    ]
    outlines = [_layer(package, name, text) for name in OUTLINES for package in packages]
    shared = _layer(packages[0], SHARED, text)
    credit = _credit(packages)
    caution = f"{provenance['caution']}." if provenance["caution"] else ""
    project = Project(
        title=text("index.title", municipality=study["municipality"], state=study["state"]),
        description=" ".join(
            text(
                "qgis.about",
                version=provenance["htkgis"],
                run=provenance["run"],
                caution=caution,
                credits=credit,
            ).split()
        ),
        credit="\n".join([*filter(None, [caution]), *textwrap.wrap(credit, LINE)]),
        language=text.language,
        date=date,
        crs=crs,
        extent=_joined(seen),
        background=style.BACKGROUND,
        places={
            package.profile["quarter"]["name"]: box
            for package, box in zip(packages, seen, strict=True)
        },
        members=[
            Group(text("qgis.outlines"), outlines, expanded=False),
            Group(text("qgis.quarters"), quarters, one_only=True),
            shared,
        ],
    )
    return {file: project_bytes(project, file)}


def _credit(packages: Sequence[QuarterPackage]) -> str:
    """Name everybody whose data are drawn, each once; a layer may name several in one credit."""
    named = [
        name
        for package in packages
        for layer, facts in package.facts.items()
        if layer in package.styles
        for credit in facts.credits
        for name in credit.split("; ")
    ]
    return "; ".join(dict.fromkeys(named))


def _seen(outlines: Mapping[str, LayerOutline]) -> Box:
    """Box of what is reached by the first mode; of the outlines where nothing is."""
    reach = next(name for name in outlines if name.startswith(REACH))
    for name in (reach, "quarter", "area", SHARED):
        west, south, east, north = outlines[name].bounds
        if not math.isnan(west):
            return west, south, east, north
    return 0.0, 0.0, 0.0, 0.0


def _joined(boxes: Sequence[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _quarter(package: QuarterPackage, text: Text, *, shown: bool) -> Group:
    """Arrange a quarter's layers as its map does, its reach by mode in a group of its own."""
    members: list[ProjectLayer | Group] = []
    reach = [name for name in package.outlines if name.startswith(REACH)]
    tables = [name for name, outline in package.outlines.items() if not outline.drawn]
    for name in package.outlines:
        if name in {*tables, *OUTLINES, SHARED, *reach[1:]}:
            continue
        if name != reach[0]:
            members.append(_layer(package, name, text, shown=name not in FOLDED))
            continue
        modes = [_layer(package, mode, text, shown=mode == reach[0]) for mode in reach]
        members.append(Group(text("qgis.reach"), modes, one_only=True))
    listed = [_layer(package, name, text) for name in tables]
    members.append(Group(text("qgis.tables"), listed, expanded=False))
    return Group(package.profile["quarter"]["name"], members, shown=shown, expanded=shown)


def _layer(package: QuarterPackage, name: str, text: Text, *, shown: bool = True) -> ProjectLayer:
    quarter, outline = package.profile["quarter"]["id"], package.outlines[name]
    return ProjectLayer(
        id=f"{OURS}_{quarter}_{name}",
        file=f"{quarter}.gpkg",
        layer=name,
        facts=package.facts[name],
        shape=(outline.kinds or [NOT_A_ROW])[0] if outline.drawn else None,
        style=package.styles.get(name),
        aliases=_aliases(package, name, text),
        label=_label(name, outline.columns, text),
        shown=shown,
    )


def _label(name: str, columns: Sequence[str], text: Text) -> str | None:
    """Write the expression of a layer's names; English ones where there are any."""
    words = '"name"'
    if text.language == "en" and "name_en" in columns:
        words = 'coalesce("name_en", "name")'
    if name == "places":
        return PLACE_NAMES.format(name=words)
    return words if name in OUTLINES else None


def _aliases(package: QuarterPackage, name: str, text: Text) -> dict[str, str]:
    """Call columns by words; a column that nothing is known of keeps its name."""
    figures = package.figure_words if name == "origins" else {}
    found = {"fid": text("qgis.column.fid")}
    for column in package.outlines[name].columns:
        key = f"qgis.column.{column}"
        if column in figures:
            found[column] = figures[column]
        elif key in text.words:
            found[column] = text(key)
        elif column.startswith(MINUTES_OF):
            mode = _begun(text(f"mode.{column.removeprefix(MINUTES_OF)}"))
            found[column] = text("qgis.of_mode.minutes", mode=mode)
    return found


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
