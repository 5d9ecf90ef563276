"""What an unattended run says: JSON lines, and a summary that can be mailed."""

import datetime as dt
import json
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.cli.run import stands_line
from htkgis.cli.run_log import RunLog, Summary, json_asked
from htkgis.errors import SourceError, StoreError
from htkgis.pipeline.profiles import RunReport
from htkgis.pipeline.steps import StepDone
from htkgis.publish import Edition, publish_edition
from tests.publish.test_folder import edition

ROOT = Path(__file__).parents[2]
BEGAN = dt.datetime(2026, 11, 21, 2, 0, 3, tzinfo=dt.UTC)
STEPS = (
    StepDone("streets", 1, 4, "cached", 0.0114, 0.0091),
    StepDone("places", 2, 4, "computed", 0.26),
    StepDone("pages", 3, 4, "computed", 3.14159),
)
MAPS = Path("maps")
ACCEPT = "htkgis layers accept places"


def log_of(steps=STEPS, *, json_lines=False, seconds=12.3):
    """Make a log of a run that began at BEGAN and is looked at some seconds later."""
    times = iter([BEGAN])
    late = BEGAN + dt.timedelta(seconds=seconds)
    log = RunLog(json_lines=json_lines, clock=lambda: next(times, late))
    for step in steps:
        log.step(step)
    return log


def report(changed=(), rolled_back_to=None):
    return RunReport(MAPS, ("index.html",), ("places", "pages"), changed, {}, rolled_back_to)


def test_a_summary_says_what_was_computed_what_changed_and_what_waits(tmp_path):
    log = log_of()
    log.warned.append("places: 2 points moved")
    summary = Summary(tmp_path / "mail.txt", MAPS)
    held = {"places": Path("layers/held/places.csv")}
    changed = tuple(f"{n:02}.html" for n in range(12))
    summary.end(log, report(changed), held, "Edition 7 stands; no earlier is kept.")
    assert (tmp_path / "mail.txt").read_text("utf-8").splitlines() == [
        "htkgis run: published 12 files in maps",
        "Began 2026-11-21 02:00:03 UTC, took 12.3 seconds.",
        "Edition 7 stands; no earlier is kept.",
        "",
        "Steps of 4: 1 from the cache, computed: 2",
        "  pages: 3.1 s",
        "  places: 0.3 s",
        "",
        "Changed files: 12",
        *(f"  {n:02}.html" for n in range(10)),
        "  and 2 more",
        "",
        "Layers held back: 1",
        f"  places: a new version waits in {held['places']}; look at it, then {ACCEPT}",
        "",
        "Warnings: 1",
        "  places: 2 points moved",
    ]


@pytest.mark.parametrize(
    ("made", "head"),
    [
        (report(), "htkgis run: nothing changed in maps"),
        (
            report(rolled_back_to=Edition(3, "r", None, {})),
            "htkgis run: nothing published in maps: a rollback stands",
        ),
    ],
)
def test_the_first_line_says_how_the_run_ended(tmp_path, made, head):
    Summary(tmp_path / "mail.txt", MAPS).end(log_of(()), made, {}, "")
    lines = (tmp_path / "mail.txt").read_text("utf-8").splitlines()
    assert lines[0] == head
    assert lines[-3:] == ["Layers held back: 0", "", "Warnings: 0"]


def test_a_failed_run_says_why_and_a_killed_one_that_it_did_not_end(tmp_path):
    summary, path = Summary(tmp_path / "mail.txt", MAPS), tmp_path / "mail.txt"
    path.write_text("htkgis run: published 5 files in maps\n", "utf-8")
    summary.begin(log_of(()))
    assert path.read_text("utf-8").startswith("htkgis run: DID NOT END in maps\nBegan 2026-11-21")
    summary.fail(log_of(STEPS[:2]), SourceError("gates (g.csv):\n  missing"), {})
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "htkgis run: FAILED in maps"
    assert lines[3] == "Error: gates (g.csv): missing"
    assert "  places: 0.3 s" in lines


def test_a_summary_that_cannot_be_written_says_that_the_run_is_not_touched(tmp_path):
    (tmp_path / "a").write_text("x", "utf-8")
    with pytest.raises(
        StoreError, match=r"^mail\.txt .*the summary cannot be written: .*is not touched by that"
    ):
        Summary(tmp_path / "a" / "mail.txt", MAPS).begin(log_of(()))


def test_without_a_path_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Summary(None, MAPS).begin(log_of(()))
    assert list(tmp_path.iterdir()) == []


