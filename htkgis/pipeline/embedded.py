"""The embedded study, from the installed package or from a clone."""

from __future__ import annotations

from pathlib import Path

from htkgis.errors import SourceError
from htkgis.store import disk_error, write_atomic

PACKAGE = Path(__file__).parent.parent


def embedded_study() -> Path:
    """Folder with ``study.toml``, ``layers/`` and ``scenarios/``: in a wheel, or a clone above.

    Raises
    ------
    SourceError
        If neither is there.
    """
    for folder in (PACKAGE / "embedded", PACKAGE.parent):
        if (folder / "study.toml").is_file() and (folder / "layers" / "catalog.toml").is_file():
            return folder
    msg = f"embedded study ({PACKAGE}): it is missing from this installation. Install htkgis again."
    raise SourceError(msg)


def check_new(folder: Path) -> None:
    """Raise unless a folder is new or empty.

    Raises
    ------
    SourceError
        If it holds something, or its path is a file.
    """
    try:
        held = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise disk_error(folder, error) from error
    if held:
        msg = (
            f"{folder.name} ({folder}): the folder holds {len(held)} files already; an empty or "
            "new one is allowed. Choose another DIR."
        )
        raise SourceError(msg)


def write_embedded_study(folder: Path) -> list[Path]:
    """Copy the embedded study into a new or empty folder.

    Raises
    ------
    SourceError
        If the folder holds something, or its path is a file; nothing is written then.
    StoreError
        If the disk refuses.
    """
    source = embedded_study()
    check_new(folder)
    folders = ("layers", "scenarios")
    # locks and notes of runs in a clone are hidden files, and no part of the study
    files = [file for name in folders for file in sorted((source / name).glob("[!.]*"))]
    files.insert(0, source / "study.toml")
    written = []
    for file in files:
        target = folder / file.relative_to(source)
        write_atomic(target, file.read_bytes())
        written.append(target)
    return written
