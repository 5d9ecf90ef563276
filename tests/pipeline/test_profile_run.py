"""What a run does around its steps: layers that change under it, and a cache that takes no more."""

import shutil
from pathlib import Path

import pytest

from htkgis.catalog import read_catalog
from htkgis.errors import SourceError, StoreError
from htkgis.pipeline import profiles
from htkgis.pipeline.profiles import ProfileRun
from htkgis.pipeline.steps import Results, Step
from htkgis.store import Cache
from htkgis.study import read_study

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def run(tmp_path):
    layers = shutil.copytree(ROOT / "layers", tmp_path / "layers")
    catalog = read_catalog(layers / "catalog.toml")
    return ProfileRun(
        study=read_study(ROOT / "study.toml"),
        catalog=catalog,
        hashes=catalog.checked_hashes(),
        language="da",
        decimal="comma",
        out=tmp_path / "maps",
        keep=5,
        now=None,
        cache=Cache(tmp_path / "cache"),
    )


@pytest.mark.parametrize("saved", [False, True])
def test_what_was_computed_from_a_layer_that_changed_meanwhile_is_thrown_away(
    run, monkeypatch, saved
):
    def compute():
        if saved:
            run.catalog.file("places").write_text("saved in a spreadsheet", "utf-8")
        return {"pages": {"index.html": "text"}}

    steps = [Step("pages", (), ("pages",), compute)]
    monkeypatch.setattr(profiles, "profile_steps", lambda *_, **__: steps)
    if not saved:
        assert run.measured(None, None).computed == ["pages"]
        return
    with pytest.raises(
        SourceError, match="1 layers were changed while the run read them: 'places'"
    ):
        run.measured(None, None)
    assert not list(run.cache.folder.rglob("entry.json"))


def test_a_cache_that_takes_no_more_is_a_warning_once_the_set_stands(run, monkeypatch):
    def refused(*_):
        msg = "cache (c): cannot be written: No space left on device"
        raise StoreError(msg)

    monkeypatch.setattr(profiles, "keep_edition", refused)
    with pytest.warns(
        UserWarning, match=r"the set is published, and what it was made of could not"
    ):
        assert not run.kept_for_later(Results(run.cache))
