"""What is written into a file or another program: the same bytes on every system."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO

WINDOWS = os.name == "nt"


def ready_streams(streams: Iterable[TextIO | None] | None = None) -> None:
    """Let no letter be lost or stop a command where its output does not go to a terminal.

    Windows would write the letters of its own code page into files and to other programs: JSON
    lines that no reader of JSON takes, and a fault at an arrow, which code pages lack. There it is
    UTF-8 as on other systems, unless ``PYTHONIOENCODING`` asks for something else. What an
    encoding lacks all the same becomes a question mark.

    Parameters
    ----------
    streams
        What is written to; None takes stdout and stderr.

    Examples
    --------
    >>> page = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    >>> ready_streams([page])
    >>> page.errors
    'replace'
    """
    for stream in (sys.stdout, sys.stderr) if streams is None else streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=_encoding(stream), errors="replace")


def _encoding(stream: TextIO) -> str | None:
    """Give another encoding, or None where the one of the stream is right."""
    chosen = not WINDOWS or stream.isatty() or "PYTHONIOENCODING" in os.environ
    return None if chosen else "utf-8"
