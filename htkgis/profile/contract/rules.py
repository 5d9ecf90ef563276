"""Planning rules: measured value, limit, margin, result, and whether it holds."""

from __future__ import annotations

from .kinds import (
    FUNCTION,
    MODE,
    Schema,
    by_name,
    choice,
    flag,
    listed,
    maybe,
    number,
    record,
    share,
    spread,
    text,
    whole,
    year,
)
from .robustness import CASES, CHANGED_BY

STATUS = choice(
    "What the rule finds of the area.", "met", "not met", "partly", "indicative", "unknown"
)
LEVEL = choice("Level of service.", "very_high", "high", "medium", "low", "none")
_NOT_FOUND = "no place was found"
_NOT_STATED = "not stated"
_MET = {
    "met": whole("Origins that meet the rule.", "origins"),
    "of": whole("Origins of the area.", "origins"),
}
_RULE = {
    "rule": text("Id of the rule."),
    "function": FUNCTION,
    "mode": MODE,
    "operator": choice("How the limit is meant.", "<", "<="),
    "limit_m": number("Limit along the streets.", "m", least=0),
    "scope": choice("Which place the rule speaks of.", "nearest", "district"),
    "applies_to": text("What it is for, in Danish."),
    "applies_to_en": maybe(text("The same in English."), _NOT_STATED),
    "source": text("Where the rule comes from, in Danish."),
    "source_en": maybe(text("The same in English."), _NOT_STATED),
    "dated": maybe(year("Year of the source."), _NOT_STATED),
}

PARTS: dict[str, Schema] = {
    "rules": maybe(
        record(
            "Planning rules, and the level of service by public transport.",
            rows=listed(
                "One per rule.",
                record(
                    "A rule and what it finds.",
                    **_RULE,
                    status=STATUS,
                    reason=maybe(
                        choice(
                            "Why there is no result.",
                            "district",
                            "no_place",
                            "incomplete",
                            "edge",
                            "off_network",
                            "mode",
                        ),
                        "there is a result",
                    ),
                    **spread("metres along the streets", "m", _NOT_FOUND),
                    margin_m=maybe(
                        number("Limit less the median; below 0 beyond it.", "m"), _NOT_FOUND
                    ),
                    low_m=maybe(
                        number("Least median under any assumption.", "m", least=0), _NOT_FOUND
                    ),
                    high_m=maybe(
                        number("Greatest median under any assumption.", "m", least=0), _NOT_FOUND
                    ),
                    **_MET,
                    met_low=whole("Fewest that meet it under any assumption.", "origins"),
                    met_high=whole("Most that meet it under any assumption.", "origins"),
                    holds=maybe(
                        flag("Whether the result is the same under every assumption."),
                        "there is no result that could hold",
                    ),
                    changed_by=CHANGED_BY,
                    place=maybe(
                        record(
                            "The place that most origins are measured to.",
                            id=text("Id."),
                            name=maybe(text("Name."), "it has none"),
                        ),
                        _NOT_FOUND,
                    ),
                    at_entrance=flag("Whether it is measured to entrances, not to a point."),
                    accuracy_m=maybe(
                        number("How exactly the point is known.", "m", least=0), _NOT_STATED
                    ),
                    cases=listed(
                        "The result under each assumption, the study itself first.",
                        record(
                            "An assumption.",
                            case=text("Id of the assumption; empty of the study itself."),
                            status=STATUS,
                            **spread("metres along the streets", "m", _NOT_FOUND),
                            **_MET,
                        ),
                    ),
                ),
            ),
            service=maybe(
                record(
                    "Level of service by public transport on a working day, 6 to 20 o'clock.",
                    sketch=flag("Whether the timetable is a sketch of lines and headways."),
                    bound=flag("Whether the level may be better in truth."),
                    holds=flag("Whether every level is the same however it is counted."),
                    counts=by_name("Origins by level.", whole("Origins.", "origins")),
                    not_measured=whole("Origins that are not on the streets.", "origins"),
                    origins=listed(
                        "One per origin.",
                        record(
                            "An origin.",
                            id=text("Id."),
                            name=maybe(text("Name."), "it has none"),
                            name_en=maybe(text("Name in English."), "it has none"),
                            level=maybe(LEVEL, "not on the streets"),
                            departures_per_hour=maybe(
                                number("Within 500 m on foot.", "departures per hour", least=0),
                                "not on the streets",
                            ),
                            bound=flag("Whether it may be better in truth."),
                            holds=flag("Whether it is the same however it is counted."),
                        ),
                    ),
                ),
                "nothing is measured by public transport",
            ),
            sketch_length=maybe(
                share("How much distances over sketch streets may differ."),
                "the streets are no sketch, or the study states no cases",
            ),
            date=maybe(text("Service day, ISO date."), "no timetable is used"),
            plain_walk=flag("Whether the shortest way is the quickest too."),
            cases=CASES,
        ),
        "no rules are known and nothing is measured by public transport",
    ),
}
