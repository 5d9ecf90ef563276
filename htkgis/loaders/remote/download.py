"""One file from a web server: asked for only if it is new, and gone on with where it broke off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from htkgis.loaders.arrived import answer_instead_of_data
from htkgis.store import fingerprint
from htkgis.store.partial import PartialFile

from .client import AgainError, Client

PARTIAL, NOT_MODIFIED, NOT_THAT_PART = 206, 304, 416


@dataclass(frozen=True)
class Validators:
    """By what a server knows the version that we have: its ETag, or when it was changed."""

    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Validators:
        """Take them from the headers of an answer."""
        return cls(headers.get("ETag", ""), headers.get("Last-Modified", ""))

    def for_resuming(self) -> str:
        """Give what proves that the rest is of the same version; empty where nothing does."""
        strong = self.etag and not self.etag.startswith("W/")
        return self.etag if strong else self.last_modified


@dataclass(frozen=True)
class Downloaded:
    """A file that has arrived whole, or the word that the one we have is the newest.

    Parameters
    ----------
    path
        The file; None where nothing is newer.
    validators
        What to ask with next time.
    resumed_bytes
        Bytes that were there from an earlier attempt.
    """

    path: Path | None
    validators: Validators = field(default_factory=Validators)
    resumed_bytes: int = 0


def download(
    client: Client,
    target: Path,
    *,
    params: Mapping[str, str] | None = None,
    url: str | None = None,
    known: Validators | None = None,
) -> Downloaded:
    """Fetch one file whole, or say that it has not changed.

    What has arrived stays beside the target when the line breaks or the machine stops, and the
    next attempt, in this run or a later one, asks for the rest only, if the server can prove that
    the rest is of the same version. Nothing replaces ``target`` before the whole is there.

    Parameters
    ----------
    client
        Asks the service.
    target
        Where the file goes.
    params, url
        What is asked for; the service's own address if missing.
    known
        By what the server knows the version that is in use; it may then say that it is the newest.

    Raises
    ------
    SourceError
        See :meth:`htkgis.loaders.remote.client.Client.get`; also where the file is no data but a
        web page or a server's error. What lay at ``target`` stands.
    StoreError
        If the disk refuses.
    """
    part = PartialFile(target)
    question = fingerprint({"url": url or client.service.url, "params": dict(params or {})})

    def once() -> Downloaded:
        return _once(client, part, question, params, url, known or Validators())

    return client.patiently(once)


def _once(
    client: Client,
    part: PartialFile,
    question: str,
    params: Mapping[str, str] | None,
    url: str | None,
    known: Validators,
) -> Downloaded:
    there, headers = _wanted(part, question, known)
    with client.send("GET", url, params, headers=headers) as response:
        if response.status_code == NOT_MODIFIED:
            return Downloaded(None, known)
        if response.status_code == NOT_THAT_PART:
            part.drop()
            msg = "no longer has the version that we had a part of"
            raise AgainError(msg, asked_s=0.0)
        client.check_status(response)
        found = Validators.of(response.headers)
        if response.status_code == PARTIAL and not _goes_on(response, there):
            part.drop()
            msg = "sent another part of the file than was asked for"
            raise AgainError(msg)
        if response.status_code != PARTIAL:
            there = 0
            part.begin({"question": question, "validator": found.for_resuming()})
        part.append(client.pieces(response, decode=False, held_bytes=there))
        _check_whole(response, part)
    what = answer_instead_of_data(part.part)
    if what is None and part.size() == 0:
        what = "nothing (0 bytes)"
    if what is not None:
        part.drop()
        client.refuse(f"sent no data but {what}", "Check the service's address and any proxy.")
    return Downloaded(part.finish(), found, there)


def _wanted(part: PartialFile, question: str, known: Validators) -> tuple[int, dict[str, str]]:
    """Say how many bytes are there already, and the headers that ask for no more than the rest."""
    headers = {"Accept-Encoding": "identity"}
    kept = part.of()
    there = part.size() if kept.get("question") == question and kept.get("validator") else 0
    if there:
        return there, headers | {"Range": f"bytes={there}-", "If-Range": kept["validator"]}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return 0, headers


def _goes_on(response: requests.Response, there: int) -> bool:
    """Whether a part begins where ours ends."""
    span = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return there > 0 and span is not None and int(span[1]) == there


def _check_whole(response: requests.Response, part: PartialFile) -> None:
    span = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", ""))
    length = response.headers.get("Content-Length", "")
    whole = int(span[1]) if span else int(length) if length.isdigit() else part.size()
    if part.size() != whole:
        msg = f"sent {part.size():,} of {whole:,} bytes"
        raise AgainError(msg)
