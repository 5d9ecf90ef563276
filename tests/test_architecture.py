"""The two arrows: imports point down, stages never import each other; files stay short."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "htkgis"
LAYERS = [
    {"__main__"},
    {"cli"},
    {"pipeline"},
    {"loaders", "scenario", "network", "access", "profile", "maps", "publish", "toolbox"},
    {"catalog"},
    {"layer_facts"},
    {"services"},
    {"study"},
    {
        "transit_rules",
        "effect_rules",
        "gap_rules",
        "isolation_rules",
        "job_rules",
        "link_rules",
        "page_rules",
        "robustness_rules",
        "scenario_rules",
        "update_rules",
    },
    {"quantities", "clock", "compiled", "currency"},
    {"schema"},
    {"store", "toml_file", "extras"},
    {"setting_faults"},
    {"errors", "sums", "units"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
SOURCES = sorted(
    path
    for folder in (PACKAGE, PACKAGE.parent / "tests", PACKAGE.parent / "scripts")
    for path in folder.rglob("*")
    if path.suffix in {".py", ".js", ".css", ".html"} and "leaflet" not in path.parts
)


def named(path):
    return path.relative_to(PACKAGE.parent).as_posix()


def part_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path):
    """First-level names of htkgis that a file imports, wherever the import stands."""
    package = ("htkgis", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            dotted = [*base, *(node.module or "").split(".")] if node.module else [*base]
            names = [".".join([*dotted, alias.name]) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "htkgis" and len(parts) > 1 and parts[1] != "__version__":
                yield parts[1]


def test_every_module_has_a_place_in_the_layers():
    assert {part_of(path) for path in MODULES} <= set(LEVEL)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_point_down(path):
    own = part_of(path)
    wrong = sorted({n for n in imported_parts(path) if n != own and LEVEL[n] <= LEVEL[own]})
    assert not wrong, f"{own} (layer {LEVEL[own]}) imports {wrong}: that is beside or above it"


def test_the_check_sees_a_sideways_import(tmp_path, monkeypatch):
    module = tmp_path / "htkgis" / "access" / "wrong.py"
    module.parent.mkdir(parents=True)
    module.write_text("from ..network import search\nfrom htkgis.pipeline import steps\n")
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path / "htkgis")
    assert sorted(imported_parts(module)) == ["network", "pipeline"]
    assert LEVEL["network"] <= LEVEL["access"]


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_file_is_above_400_lines(path):
    assert path.read_text("utf-8").count("\n") <= 400


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_publish_and_store_write_files(path):
    if part_of(path) in {"publish", "store"}:
        return
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"write_text", "write_bytes", "to_parquet", "to_csv", "to_file", "unlink"}


def test_no_module_is_a_drawer():
    names = {path.stem for path in MODULES}
    assert not names & {"utils", "util", "helpers", "helper", "misc", "common"}
