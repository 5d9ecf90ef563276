"""The study: the embedded one loads whole, and each fault names the file and the key."""

import codecs
import errno
import re
from pathlib import Path

import pytest
import tomlkit
from pydantic import ValidationError

from htkgis.errors import ConfigError
from htkgis.study import read_study
from htkgis.toml_file import read_toml


@pytest.fixture
def changed(root, tmp_path):
    """Read the embedded study after a change of its document."""

    def read(change):
        document = tomlkit.parse((root / "study.toml").read_text("utf-8"))
        change(document)
        path = tmp_path / "study.toml"
        path.write_text(tomlkit.dumps(document), "utf-8")
        return read_study(path)

    return read


def setting(dotted, value):
    """A change that sets one key."""

    def change(document):
        *parents, last = dotted.split(".")
        for name in parents:
            document = document[int(name) if name.isdigit() else name]
        document[last] = value

    return change


def test_the_embedded_study_has_three_quarters_each_with_its_area_and_station(root):
    study = read_study(root / "study.toml")
    assert [(q.id, q.area, q.station) for q in study.quarters] == [
        ("kulturkvarteret", "taastrupgaard", "taastrup_st"),
        ("videnskvarteret", "gadehavegaard", "hoje_taastrup_st"),
        ("ivaerksaetterkvarteret", "charlottekvarteret", "hedehusene_st"),
    ]
    assert study.study.name == "Høje-Taastrup"
    assert study.study.municipality_code == "0169"
    assert study.study.state.value == 2026
    assert study.limits.catchment.value == (5, 10, 15, 30)
    assert study.limits.jobs.value == (15, 30)
    assert study.modes.walk.speed.value == 4.5
    assert study.places.max_position_accuracy.value == 150


def test_a_study_cannot_be_altered_once_read(root):
    study = read_study(root / "study.toml")
    with pytest.raises(ValidationError, match="frozen"):
        study.study.name = "Another"


