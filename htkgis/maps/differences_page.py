"""Then and now on maps: each origin by what has become shorter or longer, in equal classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from . import elements
from .difference_looks import NONE, kinds_of, legend_of, value_look
from .drawings import kept_drawings, parts_of
from .joint_layers import JointLayers, Profile, draw_ground, ground_layers
from .joint_page import JointPage, Section, origins_word
from .layers import area_name
from .picture import Picture
from .shapes import extent
from .style import Look
from .tables.differences import (
    BIKE,
    WALK,
    change_words,
    compared_modes,
    differences_table,
    each_table,
    is_changed,
    kind_counts,
    measure_name,
    row_name,
    rows_of,
    value_words,
)
from .text import OWN_SCHOOL, Text

Row = Mapping[str, Any]
MOST_NUMBERS = 25
"""Of more origins the fixed maps show the classes, and the tables the numbers."""


def differences_page(
    profiles: Sequence[Profile], layers: JointLayers, text: Text
) -> JointPage | None:
    """Lay out the page; None where no two years are compared."""
    if not profiles or any(not profile.get("differences") for profile in profiles):
        return None
    first, study = profiles[0]["differences"], profiles[0]["study"]
    years = {name: first[name] for name in ("baseline", "state")}
    modes = compared_modes(profiles)
    several = "_many" if BIKE in modes else ""
    shown = parts_of(profiles, "area", "differences", "origins", "quarter")
    drawn, (pictures, more) = kept_drawings("differences", _drawings, shown, layers, text)
    return JointPage(
        file=text("differences.file"),
        key="differences",
        title=text("differences.title", municipality=study["municipality"], **years),
        kicker=text(f"differences.kicker{several}", origin=origin_word(profiles[0], text)),
        heading=text("differences.heading", **years),
        lead=text(f"differences.lead{several}", origins=origins_word(profiles[0], text), **years),
        findings=[
            *(summary(profile, text, mode) for profile in profiles for mode in modes),
            coming(profiles, text),
        ],
        map=drawn,
        map_heading=text("differences.map_heading"),
        no_script=text("differences.no_script"),
        legend=legend_of(profiles, text),
        pictures=pictures,
        pictures_heading=text("differences.pictures"),
        pictures_lead=text(f"differences.pictures_lead{'_many' if are_many(profiles) else ''}"),
        folded_pictures=(
            text("differences.pictures_more", count=text.format_number(len(_fixed(profiles)) - 1)),
            more,
        ),
        sections=[
            *(_section(profile, text, many=are_many(profiles)) for profile in profiles),
            Section("about", text("region.method"), notes=_notes(profiles, text)),
        ],
    )


def _fixed(profiles: Sequence[Profile]) -> list[Measure]:
    """List the measures of fixed maps; of many origins each is heavy, so none by bicycle then."""
    many = are_many(profiles)
    return [row for row in changed_measures(profiles) if row.mode == WALK or not many]


def _drawings(
    profiles: Sequence[Profile], layers: JointLayers, text: Text
) -> tuple[elements.PlanMap, list[list[tuple[str, Any]]]]:
    """Draw every measure that has changed on one map, and the first apart from the others."""
    fixed = _fixed(profiles)
    plan = differences_map(profiles, changed_measures(profiles), layers, text)
    return plan, [
        [drawn for row in rows for drawn in measure_pictures(profiles, row, layers, text)]
        for rows in (fixed[:1], fixed[1:])
    ]


def are_many(profiles: Sequence[Profile]) -> bool:
    """Tell whether any fixed map has more signs than there is room for numbers beside them."""
    return any(len(each["differences"]["origins"]) > MOST_NUMBERS for each in profiles)


def origin_word(profile: Profile, text: Text) -> str:
    """Word of one origin."""
    kind = "gate" if profile["origins"]["kind"] == "gate" else "address"
    return text(f"differences.origin_{kind}")


class Measure(NamedTuple):
    """What one map shows: a mode, and a function or None for their number."""

    mode: str
    function: Any


def changed_measures(profiles: Sequence[Profile]) -> list[Measure]:
    """List the measures that differ at any origin: on foot first, the number of functions first."""
    rows = [
        (Measure(mode, row["function"]), row)
        for mode in compared_modes(profiles)
        for profile in profiles
        for row in rows_of(profile, mode)
    ]
    changed = {measure for measure, row in rows if is_changed(row)}
    order = list(dict.fromkeys(measure for measure, _ in rows))
    return [measure for measure in order if measure in changed] or order[:1]


def summary(profile: Profile, text: Text, mode: str = WALK) -> str:
    """Say of one area which measures are better or worse for how many, and which are unchanged."""
    part, kind = profile["differences"], profile["origins"]["kind"]
    origins = text.plural(f"origin.{kind}", len(part["origins"]))
    ways: dict[str, list[str]] = {"better": [], "worse": [], "unsure": [], "same": []}
    for row in rows_of(profile, mode):
        counts, name = kind_counts(row), _short_name(row, part["everyday_min"], text)
        if counts["same"] == len(part["origins"]):
            ways["same"].append(name)
            continue
        for way in ("better", "worse", "unsure"):
            if counts[way]:
                count = text.format_number(counts[way])
                ways[way].append(text("differences.of_some", measure=name, count=count))
    # what is unchanged is named once, on foot
    rest = mode != WALK and any(ways[way] for way in ("better", "worse", "unsure"))
    said = [
        text(
            "differences.found_rest" if rest and way == "same" else f"differences.found_{way}",
            measures=text.join(names),
            minutes=text.format_number(part["classes"]["min"][0], None),
        )
        for way, names in ways.items()
        if names
    ]
    return text(
        f"differences.summary{'' if mode == WALK else f'_{mode}'}",
        area=area_name(profile),
        origins=origins,
        sentences=" ".join(said),
    )


def _short_name(row: Row, everyday_min: float, text: Text) -> str:
    """Name a measure by the kind of place alone; the sentence says what is measured."""
    if row["function"] is None or row["function"] == OWN_SCHOOL:
        return measure_name(row["function"], everyday_min, text)
    return text(f"nearest.{row['function']}")


def coming(profiles: Sequence[Profile], text: Text) -> str:
    """Say what opens later, or why there is no map of the future."""
    part = profiles[0]["differences"]
    if not part["coming"]:
        return text("differences.coming_none", state=part["state"])
    names = [
        text("change.name_year", name=row["name"] or text("missing.unnamed"), year=row["year"])
        for row in part["coming"]
    ]
    return text("differences.coming", state=part["state"], names=text.join(names))


def differences_map(
    profiles: Sequence[Profile], changed: Sequence[Measure], layers: JointLayers, text: Text
) -> elements.PlanMap:
    """Draw each measure on the interactive map, as a choice; the first of them is on."""
    part = profiles[0]["differences"]
    plan = elements.PlanMap(
        extent(layers.quarters, margin=0.05),
        text=text,
        title=text("differences.map", baseline=part["baseline"]),
        limits=extent(layers.municipality, layers.quarters, margin=0.2),
        reset=text("differences.reset"),
        background=layers.background,
    )
    for layer in ground_layers(layers, text):
        layer.add_to(plan)
    legend = legend_of(profiles, text)
    for measure in changed:
        shown = measure == changed[0]
        _layer(profiles, measure, layers, text, legend=legend, shown=shown).add_to(plan)
    return plan


def _of(profile: Profile, measure: Measure) -> Row | None:
    rows = rows_of(profile, measure.mode)
    return next((row for row in rows if row["function"] == measure.function), None)


def _name(profiles: Sequence[Profile], measure: Measure, text: Text) -> str:
    row = next(row for profile in profiles if (row := _of(profile, measure)) is not None)
    return row_name(row, profiles[0]["differences"]["everyday_min"], text, measure.mode)


def _layer(
    profiles: Sequence[Profile],
    measure: Measure,
    layers: JointLayers,
    text: Text,
    *,
    legend: Sequence[tuple[Look, str]],
    shown: bool,
) -> elements.VectorLayer:
    part = profiles[0]["differences"]
    values: dict[str, tuple[Row, str]] = {}
    for profile in profiles:
        row = _of(profile, measure)
        if row is not None:
            values |= {value["id"]: (value, row["unit"]) for value in row["values"]}
    frame = layers.origins[[key in values for key in layers.origins["id"]]]
    own = [values[key] for key in frame["id"]]
    looks = {f"{value['kind']} {value['step']}": value_look(value, unit) for value, unit in own}
    name = _name(profiles, measure, text)
    return elements.VectorLayer(
        frame.assign(
            look=[f"{value['kind']} {value['step']}" for value, _ in own],
            then=[value_words(value, "before", unit, text) for value, unit in own],
            now=[value_words(value, "after", unit, text) for value, unit in own],
            change=[change_words(value, unit, text) for value, unit in own],
        ),
        title=name[:1].upper() + name[1:],
        look=looks or NONE,
        group=text("differences.choice"),
        label="name",
        rows=(
            (str(part["baseline"]), "then"),
            (str(part["state"]), "now"),
            (text("differences.change"), "change"),
        ),
        legend=legend,
        shown=shown,
        counted=False,
        choice=True,
    )


def measure_pictures(
    profiles: Sequence[Profile], measure: Measure, layers: JointLayers, text: Text
) -> Iterator[tuple[str, Any]]:
    """Draw one measure for each quarter: the same extent in metres, classes and looks."""
    sides = []
    for profile in profiles:
        box = layers.of_area(profile["quarter"]["area_id"]).total_bounds
        sides += [box[2] - box[0], box[3] - box[1]]
    half = 0.62 * max(sides)
    for profile in profiles:
        row = _of(profile, measure)
        if row is None:
            continue
        west, south, east, north = layers.of_area(profile["quarter"]["area_id"]).total_bounds
        x, y = (west + east) / 2, (south + north) / 2
        drawn = Picture((x - half, y - 0.62 * half, x + half, y + 0.62 * half), letters=14)
        draw_ground(drawn, layers)
        many = are_many(profiles)
        for value in row["values"]:
            words = "" if many else change_words(value, row["unit"], text, brief=True)
            look = value_look(value, row["unit"])
            drawn.add_symbol(layers.positions[value["id"]], look, words, size=0.6 if many else 1.0)
        part = profile["differences"]
        name = row_name(row, part["everyday_min"], text, measure.mode)
        prefix = "" if measure.mode == WALK else f"{measure.mode}-"
        own = f"{prefix}{measure.function or 'functions'}"
        heading = text("differences.picture", area=area_name(profile), measure=name)
        yield (
            heading,
            drawn.render(
                f"difference-{own}-{profile['quarter']['id']}".replace(" ", "-"),
                title=heading,
                description=text(
                    "differences.picture_about",
                    area=area_name(profile),
                    baseline=part["baseline"],
                    state=part["state"],
                    counts=_counted(profile, row, text),
                ),
                bar_words=text("locator.scale", metres="{metres}"),
            ),
        )


def _counted(profile: Profile, row: Row, text: Text) -> str:
    kind, counts = profile["origins"]["kind"], kind_counts(row)
    return text.join(
        [
            text(f"differences.words_{way}", count=text.plural(f"origin.{kind}", count))
            for way, count in counts.items()
            if count
        ]
    )


def _section(profile: Profile, text: Text, *, many: bool) -> Section:
    """List what moved in one quarter; each origin only where a map shows it, if there are many."""
    own = profile["quarter"]
    modes = compared_modes([profile])
    return Section(
        f"of-{own['id']}",
        text("differences.table_heading", quarter=own["name"]),
        tables=[differences_table(profile, text, mode) for mode in modes],
        folded=[
            (
                text("differences.each_fold", origin=origin_word(profile, text)),
                [
                    each_table(profile, row, origin_word(profile, text), text, mode)
                    for mode in modes
                    for row in rows_of(profile, mode)
                    if is_changed(row) or (mode == WALK and not many)
                ],
            )
        ],
    )


def _notes(profiles: Sequence[Profile], text: Text) -> list[str]:
    kinds = kinds_of(profiles)
    keys = ["note_delta", "note_places"]
    by_bike = BIKE in compared_modes(profiles)
    keys += ["note_each"] if are_many(profiles) else ["note_each_bike"] if by_bike else []
    keys += ["note_unsure"] if "unsure" in kinds else []
    keys += ["note_other_modes"] if {*profiles[0]["modes"]} - {WALK, BIKE} else []
    if not profiles[0]["assumptions"].get("transit"):
        keys += ["note_no_timetable"]
    else:
        # a scenario may have edits of the timetable, so there may be one for each of the two
        keys += ["note_scenario_transit" if profiles[0].get("scenario") else "note_no_transit"]
    return [text(f"differences.{key}") for key in keys]
