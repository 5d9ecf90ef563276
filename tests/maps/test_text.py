"""Words and numbers: both languages complete, Danish the Danish way, no harsh words."""

import re
import string
import tomllib
from importlib import import_module, resources
from typing import get_args

import pytest

from htkgis.errors import ConfigError
from htkgis.maps import style
from htkgis.maps.text import MINUS, NBSP, PARTS, load_text
from htkgis.quantities import Quantity

DANISH, ENGLISH = load_text("da"), load_text("en")


def fields(words):
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def test_both_languages_have_the_same_keys():
    assert DANISH.words.keys() == ENGLISH.words.keys()


def test_both_languages_use_the_same_values():
    assert {key: fields(words) for key, words in DANISH.words.items()} == {
        key: fields(words) for key, words in ENGLISH.words.items()
    }


def test_words_of_cells_take_the_place_of_words_that_there_are():
    for text in (DANISH, ENGLISH):
        for section in ("cells.", "job_cells."):
            own = [key.removeprefix(section) for key in text.words if key.startswith(section)]
            assert own
            assert {key: fields(text.words[key]) for key in own} == {
                key: fields(text.words[f"{section}{key}"]) for key in own
            }


@pytest.mark.parametrize(("text", "word"), [(DANISH, "kommune"), (ENGLISH, "municipal")])
def test_of_a_part_of_a_municipality_nothing_is_said_as_of_all_of_it(text, word):
    part = text.of_a_part().words
    said = {key: re.sub(r"\{[^}]*\}", "", words) for key, words in part.items()}
    named = [key for key, words in said.items() if word in words.lower()]
    assert [key for key in named if not key.startswith("mapped_area.")] == []
    assert {key: fields(words) for key, words in part.items()} == {
        key: fields(words) for key, words in text.words.items()
    }


def test_a_study_may_say_words_otherwise_but_with_the_same_values():
    own = {"function.education": "University", "origin.gate.one": "{count} gate"}
    text = ENGLISH.with_own(own)
    assert (text("function.education"), text("origin.gate.one", count=1)) == (
        "University",
        "1 gate",
    )
    assert ENGLISH("function.education") != "University"
    assert DANISH.with_own({}).words == DANISH.words


@pytest.mark.parametrize(
    ("key", "words", "fault"),
    [
        ("function.universty", "University", "no words of ours have that key"),
        ("origin.gate.one", "a gate", r"ours are '\{count\} starting point'"),
        ("function.education", "University of {city}", "ours are 'Upper-secondary"),
    ],
)
def test_words_of_a_study_that_do_not_fit_are_refused(key, words, fault):
    with pytest.raises(ConfigError, match=rf"words\.en\.'{key}'.*{fault}"):
        ENGLISH.with_own({key: words})


def test_of_cells_nothing_is_said_as_of_addresses_and_of_others_nothing_changes():
    assert ENGLISH.about("address") is ENGLISH
    key = "method.shares"
    assert ENGLISH.about("cell")(key) == ENGLISH("cells.method.shares") != ENGLISH(key)


def test_a_window_that_a_study_made_up_is_told_by_its_name():
    assert DANISH.when("rush") == "i myldretiden"
    assert DANISH.when("tidlig_aften") == "i tidsrummet »tidlig aften«"


def test_no_words_are_empty():
    assert [key for text in (DANISH, ENGLISH) for key in text.words if not text.words[key]] == []


def test_every_function_has_a_name_and_a_symbol():
    functions = {key.removeprefix("function.") for key in DANISH.words if key.startswith("func")}
    nearest = {key.removeprefix("nearest.") for key in DANISH.words if key.startswith("nearest.")}
    assert functions == nearest == set(style.FUNCTIONS)


def quantities(kind=Quantity):
    return [kind, *(below for each in kind.__subclasses__() for below in quantities(each))]


def test_every_unit_that_a_study_may_use_has_words():
    import_module("htkgis.study")  # it names every kind of decision
    known = [kind.model_fields for kind in quantities()]
    named = [each["unit"].annotation for each in known if "unit" in each]
    units = {unit for annotation in named for unit in get_args(annotation)}
    assert {"min", "departures per hour", "per km"} <= units
    assert sorted(unit for unit in units if f"unit.{unit}" not in DANISH.words) == []


