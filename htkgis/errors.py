"""Errors that htkgis raises on purpose.

::

    HtkgisError
    ├── ConfigError             study.toml or catalog.toml is wrong: fix the file   (ValueError)
    ├── SourceError             a layer is missing, unreadable, changed: get or accept it  (OSError)
    ├── SchemaError             a table breaks its contract: fix data or mapping    (ValueError)
    │   └── CRSError            no CRS, the wrong one, or swapped axes              (ValueError)
    ├── NetworkError            the street network cannot answer the question      (ValueError)
    ├── StoreError              the disk refused: full, read-only, in use           (OSError)
    ├── ClusterError            the machines of a cluster cannot be used, or are lost  (OSError)
    └── MissingDependencyError  an optional package is absent: the pip line         (ImportError)

Every message reads ``what (where): what is wrong, how many, the first three; what is
allowed. What to do.`` The command line prints it as one line and exits with 1.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable
from pathlib import Path

FIRST = 3
MOJIBAKE = re.compile("Ã[¦\xb8¥†\u02dc…\x85\x86\x98]|\N{REPLACEMENT CHARACTER}")
"""Danish letters in UTF-8 that were read as Windows-1252, and the sign of a lost letter."""


class HtkgisError(Exception):
    """Base class: catch this to catch everything htkgis raises on purpose."""


class ConfigError(HtkgisError, ValueError):
    """A value in ``study.toml`` or ``catalog.toml`` is wrong; not for faults of the layers."""


class SourceError(HtkgisError, OSError):
    """A layer is missing, unreadable or not the accepted one; not for faults in its rows."""


class SchemaError(HtkgisError, ValueError):
    """A table that could be read breaks its contract."""


class CRSError(SchemaError):
    """A layer has no CRS, another CRS than stated, or swapped axes."""


class NetworkError(HtkgisError, ValueError):
    """The street network cannot answer: nothing can be walked, or no point snaps to it."""


class StoreError(HtkgisError, OSError):
    """The disk refused to keep a result: full, read-only, or held by another run."""


class ClusterError(HtkgisError, OSError):
    """The machines of a cluster cannot be used: no answer, no worker, other versions, or lost."""


class MissingDependencyError(HtkgisError, ImportError):
    """An optional package is not installed."""


def why_unread(path: Path, error: OSError) -> str:
    """Say why a file cannot be read; Windows calls it a lack of rights where a folder was named.

    Examples
    --------
    >>> why_unread(Path.cwd(), PermissionError(errno.EACCES, "Permission denied"))
    'Is a directory'
    """
    if path.is_dir():
        return os.strerror(errno.EISDIR)
    return error.strerror or str(error)


def first(offenders: Iterable[object]) -> str:
    """Name the first three offenders for a message, and how many more there are.

    Examples
    --------
    >>> first(["a", "b", "c", "d"])
    "'a', 'b', 'c' and 1 more"
    """
    rows = list(offenders)
    named = ", ".join(repr(row) for row in rows[:FIRST])
    more = len(rows) - FIRST
    return f"{named} and {more} more" if more > 0 else named
