"""One file: only if it is new, gone on with where it broke off, whole or not at all."""

import errno

import pytest

from htkgis.errors import SourceError, StoreError
from htkgis.loaders.remote.client import Client
from htkgis.loaders.remote.download import Validators, download
from htkgis.store.partial import PartialFile

from .server import QUICK, Reply, service, serving

DATA = bytes(range(256)) * 40
TAG = {"ETag": '"v1"'}


def fetched(server, target, **options):
    asks = Client("timetable", service(server.url), patience=QUICK, pause=lambda _: None)
    return download(asks, target, **options)


def rest_of(data, headers):
    """Answer as a server that can go on, where the version is still the same."""

    def reply(asked):
        if asked.headers.get("If-Range") != headers["ETag"]:
            return Reply(data, headers=headers)
        start = int(asked.headers["Range"].removeprefix("bytes=").rstrip("-"))
        span = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return Reply(data[start:], 206, headers | {"Content-Range": span})

    return reply


def test_a_file_arrives_whole_with_what_to_ask_for_next_time(tmp_path):
    target = tmp_path / "gtfs.zip"
    headers = TAG | {"Last-Modified": "Sat, 21 Nov 2026 00:00:00 GMT"}
    with serving(Reply(DATA, headers=headers)) as server:
        got = fetched(server, target)
    assert target.read_bytes() == DATA
    assert got.path == target
    assert got.validators == Validators('"v1"', "Sat, 21 Nov 2026 00:00:00 GMT")
    assert server.asked[0].headers["Accept-Encoding"] == "identity"
    assert sorted(tmp_path.iterdir()) == [target]


def test_what_has_not_changed_is_not_sent_again(tmp_path):
    target = tmp_path / "gtfs.zip"
    known = Validators('"v1"', "Sat, 21 Nov 2026 00:00:00 GMT")
    with serving(Reply(status=304)) as server:
        assert fetched(server, target, known=known).path is None
    assert server.asked[0].headers["If-None-Match"] == '"v1"'
    assert server.asked[0].headers["If-Modified-Since"] == known.last_modified
    assert not target.exists()


def test_a_line_that_breaks_is_gone_on_with_where_it_broke(tmp_path):
    half = Reply(DATA[:5000], headers=TAG, stated=len(DATA))
    with serving(half, rest_of(DATA, TAG)) as server:
        got = fetched(server, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert got.resumed_bytes == 5000
    assert server.asked[1].headers["Range"] == "bytes=5000-"


def test_a_later_run_goes_on_too(tmp_path):
    target = tmp_path / "a.bin"
    target.write_bytes(b"yesterday")
    half = Reply(DATA[:5000], headers=TAG, stated=len(DATA))
    with serving(half, Reply(status=503)) as server:
        with pytest.raises(SourceError, match="503"):
            fetched(server, target)
        assert target.read_bytes() == b"yesterday"
        server.replies[:] = [rest_of(DATA, TAG)]
        assert fetched(server, target).resumed_bytes == 5000
    assert target.read_bytes() == DATA


def test_a_part_of_another_version_is_thrown_away(tmp_path):
    half = Reply(b"old" * 1000, headers={"ETag": '"v0"'}, stated=9000)
    with serving(half, rest_of(DATA, TAG)) as server:
        got = fetched(server, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert got.resumed_bytes == 0


def test_without_a_proof_of_the_version_a_file_begins_anew(tmp_path):
    half = Reply(DATA[:5000], headers={"ETag": 'W/"weak"'}, stated=len(DATA))
    with serving(half, Reply(DATA)) as server:
        fetched(server, tmp_path / "a.bin")
    assert "Range" not in server.asked[1].headers
    assert (tmp_path / "a.bin").read_bytes() == DATA


def test_a_part_of_another_question_is_not_gone_on_with(tmp_path):
    target = tmp_path / "a.bin"
    with serving(Reply(DATA[:50], headers=TAG, stated=100), Reply(status=500)) as server:
        with pytest.raises(SourceError, match="500"):
            fetched(server, target, params={"area": "0169"})
        server.replies[:] = [Reply(b"all")]
        fetched(server, target, params={"area": "0159"})
    assert target.read_bytes() == b"all"


@pytest.mark.parametrize(
    "wrong",
    [
        Reply(DATA[7:], 206, TAG | {"Content-Range": f"bytes 7-{len(DATA) - 1}/{len(DATA)}"}),
        # as long as the rest, but not the rest
        Reply(
            DATA[4999:-1], 206, TAG | {"Content-Range": f"bytes 4999-{len(DATA) - 2}/{len(DATA)}"}
        ),
        Reply(DATA, 206, TAG),
        Reply(b"", 416),
    ],
)
def test_a_wrong_part_is_never_joined_on(wrong, tmp_path):
    half = Reply(DATA[:5000], headers=TAG, stated=len(DATA))
    with serving(half, wrong, Reply(DATA)) as server:
        fetched(server, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == DATA


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", r"nothing \(0 bytes\)"),
        (b"<!DOCTYPE html><html><title>Log in</title></html>", r"a web page \('Log in'\)"),
        (b"<ExceptionReport><Exception>no</Exception></ExceptionReport>", "error of a server"),
    ],
)
def test_what_is_no_data_replaces_nothing(body, words, tmp_path):
    target = tmp_path / "a.zip"
    target.write_bytes(b"yesterday")
    with serving(Reply(body)) as server, pytest.raises(SourceError, match=words):
        fetched(server, target)
    assert target.read_bytes() == b"yesterday"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_told_and_yesterdays_file_stands(tmp_path, monkeypatch):
    target = tmp_path / "a.bin"
    target.write_bytes(b"yesterday")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with serving(Reply(DATA, headers=TAG)) as server:
        monkeypatch.setattr("htkgis.store.partial.os.fsync", full)
        with pytest.raises(StoreError, match="No space left on device"):
            fetched(server, target)
    assert target.read_bytes() == b"yesterday"


def test_a_damaged_note_is_no_note(tmp_path):
    part = PartialFile(tmp_path / "a.bin")
    part.begin({"question": "q", "validator": "v"})
    part.append([b"abc"])
    assert part.of() == {"question": "q", "validator": "v"}
    part.note.write_text("{", "utf-8")
    assert part.of() == {}
    part.drop()
    assert (part.of(), part.size()) == ({}, 0)
