"""The switch: all or nothing, whatever moment the run is killed at."""

import json
from pathlib import Path

import pytest

from htkgis.errors import StoreError
from htkgis.publish import is_published, publish, recover
from htkgis.publish.folder import JOURNAL, MARKER, STAGING
from htkgis.store import lock, sha256_bytes

from .killing import Killed, killed_at


def edition(word, *names):
    files = {name: f"{word} {name}".encode() for name in names}
    outputs = {name: {"sha256": sha256_bytes(data)} for name, data in files.items()}
    files["manifest.json"] = json.dumps({"htkgis": "0", "outputs": outputs, "n": word}).encode()
    return files


OLD = edition("old", "index.html", "a.html", "gone.html")
NEW = edition("new", "index.html", "a.html", "b.html")


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != STAGING}


def hashes(files):
    return {name: sha256_bytes(data) for name, data in files.items()}


@pytest.fixture
def maps(tmp_path):
    folder = tmp_path / "maps"
    publish(OLD, folder)
    return folder


def test_the_first_edition_makes_the_folder(tmp_path):
    changed = publish(NEW, tmp_path / "new" / "maps")
    assert held(tmp_path / "new" / "maps") == NEW
    assert changed == sorted(NEW)


def test_a_new_edition_replaces_and_removes_what_the_old_one_named(maps):
    changed = publish(NEW, maps)
    assert held(maps) == NEW
    assert changed == ["a.html", "b.html", "index.html", "manifest.json", "gone.html"]


def test_files_of_others_stay(maps):
    (maps / "notes.txt").write_bytes(b"mine")
    publish(NEW, maps)
    assert held(maps) == NEW | {"notes.txt": b"mine"}


def test_the_same_edition_again_touches_nothing(maps):
    before = {path.name: path.stat().st_mtime_ns for path in maps.iterdir()}
    assert publish(OLD, maps) == []
    assert {path.name: path.stat().st_mtime_ns for path in maps.iterdir()} == before


def test_a_folder_is_published_when_every_hash_is_that_of_the_set(maps):
    assert is_published(hashes(OLD), maps)
    assert not is_published(hashes(NEW), maps)
    (maps / "a.html").write_bytes(b"edited by hand")
    assert not is_published(hashes(OLD), maps)


def test_a_file_that_has_to_go_means_it_is_not_published(maps):
    smaller = {name: sha for name, sha in hashes(OLD).items() if name != "gone.html"}
    assert not is_published(smaller, maps)


@pytest.mark.parametrize("moment", range(1, 40))
def test_a_run_killed_at_any_moment_leaves_one_edition_once_the_next_run_starts(
    maps, monkeypatch, moment
):
    killed_at(monkeypatch, moment)
    try:
        publish(NEW, maps)
        ended = True
    except Killed:
        ended = False
    monkeypatch.undo()
    left = held(maps)
    # whole files only, each of one edition or the other
    assert all(data in {OLD.get(name), NEW.get(name)} for name, data in left.items())
    switched = recover(maps)
    assert not (maps / STAGING).exists()
    after = held(maps)
    assert after in (OLD, NEW)
    assert after == NEW or not (ended or switched)
    publish(NEW, maps)
    assert held(maps) == NEW
    assert not (maps / STAGING).exists()


def begun(maps, monkeypatch):
    """Leave a folder as a run does that is killed when its journal stands."""
    replace = Path.replace

    def killed(path, target):
        if Path(target).parent == maps:
            raise Killed
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(Killed, match=r"^$"):
        publish(NEW, maps)
    monkeypatch.undo()
    assert held(maps) == OLD


@pytest.mark.parametrize("moment", range(1, 10))
def test_a_run_killed_while_it_finishes_another_is_finished_by_the_third(maps, monkeypatch, moment):
    begun(maps, monkeypatch)
    killed_at(monkeypatch, moment)
    try:
        ended = recover(maps)
    except Killed:
        ended = False
    monkeypatch.undo()
    assert ended == (moment > 8)  # four files, one that goes, journal, marker, folder
    recover(maps)
    assert held(maps) == NEW
    assert not (maps / STAGING).exists()


@pytest.mark.parametrize("name", ["a.html", "b.html", "manifest.json"])
def test_a_staged_file_that_was_damaged_is_never_published_and_the_next_run_makes_it_anew(
    maps, monkeypatch, name
):
    begun(maps, monkeypatch)
    (maps / STAGING / name).write_bytes(b"damaged")
    assert recover(maps) is True
    assert held(maps).get(name) == OLD.get(name)
    assert not is_published(hashes(NEW), maps)
    publish(NEW, maps)
    assert held(maps) == NEW


