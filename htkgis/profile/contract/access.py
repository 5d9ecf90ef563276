"""What is near, how much is within reach, how quarters compare, and what has changed."""

from __future__ import annotations

from htkgis.profile.jobs import UNSTATED
from htkgis.schema import SKILL_LEVELS

from .kinds import (
    FUNCTION,
    JOBS_HIDDEN,
    MODE,
    NOT_REACHED,
    Schema,
    choice,
    flag,
    listed,
    maybe,
    minutes,
    number,
    record,
    sentence,
    spread,
    text,
    whole,
    year,
)

LIMIT = minutes("Limit of the travel time; a time exactly on it is inside.")
LOWER = flag("At least: the search met the end of the data, and there may be more beyond.")
UPPER = flag("At most: a place beyond the end of the data may be nearer.")
AREA = text("Name of the housing area.")
_NO_COUNT = "no origin is on the streets: unknown, which is not 0"
_NO_JOBS = f"{_NO_COUNT}; or withheld (hidden is true)"
_LAYER = record(
    "A layer that jobs come from.",
    role=text("What the layer is used for."),
    sketch=flag("Whether the layer is a sketch."),
    title=text("Its title, in Danish."),
    title_en=text("The same in English."),
    source=text("Its source, in Danish."),
    source_en=text("The same in English."),
    published=text("Date of the data: ISO date, month or year."),
)
_MODEL = {
    "total": number("Jobs that are spread over the buildings.", "jobs", least=0),
    "cell_m": number("Buildings within this distance count as one place.", "m", least=0),
    "source": text("Where the total comes from, in Danish."),
    "source_en": text("The same in English."),
    "densities": listed(
        "Jobs per ground area by kind of land, densest first; only their ratios matter.",
        record(
            "A kind of land.",
            kind=text("Kind of land."),
            value=number("Density.", "jobs per 100 m2", least=0),
        ),
    ),
}


def _jobs(**more: Schema) -> Schema:
    return record(
        "Jobs within a limit.",
        optional=("low", "high"),
        **more,
        mode=MODE,
        limit_min=LIMIT,
        **spread("jobs within the limit, rounded to the step of the study.", "jobs", _NO_JOBS),
        lower_bound=LOWER,
        hidden=JOBS_HIDDEN,
        low=maybe(number("Median with the low end of intervals.", "jobs", least=0), _NO_JOBS),
        high=maybe(
            number("Median with the high end of intervals.", "jobs", least=0),
            "not known, or hidden",
        ),
    )


_PLACE_OF_YEAR = record(
    "A place.",
    name=maybe(text("Its name."), "it has none"),
    year=maybe(year("When it opened or closed."), "not known"),
)
_CHANGE = record(
    "A function and a mode of which the nearest place or its minutes moved.",
    function=FUNCTION,
    mode=MODE,
    before=maybe(minutes("Median to the nearest in the baseline year."), NOT_REACHED),
    before_upper_bound=UPPER,
    after=maybe(minutes("Median to the nearest in the year shown."), NOT_REACHED),
    after_upper_bound=UPPER,
    delta_min=maybe(
        number("After less before, as they are printed: one decimal; below 0 is nearer.", "min"),
        "one of the two was not reached",
    ),
    before_place=maybe(text("Nearest place of most origins then."), "none, or without a name"),
    after_place=maybe(text("Nearest place of most origins now."), "none, or without a name"),
    opened=listed("Nearest places of now that did not exist then.", _PLACE_OF_YEAR),
    closed=listed("Nearest places of then that do not exist now.", _PLACE_OF_YEAR),
)
_COMPARED = record(
    "A figure, the same statistic of every quarter.",
    indicator=text("Indicator: nearest, count, functions or jobs; see definitions."),
    function=maybe(FUNCTION, "the figure is of all, such as all jobs"),
    mode=MODE,
    n=maybe(whole("Which nearest: first, third.", "rank", least=1), "it is no nearest"),
    limit_min=maybe(LIMIT, "the figure has no limit"),
    unit=choice("Unit of the values.", "min", "places", "functions", "jobs"),
    statistic=choice("Statistic over the origins.", "median"),
    direction=choice("Whether less or more of it is better.", "less", "more"),
    values=listed(
        "One per quarter.",
        record(
            "The figure of a quarter.",
            quarter_id=text("Id of the quarter."),
            quarter_name=text("Its name."),
            value=maybe(
                number("Value, in the unit of the row.", "unit of the row", least=0), NOT_REACHED
            ),
            lower_bound=LOWER,
            upper_bound=UPPER,
            hidden=JOBS_HIDDEN,
        ),
    ),
)

_OTHERS = record(
    "The same figure of the other quarters.",
    min=number("Their least value.", "unit of the row", least=0),
    max=number("Their greatest value.", "unit of the row", least=0),
    quarters=whole("How many other quarters there are.", "quarters", least=1),
    lower_bound=flag("Whether one of the values is a lower bound."),
    upper_bound=flag("Whether one of the values is an upper bound."),
)
_MUNICIPALITY = record(
    "Residents of the whole municipality.",
    value=minutes("Half of them have at most so many."),
    upper_bound=flag("Whether a nearer place may lie beyond the border of the data."),
)
_RULE = record(
    "A planning rule of distance on foot to the nearest place; the rest of it stands in rules.",
    rule=text("Id of the rule."),
    limit_m=number("Its limit along the streets.", "m", least=0),
    status=choice("Whether the area meets it.", "met", "partly", "not met"),
    met=whole("Origins that meet it.", "origins"),
    of=whole("Origins of the area.", "origins"),
    holds=maybe(
        flag("Whether the result is the same under every assumption."), "no case was measured"
    ),
)

