"""The catalog: rights come first, changed files stop, accepting keeps what the file says."""

import pytest

from htkgis.catalog import accept_layers, layer_states, read_catalog
from htkgis.errors import ConfigError, SourceError
from htkgis.store import sha256_bytes

OLD, NEW = b"id\n1\n", b"id\n2\n"
TEXT = """\
# Facts about the layers.
[layers.places]  # drawn and measured
path = "places.csv"
title = "Steder"   # two spaces before
title_en = "Places"
source = "kilde"
source_en = "source"
licence = "CC0 1.0"
credit = "nobody"
published = "2026"
sha256 = "{sha}"
columns = {{ id = "id" }}

# The end.
"""
ACCEPTED = TEXT.format(sha=sha256_bytes(OLD))


@pytest.fixture
def written(tmp_path):
    """Write a commented catalog of one layer, accepted at OLD, and its file with ``data``."""

    def write(data=OLD, text=ACCEPTED):
        (tmp_path / "places.csv").write_bytes(data)
        path = tmp_path / "catalog.toml"
        path.write_text(text, "utf-8", newline="")
        return path

    return write


def without(text, start):
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(start))


def test_the_embedded_catalog_states_licence_and_credit_of_every_layer(root):
    layers = read_catalog(root / "layers" / "catalog.toml").layers
    assert len(layers) == 19
    assert all(layer.licence and layer.credit and layer.sha256 for layer in layers.values())


def test_the_embedded_layers_are_the_accepted_files(root):
    catalog = read_catalog(root / "layers" / "catalog.toml")
    assert set(layer_states(catalog).values()) == {"accepted"}
    assert list(catalog.checked_hashes()) == list(catalog.layers)


@pytest.mark.parametrize("key", ["licence", "credit", "path", "title"])
def test_a_layer_without_licence_credit_path_or_title_does_not_load(written, key):
    path = written(text=without(TEXT.format(sha=""), f"{key} "))
    with pytest.raises(
        ConfigError, match=rf"^catalog\.toml \(.*\): layers\.places\.{key} is missing\. Correct"
    ):
        read_catalog(path)


def test_what_is_said_in_one_language_alone_is_said_in_both(written):
    only = without(without(TEXT.format(sha=""), "title_en "), "source_en ")
    layer = read_catalog(written(text=only)).layers["places"]
    assert (layer.title_en, layer.source_en) == (layer.title, layer.source)


ALONG = 'along = { within_m = 10, least_share = 0.6, source = "målt", source_en = "measured" }'


@pytest.mark.parametrize("role", ["speed_limits", "cycle_routes"])
def test_lines_along_streets_say_how_near_they_lie(written, role):
    stated = ACCEPTED.replace("columns =", f'role = "{role}"\n{ALONG}\ncolumns =')
    assert read_catalog(written(text=stated)).near("places") == {
        "within_m": 10,
        "least_share": 0.6,
    }
    missing = ACCEPTED.replace("columns =", f'role = "{role}"\ncolumns =')
    with pytest.raises(ConfigError, match=r"layers\.places\.along is missing; layers of the roles"):
        read_catalog(written(text=missing))


def test_how_near_a_layer_lies_that_is_not_joined_to_streets_is_refused(written):
    with pytest.raises(ConfigError, match=r"layers\.places\.along is not used; .*and no others"):
        read_catalog(written(text=ACCEPTED.replace("columns =", f"{ALONG}\ncolumns =")))


@pytest.mark.parametrize("wrong", ["within_m = 0", "least_share = 1.1", "least_share = 0"])
def test_a_rule_of_nearness_that_is_none_is_refused(written, wrong):
    key = wrong.split()[0]
    stated = ALONG.replace(f"{key} = {10 if key == 'within_m' else 0.6}", wrong)
    with pytest.raises(ConfigError, match=rf"layers\.places\.along\.{key} is"):
        read_catalog(written(text=ACCEPTED.replace("columns =", f"{stated}\ncolumns =")))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('licence = ""', "licence is '': is empty; text is allowed"),
        ('licens = "CC0"', "licens is not a known key; did you mean 'licence'"),
        ("published = 2026", "published is 2026: should be text in quotes"),
        ('published = "yesterday"', "published is 'yesterday': a year, a month or a day"),
        ('sha256 = "abc"', "sha256 is 'abc': 64 digits"),
        ('crs = "UTM32"', "crs is 'UTM32': 'EPSG:' and a number"),
        ('role = "map"', "role is 'map': should be one of 37: 'municipality', 'quarters', "),
        ('role = "place"', "role is 'place': .* and 34 more; did you mean 'places'"),
        (
            "constants = { unit = [1] }",
            r"constants\.unit is \[1\]: should be text in quotes or a n",
        ),
        ("columns = ['id']", r"columns is \['id'\]: should be a table"),
        ('encoding = "latin-99"', "encoding is 'latin-99': is no encoding; utf-8 or cp1252 is"),
        ('encoding = "hex"', "encoding is 'hex': is no encoding"),
        ('geometry = { lat = "y" }', "geometry needs either wkt, lat and lon, key and of, or h3"),
        ('geometry = { lat = "y", lon = "x", wkt = "w" }', "geometry needs either wkt, lat"),
        ("coverage = [12.1, 55.5, 12.4]", "coverage is .*: holds 3; at least 4 should"),
        ("coverage = [12.4, 55.5, 12.1, 55.7]", "coverage is .* must be west, south, east, north"),
        ("coverage = [12.1, 55.5, 12.4, 95.0]", "coverage is .* must be west, south, east, north"),
        ("coverage = [12.1, 55.5, 12.4, nan]", "coverage.3 is nan: .*finite"),
    ],
)
def test_a_wrong_fact_names_the_layer_and_the_key(written, line, message):
    text = without(TEXT.format(sha=""), line.split(" ")[0] + " ")
    path = written(text=text.replace("\n# The end.", line))
    with pytest.raises(ConfigError, match=rf"layers\.places\.{message}"):
        read_catalog(path)


