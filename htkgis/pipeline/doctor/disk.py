"""The cache, compiled code, and room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from htkgis.store import Cache
from htkgis.store.files import folder_above, refusal

from .finding import Finding

MB = 1e6
LEAST_FREE_MB = 200.0
"""The embedded study, its cache and five editions take about 150 MB."""
LITTLE_FREE_MB = 5000.0
"""A municipality with all its addresses and timetables takes a few thousand."""


def look_at_cache() -> Iterator[Finding]:
    """Where results are kept between runs, how much is there, and whether more can be."""
    folder = Cache.default().folder
    why = refusal(folder)
    if why:
        todo = "Check your rights there, or name another folder in HTKGIS_CACHE_DIR."
        yield Finding("cache", "fault", f"{folder}: nothing can be written: {why}", todo)
        return
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    size_mb = sum(path.stat().st_size for path in files) / MB
    entries = sum(path.name == "entry.json" for path in files)
    yield Finding("cache", "ok", f"{folder}: {entries:,} entries, {size_mb:,.0f} MB")


def look_at_compiled_code() -> Iterator[Finding]:
    """Where the search is kept compiled; without such a place every command compiles anew."""
    from htkgis.network.search import spread  # noqa: PLC0415 - numba takes a second to load

    kept = spread.stats.cache_path  # type: ignore[attr-defined]  # numba's, of a kernel
    folder = Path(kept or Cache.default().folder)
    why = refusal(folder) or ("" if kept else "refused when this command began")
    if why:
        said = f"{folder}: nothing can be written: {why}; every command compiles anew"
        todo = "Check your rights there, or name another folder in NUMBA_CACHE_DIR."
        yield Finding("compiled code", "fault", said, todo)
        return
    ready = len(list(folder.glob("*.nbi"))) if folder.is_dir() else 0
    said = f"{folder}: {ready} kernels" if ready else f"{folder}: the first run compiles"
    yield Finding("compiled code", "ok", said)


def look_at_space(*folders: Path) -> Iterator[Finding]:
    """Free room where results and pages go, each disk once."""
    seen: set[int] = set()
    for folder in folders:
        there = folder_above(folder)
        disk = there.stat().st_dev
        if disk in seen:
            continue
        seen.add(disk)
        free_mb = shutil.disk_usage(there).free / MB
        said = f"{there}: {free_mb:,.0f} MB"
        if free_mb < LEAST_FREE_MB:
            todo = "Free some space, or choose other folders (HTKGIS_CACHE_DIR, --out)."
            yield Finding("free space", "fault", said, todo)
        elif free_mb < LITTLE_FREE_MB:
            said += "; enough for the embedded study, little for a municipality with its addresses"
            yield Finding("free space", "note", said)
        else:
            yield Finding("free space", "ok", said)
