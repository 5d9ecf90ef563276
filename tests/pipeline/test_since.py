"""What moved since a day or since the baseline year, from editions that are kept."""

import csv
import datetime as dt
import io
import json
import re

import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.errors import ConfigError
from htkgis.maps import load_text
from htkgis.pipeline.since import edition_at, figures_of_years, read_since
from htkgis.pipeline.since_report import status_since
from htkgis.profile.edition_figures import OFFICIAL, Figure, FigureKey
from htkgis.publish import publish_edition, roll_back
from htkgis.publish.editions import Edition, kept_editions
from htkgis.store import sha256_bytes

EN = load_text("en")
MINUS = "\u2212"
FACTS = ("unit", "statistic", "value", "lower_bound", "upper_bound", "hidden")
SERIES = [
    {"year": 2016, "area": 40.0, "unit": "percent", "area_hidden": False},
    {"year": 2023, "area": 30.0, "unit": "percent", "area_hidden": False},
]
CHANGE = {"from_year": 2016, "to_year": 2023, "value": -10.0, "unit": "points", "why": None}
TARGET = {
    "value": 20.0,
    "unit": "percent",
    "target_year": 2030,
    "source": "Plan",
    "on_track": True,
    "expected": 30.0,
    "change": CHANGE,
}


def figure_rows(values):
    """Give the table of figures: minutes to a school, by state, the same for all origins."""
    rows = []
    for (measure, state), value in values.items():
        key = dict(zip(FigureKey._fields, ("vest", measure, "school", "walk"), strict=False))
        key |= {"limit_min": None, "percentile": None, "departure": None}
        for statistic in ("min", "median", "max"):
            facts = dict(zip(FACTS, ("min", statistic, value, False, False, False), strict=True))
            rows.append(key | {"lens": "adult", "state": state} | facts)
    return pd.DataFrame(rows).rename(columns={"measure": "indicator"})


def profile():
    row = {
        "indicator": "outside_work_or_education",
        "name": "Uden for arbejde",
        "name_en": "Outside work",
        "unit": "percent",
        "direction": "less",
        "series": SERIES,
        "change": CHANGE,
        "targets": [TARGET],
        "breaks": [],
    }
    return {
        "quarter": {"id": "vest", "name": "Vest"},
        "area": {"name": "Vestparken"},
        "study": {"state": 2026, "baseline": 2017, "municipality": "Kommunen"},
        "assumptions": {"job_rounding": 10, "transit": None, "modes": {}},
        "indicators": {"baseline_year": 2016, "rows": [row]},
    }


def edition_files_of(values, run, report=None):
    """Make the files of an edition that the status reads."""
    stream = io.BytesIO()
    figure_rows(values).to_parquet(stream)
    files = {
        "figures.parquet": stream.getvalue(),
        "profile.json": json.dumps({"quarters": [profile()]}).encode(),
    }
    if report is not None:
        files["changes.json"] = json.dumps(report).encode()
    outputs = {n: {"sha256": sha256_bytes(data), "bytes": len(data)} for n, data in files.items()}
    layers = {"places": {"title": "Steder", "title_en": "Places"}}
    manifest = {
        "htkgis": "0.1.0",
        "run": run,
        "language": "en",
        "layers": layers,
        "study": {"sha256": "0" * 64},
        "outputs": outputs,
    }
    return files | {"manifest.json": json.dumps(manifest).encode()}


def report_of(before, layer):
    """Say that the minutes moved because of a layer."""
    key = FigureKey("vest", "nearest_1", "school", "walk", None, None, None, "adult", 2026)
    cause = {"id": layer, "kind": "layers", "layers": [layer], "told": True, "moved": 1, "rows": []}
    because = {"cause": layer, "change": None, "rows": []}
    return {
        "before": {"run": before},
        "attributed": True,
        "causes": [cause],
        "figures": [key._asdict() | {"causes": [because]}],
    }


