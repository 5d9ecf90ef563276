"""A file of the run before is taken only where all that it was made of is the same."""

import pandas as pd
import pytest

from htkgis.store.kept_files import Blanks, Whole, kept_file
from htkgis.store.known import Known, Made, Once, Parts, Some, Watched
from htkgis.store.memory import Memory, recalled_whole, remembering

PROFILE = {"name": "West", "homes": [{"id": 1}], "jobs": 3}
TABLE = pd.DataFrame({"a": [1, 2]})
RUN, NEXT_RUN = "0123456789ab", "ba9876543210"


class Page:
    """Prints the name of a profile, its jobs if there are homes; notes how often it is asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, profile):
        self.asked += 1
        jobs = profile["jobs"] if profile.get("homes") else ""
        return f"{profile['name']} {jobs}".encode()


@pytest.fixture
def page():
    return Page()


def run(page, profile, *given, earlier=None, name="a.html", **options):
    """Make one file with what an earlier run kept; give it and what this run keeps."""
    memory = Memory() if earlier is None else Memory.of(earlier[1].arrays(), earlier[0])
    with remembering(memory):
        made = kept_file(name, page, [Parts(profile)], *given, **options)
    return {name: made}, memory


def test_without_a_memory_a_file_is_made_of_the_values_as_they_are():
    assert kept_file("a", lambda value: value["x"], [{"x": b"1"}]) == b"1"


def test_a_file_of_the_same_is_not_made_again_in_a_third_run_either(page):
    first = run(page, PROFILE, Known(TABLE), 1)
    second = run(page, PROFILE, Known(TABLE.copy()), 1, earlier=first)
    third = run(page, PROFILE, Known(TABLE), 1, earlier=second)
    assert first[0] == second[0] == third[0] == {"a.html": b"West 3"}
    assert page.asked == 1


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"name": "East"}, True),
        ({"homes": []}, True),
        ({"jobs": 4}, True),
        ({"other": 1}, False),
    ],
)
def test_a_file_is_made_again_where_a_part_that_was_looked_at_is_another(page, changed, again):
    first = run(page, PROFILE)
    second = run(page, PROFILE | changed, earlier=first)
    assert second[0]["a.html"] == page(PROFILE | changed)
    assert page.asked == 2 + again


def test_a_part_that_was_looked_for_in_vain_decides_too(page):
    del (lacking := dict(PROFILE))["homes"]
    first = run(page, lacking)
    assert run(page, PROFILE, earlier=first)[0] == {"a.html": b"West 3"}
    assert run(page, lacking, earlier=run(page, PROFILE))[0] == {"a.html": b"West "}


def test_who_lists_the_parts_has_looked_at_all_of_them():
    def list_them(profile):
        return " ".join(profile).encode()

    first = run(list_them, PROFILE)
    for other in (PROFILE | {"x": 1}, dict(reversed(PROFILE.items()))):
        assert run(list_them, other, earlier=first)[0]["a.html"] == list_them(other)


@pytest.mark.parametrize(
    "given", [(Known(TABLE + 1), 1), (Known(TABLE), 2), (Known(TABLE),), (Known(TABLE), "1")]
)
def test_a_file_is_made_again_where_anything_else_given_is_another(page, given):
    first = run(page, PROFILE, Known(TABLE), 1)
    run(page, PROFILE, *given, earlier=first)
    assert page.asked == 2


def test_parts_that_are_shown_otherwise_are_others(page):
    loud = Parts(PROFILE).showing(lambda _, part: str(part).upper(), "loud")
    first = run(page, PROFILE)
    with remembering(Memory.of(first[1].arrays(), first[0])):
        assert kept_file("a.html", page, [loud]) == b"WEST 3"


def test_a_file_that_is_not_there_is_made_again(page):
    first = run(page, PROFILE)
    with remembering(Memory.of(first[1].arrays(), {})):
        assert kept_file("a.html", page, [Parts(PROFILE)]) == b"West 3"
    assert page.asked == 2


def test_what_was_recalled_for_a_file_is_kept_as_long_as_the_file():
    def draw(profile):
        return recalled_whole("map", [], profile["name"].encode)

    first = run(draw, PROFILE)
    second = run(draw, PROFILE, earlier=first)
    assert second[1].used == first[1].used
    assert len(second[1].used) == 2


def test_a_file_within_what_is_kept_whole_is_refused():
    with remembering(Memory()), pytest.raises(ValueError, match=r"a\.html: a file is asked for"):
        recalled_whole("all", [], lambda: kept_file("a.html", bytes, []))


def test_who_asks_for_what_was_made_once_has_looked_at_what_it_was_made_of():
    table = Once(lambda profile: profile["jobs"] + len(profile.get("more", ())))
    seen = Watched(Parts(PROFILE))
    assert [table.of(Watched(Parts(PROFILE))), table.of(seen)] == [3, 3]
    assert seen.seen == {"jobs", "more"}


def test_blanks_are_filled_with_what_the_run_of_today_has(page):
    def print_run(profile):
        page(profile)
        return f"{mark} {profile['name']} {mark}".encode()

    mark = Blanks([RUN]).of(RUN)
    assert mark == Blanks([NEXT_RUN]).of(NEXT_RUN) != RUN
    first = run(print_run, PROFILE, mark, blanks=Blanks([RUN]))
    second = run(print_run, PROFILE, mark, blanks=Blanks([NEXT_RUN]), earlier=first)
    third = run(print_run, PROFILE, mark, blanks=Blanks([RUN]), earlier=second)
    assert [each[0]["a.html"] for each in (first, second, third)] == [
        f"{name} West {name}".encode() for name in (RUN, NEXT_RUN, RUN)
    ]
    assert page.asked == 1


def test_equal_hashes_share_a_blank_and_short_or_other_texts_have_none():
    blanks = Blanks([RUN, "f" * 64, RUN, "abc", "no hash at all", "f" * 65])
    assert blanks.texts == [RUN, "f" * 64]
    assert [len(blanks.of(text)) for text in blanks.texts] == [12, 64]
    assert blanks.of("abc") == "abc"


def test_a_file_whose_blanks_are_torn_is_made_without_and_not_kept(page):
    blanks = Blanks([RUN])

    def tear(profile):
        page(profile)
        return b"1: " + blanks.of(RUN).encode() + b"2: " + blanks.of(RUN).encode()[:6]

    whole = Whole(2, lambda profile: f"{RUN} {profile['name']} {RUN}".encode())
    first = run(tear, PROFILE, blanks=blanks, whole=whole)
    second = run(tear, PROFILE, blanks=blanks, whole=whole, earlier=first)
    assert first[0] == second[0] == {"a.html": f"{RUN} West {RUN}".encode()}
    assert page.asked == 2


class Doubled:
    """Doubles a number, and notes of which it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, number, times=2):
        self.asked.append(number)
        return number * times


