"""A profile's numbers as tables of finished text: formatting only, nothing is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .layers import area_name, place_name
from .style import FUNCTIONS
from .text import Text

Profile = Mapping[str, Any]
STATISTICS = ("min", "median", "max")


@dataclass(frozen=True)
class Cell:
    """One cell; ``bar`` is the share of the row's largest value, ``show`` opens the map.

    A ``short`` cell stays on one line.
    """

    text: str
    number: bool = False
    head: bool = False
    bar: float | None = None
    show: str | None = None
    own: bool = False
    short: bool = False


@dataclass(frozen=True)
class Table:
    """One table: a key for ids, a caption, columns as ``(heading, holds numbers)``, rows."""

    key: str
    caption: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None


def nearest(profile: Profile, text: Text, n: int = 1) -> Table:
    """Minutes to the nearest, or to the ``n``-th nearest, place of each function."""
    found = [row for row in profile["nearest"] if row["n"] == n]
    origins = text.plural(f"origin.{profile['origins']['kind']}", profile["origins"]["count"])
    caption = "quarter.nearest_caption" if n == 1 else "quarter.choice_caption"
    columns = [(text("table.function"), False)]
    columns += [(text(f"table.{word}"), True) for word in ("shortest", "middle", "longest")]
    columns.append((text("table.nearest_place" if n == 1 else "table.place"), False))
    return Table(
        f"nearest-{n}",
        text(caption, n=n, origins=origins, area=area_name(profile)),
        columns,
        [
            [
                Cell(text(f"function.{row['function']}"), head=True),
                *(_minutes(row, name, text) for name in STATISTICS),
                Cell(_nearest_name(row, text)),
            ]
            for row in _by_function(found)
        ],
        _bound_note(text, any(row["upper_bound"] for row in found)),
    )


def choices(profile: Profile, text: Text) -> list[Table]:
    """One table for each further rank, the third nearest for instance."""
    ranks = sorted({row["n"] for row in profile["nearest"]} - {1})
    return [nearest(profile, text, n) for n in ranks]


def counts(profile: Profile, text: Text) -> Table:
    """How many places of each function lie within each limit."""
    limits = sorted({row["limit_min"] for row in profile["counts"]})
    by_key = {(row["function"], row["limit_min"]): row for row in profile["counts"]}
    functions = list(dict.fromkeys(row["function"] for row in _by_function(profile["counts"])))
    return Table(
        "counts",
        text("quarter.counts_caption"),
        [
            (text("table.function"), False),
            *((text("table.within", limit=text.format_number(at, None)), True) for at in limits),
        ],
        [
            [
                Cell(text(f"function.{function}"), head=True),
                *(Cell(_spread(by_key.get((function, at)), text), number=True) for at in limits),
            ]
            for function in functions
        ],
        _bound_note(text, any(row["lower_bound"] for row in profile["counts"])),
    )


def jobs(profile: Profile, text: Text) -> Table:
    """How many jobs of the municipality lie within each limit."""
    columns = [(text("table.minutes"), False)]
    columns += [(text(f"table.{word}"), True) for word in ("fewest", "middle", "most")]
    return Table(
        "jobs",
        text("quarter.jobs_caption"),
        columns,
        [
            [
                Cell(
                    text("table.within", limit=text.format_number(row["limit_min"], None)),
                    head=True,
                ),
                *(
                    Cell(_bounded(row[name], text, lower=row["lower_bound"]), number=True)
                    for name in STATISTICS
                ),
            ]
            for row in sorted(profile["jobs"], key=lambda row: row["limit_min"])
        ],
        _bound_note(text, any(row["lower_bound"] for row in profile["jobs"])),
    )


def comparison(
    profile: Profile, text: Text, *, own: str | None = None, further: bool = False
) -> Table:
    """Set the quarters side by side: nearest places and jobs first, all else in a second table.

    ``own`` is the quarter whose column stands out.
    """
    rows = [row for row in profile["comparison"] if _is_further(row) == further]
    quarters = {
        value["quarter_id"]: value["quarter_name"] for row in rows for value in row["values"]
    }
    return Table(
        "comparison-further" if further else "comparison",
        text("quarter.further_caption" if further else "quarter.comparison_caption"),
        [
            (text("table.indicator"), False),
            *((name, True) for name in quarters.values()),
            (text("table.better"), False),
        ],
        [_compared(row, list(quarters), text, own) for row in rows],
        _bound_note(
            text,
            any(
                each["lower_bound"] or each["upper_bound"] for row in rows for each in row["values"]
            ),
        ),
    )


def _is_further(row: Mapping[str, Any]) -> bool:
    return bool(row["indicator"] == "count" or (row["indicator"] == "nearest" and row["n"] != 1))


def _compared(
    row: Mapping[str, Any], quarters: Sequence[str], text: Text, own: str | None
) -> list[Cell]:
    values = {value["quarter_id"]: value for value in row["values"]}
    largest = max((value["value"] or 0 for value in row["values"]), default=0)
    decimals = 1 if row["unit"] == "min" else 0
    cells = [Cell(_indicator(row, text), head=True)]
    for quarter in quarters:
        value = values.get(quarter)
        if value is None:
            cells.append(Cell(text("missing.none"), number=True))
            continue
        bar = value["value"] / largest if largest and value["value"] is not None else None
        words = _bounded(
            value["value"],
            text,
            decimals,
            lower=value["lower_bound"],
            upper=value["upper_bound"],
        )
        cells.append(Cell(words, number=True, bar=bar, own=quarter == own))
    return [*cells, Cell(text(f"table.{row['direction']}"))]


def _indicator(row: Mapping[str, Any], text: Text) -> str:
    limit = text.format_number(row["limit_min"], None)
    if row["indicator"] == "jobs":
        return text("quarter.compare_jobs", limit=limit)
    if row["indicator"] == "count":
        words = text(f"function.{row['function']}")
        return text("quarter.compare_count", function=words, limit=limit)
    words = text(f"nearest.{row['function']}")
    if row["n"] in {None, 1}:
        return text("quarter.compare_nearest", function=words)
    return text("quarter.compare_nth", n=row["n"], function=words)


def criteria(profile: Profile, text: Text) -> Table | None:
    """Return the criteria of the official list with the area's figures, if there are any."""
    found = profile["criteria"]
    if found is None:
        return None
    columns = [
        (text("table.criterion"), False),
        (text("table.limit", year=found["year"]), True),
        (area_name(profile), True),
        (text("table.met"), False),
    ]
    rows = []
    for row in found["rows"]:
        decimals = max(1, _decimals(row["value"]), _decimals(row["threshold"]))
        limit = text.format_unit(row["threshold"], row["unit"], decimals)
        missing = row["value"] is None
        value = (
            text("missing.none")
            if missing
            else text.format_unit(row["value"], row["unit"], decimals)
        )
        answer = "missing.none" if row["met"] is None else f"table.{'yes' if row['met'] else 'no'}"
        rows.append(
            [
                Cell(text(f"indicator.{row['indicator']}"), head=True),
                Cell(text(f"operator.{row['operator']}", value=limit), number=True),
                Cell(value, number=True),
                Cell(text(answer), own=bool(row["met"])),
            ]
        )
    caption = text(
        "quarter.criteria_caption", of=found["of"], year=found["year"], area=area_name(profile)
    )
    return Table("criteria", caption, columns, rows)


