"""Changes between stops: over the streets, and by each kind of transfer an operator states."""

import numpy as np
import pandas as pd
import pytest

from htkgis.errors import NetworkError
from htkgis.network.transit import footpaths

from .days import direct, unreached


def stops(*walks_ds):
    """Three stops; walks as (from, to, deciseconds)."""
    matrix = unreached(3, 3)
    for start, end, time_ds in walks_ds:
        matrix[start][end] = time_ds
    return direct(matrix)


def stated(*rows):
    columns = ["from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time_s"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"min_transfer_time_s": "Int64"})


def seconds(between, transfers=None, *, slack_s=60):
    found = footpaths(between, slack_s=slack_s, transfers=transfers)
    owner = np.repeat(np.arange(len(found)), np.diff(found.indptr))
    return {(int(o), int(s)): int(t) for o, (s, t) in zip(owner, found.walks, strict=True)}


ALONE = {(0, 0): 60, (1, 1): 60, (2, 2): 60}


def test_a_change_takes_the_walk_in_whole_seconds_and_the_slack():
    assert seconds(stops((0, 1, 1001), (1, 0, 1000))) == ALONE | {(0, 1): 161, (1, 0): 160}


def test_who_stays_at_a_stop_does_not_walk_whatever_its_connector_takes():
    assert seconds(stops((0, 0, 400))) == ALONE


@pytest.mark.parametrize(
    ("kind", "least_s", "change_s"),
    [
        (0, pd.NA, 160),  # recommended: the walk
        (0, 30, 160),  # a time belongs to kind 2 alone
        (1, pd.NA, 100),  # the vehicle waits: no slack
        (2, 180, 180),  # the time holds the walk
        (2, 30, 30),
        (2, 0, 1),  # a second at least
        (2, pd.NA, 160),  # no time is stated: the walk
        (3, pd.NA, None),
    ],
)
def test_each_kind_of_transfer_stands_in_place_of_the_walk(kind, least_s, change_s):
    found = seconds(stops((0, 1, 1000)), stated(("0", "1", kind, least_s)))
    assert found == ALONE | ({} if change_s is None else {(0, 1): change_s})


@pytest.mark.parametrize(
    ("kind", "least_s", "change_s"), [(2, 240, 240), (1, pd.NA, None), (0, pd.NA, None)]
)
def test_a_transfer_farther_than_the_longest_walk_needs_a_stated_time(kind, least_s, change_s):
    found = seconds(stops(), stated(("0", "2", kind, least_s)))
    assert found == ALONE | ({} if change_s is None else {(0, 2): change_s})


def test_a_transfer_goes_one_way():
    found = seconds(stops((0, 1, 1000), (1, 0, 1000)), stated(("0", "1", 3, pd.NA)))
    assert found == ALONE | {(1, 0): 160}


def test_a_stop_may_forbid_to_change_at_it_or_ask_for_more_time():
    found = seconds(stops(), stated(("0", "0", 3, pd.NA), ("1", "1", 2, 300), ("2", "2", 1, pd.NA)))
    assert found == {(1, 1): 300, (2, 2): 1}


def test_transfers_of_stops_elsewhere_are_left_out():
    assert seconds(stops(), stated(("0", "far", 2, 10), ("far", "0", 2, 10))) == ALONE


def test_no_transfer_is_no_change():
    assert seconds(stops(), stated()) == ALONE


def test_a_slack_below_a_second_is_refused():
    assert seconds(stops(), slack_s=1)[0, 0] == 1
    with pytest.raises(NetworkError, match=r"slack: 0 s before a departure; 1 or more"):
        footpaths(stops(), slack_s=0)