PARTS: dict[str, Schema] = {
    "finding": sentence(
        "The one sentence that stands first.",
        area=AREA,
        within=whole("Functions within the everyday limit.", "functions"),
        measured=whole("Functions that have places.", "functions"),
        limit_min=minutes("The everyday limit."),
        missing_function=text("A function that is not reached."),
        farthest_function=text("The function whose nearest is farthest."),
        farthest_min=minutes("Median minutes to it."),
        functions=listed("Everyday functions beyond the limit, most lacking first.", FUNCTION),
        least_min=minutes("Median minutes to the nearest of them."),
        most_min=minutes("Median minutes to the farthest of them."),
        cycled_min=minutes("Most median minutes by bike to any of them."),
    ),
    "key_figures": listed(
        "Figures that stand first.",
        record(
            "A key figure.",
            key=text("Key of its words."),
            value=maybe(number("Value, in its unit.", "unit of the row", least=0), NOT_REACHED),
            unit=choice("Unit.", "min", "functions", "jobs"),
            bound=maybe(choice("Whether it is a bound.", "at_least", "at_most"), "it is exact"),
            hidden=JOBS_HIDDEN,
            values=record(
                "What fills its words; which of them depends on the key.",
                optional=("function", "place", "limit_min", "measured"),
                function=FUNCTION,
                place=maybe(text("Nearest place of most origins."), "none, or without a name"),
                limit_min=minutes("Its limit."),
                measured=whole("Functions that have places.", "functions"),
            ),
            others=maybe(_OTHERS, "one of the other quarters' values is not known"),
            municipality=maybe(
                _MUNICIPALITY,
                "not measured of persons, or hidden (municipality_hidden is true)",
            ),
            municipality_hidden=flag("Whether the municipality's minutes are withheld."),
            rules=listed("Planning rules on it, none where no rule speaks of it.", _RULE),
        ),
    ),
    "nearest": listed(
        "Minutes to the nearest and n-th nearest place of each function by each mode.",
        record(
            "A function, mode and rank.",
            function=FUNCTION,
            mode=MODE,
            n=whole("Which nearest: first, third.", "rank", least=1),
            **spread("minutes to the n-th nearest place.", "min", NOT_REACHED),
            unit=choice("Unit.", "min"),
            upper_bound=UPPER,
            place_id=maybe(
                text("Nearest place of most origins, the first by id among equals."),
                "none is reached",
            ),
            place_name=maybe(text("Its name."), "none is reached, or it has no name"),
            places=whole("Places of the function that are measured.", "places"),
        ),
    ),
    "counts": listed(
        "Places of each function within each limit by each mode.",
        record(
            "A function, mode and limit.",
            function=FUNCTION,
            mode=MODE,
            limit_min=LIMIT,
            **spread("places within the limit.", "places", _NO_COUNT),
            lower_bound=LOWER,
        ),
    ),
    "jobs": listed(
        "All jobs within each limit by each mode.",
        _jobs(
            function={
                "type": "null",
                "description": "Always null: the jobs are all.",
                "x-missing": "all jobs",
            }
        ),
    ),
    "jobs_by_sector": listed(
        "Jobs of each sector within each limit by each mode; empty where sectors are not known.",
        _jobs(sector=text("Sector, or unknown.")),
    ),
    "jobs_by_skill": listed(
        "Jobs of each skill level within each limit by each mode; empty where they are not known.",
        _jobs(skill_level=choice("Skill level (ISCO-08).", *SKILL_LEVELS, UNSTATED)),
    ),
    "jobs_method": maybe(
        sentence(
            "How the jobs came to their places.",
            layers=listed("The layers they come from.", _LAYER),
            places=whole("Places that hold jobs.", "places"),
            intervals=whole("Places whose jobs are given as an interval.", "places"),
            endless=whole("Of these, intervals without an upper end.", "places"),
            sizes=listed(
                "Least jobs of each size class that a workplace counts with.",
                whole("Jobs.", "jobs"),
            ),
            **_MODEL,
        ),
        "no place holds jobs",
    ),
    "comparison": listed("The quarters beside each other.", _COMPARED),
    "changes": record(
        "What moved between the baseline and the year shown.",
        baseline=year("The baseline."),
        state=year("The year shown."),
        rows=listed("Functions and modes that changed, no others.", _CHANGE),
        jobs=listed(
            "Modes and limits within which the middle origin reaches another number of jobs.",
            record(
                "A mode and limit.",
                mode=MODE,
                limit_min=LIMIT,
                before=number("Jobs in the baseline.", "jobs", least=0),
                before_lower_bound=flag("Whether there may be more."),
                after=number("Jobs in the year shown.", "jobs", least=0),
                after_lower_bound=flag("Whether there may be more."),
            ),
        ),
    ),
    "reach": listed(
        "How far the streets lead within each limit by each mode.",
        record(
            "A mode and limit.",
            mode=MODE,
            limit_min=LIMIT,
            reached_km=number("Streets that are reached from the nearest origin.", "km", least=0),
            cut=flag("Whether the search met the end of the streets: there is more beyond."),
        ),
    ),
}
