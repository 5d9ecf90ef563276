"""What a machine and an installation lack: each fault put in by hand, none of them guessed."""

import os
import shutil
import sys
import webbrowser
from importlib import metadata
from types import SimpleNamespace
from typing import NamedTuple

import pyogrio
import pyproj
import pytest
from pyproj.exceptions import DataDirError

from htkgis.extras import install_line
from htkgis.pipeline.doctor import disk, geodata, looking, network, packages
from htkgis.pipeline.doctor.finding import Finding, examined
from htkgis.store import Cache
from htkgis.store.files import refusal


class Room(NamedTuple):
    free: int


def only(check):
    (finding,) = check
    return finding


def states(findings):
    return {each.name: each.state for each in findings}


def test_this_python_is_one_that_htkgis_runs_on():
    assert only(packages.look_at_python()).state == "ok"


def test_a_python_that_is_too_old_is_a_fault(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    found = only(packages.look_at_python())
    assert (found.state, "Python 3.11 or later" in found.todo) == ("fault", True)


def test_a_package_that_is_missing_or_too_old_is_named_with_what_is_needed(monkeypatch):
    stated = ["click>=8.1", "gone-package>=2.5", "rich>=9999.1", "h3>=4; extra == 'hexagons'"]
    monkeypatch.setattr(metadata, "requires", lambda _: stated)
    found = {each.name: each for each in packages.look_at_packages()}
    assert states(found.values()) == {
        "htkgis": "ok",
        "gone-package": "fault",
        "rich": "fault",
        "packages": "ok",
    }
    assert found["gone-package"].said == "is not installed; 2.5 or later is needed"
    assert found["rich"].todo == 'Run: pip install --upgrade "rich>=9999.1"'
    assert found["packages"].said == f"click {metadata.version('click')}"


def test_htkgis_in_a_folder_that_is_not_installed_is_said_and_no_fault(monkeypatch):
    def requires(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    assert only(packages.look_at_packages()).state == "note"


def test_compiled_code_that_does_not_load_is_a_fault(monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    found = only(packages.look_at_loading())
    assert (found.name, found.state) == ("shapely", "fault")
    assert found.todo == "Run: pip install --force-reinstall shapely"


def test_an_extra_that_is_absent_is_no_fault_and_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    found = {each.name: each for each in packages.look_at_extras()}
    assert found["extra postgis"].state == "note"
    assert found["extra postgis"].todo == f"Run: {install_line('postgis')}"
    assert found["extra print"].state == "ok"


def test_gdal_and_geos_are_there_with_every_format_of_layers():
    assert states(geodata.look_at_gdal()) == {"GDAL": "ok", "GEOS": "ok"}


def test_a_format_that_gdal_lacks_is_a_fault(monkeypatch):
    drivers = {name: "rw" for name in geodata.DRIVERS if name != "GPKG"}
    monkeypatch.setattr(pyogrio, "list_drivers", lambda: drivers)
    gdal, _ = geodata.look_at_gdal()
    assert (gdal.state, gdal.said.endswith("cannot read GPKG")) == ("fault", True)


def test_the_known_point_comes_out_where_it_is_by_definition(monkeypatch):
    for name in geodata.SET_BY_OTHERS:
        monkeypatch.delenv(name, raising=False)
    assert only(geodata.look_at_proj()).state == "ok"


def test_data_of_proj_that_are_missing_are_a_fault_that_names_the_variable(monkeypatch):
    def lost():
        msg = "Valid PROJ data directory not found."
        raise DataDirError(msg)

    monkeypatch.setattr(pyproj.datadir, "get_data_dir", lost)
    monkeypatch.setenv("PROJ_LIB", "/there/is/none")
    found = only(geodata.look_at_proj())
    assert (found.name, found.state) == ("PROJ", "fault")
    assert found.todo.startswith("Unset PROJ_LIB,")


@pytest.mark.parametrize("metres", [(500_001.0, 0.0), (float("inf"), float("inf"))])
def test_a_point_that_comes_out_elsewhere_is_a_fault(monkeypatch, metres):
    class Wrong:
        @staticmethod
        def transform(*_):
            return metres

    monkeypatch.setattr(pyproj.Transformer, "from_crs", lambda *_, **__: Wrong)
    found = only(geodata.look_at_proj())
    assert (found.state, " m off" in found.said) == ("fault", True)


def test_no_grid_is_lacking_for_the_coordinates_of_denmark():
    assert only(geodata.look_at_grids("EPSG:25832")).state == "ok"


def test_a_cache_is_counted_in_entries_and_megabytes(tmp_path, monkeypatch):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(tmp_path))
    Cache(tmp_path).keep("ab12", {"x.bin": bytes(2_000_000)})
    found = only(disk.look_at_cache())
    assert (found.state, found.said) == ("ok", f"{tmp_path}: 1 entries, 2 MB")


def test_a_cache_that_cannot_be_written_is_a_fault(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(tmp_path / "file"))
    found = only(disk.look_at_cache())
    assert (found.state, "it is a file" in found.said) == ("fault", True)
    assert "HTKGIS_CACHE_DIR" in found.todo


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="the user root, and Windows, write everywhere"
)
def test_a_folder_without_rights_refuses_and_so_does_one_below_it(tmp_path):
    tmp_path.chmod(0o500)
    assert refusal(tmp_path) == refusal(tmp_path / "new" / "one") == "Permission denied"


def test_a_folder_that_is_not_there_yet_is_looked_at_where_it_would_be_made(tmp_path):
    assert refusal(tmp_path / "new" / "one") == ""
    assert list(tmp_path.iterdir()) == []


def test_compiled_code_that_cannot_be_kept_is_a_fault(monkeypatch):
    assert only(disk.look_at_compiled_code()).state == "ok"
    monkeypatch.setattr(disk, "refusal", lambda _: "Read-only file system")
    found = only(disk.look_at_compiled_code())
    assert (found.state, "NUMBA_CACHE_DIR" in found.todo) == ("fault", True)


def test_compiled_code_that_found_no_folder_is_a_fault(monkeypatch):
    kernel = SimpleNamespace(stats=SimpleNamespace(cache_path=None))
    monkeypatch.setattr(sys.modules["htkgis.network.search"], "spread", kernel)
    found = only(disk.look_at_compiled_code())
    assert found.state == "fault"
    assert found.said.endswith("every command compiles anew")


@pytest.mark.parametrize(
    ("megabytes", "state"), [(199, "fault"), (200, "note"), (4999, "note"), (5000, "ok")]
)
def test_room_on_the_disk_is_judged_once_per_disk(tmp_path, monkeypatch, megabytes, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Room(megabytes * 10**6))
    found = only(disk.look_at_space(tmp_path / "cache", tmp_path / "maps"))
    assert (found.state, f"{megabytes:,} MB" in found.said) == (state, True)


def test_without_any_browser_a_note_says_that_pages_open_elsewhere(monkeypatch):
    def none():
        raise webbrowser.Error

    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(webbrowser, "get", none)
    assert only(looking.look_at_browser()).state == "note"


def test_the_font_of_maps_on_paper_is_found_and_missed(monkeypatch):
    pytest.importorskip("matplotlib")
    assert only(looking.look_at_fonts()).state == "ok"
    monkeypatch.setattr("htkgis.maps.paper.font.FONT", "A Font That Nobody Has")
    assert only(looking.look_at_fonts()).state == "fault"


def test_without_the_extra_of_printing_no_font_is_looked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert list(looking.look_at_fonts()) == []


def test_proxies_are_told_without_user_and_password(monkeypatch):
    for name in ("https_proxy", "no_proxy", "http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)  # first: Windows does not tell cases apart
    monkeypatch.setenv("HTTPS_PROXY", "http://ole:s3cret@proxy.kommune.dk:8080")
    monkeypatch.setenv("NO_PROXY", "localhost")
    found = only(network.look_at_proxies())
    assert found.said == "https proxy.kommune.dk:8080; not for: localhost"


def test_certificates_that_are_not_there_are_a_fault_that_names_the_variable(tmp_path, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    assert only(network.look_at_certificates()).state == "ok"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    found = only(network.look_at_certificates())
    assert (found.state, found.todo) == ("fault", "Correct REQUESTS_CA_BUNDLE, or unset it.")


def test_a_check_that_breaks_down_is_a_fault_of_what_it_looked_at():
    def broken():
        yield Finding("first", "ok", "seen")
        msg = "undefined symbol:\n GEOSversion"
        raise AttributeError(msg)

    found = only(examined("GEOS", broken))
    assert (found.name, found.state) == ("GEOS", "fault")
    assert found.said == "cannot be looked at: AttributeError: undefined symbol: GEOSversion"
