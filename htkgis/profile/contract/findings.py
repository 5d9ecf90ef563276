"""What an area has and lacks: strengths, gaps with their reasons, completeness, fairness."""

from __future__ import annotations

from htkgis.profile.jobs import UNSTATED
from htkgis.schema import SKILL_LEVELS

from .access import LIMIT, LOWER, UPPER
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
    share,
    text,
    whole,
    year,
)
from .robustness import robust

_EDGE = "the search met the border of the data, and what is counted would be no bound"
_NOBODY = "nobody it could be about, or hidden because few live there"
_NO_NAME = "it has none"
_NO_COUNT = "no origin is on the streets: unknown, which is not 0"
_NO_JOBS = f"{_NO_COUNT}; or withheld (hidden is true)"
_PLACE = {
    "place_id": maybe(text("Nearest place of most origins."), NOT_REACHED),
    "place_name": maybe(text("Its name."), "not reached, or without a name"),
}
_ABOUT: dict[str, Schema] = {
    "function": FUNCTION,
    "limit_min": minutes("Within which the function should be on foot."),
    "everyday": flag("Whether that is the everyday limit, and none of the function's own."),
    "median_min": maybe(minutes("Median over the origins to the nearest."), NOT_REACHED),
    "max_min": maybe(minutes("Of the farthest origin."), NOT_REACHED),
    "upper_bound": UPPER,
    "short_min": maybe(minutes("Median less limit."), "the median is within the limit"),
    "origins_beyond": whole("Origins beyond the limit, who reach none included.", "origins"),
    "origins": whole("All origins.", "origins"),
    "lacking": number(
        "Minutes beyond the limit as a part of it, mean over all origins (FGT 1); who reaches "
        "none counts as twice the limit.",
        "share",
        least=0,
    ),
    **_PLACE,
}
_OF_WAY = (
    "straight_m",
    "straight_min",
    "way_m",
    "time_min",
    "detour_ratio",
    "place_id",
    "origin_name",
    "origin_name_en",
    "passages",
    "barriers",
    "worst_street",
    "worst_kind",
    "worst_m",
)
_REASON = record(
    "Why the function is beyond the limit, of the middle origin of those beyond it.",
    optional=_OF_WAY,
    kind=choice(
        "The straight line alone is beyond the limit (far); the way is longer than need be "
        "(detour), or about as straight as streets are (direct); or there is none (unreached).",
        "far",
        "detour",
        "direct",
        "unreached",
    ),
    place_id=text("Place that the way leads to."),
    detour_ratio=maybe(number("Way over straight line.", "times", least=0), "there is no distance"),
    origin_name=maybe(text("Origin of the way."), _NO_NAME),
    origin_name_en=maybe(text("The same in English."), _NO_NAME),
    time_min=minutes("Of the way."),
    way_m=number("Length of the way, to and from the streets included.", "m", least=0),
    straight_m=number("Straight line between the ends.", "m", least=0),
    straight_min=minutes("Walk of the straight line."),
    worst_street=maybe(text("Street that adds most to the straight line."), _NO_NAME),
    worst_kind=maybe(text("Its kind."), "the way follows no street"),
    worst_m=maybe(number("What it adds.", "m"), "the way follows no street"),
    passages=listed("Kinds of passage on the way.", choice("A kind.", "tunnel", "bridge")),
    barriers=listed("Kinds of barrier that the straight line meets.", text("A kind.")),
)
_PERSONS = record(
    "Persons of a unit.",
    persons=maybe(number("All persons of the model.", "persons", least=0), _NOBODY),
    share=maybe(share("Of them who have one of each function."), _NOBODY),
    lower_bound=LOWER,
    hidden=flag("Whether nothing is said because few live there."),
    lacking=listed(
        "Functions that somebody lacks.",
        record(
            "A function.",
            function=FUNCTION,
            share=share("Of the persons who lack it."),
            share_only=share("Of the persons who lack it and nothing else."),
        ),
    ),
)
_UNIT = record(
    "Persons of a unit against the limit.",
    share=maybe(share("Of the persons beyond the limit (FGT 0)."), _NOBODY),
    gap=maybe(number("Minutes beyond it as a part of it (FGT 1).", "share", least=0), _NOBODY),
    severity=maybe(number("The same squared (FGT 2).", "share", least=0), _NOBODY),
    mean_shortfall_min=maybe(minutes("Minutes beyond it, of who is beyond it."), _NOBODY),
    persons_above=maybe(number("Persons beyond the limit.", "persons", least=0), _NOBODY),
    persons_unreached=maybe(number("Persons who reach none.", "persons", least=0), _NOBODY),
    persons=maybe(number("All persons of the model.", "persons", least=0), _NOBODY),
    upper_bound=UPPER,
    hidden=flag("Whether nothing is said because few live there."),
)
_COMPETING = record(
    "Residents of a unit.",
    mean=maybe(number("Mean over persons.", "jobs per resident", least=0), _NOBODY),
    median=maybe(
        number("Half of the persons have at most.", "jobs per resident", least=0), _NOBODY
    ),
    persons=maybe(whole("Persons whose figure is known.", "persons"), "hidden"),
    edge=flag("Whether jobs or competitors beyond the data could change it."),
    hidden=flag("Whether nothing is said because few live there."),
    robust=robust("jobs per resident", " Of the median."),
)


