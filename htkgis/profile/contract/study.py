"""Which study, quarter and area a profile is of, and what the study decides."""

from __future__ import annotations

from .kinds import (
    Schema,
    by_name,
    choice,
    flag,
    listed,
    maybe,
    minutes,
    number,
    record,
    text,
    whole,
    year,
)

SOURCE = {
    "source": text("Where the decision comes from, in Danish."),
    "source_en": text("The same in English."),
}
NO_STAIRS = "the lens decides nothing about stairs: they are streets like others"
_NO_OWN = "no function has a limit of its own"
WINDOWS = listed(
    "Windows of the service day, in the order of the study.",
    record(
        "A window.",
        window=text("Id of the window."),
        start=text("First departure, hh:mm."),
        end=text("End of the window, hh:mm; no departure at it."),
    ),
)

_LENS = record(
    "Who else walks.",
    speed_kph=number("Speed on foot.", "km/h", least=0),
    **SOURCE,
    stairs={
        "description": "Part of the speed that is kept on stairs, or that they are closed.",
        "type": ["number", "string", "null"],
        "x-unit": "share",
        "x-missing": NO_STAIRS,
    },
    stairs_source=maybe(text("Where that comes from, in Danish."), NO_STAIRS),
    stairs_source_en=maybe(text("The same in English."), NO_STAIRS),
    stairs_unknown=flag("Whether the layer of streets does not tell which ways are stairs."),
    felt=flag("Whether minutes hold a price, and so are felt and not measured."),
)
_MODE = record(
    "What the study decides of a mode besides walking; which keys depends on the mode.",
    optional=(
        "speed_kph",
        "share_percent",
        "access_min",
        "parking_min",
        "share_source",
        "share_source_en",
    ),
    speed_kph=number("Speed of riding.", "km/h", least=0),
    search_min=minutes("Farther places count as not reached."),
    share_percent=number("Part of the speed limit that is driven.", "%", least=0, most=100),
    access_min=minutes("From the door to the car and out of its place."),
    parking_min=minutes("To find a place, park and walk to the door."),
    **SOURCE,
    share_source=text("Where the part of the speed limit comes from, in Danish."),
    share_source_en=text("The same in English."),
)


def _boarding(unit: str) -> Schema:
    return record(
        f"Of the {unit} of the day:",
        all=whole("All of them.", unit),
        closed=whole("Those that say that they take no wheelchairs; they are not used.", unit),
        unstated=whole("Those that say nothing; they are used.", unit),
    )


_TRANSIT = record(
    "What the study decides of public transport.",
    date=text("The service day, ISO date."),
    **SOURCE,
    windows=WINDOWS,
    stations=listed(
        "Stations of the region that minutes are measured to.",
        record("A station.", id=text("Id of the stop."), name=text("Its name.")),
    ),
    percentile=number("Per cent of the departures that are at least as quick.", "%", least=0),
    sketch=flag("Whether the timetable is a sketch of lines and headways."),
    stops=whole("Stops of the timetable.", "stops"),
    step_free=maybe(
        record(
            "Who needs a step-free way, and what the timetable says of it.",
            lenses=listed("Ids of who needs it.", text("Id.")),
            known=choice("How far it is stated.", "stated", "partly", "unknown"),
            trips=_boarding("trips"),
            stops=_boarding("stops"),
        ),
        "nobody who is measured needs one",
    ),
    slack_s=whole("Time at the stop before a departure.", "s"),
    max_walk_min=minutes("Longest walk to or from a stop."),
    max_change_min=minutes("Longest walk between two stops of a change."),
    max_rides=whole("Most rides of a journey.", "rides"),
    search_min=minutes("Farther places count as not reached."),
    draws=whole("Positions of lines whose minutes are not known.", "draws"),
)
_BY_MODE = "Minutes by mode"
_ISOLATION = record(
    "What the study decides of isolation.",
    surroundings_m=number("Width of the surroundings.", "m", least=0),
    same_place_m=number("Streets that cross an outline within it are one way out.", "m", least=0),
    point_spacing_m=number("Between points around an area.", "m", least=0),
    least_straight_m=number("Nearer places say nothing of detours.", "m", least=0),
    neighbours_m=number("Width of the streets around that are compared.", "m", least=0),
    crossing_spacing_m=number("Between added crossings of a barrier.", "m", least=0),
    crossing_reach_m=number("Longest way from a barrier to a street.", "m", least=0),
    barrier_width_m=number("Widest barrier.", "m", least=0),
    compared_addresses=whole("Fewest addresses of a neighbour.", "addresses"),
    limits_min=by_name(f"{_BY_MODE}: to reach surroundings within.", minutes("A limit.")),
    longest_min=by_name(f"{_BY_MODE}: longer trips count as long as this.", minutes("A limit.")),
    closed=by_name("By indicator: from where on an area is closed.", number("Limit.", "its own")),
    sketch_length=maybe(
        number(
            "Part by which lengths of sketch streets may differ from true ones.", "share", least=0
        ),
        "the streets are no sketch, or the study does not say",
    ),
)

