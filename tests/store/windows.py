"""Let the disk refuse as Windows does where another program has a file open."""

import errno
from pathlib import Path


class HeldError(PermissionError):
    """What Windows raises; other systems know no such number."""

    def __init__(self, winerror):
        super().__init__(errno.EACCES, "The file is being used by another process")
        self.winerror = winerror


def held_file(monkeypatch, call, held, *, times=10**6, winerror=32):
    """Refuse a call of Path that moves something to a place, or removes it, so many times."""
    original, left = getattr(Path, call), [times]

    def refusing(path, *args, **kwargs):
        target = Path(args[0]) if args else path
        if target == held and left[0] > 0:
            left[0] -= 1
            raise HeldError(winerror)
        return original(path, *args, **kwargs)

    monkeypatch.setattr(Path, call, refusing)
