"""Marked cycle routes of a fetched graph: relations are asked for besides the streets."""

from __future__ import annotations

import pytest

from htkgis.errors import SourceError

from .overpass_server import answer, as_html, as_json, overpass, relations
from .test_overpass import BUSY_PAGE, fetch, hosts

__all__ = ["hosts"]


def test_marked_cycle_routes_around_the_area_are_asked_for_with_their_members():
    with overpass(as_json(answer())) as server:
        fetch(server, date="2025-01-31")
        _, query, headers = server.asked[1]
    assert query == (
        '[out:json][timeout:180][date:"2025-01-31T00:00:00Z"];relation["route"="bicycle"]'
        '["state"!="proposed"](55.6400000,12.2700000,55.6700000,12.3000000);out body;'
    )
    assert headers["User-Agent"].startswith("htkgis/")


def routed(graph):
    return {
        tags["osmid"] for _, _, tags in graph.edges(data=True) if tags.get("cycle_route") == "yes"
    }


def test_members_of_a_marked_route_are_marked_and_strangers_are_left_alone(tmp_path):
    routes = relations([(1, (6, 999_999), {"route": "bicycle"}), (2, (13,), {"route": "bicycle"})])
    dated = {"cache_folder": tmp_path, "date": "2025-01-31"}
    with overpass(as_json(answer()), as_json(routes)) as server:
        graphs = [fetch(server, **dated) for _ in range(2)]
        assert len(server.asked) == 2
    assert [routed(graph) for graph in graphs] == [{6, 13}] * 2


def test_routes_that_break_off_stop_the_whole_fetch():
    status, headers, content = as_json(relations([(1, (6,), {"route": "bicycle"})]))
    broken = status, headers, content[: len(content) // 2]
    with (
        overpass(as_json(answer()), broken) as server,
        pytest.raises(SourceError, match="JSON that breaks off or is damaged; nothing was fetched"),
    ):
        fetch(server)


def test_a_server_that_is_busy_at_the_routes_is_asked_for_them_again():
    busy = as_html(BUSY_PAGE, 429, Retry_After="7")
    routes = as_json(relations([(1, (6,), {"route": "bicycle"})]))
    with overpass(as_json(answer()), busy, routes) as server:
        assert routed(fetch(server)) == {6}
        assert len(server.asked) == 3  # the streets are not asked for twice
    assert server.waits == [7.0]
