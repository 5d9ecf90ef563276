"""Open a GTFS feed, a zip or a folder, and read its tables as text.

Columns of long tables are held as categories: an id, a time or a distance that stands in a
thousand rows is kept, trimmed and parsed once.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv

from htkgis.errors import SchemaError, SourceError, first

from .arrived import check_file, check_text, check_zip
from .gtfs_report import FeedReport
from .table import lacking

LONG = frozenset({"stop_times.txt", "shapes.txt"})
"""Tables that may be larger than memory likes, and in which no cell holds a line break."""
BLOCK_BYTES = 4 << 20
HEADER_BYTES = 1 << 16
SHOWN = 60


@dataclass(frozen=True)
class Feed:
    """Where a feed lies and what its ids begin with.

    Parameters
    ----------
    name
        Short name of the feed in reports.
    path
        Zip or folder.
    inside
        Folder within the zip, with ``/`` behind it, or nothing.
    prefix
        What each of its ids is given in front, where feeds are merged.
    encoding
        Of all its tables.
    """

    name: str
    path: Path
    inside: str = ""
    prefix: str = ""
    encoding: str = "utf-8"

    def where(self, file: str) -> str:
        """Name a table for a message."""
        return f"{file} ({self.path})"

    def has(self, file: str) -> bool:
        """Whether the feed has a table."""
        if self.path.is_dir():
            return (self.path / file).is_file()
        with zipfile.ZipFile(self.path) as archive:
            return self.inside + file in archive.namelist()

    @contextmanager
    def open(self, file: str) -> Iterator[IO[bytes]]:
        """Open a table to be read as bytes."""
        if self.path.is_dir():
            with (self.path / file).open("rb") as stream:
                yield stream
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(self.inside + file) as stream:
            yield stream


def open_feed(path: Path, *, name: str, prefix: str = "", encoding: str = "utf-8") -> Feed:
    """Find a feed, and see that it is whole before anything is read.

    Raises
    ------
    SourceError
        The path is missing, no zip, a zip that is cut short, damaged, unsafe or without
        ``stops.txt``.
    """
    check_file(path)
    if path.is_dir():
        inside = ""
        found = sorted(file.name for file in path.iterdir())
        there = "stops.txt" in found
    else:
        check_zip(path)
        with zipfile.ZipFile(path) as archive:
            found = archive.namelist()
        folders = [str(PurePosixPath(n).parent) for n in found if PurePosixPath(n).name == STOPS]
        folders = [folder for folder in folders if not folder.startswith("__MACOSX")]
        there = len(folders) == 1
        inside = "" if not there or folders[0] == "." else f"{folders[0]}/"
    if not there:
        msg = (
            f"{path.name} ({path}): is no GTFS feed: {len(found)} files and not one {STOPS}: "
            f"{first(found)}; stops.txt, routes.txt, trips.txt, stop_times.txt and a calendar are "
            "needed. Name the zip or the folder that holds them."
        )
        raise SourceError(msg)
    return Feed(name, path, inside, prefix, encoding)


STOPS = "stops.txt"


def read_feed_table(
    feed: Feed, file: str, needed: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """Read the columns asked for as text, each held as categories; blanks are missing.

    Cells lose the blanks around them, and letters that are written as two become one. A column
    of ``optional`` that the file does not have is missing in every row.

    Raises
    ------
    SourceError
        The table is missing, empty, in another encoding, or its rows differ in length.
    SchemaError
        A column that is needed is missing, or one stands twice.
    """
    if not feed.has(file):
        msg = (
            f"{feed.where(file)}: the feed has no such table; it is needed. Fetch the feed again, "
            "or ask its publisher."
        )
        raise SourceError(msg)
    names = _header(feed, file)
    missing = [name for name in needed if name not in names]
    if missing:
        msg = f"{feed.where(file)}: {lacking(missing, names)}. Ask the feed's publisher."
        raise SchemaError(msg)
    there = [name for name in (*needed, *optional) if name in names]
    table = _read(feed, file, names, there)
    columns = {name: _trimmed(table[name]) for name in there}
    frame: pd.DataFrame = pa.table(columns).to_pandas()
    for name in optional:
        if name not in frame:
            frame[name] = pd.Categorical([None] * len(frame), categories=pd.Index([], dtype=object))
    return frame


def read_short_table(
    feed: Feed, file: str, needed: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """Read a table that is not long: :func:`read_feed_table` with plain text, missing is None."""
    table = read_feed_table(feed, file, needed, optional)
    return pd.DataFrame({name: plain_text(table[name]) for name in table.columns})


def without_repeats(table: pd.DataFrame, file: str, report: FeedReport) -> pd.DataFrame:
    """Count the rows of a table, and drop those that say again what one before them says."""
    report.read[file] = len(table)
    again = table.duplicated()
    if not again.any():
        return table
    report.dropped[f"rows of {file} that stand twice"] += int(again.sum())
    return table.loc[~again].reset_index(drop=True)


def plain_text(values: pd.Series) -> pd.Series:
    """Turn categories into text, missing into None."""
    text = values.astype(object)
    return text.where(text.notna(), None)


def _header(feed: Feed, file: str) -> list[str]:
    """Column names as the table writes them, without blanks and byte order mark."""
    with feed.open(file) as stream:
        head = stream.read(HEADER_BYTES)
    check_text(feed.path / file, head)
    if not head.strip():
        msg = f"{feed.where(file)}: the table is empty; a header is expected. Fetch it again."
        raise SourceError(msg)
    line = head.splitlines()[0].decode(_codec(feed.encoding), errors="replace")
    names = [
        name.strip(" \t\ufeff")
        for name in next(csv.reader(io.StringIO(line), skipinitialspace=True))
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        msg = (
            f"{feed.where(file)}: {len(twice)} of {len(names)} column names stand twice: "
            f"{first(twice)}; each may stand once. Ask its publisher."
        )
        raise SchemaError(msg)
    return [name or f"unnamed {number}" for number, name in enumerate(names)]


def _codec(encoding: str) -> str:
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def _read(feed: Feed, file: str, names: list[str], columns: list[str]) -> pa.Table:
    other: list[str] = []

    def skip(row: Any) -> str:
        if row.text.strip(" \t\x1a"):
            other.append(row.text[:SHOWN])
        return "skip"

    utf8 = codecs.lookup(feed.encoding).name == "utf-8"
    try:
        with feed.open(file) as stream:
            table = pa_csv.read_csv(
                pa.PythonFile(stream, mode="r"),
                read_options=pa_csv.ReadOptions(
                    column_names=names,
                    skip_rows=1,
                    block_size=BLOCK_BYTES,
                    encoding="utf8" if utf8 else feed.encoding,
                ),
                parse_options=pa_csv.ParseOptions(
                    newlines_in_values=file not in LONG, invalid_row_handler=skip
                ),
                convert_options=pa_csv.ConvertOptions(
                    include_columns=columns,
                    column_types=dict.fromkeys(columns, pa.dictionary(pa.int32(), pa.string())),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
    except (pa.ArrowInvalid, UnicodeDecodeError, zipfile.BadZipFile, EOFError) as error:
        raise _unreadable(feed, file, error) from error
    if other:
        msg = (
            f"{feed.where(file)}: {len(other)} rows do not have the header's {len(names)} cells: "
            f"{first(sorted(other))}. Fetch the feed again, or ask its publisher."
        )
        raise SourceError(msg)
    return table.unify_dictionaries().combine_chunks()


def _unreadable(feed: Feed, file: str, error: Exception) -> SourceError:
    """Say at which byte and in which line a table is not in its encoding, or what is wrong."""
    decoder = codecs.getincrementaldecoder(feed.encoding)()
    place, lines = 0, 1
    with feed.open(file) as stream:
        while block := stream.read(BLOCK_BYTES):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as wrong:
                lines += block[: wrong.start].count(b"\n")
                msg = (
                    f"{feed.where(file)}: byte {place + wrong.start} in line {lines} is not "
                    f"{feed.encoding}; GTFS is written in UTF-8. Ask the publisher for it in "
                    "UTF-8, or state its encoding (cp1252 is common)."
                )
                return SourceError(msg)
            place, lines = place + len(block), lines + block.count(b"\n")
    text = str(error).splitlines()[0].rstrip(".")
    msg = f"{feed.where(file)}: cannot be read as CSV: {text}. Fetch the feed again."
    return SourceError(msg)


def composed(texts: pa.Array) -> pa.Array:
    """Write each letter with its accent as one: ``å`` and not ``a`` with a ring (NFC).

    Not with pyarrow's own normalisation: up to version 24 it takes them apart instead.
    """
    if pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        return texts
    whole = [text and unicodedata.normalize("NFC", text) for text in texts.to_pylist()]
    return pa.array(whole, type=texts.type)


def _trimmed(column: pa.ChunkedArray) -> pa.Array:
    """Trim the categories; those that become one, or nothing, meet."""
    chunk = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(chunk, pa.ChunkedArray):  # of a table without rows
        chunk = pa.array([], type=pa.dictionary(pa.int32(), pa.string()))
    known = chunk.dictionary
    clean = composed(pc.utf8_trim_whitespace(known))
    if clean.equals(known):
        return chunk
    clean = pc.if_else(pc.equal(clean, ""), pa.scalar(None, pa.string()), clean)
    met = clean.dictionary_encode()
    codes = pc.take(met.indices, chunk.indices)
    return pa.DictionaryArray.from_arrays(codes, met.dictionary)
