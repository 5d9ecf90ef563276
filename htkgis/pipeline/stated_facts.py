"""What the catalog states of the layers, as far as steps and pages ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from htkgis.catalog import Catalog, role_of


def is_sketch(catalog: Catalog) -> bool:
    """Tell whether figures rest on sketch data: the streets decide."""
    return any(layer.sketch_scale for layer in catalog.by_role("streets").values())


def streets_year(catalog: Catalog) -> int:
    """Give the year of the newest layer of streets; 0 without one, which the run then refuses."""
    years = (int(layer.published[:4]) for layer in catalog.by_role("streets").values())
    return max(years, default=0)


def unknown_kinds(catalog: Catalog) -> list[str]:
    """List kinds of street that the layer of streets does not tell from others, such as stairs."""
    layers = catalog.by_role("streets").values()
    return sorted({kind for layer in layers for kind in layer.unknown_kinds})


def stated(catalog: Catalog, role: Any) -> dict[str, str] | None:
    """Say what the catalog says of the one layer of a role; None where there is none."""
    layer = next(iter(catalog.by_role(role).values()), None)
    if layer is None:
        return None
    keys = ("title", "title_en", "source", "source_en", "published")
    return {key: getattr(layer, key) for key in keys}


def stated_of_jobs(catalog: Catalog) -> list[dict[str, Any]]:
    """Say what the catalog says of the layers that jobs come from, or are spread over."""
    modelled = bool(catalog.by_role("land_use"))
    roles: tuple[Any, ...] = ("land_use", "buildings") if modelled else ("jobs",)
    keys = ("title", "title_en", "source", "source_en", "published")
    return [
        {"role": role, "sketch": bool(layer.sketch_scale)}
        | ({"cells": True} if layer.each == "cell" else {})
        | {key: getattr(layer, key) for key in keys}
        for role in roles
        for layer in catalog.by_role(role).values()
    ]


def stated_rights(catalog: Catalog, roles: Iterable[str]) -> list[dict[str, str]]:
    """List credit, licence and date of the layers that play some roles, in the order of these."""
    wanted: Iterable[Any] = roles
    keys = ("credit", "licence", "published")
    return [
        {key: getattr(layer, key) for key in keys}
        for role in wanted
        for layer in catalog.by_role(role).values()
    ]


def layer_facts(
    catalog: Catalog, hashes: Mapping[str, str], roles: Collection[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Gather what a page says of each layer: its rights, its date, its hash.

    Parameters
    ----------
    catalog, hashes
        All layers, and the sha256 of their files.
    roles
        Of the layers that the page rests on; None for all.
    """
    keys = (
        "title",
        "title_en",
        "source",
        "source_en",
        "licence",
        "licence_en",
        "credit",
        "published",
        "sketch_scale",
        "note",
        "note_en",
    )
    return {
        name: {key: getattr(layer, key) for key in keys}
        | {"sha256": hashes[name], "role": role_of(name, layer)}
        for name, layer in catalog.layers.items()
        if roles is None or role_of(name, layer) in roles
    }
