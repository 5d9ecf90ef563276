"""``htkgis explain``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from htkgis.quantities import ADULT, CLOSED

from .explain_part import part_lines
from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.maps import Text
    from htkgis.pipeline.explain import Explanation

NAMED = 10
"""How many places within a limit are named."""


@click.command("explain")
@click.argument("indicator")
@click.argument("quarter")
@study_option
@catalog_option
@data_option
@click.option("--out", type=FILE, default=Path("maps"), show_default=True, help="Published folder.")
@click.option("--function", help="Kind of place, for example station.")
@click.option("--limit-min", type=float, help="Limit in minutes, of counts and jobs.")
@click.option("--mode", help="Mode of travel; walk by default.")
@click.option("--lens", default="adult", show_default=True, help="Who travels.")
@click.option("--departure", help="Window of a figure by public transport, for example rush.")
@click.option("--state", type=int, help="Year; the study's own by default.")
@click.option(
    "--language", type=click.Choice(["da", "en"]), default=None, help="The study's by default."
)
def command(
    indicator: str,
    quarter: str,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    out: Path,
    function: str | None,
    limit_min: float | None,
    mode: str | None,
    lens: str,
    departure: str | None,
    state: int | None,
    language: str | None,
) -> None:
    """Trace any figure back to its measure, parameters, origins, layers and network.

    INDICATOR is nearest_1, cumulative, jobs and so on, or any part of profile.json: shares,
    shares.distribution, changes, criteria, comparison, transit, lenses; or the name of a row of
    one, such as an indicator of the list. QUARTER is the id of a quarter. Nothing is published;
    what the last run left in the cache is not computed again.

    Example: htkgis explain nearest QUARTER --function station
    """
    from htkgis.pipeline.explain import Explanation
    from htkgis.pipeline.explain_any import explain
    from htkgis.pipeline.question import Question
    from htkgis.pipeline.study_words import loaded_words

    question = Question(indicator, quarter, function, limit_min, mode, state, lens, departure)
    with shown_progress() as progress:
        found = explain(question, study_path, catalog_path, out, data=data, progress=progress)
    text = loaded_words(study_path, catalog_path, language, data=data)
    if isinstance(found, Explanation):
        told = lines(found, text, out)
    else:
        told = part_lines(found, text, out)
    for line in told:
        click.echo(line)


def lines(explanation: Explanation, text: Text, out: Path) -> Iterator[str]:
    """Write an explanation as text, from the figure down to the layers."""
    from htkgis.maps.lenses import lens_who
    from htkgis.maps.transit import step_free_note, step_free_of
    from htkgis.pipeline.figure_words import figure_label, transit_label

    figure = explanation.figure
    label = (
        transit_label(figure | {"lens": ADULT}, figure["transit"], text)  # who is said below
        if figure["transit"]
        else figure_label(figure["indicator"], figure["function"], figure["limit_min"], text=text)
    )
    yield text(
        "explain.figure",
        label=label,
        quarter=figure["quarter"],
        area=figure["area"],
        mode=_who_travels(figure, text),
        state=figure["state"],
    )
    if figure["felt"]:
        yield text("explain.felt")
    if figure["stairs_unknown"]:
        yield text("method.stairs_unknown", who=lens_who([figure["lens"]], text))
    if figure["transit"] and step_free_of(figure["lens"], figure["transit"]):
        yield str(step_free_note(figure["transit"], text))
    for statistic in ("min", "median", "max"):
        value = _value(figure[statistic], figure, figure, text)
        yield "  " + text("explain.value", statistic=_word(statistic, figure, text), value=value)
    yield from _robust_lines(figure, text)
    yield from _bound_lines(explanation, text)
    yield from _measure_lines(explanation, text)
    yield text("explain.parameters")
    yield from (f"  {parameter_line(row, text)}" for row in explanation.parameters)
    yield from _origin_lines(explanation, text)
    yield from _network_lines(explanation, text)
    yield text("explain.layers")
    yield from (f"  {layer_line(row, text)}" for row in explanation.layers)
    key = "explain.published" if explanation.published else "explain.not_published"
    yield text(key, run=explanation.run, folder=out)


NO_BOUNDS = {"lower_bound": False, "upper_bound": False, "hidden": False}


def _robust_lines(figure: dict[str, Any], text: Text) -> Iterator[str]:
    """Write the stamp, and the middle figure in each case."""
    from htkgis.maps.robustness import case_words

    found = figure["robust"]
    if found is None:
        yield text("explain.robust_none")
        return
    yield text("explain.robust", stamp=text(f"robust.{found['stamp']}"))
    for case in found["cases"]:
        # the bounds of a case are those of its own search, so none is said here
        value = _value(case["result"], NO_BOUNDS, figure, text)
        key = "explain.robust_changed" if case["changed"] else "explain.robust_case"
        yield "  " + text(key, case=case_words(case, text), value=value)


def parameter_line(row: dict[str, Any], text: Text) -> str:
    """Write a decision of the study: its key, value and unit, and where it is from."""
    source = row["source_en"] if text.language == "en" and row["source_en"] else row["source"]
    return text(
        "explain.parameter",
        name=row["key"],
        value=_numbers(row["value"], text),
        unit=text(f"unit.{row['unit']}"),
        source=source,
    )


def _who_travels(figure: dict[str, Any], text: Text) -> str:
    """Name the mode, and the lens unless it is the adult."""
    from htkgis.maps.lenses import lens_name

    key = f"mode.{figure['mode']}"
    mode = text(key) if key in text.words else str(figure["mode"])
    if figure["lens"] == ADULT:
        return mode
    return text("explain.lens", mode=mode, lens=lens_name(figure["lens"], text).lower())


def _numbers(value: Any, text: Text) -> str:
    if value == CLOSED:
        return text("explain.closed")
    if isinstance(value, dict):
        return ", ".join(f"{name} {_numbers(item, text)}" for name, item in value.items())
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return " ".join(_numbers(item, text) for item in value)
    return str(value) if isinstance(value, int) else text.format_number(value, None)


def _word(statistic: str, figure: dict[str, Any], text: Text) -> str:
    """Say min, median and max of times and of counts in their own words."""
    of_times = {"min": "shortest", "median": "middle", "max": "longest"}
    of_counts = {"min": "fewest", "median": "middle", "max": "most"}
    return text(f"table.{(of_times if figure['unit'] == 'min' else of_counts)[statistic]}")


def _value(value: float | None, bounds: dict[str, Any], figure: dict[str, Any], text: Text) -> str:
    if bounds["hidden"]:
        return text("jobs_hidden.word")
    if figure["unit"] == "min":
        words = text.format_minutes(value)
    elif figure["unit"] == "share":
        words = text.format_share(value)
    else:
        number = "one" if value == 1 else "many"
        unit = text(f"explain.unit_{figure['unit']}.{number}")
        words = f"{text.format_number(value, None)} {unit}"
    if value is None or not (bounds["lower_bound"] or bounds["upper_bound"]):
        return words
    return text("bound.at_least" if bounds["lower_bound"] else "bound.at_most", value=words)


def _bound_lines(explanation: Explanation, text: Text) -> Iterator[str]:
    figure, border = explanation.figure, explanation.border
    bound = "at_least" if figure["lower_bound"] else "at_most" if figure["upper_bound"] else "exact"
    yield text(f"explain.{bound}")
    if border is None:
        return
    if border["minutes"] is None:
        yield text("explain.border_none")
        return
    time = text.format_minutes(border["minutes"])
    yield text("explain.border", minutes=time, origin=border["origin"])


def _measure_lines(explanation: Explanation, text: Text) -> Iterator[str]:
    figure, measure = explanation.figure, explanation.measure
    indicator = figure["indicator"]
    name = str(measure["name"]).rpartition(".")[2]
    base = name if name == "assigned" else indicator.partition("_")[0]
    key = f"explain.words.{indicator if figure['transit'] else base}"
    if measure["name"] is None or key not in text.words:
        yield text("explain.no_measure", indicator=indicator)
    else:
        yield text(
            "explain.measure", words=text(key), name=measure["name"], summary=measure["summary"]
        )
    for name in ("formula", "source"):
        if measure[name]:
            yield "  " + text(f"explain.{name}", **{name: measure[name]})


def _origin_lines(explanation: Explanation, text: Text) -> Iterator[str]:
    origins, figure = explanation.origins, explanation.figure
    count = text.plural(f"origin.{origins['kind']}", origins["count"])
    yield text("explain.origins", origins=count, area=figure["area"])
    for row in origins["behind"]:
        name = row["name_en"] if text.language == "en" and row["name_en"] else row["name"]
        line = text(
            "explain.behind",
            statistic=_word(row["statistic"], figure, text),
            name=name or text("missing.unnamed"),
            id=row["id"],
            value=_value(row["value"], row, figure, text),
        )
        parts = [line, *_reached(row["places"], figure, text)]
        if row["same"] > 1:
            parts.append(text("explain.same", count=row["same"]))
        yield "  " + "; ".join(parts)


def _reached(places: list[dict[str, Any]], figure: dict[str, Any], text: Text) -> Iterator[str]:
    if figure["limit_min"] is None:
        for place in places:
            name = place["name"] or text("missing.unnamed")
            time = text.format_minutes(place["minutes"])
            yield text("explain.place", name=name, id=place["id"], minutes=time)
        return
    words = [_place(place, figure, text) for place in places[:NAMED]]
    if len(places) > NAMED:
        words.append(text("explain.more", count=len(places) - NAMED))
    if words:
        yield text("explain.places", count=len(places), names=", ".join(words))


def _place(place: dict[str, Any], figure: dict[str, Any], text: Text) -> str:
    name, time = place["name"] or text("missing.unnamed"), text.format_minutes(place["minutes"])
    if figure["unit"] != "jobs":
        return f"{name} {time}"
    jobs = text.format_number(place["opportunities"])
    return text("explain.jobs_at", name=name, minutes=time, jobs=jobs)


def _network_lines(explanation: Explanation, text: Text) -> Iterator[str]:
    network = explanation.network
    if network is None:
        return
    yield text(
        "explain.network",
        nodes=text.format_number(network["nodes"]),
        edges=text.format_number(network["edges"]),
    )
    median, largest = (text.format_number(network[name]) for name in ("median_m", "max_m"))
    yield "  " + text("explain.snap", median=median, largest=largest)
    for name, metres in list(network["places"].items())[:NAMED]:
        yield "  " + text("explain.snap_place", name=name, metres=text.format_number(metres))


def layer_line(row: dict[str, Any], text: Text) -> str:
    """Write a layer: its rows, its date, its rights and its hash."""
    kept, read = row["rows"], row["rows_read"]
    if kept is None:
        rows = text("explain.rows_with_streets")
    elif read is None:
        rows = text("explain.rows_kept", kept=text.format_number(kept))
    else:
        rows = text("explain.rows", kept=text.format_number(kept), read=text.format_number(read))
    return text(
        "explain.layer",
        name=row["layer"],
        title=row["title_en"] if text.language == "en" else row["title"],
        rows=rows,
        published=text.format_date(row["published"]),
        licence=row["licence"],
        credit=row["credit"],
        sha256=row["sha256"],
    )
