"""The report joined to a set of files: owned like them, and no part of what a run decides."""

import json

from htkgis.publish import publish
from htkgis.publish.edition_files import (
    REPORT,
    holds_edition,
    is_published_with_report,
    with_report,
)
from htkgis.publish.editions import publish_edition, withdrawn_by
from htkgis.publish.manifest import manifest_bytes
from htkgis.publish.rollback import roll_back
from htkgis.store import sha256_bytes

PAGE = {"index.html": b"page"}


def edition(files, word="a"):
    outputs = {
        name: {"bytes": len(data), "sha256": sha256_bytes(data)} for name, data in files.items()
    }
    manifest = {"htkgis": "0", "outputs": outputs, "run": word}
    return {**files, "manifest.json": manifest_bytes(manifest)}


def report(words):
    return dict.fromkeys(REPORT, words)


def hashes(files):
    return {name: sha256_bytes(data) for name, data in files.items()}


def test_a_set_is_published_whatever_report_is_joined(tmp_path):
    for words in (b"first", b"second"):
        publish(with_report(edition(PAGE), report(words)), tmp_path)
        assert is_published_with_report(hashes(edition(PAGE)), tmp_path)
        outputs = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["outputs"]
        assert outputs["changes.json"]["sha256"] == sha256_bytes(words)
    other = hashes(edition(PAGE, "b"))
    assert not is_published_with_report(other, tmp_path)
    assert not holds_edition(other, tmp_path)


def test_a_report_or_page_that_was_edited_is_put_right_and_the_edition_is_still_known(tmp_path):
    for name in ("changes.html", "index.html"):
        publish(with_report(edition(PAGE), report(b"report")), tmp_path)
        (tmp_path / name).write_bytes(b"edited")
        assert not is_published_with_report(hashes(edition(PAGE)), tmp_path)
        assert holds_edition(hashes(edition(PAGE)), tmp_path)


def test_the_manifest_says_how_heavy_the_page_of_the_report_may_be():
    joined = with_report(edition(PAGE), report(b"report"), {"changes.html": 3})
    outputs = json.loads(joined["manifest.json"])["outputs"]
    assert outputs["changes.html"]["limit_bytes"] == 3000
    assert "limit_bytes" not in outputs["changes.json"]


def test_a_set_of_before_there_were_reports_is_not_the_edition(tmp_path):
    publish(edition(PAGE), tmp_path)
    assert not is_published_with_report(hashes(edition(PAGE)), tmp_path)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    assert not holds_edition(hashes(edition(PAGE)), tmp_path)


def test_a_set_that_a_rollback_put_aside_is_known_without_its_report(tmp_path):
    maps = tmp_path / "maps"
    for word, words in (("a", b"first"), ("b", b"second")):
        publish_edition(with_report(edition(PAGE, word), report(words)), maps, keep=5)
    roll_back(maps)
    assert withdrawn_by(hashes(edition(PAGE, "b"))["manifest.json"], maps).number == 1
    assert withdrawn_by(hashes(edition(PAGE, "c"))["manifest.json"], maps) is None
