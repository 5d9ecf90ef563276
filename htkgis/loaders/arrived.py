"""Look at a file before it is opened: is it there, whole, safe, and what its name says.

A download that failed is often there all the same: a page to log in, a server's error, half
a file. A shapefile is four files, and a GeoPackage that is open elsewhere is two.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from htkgis.errors import SourceError, first
from htkgis.store.files import check_closed

ZIPS = frozenset({".zip", ".kmz", ".shz"})
LAYERS = (".shp", ".gpkg", ".geojson", ".fgb", ".gml", ".kml", ".tab", ".json")
"""What the files of layers that a zip holds end in; ``.json`` may also be about another."""
SHAPEFILE = (".shx", ".dbf")
"""Parts without which a ``.shp`` has no rows; its CRS can also be stated in the catalog."""
MAX_UNPACKED_BYTES = 4 << 30
MAX_RATIO = 200

HEAD_BYTES = 4096
"""Enough of a file to tell what it is."""
SHOWN = 120
"""Letters of a server's answer that an error shows."""

SIGNATURES = {
    b"PK\x03\x04": "a zip or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"SQLite format 3": "a GeoPackage or another database",
    b"PAR1": "a parquet file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
}
"""What files begin with that people save under the name of a table."""

PAGES = frozenset({"html", "head", "body", "meta", "script"})
FAULTS = frozenset({"error", "exceptionreport", "serviceexceptionreport", "exception"})
FIRST_TAG = re.compile(
    r"(?>\s+|<\?xml[^>]*>|<!--(?>.*?-->)|<!doctype[^>]*>)*+<(?:[\w.-]+:)?([\w.-]+)",
    re.IGNORECASE | re.DOTALL,
)
"""The first element of HTML or XML; atomic, so that no text can make it slow."""


def check_file(path: Path) -> None:
    """Raise SourceError if a file is missing, empty, in part, in use, hostile or no data.

    Parameters
    ----------
    path
        File or folder. Of a folder only that it is there is asked.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        slash = " Write / between folders." if "\\" in path.name else ""
        msg = f"{path.name} ({path}): the file is missing. Check the path.{slash}"
        raise SourceError(msg) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        msg = f"{path.name[:SHOWN]} ({str(path)[:SHOWN]}): cannot be read: {why}. Check the path."
        raise SourceError(msg) from error
    if not path.is_file():
        return
    if path.stat().st_size == 0:
        msg = f"{path.name} ({path}): the file is empty (0 bytes). Fetch it again."
        raise SourceError(msg)
    what = answer_instead_of_data(path)
    if what:
        msg = f"{path.name} ({path}): cannot be read: it is no data but {what}. Fetch it again."
        raise SourceError(msg)
    suffix = path.suffix.lower()
    if suffix in ZIPS:
        check_zip(path)
    elif suffix == ".shp":
        _check_shapefile(path)
    elif suffix in {".gpkg", ".sqlite"}:
        check_closed(path)


def answer_instead_of_data(path: Path) -> str | None:
    """Say what a server sent instead of a file, or None where the file may hold data.

    A web page, an exception document of a map service, or an error in JSON; its own words are
    quoted.
    """
    return said_instead(_begin(path, HEAD_BYTES), whole=path.stat().st_size <= HEAD_BYTES)


def said_instead(begin: bytes, *, whole: bool) -> str | None:
    """Say what a server sent instead of data, from the first bytes; None where it may be data.

    Parameters
    ----------
    begin
        The first bytes of an answer.
    whole
        Whether they are all of it; an error in JSON is told from data only then.
    """
    head = begin[:HEAD_BYTES].decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if head.startswith("{") and whole:
        return _fault_in_json(head)
    found = FIRST_TAG.match(head)
    tag = found.group(1).lower() if found else ""
    if tag in PAGES:
        return f"a web page ({plain(head)!r})"
    return f"the error of a server ({plain(head)!r})" if tag in FAULTS else None


def _begin(path: Path, count: int) -> bytes:
    """Give the first bytes of a file; of one that may not be read none: who opens it says why."""
    try:
        with path.open("rb") as stream:
            return stream.read(count)
    except OSError:
        return b""


def _fault_in_json(text: str) -> str | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    named = [key for key in answer if str(key).lower() in FAULTS]
    if not named or "features" in answer:
        return None
    return f"the error of a server ({json.dumps(answer[named[0]], ensure_ascii=False)[:SHOWN]})"


def plain(text: str) -> str:
    """Take the tags out of a server's answer and shorten it to one line.

    Examples
    --------
    >>> plain("<html><title>404</title><p>Not found.</p></html>")
    '404 Not found'
    """
    bare = " ".join(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL).split())
    fault = re.search(r"Error\s*:\s*(.*)", bare)
    return (fault.group(1) if fault else bare)[:SHOWN].rstrip(" .")


def check_text(path: Path, data: bytes) -> None:
    """Raise SourceError if the bytes of a table are those of a workbook or another file."""
    for signature, what in SIGNATURES.items():
        if data.startswith(signature):
            msg = f"{path.name} ({path}): is {what} and no CSV. Save the sheet or layer as CSV."
            raise SourceError(msg)


def _check_shapefile(path: Path) -> None:
    """Raise SourceError if parts of a shapefile are missing, or its shapes are cut short."""
    beside = path.parent.glob(f"{_literal(path.stem)}.*")
    _check_parts(path, path.name, [file.name for file in beside if file.stat().st_size > 0])
    stated = 2 * int.from_bytes(_begin(path, 28)[24:], "big")  # it counts words of 16 bits
    there = path.stat().st_size
    if there < stated:
        msg = (
            f"{path.name} ({path}): is cut short: {there:,} of {stated:,} bytes. Fetch all parts "
            "of the shapefile again."
        )
        raise SourceError(msg)


def _check_parts(path: Path, shapes: str, there: list[str]) -> None:
    stem, held = shapes[:-4], {name[len(shapes) - 4 :].lower() for name in there}
    lost = [f"{stem}{ending}" for ending in SHAPEFILE if ending not in held]
    if lost:
        msg = (
            f"{path.name} ({path}): {len(lost)} parts of the shapefile are missing or empty: "
            f"{first(lost)}; .shp, .shx, .dbf and .prj belong together. Copy all of them."
        )
        raise SourceError(msg)


def _literal(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def check_zip(path: Path) -> None:
    """Raise SourceError if a zip is corrupt, empty, locked, leads outside itself or is a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeDecodeError) as error:
        msg = f"{path.name} ({path}): is not a whole zip: {error}. Fetch it again."
        raise SourceError(msg) from error
    if not entries:
        msg = f"{path.name} ({path}): the zip holds no file. Fetch it again."
        raise SourceError(msg)
    _check_safe(path, entries)
    damaged = _damaged(path)
    if damaged:
        msg = f"{path.name} ({path}): is not a whole zip: {damaged}. Fetch it again."
        raise SourceError(msg)


