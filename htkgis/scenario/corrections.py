"""Correct places by what is known of them elsewhere."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from htkgis.errors import SchemaError, first

KEY = ["name", "function"]


def corrected_places(places: gpd.GeoDataFrame, corrections: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give places the function, the years and the note that corrections state.

    Parameters
    ----------
    places
        Contract ``PLACES``.
    corrections
        Contract ``PLACE_CORRECTIONS``; each is of all places of its name and function. What it
        leaves blank stays as it is.

    Returns
    -------
    places
        The same rows, in the same order.

    Raises
    ------
    SchemaError
        If a correction is of no place: the place was renamed, or is gone from its layer.

    Examples
    --------
    >>> places = gpd.GeoDataFrame({"id": ["p"], "name": ["A"], "function": ["school"],
    ...     "valid_from": [None], "valid_to": [None], "note": [None], "note_en": [None]})
    >>> known = pd.DataFrame({"name": ["A"], "function": ["school"], "becomes": [None],
    ...     "valid_from": [None], "valid_to": [2021], "note": [None], "note_en": [None]})
    >>> corrected_places(places, known)["valid_to"].tolist()
    [2021]
    """
    by_key = corrections.set_index(KEY)
    keys = pd.MultiIndex.from_frame(places[KEY])
    strangers = by_key.index[~by_key.index.isin(keys)]
    if len(strangers):
        named = [f"{name} ({function})" for name, function in strangers]
        msg = (
            f"place corrections: {len(strangers)} of {len(by_key)} are of no place: "
            f"{first(named)}. Correct name and function, or leave out what is gone."
        )
        raise SchemaError(msg)
    known = by_key.reindex(keys)
    corrected = {}
    for theirs, ours in (
        ("becomes", "function"),
        ("valid_from", "valid_from"),
        ("valid_to", "valid_to"),
        ("note", "note"),
        ("note_en", "note_en"),
    ):
        stated = pd.Series(known[theirs].to_numpy(), index=places.index, dtype=object)
        before = places[ours].astype(object)
        corrected[ours] = before.where(stated.isna(), stated).astype(places[ours].dtype)
    return places.assign(**corrected)
