"""The list of checks names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_list_of_checks_names_exists():
    listed = (ROOT / "docs" / "pages.md").read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", listed))
    files = [*(ROOT / "tests" / "browser").glob("*.py"), *(ROOT / "tests" / "maps").rglob("*.py")]
    known = set(
        re.findall(r"^def (test_\w+)", "\n".join(f.read_text("utf-8") for f in files), re.MULTILINE)
    )
    assert len(named) > 15
    assert sorted(named - known) == []
    checks = re.findall(r"^\| (\d+) \|", listed, re.MULTILINE)
    assert checks == [str(n) for n in range(1, 16)]
