"""Whole registers of Datafordeleren as files: one entity of all Denmark, cut to the study."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from htkgis.errors import ConfigError
from htkgis.loaders.arrived import check_file, layer_in_zip
from htkgis.loaders.vector import UNREADABLE
from htkgis.services import Fetch

from .around import Around
from .client import Client
from .download import Downloaded, Validators, download
from .rows import joined


def fetch_datafordeler(
    client: Client, fetch: Fetch, around: Around, packed: Path, known: Validators
) -> tuple[gpd.GeoDataFrame | None, Downloaded]:
    """Fetch an entity of a register and keep the rows that meet a rectangle.

    Parameters
    ----------
    client
        Asks the service, with its key.
    fetch
        ``item`` is register and entity, such as ``DAGI/Kommuneinddeling``.
    around
        The rectangle, in the CRS of the study.
    packed
        Where the zip of all Denmark goes; it stays there, so that a broken download goes on.
    known
        By what the server knows the file that is in use.

    Returns
    -------
    rows
        In the CRS of the study; None where the server knows of nothing newer.
    download
        The file, and what to ask with next time.

    Raises
    ------
    ConfigError
        If ``item`` does not name both.
    SourceError
        The key is refused, there is no such entity, the zip is damaged or holds no layer, no row
        lies in the rectangle, or the rows lie elsewhere.
    """
    register, _, entity = fetch.item.partition("/")
    if not register or not entity:
        msg = (
            f"layers.{client.name}.fetch.item: {fetch.item!r} must be REGISTER/ENTITY, such as "
            "DAGI/Kommuneinddeling. Correct it."
        )
        raise ConfigError(msg)
    params = {"Register": register, "LatestTotalForEntity": entity}
    params |= {"type": "current", "format": "gpkg"} | fetch.options
    got = download(client, packed, params=params, known=known)
    if got.path is None:
        return None, got
    check_file(packed)
    source = f"/vsizip/{packed}/{layer_in_zip(packed)}"
    try:
        info = pyogrio.read_info(source)
        crs = str(info["crs"] or client.service.crs or around.crs)
        box = around.in_crs(crs).bounds
        rows = pyogrio.read_dataframe(source, bbox=box, where=fetch.where or None)
    except UNREADABLE as error:
        said = " ".join(str(error).split())[:120]
        client.refuse(f"sent a file that cannot be read ({said})", "Try later.")
    rows = rows[rows.intersects(shapely.box(*box))]
    return joined(client, fetch, [rows], around), got
