"""What an unattended update says: JSON lines, and a summary that can be mailed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.cli.update_log import UpdateLog, UpdateSummary, result_words
from htkgis.errors import StoreError
from htkgis.pipeline.updates.judged import Judged
from htkgis.pipeline.updates.update import LayerUpdate
from tests.light_study import light_study

from .test_run_log import log_of

CATALOG = Path("layers/catalog.toml")
ACCEPT = "htkgis layers accept"
UPDATES = (
    LayerUpdate("places", "noted", (Judged("1 of 56 points moved"),), sha256="ab"),
    LayerUpdate("streets", "accepted"),
    LayerUpdate("stations", "held", (), "a station is gone"),
    LayerUpdate("timetable", "failed", why="answered HTTP 503"),
    LayerUpdate("quarters", "unchanged"),
)


def told(*, json_lines=False):
    found = UpdateLog(log_of((), json_lines=json_lines), CATALOG)
    found.begin()
    for number, update in enumerate(UPDATES, start=1):
        found.layer(update, 0.25, number, len(UPDATES))
    return found


def test_a_summary_names_what_is_in_use_what_waits_and_what_did_not_come(tmp_path):
    held = {"stations": Path("layers/held/stations.csv"), "jobs": Path("layers/held/jobs.csv")}
    UpdateSummary(tmp_path / "mail.txt", CATALOG).end(told(), held)
    assert (tmp_path / "mail.txt").read_text("utf-8").splitlines() == [
        "htkgis update: 2 in use, 1 HELD BACK, 1 NOT FETCHED, of 5 layers",
        "Began 2026-11-21 02:00:03 UTC, took 12.3 seconds.",
        "",
        "New versions in use: 2",
        "  places: 1 of 56 points moved",
        "  streets: no row is another",
        "",
        "Held back, the old version stays in use: 2",
        f"  stations: a station is gone: look at {held['stations']}, then {ACCEPT} stations",
        f"  jobs: look at {held['jobs']}, then {ACCEPT} jobs",
        "",
        "Not fetched, the old version stays in use: 1",
        "  timetable: answered HTTP 503",
        "",
        "Nothing new: 1",
        "  quarters",
        "",
        "Warnings: 0",
    ]


def test_every_line_of_the_log_is_json_with_the_decision_and_the_end(capsys):
    told(json_lines=True).end(exit_code=1)
    start, *layers, end = map(json.loads, capsys.readouterr().err.splitlines())
    assert (start["event"], start["command"]) == ("start", "update")
    assert [row["decision"] for row in layers] == [each.decision for each in UPDATES]
    first = layers[0]
    assert (first["layer"], first["differences"]) == ("places", ["1 of 56 points moved"])
    assert (first["number"], first["of"], first["seconds"]) == (1, 5, 0.25)
    assert (end["held"], end["failed"], end["exit_code"]) == (["stations"], ["timetable"], 1)
    assert end["in_use"] == ["places", "streets"]


@pytest.mark.parametrize(
    ("updates", "words"),
    [
        ([LayerUpdate("a", "unchanged")], "nothing new, of 1 layers"),
        ([LayerUpdate("a", "would ask")], "1 would be asked for, of 1 layers"),
    ],
)
def test_the_first_line_says_what_came_of_it(updates, words):
    assert result_words(updates, CATALOG) == words


def test_a_killed_update_did_not_end_and_a_failed_one_says_what_was_decided_before(tmp_path):
    summary, path = UpdateSummary(tmp_path / "mail.txt", CATALOG), tmp_path / "mail.txt"
    summary.begin(log_of(()))
    assert path.read_text("utf-8").startswith("htkgis update: DID NOT END\nBegan 2026-11-21")
    summary.fail(told(), StoreError("places (p.csv):\n  no space"))
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "htkgis update: FAILED"
    assert "Error: places (p.csv): no space" in lines
    assert "  stations: held" in lines


def test_with_no_service_in_the_catalog_there_is_nothing_to_do_and_no_fault(tmp_path, monkeypatch):
    light_study(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["update", "--strict", "--log-json", "--summary", "mail.txt"])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("No layer of catalog.toml names a service to fetch from: ")
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["start", "end"]
    head = (tmp_path / "mail.txt").read_text("utf-8").splitlines()[0]
    assert head == "htkgis update: nothing to fetch: no layer of catalog.toml names a service"


def test_a_fault_is_the_last_line_of_the_log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["update", "--log-json", "--summary", "mail.txt"])
    assert done.exit_code == 1
    end = json.loads(done.stderr.splitlines()[-1])
    assert (end["result"], end["exit_code"]) == ("failed", 1)
    assert "study.toml" in end["error"]
    assert (tmp_path / "mail.txt").read_text("utf-8").startswith("htkgis update: FAILED")
