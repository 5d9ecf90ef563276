"""``htkgis print`` on the embedded study: three scales, files whole, one line for a fault."""

import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.maps.paper.furniture import GRID_COLOUR, grid_step_m
from tests.maps.paper.printed import lines_of, structure_of

ROOT = Path(__file__).parents[2]


def call(out, *arguments):
    study = ["--study", ROOT / "study.toml", "--catalog", ROOT / "layers" / "catalog.toml"]
    words = ["print", *arguments, *study, "--out", out]
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize(
    ("scale", "paper", "files"),
    [
        (
            6000,
            "A3",
            [
                "ivaerksaetterkvarteret-6000-A3.pdf",
                "kulturkvarteret-6000-A3.pdf",
                "videnskvarteret-6000-A3.pdf",
            ],
        ),
        (20000, "A3", ["kvarterer-20000-A3.pdf"]),
        (100000, "A4", ["region-100000-A4.pdf"]),
    ],
)
def test_the_study_prints_at_each_scale(tmp_path, scale, paper, files):
    result = call(tmp_path, "--scale", scale, "--paper", paper)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    for name in files:
        content = (tmp_path / name).read_bytes()
        lines = lines_of(content, GRID_COLOUR)
        across = lines[np.isclose(lines[:, 1], lines[:, 3])]
        middles = np.unique(np.round((across[:, 0] + across[:, 2]) / 2, 4))
        steps_mm = grid_step_m(scale) / scale * 1000
        gaps = np.diff(middles)
        gaps = gaps[gaps > 1]
        assert len(gaps) >= 2
        assert np.allclose(gaps / steps_mm, 1, atol=50e-6)
        assert structure_of(content)[1][0] == "/H1"


def test_a_quarter_that_is_not_there_is_one_line_with_those_that_are(tmp_path):
    result = call(tmp_path / "out", "vest")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: quarter 'vest': the study has no such quarter; allowed")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_print_only_is_said_of_a_pdf(tmp_path):
    result = call(tmp_path, "--print-only", "--format", "png")
    assert result.exit_code == 1
    assert "--print-only: it is said of a PDF" in result.stderr


def test_without_the_packages_one_line_says_what_to_install(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("htkgis.maps.paper")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    result = call(tmp_path / "out")
    assert result.exit_code == 1
    assert 'pip install "htkgis[print]"' in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path):
    (tmp_path / "out").write_text("mine", "utf-8")
    result = call(tmp_path / "out", "--scale", "100000", "--paper", "A4")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert (tmp_path / "out").read_text("utf-8") == "mine"
