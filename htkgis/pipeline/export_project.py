"""The QGIS project of a study: the layers of every quarter's GeoPackage, grouped and styled."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text, style
from htkgis.profile.figures import SITUATION
from htkgis.profile.rounding import plain
from htkgis.publish.geopackage_about import LayerFacts
from htkgis.publish.qgis_project import Box, Group, Project, ProjectLayer, project_bytes
from htkgis.quantities import ADULT

from .figure_words import label_of
from .origin_figures import column_name, of_origins

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
SUFFIXES = ("_place", "_bound", "_missing")
MINUTES_OF = "minutes_median_"
NOT_A_ROW = "Polygon"
"""Of a layer without rows, which QGIS asks the file for anyway."""
OURS = "htkgis"
"""Begins the id of a layer: QGIS takes one of ten letters or fewer for none, and makes its own."""


@dataclass(frozen=True)
class QuarterPackage:
    """A quarter's GeoPackage as it was written.

    Parameters
    ----------
    profile
        Of the quarter.
    tables
        Layers and tables of the file, topmost first.
    styles, facts
        By layer, as in the file.
    access
        Contract ``ACCESS`` of its origins: what their columns were made of.
    """

    profile: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    styles: Mapping[str, str]
    facts: Mapping[str, LayerFacts]
    access: pd.DataFrame


def study_project(
    packages: Sequence[QuarterPackage],
    provenance: Mapping[str, Any],
    text: Text,
    *,
    date: str,
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

    Returns
    -------
    files
        The project by its name. It opens on what is reached by the first mode from all quarters.
    """
    file = text("qgis.file")
    study = packages[0].profile["study"]
    seen = [_seen(package.tables) for package in packages]
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
        crs=_drawn(packages[0].tables)[0].crs.to_wkt(),
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


def _drawn(tables: Mapping[str, pd.DataFrame]) -> list[gpd.GeoDataFrame]:
    return [table for table in tables.values() if isinstance(table, gpd.GeoDataFrame)]


def _seen(tables: Mapping[str, pd.DataFrame]) -> Box:
    """Box of what is reached by the first mode; of the outlines where nothing is."""
    reach = next(name for name in tables if name.startswith(REACH))
    for name in (reach, "quarter", "area", SHARED):
        west, south, east, north = map(float, tables[name].total_bounds)
        if not math.isnan(west):
            return west, south, east, north
    return 0.0, 0.0, 0.0, 0.0


def _joined(boxes: Sequence[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _quarter(package: QuarterPackage, text: Text, *, shown: bool) -> Group:
    """Arrange a quarter's layers as its map does, its reach by mode in a group of its own."""
    members: list[ProjectLayer | Group] = []
    reach = [name for name in package.tables if name.startswith(REACH)]
    tables = [
        name for name, rows in package.tables.items() if not isinstance(rows, gpd.GeoDataFrame)
    ]
    for name in package.tables:
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
    quarter, table = package.profile["quarter"]["id"], package.tables[name]
    drawn = isinstance(table, gpd.GeoDataFrame)
    kinds = sorted(set(table.geom_type.dropna())) if drawn else []
    return ProjectLayer(
        id=f"{OURS}_{quarter}_{name}",
        file=f"{quarter}.gpkg",
        layer=name,
        facts=package.facts[name],
        shape=(kinds or [NOT_A_ROW])[0] if drawn else None,
        style=package.styles.get(name),
        aliases=_aliases(package, name, text),
        label=_label(name, table, text),
        shown=shown,
    )


def _label(name: str, table: pd.DataFrame, text: Text) -> str | None:
    """Write the expression of a layer's names; English ones where there are any."""
    words = '"name"'
    if text.language == "en" and "name_en" in table.columns:
        words = 'coalesce("name_en", "name")'
    if name == "places":
        return PLACE_NAMES.format(name=words)
    return words if name in OUTLINES else None


def _aliases(package: QuarterPackage, name: str, text: Text) -> dict[str, str]:
    """Call columns by words; a column that nothing is known of keeps its name."""
    figures = _figure_words(package, text) if name == "origins" else {}
    found = {"fid": text("qgis.column.fid")}
    for column in package.tables[name].columns:
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


def _figure_words(package: QuarterPackage, text: Text) -> dict[str, str]:
    """Name the columns of origins that hold figures, as the table of figures names them."""
    assumptions, state = package.profile["assumptions"], package.profile["study"]["state"]
    access = package.access
    # only figures of adults in the year that is shown have columns
    shown = access[(access["lens"] == ADULT) & (access["state"] == state)]
    own = of_origins(shown, package.tables["origins"])
    columns = set(package.tables["origins"].columns)
    found = {}
    for row in own[SITUATION].drop_duplicates().itertuples(index=False, name=None):
        case = dict(zip(SITUATION, map(plain, row), strict=True))
        column = column_name(case, shown_state=state)
        if column not in columns:
            continue
        words = {
            "label": label_of({**case, "indicator": case["measure"]}, assumptions, text),
            "mode": text(f"mode.{case['mode']}"),
        }
        found[column] = text("qgis.of_mode.figure", **words)
        for suffix in SUFFIXES:
            found[f"{column}{suffix}"] = text(f"qgis.of_mode.figure{suffix}", **words)
    return found
