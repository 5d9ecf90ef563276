"""How the numbers were made, in plain sentences with the values of this run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from .lenses import lens_method
from .modes import mode_words
from .text import Text
from .transit import transit_method

Profile = Mapping[str, Any]
FIRST_CLASSES = 4
"""Size classes that are named as examples."""


def method(profile: Profile, run: Mapping[str, Any], text: Text) -> list[str]:
    """List the sentences of the method section: rules, limits, notes of profile and layers."""
    used, origins = profile["assumptions"], profile["origins"]
    count = text.plural(f"origin.{origins['kind']}", origins["count"])
    sentences = [
        _with_source(
            text("method.speed", speed=text.format_number(used["speed_kph"], 1)),
            used["sources"].get("speed_kph"),
            text,
        ),
        *_other_modes(used.get("modes") or {}, text),
        *lens_method(used.get("lenses") or {}, text, _with_source),
        *transit_method(used.get("transit"), profile["study"]["state"], text, _with_source),
        *_official_lines(run, text),
        text(f"origin.{origins['kind']}.meaning", count=count),
        text("method.snap", max_snap=text.format_number(used["max_snap_m"])),
        _barriers(run, text),
        text("method.isochrone", buffer=text.format_number(used["isochrone_buffer_m"])),
        text("method.approximate", accuracy=text.format_number(used["max_position_accuracy_m"])),
        *jobs_method(profile, text),
        text("method.jobs" if profile["jobs"] else "method.no_jobs"),
        *_not_there(profile, text),
        text("method.missing"),
        text("method.state", state=profile["study"]["state"]),
    ]
    if profile.get("shares"):
        sentences.append(text("method.shares"))
    if run.get("sketch"):
        sentences.append(
            text("method.sketch", scale=text.format_scale(run.get("sketch_scale", "")))
        )
    return [
        *sentences,
        text("method.limits"),
        *(_first_up(text.sentence(note)) for note in profile["notes"]),
        *(source["note"] for source in run["sources"] if source.get("note")),
    ]


def _not_there(profile: Profile, text: Text) -> list[str]:
    """Say what the data lack altogether, so that nobody reads of nothing that there is nothing."""
    used = profile["assumptions"]
    lacking = {
        "method.no_transit": not used.get("transit"),
        "method.no_indicators": not profile.get("indicators"),
    }
    return [text(key) for key, missing in lacking.items() if missing]


def _barriers(run: Mapping[str, Any], text: Text) -> str:
    """Say which layers nobody walks across, or that there are none."""
    titles = [source["title"] for source in run["sources"] if source.get("role") == "barriers"]
    return text("method.barriers", layers=text.join(titles)) if titles else text("method.open")


def jobs_method(profile: Profile, text: Text) -> list[str]:
    """Say how the jobs came to their places, as far as the profile knows.

    Returns
    -------
    sentences
        How it was done with its numbers and sources; then what the source gives as intervals.
    """
    found = profile.get("jobs_method")
    if found is None:
        return []
    known = found["values"]
    shown = {
        name: text.format_number(known[name], None)
        for name in ("places", "intervals", "endless", "total", "cell_m")
        if name in known
    }
    modelled = found["key"] == "jobs_method.modelled"
    name = "title" if modelled else "source"
    layers = text.join([_dated(layer, name, text) for layer in known["layers"]])
    if modelled:
        return [text(found["key"], **shown, **_model_words(known, text), layers=layers)]
    if found["key"] not in {"jobs_method.intervals", "jobs_method.sizes"}:
        return [text(found["key"], **shown, layers=layers)]
    if "sizes" in known:
        shown["classes"] = _first_classes(known["sizes"], text)
    where = "jobs_method.places" if "sizes" in known else "jobs_method.counted"
    sentences = [text(where, **shown, layers=layers), text(found["key"], **shown)]
    if known["endless"]:
        sentences.append(text("jobs_method.endless", **shown))
    return sentences


def _first_classes(sizes: Sequence[int], text: Text) -> str:
    """Write the first size classes of workplaces as examples: 1 to 4, 5 to 9, 10 to 19."""
    ends = [
        (text.format_number(low, None), text.format_number(after - 1, None))
        for low, after in islice(pairwise(sizes), FIRST_CLASSES)
    ]
    return ", ".join(text("jobs_method.size", low=low, high=high) for low, high in ends)


def jobs_at_points(profile: Profile, text: Text) -> str | None:
    """Say that jobs of zones are gathered at points, so that 0 is not read as none at all."""
    found = profile.get("jobs_method")
    if found is None or found["key"] != "jobs_method.zones":
        return None
    return text("jobs_method.points", places=text.format_number(found["values"]["places"], None))


def _model_words(known: Mapping[str, Any], text: Text) -> dict[str, str]:
    """Write the densities, and where the total of all jobs is from."""
    densities = [
        text(
            "jobs_method.density",
            kind=_kind(each["kind"], text),
            value=text.format_number(each["value"], None),
        )
        for each in known["densities"]
    ]
    return {"densities": text.join(densities), "source": known["source"].rstrip(".")}


def _kind(name: str, text: Text) -> str:
    key = f"land_kind.{name}"
    return text(key) if key in text.words else name.replace("_", " ")


def _dated(layer: Mapping[str, Any], name: str, text: Text) -> str:
    date = text.format_date(layer["published"])
    return text("jobs_method.layer", name=layer[name].rstrip("."), date=date)


def car_note(profile: Profile, text: Text) -> str | None:
    """Say what a time by car holds besides driving, if the profile says it."""
    used = (profile["assumptions"].get("modes") or {}).get("car") or {}
    if used.get("access_min") is None or used.get("parking_min") is None:
        return None
    return text(
        "method.car",
        access=text.format_number(used["access_min"], None),
        parking=text.format_number(used["parking_min"], None),
    )


def felt_note(profile: Profile, text: Text) -> str | None:
    """Say which modes' minutes hold a price, if any do; they are felt and not measured."""
    modes = profile["assumptions"].get("felt")
    return text("method.felt", modes=mode_words(modes, text)) if modes else None


def _other_modes(used: Mapping[str, Mapping[str, Any]], text: Text) -> Iterator[str]:
    for mode in ("bike", "ebike"):
        ridden = used.get(mode) or {}
        if ridden.get("speed_kph") is not None:
            sentence = text(f"method.{mode}", speed=text.format_number(ridden["speed_kph"], 1))
            yield _with_source(sentence, ridden.get("source"), text)
    car = used.get("car") or {}
    note = car_note({"assumptions": {"modes": used}}, text)
    if note is not None:
        yield _with_source(note, car.get("source"), text)


def _official_lines(run: Mapping[str, Any], text: Text) -> Iterator[str]:
    """Say how much of the streets official lines speak of, and which layers they are."""
    for key, role in (("signed_limit", "speed_limits"), ("marked_route", "cycle_routes")):
        if f"{key}_km" not in run:
            continue
        own = [source for source in run["sources"] if source.get("role") == role]
        yield text(
            f"method.{key}",
            km=text.format_number(run[f"{key}_km"]),
            layers=text.join([_dated(layer, "title", text) for layer in own]),
        )


def _with_source(sentence: str, source: str | None, text: Text) -> str:
    if not source:
        return sentence
    return f"{sentence} {text('method.source', source=source.rstrip('.'))}"


def _first_up(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
