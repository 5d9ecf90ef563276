"""A study of another municipality, begun from outlines, an extract of streets and a few names."""

from __future__ import annotations

from .begin import Beginning, Begun, begin_study

__all__ = ["Beginning", "Begun", "begin_study"]