def projects(profile: Profile, text: Text) -> Table:
    """Projects with their years; those with a known position can be shown on the map."""
    words = ("project", "kind", "state", "period", "budget", "quantity", "note")
    return Table(
        "projects",
        text("quarter.projects_caption", area=area_name(profile)),
        [(text(f"table.{word}"), word == "budget") for word in words],
        [
            [
                Cell(
                    row["name"], head=True, show=f"project:{row['id']}" if row["on_map"] else None
                ),
                Cell(text(f"project_kind.{row['kind']}")),
                Cell(text(f"project_status.{row['status']}")),
                Cell(_period(row["year_from"], row["year_to"], text), short=True),
                Cell(text.format_number(row["budget_mio_dkk"], None), number=True),
                Cell(row["quantity"] or text("missing.none")),
                Cell(row["note"] or ""),
            ]
            for row in profile["projects"]
        ],
    )


def places(profile: Profile, text: Text) -> Table:
    """Every place of the map, measured or not; what is not measured says so."""
    columns = [(text(f"table.{word}"), False) for word in ("place", "function", "state", "period")]
    columns += [(text(f"table.{word}"), True) for word in ("shortest", "middle", "longest")]
    columns.append((text("table.remark"), False))
    return Table(
        "places",
        text("quarter.places_caption", area=area_name(profile)),
        columns,
        [_place(row, text) for row in _by_function(profile["places"])],
    )


