"""Killed runs and full disks leave the published files as they were; the next run completes."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.status import read_status
from htkgis.pipeline.verify import verify_published
from htkgis.publish import roll_back
from htkgis.publish.edition_files import REPORT_FILE, REPORT_PAGE
from htkgis.publish.folder import STAGING
from htkgis.store import Cache
from tests.light_study import light_study


def held(folder):
    """What is published, but for the report of changes: it tells of the edition before."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != STAGING}
    manifest = json.loads(files["manifest.json"])
    for name in (REPORT_PAGE, REPORT_FILE):
        files.pop(name, None)
        manifest["outputs"].pop(name, None)
    return files | {"manifest.json": manifest}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A published study whose speed was then changed, and what it ought to become."""
    folder = tmp_path_factory.mktemp("killed")
    paths = light_study(folder, quarter="kulturkvarteret")
    run_profiles(*paths, folder / "maps", cache=Cache(folder / "cache"))
    text = (folder / "study.toml").read_text("utf-8")
    changed = text.replace("value = 4.5, unit", "value = 3.2, unit")
    (folder / "study.toml").write_text(changed, encoding="utf-8")
    run_profiles(*paths, folder / "expected", cache=Cache(folder / "other"))
    return folder


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("moment", ["measuring", "publishing"])
def test_a_killed_run_changes_nothing_and_the_next_completes(study, tmp_path, moment):
    maps, cache = tmp_path / "maps", tmp_path / "cache"
    shutil.copytree(study / "maps", maps)
    if moment == "publishing":
        shutil.copytree(study / "other", cache)
    before, after = held(study / "maps"), held(study / "expected")
    assert before != after
    sign = {"measuring": cache, "publishing": maps / STAGING}[moment]
    command = [
        sys.executable, "-m", "htkgis", "run", "--study", study / "study.toml",
        "--catalog", study / "layers" / "catalog.toml", "--out", maps,
    ]  # fmt: skip
    environment = os.environ | {"HTKGIS_CACHE_DIR": str(cache)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None and not (sign.exists() and any(sign.iterdir())):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    # in the middle of the switch the journal knows what is left to do
    if not (maps / STAGING / "journal.json").exists():
        assert held(maps) in (before, after)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert held(maps) == after
    assert not (maps / STAGING).exists()


class Killed(BaseException):
    """The process ends here; no handler of the code may catch it."""


def test_a_run_killed_before_each_of_its_steps_changes_nothing_until_it_is_done(study, tmp_path):
    maps, cache = tmp_path / "maps", tmp_path / "cache"
    shutil.copytree(study / "maps", maps)
    shutil.copytree(study / "cache", cache)
    before, after = held(study / "maps"), held(study / "expected")
    reached = []

    def kill_at_a_new_step(name, number, of):
        if name not in reached:
            reached.append(name)
            raise Killed

    paths = study / "study.toml", study / "layers" / "catalog.toml"
    for _ in range(40):
        try:
            run_profiles(*paths, maps, cache=Cache(cache), progress=kill_at_a_new_step)
        except Killed:
            assert held(maps) == before
        else:
            break
    assert reached[-1] == "pages"
    assert len(reached) > 5
    assert held(maps) == after
    assert not list(cache.rglob(".part-*"))


def test_a_rollback_stands_until_something_changes_or_it_is_asked_for(study, tmp_path):
    maps, own = tmp_path / "maps", Cache(study / "other")
    shutil.copytree(study / "maps", maps)
    paths = study / "study.toml", study / "layers" / "catalog.toml"
    assert run_profiles(*paths, maps, cache=own).changed
    assert held(maps) == held(study / "expected")
    call = CliRunner().invoke(main, ["rollback", "--out", str(maps)])
    assert call.exit_code == 0, call.output
    assert held(maps) == held(study / "maps")
    report = run_profiles(*paths, maps, cache=own)
    assert report.rolled_back_to.number == 1
    assert report.changed == ()
    (maps / "index.html").write_bytes(b"edited by hand")
    assert run_profiles(*paths, maps, cache=own).changed == ("index.html",)
    assert held(maps) == held(study / "maps")
    assert read_status(*paths, maps, cache=own).reasons == (
        "a rollback put the newer set aside, and edition 1 stands until a change",
    )
    # another output than the one that was put aside is a change
    assert run_profiles(*paths, maps, cache=own, decimal="point").changed
    roll_back(maps, to=1)
    assert run_profiles(*paths, maps, cache=own, again=True).changed
    assert held(maps) == held(study / "expected")


def test_verify_computes_all_anew_and_names_the_file_that_was_edited(study, tmp_path):
    maps = shutil.copytree(study / "expected", tmp_path / "maps")
    (maps / "profile.json").unlink()
    (maps / "index.html").write_bytes(b"edited by hand")
    computed = []

    def noted(name, number, of):
        computed.append(name)

    paths = study / "study.toml", study / "layers" / "catalog.toml"
    found = verify_published(*paths, maps, progress=noted)
    assert computed[-1] == "pages"
    assert found.inputs == ()
    assert found.files == {"index.html": "edited", "profile.json": "missing"}
    assert found.compared == len(list((study / "expected").iterdir()))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 40 MB, which a test fills up: for a set, the next one, and the editions of both."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)]
    done = (
        subprocess.run(mount, capture_output=True, check=False) if shutil.which("mount") else None
    )
    if done is None or done.returncode:
        pytest.skip("mounting a small disk needs Linux and the rights of root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("full", ["published", "cache"])
def test_a_full_disk_is_one_line_and_the_next_run_completes(study, small_disk, tmp_path, full):
    maps = small_disk / "maps" if full == "published" else tmp_path / "maps"
    cache = small_disk / "cache" if full == "cache" else study / "other"
    shutil.copytree(study / "maps", maps)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 300_000))
    command = [
        sys.executable, "-m", "htkgis", "run", "--study", study / "study.toml",
        "--catalog", study / "layers" / "catalog.toml", "--out", maps,
    ]  # fmt: skip
    environment = os.environ | {"HTKGIS_CACHE_DIR": str(cache)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert re.search("(No space left|may be full).*; nothing was published", done.stderr)
    assert done.stderr.count("\n") == 1
    assert held(maps) == held(study / "maps")
    ballast.unlink()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert held(maps) == held(study / "expected")
