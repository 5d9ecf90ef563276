"""Fetch one layer, whatever kind of service it comes from, into one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely

from htkgis.errors import ConfigError
from htkgis.services import Fetch, Service
from htkgis.store import write_atomic
from htkgis.store.files import remove

from .around import Around
from .client import Client
from .datafordeler import fetch_datafordeler
from .download import Validators, download
from .geofa_sql import fetch_geofa_sql
from .ogc_api import fetch_ogc_api
from .overpass import fetch_overpass
from .postgis import fetch_postgis
from .statbank import fetch_statbank
from .waiting import Patience
from .wcs import fetch_wcs
from .wfs import fetch_wfs
from .written import vector_bytes

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched.

    Parameters
    ----------
    name
        Of the layer.
    fetch, service
        Where it comes from.
    around
        The rectangle that rows are wanted in, in the CRS of the study.
    area
        The study's outlines with their surroundings, in the CRS of ``around``.
    target
        The file to write; its ending says how.
    known
        By what the server knows the version that is in use.
    """

    name: str
    fetch: Fetch
    service: Service
    around: Around
    area: shapely.Geometry
    target: Path
    known: Validators


@dataclass(frozen=True)
class Fetched:
    """What came of it.

    Parameters
    ----------
    new
        Whether a file was written; else the server says that the version in use is the newest.
    validators
        What to ask with next time.
    """

    new: bool
    validators: Validators


def fetch_layer(wanted: Wanted, *, patience: Patience, pause: Pause) -> Fetched:
    """Fetch a layer into ``wanted.target``, whole or not at all.

    Raises
    ------
    ConfigError
        A key is missing, what is asked for cannot be, or the file's ending does not fit it.
    SourceError
        See the kinds of service.
    StoreError
        If the disk refuses.
    """
    service, fetch, around = wanted.service, wanted.fetch, wanted.around
    if service.kind == "postgis":
        return _written(wanted, fetch_postgis(wanted.name, service, fetch, around))
    if service.kind == "overpass":
        return _overpass(wanted, pause)
    client = Client(wanted.name, service, patience=patience, pause=pause)
    if service.kind == "file":
        return _file(wanted, client)
    if service.kind == "datafordeler":
        return _datafordeler(wanted, client)
    if service.kind in {"statbank", "wcs"}:
        return _answered(wanted, client)
    return _written(wanted, ROWS[service.kind](client, fetch, around))


def _file(wanted: Wanted, client: Client) -> Fetched:
    base = wanted.service.url
    url = f"{base.rstrip('/')}/{wanted.fetch.item.lstrip('/')}" if wanted.fetch.item else base
    options = dict(wanted.fetch.options)
    got = download(client, wanted.target, params=options, url=url, known=wanted.known)
    return Fetched(got.path is not None, got.validators)


def _datafordeler(wanted: Wanted, client: Client) -> Fetched:
    packed = wanted.target.with_suffix(".zip")
    rows, got = fetch_datafordeler(client, wanted.fetch, wanted.around, packed, wanted.known)
    if rows is None:
        return Fetched(new=False, validators=got.validators)
    _written(wanted, rows)
    remove(packed)
    return Fetched(new=True, validators=got.validators)


def _overpass(wanted: Wanted, pause: Pause) -> Fetched:
    _check_ending(wanted, (".graphml",))
    content, validators = fetch_overpass(
        wanted.name,
        wanted.service,
        wanted.fetch,
        wanted.area,
        crs=wanted.around.crs,
        pause=pause,
    )
    write_atomic(wanted.target, content)
    return Fetched(new=True, validators=validators)


def _written(wanted: Wanted, rows: gpd.GeoDataFrame) -> Fetched:
    content = vector_bytes(rows, suffix=wanted.target.suffix, layer=wanted.name)
    write_atomic(wanted.target, content)
    return Fetched(new=True, validators=Validators())


def _answered(wanted: Wanted, client: Client) -> Fetched:
    if wanted.service.kind == "statbank":
        return _kept(wanted, fetch_statbank(client, wanted.fetch), (".csv",))
    return _kept(wanted, fetch_wcs(client, wanted.fetch, wanted.around), (".tif", ".tiff"))


def _kept(wanted: Wanted, content: bytes, endings: tuple[str, ...]) -> Fetched:
    _check_ending(wanted, endings)
    write_atomic(wanted.target, content)
    return Fetched(new=True, validators=Validators())


def _check_ending(wanted: Wanted, endings: tuple[str, ...]) -> None:
    if wanted.target.suffix.lower() not in endings:
        msg = (
            f"layers.{wanted.name}.path ({wanted.target.name}): what {wanted.service.kind} sends "
            f"is kept as {endings[0]}. Change the path in the catalog."
        )
        raise ConfigError(msg)


ROWS = {"wfs": fetch_wfs, "ogc_api": fetch_ogc_api, "geofa_sql": fetch_geofa_sql}