def publish(maps, values, run, day, report=None, **options):
    now = dt.datetime.fromisoformat(f"{day}T02:00:00+00:00")
    files = edition_files_of(values, run, report)
    publish_edition(files, maps, keep=options.pop("keep", 5), now=now, **options)


THEN, LATER = {("nearest_1", 2017): 15.0}, {("nearest_1", 2026): 12.0}


@pytest.fixture
def maps(tmp_path):
    """Three editions: minutes to the school were 14, then 12, then 11."""
    folder = tmp_path / "maps"
    days = ("2025-11-20", "2026-05-04", "2026-11-20")
    reports = (None, report_of("a", "places"), report_of("b", "streets"))
    for minutes, run, day, report in zip((14.0, 12.0, 11.0), "abc", days, reports, strict=True):
        publish(folder, THEN | {("nearest_1", 2026): minutes}, run, day, report)
    return folder


def row_of(parts, name):
    """Give the cells of the one row whose first says this, with plain blanks."""
    tables = [part for part in parts if not isinstance(part, str)]
    (found,) = [row for table in tables for row in table.rows if name in row[0].text]
    return [cell.text.replace("\xa0", " ") for cell in found]


def test_what_moved_since_a_day_has_a_direction_and_the_causes_of_all_editions_between(maps):
    lines = status_since(maps, dt.date(2025, 12, 31))
    assert lines[0].replace("\xa0", " ") == "What has moved since 31 December 2025?"
    assert lines[1].startswith("Compared are edition 1, published 20")
    name = "Minutes to the nearest school, on foot"
    way = ["14.00", "11.00", f"{MINUS}3.00 min", "better", "Places; streets"]
    assert row_of(lines, "nearest school") == [name, *way]
    aim = "20.0% in 2030 (Plan): on track; a straight line to the target would give 30.0% in 2023"
    way = ["40.0% (2016)", "30.0% (2023)", f"{MINUS}10.0 percentage points", "better", aim]
    assert row_of(lines, "Outside work") == ["Outside work", *way]


@pytest.mark.parametrize(
    ("day", "number"),
    [("2025-11-20", 1), ("2026-05-03", 1), ("2026-05-04", 2), ("2027-01-01", 3)],
)
def test_in_force_on_a_day_is_the_newest_edition_published_by_its_end(maps, day, number):
    found = read_since(maps, dt.date.fromisoformat(day), text=EN)
    assert found.base.number == number
    assert found.stands.number == 3
    assert len(found.report["figures"]) == (number < 3)


def test_before_the_oldest_edition_it_says_so_and_compares_nothing(maps):
    with pytest.raises(
        ConfigError, match=r"no edition that old is kept; the oldest of a known day is edition 1, p"
    ):
        status_since(maps, dt.date(2025, 11, 19))


def test_an_edition_of_an_unknown_day_is_no_answer():
    undated = Edition(1, "a", None, {})
    with pytest.raises(ConfigError, match="of none of those kept the day is known"):
        edition_at([undated], undated, dt.date(2026, 1, 1), "maps")


def test_where_an_edition_between_is_gone_the_causes_are_said_to_be_unknown(maps):
    (maps.parent / ".maps-editions" / "000002.json").unlink()
    lines = status_since(maps, dt.date(2025, 12, 31))
    assert EN("since.untraced") in lines
    assert row_of(lines, "nearest school")[-2:] == ["better", ""]


def test_after_a_rollback_the_edition_that_stands_is_compared_and_the_newer_one_named(maps):
    roll_back(maps)
    found = read_since(maps, dt.date(2026, 12, 31), text=EN)
    assert (found.stands.number, found.base.number, found.withdrawn) == (2, 2, True)
    assert EN("since.rolled_back") in status_since(maps, dt.date(2026, 12, 31))


def test_against_the_baseline_the_years_of_one_edition_are_compared(maps):
    lines = status_since(maps, None, language="da")
    assert lines[0] == "Hvad har flyttet sig siden basisåret?"
    assert "mellem 2017 og 2026" in lines[1]
    assert lines[1].endswith("De offentlige tal er sammenlignet fra 2016.")
    way = ["15,00", "11,00", f"{MINUS}4,00 min.", "bedre", ""]
    assert row_of(lines, "nærmeste skole")[1:] == way


