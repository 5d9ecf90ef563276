"""Packed layers: thousands of features as columns in a short text, drawn from typed arrays."""

from .archive import write_archive
from .attributes import attribute_columns
from .layer import PackedLayer
from .shapes import shape_columns

__all__ = ["PackedLayer", "attribute_columns", "shape_columns", "write_archive"]
