"""The one place that touches the disk for results: hashes, atomic write, cache, lock.

Nothing is ever half written: a file is built beside its place, flushed, and renamed.
"""

from .cache import Cache
from .files import canonical_json, disk_error, fingerprint, sha256_bytes, sha256_file, write_atomic
from .lock import lock, reading

__all__ = [
    "Cache",
    "canonical_json",
    "disk_error",
    "fingerprint",
    "lock",
    "reading",
    "sha256_bytes",
    "sha256_file",
    "write_atomic",
]