def test_a_minute_limit_is_changed_by_one_line(changed):
    study = changed(setting("limits.catchment.value", [5, 12.5, 15]))
    assert study.limits.catchment.value == (5, 12.5, 15)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("limits.walking", 5, r"limits\.walking is not a known key; known are 'catchment', 'choi"),
        ("limits.catchmnt", 5, r"limits\.catchmnt is not a known key; did you mean 'catchment'\?"),
        (
            "study.municipality_code",
            "16-",
            r"study\.municipality_code is '16-': an official code of four",
        ),
        ("study.municipality_code", -169, r"study\.municipality_code is '-169': an official code"),
        (
            "study.municipality_code",
            169.0,
            r"study\.municipality_code is 169\.0: should be text in quotes",
        ),
        ("study.municipality_code", True, r"study\.municipality_code is true: should be text"),
        ("study.municipality_code", "", r"study\.municipality_code is '': an official code"),
        ("study.municipality_code", "HTK", r"study\.municipality_code is 'HTK': .*such as '0101'"),
        ("study.crs", "UTM32", r"study\.crs is 'UTM32': 'EPSG:' and a number are allowed"),
        ("study.language", "sv", r"study\.language is 'sv': should be 'da' or 'en'"),
        ("study.state.value", 2026.5, r"study\.state\.value is 2026\.5: should be a whole number"),
        (
            "study.state.value",
            1899,
            r"study\.state\.value is 1899: should be greater than or equal",
        ),
        (
            "modes.walk.speed.value",
            "4,5",
            r"modes\.walk\.speed\.value is '4,5': should be a number, with a point",
        ),
        ("modes.walk.speed.value", 0, r"modes\.walk\.speed\.value is 0: should be greater than 0"),
        (
            "modes.walk.speed.value",
            True,
            r"modes\.walk\.speed\.value is true: should be a number",
        ),
        ("modes.walk.speed.value", float("nan"), r"modes\.walk\.speed\.value is nan: "),
        (
            "modes.walk.max_snap.value",
            float("inf"),
            r"modes\.walk\.max_snap\.value is inf: .*finite",
        ),
        ("modes.walk.speed.unit", "m/s", r"modes\.walk\.speed\.unit is 'm/s': should be 'km/h'"),
        (
            "modes.walk.speed.source",
            "",
            r"modes\.walk\.speed\.source is '': is empty; text is allowed",
        ),
        (
            "limits.catchment.value",
            [5, 5],
            r"limits\.catchment is \[5, 5\]: must rise: each limit above",
        ),
        (
            "limits.catchment.value",
            [15, 10],
            r"limits\.catchment is \[15, 10\]: must rise: each limit above",
        ),
        ("limits.catchment.value", [], r"limits\.catchment\.value is \[\]: holds 0; at least 1"),
        ("limits.catchment.value", [0, 5], r"limits\.catchment\.value\.0 is 0: should be greater"),
        (
            "quarters.0.id",
            "Kultur Kvarteret",
            r"quarters\.0\.id is 'Kultur Kvarteret': small letters",
        ),
        (
            "quarters.1.id",
            "kulturkvarteret",
            r"quarters\.id: 1 names stand twice: 'kulturkvarteret'",
        ),
        (
            "quarters.1.area",
            "taastrupgaard",
            r"quarters\.area: 1 names stand twice: 'taastrupgaard'",
        ),
        (
            "functions.drawn",
            ["school"],
            "functions: 1 names stand twice: 'school'; each may stand once",
        ),
        ("functions.measured", [], r"functions\.measured is \[\]: holds 0; at least 1"),
        (
            "profile.key_functions",
            ["jobs"],
            r"profile\.key_functions holds 1 unknown to the study: 'jobs'; 'station', ",
        ),
        ("profile.everyday.value", 14, r"profile\.everyday holds 1 .*: 14\.0; 5\.0, "),
        ("profile.commute.value", 5, r"profile\.commute holds 1 .*: 5\.0; 15\.0, "),
        (
            "modes.walk.search.value",
            29,
            r"modes\.walk\.search is 29\.0: at least 30\.0, the longest",
        ),
        ("modes.car.search.value", 29, r"modes\.car\.search is 29\.0: at least 30\.0, the longest"),
        ("modes.car.share.value", 1.1, r"modes\.car\.share\.value is 1\.1: should be less than or"),
        ("modes.car.share.value", 0, r"modes\.car\.share\.value is 0: should be greater than 0"),
        ("modes.car.parking_time.value", -1, r"modes\.car\.parking_time\.value is -1: should be"),
        ("modes.car.speeds.value", {"motorway": 110}, r"modes\.car\.speeds must name 'other'"),
        ("modes.car.speeds.value", {"other": 0}, r"modes\.car\.speeds\.value\.other is 0: should"),
        ("modes.bike.oneway", "yes", r"modes\.bike\.oneway is 'yes': should be true or false"),
        ("modes.ferry", {}, r"modes\.ferry is not a known key"),
        ("modes.car", "fast", r"modes\.car is 'fast': should be a table with keys of its own"),
        (
            "functions.measured",
            "school",
            r"functions\.measured is 'school': should be a list, \[\.",
        ),
        ("words", {"sv": {}}, r"words\.sv: should be 'da' or 'en'"),
    ],
)
def test_a_wrong_value_names_the_file_the_key_and_what_is_allowed(changed, key, value, message):
    with pytest.raises(ConfigError, match=rf"^study\.toml \(.*\): {message}.*Correct the file\.$"):
        changed(setting(key, value))


@pytest.mark.parametrize("code", ["4314902", "E09000001", "SE-0180"])
def test_a_municipality_code_of_another_country_stays_as_it_is(changed, code):
    assert changed(setting("study.municipality_code", code)).study.municipality_code == code


@pytest.mark.parametrize("code", [169, "169", "0169", " 169 "])
def test_a_municipality_code_is_the_same_with_and_without_zeros(changed, root, code):
    study = changed(setting("study.municipality_code", code))
    assert study == read_study(root / "study.toml")


def test_a_search_as_long_as_the_longest_limit_is_enough(changed):
    assert changed(setting("modes.walk.search.value", 30)).modes.walk.search.value == 30


@pytest.mark.parametrize(
    "value", [4.5, {"value": 4.5, "source": "s"}], ids=["bare number", "no unit"]
)
def test_a_number_without_its_unit_is_refused_with_the_line_to_write(changed, value):
    with pytest.raises(
        ConfigError,
        match=r"modes\.walk\.speed has no unit; write \{ value = 4\.5, unit = 'km/h', source = ",
    ):
        changed(setting("modes.walk.speed", value))


def test_a_missing_key_is_named(changed):
    with pytest.raises(ConfigError, match=r"isochrone\.buffer is missing"):
        changed(lambda document: document["isochrone"].remove("buffer"))


