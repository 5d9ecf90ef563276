"""Compiled page templates, kept beside the templates as Python keeps its modules.

Compiling them takes a tenth of the time that the pages of a run take, and they are the same until
htkgis, jinja or Python is another.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import jinja2
from jinja2.bccache import Bucket

FOLDER = "__pycache__"


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """Keeps compiled templates where modules are kept; nowhere where nobody may write.

    Parameters
    ----------
    folder
        Of the templates.
    options
        Of the environment, as far as they decide what is compiled.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = CompiledTemplates(Path(folder), {"autoescape": True})
    ...     page = jinja2.Environment(
    ...         loader=jinja2.DictLoader({"a": "{{ b }}"}), bytecode_cache=kept, autoescape=True
    ...     ).get_template("a").render(b="<")
    ...     page, len(list(Path(folder).rglob("*.jinja")))
    ('&lt;', 1)
    """

    def __init__(self, folder: Path, options: Mapping[str, Any]) -> None:
        told = sorted((key, str(value)) for key, value in options.items())
        decided = repr([jinja2.__version__, told])
        own = hashlib.sha256(decided.encode()).hexdigest()[:16]
        super().__init__(str(folder / FOLDER), f"%s-{own}.jinja")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what was compiled of the same source before, if it is there and whole."""
        with contextlib.suppress(OSError, EOFError, ValueError, UnpicklingError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write what was compiled, if one may write there."""
        with contextlib.suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
