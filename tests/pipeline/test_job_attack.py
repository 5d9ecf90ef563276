"""An attack on all published counts of jobs together: who knows each reach subtracts them.

The attacker knows where every workplace lies, how long each way takes, which classes of sizes the
study uses, and every figure of both quarters: on foot and by bike, in two windows of the day, of
adults and children, within 15, 30 and 45 minutes, all and by sector, with their ends. What is not
known are the numbers of jobs. A linear program finds how narrowly each can be told.
"""

import itertools

import numpy as np
import pandas as pd
import pytest

from htkgis.access import time_matrix
from htkgis.pipeline.job_access import job_counts
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.job_disclosure import told_range
from htkgis.profile.suppression import Group, Sum, intervals
from htkgis.profile.workplace_sizes import AMOUNT, HIGH, LOW, in_size_classes, size_classes

CLASSES = (1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
LIMITS = (15.0, 30.0, 45.0)
WAYS = {"walk": 3.0, "bike": 1.0, "rush": 0.8, "evening": 1.3, "child": 3.6}
"""Each way of travel takes so many times the minutes by bike: a reach holds another."""
HOMES = pd.Index(["north", "south"], name="id")
ENDS = {"jobs_low": "low", "jobs": "middle", "jobs_high": "high"}
OWN_NUMBERS = SmallNumbers(20, 3, 5, (0.01,), upper_part=0.1)
BY_CLASS = SmallNumbers(20, 3, 5, (0.01,), upper_part=0.1, workplace_sizes=CLASSES)


def town(numbers, *, sectors=True, seed=5):
    """A factory of 1,840 and small workplaces around two quarters, some beyond every reach."""
    draw = np.random.default_rng(seed)
    sector = ["industry" if at % 3 == 0 else "trade" for at in range(len(IDS))]
    units = pd.DataFrame({"id": IDS, "sector": sector if sectors else None, AMOUNT: numbers})
    units = units.assign(**{LOW: np.nan, HIGH: np.nan})
    minutes = pd.DataFrame(draw.uniform(1, 40, size=(2, len(IDS))), index=HOMES, columns=IDS)
    return units.assign(opportunities_hidden=True), minutes


NUMBERS = np.array([1840.0, 7, 12, 33, 3, 41, 88, 150, 19, 260, 61, 2, 97, 15, 540])
IDS = [f"w{at}" for at in range(len(NUMBERS))]


def published(units, minutes, rules, rounding):
    """Every figure that is told: the workplaces it is of, its end, its value, and if it hides."""
    told = (
        units
        if rules.workplace_sizes is None
        else in_size_classes(units, units["opportunities_hidden"], rules.workplace_sizes)
    )
    sector = units.set_index("id")["sector"]
    for pace in WAYS.values():
        walks = minutes.rename_axis("from_id").reset_index()
        walks = walks.melt("from_id", var_name="to_id", value_name="minutes")
        walks["travel_time_ds"] = (walks["minutes"] * pace * 600).round().astype(int)
        matrix = time_matrix(walks, origins=HOMES, destinations=pd.Index(units["id"]))
        counts = job_counts(
            matrix,
            told,
            limits_min=LIMITS,
            border_ds=np.full(2, 10**6),
            rules=rules,
            rounding=rounding,
        )
        for count, home in itertools.product(counts, HOMES):
            near = minutes.columns[
                (minutes.loc[home] * pace * 600).round() <= count.limit_min * 600
            ]
            own = [at for at in near if count.part in (None, sector[at])]
            at = HOMES.get_loc(home)
            yield own, ENDS[count.measure], count.value.iloc[at], bool(count.hidden[at])


def knowledge(figures, names, end, rounding):
    """Write what the figures of one end tell, as sums of workplaces."""
    place = {name: at for at, name in enumerate(names)}
    return [
        Sum(tuple(place[name] for name in own), *told_range(value, rounding, cut=False))
        for own, of, value, hidden in figures
        if of == end and own and not hidden
    ]


def attacked(figures, rounding):
    """Tell between what each workplace's own number lies, whatever class it can be of."""
    sizes = np.arange(1.0, 5_000)
    possible = size_classes(pd.Series(sizes), CLASSES)
    groups = [Group((at,), 1.0) for at in range(len(IDS))]
    left = np.ones((len(IDS), len(sizes)), dtype=bool)
    for end in ENDS.values():
        found = intervals(len(IDS), knowledge(figures, IDS, end, rounding), groups)
        told = possible[end].to_numpy()
        left &= (told >= found[:, :1] - 1e-6) & (told <= found[:, 1:] + 1e-6)
    return [(sizes[row].min(), sizes[row].max()) for row in left]


def all_jobs(numbers, rules=BY_CLASS, *, rounding=1):
    """Publish the figures of a town where no sector is known: of all jobs alone."""
    return list(published(*town(numbers, sectors=False), rules, rounding))


@pytest.fixture(scope="module")
def exact():
    """All jobs of the town, counted by classes and told to the last job."""
    return all_jobs(NUMBERS)


@pytest.fixture(scope="module")
def in_tens():
    """The figures of the town by sector, counted by classes and told in tens."""
    return list(published(*town(NUMBERS), BY_CLASS, rounding=10))


def test_own_numbers_are_told_by_differences_so_that_the_attack_bites():
    # counts of few are hidden and each table is safe by itself, and yet all of them together tell
    known = knowledge(all_jobs(NUMBERS, OWN_NUMBERS, rounding=10), IDS, "middle", 10)
    found = intervals(len(IDS), known, [Group((at,), 1.0) for at in range(len(IDS))])
    assert (found[:, 0] <= NUMBERS + 1e-6).all()
    assert (found[:, 1] >= NUMBERS - 1e-6).all()
    told = (found[:, 1] - found[:, 0] <= 20) & (NUMBERS > 40)
    assert told.any()


def assert_not_narrower_than_classes(found, numbers):
    """Hold what an attack finds against the classes of the true numbers."""
    own = size_classes(pd.Series(numbers), CLASSES).to_numpy()
    for (low, high), (least, _, greatest) in zip(found, own, strict=True):
        assert low <= least
        assert high >= greatest
    return [tuple(ends) for ends in own[:, [0, 2]]]


def test_no_workplace_is_told_more_narrowly_than_its_class(in_tens):
    assert_not_narrower_than_classes(attacked(in_tens, rounding=10), NUMBERS)


def test_even_sums_told_to_the_last_job_tell_a_class_and_no_more(exact):
    found = attacked(exact, rounding=1)
    classes = assert_not_narrower_than_classes(found, NUMBERS)
    # the attack is no weak one: of some workplaces, the dominant one too, it finds the class itself
    assert sum(each == own for each, own in zip(found, classes, strict=True)) > 3
    assert found[0] == (1_000, 1_999)


def test_a_hidden_count_is_told_no_more_narrowly_than_the_classes_behind_it(in_tens):
    classes = size_classes(pd.Series(NUMBERS, index=IDS), CLASSES)
    found = dict(zip(IDS, attacked(in_tens, rounding=10), strict=True))
    hidden = {tuple(own) for own, _, _, gone in in_tens if gone}
    assert any(0 < len(own) < BY_CLASS.min_count for own in hidden)
    for own in map(list, hidden):
        low, high = (sum(found[name][side] for name in own) for side in (0, 1))
        assert high - low >= (classes["high"] - classes["low"])[own].sum()


def test_by_classes_fewer_totals_of_enough_workplaces_are_withheld_than_by_own_numbers(exact):
    by_class, by_number = (
        {tuple(own) for own, _, _, gone in told if gone and len(own) >= BY_CLASS.min_count}
        for told in (exact, all_jobs(NUMBERS, OWN_NUMBERS))
    )
    assert len(by_class) < len(by_number) / 2
    # what is left is a total that holds hardly more than the hidden one within it
    within = {tuple(own) for own, _, _, gone in exact if gone and len(own) < BY_CLASS.min_count}
    assert all(any(set(few) < set(own) for few in within) for own in by_class)


def changed(**moved):
    """The numbers of the next edition, where some workplaces have others."""
    numbers = NUMBERS.copy()
    for name, jobs in moved.items():
        numbers[IDS.index(name)] = jobs
    return numbers


def test_two_editions_tell_nothing_of_who_came_and_went_within_a_class(exact):
    after = changed(w0=1_310, w5=22, w12=51, w1=9)
    told = [np.array([value for *_, value, _ in each]) for each in (exact, all_jobs(after))]
    np.testing.assert_array_equal(*told)
    # of their own numbers the two editions differ
    own = [
        np.array([value for *_, value, _ in all_jobs(numbers, OWN_NUMBERS)])
        for numbers in (NUMBERS, after)
    ]
    assert not np.array_equal(*own, equal_nan=True)


def test_two_editions_tell_a_workplace_that_grew_by_both_its_classes_and_no_closer(exact):
    after = changed(w5=55)
    found = [attacked(told, rounding=1) for told in (exact, all_jobs(after))]
    for numbers, ends in zip((NUMBERS, after), found, strict=True):
        assert_not_narrower_than_classes(ends, numbers)
    (before_low, before_high), (after_low, after_high) = (ends[5] for ends in found)
    # it grew by 14; what both editions tell is that it grew by 1 to 79, at the nearest
    assert after_low - before_high <= 1
    assert after_high - before_low >= 79


def test_a_workplace_that_closes_tells_its_class_and_no_more(exact):
    # it had 260; every figure falls by 316, which any workplace of 200 to 499 counts with
    fell = {
        before[2] - after[2]
        for before, after in zip(exact, all_jobs(changed(w9=0)), strict=True)
        if before[1] == "middle" and "w9" in before[0] and not before[3] and not after[3]
    }
    assert fell == {316.0}
