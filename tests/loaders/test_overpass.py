"""Fetching from an Overpass server: a real one on this machine, and every way it can fail."""

from __future__ import annotations

import copy
import json
import socket

import osmnx
import pytest
import requests
import shapely
from osmnx import settings

from htkgis.errors import ConfigError, CRSError, SourceError
from htkgis.loaders import overpass as module
from htkgis.loaders.overpass import DEFAULT_URL, fetch_osmnx_graph
from htkgis.pipeline.update import graphml_bytes
from htkgis.services import known_services

from .overpass_server import (
    STAMP,
    WAYS,
    RefusedError,
    answer,
    as_html,
    as_json,
    overpass,
    refuse_other_hosts,
)

AREA = shapely.box(12.27, 55.64, 12.30, 55.67)
BUSY_PAGE = """<html><head><style>p {color: red}</style></head><body><p><strong>Error</strong>:
runtime error: open64: 0 Success /osm3s_osm_base Dispatcher_Client::request_read_and_idx::timeout.
</p></body></html>"""


@pytest.fixture(autouse=True)
def hosts(monkeypatch):
    """Nothing leaves this machine; every host that was asked for is listed."""
    return refuse_other_hosts(monkeypatch)


def fetch(server, **options):
    waits = []
    try:
        return fetch_osmnx_graph(
            AREA, **{"buffer_m": 0, "overpass_url": server.url, "pause": waits.append} | options
        )
    finally:
        server.waits = waits


def held():
    names = [name for name in settings.__annotations__ if name.islower()]
    return {name: copy.copy(getattr(settings, name)) for name in names}


# what is asked, and of whom