def test_what_was_made_of_the_same_before_is_hashed_without_making_it():
    double = Doubled()
    with remembering(Memory()) as before:
        first = Made("double", double, Known(3)).digest
    with remembering(Memory.of(before.arrays())) as second:
        assert Made("double", double, Known(3)).digest == first == Known(6).digest
    with remembering(Memory.of(second.arrays())):
        assert Made("double", double, Known(3)).digest == first
    assert double.asked == [3]


@pytest.mark.parametrize(
    ("name", "given"), [("double", (Known(4),)), ("double", (3, 5)), ("other", (Known(3),))]
)
def test_what_is_made_of_anything_else_is_made_to_be_hashed(name, given):
    double = Doubled()
    with remembering(Memory()):
        first = Made("double", double, Known(3)).digest
        found = Made(name, double, *given)
        assert found.digest == Known(found.value).digest
        assert (found.digest == first) == (found.value == 6)
    assert len(double.asked) == 2


def test_a_value_is_not_the_known_one_of_the_same_hash():
    with remembering(Memory()):
        known = Made("double", Doubled(), Known("a"))
        plain = Made("double", Doubled(), Known("a").digest)
        assert known.digest != plain.digest


def test_what_is_made_of_something_made_follows_what_that_has_become():
    """The same of other numbers leaves all that is made of it as it was."""
    last = Doubled()

    def of(first):
        return Made("double", last, Made("sum", sum, Known(first)))

    with remembering(Memory()):
        assert of([1, 2]).digest == of([2, 1]).digest
        assert last.asked == [3]
        assert of([2, 2]).digest != of([2, 1]).digest


def test_only_the_parts_that_are_named_are_there_to_make_something_of():
    parts = Parts({"a": 1, "b": 2})
    with pytest.raises(KeyError, match="b"):
        Some(parts, ["a"]).value["b"]
    assert Some(parts, ["a", "c"]).digest != Some(Parts({"a": 1, "c": None}), ["a", "c"]).digest
