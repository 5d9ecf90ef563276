"""Indicators by year, their definitions, and the lists that were valid in years with figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, decimals_of

Row = Mapping[str, Any]
AREA = "area"
UNITS = {"percent": "%"}
"""Units that tables write otherwise than layers."""
ANSWERS = {"yes": "yes", "no": "no", "unknown": "cannot_tell"}
BETTER = {"less": "table.less", "more": "table.more"}


def indicators(profile: Profile, text: Text) -> Table | None:
    """Values of each year, beside others where there are any, with change and targets."""
    found = profile.get("indicators")
    if not found:
        return None
    rows = found["rows"]
    years = sorted({point["year"] for row in rows for point in row["series"]})
    beside = [unit for unit in found["units"] if unit != AREA]
    changed = any(row["change"]["why"] != "one_year" for row in rows)
    aimed = any(row["targets"] for row in rows)
    columns = [(text("indicators.indicator"), False)]
    columns += [(str(year), True) for year in years]
    columns += [(text(f"indicators.{unit}", year=years[-1]), True) for unit in beside]
    columns.append((text("table.better"), False))
    if changed:
        since = text("indicators.change", year=found["baseline_year"])
        columns.append((since, True))
    if aimed:
        columns.append((text("indicators.target"), False))
    return Table(
        "indicators",
        text("indicators.caption", area=area_name(profile)),
        columns,
        [_indicator(row, years, beside, text, changed=changed, aimed=aimed) for row in rows],
        breaks_note(rows, text),
    )


def _indicator(
    row: Row,
    years: Sequence[int],
    beside: Sequence[str],
    text: Text,
    *,
    changed: bool,
    aimed: bool,
) -> list[Cell]:
    by_year = {point["year"]: point for point in row["series"]}
    latest = by_year.get(years[-1], {})
    cells = [Cell(indicator_name(row, text), head=True)]
    cells += [_value(by_year.get(year, {}), AREA, text, own=True) for year in years]
    cells += [_value(latest, unit, text) for unit in beside]
    better = BETTER.get(row["direction"])
    cells.append(Cell(text(better) if better else text("indicators.neither")))
    if changed:
        cells.append(_change(row["change"], text))
    if aimed:
        cells.append(
            Cell("; ".join(target_words(each, text) for each in row["targets"]) or _none(text))
        )
    return cells


def indicator_name(row: Row, text: Text) -> str:
    """Name an indicator by its definition, by the page's words, or by its id."""
    key = f"indicator.{row['indicator']}"
    return row.get("name") or (text(key) if key in text.words else row["indicator"])


def _none(text: Text) -> str:
    return text("missing.none")


def amount(value: float | None, unit: str | None, text: Text) -> str:
    """Write a figure in its unit; persons alone, for the heading says what is counted."""
    unit = UNITS.get(unit or "", unit)
    if value is None:
        return _none(text)
    decimals = decimals_of(value) if unit != "%" else max(1, decimals_of(value))
    if unit != "%":
        return text.format_number(value, decimals)
    return text.format_unit(value, unit, decimals)


def _value(point: Row, unit: str, text: Text, *, own: bool = False) -> Cell:
    if point.get(f"{unit}_hidden"):
        return Cell(text("jobs_hidden.word"), number=True, own=own)
    return Cell(amount(point.get(unit), point.get("unit"), text), number=True, own=own)


def _change(change: Row, text: Text) -> Cell:
    return Cell(difference_words(change, text), number=True)


def difference_words(change: Row, text: Text) -> str:
    """Write how far an indicator moved since the baseline, or why there is no number."""
    if change["why"] is not None:
        return text(f"indicators.why_{change['why']}")
    value = change["value"]
    number = text.format_number(value, max(1, decimals_of(value)))
    signed = f"+{number}" if value > 0 else number
    if change["unit"] == "points":
        return text("indicators.points", value=signed)
    return f"+{text.format_number(value, None)}" if value > 0 else text.format_number(value, None)


def target_words(target: Row, text: Text) -> str:
    """Write a target, and whether the figures are on a straight line towards it."""
    words = text(
        "indicators.aim",
        value=amount(target["value"], target["unit"], text),
        year=target["target_year"],
        source=target["source"],
    )
    why = target["change"]["why"]
    if target["on_track"] is None:
        reason = text(f"indicators.why_{why}") if why else text("indicators.aim_same")
        return f"{words}: {reason}"
    expected = amount(target["expected"], target["unit"], text)
    answer = "on_track" if target["on_track"] else "off_track"
    return f"{words}: " + text(
        f"indicators.{answer}", expected=expected, year=target["change"]["to_year"]
    )


def breaks_note(rows: Sequence[Row], text: Text) -> str | None:
    """Say which years cannot be compared and why, and what hidden means."""
    reasons: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        years = [point["year"] for point in row["series"]]
        for each in row["breaks"]:
            if years[0] < each["from_year"] <= years[-1]:
                names = reasons.setdefault((each["from_year"], each["reason"]), [])
                names.append(indicator_name(row, text))
    notes = [
        text("indicators.break", year=year, reason=reason)
        if len(names) == len(rows)
        else text("indicators.break_of", year=year, reason=reason, names=text.join(names))
        for (year, reason), names in reasons.items()
    ]
    points = [point for row in rows for point in row["series"]]
    if any(value is True for point in points for value in point.values()):
        notes.append(text("indicators.hidden_note"))
    return " ".join(notes) or None


