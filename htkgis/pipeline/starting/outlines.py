"""Files that a new study has of its own: outlines and ways out, with their entries."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd

from htkgis.store import write_atomic

from .entries import OSM, UNSTATED, Entries
from .ground import QUARTER_M, Ground

OSM_SOURCE = "OpenStreetMap"
DIGITS = 7
"""Decimals of degrees that are written: a centimetre."""
NAMED = {"id": "id", "name": "name"}


class Sources(NamedTuple):
    """Where the outlines of a new study come from.

    Parameters
    ----------
    areas, credit
        File of the housing areas, and whom to credit.
    boundary
        Source of the municipality's outline; None where it is not known.
    around_m
        How far the surroundings go that stand for it then, in metres.
    """

    areas: str
    credit: str
    boundary: str | None
    around_m: float


def add_outlines(
    layers: Path, entries: Entries, ground: Ground, outline: gpd.GeoDataFrame, sources: Sources
) -> None:
    """Write municipality, quarters and areas, and add their entries."""
    day = {"published": entries.published}
    own = UNSTATED | {"credit": sources.credit} | day
    _write(layers / "municipality.geojson", outline)
    if sources.boundary is None:
        around = f"{sources.around_m / 1000:g} km"
        titles = ("Omgivelserne (ikke kommunegrænsen)", "The surroundings (not the boundary)")
        said: dict[str, Any] = own | {
            "source": f"Boligområderne og {around} omkring: kommunegrænsen kendes ikke",
            "source_en": f"The housing areas and {around} around: the boundary is not known",
            "constants": {"kind": "surroundings"},
        }
    else:
        titles = ("Kommunegrænse", "Municipal boundary")
        stated = OSM if sources.boundary == OSM_SOURCE else UNSTATED | {"credit": sources.boundary}
        said = stated | day | {"source": sources.boundary, "source_en": sources.boundary}
    entries.drawn("municipality", "municipality.geojson", titles, columns=NAMED, **said)
    _write(layers / "quarters.geojson", ground.quarters[["id", "name", "geometry"]])
    entries.drawn(
        "quarters",
        "quarters.geojson",
        ("Kvarterer", "Quarters"),
        source=f"Boligområdet og {QUARTER_M:.0f} m omkring det; skøn: tegn kvarteret selv",
        source_en=f"The housing area and {QUARTER_M:.0f} m around; an estimate: draw it yourself",
        columns=NAMED,
        **own,
    )
    areas = ground.areas.dropna(axis="columns", how="all")
    _write(layers / "housing_areas.geojson", areas)
    counted = {"population": "persons", "dwellings": "dwellings"}
    columns = NAMED | {ours: theirs for ours, theirs in counted.items() if theirs in areas}
    entries.drawn(
        "housing_areas",
        "housing_areas.geojson",
        ("Boligområder", "Housing areas"),
        source=sources.areas,
        source_en=sources.areas,
        columns=columns,
        **own,
    )


def add_gates(layers: Path, entries: Entries, gates: pd.DataFrame) -> None:
    """Write ways out, as :func:`~htkgis.pipeline.starting.extract.ways_out` finds them."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(gates.columns)
    writer.writerows(gates.itertuples(index=False))
    write_atomic(layers / "gates.csv", lines.getvalue().encode())
    entries.drawn(
        "gates",
        "gates.csv",
        ("Udgange fra boligområderne", "Ways out of the housing areas"),
        source="Hvor gader og stier krydser boligområdets grænse; afledt, ikke registreret",
        source_en="Where streets and paths cross the outline of the area; derived, not registered",
        **OSM,
        published=entries.published,
        crs="EPSG:4326",
        geometry={"lat": "lat", "lon": "lon"},
        columns={"id": "id", "area_id": "area", "name": "name", "name_en": "name_en"},
        constants={"kind": "gate"},
    )


def _write(path: Path, table: gpd.GeoDataFrame) -> None:
    """Write outlines as text that can be compared line by line."""
    table = table.set_geometry(table.geometry.set_precision(10.0**-DIGITS))
    write_atomic(path, f"{table.to_json(drop_id=True, indent=1)}\n".encode())
