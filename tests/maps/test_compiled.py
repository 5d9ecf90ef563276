"""Templates that were compiled before render the same, and whatever hinders that, they render."""

from pathlib import Path

import jinja2
import pytest

from htkgis.maps.compiled import FOLDER, CompiledTemplates

SOURCE = {"page": "{% for row in rows %}{{ row }};{% endfor %}"}


def rendered(folder, source=SOURCE, **options):
    kept = CompiledTemplates(folder, options)
    page = jinja2.Environment(
        loader=jinja2.DictLoader(source), bytecode_cache=kept, autoescape=True, **options
    )
    return page.get_template("page").render(rows=["<", 1])


def files(folder):
    return sorted((folder / FOLDER).glob("*"))


def test_a_template_is_compiled_once(tmp_path, monkeypatch):
    first = rendered(tmp_path)
    monkeypatch.setattr(jinja2.Environment, "_generate", None)
    assert rendered(tmp_path) == first == "&lt;;1;"


def test_of_another_source_or_option_it_is_compiled_anew(tmp_path):
    rendered(tmp_path)
    assert rendered(tmp_path, {"page": "other\n"}) == "other"
    assert rendered(tmp_path, {"page": "other\n"}, keep_trailing_newline=True) == "other\n"
    assert rendered(tmp_path) == "&lt;;1;"


@pytest.mark.parametrize("left", [0, 3, 20, 40, 100])
def test_what_was_cut_short_is_compiled_anew(tmp_path, left):
    first = rendered(tmp_path)
    (file,) = files(tmp_path)
    file.write_bytes(file.read_bytes()[:left])
    assert rendered(tmp_path) == first
    assert len(file.read_bytes()) > 100


def test_where_nobody_may_write_nothing_is_kept(tmp_path):
    (tmp_path / FOLDER).write_text("a file where the folder would be")
    assert rendered(tmp_path) == "&lt;;1;"
    assert rendered(tmp_path / "not" / "there") == "&lt;;1;"
    assert list(tmp_path.iterdir()) == [Path(tmp_path / FOLDER)]
