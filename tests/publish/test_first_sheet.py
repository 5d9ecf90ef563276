"""The first sheet of a workbook is kept by all that it says but the line of the run."""

import pytest

from htkgis.publish.workbook import Column, Number, Sheet, Words, kept_first_sheet, workbook_bytes
from htkgis.store.memory import Memory, remembering

COLUMNS = [Column("Name", 9.0), Column("Min", 7.5, "minutes")]
ROWS = [["Vest", 1.5], ["Nord", Words("hidden")], [None, Number(3, "count")], ["=1+1", None]]
SECOND = Sheet("B", "Title", "Lead", COLUMNS, [["Nord", 2]], ["Credits"])


class Maker:
    """Arranges a sheet of its rows, and notes how often it is asked."""

    def __init__(self, rows):
        self.rows, self.asked = rows, 0

    def __call__(self, lead):
        self.asked += 1
        return Sheet("A", "Title", lead, COLUMNS, self.rows, ["Note", "Credits"])


def plain(make, lead):
    return written([make(lead), SECOND])


def kept(make, lead, *facts):
    return written([SECOND], begun=kept_first_sheet(make, lead, *facts))


def written(sheets, **options):
    return workbook_bytes(sheets, title="T", credits_line="C", date="2026", **options)


@pytest.mark.parametrize("lead", ["Run 1", "Run 2", "", "Vest", "Name", "Credits", "Title"])
def test_a_kept_sheet_gives_the_workbook_that_is_written_at_once(lead):
    make = Maker(ROWS)
    with remembering(Memory()):
        for one in ("Run 1", lead):
            assert kept(make, one) == plain(make, one)
    assert kept(make, lead) == plain(make, lead)


def test_of_the_same_facts_it_is_not_arranged_again_and_of_others_it_is():
    make = Maker(ROWS)
    with remembering(Memory()):
        for lead, fact in (("Run 1", 1), ("Run 2", 1), ("Run 3", 2)):
            kept(make, lead, fact)
    assert make.asked == 2


def test_a_sheet_without_rows_is_kept_too():
    make = Maker([])
    with remembering(Memory()):
        assert kept(make, "Run") == kept(make, "Run") == plain(make, "Run")
