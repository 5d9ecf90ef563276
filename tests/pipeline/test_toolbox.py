"""The scripts for QGIS's toolbox: whole in themselves, for its Python, with options that exist."""

import ast
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.errors import SourceError, StoreError
from htkgis.maps import style
from htkgis.pipeline import toolbox
from htkgis.pipeline.toolbox import SOURCES, scripts, write_scripts

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = {
    "htkgis_access.py": "access",
    "htkgis_isochrones.py": "isochrone",
    "htkgis_surface.py": "surface",
    "htkgis_travel_times.py": "times",
}
TEXTS = scripts("/opt/Æ 'htkgis'\\bin/htkgis")


def options_of(name):
    command = main.get_command(click.Context(main), name)
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_script_is_python_of_the_oldest_qgis_and_needs_nothing_of_htkgis(name):
    tree = ast.parse(TEXTS[name], feature_version=(3, 9))
    froms = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    plain = [
        own.name for node in ast.walk(tree) if isinstance(node, ast.Import) for own in node.names
    ]
    parts = {module.partition(".")[0] for module in [*froms, *plain]}
    assert parts <= {"__future__", "collections", "csv", "os", "qgis", "shlex", "shutil", "typing"}
    # of the future first, or no Python takes it
    assert isinstance(tree.body[1], ast.ImportFrom)
    assert (tree.body[1].module, froms.count("__future__")) == ("__future__", 1)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_script_holds_one_algorithm_and_the_command_of_its_installation(name):
    tree = ast.parse(TEXTS[name])
    bases = [[own.id for own in node.bases] for node in tree.body if isinstance(node, ast.ClassDef)]
    assert sum("QgsProcessingAlgorithm" in own for own in bases) == 1
    values = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    assert values["INSTALLED"] == "/opt/Æ 'htkgis'\\bin/htkgis"


@pytest.mark.parametrize(("name", "command"), COMMANDS.items())
def test_every_option_of_a_script_is_one_of_its_command(name, command):
    own = (SOURCES / name.removeprefix("htkgis_")).read_text("utf-8")
    shared = (SOURCES / "command.py").read_text("utf-8")
    asked = set(re.findall(r'"(--[a-z-]+)"', own + shared)) - {"--study", "--catalog"}
    assert f'"{command}",' in own
    assert asked <= options_of(command)
    told = ("--lens", "--timetable", "--date", "--depart", "--window-min", "--percentile")
    assert set(told) <= options_of(command)


@pytest.mark.parametrize(("name", "command"), COMMANDS.items())
def test_the_guides_call_each_algorithm_by_its_names(name, command):
    english, danish = ((DOCS / own).read_text("utf-8") for own in ("qgis.md", "da/qgis.md"))
    script, title = (
        re.search(pattern, TEXTS[name], flags=re.MULTILINE).groups()
        for pattern in (r'^    NAME = "(htkgis_\w+)"$', r'^    TITLE = \("(.+)", "(.+)"\)$')
    )
    assert f"| {title[1]} | `script:{script[0]}` | `htkgis {command}` |" in english
    assert f"\n| {title[0]} | " in danish


def test_modes_and_colours_are_those_of_the_commands_and_pages():
    tree = ast.parse((SOURCES / "command.py").read_text("utf-8"))
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id in {"MODES", "COLOURS"}
    }
    [mode] = [
        own for own in main.get_command(click.Context(main), "times").params if own.name == "mode"
    ]
    assert [name for name, *_ in values["MODES"]] == list(mode.type.choices)
    assert values["COLOURS"] == style.BANDS


def test_the_command_writes_the_scripts_and_writes_them_again(tmp_path):
    for _ in range(2):
        result = CliRunner().invoke(main, ["qgis", "--into", str(tmp_path / "scripts")])
        assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in (tmp_path / "scripts").iterdir()) == sorted(COMMANDS)
    assert "Wrote" in result.stdout


@pytest.mark.parametrize("content", [b"# my own\n", b"\xff\xfe"])
def test_a_script_of_somebody_else_is_not_replaced(tmp_path, content):
    (tmp_path / "htkgis_access.py").write_bytes(content)
    with pytest.raises(StoreError, match=r"1 files there have the name.*'htkgis_access\.py'"):
        write_scripts(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["htkgis_access.py"]


def test_the_folder_of_scripts_is_that_of_the_newest_qgis(tmp_path, monkeypatch):
    monkeypatch.setattr(toolbox.platformdirs, "user_data_path", lambda **_: tmp_path)
    with pytest.raises(SourceError, match=r"no settings there yet.*--into"):
        toolbox.scripts_folder()
    for version in ("QGIS3", "QGIS4"):
        (tmp_path / "QGIS" / version).mkdir(parents=True)
        result = CliRunner().invoke(main, ["qgis", "--where"])
        folder = tmp_path / "QGIS" / version / "profiles" / "default" / "processing" / "scripts"
        assert result.stdout == f"{folder}\n"
    assert not folder.exists()


def test_a_program_that_watches_is_told_of_each_step(monkeypatch, capsys):
    from htkgis.cli.options import shown_progress

    monkeypatch.setenv("HTKGIS_PROGRESS", "lines")
    with shown_progress() as progress:
        progress("walk_graph", 3, 12)
    assert capsys.readouterr().err == "progress 3/12 walk_graph\n"