def test_the_guard_refuses_any_other_host():
    with pytest.raises(RefusedError, match="example"):
        requests.get("http://overpass.example/api", timeout=1)
    with pytest.raises(RefusedError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_only_the_named_server_is_asked(hosts):
    with overpass(as_json(answer())) as server:
        fetch(server)
        assert [path for path, _, _ in server.asked] == ["/api/interpreter"] * 2
    assert set(hosts) == {"127.0.0.1"}


def test_all_streets_of_the_area_are_asked_for_with_their_nodes():
    with overpass(as_json(answer())) as server:
        fetch(server)
        _, query, headers = server.asked[0]
    assert query.startswith('[out:json][timeout:180];(way["highway"](poly:\'')
    assert query.endswith(";>;);out;")
    assert headers["User-Agent"].startswith("htkgis/")


def test_a_date_is_asked_for_and_is_the_date_of_the_data():
    with overpass(as_json(answer())) as server:
        graph = fetch(server, date="2025-01-31")
        assert '[date:"2025-01-31T00:00:00Z"]' in server.asked[0][1]
    assert graph.graph["timestamp_osm_base"] == "2025-01-31T00:00:00Z"


def test_the_buffer_is_in_metres_of_the_study_and_not_of_the_zone_osmnx_takes():
    with overpass(as_json(answer())) as server:
        fetch(server, buffer_m=2000)
        words = server.asked[0][1].split("'")[1].split()
    north = max(float(value) for value in words[::2])
    assert (north - 55.67) * 111_340 == pytest.approx(2500, abs=15)  # osmnx adds 500 m


def test_streets_end_inside_the_area_so_that_it_is_whole():
    west = shapely.box(12.27, 55.64, 12.2825, 55.67)
    with overpass(as_json(answer())) as server:
        graph = fetch_osmnx_graph(west, buffer_m=0, overpass_url=server.url)
    assert max(tags["x"] for tags in graph.nodes.values()) <= 12.2825


def test_the_default_server_is_data_with_a_date():
    server = known_services()["overpass"]
    assert (server.kind, server.url) == ("overpass", DEFAULT_URL)
    assert server.verified_on == "2026-07-31"
    assert "not called" in server.read_in


# the settings of osmnx


def test_every_setting_is_as_it_was_after_a_fetch():
    before, resolver = held(), socket.getaddrinfo
    with overpass(as_json(answer())) as server:
        fetch(server)
    assert held() == before
    assert socket.getaddrinfo is resolver


def test_every_setting_is_as_it_was_after_a_failure():
    before, resolver = held(), socket.getaddrinfo
    with overpass(as_html("no", 500)) as server, pytest.raises(SourceError, match="HTTP 500"):
        fetch(server)
    assert held() == before
    assert socket.getaddrinfo is resolver


def test_google_is_not_asked_for_names(monkeypatch):
    seen = {}

    def ask(*_, **__):
        seen.update(doh=settings.doh_url_template, limit=settings.overpass_rate_limit)
        seen.update(folder=str(settings.cache_folder))
        msg = "stop here"
        raise ValueError(msg)

    monkeypatch.setattr(osmnx, "graph_from_polygon", ask)
    with pytest.raises(SourceError, match="stop here"):
        fetch_osmnx_graph(AREA, buffer_m=0, overpass_url="http://127.0.0.1:9/api")
    assert seen["doh"] is None
    assert seen["limit"] is False
    assert "htkgis-" in seen["folder"]


def test_nothing_is_kept_of_a_fetch_without_a_date(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with overpass(as_json(answer())) as server:
        fetch(server, cache_folder=tmp_path / "kept")
        fetch(server, cache_folder=tmp_path / "kept")
        assert len(server.asked) == 4  # streets and routes, twice
    assert list(tmp_path.iterdir()) == []


def test_a_day_in_the_past_is_asked_for_once(tmp_path):
    with overpass(as_json(answer())) as server:
        graphs = [fetch(server, cache_folder=tmp_path, date="2025-01-31") for _ in range(2)]
        assert len(server.asked) == 2  # streets and routes
    assert graphml_bytes(graphs[0]) == graphml_bytes(graphs[1])


# the graph


def test_the_graph_has_the_time_of_the_data_and_no_clock():
    with overpass(as_json(answer())) as server:
        graph = fetch(server)
    assert graph.graph["timestamp_osm_base"] == STAMP
    assert "created_date" not in graph.graph
    assert graph.graph["credit"].startswith("© OpenStreetMap contributors")


def test_the_same_answer_in_another_order_gives_the_same_bytes():
    turned = answer()
    turned["elements"].reverse()
    graphs = []
    for value in (answer(), turned):
        with overpass(as_json(value)) as server:
            graphs.append(graphml_bytes(fetch(server)))
    assert graphs[0] == graphs[1]


def test_islands_and_closed_ways_are_in_the_graph():
    with overpass(as_json(answer())) as server:
        ways = {tags["osmid"] for _, _, tags in fetch(server).edges(data=True)}
    assert ways == {way_id for way_id, _, _ in WAYS}


def test_lengths_are_metres_along_the_ellipsoid():
    import pyproj

    with overpass(as_json(answer())) as server:
        graph = fetch(server)
    for start, end, tags in graph.edges(data=True):
        if "geometry" not in tags:
            one, other = graph.nodes[start], graph.nodes[end]
            metres = pyproj.Geod(ellps="WGS84").inv(one["x"], one["y"], other["x"], other["y"])[2]
            assert tags["length"] == pytest.approx(metres, abs=0.001)


# faults


def test_a_refused_connection_is_one_line():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = f"Overpass .http://127.0.0.1:{port}/api.: cannot be reached: Connection refused"
    with pytest.raises(SourceError, match=told) as caught:
        fetch_osmnx_graph(AREA, buffer_m=0, overpass_url=f"http://127.0.0.1:{port}/api")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("status", "told"), [(429, "too many requests"), (504, "too busy")])
def test_a_busy_server_is_asked_three_times_and_no_more(status, told):
    with overpass(as_html(BUSY_PAGE, status)) as server:
        with pytest.raises(SourceError, match=rf"HTTP {status} \({told}\) 3 times"):
            fetch(server)
        assert len(server.asked) == 3
    assert server.waits == [30.0, 60.0]


def test_a_server_that_is_busy_once_is_asked_again():
    busy = as_html(BUSY_PAGE, 429, Retry_After="7")
    with overpass(busy, as_json(answer())) as server:
        assert fetch(server).number_of_edges() > 0
        assert len(server.asked) == 3  # streets twice, then routes
    assert server.waits == [7.0]


@pytest.mark.parametrize(("stated", "waited"), [("86400", 120.0), ("soon", 30.0), ("-5", 30.0)])
def test_a_server_cannot_make_us_wait_for_ever(stated, waited):
    busy = as_html(BUSY_PAGE, 429, Retry_After=stated)
    with overpass(busy, as_json(answer())) as server:
        fetch(server)
    assert server.waits == [waited]


def test_a_fault_of_the_server_is_told_in_its_own_words():
    told = "HTTP 400 Bad Request: runtime error: open64: 0 Success"
    with overpass(as_html(BUSY_PAGE, 400)) as server:
        with pytest.raises(SourceError, match=told) as caught:
            fetch(server)
        assert len(server.asked) == 1
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_page_instead_of_data_is_refused():
    with (
        overpass(as_html("<html><body><h1>Log på netværket</h1></body></html>")) as server,
        pytest.raises(SourceError, match="answered no JSON but 'Log på netværket'"),
    ):
        fetch(server)


@pytest.mark.parametrize("value", [[], {}, {"elements": None}, "text"])
def test_json_of_something_else_is_refused(value):
    with (
        overpass(as_json(value)) as server,
        pytest.raises(SourceError, match="answered JSON without elements"),
    ):
        fetch(server)


def test_a_part_of_the_data_is_never_taken_for_all():
    remark = 'runtime error: Query timed out in "query" at line 1 after 181 seconds.'
    with (
        overpass(as_json(answer(remark=remark))) as server,
        pytest.raises(SourceError, match="with a part of the data only: runtime error: Query"),
    ):
        fetch(server)


def test_an_answer_without_streets_is_refused():
    with (
        overpass(as_json(answer(ways=(), nodes={}))) as server,
        pytest.raises(SourceError, match="holds no streets within the area"),
    ):
        fetch(server)


def test_streets_of_another_place_are_refused():
    away = shapely.box(9.0, 56.0, 9.1, 56.1)
    with (
        overpass(as_json(answer())) as server,
        pytest.raises(SourceError, match="holds no streets within the area"),
    ):
        fetch_osmnx_graph(away, buffer_m=0, overpass_url=server.url)


def test_an_answer_that_lacks_nodes_is_refused():
    gaps = answer()
    gaps["elements"] = [e for e in gaps["elements"] if e["type"] == "way" or e["id"] % 10]
    with (
        overpass(as_json(gaps)) as server,
        pytest.raises(SourceError, match="or not all of their nodes"),
    ):
        fetch(server)


def test_elements_that_lack_what_they_must_have_are_refused():
    broken = answer()
    del broken["elements"][0]["nodes"]
    with overpass(as_json(broken)) as server, pytest.raises(SourceError, match="not all of their"):
        fetch(server)


def test_data_of_unknown_age_are_refused_unless_the_day_is_given():
    ageless = answer()
    del ageless["osm3s"]
    with overpass(as_json(ageless)) as server:
        with pytest.raises(SourceError, match="does not say how old its data are"):
            fetch(server)
        assert fetch(server, date="2026-01-01").number_of_edges() > 0


def test_an_answer_cut_off_on_the_way_is_refused():
    status, headers, content = as_json(answer())
    with (
        overpass((status, headers, content[: len(content) // 2])) as server,
        pytest.raises(SourceError, match="answered JSON that breaks off or is damaged"),
    ):
        fetch(server)


def test_nobody_is_sent_on_to_another_host(hosts):
    moved = (302, {"Location": "http://overpass.example/api/interpreter"}, b"")
    with overpass(moved) as server, pytest.raises(SourceError, match="sends us on to"):
        fetch(server)
    assert set(hosts) == {"127.0.0.1"}


@pytest.mark.parametrize("url", ["", "overpass-api.de", "ftp://host/api", "file:///etc", "http://"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ConfigError, match="is no address of a server"):
        fetch_osmnx_graph(AREA, buffer_m=0, overpass_url=url)


@pytest.mark.parametrize("date", ["2025", "31-01-2025", "2025-02-30", '2025-01-01"];out;'])
def test_a_day_that_is_none_is_refused(date):
    with pytest.raises(ConfigError, match="is no day; YYYY-MM-DD"):
        fetch_osmnx_graph(AREA, buffer_m=0, overpass_url=DEFAULT_URL, date=date)


@pytest.mark.parametrize("buffer_m", [-1, float("nan"), float("inf")])
def test_a_buffer_that_is_none_is_refused(buffer_m):
    with pytest.raises(ConfigError, match="0 m or more is allowed"):
        fetch_osmnx_graph(AREA, buffer_m=buffer_m, overpass_url=DEFAULT_URL)


def test_an_area_elsewhere_in_the_world_is_refused():
    with pytest.raises(CRSError, match="nowhere near"):
        fetch_osmnx_graph(shapely.box(100, 0, 101, 1), buffer_m=0, overpass_url=DEFAULT_URL)


def test_a_slow_server_is_given_up(monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api"
        with pytest.raises(SourceError, match=r"no answer within 0\.2 s"):
            fetch_osmnx_graph(AREA, buffer_m=0, overpass_url=url)


def test_an_answer_is_the_documented_json():
    kinds = {element["type"] for element in json.loads(as_json(answer())[2])["elements"]}
    assert kinds == {"node", "way"}