def test_a_journal_of_a_version_that_named_no_hashes_is_followed(maps, monkeypatch):
    begun(maps, monkeypatch)
    journal = maps / STAGING / JOURNAL
    record = json.loads(journal.read_text("utf-8"))
    journal.write_text(json.dumps(record | {"replace": list(record["replace"])}), "utf-8")
    assert recover(maps) is True
    assert held(maps) == NEW


def test_the_moments_reach_past_the_end_of_a_run(maps, monkeypatch):
    killed_at(monkeypatch, 39)
    publish(NEW, maps)
    assert held(maps) == NEW


def test_a_full_disk_while_building_aside_changes_nothing(maps, monkeypatch):
    import htkgis.publish.folder as module

    def full(path, data):
        if path.name == "index.html":
            raise StoreError(path.name + ": No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(module, "write_atomic", full)
    with pytest.raises(StoreError, match="No space left"):
        publish(NEW, maps)
    assert held(maps) == OLD
    assert not (maps / STAGING).exists()


def test_a_folder_that_is_a_file_is_one_named_error(tmp_path):
    (tmp_path / "maps").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match=r"maps.*cannot be written"):
        publish(NEW, tmp_path / "maps")
    assert (tmp_path / "maps").read_text("utf-8") == "x"


def test_a_second_run_leaves_the_first_alone(maps):
    with lock(maps), pytest.raises(StoreError, match="another run is writing here"):
        publish(NEW, maps)
    assert held(maps) == OLD


@pytest.fixture
def staging(maps):
    """The folder of ours as a killed run leaves it before the journal."""
    folder = maps / STAGING
    folder.mkdir()
    (folder / MARKER).touch()
    (folder / "a.html").write_bytes(b"half")
    return folder


def test_rubbish_without_a_journal_is_cleared_away(maps, staging):
    assert not is_published(hashes(OLD), maps)
    assert recover(maps) is False
    assert held(maps) == OLD
    assert not staging.exists()


@pytest.mark.parametrize(
    "journal",
    [
        "{",
        "[]",
        '{"replace": ["../a.html"], "remove": {}}',
        '{"replace": [], "remove": {"a/b": 1}}',
    ],
)
def test_a_journal_that_no_run_wrote_is_not_followed(maps, staging, journal):
    (staging / JOURNAL).write_text(journal, "utf-8")
    assert recover(maps) is False
    assert held(maps) == OLD
    assert not staging.exists()


def test_an_empty_folder_of_our_name_is_used(maps):
    (maps / STAGING).mkdir()
    publish(NEW, maps)
    assert held(maps) == NEW


@pytest.mark.parametrize("kind", ["files", "marked, with a folder", "file", "link"])
def test_what_has_the_name_of_our_folder_and_is_not_ours_stays(maps, tmp_path, linked, kind):
    own = tmp_path / "own"
    own.mkdir()
    (own / "thesis.docx").write_bytes(b"mine")
    if kind == "link":
        (own / MARKER).touch()
        linked(maps / STAGING, own, to_folder=True)
    elif kind == "file":
        (own / "thesis.docx").rename(maps / STAGING)
    else:
        own.rename(maps / STAGING)
    if kind.startswith("marked"):
        (maps / STAGING / MARKER).touch()
        (maps / STAGING / "below").mkdir()
    before = [path.relative_to(maps) for path in maps.rglob("*")]
    with pytest.raises(
        StoreError,
        match=rf"^{STAGING} \(.*\): holds what htkgis did not put there.*Rename it, or choose",
    ):
        publish(NEW, maps)
    assert [path.relative_to(maps) for path in maps.rglob("*")] == before
    assert held(maps) == OLD


def test_a_folder_beside_the_published_one_is_nobodys_business(maps):
    beside = maps.parent / ".maps.staging"
    beside.mkdir()
    (beside / "thesis.docx").write_bytes(b"mine")
    publish(NEW, maps)
    assert (beside / "thesis.docx").read_bytes() == b"mine"


def test_files_that_no_manifest_names_are_never_replaced(maps):
    for name in ("b.html", "c.html", "d.html", "e.html"):
        (maps / name).write_bytes(b"mine")
    before = held(maps)
    more = edition("new", "index.html", "b.html", "c.html", "d.html", "e.html")
    with pytest.raises(
        StoreError,
        match=r"^maps \(.*\): 4 files lie there that htkgis did not publish: 'b\.html', 'c\.html', "
        r"'d\.html' and 1 more; only files that its manifest\.json names are replaced; nothing was "
        r"published\. Rename them",
    ):
        publish(more, maps)
    assert held(maps) == before
    assert not (maps / STAGING).exists()


