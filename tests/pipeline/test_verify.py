"""Verify: which inputs are others, and what is wrong with a file; the run itself in test_faults."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.cli.verify import lines
from htkgis.errors import SourceError, StoreError
from htkgis.pipeline.verify import Verified, fault_of, other_inputs, verify_published
from htkgis.publish.folder import JOURNAL, STAGING
from htkgis.store import fingerprint, sha256_bytes
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
PATHS = ROOT / "study.toml", ROOT / "layers" / "catalog.toml"
GOOD, OTHER = sha256_bytes(b"good"), sha256_bytes(b"other")


@pytest.fixture(scope="module")
def study():
    return read_study(PATHS[0])


@pytest.fixture
def manifest(study):
    return {
        "htkgis": "0.1.0",
        "run": "r",
        "study": {"sha256": fingerprint(study.model_dump(mode="json"))},
        "layers": {"streets": {"sha256": GOOD}, "gates": {"sha256": GOOD}},
        "outputs": {"index.html": {"sha256": GOOD}},
    }


@pytest.fixture
def maps(tmp_path, manifest):
    (tmp_path / "index.html").write_bytes(b"good")
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return tmp_path


def test_inputs_that_are_those_of_the_manifest_are_not_named(study, manifest):
    assert other_inputs(manifest, study, {"streets": GOOD, "gates": GOOD}) == ()


def test_each_input_that_is_another_is_named_with_both_hashes(study, manifest):
    manifest["study"]["sha256"] = OTHER
    found = {"streets": OTHER, "gates": None, "stops": GOOD}
    assert other_inputs(manifest, study, found) == (
        "the study: its decisions are others than those published",
        "layer gates: the file is missing or cannot be read",
        "layer stops: not among those published",
        f"layer streets: the file is sha256 {OTHER[:12]}, published was {GOOD[:12]}",
    )
    assert other_inputs(manifest | {"study": {"sha256": GOOD}}, study, {"streets": GOOD})[1:] == (
        "layer gates: no longer in the catalog",
    )


@pytest.mark.parametrize(
    ("stated", "made", "content", "fault"),
    [
        (GOOD, GOOD, b"good", None),
        (GOOD, GOOD, b"other", "edited"),
        (GOOD, GOOD, None, "missing"),
        (GOOD, OTHER, b"good", "differs"),
        # edited into what a run makes: the published set is another all the same
        (GOOD, OTHER, b"other", "differs"),
        (GOOD, None, b"good", "not made"),
        (None, GOOD, b"good", "not named"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path, stated, made, content, fault):
    if content is not None:
        (tmp_path / "a.html").write_bytes(content)
    known = [{} if sha is None else {"a.html": sha} for sha in (stated, made)]
    assert fault_of("a.html", *known, tmp_path) == fault


def test_the_manifest_is_compared_by_the_bytes_that_stand(tmp_path):
    made = {"manifest.json": GOOD}
    assert fault_of("manifest.json", {}, made, tmp_path) == "missing"
    (tmp_path / "manifest.json").write_bytes(b"other")
    assert fault_of("manifest.json", {}, made, tmp_path) == "differs"
    (tmp_path / "manifest.json").write_bytes(b"good")
    assert fault_of("manifest.json", {}, made, tmp_path) is None


def test_other_layers_are_named_and_nothing_is_computed(maps):
    def computing(name, number, of):
        pytest.fail("a step was computed")

    found = verify_published(*PATHS, maps, progress=computing)
    assert not found.same
    assert [line for line in found.inputs if "gates" in line or "streets" in line] == [
        f"layer {name}: the file is sha256 {sha[:12]}, published was {GOOD[:12]}"
        for name, sha in sorted(
            (name, read_catalog(PATHS[1]).hash(name)) for name in ("gates", "streets")
        )
    ]
    result = CliRunner().invoke(
        main, ["verify", "--study", PATHS[0], "--catalog", PATHS[1], "--out", str(maps)]
    )
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("Not compared: ")


def test_a_folder_without_a_published_set_is_a_named_error(tmp_path):
    with pytest.raises(SourceError, match=r"nothing is published there\. Name the folder"):
        verify_published(*PATHS, tmp_path)
    (tmp_path / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(SourceError, match=r"manifest\.json cannot be read"):
        verify_published(*PATHS, tmp_path)


def test_two_sets_of_an_interrupted_switch_are_not_compared(maps):
    (maps / STAGING).mkdir()
    (maps / STAGING / JOURNAL).write_text("{}", "utf-8")
    with pytest.raises(StoreError, match=r"switch to other files was interrupted.*Run htkgis run"):
        verify_published(*PATHS, maps)
    shutil.rmtree(maps / STAGING)


def test_the_lines_name_each_file_that_differs(tmp_path):
    found = Verified(tmp_path, (), {"a.html": "edited", "b.csv": "differs"}, 7, "0.0.9")
    assert list(lines(found)) == [
        "published by htkgis 0.0.9, which is not the version that computes now",
        "a.html: was edited since it was published",
        "b.csv: comes out otherwise",
        f"2 of 7 files of {tmp_path} differ.",
    ]
    assert list(lines(Verified(tmp_path, (), {}, 7))) == [
        f"All 7 files of {tmp_path} come out the same, byte by byte."
    ]
