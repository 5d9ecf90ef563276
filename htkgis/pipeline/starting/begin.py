"""Begin a study: cut the extract, write outlines, decisions, catalog, and what is next."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

import geopandas as gpd
from pydantic import TypeAdapter, ValidationError

from htkgis.catalog import accept_layers, read_catalog
from htkgis.currency import CODES, KRONER
from htkgis.errors import ConfigError, SourceError
from htkgis.loaders.area_file import read_area_file, read_outline_file
from htkgis.loaders.osm_boundary import read_osm_boundary
from htkgis.loaders.osm_cut import Cut, cut_extract, extract_date
from htkgis.pipeline.embedded import check_new
from htkgis.setting_faults import fault_words
from htkgis.store import write_atomic
from htkgis.study import MunicipalityCode, Study, read_study

from .entries import EXTRACT, Entries
from .extract import (
    addresses_per_area,
    found_barriers,
    found_functions,
    found_ground,
    functions_of,
    lacking_functions,
    ways_out,
)
from .ground import Ground, ground_of, slug
from .notes import Note
from .one_language import in_english
from .outlines import OSM_SOURCE, Sources, add_gates, add_outlines

KEY_FUNCTIONS = ("station", "school")
FAR_FUNCTIONS = ("education", "civic")
"""Functions that are not for every day, and may lie twice as far before they are a gap."""
CURRENCY = 'currency = "EUR"'
"""How a study states its currency, as an example."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Beginning:
    """What a new study is begun from.

    Parameters
    ----------
    municipality
        Its official code.
    areas
        File of outlines of housing areas, see :func:`htkgis.loaders.area_file.read_area_file`.
    streets
        Extract of OpenStreetMap, ``.osm.pbf``, of the place and more.
    name
        Of the municipality; that of its outline, or its code, where None.
    boundary
        File with its outline; looked for in the extract where None.
    crs, language
        Found from where the areas lie where None.
    published
        Day of the extract; what its header states where None.
    around_m
        How far around the areas the extract is cut, in metres.
    currency
        What its money is in, by its code of ISO 4217; kroner in Denmark, and elsewhere left open
        where None.
    credit
        Whom the outlines of the areas are to be credited to; the name of their file where None.
    """

    municipality: str
    areas: Path
    streets: Path
    name: str | None = None
    boundary: Path | None = None
    crs: str | None = None
    language: str | None = None
    published: str | None = None
    around_m: float = 6000.0
    credit: str | None = None
    currency: str | None = None

    def sources(self, *, known: bool) -> Sources:
        """Say where the outlines come from; ``known`` is whether the municipality's is one."""
        own = self.credit or self.areas.name
        boundary = None if self.boundary is None else self.boundary.name
        if boundary is None and known:
            boundary = OSM_SOURCE
        return Sources(self.areas.name, own, boundary, self.around_m)


@dataclass(frozen=True)
class Begun:
    """What was written, and what a reader should know of it."""

    files: tuple[Path, ...]
    notes: tuple[Note, ...]


def begin_study(folder: Path, given: Beginning, say: Say = lambda _: None) -> Begun:
    """Write a study of another municipality into a new or empty folder; all of it or nothing.

    Parameters
    ----------
    folder
        Takes ``study.toml``, ``README.md`` and ``layers/``.
    given
        What it is begun from.
    say
        Is told what is being done.

    Raises
    ------
    SourceError
        If the folder holds something, or a file cannot be read.
    ConfigError, SchemaError, CRSError
        If what is given cannot be used.
    """
    check_new(folder)
    _check_code(given.municipality)
    if given.currency is not None and given.currency not in CODES:
        msg = (
            f"--currency: {given.currency!r} is no currency of ISO 4217; its code of three "
            "capitals is allowed, such as 'DKK', 'EUR' or 'SEK'. Correct it."
        )
        raise ConfigError(msg)
    ground = ground_of(read_area_file(given.areas), crs=given.crs, around_m=given.around_m)
    published = _published(given)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".htkgis-init-", dir=folder.parent) as aside:
        whole = Path(aside) / "study"
        layers = whole / "layers"
        layers.mkdir(parents=True)
        say("Cutting the extract")
        cut = cut_extract(given.streets, layers / EXTRACT, box=ground.surroundings.bounds)
        say("Looking for the outline of the municipality")
        outline, known = _outline(given, ground)
        say("Looking for homes and ways out")
        notes = _write(whole, given, ground, cut, published, outline, known=known)
        written = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
        if folder.exists():
            folder.rmdir()
        shutil.move(whole, folder)
    return Begun(tuple(folder / path for path in written), tuple(notes))


def _check_code(code: str) -> None:
    """Raise ConfigError for what is no official code, before anything is written."""
    try:
        TypeAdapter(MunicipalityCode).validate_python(code)
    except ValidationError as error:
        msg = f"--municipality {code!r}: {fault_words(error.errors()[0])}. Correct it."
        raise ConfigError(msg) from error


def _published(given: Beginning) -> str:
    """Say of which day the extract is."""
    day = given.published or extract_date(given.streets)
    if day is None:
        msg = (
            f"OSM extract ({given.streets}): does not state of which day it is. Give it with "
            "--published YYYY-MM-DD."
        )
        raise SourceError(msg)
    try:
        dt.date.fromisoformat(day)
    except ValueError as error:
        msg = f"--published: {day!r} is no day; 2026-11-21 is one. Correct it."
        raise ConfigError(msg) from error
    return day


