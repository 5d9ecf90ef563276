"""The code knows no municipality: what the embedded study is about stands in its own files."""

import re
import tomllib
from pathlib import Path

from htkgis.catalog import read_catalog
from htkgis.loaders.table import read_csv_table

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "htkgis"
ENDINGS = {".py", ".toml", ".js", ".html", ".css", ".md", ".svg"}
COLUMNS = ("id", "name", "name_en", "also_called", "housing_organisation")
FEATURE_ROLES = ("municipality", "quarters", "housing_areas", "gates", "stations", "places", "jobs")
ORDINARY = {"moske", "plejehjem", "ungdomsskole", "bmx", "raaderum", "nærheden"}
"""Words of the language that are names of places as well."""
FIXED = ("taastrup", "tåstrup", "gadehave", "charlotteager", "hedehus", "0169", "selsmose")


def words_of_the_study():
    """List names and ids of the embedded study in small letters: quarters, areas, places."""
    study = tomllib.loads((ROOT / "study.toml").read_text("utf-8"))
    named = [study["study"][key] for key in ("id", "name", "municipality", "municipality_code")]
    for quarter in study["quarters"]:
        named += quarter.values()
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    for name in (name for role in FEATURE_ROLES for name in catalog.by_role(role)):
        layer = catalog.layers[name]
        table = read_csv_table(catalog.file(name))
        for ours in COLUMNS:
            if ours in layer.columns:
                named += table[layer.columns[ours]].dropna().tolist()
    words = {str(word).strip().casefold() for word in named} - ORDINARY - {""}
    return sorted({word for word in words if len(word) > 3} | set(FIXED))


WORDS = words_of_the_study()


def found_in(text):
    """List the words of the study that begin a word of a text."""
    small = text.casefold()  # most words stand nowhere, and to see that takes no pattern
    return [w for w in WORDS if w in small and re.search(rf"(?<!\w){re.escape(w)}", small)]


def test_the_words_that_are_searched_for_are_those_of_the_study():
    expected = {"0169", "taastrupgaard", "gadehavegård", "charlottekvarteret", "kulturkvarteret"}
    assert expected <= set(WORDS)
    assert len(WORDS) > 100
    assert found_in("Example: htkgis print Kulturkvarteret") == ["kulturkvarteret"]


def test_no_file_of_the_package_names_anything_of_the_embedded_study():
    files = [path for path in PACKAGE.rglob("*") if path.suffix in ENDINGS]
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sorted(files)}
    assert len(texts) > 500
    assert {name: words for name, text in texts.items() if (words := found_in(text))} == {}
