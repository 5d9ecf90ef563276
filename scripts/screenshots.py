"""Take screenshots of published pages at the widths of a desk, a tablet and phones.

Needs the test packages and Chromium. Example: python scripts/screenshots.py maps shots
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS_PX = (1280, 768, 390, 320)
HEIGHT_PX = 1250
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def main(pages: Path, shots: Path) -> None:
    """Write one full-page picture per page and width, with the network cut."""
    shots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for width in WIDTHS_PX:
            size = {"width": width, "height": HEIGHT_PX}
            context = browser.new_context(viewport=size, offline=True)
            for path in sorted(pages.glob("*.html")):
                page = context.new_page()
                page.goto(path.resolve().as_uri())
                page.wait_for_timeout(1000)
                page.screenshot(path=shots / f"{path.stem}-{width}.png", full_page=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