def test_a_layer_whose_name_is_no_role_must_state_one(written):
    text = TEXT.format(sha="").replace("layers.places", "layers.libraries")
    with pytest.raises(
        ConfigError, match=r"1 layers have no role: 'libraries'; state role = one of municipality, "
    ):
        read_catalog(written(text=text))
    catalog = read_catalog(written(text=text.replace("\n# The", '\nrole = "places"\n# The')))
    assert list(catalog.by_role("places")) == ["libraries"]
    assert catalog.by_role("jobs") == {}


def test_a_missing_catalog_and_one_that_is_not_toml_are_refused(tmp_path, written):
    with pytest.raises(ConfigError, match=r"none\.toml .*cannot be read"):
        read_catalog(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match=r"catalog\.toml .*is not TOML: Expected"):
        read_catalog(written(text="[layers"))
    with pytest.raises(ConfigError, match="layers is missing"):
        read_catalog(written(text=""))


def test_a_layer_in_the_data_folder_needs_the_option_data(written, tmp_path):
    path = written(text=TEXT.format(sha="").replace("places.csv", "{data}/htk/places.csv"))
    with pytest.raises(
        ConfigError, match=r"layers\.places\.path '\{data\}/htk/places\.csv' lies .*--data DIR"
    ):
        read_catalog(path).file("places")
    assert layer_states(read_catalog(path)) == {"places": "missing"}
    found = read_catalog(path, data=tmp_path / "else").file("places")
    assert found == tmp_path / "else" / "htk" / "places.csv"


def test_a_missing_file_names_the_layer_and_its_path(written, tmp_path):
    catalog = read_catalog(written())
    (tmp_path / "places.csv").unlink()
    with pytest.raises(SourceError, match=r"^places \(.*places\.csv\): the file is missing\. Put"):
        catalog.checked_hashes()


def test_a_path_that_is_too_long_is_named_in_few_letters(written):
    catalog = read_catalog(written(text=TEXT.format(sha="").replace("places.csv", "x" * 999)))
    with pytest.raises(
        SourceError,
        match=r"^places \(.{120}\): cannot be read: File name too long\. Check layers\.pl",
    ):
        catalog.hash("places")


