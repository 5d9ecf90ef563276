"""Decisions on pages: sizes in kilobytes, and a background that holds no key."""

import shutil
from pathlib import Path

import pytest

from htkgis.errors import ConfigError
from htkgis.study import read_study

STUDY = Path(__file__).parent.parent / "study.toml"
TILES = {
    "kind": "tiles",
    "name": "Skærmkort",
    "address": "https://maps.example.org/{z}/{x}/{y}.png",
    "credit": "© Example",
}
UTM = TILES | {"crs": "EPSG:25832"}
GRID = "{ west_m = 120000, north_m = 6500000, resolution_m = 1638.4 }"
WMS = TILES | {"kind": "wms", "address": "https://maps.example.org/wms", "layers": "grey"}


def study(tmp_path, **background):
    path = tmp_path / "study.toml"
    shutil.copy(STUDY, path)
    if background:
        lines = [
            f"{name} = {value}" if name == "grid" else f'{name} = "{value}"'
            for name, value in background.items()
        ]
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(["", "[background]", *lines, ""]))
    return read_study(path)


def test_the_study_has_no_background_and_a_limit_for_each_kind_of_page(tmp_path):
    found = study(tmp_path)
    assert found.background is None
    assert "background" not in found.model_dump(mode="json")
    sizes = {name: size["value"] for name, size in found.pages.model_dump().items()}
    own = {"front": 750, "quarter": 2000, "explorer": 2500}
    joint = {"region": 900, "plans": 700, "differences": 2000, "changes": 1500}
    assert sizes == own | joint


@pytest.mark.parametrize(
    "background",
    [TILES, WMS, UTM | {"grid": GRID}, WMS | {"crs": "EPSG:25832"}],
    ids=["tiles", "wms", "tiles of a tiling", "wms in utm"],
)
def test_a_background_that_is_open_to_all_is_taken(tmp_path, background):
    assert study(tmp_path, **background).background.origin == "https://maps.example.org"


@pytest.mark.parametrize(
    "address",
    [
        "https://maps.example.org/{z}/{x}/{y}.png?token=SECRET",
        "https://maps.example.org/{z}/{x}/{y}.png?a=1&API_KEY=SECRET",
        "https://maps.example.org/{z}/{x}/{y}.png?Password=SECRET",
        "https://SECRET:word@maps.example.org/{z}/{x}/{y}.png",
        "https://maps.example.org/token/SECRET/{z}/{x}/{y}.png",
        "https://maps.example.org/SECRET0123456789abcdefghij/{z}/{x}/{y}.png",
    ],
)
def test_an_address_with_a_key_is_refused_in_one_line_that_does_not_repeat_it(tmp_path, address):
    with pytest.raises(ConfigError, match=r"background\.address holds a key, token or") as error:
        study(tmp_path, **TILES | {"address": address})
    assert "SECRET" not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"address": "http://maps.example.org/{z}/{x}/{y}.png"}, r"must be https://host"),
        ({"address": "https://{s}.example.org/{z}/{x}/{y}.png"}, r"must be https://host"),
        ({"address": "https://maps.example.org/{z}/{x}.png"}, r"must hold \{z\}, \{x\} and \{y\}"),
        ({"address": "https://maps.example.org/; x/{z}/{x}/{y}"}, r"a sign that an address"),
        ({"layers": "grey"}, r"layers belongs to kind 'wms'"),
        ({"kind": "wms"}, r"must hold no \{ \}"),
        ({"kind": "vector"}, r"background\.kind is 'vector'"),
        ({"credit": ""}, r"background\.credit"),
        ({"crs": "EPSG:25833"}, r"background\.crs is 'EPSG:25833'"),
        ({"crs": "EPSG:25832"}, r"grid belongs to kind 'tiles' in crs 'EPSG:25832', which needs"),
        ({"grid": GRID}, r"grid belongs to kind 'tiles' in crs"),
        ({"crs": "EPSG:25832", "grid": GRID.replace("1638.4", "0")}, r"resolution_m is 0"),
    ],
)
def test_what_a_background_cannot_be_is_named(tmp_path, change, message):
    with pytest.raises(ConfigError, match=rf"study\.toml .*{message}.*Correct the file"):
        study(tmp_path, **TILES | change)
