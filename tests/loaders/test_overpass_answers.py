"""Answers of an Overpass server: each is read whole, in time, as data, or refused in one line."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import socket
import threading

import pytest
import requests

from htkgis.errors import SourceError
from htkgis.loaders import overpass_answers as answers
from htkgis.loaders.overpass_answers import Answers

from .overpass_server import answer, as_html, overpass, refuse_other_hosts


@pytest.fixture(autouse=True)
def hosts(monkeypatch):
    """Nothing leaves this machine; every host that was asked for is listed."""
    return refuse_other_hosts(monkeypatch)


def ask(url):
    """Ask as osmnx does, with the look at the answer in place."""
    hooks = {"response": Answers(url)}
    return requests.post(f"{url}/interpreter", data={"data": "x"}, hooks=hooks, timeout=0.5)


@pytest.mark.parametrize(
    ("status", "todo"),
    [
        (401, "Check --overpass-url and any proxy: the server asks for a login."),
        (403, "Check --overpass-url and any proxy: the server refuses this machine."),
        (404, "Check --overpass-url: no Overpass answers there."),
        (410, "Take another --overpass-url: no Overpass answers there any more."),
        (500, "Try later, or another --overpass-url."),
    ],
)
def test_each_refusal_says_what_to_do(status, todo):
    with overpass(as_html("<p>Nej</p>", status)) as server:
        with pytest.raises(SourceError, match=f"answered HTTP {status} .*: Nej; nothing") as caught:
            ask(server.url)
        assert len(server.asked) == 1
    assert str(caught.value).endswith(f". {todo}")


def test_an_exception_document_instead_of_data_is_refused():
    page = (
        "<ows:ExceptionReport><ows:ExceptionText>Ukendt</ows:ExceptionText></ows:ExceptionReport>"
    )
    with (
        overpass(as_html(page)) as server,
        pytest.raises(SourceError, match="answered no JSON but 'Ukendt'"),
    ):
        ask(server.url)


def test_an_empty_answer_is_refused():
    with (
        overpass((200, {}, b"")) as server,
        pytest.raises(SourceError, match="answered no JSON but 'nothing'"),
    ):
        ask(server.url)


def test_names_that_are_not_utf_8_are_refused_and_not_garbled():
    content = json.dumps(answer(), ensure_ascii=False).encode("latin-1")
    with (
        overpass((200, {"Content-Type": "application/json"}, content)) as server,
        pytest.raises(SourceError, match="answered JSON that breaks off or is damaged"),
    ):
        ask(server.url)


def test_names_are_utf_8_whatever_the_server_says():
    content = json.dumps(answer(), ensure_ascii=False).encode()
    said = {"Content-Type": "application/json; charset=iso-8859-1"}
    with overpass((200, said, content)) as server:
        elements = ask(server.url).json()["elements"]
    assert "Øen" in {element.get("tags", {}).get("name") for element in elements}


def test_a_packed_answer_that_is_damaged_is_refused():
    packed = gzip.compress(json.dumps(answer()).encode())
    with (
        overpass((200, {"Content-Encoding": "gzip"}, b"x" + packed)) as server,
        pytest.raises(SourceError, match="broke off after 0 bytes, or sent them damaged"),
    ):
        ask(server.url)


@contextlib.contextmanager
def sending(head, *parts, every_s=0.0):
    """A server that sends a head, then parts as long as someone listens; gives its address."""
    done = threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(1 << 16)
            connection.sendall(head)
            for part in itertools.chain(parts[:-1], itertools.repeat(parts[-1]) if parts else ()):
                if done.wait(every_s):
                    return
                connection.sendall(part)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"
        finally:
            done.set()
            thread.join(timeout=10)


def refused(url, told):
    with pytest.raises(SourceError, match=told) as caught:
        ask(url)
    assert "\n" not in str(caught.value)


PROMISED = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
ENDLESS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_an_answer_that_ends_before_it_was_promised_is_refused():
    with sending(PROMISED + b'{"elements": [') as url:
        refused(url, r"broke off after 0 bytes, or sent them damaged; nothing was fetched\. Try")


def test_an_answer_that_drips_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(answers, "LONGEST_S", 0.5)
    with sending(PROMISED, b" ", every_s=0.05) as url:
        refused(url, r"was not done after 0\.5 s; nothing was fetched\. Try later, or take a sm")


def test_an_answer_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(answers, "MAX_BYTES", 3 << 20)
    with sending(ENDLESS, b"10000\r\n" + b" " * 65536 + b"\r\n") as url:
        refused(url, "sent more than 3 MB; nothing was fetched")


def test_a_small_answer_that_unpacks_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(answers, "MAX_BYTES", 3 << 20)
    packed = gzip.compress(b" " * (4 << 20))
    assert len(packed) < 5000
    with overpass((200, {"Content-Encoding": "gzip"}, packed)) as server:
        refused(server.url, "sent more than 3 MB")


def test_a_server_that_falls_silent_in_the_middle_is_given_up():
    with sending(PROMISED, b" ", every_s=2.0) as url:
        refused(url, r"fell silent after 0 bytes; nothing was fetched\. Try later")
