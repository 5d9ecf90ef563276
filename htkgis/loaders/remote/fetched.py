"""Fetch one layer, whatever kind of service it comes from, into one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from htkgis.errors import ConfigError, first
from htkgis.services import Fetch, Service
from htkgis.store import write_atomic

from .around import Around
from .client import Client
from .download import Validators, download
from .wfs import fetch_wfs
from .written import vector_bytes


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
    target
        The file to write; its ending says how.
    known
        By what the server knows the version that is in use.
    """

    name: str
    fetch: Fetch
    service: Service
    around: Around
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


def fetch_layer(wanted: Wanted, client: Client) -> Fetched:
    """Fetch a layer into ``wanted.target``, whole or not at all.

    Raises
    ------
    ConfigError
        No such kind of service can be asked, or the file's ending does not fit it.
    SourceError
        See the kinds of service.
    StoreError
        If the disk refuses.
    """
    kind = wanted.service.kind
    if kind not in KINDS:
        msg = (
            f"layers.{wanted.name}.fetch: services of the kind {kind!r} cannot be asked yet; "
            f"allowed: {first(sorted(KINDS))}. Fetch the file by hand."
        )
        raise ConfigError(msg)
    return KINDS[kind](wanted, client)


def _file(wanted: Wanted, client: Client) -> Fetched:
    base = wanted.service.url
    url = f"{base.rstrip('/')}/{wanted.fetch.item.lstrip('/')}" if wanted.fetch.item else base
    options = dict(wanted.fetch.options)
    got = download(client, wanted.target, params=options, url=url, known=wanted.known)
    return Fetched(got.path is not None, got.validators)


def _wfs(wanted: Wanted, client: Client) -> Fetched:
    rows = fetch_wfs(client, wanted.fetch, wanted.around)
    content = vector_bytes(rows, suffix=wanted.target.suffix, layer=wanted.name)
    write_atomic(wanted.target, content)
    return Fetched(new=True, validators=Validators())


KINDS: dict[str, Callable[[Wanted, Client], Fetched]] = {"file": _file, "wfs": _wfs}