def test_a_link_to_nowhere_is_somebodys_too(maps, linked):
    linked(maps / "b.html", maps / "not mounted today")
    with pytest.raises(StoreError, match=r"1 files lie there .*: 'b\.html'"):
        publish(NEW, maps)
    assert (maps / "b.html").is_symlink()


def test_a_file_that_is_the_same_already_becomes_ours(maps):
    (maps / "b.html").write_bytes(NEW["b.html"])
    assert "b.html" not in publish(NEW, maps)
    assert "b.html" in publish(OLD, maps)
    assert held(maps) == OLD


def test_a_page_that_was_edited_by_hand_is_put_right(maps):
    (maps / "a.html").write_bytes(b"edited")
    assert publish(OLD, maps) == ["a.html"]
    assert held(maps) == OLD


def test_an_edited_page_that_the_new_set_lacks_stays_and_is_named(maps):
    (maps / "gone.html").write_bytes(b"edited")
    with pytest.warns(UserWarning, match=r"1 files of the earlier set were edited .*'gone\.html'"):
        publish(NEW, maps)
    assert held(maps) == NEW | {"gone.html": b"edited"}
    assert is_published(hashes(NEW), maps)
    assert publish(NEW, maps) == []


@pytest.mark.parametrize("name", ["../report.docx", "below/report.docx", "/report.docx", ".."])
def test_no_manifest_leads_out_of_its_folder(maps, name):
    report = (maps / name).resolve() if name != ".." else maps.parent / "report.docx"
    if name.startswith("/"):
        name = str(maps.parent / "report.docx")
        report = maps.parent / "report.docx"
    report.parent.mkdir(exist_ok=True)
    report.write_bytes(b"mine")
    outputs = {name: {"sha256": sha256_bytes(b"mine")}}
    (maps / "manifest.json").write_text(json.dumps({"htkgis": "0", "outputs": outputs}), "utf-8")
    for stale in ("index.html", "a.html", "gone.html"):
        (maps / stale).unlink()
    publish(NEW, maps)
    assert report.read_bytes() == b"mine"


@pytest.mark.parametrize(
    "manifest",
    [
        {"outputs": {"thesis.docx": {"sha256": sha256_bytes(b"mine")}}},
        {"htkgis": 1, "outputs": {"thesis.docx": {"sha256": sha256_bytes(b"mine")}}},
        {"htkgis": "0", "outputs": {"thesis.docx": {"sha256": "abc"}}},
        {"htkgis": "0", "outputs": {"thesis.docx": None}},
        {"htkgis": "0", "outputs": ["thesis.docx"]},
        ["thesis.docx"],
    ],
)
def test_a_manifest_that_is_not_of_our_shape_names_nothing(tmp_path, manifest):
    (tmp_path / "thesis.docx").write_bytes(b"mine")
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    before = held(tmp_path)
    with pytest.raises(StoreError, match=r"1 files lie there .*: 'manifest\.json'"):
        publish(NEW, tmp_path)
    assert {name: held(tmp_path)[name] for name in before} == before


@pytest.mark.parametrize("name", ["index.html", "b.html"])
def test_a_folder_with_the_name_of_a_page_stops_the_switch_before_it_begins(maps, name):
    (maps / name).unlink(missing_ok=True)
    (maps / name).mkdir()
    before = sorted(maps.iterdir())
    with pytest.raises(
        StoreError, match=rf"1 folders have the name of a file .*: '{name}'; .*noth"
    ):
        publish(NEW, maps)
    assert sorted(maps.iterdir()) == before
    (maps / name).rmdir()
    publish(NEW, maps)
    assert held(maps) == NEW


def test_a_switch_that_the_disk_stops_says_that_it_has_begun_and_is_finished_later(
    maps, monkeypatch
):
    replace = Path.replace

    def held_open(path, target):
        if Path(target) == maps / "b.html":
            raise PermissionError(13, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held_open)
    with pytest.raises(
        StoreError,
        match=r"^b\.html \(.*\): cannot be written: Permission denied; the switch .* has begun, "
        r"and the next run finishes it\. Check that no program",
    ) as caught:
        publish(NEW, maps)
    assert "nothing was published" not in str(caught.value)
    assert held(maps) not in (OLD, NEW)
    assert not is_published(hashes(NEW), maps)
    monkeypatch.undo()
    assert recover(maps) is True
    assert held(maps) == NEW


def test_a_first_edition_that_does_not_fit_leaves_no_folder(tmp_path, monkeypatch):
    import htkgis.publish.folder as module

    def full(path, data):
        raise StoreError(path.name + ": No space left on device")

    monkeypatch.setattr(module, "write_atomic", full)
    with pytest.raises(StoreError, match="No space left"):
        publish(NEW, tmp_path / "maps")
    assert not (tmp_path / "maps").exists()
