"""Packed layers: thousands of features as columns in a short text, drawn from typed arrays."""

from typing import TYPE_CHECKING, Any

from htkgis.maps import elements

from .archive import write_archive
from .attributes import attribute_columns
from .shapes import shape_columns

if TYPE_CHECKING:
    from .layer import PackedLayer

__all__ = ["PackedLayer", "attribute_columns", "shape_columns", "write_archive"]


def __getattr__(name: str) -> Any:
    """Load the layer when it is first asked for, see :mod:`htkgis.maps.elements`."""
    if name == "PackedLayer":
        return elements.PackedLayer
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