PARTS: dict[str, Schema] = {
    "study": record(
        "The study, the years it compares and its CRS.",
        id=text("Id."),
        name=text("Name."),
        municipality=text("Name of the municipality."),
        state=year("The year that is shown."),
        baseline=year("The year it is compared with."),
        crs=text("Projected CRS of all geometry, EPSG code."),
    ),
    "quarter": record(
        "The quarter; facts of its layer, with English twins where it has them.",
        optional=("also_called", "theme", "theme_en"),
        id=text("Id."),
        name=text("Name."),
        also_called=maybe(text("Its other name."), "it has none"),
        theme=maybe(text("What it is meant to be known for, in Danish."), "none is stated"),
        theme_en=maybe(text("The same in English."), "none is stated"),
        area_id=text("Id of its housing area."),
        station_id=maybe(text("Id of its station."), "it has none"),
        station_name=maybe(text("Name of its station."), "it has none"),
    ),
    "area": record(
        "The housing area; facts of its layers.",
        optional=("housing_organisation", "built", "population_year", "dwellings_year"),
        id=text("Id."),
        name=text("Name."),
        housing_organisation=maybe(text("Who owns the dwellings."), "not stated"),
        built=maybe(text("When it was built: a year or years."), "not stated"),
        population=maybe(number("Residents.", "persons", least=0), "not known, or hidden"),
        population_hidden=flag("Whether the residents are withheld: few households."),
        population_year=maybe(year("Year of the residents."), "not stated"),
        dwellings=maybe(number("Dwellings.", "dwellings", least=0), "not known"),
        dwellings_year=maybe(year("Year of the dwellings."), "not stated"),
    ),
    "origins": record(
        "What figures of the area are measured from.",
        kind=choice("Kind of the origins.", "gate", "address", "cell"),
        count=whole("How many there are.", "origins"),
    ),
    "assumptions": record(
        "Decisions of the study that enter the figures.",
        mode=text("Mode that stands first."),
        speed_kph=number("Speed on foot of an adult.", "km/h", least=0),
        max_snap_m=number("Longest way from a point to a street.", "m", least=0),
        search_min=minutes("Farther places count as not reached, on foot."),
        isochrone_buffer_m=number("Drawn on each side of reached streets.", "m", least=0),
        limits_min=listed("Limits of counts and reach.", minutes("A limit.")),
        job_limits_min=listed("Limits of jobs.", minutes("A limit.")),
        choice=whole("The n-th nearest is measured beside the nearest.", "places", least=1),
        max_position_accuracy_m=number("Places known less exactly are not measured.", "m"),
        job_rounding=whole("Step that jobs are rounded to.", "jobs", least=1),
        min_workplaces=whole(
            "Of fewer workplaces no jobs are shown, where the layer holds single workplaces.",
            "workplaces",
            least=1,
        ),
        everyday_min=minutes("Limit of everyday functions."),
        gap_limits=record(
            "How far each function may be on foot.",
            everyday_min=minutes("Of every function that has no limit of its own."),
            own_min=by_name("Limits of functions of their own.", minutes("A limit.")),
            direct=maybe(
                number("A way up to so many straight lines is no detour.", "times", least=1),
                "the study does not say: every way is",
            ),
            source=maybe(text("Where the limits come from, in Danish."), _NO_OWN),
            source_en=maybe(text("The same in English."), _NO_OWN),
        ),
        sources=record(
            "Where the speed on foot comes from.",
            speed_kph=text("In Danish."),
            speed_kph_en=text("In English."),
        ),
        modes=by_name("Other modes, by id.", _MODE),
        felt=listed("Modes whose minutes hold a price and are felt.", text("Mode.")),
        isolation=maybe(_ISOLATION, "isolation is not measured"),
        lenses=by_name("Who else walks, by id of the lens.", _LENS),
        transit=maybe(_TRANSIT, "nothing is measured by public transport"),
        streets_year=year("Year of the newest layer of streets."),
    ),
    "modes": listed("Modes on streets, walking first.", text("Mode.")),
}
