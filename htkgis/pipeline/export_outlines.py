"""What the QGIS project says of a quarter's GeoPackage: columns, kinds and extent, but no rows.

Kept by the hash of each layer, so that a layer that nothing else asks for is not made for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text
from htkgis.profile.figures import SITUATION
from htkgis.profile.rounding import plain
from htkgis.publish.geopackage_about import LayerFacts
from htkgis.publish.qgis_project import Box
from htkgis.quantities import ADULT
from htkgis.store.known import Known, Some
from htkgis.store.memory import recalled_whole, remembers

from .figure_words import label_of
from .origin_figures import column_name, of_origins

SUFFIXES = ("_place", "_bound", "_missing")
NOWHERE = (float("nan"),) * 4


@dataclass(frozen=True)
class LayerOutline:
    """A layer or table without its rows.

    Attributes
    ----------
    columns
        In their order, that of shapes too.
    kinds
        Of shapes, in the order of their names; None of a table without any.
    bounds
        West, south, east and north, in the CRS of the layer; not a number where nothing is.
    """

    columns: list[str]
    kinds: list[str] | None = None
    bounds: Box = NOWHERE

    @property
    def drawn(self) -> bool:
        """Whether it has shapes."""
        return self.kinds is not None


@dataclass(frozen=True)
class QuarterPackage:
    """A quarter's GeoPackage as it was written.

    Parameters
    ----------
    profile
        Of the quarter, what is said of it and of the study.
    outlines
        Layers and tables of the file, topmost first.
    styles, facts
        By layer, as in the file.
    figure_words
        Of the columns of its origins that hold figures.
    """

    profile: Mapping[str, Any]
    outlines: Mapping[str, LayerOutline]
    styles: Mapping[str, str]
    facts: Mapping[str, LayerFacts]
    figure_words: Mapping[str, str]

    def plain(self) -> dict[str, Any]:
        """Give all of it as values that JSON holds."""
        return asdict(self)


def outline_of(layer: Known) -> LayerOutline:
    """Say what a layer of shapes is, without its rows.

    Examples
    --------
    >>> import shapely
    >>> outline_of(Known(gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(1, 2)])))
    LayerOutline(columns=['id', 'geometry'], kinds=['Point'], bounds=(1.0, 2.0, 1.0, 2.0))
    """

    def make() -> bytes:
        table: gpd.GeoDataFrame = layer.value
        kinds = sorted(set(table.geom_type.dropna()))
        bounds = list(map(float, table.total_bounds))
        return json.dumps([list(table.columns), kinds, bounds]).encode()

    facts = [layer.digest] if remembers() else []
    columns, kinds, bounds = json.loads(recalled_whole("outline of a layer", [], make, *facts))
    west, south, east, north = bounds
    return LayerOutline(columns, kinds, (west, south, east, north))


def figure_words(
    profile: Some, access: Known, origins: Known, words: Known, text: Text
) -> dict[str, str]:
    """Name columns of origins that may hold figures, as the table of figures names them.

    Parameters
    ----------
    profile
        ``assumptions`` and ``study`` of the quarter.
    access, origins
        Contract ``ACCESS`` of its origins, and these.
    words, text
        All that the words hang on, and they.
    """

    def make() -> bytes:
        named = _figure_words(profile.value, access.value, origins.value, text)
        return json.dumps(named).encode()

    given = (profile, access, origins, words) if remembers() else ()
    facts = [each.digest for each in given]
    named: dict[str, str] = json.loads(recalled_whole("words of figures", [], make, *facts))
    return named


def _figure_words(
    profile: Mapping[str, Any], access: pd.DataFrame, origins: pd.DataFrame, text: Text
) -> dict[str, str]:
    assumptions, state = profile["assumptions"], profile["study"]["state"]
    # only figures of adults in the year that is shown have columns
    shown = access[(access["lens"] == ADULT) & (access["state"] == state)]
    own = of_origins(shown, origins)
    found = {}
    for row in own[SITUATION].drop_duplicates().itertuples(index=False, name=None):
        case = dict(zip(SITUATION, map(plain, row), strict=True))
        column = column_name(case, shown_state=state)
        words = {
            "label": label_of({**case, "indicator": case["measure"]}, assumptions, text),
            "mode": text(f"mode.{case['mode']}"),
        }
        found[column] = text("qgis.of_mode.figure", **words)
        for suffix in SUFFIXES:
            found[f"{column}{suffix}"] = text(f"qgis.of_mode.figure{suffix}", **words)
    return found