def _spread(says: str, missing: str) -> Schema:
    one = number("Functions.", "functions", least=0)
    return maybe(record(says, min=one, median=one, max=one), missing)


PARTS: dict[str, Schema] = {
    "competition": record(
        "Jobs per resident who reaches them, jobs and residents of the municipality alone (2SFCA).",
        missing=maybe(text("Key of the reason why there is nothing."), "it is there"),
        rows=listed(
            "Per mode and limit.",
            record(
                "A mode and limit.",
                mode=MODE,
                limit_min=LIMIT,
                area=_COMPETING,
                municipality=_COMPETING,
            ),
        ),
    ),
    "jobs_fit": maybe(
        record(
            "Jobs near beside all there are, and beside who is without work.",
            total=whole("Jobs of the layer.", "jobs"),
            rows=listed(
                "Per sector or skill level, mode and limit.",
                record(
                    "Jobs of a sector, of a skill level, or all.",
                    optional=("low", "high"),
                    sector=maybe(text("Sector."), "all jobs, or those of a skill level"),
                    skill_level=maybe(
                        choice("Skill level.", *SKILL_LEVELS, UNSTATED),
                        "all jobs, or those of a sector",
                    ),
                    mode=MODE,
                    limit_min=LIMIT,
                    median=maybe(number("Median, rounded.", "jobs", least=0), _NO_JOBS),
                    low=maybe(number("With the low end of intervals.", "jobs", least=0), _NO_JOBS),
                    high=maybe(
                        number("With the high end of intervals.", "jobs", least=0),
                        "not known, or hidden",
                    ),
                    total=maybe(whole("All jobs of the sector or level.", "jobs"), _NO_JOBS),
                    share=maybe(share("Median as a part of them."), _NO_JOBS),
                    lower_bound=LOWER,
                    hidden=JOBS_HIDDEN,
                ),
            ),
            sector_missing=maybe(text("Key of the reason."), "sectors are known"),
            skill_missing=maybe(text("Key of the reason."), "skill levels are known"),
            employment=maybe(
                record(
                    "Who is outside work and education.",
                    indicator=text("Id of the indicator."),
                    value=number("Value.", "%", least=0),
                    year=year("Year of the value."),
                ),
                "not known of the area",
            ),
        ),
        "no place holds jobs",
    ),
    "strengths": listed(
        "Functions that every origin has within the limit on foot, nearest first.",
        record(
            "A function.",
            **_ABOUT,
            choice=flag("Whether every origin has as many as a choice takes within the limit."),
        ),
    ),
    "gaps": listed(
        "Functions that some origin has beyond the limit: everyday ones, then by what is lacking.",
        record(
            "A function.",
            **_ABOUT,
            named_only=flag("Whether the data hold only places that a plan names."),
            opened_later=maybe(
                record(
                    "The place opened after the streets were drawn: ways to it may be missing.",
                    place_year=year("When the place opened."),
                    streets_year=year("Of the streets."),
                ),
                "it did not, or nobody knows",
            ),
            residents_beyond=maybe(
                share("Of the residents beyond the limit."),
                "not known, only bounded, or hidden (residents_hidden is true)",
            ),
            residents_hidden=flag("Whether the share is withheld: too few live there."),
            reason=_REASON,
            bike=maybe(
                record(
                    "By bike.",
                    median_min=maybe(minutes("Median to the nearest."), NOT_REACHED),
                    solves=flag("Whether that is within the same limit."),
                ),
                "cycling is not measured",
            ),
            projects=listed(
                "Open projects that bring a place of the function.",
                record(
                    "A project.",
                    id=text("Id of the project."),
                    name=text("Its name."),
                    name_en=maybe(text("The same in English."), _NO_NAME),
                    place_id=text("Place it brings."),
                    place_name=maybe(text("Its name."), _NO_NAME),
                    year_to=maybe(year("Planned end."), "not decided"),
                ),
            ),
        ),
    ),
    "completeness": listed(
        "One of each function within the everyday limit, by each mode.",
        record(
            "A mode.",
            mode=MODE,
            limit_min=LIMIT,
            functions=listed("Those measured.", FUNCTION),
            unmeasured=listed("Those without a place that is measured.", FUNCTION),
            origins=whole("All origins.", "origins"),
            origins_complete=whole("Origins that have all functions.", "origins"),
            missing=listed(
                "Functions that some origin lacks.",
                record(
                    "A function.",
                    function=FUNCTION,
                    origins_lacking=whole("Origins that lack it.", "origins"),
                    origins_lacking_only=whole("Origins that lack nothing else.", "origins"),
                    **_PLACE,
                    least_short_min=maybe(minutes("Least beyond the limit."), NOT_REACHED),
                    most_short_min=maybe(minutes("Most beyond the limit."), NOT_REACHED),
                ),
            ),
            functions_in_reach=_spread("Over the origins.", "no origin is on the streets"),
            diversity=_spread("Hill number of order 1 over the origins.", _EDGE),
            diversity_2=_spread("Hill number of order 2 over the origins.", _EDGE),
            diversity_missing=maybe(text("Key of the reason."), "it is there"),
            lower_bound=LOWER,
            persons=maybe(
                record(
                    "Residents who have all.",
                    optional=("area", "municipality"),
                    area=_PERSONS,
                    municipality=_PERSONS,
                ),
                "nobody is known to live at any address",
            ),
        ),
    ),
    "fairness": record(
        "Who has too little access on foot, and how unequal access is.",
        missing=maybe(text("Key of the reason why there is nothing."), "it is there"),
        sufficiency=listed(
            "Per function.",
            record(
                "A function.",
                function=FUNCTION,
                mode=MODE,
                limit_min=LIMIT,
                area=_UNIT,
                rest=_UNIT,
                municipality=_UNIT,
                difference=maybe(
                    number("Share beyond the limit, area less rest.", "share"), _NOBODY
                ),
            ),
        ),
        inequality=listed(
            "Of the functions within the everyday limit, over all persons of the municipality.",
            record(
                "A measure.",
                optional=("within", "between", "groups"),
                mode=MODE,
                state=year("Year shown."),
                limit_min=LIMIT,
                functions=whole("Functions that are counted.", "functions"),
                edge=flag("Whether the search met the border of the data for somebody."),
                measure=choice("Measure.", "gini", "palma", "theil"),
                value=maybe(number("Value.", "none", least=0), "nobody has any access, or hidden"),
                hidden=flag("Whether nothing is said because few live there."),
                persons=number("Persons counted.", "persons", least=0),
                persons_left_out=number("Persons whose access is not known.", "persons", least=0),
                within=maybe(number("Part within groups.", "none", least=0), _NOBODY),
                between=maybe(number("Part between groups.", "none", least=0), _NOBODY),
                groups=listed(
                    "Areas, and the rest.",
                    record(
                        "A group.",
                        unit_id=text("Area, or rest."),
                        persons=maybe(number("Persons.", "persons", least=0), "hidden"),
                        hidden=flag("Whether it is withheld: few live there, or would be told."),
                        mean_access=maybe(number("Mean.", "functions", least=0), _NOBODY),
                        theil=maybe(number("Index within it.", "none", least=0), _NOBODY),
                        access_share=maybe(share("Of all access."), _NOBODY),
                    ),
                ),
            ),
        ),
        not_measured=listed(
            "Measures that would take data that there are not.",
            record("A measure.", measure=text("Its name."), reason=text("Key of the reason.")),
        ),
    ),
}
