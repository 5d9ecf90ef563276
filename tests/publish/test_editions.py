"""Editions and rollback: what is kept, what is put back, and what a killed one leaves."""

import datetime as dt
import errno
import json
import shutil
import warnings

import pytest

from htkgis.errors import StoreError
from htkgis.publish import is_published, kept_editions, publish, publish_edition, recover, roll_back
from htkgis.publish.editions import (
    CONTENTS,
    ROLLED_BACK,
    edition_files,
    editions_folder,
    keep_standing,
    standing_edition,
    withdrawn_by,
)
from htkgis.publish.folder import MARKER, STAGING
from htkgis.store import lock

from .killing import Killed, killed_at, refused_from
from .test_folder import edition, hashes, held

FIRST = edition("1", "index.html", "a.html", "gone.html")
SECOND = edition("2", "index.html", "a.html")
# index.html is that of the second: only its manifest and another page differ
THIRD = edition("3", "b.html") | {"index.html": SECOND["index.html"]}
THIRD["manifest.json"] = json.dumps(
    {
        "htkgis": "0",
        "run": "run3",
        "outputs": {n: {"sha256": s} for n, s in hashes(THIRD).items() if n != "manifest.json"},
    }
).encode()
NIGHT = dt.datetime(2026, 11, 21, 2, 0, 3, tzinfo=dt.UTC)


def identity(files):
    return hashes(files)["manifest.json"]


def numbers(folder):
    return [each.number for each in kept_editions(folder)]


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three")
    for files in (FIRST, SECOND, THIRD):
        publish_edition(files, folder / "maps", keep=5, now=NIGHT)
    return folder


@pytest.fixture
def maps(three, tmp_path):
    """Three sets published one after the other; the third stands."""
    shutil.copytree(three, tmp_path, dirs_exist_ok=True)
    return tmp_path / "maps"


def test_each_set_that_was_published_is_kept_outside_the_published_folder(maps):
    assert held(maps) == THIRD
    assert numbers(maps) == [1, 2, 3]
    assert [edition_files(each, maps) for each in kept_editions(maps)] == [FIRST, SECOND, THIRD]
    newest = kept_editions(maps)[-1]
    assert (newest.run, newest.published) == ("run3", "2026-11-21T02:00:03+00:00")
    assert standing_edition(maps) == newest
    assert editions_folder(maps).parent == maps.parent


def test_bytes_that_several_editions_hold_lie_once(maps):
    contents = {path.read_bytes() for path in (editions_folder(maps) / CONTENTS).iterdir()}
    # 4 of the first, 3 of the second, 2 of the third that are not the second's
    assert len(list((editions_folder(maps) / CONTENTS).iterdir())) == len(contents) == 9


def test_the_oldest_editions_go_with_the_bytes_that_no_other_holds(maps):
    publish_edition(FIRST, maps, keep=2, now=NIGHT)
    assert numbers(maps) == [3, 4]
    assert [edition_files(each, maps) for each in kept_editions(maps)] == [THIRD, FIRST]
    assert len(list((editions_folder(maps) / CONTENTS).iterdir())) == 3 + 4


def test_a_set_that_is_published_again_is_one_edition_with_a_new_number(maps):
    publish_edition(SECOND, maps, keep=5)
    assert numbers(maps) == [1, 3, 4]
    assert standing_edition(maps).number == 4


def test_what_was_published_before_editions_were_kept_is_kept_before_it_goes(tmp_path):
    folder = tmp_path / "maps"
    publish(FIRST, folder)
    assert kept_editions(folder) == ()
    publish_edition(SECOND, folder, keep=5)
    assert numbers(folder) == [1, 2]
    assert kept_editions(folder)[0].published is None
    assert roll_back(folder).edition.number == 1
    assert held(folder) == FIRST


def test_what_was_edited_by_hand_is_not_kept_as_if_it_had_been_published(tmp_path):
    folder = tmp_path / "maps"
    publish(FIRST, folder)
    (folder / "a.html").write_bytes(b"edited")
    assert keep_standing(folder) is None
    publish_edition(SECOND, folder, keep=5)
    assert numbers(folder) == [1]


def test_a_rollback_puts_the_edition_before_back_and_one_more_the_one_before_that(maps):
    done = roll_back(maps)
    assert (done.edition.number, done.before.number) == (2, 3)
    assert done.changed == ("a.html", "manifest.json", "b.html")
    assert held(maps) == SECOND
    assert roll_back(maps).edition.number == 1
    assert held(maps) == FIRST
    assert roll_back(maps, to=3).edition.number == 3
    assert held(maps) == THIRD
    assert numbers(maps) == [1, 2, 3]


def test_a_rollback_to_what_stands_changes_nothing(maps):
    assert roll_back(maps, to=3).changed == ()
    assert held(maps) == THIRD