def _damaged(path: Path) -> str | None:
    """Name the first file of a zip whose bytes are not those that were packed."""
    try:
        with zipfile.ZipFile(path) as archive:
            name = archive.testzip()
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error) as error:
        return str(error)
    except NotImplementedError:  # packed in a way that GDAL may know
        return None
    return None if name is None else f"{name!r} in it is damaged"


def _check_safe(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    outside = [entry.filename for entry in entries if _leads_outside(entry.filename)]
    if outside:
        msg = (
            f"{path.name} ({path}): {len(outside)} entries lead outside the zip: {first(outside)}. "
            "Do not use this file; ask its sender for another."
        )
        raise SourceError(msg)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(path.stat().st_size, 1 << 16):
        msg = (
            f"{path.name} ({path}): would unpack to {unpacked / 1e6:,.1f} MB from "
            f"{path.stat().st_size / 1e6:,.2f} MB; at most {MAX_UNPACKED_BYTES >> 30} GB and "
            f"{MAX_RATIO} times its size are allowed. Unpack it by hand if you trust it."
        )
        raise SourceError(msg)
    locked = [entry.filename for entry in entries if entry.flag_bits & 1]
    if locked:
        msg = (
            f"{path.name} ({path}): {len(locked)} files in it need a password: {first(locked)}. "
            "Unpack it, and name the file in it."
        )
        raise SourceError(msg)


def _leads_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name.split("/", 1)[0]


def layer_in_zip(path: Path) -> str:
    """Find the file or folder in a zip that holds the layer; the zip itself is ``""``.

    Whoever packs a folder gets a zip with a folder in it, which GDAL does not look into.

    Raises
    ------
    SourceError
        Layers lie in several folders, none is there, or parts of a shapefile are missing.
    """
    with zipfile.ZipFile(path) as archive:
        held = {e.filename: e.file_size for e in archive.infolist() if not _of_mac(e.filename)}
    layers = [name for name in held if PurePosixPath(name).suffix.lower() in LAYERS]
    files = [name for name in layers if not name.lower().endswith(".json")] or layers
    geodatabase = next((name for name in held if ".gdb/" in name), None)
    if geodatabase is not None:
        return geodatabase[: geodatabase.index(".gdb/") + 4]
    folders = {str(PurePosixPath(name).parent) for name in files}
    if len(folders) != 1:
        what = f"{len(files)} layers in {len(folders)} folders" if files else "no layer"
        msg = (
            f"{path.name} ({path}): the zip holds {what}: {first(files or held)}; files that end "
            f"in {', '.join(LAYERS)} are read. Unpack it, and name the file."
        )
        raise SourceError(msg)
    for name in files:
        if name.lower().endswith(".shp"):
            beside = [n for n, size in held.items() if n.startswith(name[:-4]) and size]
            _check_parts(path, name, beside)
    return files[0] if len(files) == 1 else folders.pop().removeprefix(".")


def _of_mac(name: str) -> bool:
    """Whether a file in a zip is what macOS adds to each."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")
