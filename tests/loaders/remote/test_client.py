"""One client for all services: patience with an end, keys that nobody hears, answers whole."""

import gzip
import socket

import pytest

from htkgis.errors import ConfigError, SourceError
from htkgis.loaders.remote.client import Client
from htkgis.services import Key

from .server import IMPATIENT, QUICK, Reply, service, serving

HTML = Reply(b"<html><body><h1>Out of order</h1></body></html>", 503)
KEY = Key(env="HTKGIS_TEST_KEY", param="apikey")
SECRET = "s3cret/+æ"  # noqa: S105 - a made-up one


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("HTKGIS_TEST_KEY", SECRET)


def client(server, pauses=None, patience=QUICK, **facts):
    waits = [] if pauses is None else pauses
    return Client("schools", service(server.url, **facts), patience=patience, pause=waits.append)


def test_an_answer_comes_whole_and_unpacked():
    packed = Reply(gzip.compress(b"abc" * 1000), headers={"Content-Encoding": "gzip"})
    with serving(packed) as server:
        assert client(server).get({"q": "æ ø"}).body == b"abc" * 1000
    assert server.asked[0].params == {"q": "æ ø"}
    assert server.asked[0].headers["User-Agent"].startswith("htkgis/")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(status):
    waits = []
    with serving(Reply(status=status), Reply(b"data")) as server:
        assert client(server, waits).get().body == b"data"
    assert len(waits) == 1
    assert 1.0 <= waits[0] <= 1.5


def test_the_pauses_grow_and_asking_has_an_end():
    waits = []
    with serving(HTML) as server, pytest.raises(SourceError) as caught:
        client(server, waits).get()
    assert len(server.asked) == 3
    assert waits[0] < waits[1] <= 3.0
    assert str(caught.value) == (
        f"schools ({server.url}): answered HTTP 503 Service Unavailable: Out of order (asked 3 "
        "times); nothing was fetched. Try later; the layer in use stays."
    )


def test_the_pause_that_a_server_asks_for_is_kept():
    waits = []
    with serving(Reply(status=429, headers={"Retry-After": "17"}), Reply(b"x")) as server:
        client(server, waits).get()
    assert waits == [17.0]


def test_a_server_that_asks_for_too_long_a_pause_is_left_alone():
    waits = []
    busy = Reply(status=503, headers={"Retry-After": "86400"})
    with serving(busy) as server, pytest.raises(SourceError, match=r"asks to wait 86,400 s"):
        client(server, waits).get()
    assert waits == []


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "Check the layer's fetch"),
        (401, "asks for a login, and none is stated"),
        (403, "asks for a login, and none is stated"),
        (404, "Check fetch.item"),
        (410, "The service is closed; look for what replaced it"),
        (413, "smaller fetch.surroundings_m"),
        (418, "Check the layer's fetch and its service"),
    ],
)
def test_a_refusal_is_one_line_and_is_not_asked_again(status, advice):
    with serving(Reply(b"no", status)) as server, pytest.raises(SourceError, match=advice) as told:
        client(server).get()
    assert len(server.asked) == 1
    assert "\n" not in str(told.value)
    assert f"answered HTTP {status}" in str(told.value)


def test_an_answer_that_breaks_off_is_asked_for_again_and_never_used():
    with serving(Reply(b"half", stated=8), Reply(b"all of it")) as server:
        assert client(server).get().body == b"all of it"


def test_a_server_that_falls_silent_is_given_up():
    silent = Reply(b"half", stated=8, stall_s=30)
    with serving(silent) as server, pytest.raises(SourceError, match="fell silent after"):
        client(server, patience=IMPATIENT).get()


def test_an_answer_without_an_end_is_refused_by_its_size():
    large = Reply(b"x" * ((1 << 20) + 1))
    with serving(large) as server, pytest.raises(SourceError, match="at most 1 MB are allowed"):
        client(server, max_mb=1).get()
    hidden = Reply(gzip.compress(b"x" * (3 << 20)), headers={"Content-Encoding": "gzip"})
    with serving(hidden) as server, pytest.raises(SourceError, match="sends over 1 MB"):
        client(server, max_mb=1).get()


def test_a_server_that_is_not_there_is_named():
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/wfs"
    waits = []
    asks = Client("schools", service(url), patience=QUICK, pause=waits.append)
    with pytest.raises(SourceError, match=r"schools .*cannot be reached: Connection refused"):
        asks.get()
    assert len(waits) == 2


def test_a_key_goes_into_the_question_and_nowhere_else(key):
    with serving(Reply(b"no " + SECRET.encode(), 403)) as server:
        with pytest.raises(SourceError, match="Check the key in HTKGIS_TEST_KEY") as told:
            client(server, key=KEY).get()
        assert server.asked[0].params == {"apikey": SECRET}
        server.replies[:] = [Reply(b"data")]
        assert "***" in client(server, key=KEY).get().url
    for hidden in (SECRET, "s3cret"):
        assert hidden not in str(told.value)


@pytest.mark.parametrize(
    ("carried", "header", "value"),
    [
        ({"header": "X-Key"}, "X-Key", "user:pass"),
        ({}, "Authorization", "Basic dXNlcjpwYXNz"),
    ],
)
def test_a_key_may_be_a_header_or_a_login(carried, header, value, monkeypatch):
    monkeypatch.setenv("HTKGIS_TEST_KEY", "user:pass")
    with serving(Reply(b"data")) as server:
        client(server, key=Key(env="HTKGIS_TEST_KEY", **carried)).get()
    assert server.asked[0].headers[header] == value


def test_without_the_key_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("HTKGIS_TEST_KEY", raising=False)
    with serving(Reply(b"")) as server, pytest.raises(ConfigError, match="HTKGIS_TEST_KEY is not"):
        client(server, key=KEY)
    assert server.asked == []


def test_a_redirect_on_the_same_server_is_followed_with_what_it_says():
    moved = Reply(status=302, headers={"Location": "/new?part=2"})
    with serving(moved, Reply(b"here")) as server:
        assert client(server).get({"part": "1"}).body == b"here"
    assert (server.asked[1].path, server.asked[1].params) == ("/new", {"part": "2"})


def test_a_key_is_never_carried_to_another_server(key):
    moved = Reply(status=302, headers={"Location": "http://elsewhere.example/x"})
    with serving(moved) as server, pytest.raises(SourceError, match="the key was not sent there"):
        client(server, key=KEY).get()


def test_redirects_have_an_end():
    moved = Reply(status=302, headers={"Location": "/data"})
    with serving(moved) as server, pytest.raises(SourceError, match="sends us on more than 5 time"):
        client(server).get()
    assert len(server.asked) == 6