def _place(row: Mapping[str, Any], text: Text) -> list[Cell]:
    blank = "missing.not_reached" if row["measured"] else "missing.none"
    return [
        Cell(place_name(row["name"], row["state"], text), head=True, show=f"place:{row['id']}"),
        Cell(text(f"function.{row['function']}")),
        Cell(text(f"state.{row['state']}")),
        Cell(_period(row["valid_from"], row["valid_to"], text), short=True),
        *(
            Cell(text.format_minutes(row[name], unit=False, missing=blank), number=True)
            for name in STATISTICS
        ),
        Cell(_remark(row, text)),
    ]


def _remark(row: Mapping[str, Any], text: Text) -> str:
    words = [str(row["note"])] if row["note"] else []
    if row["jobs"] is not None:
        words.append(text("table.job_count", jobs=text.format_number(row["jobs"])))
    if row["approximate"]:
        words.append(text("table.shown_not_measured"))
    return "; ".join(words)


def unsnapped(profile: Profile, text: Text) -> Table | None:
    """Return places that were too far from the street network, if there are any."""
    if not profile["unsnapped"]:
        return None
    return Table(
        "unsnapped",
        text("quarter.unsnapped_caption"),
        [(text("table.place"), False), (text("table.distance"), True)],
        [
            [
                Cell(row["name"], head=True),
                Cell(text.format_unit(row["distance_m"], "m"), number=True),
            ]
            for row in profile["unsnapped"]
        ],
    )


def sources(run_sources: Iterable[Mapping[str, Any]], text: Text) -> Table:
    """Every layer with its credit, licence and date."""
    return Table(
        "sources",
        text("footer.sources_caption"),
        [(text(f"table.{word}"), False) for word in ("layer", "credit", "licence", "published")],
        [
            [
                Cell(source.get("title") or source["layer"], head=True),
                Cell(source.get("credit") or text("missing.none")),
                Cell(source.get("licence") or text("missing.none")),
                Cell(text.format_date(source.get("published"))),
            ]
            for source in run_sources
        ],
    )


def _by_function(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Order of the legend; within a function the profile's own order."""
    order = {name: at for at, name in enumerate(FUNCTIONS)}
    return sorted(rows, key=lambda row: (order.get(row["function"], len(order)), row["function"]))


def _nearest_name(row: Mapping[str, Any], text: Text) -> str:
    if row["place_id"] is None:
        return text("missing.none")
    return str(row["place_name"] or text("missing.unnamed"))


def _minutes(row: Mapping[str, Any], name: str, text: Text) -> Cell:
    if row["places"] < row["n"]:
        return Cell(text("table.too_few", count=row["places"]), number=True)
    if row[name] is None:
        return Cell(text("missing.not_reached"), number=True)
    return Cell(_bounded(row[name], text, 1, upper=row["upper_bound"]), number=True)


def _spread(row: Mapping[str, Any] | None, text: Text) -> str:
    if row is None or row["median"] is None:
        return text("missing.none")
    low, middle, high = (text.format_number(row[name], None) for name in STATISTICS)
    words = middle if low == high else text("table.spread", median=middle, low=low, high=high)
    return text("bound.at_least", value=words) if row["lower_bound"] else words


def _bounded(
    value: float | None,
    text: Text,
    decimals: int = 0,
    *,
    lower: bool = False,
    upper: bool = False,
) -> str:
    if value is None:
        return text("missing.not_reached")
    words = text.format_number(value, decimals)
    if lower:
        return text("bound.at_least", value=words)
    return text("bound.at_most", value=words) if upper else words


def _bound_note(text: Text, bounded: bool) -> str | None:  # noqa: FBT001
    return text("bound.note") if bounded else None


def _period(start: int | None, end: int | None, text: Text) -> str:
    if start is None and end is None:
        return text("missing.none")
    if end is None:
        return text("table.from_year", year=start)
    if start is None:
        return text("table.to_year", year=end)
    return str(start) if start == end else text("table.range", low=start, high=end)


def _decimals(value: float | None) -> int:
    """Decimals that a figure is given with, two at most."""
    if value is None:
        return 0
    return next((n for n in (0, 1) if round(value, n) == round(value, 2)), 2)