def counted(profile: Profile, text: Text) -> Table:
    """Say what each indicator measures, when it was counted, and below, who says so."""
    rows = []
    sources: dict[tuple[int, str | None], None] = {}
    for row in profile["indicators"]["rows"]:
        periods = [
            text("indicators.period", year=point["year"], period=point["period"])
            if point["period"]
            else text("indicators.no_period", year=point["year"])
            for point in row["series"]
        ]
        sources |= {(point["year"], point["source"]): None for point in row["series"]}
        rows.append(
            [
                Cell(indicator_name(row, text), head=True),
                Cell(row["definition"] or _none(text)),
                Cell("; ".join(periods)),
            ]
        )
    columns = [
        (text(f"indicators.{word}"), False) for word in ("indicator", "definition", "counted")
    ]
    named = [
        text("indicators.source", year=year, source=source) for year, source in sources if source
    ]
    caption = text("indicators.definitions_caption")
    return Table("counted", caption, columns, rows, " ".join(named) or None)


def lists(evaluations: Sequence[Row], profile: Profile, text: Text) -> Table:
    """Arrange lists by year: criteria met, needed and not known, and what follows."""
    columns = [
        (text("lists.list"), False),
        (text("lists.year"), True),
        (text("lists.met"), False),
        (text("lists.mandatory"), False),
        (text("lists.residents"), True),
        (text("lists.answer"), False),
    ]
    return Table(
        "lists",
        text("lists.caption", area=area_name(profile)),
        columns,
        [_list(each, text) for each in evaluations],
    )


def _list(found: Row, text: Text) -> list[Cell]:
    known = text("lists.count", met=found["met"], of=found["of"], needed=found["needed"])
    if found["not_known"]:
        known = text("lists.unknown", count=known, unknown=found["not_known"])
    mandatory = [_answer(row["met"], text) for row in found["rows"] if row["mandatory"]]
    hidden = found["residents_why"] == "hidden"
    residents = text("shares.hidden") if hidden else text.format_number(found["residents"])
    return [
        Cell(str(found["list"]), head=True),
        Cell(str(found["year"]), number=True),
        Cell(known),
        Cell(", ".join(mandatory) or text("lists.no_mandatory")),
        Cell(residents, number=True),
        Cell(text(f"lists.{ANSWERS[found['answer']]}"), own=found["answer"] == "yes"),
    ]


def _answer(met: bool | None, text: Text) -> str:  # noqa: FBT001 - three answers, not a switch
    if met is None:
        return text("lists.not_known")
    return text("table.yes" if met else "table.no")


def published_lists(rows: Sequence[Row], profile: Profile, text: Text) -> Table:
    """Arrange on which published lists the area stood, with what its own figures say."""
    columns = [
        (text("published_lists.published"), False),
        (text("published_lists.list"), False),
        (text("published_lists.on_list"), False),
        (text("published_lists.worked_out"), False),
        (text("published_lists.source"), False),
    ]
    called = dict.fromkeys(str(row["called"]) for row in rows)
    note = text("published_lists.note", called=text.join(list(called)))
    if any(row["agrees"] is False for row in rows):
        note = f"{note} {text('published_lists.differs')}"
    return Table(
        "published-lists",
        text("published_lists.caption", area=area_name(profile)),
        columns,
        [_published(row, text) for row in rows],
        note,
    )


def _published(row: Row, text: Text) -> list[Cell]:
    answer = row["worked_out"]
    words = text("lists.no_figures") if answer is None else text(f"lists.{ANSWERS[answer]}")
    return [
        Cell(text.format_date(row["published"]), head=True),
        Cell(str(row["list"])),
        Cell(text("table.yes" if row["on_list"] else "table.no"), own=row["on_list"]),
        Cell(words),
        Cell(str(row["source"])),
    ]


def list_criteria(found: Row, text: Text, *, key: str) -> Table:
    """Each criterion of one list in one year, with its limit and the area's figure."""
    words = {"list": found["list"], "year": found["year"]}
    columns = [
        (text("table.criterion"), False),
        (text("table.limit", year=found["year"]), True),
        (text("lists.value"), True),
        (text("table.met"), False),
    ]
    return Table(
        key,
        text("lists.criteria_caption", **words),
        columns,
        [_criterion(row, text) for row in found["rows"]],
    )


def _criterion(row: Row, text: Text) -> list[Cell]:
    name = indicator_name(row, text)
    head = text("lists.mandatory_criterion", criterion=name) if row["mandatory"] else name
    decimals = max(1, decimals_of(row["threshold"]))
    stated = text.format_unit(
        row["threshold"], row["unit"], decimals if row["unit"] == "%" else None
    )
    limit = text(f"operator.{row['operator']}", value=stated)
    if row["unit"] != "%" and row["limit"] is not None:
        limit = f"{limit} ({text.format_unit(row['limit'], '%', 2)})"
    hidden = row["why"] == "hidden"
    value = text("shares.hidden") if hidden else amount(row["value"], "percent", text)
    answer = _answer(row["met"], text)
    if row["met"] is None:
        answer = text("lists.not_known_because", why=text(f"lists.why_{row['why']}"))
    return [
        Cell(head, head=True),
        Cell(limit, number=True),
        Cell(value, number=True),
        Cell(answer, own=bool(row["met"])),
    ]
