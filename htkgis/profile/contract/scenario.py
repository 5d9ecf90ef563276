"""The scenario that a profile is of, where it is of one."""

from __future__ import annotations

from .kinds import Schema, flag, listed, maybe, number, record, text, year

_FACT = record(
    "What an edit states.",
    fact=text("Its name, with the unit where it is a number."),
    value=maybe(number("How much.", "as the name says", least=0), "the fact is no number"),
)
_NO_PROJECT = "the edit belongs to no project"
_EDIT = record(
    "An edit of a layer.",
    kind=text("Which: the word that the scenario's file has."),
    subject=text("What it is of: a name, or an id of the layer."),
    subject_en=text("The same in English."),
    near_street=maybe(
        text("The nearest street with a name."), "the edit has no place, or no street has a name"
    ),
    in_quarter=maybe(
        text("Name of the quarter that its middle lies in."), "it has no place, or lies in none"
    ),
    facts=listed("What it states besides, such as a delay or a number of dwellings.", _FACT),
    from_year=year("First year in which it holds."),
    to_year=maybe(year("First year in which it holds no longer."), "it holds for good"),
    holds=flag("Whether it holds in the year of the scenario."),
    project=maybe(text("Id of the project it belongs to."), _NO_PROJECT),
    project_name=maybe(text("Name of the project."), _NO_PROJECT),
    project_name_en=maybe(text("The same in English."), _NO_PROJECT),
    note=text("What the file says of it, in Danish; may be empty."),
    note_en=text("The same in English."),
)
_LEFT_OUT = record(
    "A project without effect.",
    project=text("Its id."),
    project_name=maybe(text("Its name."), "the layer of projects has none of this id"),
    project_name_en=maybe(text("The same in English."), "as its name"),
    reason=text("Why no figure changes, in Danish."),
    reason_en=text("The same in English."),
)

PARTS: dict[str, Schema] = {
    "scenario": maybe(
        record(
            "What may come, and is not decided: the state of the profile has these edits.",
            id=text("Of the scenario."),
            name=text("Its name, in Danish."),
            name_en=text("The same in English."),
            note=text("What its file says of it, in Danish; may be empty."),
            note_en=text("The same in English."),
            year=year("Of the state that is measured."),
            before=year("Of the state it is compared with, which has none of the edits."),
            edits=listed("All edits, in the order of the file.", _EDIT),
            left_out=listed("Projects of the same subject that change no figure.", _LEFT_OUT),
        ),
        "the profile is of the study itself",
    ),
}