def test_every_line_of_the_log_is_json_with_state_and_seconds(capsys):
    log = log_of(json_lines=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with log.noting_warnings():
            warnings.warn("two\n lines", stacklevel=1)
    log.end(report(("index.html",)))
    captured = capsys.readouterr()
    assert captured.out == ""
    events = [json.loads(line) for line in captured.err.splitlines()]
    assert {event.pop("time") for event in events} == {"2026-11-21T02:00:15.300+00:00"}
    assert [event["event"] for event in events] == ["step", "step", "step", "warning", "end"]
    assert events[0] == {
        "event": "step",
        "step": "streets",
        "state": "cached",
        "seconds": 0.011,
        "cpu_s": 0.009,
        "number": 1,
        "of": 4,
    }
    assert events[3]["message"] == "two lines"
    assert events[4] == {
        "event": "end",
        "result": "published",
        "exit_code": 0,
        "computed": 2,
        "changed": ["index.html"],
        "seconds": 12.3,
    }


def test_a_person_reads_warnings_as_ever_and_the_summary_has_them_too():
    log = log_of(())
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        with log.noting_warnings():
            warnings.warn("look here", stacklevel=1)
    assert log.warned == ["look here"]
    assert [str(warning.message) for warning in shown] == ["look here"]


def test_the_variable_asks_for_json_only_where_nobody_watches(monkeypatch):
    monkeypatch.delenv("HTKGIS_LOG", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    assert json_asked(option=True)
    assert not json_asked(option=False)
    monkeypatch.setenv("HTKGIS_LOG", "json")
    assert json_asked(option=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert not json_asked(option=False)


def test_the_edition_that_stands_is_named_with_the_one_before(tmp_path):
    maps = tmp_path / "maps"
    assert stands_line(maps) == ""
    publish_edition(edition("1", "a.html"), maps, keep=5)
    assert stands_line(maps) == "Edition 1 stands; no earlier is kept."
    publish_edition(edition("2", "a.html"), maps, keep=5)
    assert stands_line(maps) == "Edition 2 stands; htkgis rollback puts edition 1 back."


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Call the command with a main job that takes no time."""

    def run(job, *more):
        monkeypatch.setattr("htkgis.pipeline.profiles.run_profiles", job)
        arguments = ["--catalog", ROOT / "layers" / "catalog.toml", "--out", tmp_path / "maps"]
        arguments += ["--summary", tmp_path / "mail.txt", *more]
        return CliRunner().invoke(main, ["run", *map(str, arguments)])

    return run


def test_the_command_hands_steps_to_the_log_and_the_options_to_the_run(call, tmp_path):
    asked = {}

    def job(study, catalog, out, *, done, **options):
        asked.update(options)
        done(STEPS[1])
        return report()

    result = call(job, "--log-json", "--keep", "3", "--again")
    assert result.exit_code == 0
    assert (asked["keep"], asked["again"]) == (3, True)
    assert asked["now"].tzinfo is not None
    events = [json.loads(line)["event"] for line in result.stderr.splitlines()]
    assert events == ["start", "step", "end"]
    assert result.stdout.startswith("Nothing has changed")
    assert "  places: 0.3 s" in (tmp_path / "mail.txt").read_text("utf-8")


@pytest.mark.parametrize("options", [(), ("--log-json",)])
def test_a_fault_ends_with_one_in_either_kind_of_log(call, tmp_path, options):
    fault = SourceError("gates (g.csv): missing")

    def job(*paths, **options):
        raise fault

    result = call(job, *options)
    assert result.exit_code == 1
    assert (tmp_path / "mail.txt").read_text("utf-8").startswith("htkgis run: FAILED")
    if options:
        end = json.loads(result.stderr.splitlines()[-1])
        assert (end["result"], end["exit_code"]) == ("failed", 1)
        assert end["error"] == "gates (g.csv): missing"
    else:
        assert result.stderr == "Error: gates (g.csv): missing\n"


@pytest.fixture
def call_scenario(monkeypatch):
    """Call the command of a scenario with a job that takes no time."""

    def run(job, *more):
        monkeypatch.setattr("htkgis.pipeline.scenario_run.run_scenario", job)
        return CliRunner().invoke(main, ["scenario", "run", "links.toml", *more])

    return run


def test_a_scenario_hands_its_steps_to_the_log_as_the_study_does(call_scenario):
    def job(study, catalog, scenario, *, done, now, **options):
        assert (scenario, now.tzinfo is None) == (Path("links.toml"), False)
        done(STEPS[1])
        return report(("index.html",))

    result = call_scenario(job, "--log-json")
    assert result.exit_code == 0
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert [event["event"] for event in events] == ["start", "step", "end"]
    assert events[0]["scenario"] == "links.toml"
    assert (events[1]["step"], events[2]["result"]) == ("places", "published")
    assert result.stdout.startswith("Published 1 files in maps")
    assert call_scenario(job).stderr == ""


@pytest.mark.parametrize("options", [(), ("--log-json",)])
def test_a_fault_of_a_scenario_ends_with_one_in_either_kind_of_log(call_scenario, options):
    fault = SourceError("links.toml: missing")

    def job(*paths, **options):
        raise fault

    result = call_scenario(job, *options)
    assert result.exit_code == 1
    if options:
        end = json.loads(result.stderr.splitlines()[-1])
        assert (end["event"], end["result"], end["error"]) == ("end", "failed", str(fault))
    else:
        assert result.stderr == "Error: links.toml: missing\n"


def test_a_rollback_that_stands_is_said_with_the_way_on(call):
    def job(*paths, **options):
        return report(rolled_back_to=Edition(3, "r", None, {}))

    result = call(job)
    assert result.exit_code == 0
    assert "edition 3 stands" in result.stdout
    assert "htkgis run --again" in result.stdout
