"""A part that is kept is made again just where something that it is handed has changed."""

import pandas as pd
import pytest

from htkgis.profile.kept import Known, kept_part
from htkgis.store.memory import Memory, remembering

TABLE = pd.DataFrame({"id": ["a"], "minutes": [2.5]})
MADE = []


def part(table, *facts):
    MADE.append(facts)
    return {"rows": table.to_dict("records"), "facts": list(facts)}


@pytest.fixture(autouse=True)
def nothing_made():
    MADE.clear()


def test_what_is_the_same_is_not_made_again_whoever_hands_it_over():
    with remembering(Memory()) as before:
        first = kept_part(part, TABLE, 1, None)
    with remembering(Memory.of(before.arrays())):
        assert kept_part(part, Known(TABLE.copy()), 1, None) == first == part(TABLE, 1, None)
    assert len(MADE) == 2  # the second by hand


@pytest.mark.parametrize(
    "given",
    [
        (TABLE.assign(minutes=2.6), 1),
        (TABLE, 2),
        (TABLE, "1"),
        (TABLE, 1, None),
        (TABLE,),
        (TABLE, ["table", 1]),
    ],
)
def test_of_anything_else_it_is_made_anew(given):
    with remembering(Memory()):
        kept_part(part, TABLE, 1)
        assert kept_part(part, *given) == part(*given)
    assert len(MADE) == 3


def test_without_a_memory_a_part_is_what_was_made():
    assert kept_part(part, TABLE, 1) == part(TABLE, 1)
    assert len(MADE) == 2


def test_a_function_that_could_see_more_is_refused():
    with pytest.raises(ValueError, match=r"it sees more than it is handed"):
        kept_part(lambda table: len(table) + len(MADE), TABLE)
