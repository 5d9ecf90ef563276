"""Take the pictures of the Danish guide from a published set, with the network cut.

Needs the test packages and Chromium. Run it again when pages look different than in the guide:
python scripts/guide_pictures.py maps docs/da/billeder
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
QUALITY = 78
WIDTH_PX = 1100
QUARTER = "kulturkvarteret"
PLAN = """<!doctype html><html lang="da"><meta charset="utf-8"><title>Plan</title>
<body style="font:18px/1.5 sans-serif;margin:2rem auto;max-width:60rem">
<h1>Kommuneplanens side</h1>
<p>Teksten på kommunens egen side. Herunder står profilen i en ramme.</p>
%s</body></html>"""


def picture(browser: Browser, page: Path, shot: Path, height_px: int, part: str = "") -> None:
    """Take the top of a page, or one part of it that a selector names."""
    size = {"width": WIDTH_PX, "height": height_px}
    context = browser.new_context(viewport=size, offline=True)
    opened = context.new_page()
    opened.goto(page.resolve().as_uri())
    opened.wait_for_timeout(1500)
    taken = {"path": shot, "type": "jpeg", "quality": QUALITY}
    if part:
        opened.locator(part).first.screenshot(**taken)
    else:
        opened.screenshot(**taken)
    context.close()


def main(maps: Path, shots: Path) -> None:
    """Take the front page, a profile, its map, and a profile inside another page."""
    shots.mkdir(parents=True, exist_ok=True)
    embed = [sys.executable, "-m", "htkgis", "embed", QUARTER, "--in", str(maps), "--height", "560"]
    snippet = subprocess.run(embed, capture_output=True, text=True, check=True).stdout
    host = maps / "plan-med-ramme.html"
    host.write_text(PLAN % snippet, encoding="utf-8")
    try:
        with sync_playwright() as driver:
            chromium = shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
            picture(browser, maps / "index.html", shots / "forside.jpg", 760)
            picture(browser, maps / f"{QUARTER}.html", shots / "profil.jpg", 900)
            picture(browser, maps / f"{QUARTER}.html", shots / "kort.jpg", 900, ".map-block")
            picture(browser, host, shots / "ramme.jpg", 860)
            browser.close()
    finally:
        host.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
