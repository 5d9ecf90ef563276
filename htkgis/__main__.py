"""Entry point of the command ``htkgis`` and of ``python -m htkgis``."""

from __future__ import annotations

from .cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
