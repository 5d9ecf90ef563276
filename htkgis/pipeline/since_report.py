"""The status since a day or since the baseline year, as text and as a file for the meeting."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from htkgis.errors import ConfigError, first
from htkgis.maps import Text, load_text
from htkgis.maps.since_page import (
    Row,
    Status,
    figure_rows,
    indicator_rows,
    render_since_page,
    since_parts,
    sure_change,
)
from htkgis.maps.tables import Table
from htkgis.publish.published import published_state
from htkgis.store import write_atomic

from .localised import localised
from .since import STEPS, Since, read_since
from .steps import Progress

ENDINGS = (".html", ".csv", ".json")
BOM = "\ufeff"
"""Without it a spreadsheet reads Danish letters wrongly."""


def status_since(
    out: Path,
    date: dt.date | None,
    *,
    language: str | None = None,
    report: Path | None = None,
    progress: Progress | None = None,
) -> list[str | Table]:
    """Say what moved since a day or since the baseline year, and write it into a file if asked.

    Parameters
    ----------
    out
        Published folder.
    date
        Day; the baseline year of the study where missing.
    language
        ``da`` or ``en``; that of the published pages where missing.
    report
        ``.html``: a page that stands alone, adults in the shown year; ``.csv``: every figure, for a
        spreadsheet; ``.json``: the same as data.
    progress
        Is told each step; the first, to start, is its caller's.

    Raises
    ------
    ConfigError
        If the ending is none of these; see :func:`htkgis.pipeline.since.read_since`.
    StoreError
        If the disk refuses, or an edition is damaged.
    """
    if report is not None and report.suffix.lower() not in ENDINGS:
        msg = (
            f"--report {report}: {report.suffix!r} is none; allowed: {first(ENDINGS)}. Change the "
            "ending."
        )
        raise ConfigError(msg)
    manifest = published_state(out).manifest or {}
    text = load_text(language or str(manifest.get("language", "da")))
    since = read_since(out, date, text=text, progress=progress)
    status = status_of(since, text)
    if progress is not None:
        progress("write_report", STEPS, STEPS)
    if report is not None:
        write_atomic(report, since_file(since, status, report.suffix.lower(), text))
    return list(since_parts(status, text))


def status_of(since: Since, text: Text) -> Status:
    """Put together what is shown."""
    layers = localised(dict(since.manifest["layers"]), text.language)
    return Status(
        profiles=since.profiles,
        report=since.report,
        labels=since.labels,
        directions=since.directions,
        about={
            "before": None if since.base is None else since.base.number,
            "before_date": _day(None if since.base is None else since.base.published),
            "now": since.stands.number,
            "now_date": _day(since.stands.published),
            "date": None if since.date is None else since.date.isoformat(),
            "years": since.years,
            "withdrawn": since.withdrawn,
            "traced": since.traced,
            "one_sided": since.one_sided,
        },
        titles={name: facts["title"] for name, facts in layers.items()},
    )


def since_file(since: Since, status: Status, ending: str, text: Text) -> bytes:
    """Write the status as the bytes of a file."""
    if ending == ".html":
        return render_since_page(status, _run(since.manifest, text), text=text).encode()
    if ending == ".csv":
        return _csv(status, text).encode()
    rows = [asdict(row) for profile in since.profiles for row in indicator_rows(profile, text)]
    rows += [asdict(row) for row in figure_rows(status, text)]
    value = {"about": status.about, "rows": rows, "report": since.report}
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _csv(status: Status, text: Text) -> str:
    """Write a row a figure: words as on the page, and beside them the plain numbers."""
    names = {profile["quarter"]["id"]: profile["quarter"]["name"] for profile in status.profiles}
    stream = io.StringIO()
    danish = text.language == "da"
    writer = csv.writer(stream, delimiter=";" if danish else ",", lineterminator="\r\n")
    heads = ("before", "after", "change")
    writer.writerow(
        [
            text("editions.quarter"),
            text("since.row_kind"),
            text("editions.measure"),
            text("editions.unit"),
            *(text(f"since.{head}") for head in heads),
            *(text("since.as_number", name=text(f"since.{head}")) for head in heads),
            *(text(f"since.{head}") for head in ("verdict", "target", "cause")),
        ]
    )
    for row, numbers in _numbered(status, text):
        plain = [_plain(number, danish=danish) for number in numbers]
        kind = text(f"since.row_{'official' if row.official else 'figure'}")
        words = [names.get(row.quarter, row.quarter), kind, row.name, row.unit]
        told = [row.verdict, row.target, row.cause]
        writer.writerow([*words, row.before, row.after, row.change, *plain, *told])
    return BOM + stream.getvalue()


def _numbered(status: Status, text: Text) -> Iterator[tuple[Row, tuple[float | None, ...]]]:
    """Give each row with its numbers: before, after, change; the middle one of the origins."""
    for profile in status.profiles:
        found = (profile.get("indicators") or {"rows": ()})["rows"]
        known = [row for row in found if row["series"]]
        for words, row in zip(indicator_rows(profile, text), known, strict=True):
            ends = [
                None if point["area_hidden"] else point["area"]
                for point in (row["series"][0], row["series"][-1])
            ]
            if len(row["series"]) == 1:
                ends[1] = None
            change = None if row["change"]["why"] is not None else row["change"]["value"]
            yield words, (*ends, change)
    for words, figure in zip(figure_rows(status, text), status.report["figures"], strict=True):
        ends = [(figure[part] or {}).get("median") for part in ("before", "after")]
        yield words, (*ends, sure_change(figure))


def _plain(number: float | None, *, danish: bool) -> str:
    words = "" if number is None else f"{number:g}" if number == int(number) else str(number)
    return words.replace(".", ",") if danish else words


def _run(manifest: Mapping[str, Any], text: Text) -> dict[str, Any]:
    """Give what the foot of a page says of a run, as the manifest of the edition has it."""
    layers = localised(dict(manifest["layers"]), text.language)
    scales = sorted({str(layer["sketch_scale"]) for layer in layers.values()} - {""})
    return {
        "version": manifest["htkgis"],
        "run_id": manifest["run"],
        "study_sha256": manifest["study"]["sha256"],
        "sources": [{"layer": name, **facts} for name, facts in layers.items()],
        "sketch": any(
            layer["sketch_scale"] for layer in layers.values() if layer["role"] == "streets"
        ),
        "sketch_scale": scales[0] if scales else "",
    }


def _day(published: str | None) -> str | None:
    return None if published is None else published[:10]
