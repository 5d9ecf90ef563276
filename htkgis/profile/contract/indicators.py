"""Indicators of the area by year, and the lists that were valid in those years."""

from __future__ import annotations

from .kinds import Schema, choice, flag, listed, maybe, number, record, text, whole, year

_NONE = "the layer states none"
_UNKNOWN = "no figure of the year, or it is hidden"
_WHY = choice(
    "What forbids the comparison.", "one_year", "baseline", "break", "unit", "hidden", "missing"
)
_UNIT_OF_VALUE = maybe(text("Unit of the values, for example percent or persons."), _NONE)
_CHANGE = record(
    "Latest value less that of the baseline year.",
    from_year=year("Baseline year."),
    to_year=year("Latest year with a figure."),
    value=maybe(number("The difference.", "unit of the change"), "not comparable; see why"),
    unit=maybe(text("Unit: points (of percent), or that of the values."), "not comparable"),
    why=maybe(_WHY, "the years are compared"),
)
_BESIDE = {
    unit: maybe(number(f"Value of the {unit}.", "unit of the row"), _UNKNOWN)
    for unit in ("area", "municipality", "region", "country")
} | {
    f"{unit}_hidden": flag(f"Whether the value of the {unit} is withheld: few persons.")
    for unit in ("area", "municipality", "region", "country")
}
_POINT = record(
    "The values of one year.",
    optional=[name for name in _BESIDE if not name.startswith("area")],
    year=year("Year of the list or statistic."),
    unit=_UNIT_OF_VALUE,
    period=maybe(text("When it was counted, in Danish."), _NONE),
    period_en=maybe(text("The same in English."), _NONE),
    source=maybe(text("Who says so, in Danish."), _NONE),
    source_en=maybe(text("The same in English."), _NONE),
    **_BESIDE,
)
_BREAK = record(
    "A year from which on figures are not comparable with those before.",
    from_year=year("First year that is measured otherwise."),
    reason=text("Why, in Danish."),
    reason_en=maybe(text("The same in English."), _NONE),
)
_TARGET = record(
    "What the indicator is to be in a year.",
    baseline_year=year("Year that the target is counted from."),
    target_year=year("Year in which it is to be met."),
    value=number("The target.", "unit of the target"),
    unit=text("Its unit."),
    source=text("Who decided it, in Danish."),
    source_en=maybe(text("The same in English."), _NONE),
    change=_CHANGE,
    expected=maybe(
        number("Value of the latest year on the straight line.", "unit of the target"),
        "the change is not known",
    ),
    on_track=maybe(
        flag("Whether the value is on the line or beyond it."),
        "the change is not known, or the target is the baseline itself",
    ),
)
_NOT_DEFINED = "the indicator has no definition"
_INDICATOR = record(
    "An indicator.",
    indicator=text("Its id; see definitions."),
    unit=_UNIT_OF_VALUE,
    name=maybe(text("Its name, in Danish."), _NOT_DEFINED),
    name_en=maybe(text("The same in English."), _NOT_DEFINED),
    direction=maybe(
        choice("Whether less or more of it is better.", "less", "more", "neither"), _NOT_DEFINED
    ),
    definition=maybe(text("What it measures, in Danish."), _NOT_DEFINED),
    definition_en=maybe(text("The same in English."), _NOT_DEFINED),
    series=listed("Years with a figure of the area, rising.", _POINT),
    breaks=listed("Breaks of the series.", _BREAK),
    change=_CHANGE,
    targets=listed("Targets of the area.", _TARGET),
)
_CRITERION = record(
    "A criterion of the list.",
    indicator=text("Indicator; see definitions."),
    value=maybe(number("Value of the area in the year.", "percent"), _UNKNOWN),
    operator=choice("How the value is held against the limit.", ">", ">=", "<", "<="),
    threshold=number("Threshold of the list.", "unit of the row"),
    unit=text("Unit of the threshold: % or times the national mean."),
    limit=maybe(number("The threshold in percent.", "percent"), "the national mean is not known"),
    mandatory=flag("Whether it must be met; it is not counted among the needed."),
    met=maybe(flag("Whether it is met."), "not known; see why"),
    why=maybe(
        choice("What is lacking.", "missing", "hidden", "national_missing", "national_hidden"),
        "value and limit are known",
    ),
)
_EVALUATION = record(
    "A list in a year.",
    year=year("Year of list and figures."),
    list=text("Title of the list, in Danish."),
    list_en=text("The same in English."),
    needed=whole("Criteria that are needed of those counted.", "criteria"),
    of=whole("Criteria that are counted.", "criteria"),
    met=whole("Of them met.", "criteria"),
    not_met=whole("Of them not met.", "criteria"),
    not_known=whole("Of them not known.", "criteria"),
    min_residents=whole("Smaller areas are not on the list.", "persons"),
    residents=maybe(whole("Residents of the area.", "persons"), _UNKNOWN),
    residents_why=maybe(choice("What is lacking.", "missing", "hidden"), "they are known"),
    size_met=maybe(flag("Whether the area is large enough."), _UNKNOWN),
    answer=choice(
        "Whether the conditions are met; unknown where what is not known could turn it.",
        "yes",
        "no",
        "unknown",
    ),
    rows=listed("The criteria.", _CRITERION),
)
_PUBLISHED = record(
    "A list as it was published on a day.",
    list=text("Title of the list, in Danish."),
    list_en=text("The same in English."),
    published=text("The day, as yyyy-mm-dd."),
    called=text("What the list calls the area."),
    on_list=flag("Whether the area stood on it."),
    worked_out=maybe(
        choice("What the area's own figures of that year say.", "yes", "no", "unknown"),
        "no figures of that year",
    ),
    agrees=maybe(flag("Whether both say the same."), "it cannot be worked out"),
    source=text("Who says so, in Danish."),
    source_en=text("The same in English."),
)

PARTS: dict[str, Schema] = {
    "indicators": maybe(
        record(
            "Public figures of the area by year.",
            baseline_year=year("Year that changes are counted from."),
            units=listed("Whose values there are.", text("area, municipality, region, country.")),
            rows=listed("The indicators.", _INDICATOR),
        ),
        "the area has no indicators",
    ),
    "lists": listed("Every list that was valid in a year with figures.", _EVALUATION),
    "published_lists": listed("Every known day and list of the area.", _PUBLISHED),
}