@pytest.fixture
def shapefile(written, tmp_path):
    """Read a catalog of one shapefile that lies beside another whose name begins alike."""
    for part in (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix"):
        (tmp_path / f"gates{part}").write_bytes(part.encode())
        (tmp_path / f"gates.old{part}").write_bytes(b"other")
    path = written(text=TEXT.format(sha="").replace("places.csv", "gates.shp"))
    accept_layers(read_catalog(path), ["places"])
    return read_catalog(path)


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf", ".prj", ".cpg"])
def test_a_shapefile_has_changed_when_any_of_its_parts_has(shapefile, tmp_path, part):
    assert layer_states(shapefile) == {"places": "accepted"}
    (tmp_path / f"gates{part}").write_bytes(b"edited")
    assert layer_states(shapefile) == {"places": "changed"}
    (tmp_path / f"gates{part}").write_bytes(part.encode())
    assert layer_states(shapefile) == {"places": "accepted"}
    if part != ".shp":
        (tmp_path / f"gates{part}").rename(tmp_path / f"gates{part.upper()}")
        assert layer_states(shapefile) == {"places": "accepted"}
        (tmp_path / f"gates{part.upper()}").unlink()
        assert layer_states(shapefile) == {"places": "changed"}


def test_an_index_beside_a_shapefile_does_not_change_it(shapefile, tmp_path):
    (tmp_path / "gates.qix").write_bytes(b"made by QGIS")
    (tmp_path / "gates.old.dbf").write_bytes(b"edited")
    assert layer_states(shapefile) == {"places": "accepted"}


def test_a_geopackage_that_is_open_in_another_program_is_not_accepted(written, tmp_path):
    path = written(text=TEXT.format(sha="").replace("places.csv", "places.GPKG"))
    (tmp_path / "places.GPKG").write_bytes(b"x")
    assert read_catalog(path).hash("places") == sha256_bytes(b"x")
    (tmp_path / "places.GPKG-wal").write_bytes(b"changes")
    with pytest.raises(SourceError, match=r"^places\.GPKG \(.*\): is open in another program"):
        accept_layers(read_catalog(path), ["places"])


@pytest.mark.parametrize(
    ("sha", "data", "state"),
    [
        (sha256_bytes(OLD), OLD, "accepted"),
        (sha256_bytes(OLD), NEW, "changed"),
        ("", OLD, "never accepted"),
    ],
)
def test_a_layer_is_accepted_changed_or_never_accepted(written, sha, data, state):
    catalog = read_catalog(written(data, TEXT.format(sha=sha)))
    assert layer_states(catalog) == {"places": state}


def test_a_changed_layer_names_the_command_that_accepts_it(written):
    catalog = read_catalog(written(NEW))
    with pytest.raises(
        SourceError,
        match=r"1 of 1 layers are not the accepted files: 'places'.*accept with: "
        "htkgis layers accept places$",
    ):
        catalog.checked_hashes()


def test_accepting_changes_one_line_and_keeps_every_comment(written):
    path = written(NEW)
    before = path.read_text("utf-8")
    accepted = accept_layers(read_catalog(path), ["places"], reason="ny skole")
    old, new = sha256_bytes(OLD), sha256_bytes(NEW)
    assert accepted == {"places": new}
    lines = path.read_text("utf-8").splitlines()
    added = [line for line in lines if line not in before.splitlines()]
    assert added[0] == f'sha256 = "{new}"'
    assert len(added) == 2
    assert [line for line in lines if line not in added] == [
        line for line in before.splitlines() if line != f'sha256 = "{old}"'
    ]
    layer = read_catalog(path).layers["places"]
    assert [(entry.sha256, entry.reason) for entry in layer.history] == [(old, "ny skole")]
    assert read_catalog(path).checked_hashes() == accepted


def test_history_grows_with_each_accepted_version(written, tmp_path):
    path = written(NEW)
    accept_layers(read_catalog(path), ["places"], reason="first")
    (tmp_path / "places.csv").write_bytes(OLD)
    accept_layers(read_catalog(path), ["places"], reason="second")
    history = read_catalog(path).layers["places"].history
    assert [entry.reason for entry in history] == ["first", "second"]
    assert [entry.sha256 for entry in history] == [sha256_bytes(OLD), sha256_bytes(NEW)]


def test_history_written_as_tables_grows_too(written):
    text = TEXT.format(sha=sha256_bytes(OLD))
    text += f'[[layers.places.history]]\nsha256 = "{"0" * 64}"\nreason = "by hand"\n'
    path = written(NEW, text)
    accept_layers(read_catalog(path), ["places"], reason="second")
    history = read_catalog(path).layers["places"].history
    assert [entry.reason for entry in history] == ["by hand", "second"]


def test_a_first_version_has_no_history(written):
    path = written(NEW, TEXT.format(sha=""))
    accept_layers(read_catalog(path), ["places"])
    layer = read_catalog(path).layers["places"]
    assert (layer.sha256, layer.history) == (sha256_bytes(NEW), ())


def test_line_ends_of_windows_stay(written):
    path = written(NEW, TEXT.format(sha="").replace("\n", "\r\n"))
    accept_layers(read_catalog(path), ["places"])
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == TEXT.count("\n")


@pytest.mark.parametrize("names", [["stations"], ["places", "stations"]])
def test_accepting_an_unknown_name_changes_nothing(written, names):
    path = written(NEW)
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="no layer is called 'stations'; there are places"):
        accept_layers(read_catalog(path), names)
    assert path.read_bytes() == before


def test_accepting_a_missing_file_changes_nothing(written, tmp_path):
    path = written()
    before = path.read_bytes()
    (tmp_path / "places.csv").unlink()
    with pytest.raises(SourceError, match="the file is missing"):
        accept_layers(read_catalog(path), ["places"])
    assert path.read_bytes() == before


def test_accepting_what_is_accepted_writes_nothing(written):
    path = written(OLD)
    before = path.stat().st_mtime_ns, path.read_bytes()
    assert accept_layers(read_catalog(path), ["places"]) == {}
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
