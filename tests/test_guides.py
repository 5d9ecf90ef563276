"""The generated parts of the guides are whole: every measure, command, role and decision."""

import inspect
import json
import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from htkgis import access
from htkgis.catalog import Role, read_catalog
from htkgis.cli import COMMANDS
from htkgis.pipeline.access_request import ALL_MEASURES
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.study import read_study

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GUIDES_OF_RUNS = ("kom-i-gang", "opdater-lag")


@pytest.fixture(scope="module")
def parts():
    sys.path.insert(0, str(DOCS))
    try:
        import parts
        import parts.measures

        yield parts
    finally:
        sys.path.remove(str(DOCS))


@pytest.fixture(scope="module")
def text(parts):
    return {name: make("en") for name, make in parts.PARTS.items()}


def public_functions():
    return [name for name in access.__all__ if inspect.isfunction(getattr(access, name))]


def test_every_public_measure_and_every_name_of_one_stands_in_the_guide(text):
    absent = [
        f"htkgis.access.{name}"
        for name in public_functions()
        if f".. autofunction:: htkgis.access.{name}\n" not in text["measures"]
    ]
    assert absent == []
    assert [name for name in ALL_MEASURES if f"| `{name}" not in text["measures"]] == []


def test_formulas_of_the_network_and_of_scenarios_stand_in_the_guide(text):
    assert ".. autofunction:: htkgis.network.directness.directness" in text["formulas"]
    assert "htkgis.scenario.shapley" in text["formulas"]


def test_every_formula_is_one_that_browsers_draw(parts):
    pytest.importorskip("docutils", reason="the packages of htkgis[docs] are not installed")
    from parts.formula import mathml
    from parts.measures import every_formula, every_measure, formulas_of

    named = [*(function for _, function in every_measure()), *(row[-1] for row in every_formula())]
    found = [formula for item in named for formula in formulas_of(item)]
    assert len(found) >= 50
    assert [one for one in found if not mathml(one, block=True).startswith("<math")] == []


def test_every_command_stands_in_the_guide_with_its_options(text):
    names = [name for name in COMMANDS if f"\n## htkgis {name}" not in "\n" + text["commands"]]
    assert names == []
    assert "## htkgis scenario compare" in text["commands"]
    assert "`--limit-min FLOAT RANGE`\n: " in text["commands"]


def test_every_role_of_a_layer_stands_in_the_guide_with_its_columns(text):
    assert [role for role in get_args(Role) if f"### {role}\n" not in text["roles"]] == []
    assert "`position_accuracy_m`\n: number; at least 0" in text["roles"]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_layer_of_the_catalog_stands_in_the_guide_with_its_licence(parts, language):
    made = parts.PARTS["layers"](language)
    catalog = tomllib.loads((ROOT / "layers" / "catalog.toml").read_text("utf-8"))
    assert [name for name in catalog["layers"] if f"(`{name}`)" not in made] == []
    assert made.count("ODbL 1.0") > 5


def test_every_decision_of_the_study_stands_in_the_guide_with_its_source(parts):
    made = parts.PARTS["decisions"]("da")

    def leaves(table, path=""):
        for key, value in table.items():
            if isinstance(value, dict) and "value" not in value:
                yield from leaves(value, f"{path}{key}.")
            elif key not in {"source", "source_en"} and not isinstance(value, list):
                yield f"{path}{key}"

    names = list(leaves(tomllib.loads((ROOT / "study.toml").read_text("utf-8"))))
    assert len(names) > 150
    assert [name for name in names if f"`{name}`\n: " not in made] == []
    assert "`modes.walk.speed`\n: 4.5 km/t.: mellem 5,0 km/t." in made


def told_commands():
    """Calls of the program in blocks of code, as words, with their page; \\ goes on below."""
    for page in sorted([*DOCS.glob("*.md"), *DOCS.glob("da/*.md")]):
        inside = False
        for line in re.sub(r"\\\n\s*", " ", page.read_text("utf-8")).splitlines():
            if line.lstrip().startswith("```"):
                inside = not inside
            elif inside and line.lstrip().startswith("htkgis "):
                yield page.stem, shlex.split(re.split(r" && | #", line)[0])[1:]


def test_every_command_that_a_guide_tells_exists_and_has_the_options_it_is_given(parts):
    from parts.commands import every_command

    known = dict(every_command())
    told = [(page, words) for page, words in told_commands() if words != ["--version"]]
    assert len(told) > 30
    for page, words in told:
        name = " ".join(words[:2])
        assert name in known or words[0] in known, (page, words)
        options = {
            option for own in known.get(name, known.get(words[0])).params for option in own.opts
        }
        given = {word for word in words if word.startswith("--")}
        assert given <= {*options, "--help"}, (page, words)


def test_the_first_run_of_the_danish_guide_has_the_files_and_steps_of_the_embedded_study():
    study, catalog = read_study(ROOT / "study.toml"), read_catalog(ROOT / "layers" / "catalog.toml")
    steps = len(profile_steps(study, catalog, dict.fromkeys(catalog.layers, "0" * 64), "da"))
    files = len(list((ROOT / "maps").iterdir()))
    first, next_ones = ((DOCS / "da" / f"{n}.md").read_text("utf-8") for n in GUIDES_OF_RUNS)
    assert f"Published {files} files in maps ({steps} steps computed)." in first
    assert f" af {steps} trin er regnet om" in next_ones


def test_a_page_that_names_a_part_that_is_not_there_is_refused(parts):
    assert parts.filled("before\n<!-- part: roles -->\n", "en").count("### ") == len(get_args(Role))
    with pytest.raises(KeyError, match="weather"):
        parts.filled("<!-- part: weather -->", "en")


def test_a_page_that_the_front_page_does_not_name_is_listed_all_the_same(parts, tmp_path):
    (tmp_path / "index.md").write_text("new\n\n```{toctree}\nknown\nmaps*\n```\n", "utf-8")
    for name in ("known", "maps-in-qgis", "new"):
        (tmp_path / f"{name}.md").write_text("# A page\n", "utf-8")
    assert parts.further("en", folder=tmp_path).split() == [
        "```{toctree}",
        ":maxdepth:",
        "1",
        "new",
        "```",
    ]


@pytest.mark.parametrize("path", sorted(DOCS.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"]] == []