def test_files_of_others_stay_where_an_edition_is_put_back(maps):
    (maps / "notes.txt").write_bytes(b"mine")
    roll_back(maps)
    assert held(maps) == SECOND | {"notes.txt": b"mine"}


def test_a_page_that_was_edited_by_hand_edits_no_edition(maps):
    roll_back(maps, to=1)
    (maps / "a.html").write_bytes(b"edited")
    assert edition_files(kept_editions(maps)[0], maps) == FIRST
    roll_back(maps, to=2)
    roll_back(maps, to=1)
    assert held(maps) == FIRST


def test_newer_sets_are_put_aside_while_the_edition_stands_that_was_put_back(maps):
    assert withdrawn_by(identity(THIRD), maps) is None
    roll_back(maps, to=1)
    assert withdrawn_by(identity(THIRD), maps).number == 1
    assert withdrawn_by(identity(SECOND), maps).number == 1
    assert withdrawn_by(identity(FIRST), maps) is None
    roll_back(maps, to=2)
    assert withdrawn_by(identity(THIRD), maps).number == 2
    assert withdrawn_by(identity(SECOND), maps) is None
    roll_back(maps, to=3)
    assert withdrawn_by(identity(THIRD), maps) is None


def test_publishing_forgets_what_a_rollback_put_aside(maps):
    roll_back(maps)
    publish_edition(FIRST, maps, keep=5)
    publish_edition(SECOND, maps, keep=5)
    assert withdrawn_by(identity(THIRD), maps) is None
    assert not (editions_folder(maps) / ROLLED_BACK).exists()


def test_an_edition_that_is_not_kept_is_a_named_error(maps):
    with pytest.raises(StoreError, match=r"edition 7 \(.*\): is not kept; there are 1, 2, 3\. Ch"):
        roll_back(maps, to=7)
    roll_back(maps, to=1)
    with pytest.raises(StoreError, match=r"^maps .*no earlier edition is kept"):
        roll_back(maps)


def test_without_any_edition_a_rollback_says_so_and_writes_nothing(tmp_path):
    with pytest.raises(StoreError, match=r"^maps .*no earlier edition is kept in .*A run keeps"):
        roll_back(tmp_path / "maps")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", ["gone", "damaged"])
def test_a_damaged_edition_is_never_put_back(maps, fault):
    content = editions_folder(maps) / CONTENTS / hashes(SECOND)["a.html"]
    content.unlink() if fault == "gone" else content.write_bytes(b"damaged")
    with pytest.raises(StoreError, match=r"edition 2 .*: 1 of 3 files .*: 'a\.html'; nothing was"):
        roll_back(maps)
    assert held(maps) == THIRD
    # published once more, the bytes are whole again
    publish_edition(SECOND, maps, keep=5)
    roll_back(maps, to=3)
    assert roll_back(maps, to=4).changed
    assert held(maps) == SECOND


@pytest.mark.parametrize("record", ["{", "[]", '{"files": {"../a": "x"}}', '{"number": 2}'])
def test_a_damaged_record_counts_as_absent(maps, record):
    (editions_folder(maps) / "000002.json").write_text(record, "utf-8")
    assert numbers(maps) == [1, 3]
    roll_back(maps)
    assert held(maps) == FIRST


def test_a_record_that_leads_out_of_the_folder_counts_as_absent(maps):
    path = editions_folder(maps) / "000002.json"
    record = json.loads(path.read_text("utf-8"))
    record["files"]["../a.html"] = record["files"]["a.html"]
    path.write_text(json.dumps(record), "utf-8")
    assert numbers(maps) == [1, 3]


def test_a_second_writer_is_told_and_a_rollback_changes_nothing(maps):
    with lock(maps), pytest.raises(StoreError, match="another run is writing here"):
        roll_back(maps)
    assert held(maps) == THIRD


