"""Title, description, credits and licences of each layer of a GeoPackage, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from htkgis.maps import Text
from htkgis.publish.geopackage_about import LayerFacts

from .origin_figures import KeyLimits

REACH = "isochrones"
PROVENANCE = "provenance"


def layer_facts(
    names: Iterable[str],
    profile: Mapping[str, Any],
    provenance: Mapping[str, Any],
    behind: Mapping[str, Sequence[str]],
    text: Text,
    *,
    limits: KeyLimits,
) -> dict[str, LayerFacts]:
    """Say of each layer what it holds, and whom its data are from.

    Parameters
    ----------
    names
        Layers and tables of the file.
    profile
        Of the quarter.
    provenance
        Caution and, per layer of the catalog, its rights.
    behind
        Layer of the file -> names of the layers of the catalog that it was made of.
    text
        Words of the language.
    limits
        Of the columns of origins.
    """
    rights = {row["layer"]: row for row in provenance["layers"]}
    values = {
        "area": (profile.get("area") or {}).get("name") or profile["quarter"]["name"],
        "quarter": profile["quarter"]["name"],
        "state": profile["study"]["state"],
        "everyday": text.format_number(limits.everyday_min, None),
        "commute": text.format_number(limits.commute_min, None),
        "modes": ", ".join(_mode(mode, text) for mode in profile["modes"]),
    }
    found = {}
    for name in names:
        kind, _, mode = name.partition("_") if name.startswith(REACH) else (name, "", "")
        words = values | {"mode": _mode(mode or profile["modes"][0], text)}
        own = list(rights.values()) if name == PROVENANCE else [rights[key] for key in behind[kind]]
        found[name] = with_rights(
            text(f"geopackage.title.{kind}", **words),
            text(f"geopackage.about.{kind}", **words),
            own,
            text,
            caution=provenance["caution"],
        )
    return found


def with_rights(
    title: str,
    about: str,
    behind: Sequence[Mapping[str, str]],
    text: Text,
    *,
    caution: str | None = None,
) -> LayerFacts:
    """Say what one layer holds, and once each whom its data are from and under which licences.

    Parameters
    ----------
    title, about
        Of the layer, in words.
    behind
        ``credit`` and ``licence`` of the layers of the catalog that it was made of.
    text
        Words of the language.
    caution
        Last, where there is one.

    Examples
    --------
    >>> from htkgis.maps import load_text
    >>> behind = [{"credit": "Town", "licence": "CC0"}, {"credit": "Land", "licence": "CC0"}]
    >>> with_rights("Links", "Missing links.", behind, load_text("en")).credits
    ('Town', 'Land')
    """
    credited, licences = (
        tuple(dict.fromkeys(row[key] for row in behind)) for key in ("credit", "licence")
    )
    rights = text("geopackage.rights", credits="; ".join(credited), licences="; ".join(licences))
    return LayerFacts(
        title=title,
        description=" ".join(filter(None, [about, rights, caution])),
        credits=credited,
        licences=licences,
    )


def _mode(mode: str, text: Text) -> str:
    return text(f"mode.{mode}").lower()
