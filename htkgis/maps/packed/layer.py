"""A layer of very many features: columns in a short text, drawn on one canvas.

Up to some thousand features :class:`~htkgis.maps.vector_layer.VectorLayer` is the better one: its
features are objects, which can be named on the map, ringed and opened from a table. A hundred
thousand of them would be a map that does not move.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import jinja2
import numpy as np

from htkgis.errors import SchemaError
from htkgis.maps.degrees import WGS84, Boxes
from htkgis.maps.layer_looks import Rows, chosen_looks, look_specs
from htkgis.maps.style import Look
from htkgis.maps.vector_layer import VectorLayer

from .archive import write_archive
from .attributes import attribute_columns
from .shapes import shape_columns


class PackedLayer(VectorLayer):
    """Draw a large GeoDataFrame on a :class:`~htkgis.maps.plan_map.PlanMap`.

    Takes what a :class:`~htkgis.maps.vector_layer.VectorLayer` takes, but no ``key``, and no look
    that shows names on the map or rings and strikes symbols. The columns of ``label`` and
    ``rows`` may hold numbers too, which the browser writes in the language of the page; a missing
    value leaves its line out of the popup.

    Raises
    ------
    CRSError
        If the frame has no CRS.
    SchemaError
        If a column or a look is missing, a geometry is empty, or the layer asks for what only
        objects can do.

    Examples
    --------
    >>> import shapely
    >>> from htkgis.maps import PlanMap, load_text
    >>> from htkgis.maps.style import STREET
    >>> streets = gpd.GeoDataFrame(
    ...     {"name": ["Ågade"]}, geometry=[shapely.LineString([(12.29, 55.65), (12.3, 55.66)])],
    ...     crs="EPSG:4326")
    >>> plan = PlanMap((12.28, 55.65, 12.31, 55.66), text=load_text("da"), title="Veje")
    >>> _ = PackedLayer(streets, title="Veje", look=STREET, label="name").add_to(plan)
    >>> "DecompressionStream" in plan.page_html()
    True
    """

    assets = ("packed.js", "canvas.js")

    _template = jinja2.Template(
        "{% macro script(this, kwargs) %}"
        "htkgis.packed({{ this._parent.get_name() }}, {{ this.get_name()|tojson }}, "
        "{{ this.code }});"
        "{% endmacro %}"
    )

    def _spec(
        self,
        frame: gpd.GeoDataFrame,
        looks: dict[str, Look],
        label: str | None,
        rows: Rows,
        key: str | None,
    ) -> tuple[dict[str, Any], Boxes]:
        """Sort the features along a curve through the plane, and pack them."""
        _check_plain(self.title, looks, key)
        degrees = frame.to_crs(WGS84).reset_index(drop=True)
        order = (
            np.argsort(degrees.geometry.hilbert_distance().to_numpy(), kind="stable")
            if len(degrees)
            else np.zeros(0, dtype=np.int64)
        )
        near = degrees.iloc[order]
        look = np.array(chosen_looks(near, looks), dtype=np.int64)
        columns: dict[str, tuple[Any, Any]] = {
            **shape_columns(near.geometry.to_numpy()),
            "look": ("u", look),
        }
        attributes: dict[str, Any] = {}
        names = dict.fromkeys(name for name in (label, *(name for _, name in rows)) if name)
        for name in names:
            attributes[f"a:{name}"], own = attribute_columns(f"a:{name}", near[name])
            columns |= own
        spec = {
            "looks": look_specs(looks),
            "label": label and f"a:{label}",
            "rows": [[heading, f"a:{name}"] for heading, name in rows],
            "data": write_archive({"attributes": attributes}, columns),
        }
        return spec, degrees.bounds.to_numpy()


def _check_plain(title: str, looks: Mapping[str, Look], key: str | None) -> None:
    """Refuse what a layer without objects cannot show."""
    named = [
        name or "the look"
        for name, look in looks.items()
        if look.kind == "name" or look.label == "always" or look.ring or look.strike
    ]
    if key is None and not named:
        return
    asked = ([f"key={key!r}"] if key is not None else []) + named
    msg = (
        f"packed layer {title!r}: {', '.join(asked)} asks for objects on the map (names, rings, "
        "strikes, or a button that opens a feature); plain looks without a key are allowed. Use "
        "VectorLayer, which draws objects."
    )
    raise SchemaError(msg)
