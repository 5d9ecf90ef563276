"""The guides, built as they are handed out and opened from the folder, with the network shut."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
PAGES = {
    "index.html": ("da", 320),
    "da/kom-i-gang.html": ("da", 1280),
    "en/formulas.html": ("en", 320),
    "en/notebooks/published.html": ("en", 1280),
}
"""Language of a page, and the width at which axe reads it; axe takes seconds for a page."""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def built(folder):
    """Build both books; the notebooks run, and a warning is a fault."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "guides.py"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"},
    )
    return done.returncode, done.stderr


def violations(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options=AXE).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]


def test_the_guides_build_without_a_warning_ask_no_host_and_everybody_can_read_them(
    browse, tmp_path
):
    for package in ("sphinx", "furo", "myst_nb"):
        pytest.importorskip(package, reason="the packages of htkgis[docs] are not installed")
    code, said = built(tmp_path)
    assert code == 0, said
    for name, (language, read_at) in PAGES.items():
        page, asked, errors = browse((tmp_path / name).as_uri())
        assert page.get_attribute("html", "lang") == language
        assert page.locator("h1").count() == 1
        assert [url for url in asked if not url.startswith("file:")] == []
        assert errors == []
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(WIDE) <= 0, (name, width)
        page.set_viewport_size({"width": read_at, "height": 900})
        assert violations(page) == [], name
    assert page.locator(".sidebar-search").get_attribute("placeholder") == "Search"
    page.set_viewport_size({"width": 320, "height": 900})
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator(".sidebar-drawer .sidebar-search").wait_for()
    page, asked, errors = browse(f"{(tmp_path / 'da' / 'search.html').as_uri()}?q=skitsedata")
    page.locator("#search-results li a").first.wait_for()
    assert [url for url in asked if not url.startswith("file:")] == []
    assert errors == []