def test_a_folder_of_others_with_the_name_of_the_editions_stays_and_nothing_is_published(tmp_path):
    folder = tmp_path / "maps"
    own = editions_folder(folder)
    own.mkdir()
    (own / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(StoreError, match=r"holds what htkgis did not put there.*nothing was publ"):
        publish_edition(FIRST, folder, keep=5)
    assert [path.name for path in own.iterdir()] == ["thesis.docx"]
    assert not folder.exists()


def test_a_full_disk_while_an_edition_is_stored_leaves_the_set_that_stands(maps, monkeypatch):
    import htkgis.publish.editions as module

    before = sorted((editions_folder(maps) / CONTENTS).iterdir())
    new = edition("new", "index.html", "a.html", "c.html")
    write, count = module.write_atomic, []

    def full(path, data):
        count.append(path)
        if len(count) == 3:
            raise StoreError(path.name + ": No space left on device")
        write(path, data)

    monkeypatch.setattr(module, "write_atomic", full)
    with pytest.raises(StoreError, match="No space left"):
        publish_edition(new, maps, keep=5)
    assert held(maps) == THIRD
    assert numbers(maps) == [1, 2, 3]
    # what had been stored is not in the way of the next run
    assert sorted((editions_folder(maps) / CONTENTS).iterdir()) == before


NEW = edition("new", "index.html", "a.html", "b.html")
PUBLISHING, ROLLING_BACK = 48, 36
"""More moments than each has with these sets."""


def whole(folder):
    """Every edition that is listed can be put back."""
    return all(edition_files(each, folder) for each in kept_editions(folder))


@pytest.mark.parametrize("moment", range(1, PUBLISHING))
def test_a_publication_killed_at_any_moment_loses_no_edition(maps, monkeypatch, moment):
    killed_at(monkeypatch, moment)
    try:
        publish_edition(NEW, maps, keep=3, now=NIGHT)
        ended = True
    except Killed:
        ended = False
    monkeypatch.undo()
    assert whole(maps)
    # as a run begins
    if recover(maps):
        keep_standing(maps)
    assert held(maps) in (THIRD, NEW)
    assert held(maps) == NEW or not ended
    publish_edition(NEW, maps, keep=3, now=NIGHT)
    assert held(maps) == NEW
    assert [edition_files(each, maps) for each in kept_editions(maps)] == [SECOND, THIRD, NEW]
    named = {sha for each in kept_editions(maps) for sha in each.files.values()}
    assert {path.name for path in (editions_folder(maps) / CONTENTS).iterdir()} == named


@pytest.mark.parametrize("moment", range(1, ROLLING_BACK))
def test_a_rollback_killed_at_any_moment_is_repaired_by_the_next_start(maps, monkeypatch, moment):
    roll_back(maps, to=2)
    killed_at(monkeypatch, moment)
    try:
        roll_back(maps, to=1)
        ended = True
    except Killed:
        ended = False
    monkeypatch.undo()
    left = held(maps)
    assert all(data in {FIRST.get(name), SECOND.get(name)} for name, data in left.items())
    recover(maps)
    assert not (maps / STAGING).exists()
    after = held(maps)
    assert after in (FIRST, SECOND)
    assert after == FIRST or not ended
    # whichever stands, it stands by a rollback: the newest is put aside
    assert withdrawn_by(identity(THIRD), maps).identity == identity(after)
    assert numbers(maps) == [1, 2, 3]
    assert whole(maps)


def publish_new(folder):
    return publish_edition(NEW, folder, keep=3, now=NIGHT)


@pytest.mark.parametrize("reason", [errno.EROFS, errno.ENOSPC])
@pytest.mark.parametrize("moment", range(1, 38))
@pytest.mark.parametrize("work", [publish_new, roll_back])
def test_a_disk_that_refuses_from_any_moment_on_is_one_error_and_loses_nothing(
    maps, monkeypatch, work, moment, reason
):
    after = NEW if work is publish_new else SECOND
    refused_from(monkeypatch, moment, reason)
    said = ""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            work(maps)
        except StoreError as error:
            said = str(error)
    monkeypatch.undo()
    if "nothing was published" in said:
        assert held(maps) == THIRD
    elif not said or "files are in place" in said:
        assert held(maps) == after
    else:
        assert "has begun, and the next run finishes it" in said
    assert all("the new set is published, and" in str(each.message) for each in warned)
    left = held(maps)
    assert all(data in {THIRD.get(name), after.get(name)} for name, data in left.items())
    recover(maps)
    assert held(maps) in (THIRD, after)
    assert whole(maps)
    if held(maps) == THIRD:
        work(maps)
    assert held(maps) == after


def test_a_rollback_after_a_killed_one_finishes_that_and_no_more(maps, monkeypatch):
    moments = iter(range(1, PUBLISHING))
    while not (maps / STAGING / "journal.json").exists():
        killed_at(monkeypatch, next(moments))
        with pytest.raises(Killed, match=r"^$"):
            roll_back(maps)
        monkeypatch.undo()
    done = roll_back(maps)
    assert done.finished
    assert done.edition.number == 2
    assert held(maps) == SECOND
    assert not roll_back(maps).finished
    assert held(maps) == FIRST


def test_the_moments_reach_past_the_end(maps, monkeypatch):
    killed_at(monkeypatch, ROLLING_BACK - 1)
    roll_back(maps, to=1)
    monkeypatch.undo()
    roll_back(maps, to=3)
    killed_at(monkeypatch, PUBLISHING - 1)
    publish_edition(NEW, maps, keep=3)
    assert is_published(hashes(NEW), maps)


def test_a_folder_that_a_killed_run_began_is_taken_over(tmp_path):
    folder = tmp_path / "maps"
    own = editions_folder(folder)
    own.mkdir()
    (own / f".{MARKER}.x1.part").write_bytes(b"half")
    publish_edition(FIRST, folder, keep=5)
    assert numbers(folder) == [1]
