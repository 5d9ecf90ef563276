"""Missing links as a table that sorts: what each joins, meets, saves whom, and its price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from htkgis.maps.ordering import danish_order
from htkgis.maps.text import Text

from .overview import Overview, Ranked, ranks

Link = Mapping[Any, Any]
JOIN = "+"
"""What stands between the kinds of a link that meets several things."""


@dataclass(frozen=True)
class Number:
    """A column of numbers: its heading, the column of the links, its decimals."""

    heading: str
    column: str
    decimals: int = 0


def links_table(
    links: pd.DataFrame, functions: Sequence[str], areas: Sequence[tuple[str, str]], text: Text
) -> Overview:
    """List the links in their order, each with its place in the order of every column.

    Parameters
    ----------
    links
        As :func:`htkgis.pipeline.missing_links.find_links` gives them, at least one.
    functions
        In the order of the columns.
    areas
        Id and name of each housing area whose part is told; none where one area was asked for.
    """
    numbers = _numbers(functions, areas, text)
    kinds = [kind_words(kind, text) for kind in links["kind"]]
    themes = {words: at for at, words in enumerate(sorted(set(kinds), key=danish_order), start=1)}
    places = [ranks(_known(links[one.column]), lambda value: value) for one in numbers]
    rows = [
        [
            Ranked(
                text("links.name", rank=link["rank"], joined=joined(link, text)),
                link["rank"],
                head=True,
                show=f"link:{link['id']}",
            ),
            *(
                Ranked(_words(one, link, text), place[at], number=True)
                for one, place in zip(numbers, places, strict=True)
            ),
            Ranked(kinds[at], themes[kinds[at]]),
        ]
        for at, link in enumerate(links.to_dict("records"))
    ]
    return Overview(
        text("links.caption"),
        [
            (text("links.link"), False),
            *((one.heading, True) for one in numbers),
            (text("links.kind_of"), False),
        ],
        [(number, words) for words, number in themes.items()],
        rows,
    )


def _numbers(
    functions: Sequence[str], areas: Sequence[tuple[str, str]], text: Text
) -> list[Number]:
    """Name the columns of numbers, in their order."""
    return [
        Number(text("links.straight"), "straight_m"),
        Number(text("links.today"), "walk_today_m"),
        Number(text("links.saved"), "saved_person_min"),
        *(
            Number(
                text("links.saved_of", function=text(f"function.{name}")),
                f"saved_person_min_{name}",
            )
            for name in functions
        ),
        *(
            Number(text("links.saved_in", area=name), f"saved_person_min_in_{key}")
            for key, name in areas
        ),
        Number(text("links.price"), "price_mio", 1),
        Number(text("links.worth"), "saved_person_min_per_mio"),
    ]


def joined(link: Link, text: Text) -> str:
    """Name the streets that a link joins."""
    start, end = (street_words(link, side, text) for side in ("from", "to"))
    words = text("links.along" if start == end else "links.between", start=start, end=end)
    return words[:1].upper() + words[1:]


def street_words(link: Link, side: str, text: Text) -> str:
    """Name the street at one end; one without a name by its kind."""
    own = link[f"{side}_street"]
    if isinstance(own, str):
        return own
    kind = str(link[f"{side}_street_kind"]).removesuffix("_link")
    key = f"links.street.{kind}"
    words = text(key if key in text.words else "links.street.other")
    return text("links.unnamed", kind=words)


def kind_words(kind: str, text: Text) -> str:
    """Say what a link meets; what only the catalog knows is told by its own name."""
    keys = {part: f"links.kind.{part}" for part in kind.split(JOIN)}
    words = [text(key) if key in text.words else part for part, key in keys.items()]
    return text.join(words)


def _known(column: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def _words(one: Number, link: Link, text: Text) -> str:
    missing = "links.no_way" if one.column == "walk_today_m" else "missing.none"
    return text.format_number(link[one.column], one.decimals, missing=missing)
