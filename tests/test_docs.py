"""Documents tell the truth: commands, files and options that they name exist, and the reverse."""

import inspect
import re
import shlex
import tomllib
from pathlib import Path
from typing import get_args

import click
import pytest
import tomlkit

from htkgis.catalog import read_catalog
from htkgis.cli import COMMANDS, main
from htkgis.loaders.production_units import COLUMNS
from htkgis.maps import load_text
from htkgis.scenario_rules import AnyEdit, Edit, read_scenario
from htkgis.study import read_study

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = ("README.md", "DESIGN.md", "CONTRIBUTING.md", "CHANGELOG.md")


def all_commands():
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        if isinstance(command, click.Group):
            for sub in command.commands.values():
                yield f"{name} {sub.name}", sub
        else:
            yield name, command


CALLS = dict(all_commands())


@pytest.mark.parametrize("name", CALLS)
def test_every_command_stands_in_the_readme(name):
    assert f"`htkgis {name}" in README


@pytest.mark.parametrize("name", CALLS)
def test_every_command_has_help_with_an_example(name):
    text = " ".join(CALLS[name].help.split())
    assert text
    assert f"Example: htkgis {name}" in text


def examples(text):
    """Command lines of a help: a paragraph that begins as one, and each line of a fixed block."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        fixed = paragraph.startswith("\b")
        joined = paragraph.removeprefix("\b").replace("\\\n", " ").strip()
        for line in joined.splitlines() if fixed else [" ".join(joined.split())]:
            stripped = line.removeprefix("Example: ")
            if stripped.startswith("htkgis "):
                yield stripped


LINES = [line for command in CALLS.values() for line in examples(command.help)]


@pytest.mark.parametrize("line", LINES)
def test_every_example_is_a_command_that_is_taken(line):
    _, name, *arguments = shlex.split(line)
    command = main.get_command(click.Context(main), name)
    if isinstance(command, click.Group):
        command = command.commands[arguments.pop(0)]
    command.make_context(name, arguments)


@pytest.mark.parametrize("name", CALLS)
def test_every_option_has_help(name):
    silent = [
        option.name
        for option in CALLS[name].params
        if isinstance(option, click.Option) and not (option.help or option.required)
    ]
    assert silent == []


@pytest.mark.parametrize("name", [name for name in CALLS if " " not in name])
def test_the_help_of_the_group_is_the_first_line_of_the_command(name):
    assert CALLS[name].help.strip().splitlines()[0] == COMMANDS[name]


def test_the_readme_names_no_command_that_is_not_there():
    subs = "list|accept|compare|effects|run"
    named = set(re.findall(rf"`htkgis ([a-z]+(?: (?:{subs}))?)", README)) - {"layers"}
    assert named == set(CALLS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(document):
    text = (ROOT / document).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_gives_one_command_to_run_and_one_to_test():
    blocks = re.findall(r"```\n(.*?)\n```", README, flags=re.DOTALL)
    assert blocks[:2] == ["python3 scripts/run.py", "python3 scripts/test.py"]
    assert all((ROOT / block.split()[1]).exists() for block in blocks[:2])


def test_continuous_integration_calls_the_readme_s_test_command():
    assert "python3 scripts/test.py" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_change_log_names_this_version():
    from htkgis import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_catalog_entries_of_registers_are_ones_that_a_catalog_takes(tmp_path):
    text = (ROOT / "docs" / "registers.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    layers = {n: row for block in blocks for n, row in tomllib.loads(block)["layers"].items()}
    told = dict.fromkeys(("title", "title_en", "source", "source_en", "licence", "credit"), "told")
    path = tmp_path / "catalog.toml"
    entries = {name: told | {"published": "2026"} | row for name, row in layers.items()}
    path.write_text(tomlkit.dumps({"layers": entries}), "utf-8")
    read = read_catalog(path).layers
    assert list(read) == ["jobs", "addresses_dar", "institutions"]
    assert set(read["jobs"].columns.values()) <= set(COLUMNS)


def test_the_study_outside_denmark_is_one_that_its_document_can_make(tmp_path):
    text = (ROOT / "docs" / "other-places.md").read_text("utf-8")
    written = re.findall(r"^```toml\n(.*?)```", text, flags=re.MULTILINE | re.DOTALL)
    blocks = [tomllib.loads(block) for block in written]
    (tmp_path / "catalog.toml").write_text(tomlkit.dumps(blocks[0]), "utf-8")
    layers = read_catalog(tmp_path / "catalog.toml").layers
    cells = [name for name, layer in layers.items() if layer.each == "cell"]
    assert cells == ["hexagons", "jobs", "schools", "healthcare"]
    assert len([layer for layer in layers.values() if layer.role == "timetable"]) == 2
    study = tomllib.loads((ROOT / "study.toml").read_text("utf-8"))
    changed, added = blocks[1:]
    study["functions"] |= {key: changed[key] for key in ("measured", "drawn")}
    study["places"]["max_position_accuracy"] = changed["max_position_accuracy"]
    study["profile"]["key_functions"] = changed["key_functions"]
    study["pages"]["region"] = changed["region"]
    study["gaps"] = {"direct": study["gaps"]["direct"], **added["gaps"]}
    study["gaps"]["limits"] = {"value": {}, "unit": "min", "source": "none"}
    study |= {"transit": added["transit"], "words": added["words"]}
    study.pop("links")
    (tmp_path / "study.toml").write_text(tomlkit.dumps(study), "utf-8")
    read = read_study(tmp_path / "study.toml")
    assert list(read.transit.windows) == ["noon", "afternoon"]
    assert load_text("en").with_own(read.words["en"])("function.education") == "University"


SCENARIOS = (ROOT / "docs" / "scenarios.md").read_text("utf-8")


def test_every_kind_of_edit_stands_with_all_its_keys_in_the_document_of_scenarios():
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", SCENARIOS, flags=re.MULTILINE)
    told = {kind: set(re.findall(r"`(\w+)`", keys)) for kind, keys in rows}
    union, _ = get_args(AnyEdit)
    kinds = {get_args(edit.model_fields["kind"].annotation)[0]: edit for edit in get_args(union)}
    common = {*Edit.model_fields, "kind"}
    assert told == {kind: set(edit.model_fields) - common for kind, edit in kinds.items()}


def test_the_scenario_of_the_document_is_one_that_reads(tmp_path):
    block, *_ = re.findall(r"```toml\n(.*?)```", SCENARIOS, flags=re.DOTALL)
    (tmp_path / "bro.toml").write_text(block, "utf-8")
    scenario = read_scenario(tmp_path / "bro.toml")
    assert [edit.kind for edit in scenario.edits] == ["add_street"]
    assert [left_out.project for left_out in scenario.without_effect] == ["infrastruktur_gadehave"]
