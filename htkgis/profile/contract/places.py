"""What belongs to a quarter: criteria of the list, projects, places and notes."""

from __future__ import annotations

from .kinds import (
    FUNCTION,
    MILLIONS,
    MODE,
    NOT_REACHED,
    Schema,
    by_name,
    choice,
    flag,
    listed,
    maybe,
    number,
    record,
    sentence,
    spread,
    text,
    whole,
    year,
)

_NOT_MEASURED = f"{NOT_REACHED}; or the place is not measured (measured is false)"
_NONE = "none is stated"
_MINUTES = spread("minutes to the place.", "min", _NOT_MEASURED)
_NO_VALUE = "the value of that year is not known"

_CRITERION = record(
    "A criterion of the list.",
    indicator=text("Indicator; see definitions."),
    value=maybe(number("Value of the area in the year.", "unit of the row"), _NO_VALUE),
    operator=choice("How the value is held against the threshold.", ">", ">=", "<", "<="),
    threshold=number("Threshold of the list.", "unit of the row"),
    unit=text("Unit of value and threshold."),
    met=maybe(flag("Whether the criterion is met."), _NO_VALUE),
)
_PROJECT = record(
    "A project of the area.",
    optional=("name_en", "quantity_en", "note_en"),
    id=text("Id."),
    area_id=text("Id of the area."),
    name=text("Name, in Danish."),
    name_en=maybe(text("The same in English."), _NONE),
    kind=text("Kind of project."),
    phase=maybe(text("Phase as the source states it."), _NONE),
    year_from=maybe(year("First year."), _NONE),
    year_to=maybe(year("Last year."), _NONE),
    budget_mio=maybe(number("Budget.", MILLIONS, least=0), _NONE),
    quantity=maybe(text("How much, in Danish."), _NONE),
    quantity_en=maybe(text("The same in English."), _NONE),
    note=maybe(text("Remark, in Danish."), _NONE),
    note_en=maybe(text("The same in English."), _NONE),
    place_id=maybe(text("The place it makes."), "none on the map"),
    status=choice(
        "By its years; done means that the planned period has ended, not that it was seen.",
        "planned",
        "running",
        "done",
        "cancelled",
    ),
    on_map=flag("Whether the map shows its place."),
    accuracy_m=maybe(number("How exactly the place is known.", "m", least=0), "not stated"),
    approximate=flag("Whether that is too roughly to be measured."),
)
_PLACE = record(
    "A place around the area; minutes without a mode are on foot.",
    id=text("Id."),
    name=maybe(text("Name, in Danish."), "it has none"),
    name_en=maybe(text("The same in English."), "the name is the same"),
    function=FUNCTION,
    quarter_id=maybe(text("Quarter it belongs to."), _NONE),
    state=choice("In the year shown.", "existing", "planned", "closed", "cancelled"),
    approximate=flag("Whether its position is known too roughly to be measured."),
    measured=flag("Whether figures count it."),
    valid_from=maybe(year("Year it opened."), "not known"),
    valid_to=maybe(year("Year it closed."), "it has not, or not known"),
    note=maybe(text("Remark, in Danish."), _NONE),
    note_en=maybe(text("The same in English."), _NONE),
    **_MINUTES,
    by_mode=by_name("Minutes by other modes.", record("A mode.", **_MINUTES)),
    jobs=maybe(
        number("Jobs at the place.", "jobs", least=0),
        "it is no place of jobs, or withheld (jobs_hidden is true)",
    ),
    jobs_hidden=flag("Whether the jobs are withheld: the place is a single workplace."),
)

PARTS: dict[str, Schema] = {
    "criteria": maybe(
        record(
            "The official list in force in a year, and which criteria the area met.",
            list=text("Title of the list, in Danish."),
            list_en=text("The same in English."),
            year=year("Year of list and figures."),
            needed=whole("Criteria that put an area on the list.", "criteria"),
            of=whole("Criteria of the list.", "criteria"),
            met=whole("Criteria that the area met.", "criteria"),
            min_residents=whole("Smaller areas are not on the list.", "persons"),
            residents=maybe(whole("Residents of the area.", "persons"), _NO_VALUE),
            size_met=maybe(flag("Whether the area is large enough."), _NO_VALUE),
            on_list=maybe(
                flag("Whether criteria and size put the area on the list."),
                "what is not known could turn the answer",
            ),
            rows=listed("The criteria.", _CRITERION),
        ),
        "no list was in force in that year",
    ),
    "projects": listed("Projects of the area.", _PROJECT),
    "places": listed("Places around the area, nearest on foot first.", _PLACE),
    "unsnapped": listed(
        "Points too far from the streets, of all quarters.",
        record(
            "A point that is not measured.",
            id=text("Id."),
            name=maybe(text("Its name."), "it has none"),
            distance_m=maybe(number("To the nearest street.", "m", least=0), "no street at all"),
            modes=listed("Modes by which it is too far.", MODE),
        ),
    ),
    "notes": listed(
        "What a reader has to know before trusting the figures.",
        sentence(
            "A note.",
            function=FUNCTION,
            count=whole("How many it is about.", "places"),
            max_snap_m=number("Longest way from a point to a street.", "m", least=0),
        ),
    ),
}
