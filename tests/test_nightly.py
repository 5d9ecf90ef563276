"""The night's script: what is kept of a night, what is mailed, and which exit code it ends with."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "nightly.sh"
STAND_IN = """#!/bin/sh
echo "$@" >>calls.txt
if [ "${SLOW:-}" = "$1" ]; then
  trap 'sleep 0.2; echo "ended by a signal"; exit 3' TERM
  while :; do sleep 0.1; done
fi
if [ "$1" = update ]; then
  echo "places: HELD BACK"
  echo '{"event":"layer"}' >&2
  while [ "$1" != --summary ]; do shift; done
  [ "${NO_SUMMARY:-}" ] || printf 'htkgis update: 1 HELD BACK, of 3 layers\\n' >"$2"
  exit ${UPDATED:-0}
fi
echo '{"event":"end"}' >&2
echo "Published 3 files"
while [ "$1" != --summary ]; do shift; done
[ "${NO_SUMMARY:-}" ] || printf 'htkgis run: published 3 files in maps\\nBegan\\n' >"$2"
exit ${RAN:-0}
"""
"""A command that notes how it is called: what a real one does is tested elsewhere."""

pytestmark = pytest.mark.skipif(
    os.name == "nt" or shutil.which("sh") is None, reason="nightly.sh needs a POSIX shell"
)


@pytest.fixture
def night(tmp_path):
    """Run a night in a folder with a study; variables are given by name."""
    (tmp_path / "study.toml").touch()
    (tmp_path / "stand-in").write_text(STAND_IN, encoding="utf-8", newline="\n")

    def run(*options, folder=tmp_path, stop_in="", **variables):
        environment = {name: value for name, value in os.environ.items() if "HTKGIS" not in name}
        # several words, as "python3 -m htkgis" is
        environment |= {"HTKGIS": "sh ./stand-in", "SLOW": stop_in} | variables
        call = ["sh", str(SCRIPT), str(folder), *options]
        with subprocess.Popen(
            call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as night:
            if stop_in:
                wait_for_call(tmp_path / "calls.txt", stop_in)
                night.send_signal(signal.SIGTERM)
            said = night.communicate(timeout=30)
        return subprocess.CompletedProcess(call, night.returncode, *said)

    return run


def wait_for_call(calls, command):
    for _ in range(300):
        if calls.exists() and f"\n{command} " in "\n" + calls.read_text("utf-8"):
            return
        time.sleep(0.1)
    pytest.fail(f"{command} was not called within 30 seconds")


def only_night(tmp_path):
    (folder,) = (tmp_path / "nights").iterdir()
    return folder


def test_a_night_updates_then_runs_and_keeps_what_both_said(night, tmp_path):
    done = night("--language", "en", HTKGIS_CATALOG="c.toml", HTKGIS_DATA="the data")
    assert done.returncode == 0, done.stderr
    folder = only_night(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        "mail.txt",
        "run.jsonl",
        "run.txt",
        "update.jsonl",
        "update.txt",
    ]
    layers, summary = (f"nights/{folder.name}/{name}.txt" for name in ("layers", "summary"))
    assert (tmp_path / "calls.txt").read_text("utf-8").splitlines() == [
        f"update --strict --log-json --summary {layers} --catalog c.toml --data the data",
        f"run --log-json --summary {summary} --catalog c.toml --data the data --language en",
    ]
    assert (folder / "run.jsonl").read_text("utf-8") == '{"event":"end"}\n'
    assert (folder / "update.jsonl").read_text("utf-8") == '{"event":"layer"}\n'
    assert (folder / "update.txt").read_text("utf-8") == "places: HELD BACK\n"
    assert (folder / "mail.txt").read_text("utf-8") == done.stdout
    assert done.stdout.splitlines() == [
        "htkgis run: published 3 files in maps",
        "",
        "Layers (htkgis update, exit code 0):",
        "  htkgis update: 1 HELD BACK, of 3 layers",
        "",
        "Run (exit code 0):",
        "  htkgis run: published 3 files in maps",
        "  Began",
    ]


@pytest.mark.parametrize(
    ("updated", "ran", "code"), [("0", "0", 0), ("1", "0", 1), ("0", "1", 1), ("1", "2", 2)]
)
def test_a_night_runs_whatever_the_update_said_and_tells_the_worse(
    night, tmp_path, updated, ran, code
):
    done = night(UPDATED=updated, RAN=ran)
    assert done.returncode == code
    assert "run" in (tmp_path / "calls.txt").read_text("utf-8").splitlines()[1]
    assert ("UPDATE: look at the layers" in done.stdout.splitlines()[0]) == (updated == "1")


def test_a_run_that_wrote_no_summary_is_a_failed_one_and_its_words_are_mailed(night):
    done = night(NO_SUMMARY="1", RAN="2")
    assert done.returncode == 2
    assert done.stdout.startswith("htkgis run: FAILED before it began\n")
    assert "  Published 3 files" in done.stdout
    assert '  places: HELD BACK\n  {"event":"layer"}\n' in done.stdout


def test_where_services_are_not_to_be_asked_nothing_is(night, tmp_path):
    done = night(HTKGIS_UPDATE="no")
    assert done.returncode == 0
    assert "  no update was asked for" in done.stdout
    assert (tmp_path / "calls.txt").read_text("utf-8").startswith("run ")


def test_only_the_last_logs_are_kept_and_nothing_else_is_removed(night, tmp_path):
    for name in ("2026-11-18T020000Z", "2026-11-19T020000Z", "notes", "20 years"):
        (tmp_path / "nights" / name).mkdir(parents=True)
    assert night(HTKGIS_KEEP_NIGHTS="2").returncode == 0
    left = sorted(path.name for path in (tmp_path / "nights").iterdir())
    assert left[0] == "20 years"
    assert left[1] == "2026-11-19T020000Z"
    assert left[3:] == ["notes"]


def test_a_folder_without_a_study_is_wrong_usage(night, tmp_path):
    (tmp_path / "empty").mkdir()
    done = night(folder=tmp_path / "empty")
    assert done.returncode == 2
    assert "usage: nightly.sh FOLDER" in done.stderr
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_night_told_to_stop_ends_its_run_and_tells_so(night):
    done = night(stop_in="run")
    assert done.returncode == 3
    assert done.stdout.startswith("htkgis run: FAILED before it began\n")
    assert "Run (exit code 3):\n  ended by a signal\n" in done.stdout


def test_a_night_told_to_stop_while_layers_are_fetched_begins_no_run(night, tmp_path):
    done = night(stop_in="update")
    assert done.returncode == 143
    assert (tmp_path / "calls.txt").read_text("utf-8").count("\n") == 1
    assert "Layers (htkgis update, exit code 3):\n  ended by a signal\n" in done.stdout
    assert "Run (exit code 143):\n  told to stop before the run\n" in done.stdout