def test_all_faults_stand_in_one_message(changed):
    def change(document):
        document["study"]["language"] = "sv"
        document["modes"]["walk"]["speed"] = 4.5
        document.remove("jobs")

    with pytest.raises(
        ConfigError, match=r"study\.language.*; modes\.walk\.speed has no unit.*; jobs is missing"
    ) as caught:
        changed(change)
    assert "\n" not in str(caught.value)


def test_a_syntax_error_names_the_line(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text("[study]\nid = \n")
    with pytest.raises(
        ConfigError, match=r"study\.toml \(.*\): is not TOML: .*line 2.*\. Correct the file\.$"
    ):
        read_study(path)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes("name = 'Høje'".encode("cp1252"))
    with pytest.raises(ConfigError, match=r"is not TOML in UTF-8: .*0xf8.*Save it as UTF-8\.$"):
        read_toml(path)


@pytest.mark.parametrize(
    "garbled",
    ["H\u00c3\u00b8je", "\u00c3\u0085by", "\u00c3\u2026by", "H\N{REPLACEMENT CHARACTER}je"],
)
def test_garbled_letters_name_their_lines(tmp_path, garbled):
    path = tmp_path / "study.toml"
    path.write_text(f"a = 1\nname = '{garbled}'\n" + f"# {garbled}\n" * 3, "utf-8")
    shown = re.escape(repr(f"# {garbled}"))
    with pytest.raises(
        ConfigError,
        match=rf"^study\.toml \(.*\): 4 lines are garbled: line 2: .*; line 3: {shown}; "
        rf"line 4: {shown}; æ, ø and å are expected\. Write these letters again",
    ):
        read_toml(path)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes(codecs.BOM_UTF8 + "name = 'Høje'".encode())
    assert read_toml(path) == {"name": "Høje"}


def test_a_missing_study_names_the_command_that_makes_one(tmp_path):
    with pytest.raises(
        ConfigError, match=r"none\.toml .*cannot be read: No such file.*htkgis init"
    ):
        read_study(tmp_path / "none.toml")


@pytest.mark.parametrize("error", [IsADirectoryError, PermissionError])  # the latter: Windows
def test_a_folder_in_place_of_the_study_is_refused(tmp_path, monkeypatch, error):
    def refused(*args, **kwargs):
        raise error(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_study(tmp_path)


def test_an_empty_study_lacks_every_table(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text("")
    with pytest.raises(ConfigError, match="study is missing; quarters is missing; functions is"):
        read_study(path)


def test_a_study_that_states_no_currency_is_in_kroner_and_holds_no_trace_of_it(root, changed):
    silent = read_study(root / "study.toml")
    stated = changed(setting("study.currency", "DKK"))
    assert silent.study.currency == stated.study.currency == "DKK"
    assert "currency" not in silent.study.model_dump(mode="json")
    assert silent.model_dump(mode="json") == stated.model_dump(mode="json")


def in_euro(document):
    document["study"]["currency"] = "EUR"
    for kind in document["links"]["kinds"].values():
        kind["each"]["unit"], kind["per_metre"]["unit"] = "EUR", "EUR/m"


def test_a_study_may_be_in_another_currency_with_all_its_prices(changed):
    study = changed(in_euro)
    assert study.study.model_dump(mode="json")["currency"] == "EUR"
    assert study.links.kinds["path"].per_metre.unit == "EUR/m"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("EURO", r"study\.currency is 'EURO': is no currency of ISO 4217: allowed are its codes"),
        ("eur", r"such as 'DKK', 'EUR' or 'SEK'; did you mean 'EUR'\?"),
        ("XAU", r"study\.currency is 'XAU': is no currency"),
    ],
)
def test_a_currency_is_a_code_of_iso_4217(changed, code, said):
    with pytest.raises(ConfigError, match=said):
        changed(setting("study.currency", code))


@pytest.mark.parametrize(
    ("key", "said"),
    [("each", "'DKK': 'EUR' is needed"), ("per_metre", "'DKK/m': 'EUR/m' is needed")],
)
def test_prices_of_links_are_in_the_currency_of_the_study(changed, key, said):
    def change(document):
        in_euro(document)
        document["links"]["kinds"]["water"][key]["unit"] = "DKK" if key == "each" else "DKK/m"

    with pytest.raises(ConfigError, match=rf"links\.kinds\.water\.{key}\.unit is {said}"):
        changed(change)


def test_a_price_without_a_unit_is_told_how_to_be_written(changed):
    with pytest.raises(ConfigError, match=r"has no unit; write .*unit = 'DKK/m'"):
        changed(setting("links.kinds.path.per_metre", 5000))