def test_the_words_of_the_list_of_2016_are_not_ours():
    pages = resources.files("htkgis.maps") / "assets" / "templates"
    texts = [*DANISH.words.values(), *ENGLISH.words.values()]
    texts += [page.read_text(encoding="utf-8") for page in pages.iterdir() if page.is_file()]
    assert not [text for text in texts if "ghetto" in text.lower()]


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_files_hold_tables_of_words_only(language):
    folder = resources.files("htkgis.maps") / "text"
    for name in (f"{language}{part}.toml" for part in PARTS):
        table = tomllib.loads((folder / name).read_text(encoding="utf-8"))
        assert table
        assert all(isinstance(section, dict) for section in table.values())


def test_every_file_of_words_is_read():
    files = {file.name for file in (resources.files("htkgis.maps") / "text").iterdir()}
    assert files == {f"{language}{part}.toml" for language in ("da", "en") for part in PARTS}


def test_no_file_of_words_is_above_400_lines():
    for file in (resources.files("htkgis.maps") / "text").iterdir():
        assert file.read_text(encoding="utf-8").count("\n") <= 400


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (0, 0, "0", "0"),
        (-0.04, 1, "0,0", "0.0"),
        (-3.25, 2, f"{MINUS}3,25", f"{MINUS}3.25"),
        (2.70, None, "2,7", "2.7"),
        (40.0, None, "40", "40"),
        (100.0, None, "100", "100"),
        (None, 1, "–", "–"),  # noqa: RUF001
        (float("nan"), 1, "–", "–"),  # noqa: RUF001
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, decimals, danish, english):
    assert DANISH.format_number(value, decimals) == danish
    assert ENGLISH.format_number(value, decimals) == english


def test_unit_and_number_stay_together():
    assert DANISH.format_unit(40, "%") == f"40{NBSP}%"
    assert ENGLISH.format_unit(40, "%") == "40%"
    assert DANISH.format_minutes(17.25) == f"17,2{NBSP}min."
    assert ENGLISH.format_minutes(17.25, unit=False) == "17.2"


def test_missing_minutes_are_said_in_the_words_the_caller_chose():
    assert DANISH.format_minutes(None) == "ikke nået"
    assert DANISH.format_minutes(None, missing="missing.none") == "–"  # noqa: RUF001
    assert ENGLISH.format_minutes(float("nan")) == "not reached"


@pytest.mark.parametrize(
    ("date", "danish"),
    [
        ("2026-11-20", f"20.{NBSP}november{NBSP}2026"),
        ("2026-05-01", f"1.{NBSP}maj{NBSP}2026"),
        ("2026-11", "november 2026"),
        ("2017", "2017"),
        ("2026-13-01", "2026-13-01"),
        (None, "–"),  # noqa: RUF001
    ],
)
def test_dates_are_written_in_words(date, danish):
    assert DANISH.format_date(date) == danish


def test_a_sentence_formats_its_numbers_and_names_its_functions():
    entry = {
        "key": "finding.within",
        "values": {
            "area": "Å",
            "within": 6,
            "measured": 11,
            "limit_min": 15,
            "farthest_function": "green",
            "farthest_min": 23.4,
        },
    }
    assert DANISH.sentence(entry) == (
        "Fra Å kan man gå til 6 af 11 slags steder på 15 minutter. "
        "Længst er der til nærmeste grønne område: 23,4 minutter."
    )


def test_braces_in_a_value_stay_text():
    words = DANISH("finding.station", area="{x}", station_min="{0}", station_name="{{")
    assert re.search(r"\{x\}.*\{0\}.*\{\{", words)


def test_an_unknown_key_names_the_file_and_what_is_there():
    with pytest.raises(ConfigError, match=r"da\.toml.*'map\.nothing'.*allowed.*'map\."):
        DANISH("map.nothing")


def test_a_missing_value_is_named():
    with pytest.raises(ConfigError, match=r"'table\.within' needs the value 'limit'"):
        DANISH("table.within")


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(ConfigError, match=r"'sv' is not known; allowed: da, en"):
        load_text("sv")
