"""End a process at any moment that touches the disk."""

import itertools
import os
from pathlib import Path

from htkgis.publish import editions, folder


class Killed(BaseException):
    """The process ends here; no handler of the code may catch it."""


def killed_at(monkeypatch, moment):
    """Let the process end at the n-th call that touches the disk."""
    count = itertools.count(1)

    def guarded(original):
        def call(*args, **kwargs):
            if next(count) == moment:
                raise Killed
            return original(*args, **kwargs)

        return call

    for module in (folder, editions):
        monkeypatch.setattr(module, "write_atomic", guarded(module.write_atomic))
    for call in ("replace", "mkdir", "unlink", "rmdir", "write_text"):
        monkeypatch.setattr(Path, call, guarded(getattr(Path, call)))


def refused_from(monkeypatch, moment, reason):
    """Let the disk refuse the n-th call and all after it, as one that is full or unmounted does."""
    count = itertools.count(1)

    def guarded(original):
        def call(*args, **kwargs):
            if next(count) >= moment:
                raise OSError(reason, os.strerror(reason))
            return original(*args, **kwargs)

        return call

    for call in ("replace", "mkdir", "unlink", "rmdir", "write_text"):
        monkeypatch.setattr(Path, call, guarded(getattr(Path, call)))