def _outline(given: Beginning, ground: Ground) -> tuple[gpd.GeoDataFrame, bool]:
    """Find the outline of the municipality; what lies around the areas where it is not known."""
    found = (
        read_osm_boundary(given.streets, given.municipality)
        if given.boundary is None
        else read_outline_file(given.boundary, given.municipality)
    )
    known = found is not None
    if found is None:
        found = gpd.GeoDataFrame({"name": [None]}, geometry=[ground.surroundings], crs="EPSG:4326")
    own = found["name"].iloc[0]
    word = "Kommune" if _language(given, ground) == "da" else "Municipality"
    name = given.name or own or f"{word} {given.municipality}"
    return found.assign(id=given.municipality, name=name)[["id", "name", "geometry"]], known


def _write(
    whole: Path,
    given: Beginning,
    ground: Ground,
    cut: Cut,
    published: str,
    outline: gpd.GeoDataFrame,
    *,
    known: bool,
) -> list[Note]:
    """Write all files of the study, and say what a reader should know of them."""
    layers = whole / "layers"
    name = str(outline["name"].iloc[0])
    found = found_functions(cut)
    study = _write_decisions(whole / "study.toml", given, ground, found, published[:4], name)
    entries = Entries(published, cut.whole)
    notes = [Note("cut", {"ways": cut.ways, "points": cut.points, "day": published})]
    add_outlines(layers, entries, ground, outline, given.sources(known=known))
    entries.streets()
    homes = addresses_per_area(layers / EXTRACT, cut, ground.areas)
    without = [area for area in ground.areas["id"] if not homes[area]]
    if without:
        gates = ways_out(layers / EXTRACT, ground.areas, study)
        add_gates(layers, entries, gates)
        notes.append(Note("gates", {"count": len(gates)}))
    else:
        entries.addresses()
        notes.append(Note("homes", {"count": homes.total()}))
    lacking = lacking_functions(found)
    entries.places(found, lacking)
    entries.barriers(found_barriers(cut))
    entries.ground(found_ground(cut))
    if lacking:
        notes.append(Note("lacking", {"functions": lacking}))
    if not known:
        notes.append(Note("boundary", {"around": f"{given.around_m / 1000:g}"}))
    if not ground.danish and given.currency is None:
        notes.append(Note("currency", {"kroner": KRONER, "line": CURRENCY}))
    write_atomic(layers / "catalog.toml", entries.text(study.study.language).encode())
    catalog = read_catalog(layers / "catalog.toml")
    accept_layers(catalog, list(catalog.layers))
    write_atomic(whole / "README.md", _readme(study, notes).encode())
    return notes


def _write_decisions(
    path: Path,
    given: Beginning,
    ground: Ground,
    found: dict[str, dict[str, str]],
    year: str,
    name: str,
) -> Study:
    """Write study.toml and read it again, so that nothing is written that does not hold."""
    measured, drawn = functions_of(found)
    if not measured:
        msg = (
            f"OSM extract ({given.streets}): holds no school, shop or other place within "
            f"{given.around_m / 1000:g} km of the areas. Take a larger extract, or --around-km."
        )
        raise SourceError(msg)
    rows = ground.quarters.itertuples()
    quarters = [f'[[quarters]]\nid = "{row.id}"\narea = "{row.area}"\n' for row in rows]
    only = str(ground.areas["name"].iloc[0])
    template = Template((resources.files(__package__ or "") / "study.toml").read_text("utf-8"))
    text = template.substitute(
        id=slug(name if len(ground.areas) > 1 else only),
        name=json.dumps(name if len(ground.areas) > 1 else only, ensure_ascii=False),
        municipality=json.dumps(name, ensure_ascii=False),
        code=given.municipality,
        crs=ground.crs,
        language=_language(given, ground),
        money=_money(given, ground),
        year=int(year),
        quarters="\n".join(quarters),
        measured=_listed(measured),
        drawn=_listed([*drawn, "jobs"]),
        key_functions=_listed([one for one in KEY_FUNCTIONS if one in measured] or measured[:1]),
        far=", ".join(f"{one} = 30" for one in FAR_FUNCTIONS if one in measured),
    )
    told = in_english(text) if _language(given, ground) == "en" else text
    write_atomic(path, told.encode())
    return read_study(path)


def _language(given: Beginning, ground: Ground) -> str:
    return given.language or ("da" if ground.danish else "en")


def _money(given: Beginning, ground: Ground) -> str:
    """Write what money is in; where nobody said it, leave the line to be filled in.

    No price and no budget stands in a study that is begun, so nothing is in a wrong currency yet.
    """
    if given.currency not in (None, KRONER):
        return f'currency = "{given.currency}"\n'
    if ground.danish or given.currency == KRONER:
        return ""
    return f"# Money is in {KRONER} until its code of ISO 4217 stands here: {CURRENCY}\n"


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _readme(study: Study, notes: list[Note]) -> str:
    """Write what is next, in the language of the study."""
    file = resources.files(__package__ or "") / f"README.{study.study.language}.md"
    found = "\n".join(f"- {note.words(study.study.language)}" for note in notes)
    return Template(file.read_text("utf-8")).substitute(name=study.study.name, found=found)
