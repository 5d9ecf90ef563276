"""``htkgis embed`` on the published pages: a snippet on stdout, one line for a fault."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from htkgis.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def published(tmp_path):
    folder = tmp_path / "maps"
    shutil.copytree(ROOT / "maps", folder)
    return folder


def call(*words):
    return CliRunner().invoke(main, ["embed", *map(str, words)])


def fault(result):
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


def test_the_snippet_of_a_quarter_has_its_title_link_and_fixed_picture(published):
    result = call("kulturkvarteret", "--in", published, "--address", "https://example.org/plan")
    assert result.exit_code == 0, result.output
    assert 'src="https://example.org/plan/kulturkvarteret.html"' in result.stdout
    assert 'title="Kulturkvarteret' in result.stdout
    assert 'img src="https://example.org/plan/kulturkvarteret.svg"' in result.stdout
    assert "Åbn siden" in result.stdout


def test_without_a_quarter_the_front_page_is_shown(published):
    result = call("--in", published, "--language", "en", "--height", "1500")
    assert 'src="index.html"' in result.stdout
    assert 'height="1500"' in result.stdout
    assert "Open the page" in result.stdout


def test_a_joint_page_is_embedded_with_its_fixed_map(published):
    result = call("region", "--in", published)
    assert result.exit_code == 0, result.output
    assert 'src="region.html" title="Regionen med tog og bus' in result.stdout
    assert 'img src="region.svg"' in result.stdout


def test_the_explorer_is_embedded_under_its_own_title(published):
    result = call("udforsk", "--in", published)
    assert result.exit_code == 0, result.output
    assert 'src="udforsk.html" title="Hvor langt kan du komme?' in result.stdout
    assert "<noscript>" not in result.stdout


def test_a_page_is_written_with_its_assets_beside_it(published, tmp_path):
    result = call("kulturkvarteret", "--in", published, "--beside", tmp_path / "site")
    assert result.exit_code == 0, result.output
    html = (tmp_path / "site" / "kulturkvarteret.html").read_text("utf-8")
    assets = sorted(path.name for path in (tmp_path / "site" / "assets").iterdir())
    assert len(assets) >= 4
    assert all(name in html for name in assets)


def test_a_quarter_that_is_not_there_is_one_line_with_those_that_are(published):
    words = fault(call("vest", "--in", published))
    assert "no such page; allowed: 'changes', 'forskelle', 'ivaerksaetterkvarteret' and" in words


def test_a_folder_without_pages_is_one_line(tmp_path):
    assert "nothing is published there. Run htkgis run" in fault(call("--in", tmp_path))


def test_a_page_that_was_changed_by_hand_is_not_embedded(published):
    page = published / "kulturkvarteret.html"
    page.write_text(page.read_text("utf-8") + "<script>1</script>", "utf-8")
    words = fault(call("kulturkvarteret", "--in", published))
    assert "not as it was published" in words


def test_the_published_folder_itself_is_no_place_for_the_variant(published):
    words = fault(call("kulturkvarteret", "--in", published, "--beside", published))
    assert "the published folder itself" in words


def test_an_address_that_runs_code_is_refused(published):
    words = fault(call("kulturkvarteret", "--in", published, "--address", "javascript:alert(1)//"))
    assert "not an address of a folder" in words