def test_a_figure_of_one_year_only_is_counted_and_not_compared():
    key = FigureKey("vest", "nearest_1", "school", "walk", None, None, None, "adult", 2017)
    public = key._replace(measure=OFFICIAL, state=2017)
    both = {key: Figure("min", median=3.0), key._replace(state=2026): Figure("min", median=2.0)}
    before, after = figures_of_years(
        both | {public: Figure("percent"), key._replace(function="green"): Figure("min")},
        2017,
        2026,
    )
    assert list(before) == list(after) == [key._replace(state=2026)]


def test_nothing_published_is_one_line(tmp_path):
    with pytest.raises(ConfigError, match="no edition that is kept stands here"):
        status_since(tmp_path / "maps", None)


def test_the_table_holds_words_and_plain_numbers_for_a_danish_spreadsheet(maps, tmp_path):
    file = tmp_path / "m.csv"
    status_since(maps, dt.date(2025, 12, 31), language="da", report=file)
    head, *rows = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig")), delimiter=";")
    assert head[:4] == ["Kvarter", "Slags", "Mål", "Enhed"]
    numbers = [(row[1], *row[7:10], row[10]) for row in rows]
    assert numbers == [
        ("offentligt tal", "40", "30", "-10", "bedre"),
        ("beregnet tal", "14", "11", "-3", "bedre"),
    ]


def test_the_command_takes_a_day_or_the_baseline_and_writes_what_is_asked(maps, tmp_path):
    call = ["status", "--out", str(maps), "--since"]
    file = tmp_path / "m.json"
    done = CliRunner().invoke(main, [*call, "2025-12-31", "--report", str(file)])
    assert done.exit_code == 0, done.output
    assert [row["verdict"] for row in json.loads(file.read_text("utf-8"))["rows"]] == ["better"] * 2
    told = CliRunner().invoke(main, [*call, "baseline", "--language", "da"])
    assert told.exit_code == 0, told.output
    words = [re.split("  +", line.strip()) for line in told.stdout.splitlines()]
    assert ["Mål", "Før", "Nu", "Forskel", "Retning"] in words  # no cause, so no column of causes
    assert f"{MINUS}4,00 min." in told.stdout
    assert CliRunner().invoke(main, [*call, "yesterday"]).exit_code == 2
    wrong = CliRunner().invoke(main, [*call, "baseline", "--report", "m.pdf"])
    assert "'.pdf' is none; allowed: '.html', '.csv', '.json'" in wrong.output
    assert CliRunner().invoke(main, ["status", "--language", "da"]).exit_code == 2


def test_the_command_tells_a_program_that_watches_of_each_step(maps, monkeypatch):
    monkeypatch.setenv("HTKGIS_PROGRESS", "lines")
    found = CliRunner().invoke(main, ["status", "--out", str(maps), "--since", "baseline"])
    assert found.stderr.splitlines() == [
        "progress 1/4 start",
        "progress 2/4 read_editions",
        "progress 3/4 compare_figures",
        "progress 4/4 write_report",
    ]
    assert "progress" not in found.stdout
    monkeypatch.delenv("HTKGIS_PROGRESS")
    quiet = CliRunner().invoke(main, ["status", "--out", str(maps), "--since", "baseline"])
    assert (quiet.stdout, quiet.stderr) == (found.stdout, "")


def test_the_last_edition_of_each_of_some_years_is_kept_besides(tmp_path):
    maps = tmp_path / "maps"
    for number, day in enumerate(("2024-12-30", "2025-03-01", "2025-12-30", "2026-11-20")):
        publish(maps, THEN | {("nearest_1", 2026): number}, day, day, keep=1, years=1)
    days = [each.published[:10] for each in kept_editions(maps)]
    assert days == ["2025-12-30", "2026-11-20"]
