"""How closed an area is, in words: the finding, names of barriers, and how it was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .text import Text

Used = Mapping[str, Any]


def barrier_name(barrier: Mapping[str, Any], text: Text) -> str:
    """Name a barrier as a sentence does; one without a name by its kind.

    Examples
    --------
    >>> from .text import load_text
    >>> text = load_text("da")
    >>> barrier_name({"kind": "railway", "name": None}, text)
    'jernbanen'
    >>> barrier_name({"kind": "motorway", "name": "Holbækmotorvejen"}, text)
    'Holbækmotorvejen'
    """
    if barrier["name"]:
        return str(barrier["name"])
    key = f"isolation.barrier_kind.{barrier['kind']}"
    return text(key) if key in text.words else str(barrier["kind"]).replace("_", " ")


def isolation_finding(part: Mapping[str, Any], text: Text) -> str:
    """Say by how many measures the area is closed, beside its neighbours, and by which barrier."""
    key, known = part["finding"]["key"], part["finding"]["values"]
    measures = [text(f"isolation.closed_by.{name}") for name in known["closed"]]
    sentences = [
        text(
            key if known["of"] else "finding.isolation_unknown",
            area=known["area"],
            count=len(measures),
            of=known["of"],
            measures=text.join(measures) if measures else "",
        )
    ]
    if known["unknown"] and known["of"]:
        words = [text(f"isolation.measure.{name}") for name in known["unknown"]]
        sentences.append(text("finding.isolation_not_judged", measures=text.join(words)))
    if known["compared"]:
        count = len(known["worse"])
        sentences.append(text("finding.isolation_worse", worse=count, compared=known["compared"]))
    if "barrier" in known:
        minutes = text.format_number(known["minutes"], 1)
        if known["lower_bound"]:
            minutes = text("bound.at_least", value=minutes)
        sentences.append(
            text(
                "finding.isolation_barrier",
                barrier=barrier_name(known["barrier"], text),
                minutes=minutes,
                share=text.format_share(known["affected_share"]),
            )
        )
    return " ".join(sentences)


def isolation_method(part: Mapping[str, Any], used: Used, text: Text) -> Iterator[str]:
    """List how it was measured: from where on an area is closed, neighbours, barriers."""
    closed = used["closed"]
    yield text(
        "isolation.note.limits",
        crossings=text.format_number(closed["crossings_per_km"], None),
        directness=text.format_number(closed["directness"], None),
        reached=text.format_share(closed["reached_surroundings"]),
        through=text.format_number(closed["through_movement"], None),
        barrier=text.format_number(closed["barrier_cost"], None),
    )
    if used.get("sketch_length"):
        yield text("isolation.note.sketch", slack=text.format_share(used["sketch_length"]))
    if part["finding"]["values"]["compared"]:
        compared = text.format_number(used["compared_addresses"])
        yield text("isolation.note.neighbours", compared=compared)
    if part["barriers"]:
        yield text(
            "isolation.note.barriers",
            spacing=text.format_number(used["point_spacing_m"]),
            crossing=text.format_number(used["crossing_spacing_m"]),
            longest=text.format_number(used["longest_min"]["walk"], None),
        )
