"""Where results cannot go: one line, and nothing of the planner's is changed or lost."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from htkgis.errors import StoreError
from htkgis.publish import publish
from htkgis.store import sha256_bytes

from .bad_input import KEPT, BrokenStudy, call, told

PAGES = {"index.html": b"new", "a.html": b"a"}


def manifest(pages):
    outputs = {name: {"sha256": sha256_bytes(data)} for name, data in pages.items()}
    return {"manifest.json": json.dumps({"htkgis": "0", "outputs": outputs}).encode()}


EDITION = PAGES | manifest(PAGES)
HOLD = """
import sys, time
from pathlib import Path
from htkgis.store import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def held(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def mine(tmp_path):
    """A folder of the planner's with files and a folder in it."""
    folder = tmp_path / "mine"
    (folder / "gamle kort").mkdir(parents=True)
    (folder / "gamle kort" / "2017.pdf").write_bytes(b"%PDF")
    (folder / ".skjult").write_bytes(b"x")
    (folder / "æøå.docx").write_bytes(b"PK")
    return folder


def test_a_folder_with_other_files_keeps_all_of_them(mine):
    before = held(mine)
    publish(EDITION, mine)
    assert held(mine) == before | EDITION
    publish(manifest({}), mine)
    assert held(mine) == before | manifest({})


def test_a_target_that_is_a_file_stays_that_file(tmp_path):
    (tmp_path / "maps").write_bytes(b"mine")
    with pytest.raises(StoreError, match=r"^maps \(.*\): cannot be written: .*; nothing was publ"):
        publish(EDITION, tmp_path / "maps")
    assert held(tmp_path).get("maps") == b"mine"
    with pytest.raises(StoreError, match="cannot be written"):
        publish(EDITION, tmp_path / "maps" / "below")


def test_a_link_to_a_folder_is_published_through(tmp_path, mine, linked):
    before = held(mine)
    linked(tmp_path / "link", mine, to_folder=True)
    publish(EDITION, tmp_path / "link")
    assert held(mine) == before | EDITION
    assert (tmp_path / "link").is_symlink()


@pytest.fixture
def unwritable(tmp_path):
    """A folder that nobody may write to, root not either."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)]
    if os.geteuid():
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    done = (
        subprocess.run(mount, capture_output=True, check=False) if shutil.which("mount") else None
    )
    if done is None or done.returncode:
        pytest.skip("root may write everywhere, and cannot mount a disk here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_folder_that_may_not_be_written_to_is_one_line(tmp_path, unwritable):
    with pytest.raises(StoreError, match=r"cannot be written: .*; nothing was published") as caught:
        publish(EDITION, unwritable / "maps")
    assert "\n" not in str(caught.value)
    (tmp_path / "p.csv").write_text("id,lat,lon\na,55.6526,12.3022\n", "utf-8")
    points = ("--origins", tmp_path / "p.csv", "--destinations", tmp_path / "p.csv")
    out = unwritable / "times.csv"
    line = told(call("times", "--streets", "sketch", *points, "--mode", "walk", "--out", out))
    assert "times.csv" in line
    assert list(unwritable.iterdir()) == []


def test_a_second_run_is_told_who_writes_and_leaves_everything_as_it_is(tmp_path):
    study = BrokenStudy(tmp_path)
    study.out.mkdir()
    for name, data in KEPT.items():
        (study.out / name).write_bytes(data)
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(study.out)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert first.stdout.readline() == "held\n"
        line = told(study.command("run", "--out", study.out))
    finally:
        first.kill()
        first.communicate()
    assert f"another run is writing here (process {first.pid} on " in line
    assert "; one at a time is allowed" in line
    assert held(study.out) == KEPT
    (study.out / "index.html").unlink()
    publish(EDITION, study.out)
    assert held(study.out) == KEPT | EDITION


def test_a_page_of_the_planners_own_is_not_overwritten(mine):
    (mine / "index.html").write_bytes(b"the planner's own")
    before = held(mine)
    with pytest.raises(StoreError, match=r"index\.html"):
        publish(EDITION, mine)
    assert held(mine) == before


@pytest.mark.parametrize("named", ["æøå.docx", "../report.docx"])
def test_what_another_programs_manifest_names_is_not_removed(mine, named):
    (mine.parent / "report.docx").write_bytes(b"mine")
    (mine / "manifest.json").write_text(json.dumps({"outputs": [named]}), "utf-8")
    before = held(mine.parent)
    with pytest.raises(StoreError, match=r"manifest\.json"):
        publish(EDITION, mine)
    assert {name: data for name, data in held(mine.parent).items() if name in before} == before


def test_a_folder_with_the_name_of_a_page_stops_the_switch_before_it_begins(mine):
    (mine / "index.html").mkdir()
    before = held(mine)
    with pytest.raises(StoreError, match=r"index\.html"):
        publish(EDITION, mine)
    assert held(mine) == before


def test_a_folder_that_is_a_disk_of_its_own_is_published_to(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a disk needs Linux and the rights of root")
    try:
        publish(EDITION, disk)
        assert held(disk) == EDITION
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("link", [False, True], ids=["itself", "link"])
@pytest.mark.parametrize("option", ["--origins", "--destinations", "--streets"])
def test_travel_times_are_not_written_over_a_file_that_is_read(tmp_path, linked, option, link):
    files = {
        name: tmp_path / f"{name[2:]}.csv" for name in ("--origins", "--destinations", "--streets")
    }
    for file in files.values():
        file.write_text("id,lat,lon\na,55.6526,12.3022\n", "utf-8")
    before = held(tmp_path)
    out = files[option]
    if link:
        out = tmp_path / "link.csv"
        linked(out, files[option])
    line = told(call("times", *[part for pair in files.items() for part in pair], "--out", out))
    assert f"--out is the file of {option}, which would be lost" in line
    assert {name: data for name, data in held(tmp_path).items() if name in before} == before
