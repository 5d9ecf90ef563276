"""Output that goes into a file or another program: UTF-8, and no letter stops a command."""

import io
import os
import subprocess
import sys

import pytest

from htkgis.cli import streams
from htkgis.cli.streams import ready_streams


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


def written(text, kind=io.TextIOWrapper, encoding="cp1252"):
    raw = io.BytesIO()
    stream = kind(raw, encoding=encoding, newline="")
    ready_streams([stream])
    stream.write(text)
    stream.flush()
    return raw.getvalue()


@pytest.fixture
def windows(monkeypatch):
    monkeypatch.setattr(streams, "WINDOWS", True)
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)


@pytest.mark.usefixtures("windows")
def test_windows_writes_utf8_into_files_and_to_other_programs():
    assert written("Ærø → Łódź") == "Ærø → Łódź".encode()


@pytest.mark.usefixtures("windows")
def test_a_terminal_keeps_its_encoding_and_what_it_lacks_is_a_question_mark():
    assert written("Ærø → by", Terminal) == "Ærø ? by".encode("cp1252")


@pytest.mark.usefixtures("windows")
def test_an_encoding_that_was_asked_for_stays(monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    assert written("Ærø → by") == "Ærø ? by".encode("cp1252")


def test_other_systems_keep_the_encoding_of_their_locale(monkeypatch):
    monkeypatch.setattr(streams, "WINDOWS", False)
    assert written("Ærø → by", encoding="latin-1") == "Ærø ? by".encode("latin-1")


def test_no_stream_and_one_that_is_not_of_text_are_left_alone():
    memory = io.StringIO()
    ready_streams([None, memory])
    memory.write("→")
    assert memory.getvalue() == "→"


def test_an_arrow_stops_no_command_where_letters_are_those_of_a_code_page(root, tmp_path):
    (tmp_path / "→").mkdir()  # the path is told in the fault
    done = subprocess.run(
        [sys.executable, "-m", "htkgis", "check", "--study", "→/study.toml"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp1252:strict", "PYTHONPATH": str(root)},
    )
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: study.toml (?")
