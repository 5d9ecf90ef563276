"""What differs between two editions, and which rows of a layer: nothing of it needs a run."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from htkgis.catalog import accept_layers, read_catalog
from htkgis.errors import SourceError
from htkgis.pipeline.edition_causes import (
    Cause,
    catalog_with,
    causes_between,
    changed_decisions,
)
from htkgis.pipeline.edition_changes import Attribution, Effect, Published, change_report
from htkgis.pipeline.edition_rows import changed_rows, rows_that_matter
from htkgis.pipeline.editions import Edition, edition_of, keep_edition, kept_catalog, kept_edition
from htkgis.profile.edition_figures import Figure, FigureKey
from htkgis.store import Cache
from htkgis.study import read_study

ROOT = Path(__file__).parent.parent.parent
STUDY = read_study(ROOT / "study.toml")
SCHOOL = FigureKey("vest", "nearest_1", "school", "walk", None, None, None, "adult", 2026)
STATION = SCHOOL._replace(function="station")
JOBS = FigureKey("vest", "jobs", None, "walk", 30, None, None, "adult", 2026)


@pytest.fixture
def kept(tmp_path):
    """A catalog whose edition is kept, the cache, and the folder it was published in."""
    layers = shutil.copytree(ROOT / "layers", tmp_path / "layers")
    catalog = read_catalog(layers / "catalog.toml")
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "manifest.json").write_text("{}", encoding="utf-8")
    cache = Cache(tmp_path / "cache")
    keep_edition(cache, maps, edition_of(STUDY, catalog, catalog.checked_hashes()), catalog)
    return catalog, cache, maps


def changed(catalog, name, old, new):
    """Edit a layer, accept it, and read the catalog again."""
    file = catalog.file(name)
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    same_file = [n for n, layer in catalog.layers.items() if layer.path == file.name]
    accept_layers(catalog, same_file)
    return read_catalog(catalog.path)


def edition(catalog, study=STUDY):
    return edition_of(study, catalog, catalog.checked_hashes())


def test_an_edition_is_found_again_with_the_very_files_of_its_layers(kept):
    catalog, cache, maps = kept
    before = catalog.file("places").read_bytes()
    now = changed(catalog, "places", "Taastrup Teater", "Teatret")
    found = kept_edition(cache, maps)
    assert found == edition_of(STUDY, catalog, {n: x.sha256 for n, x in catalog.layers.items()})
    again = kept_catalog(cache, found, now)
    assert again.file("places").read_bytes() == before != now.file("places").read_bytes()
    facts = {n: x.model_dump(exclude={"history", "path"}) for n, x in catalog.layers.items()}
    # the keys of the steps hold these facts: what has not changed is not computed again
    assert facts == {n: x.model_dump(exclude={"history", "path"}) for n, x in again.layers.items()}


def test_an_edition_of_another_folder_or_without_its_layers_is_not_kept(kept, tmp_path):
    catalog, cache, maps = kept
    assert kept_edition(cache, tmp_path / "elsewhere") is None
    found = kept_edition(cache, maps)
    for file in cache.folder.rglob("places.csv"):
        file.write_bytes(b"damaged")
    with pytest.raises(SourceError, match=r"places.*edition before is no longer in the cache"):
        kept_catalog(cache, found, catalog)


def test_each_layer_the_study_and_the_code_are_causes_of_their_own(kept):
    catalog, _, _ = kept
    before = edition(catalog)
    assert causes_between(before, before) == []
    now = changed(catalog, "places", "Taastrup Teater", "Teatret")
    now = changed(now, "projects", ",2017,2022,", ",2017,2023,")
    other = replace(edition(now), code="other", study=before.study | {"new": 1})
    assert [cause.id for cause in causes_between(before, other)] == [
        "code",
        "study",
        "places",
        "projects",
    ]


def test_layers_of_one_file_and_streets_with_their_nodes_are_one_cause(kept):
    catalog, _, _ = kept
    before = edition(catalog)
    layers = before.layers
    new = {n: x | {"sha256": "0" * 64} for n, x in layers.items()}
    names = ("housing_areas", "area_facts", "streets", "street_nodes")
    now = replace(before, layers=layers | {name: new[name] for name in names})
    assert {cause.id for cause in causes_between(before, now)} == {
        "housing_areas+area_facts",
        "+".join(name for name in layers if name in {"streets", "street_nodes"}),
    }


def test_a_title_is_no_cause_and_a_layer_that_came_or_went_is(kept):
    catalog, _, _ = kept
    before = edition(catalog)
    told = before.layers["places"] | {"title": "Steder, nyt navn", "licence": "CC0"}
    assert causes_between(before, replace(before, layers=before.layers | {"places": told})) == []
    fewer = {n: x for n, x in before.layers.items() if n != "projects"}
    less = replace(before, layers=fewer)
    for pair in ((before, less), (less, before)):
        assert [cause.id for cause in causes_between(*pair)] == ["projects"]


def test_decisions_that_changed_are_named_with_both_values():
    old = STUDY.model_dump(mode="json")
    new = json.loads(json.dumps(old))
    new["limits"]["jobs"]["value"] = [15, 45]
    new["quarters"][0]["station"] = "hedehusene_st"
    rows = {row["key"]: (row["before"], row["after"]) for row in changed_decisions(old, new)}
    first = old["quarters"][0]
    assert rows == {
        "limits.jobs": ([15, 30], [15, 45]),
        f"quarters.{first['id']}.station": (first["station"], "hedehusene_st"),
    }
    assert changed_decisions(old, old) == []


def test_one_layer_new_and_all_others_as_before(kept):
    catalog, cache, maps = kept
    now = changed(catalog, "places", "Taastrup Teater", "Teatret")
    now = changed(now, "projects", ",2017,2022,", ",2017,2023,")
    before = kept_catalog(cache, kept_edition(cache, maps), now)
    mixed = catalog_with(before, now, Cause("layers", ("places",)))
    assert list(mixed.layers) == list(catalog.layers)
    assert mixed.checked_hashes()["places"] == now.layers["places"].sha256
    assert mixed.checked_hashes()["projects"] == catalog.layers["projects"].sha256


def test_rows_that_changed_are_named_and_matter_to_figures_of_their_function(kept):
    catalog, cache, maps = kept
    now = changed(catalog, "places", "55.6442,12.2984", "55.6500,12.2900")
    now = changed(now, "places", "Taastrup Teater", "Teatret")
    before = kept_catalog(cache, kept_edition(cache, maps), now)
    rows = [changed_rows("places", before, now, STUDY)]
    kinds = {each["kind"]: [row["id"] for row in each["rows"]] for each in rows[0]["differences"]}
    assert kinds == {"moved": ["borgerskolen"], "changed": ["taastrup_teater"]}
    assert rows_that_matter(rows, "school") == ["borgerskolen"]
    assert rows_that_matter(rows, "culture") == ["taastrup_teater"]
    assert rows_that_matter(rows, "green") == []
    assert rows_that_matter(rows, None) == ["borgerskolen", "taastrup_teater"]


def test_rows_of_single_workplaces_are_not_named_and_those_of_a_sketch_are(kept):
    catalog, cache, maps = kept
    line = catalog.file("jobs").read_text("utf-8").splitlines()[1]
    now = changed(catalog, "jobs", line, line + "0")
    before = kept_catalog(cache, kept_edition(cache, maps), now)
    assert changed_rows("jobs", before, now, STUDY)["state"] == "compared"
    for each in (before, now):
        each.layers["jobs"] = each.layers["jobs"].model_copy(update={"sketch_scale": ""})
    assert changed_rows("jobs", before, now, STUDY) == {
        "layer": "jobs",
        "state": "withheld",
        "differences": [],
    }


class Told:
    """An attribution whose effects were computed elsewhere."""

    before = now = Edition({}, {}, "0", "")

    def __init__(self, effects):
        self.effects = effects

    def rows(self, _):
        return []


def report(before, after, effects):
    return change_report(
        Published(before, {"run": "a", "htkgis": "0"}),
        after,
        run="b",
        version="0",
        attribution=Told(effects),
    )


def minutes(value):
    return Figure("min", median=value)


def test_a_figure_has_the_causes_that_move_it_alone_and_by_how_much():
    before = {SCHOOL: minutes(10.0), STATION: minutes(5.0)}
    after = {SCHOOL: minutes(7.0), STATION: minutes(5.0)}

    def effects(base):
        return [
            Effect(Cause("layers", ("places",)), base, base | {SCHOOL: minutes(8.0)}),
            Effect(Cause("layers", ("streets",)), base, base | {SCHOOL: minutes(8.5)}),
            Effect(Cause("study"), base, dict(base)),
        ]

    found = report(before, after, effects)
    assert (found["moved"], found["same"]) == (1, 1)
    (figure,) = found["figures"]
    assert figure["change"] == -3
    assert [(c["cause"], c["change"]) for c in figure["causes"]] == [
        ("places", -2.0),
        ("streets", -1.5),
    ]
    assert {c["id"]: c["moved"] for c in found["causes"]} == {"places": 1, "streets": 1, "study": 0}


def test_what_only_several_causes_move_together_has_no_cause_of_its_own():
    found = report(
        {SCHOOL: minutes(10.0)},
        {SCHOOL: minutes(7.0)},
        lambda base: [Effect(Cause("study"), base, base), Effect(Cause("code"), told=False)],
    )
    assert found["figures"][0]["causes"] == []
    assert [(c["told"], c["moved"]) for c in found["causes"]] == [(True, 0), (False, None)]


def test_of_jobs_no_number_is_told_that_no_edition_published():
    def jobs(value):
        return Figure("jobs", median=value)

    found = report(
        {JOBS: jobs(100)},
        {JOBS: jobs(300)},
        lambda base: [
            Effect(Cause("study"), base, {JOBS: jobs(200)}),
            Effect(Cause("layers", ("jobs",)), base, {JOBS: jobs(200)}),
        ],
    )
    (figure,) = found["figures"]
    assert figure["change"] == 200
    assert [c["change"] for c in figure["causes"]] == [None, None]


def test_a_cause_alone_explains_all_without_computing(kept):
    catalog, cache, maps = kept
    now = changed(catalog, "places", "55.6442,12.2984", "55.6500,12.2900")
    told = Attribution(cache, "da", STUDY, now, kept_edition(cache, maps), edition(now))
    found = change_report(
        Published({SCHOOL: minutes(10.0), STATION: minutes(5.0)}, {"run": "a", "htkgis": "0"}),
        {SCHOOL: minutes(9.0), STATION: minutes(5.0)},
        run="b",
        version="0",
        attribution=told,
    )
    (figure,) = found["figures"]
    assert figure["causes"] == [{"cause": "places", "change": -1, "rows": ["borgerskolen"]}]


def test_without_an_edition_before_nothing_is_compared_and_without_its_layers_nothing_explained():
    facts = {"run": "b", "version": "0", "attribution": None}
    first = change_report(None, {SCHOOL: minutes(9.0)}, **facts)
    assert (first["before"], first["compared"], first["figures"]) == (None, 0, [])
    published = Published({SCHOOL: minutes(10.0)}, {"run": "a", "htkgis": "0"})
    unknown = change_report(published, {SCHOOL: minutes(9.0)}, **facts, changed_layers=["places"])
    assert not unknown["attributed"]
    assert unknown["figures"][0]["causes"] == []
    assert [(c["id"], c["told"]) for c in unknown["causes"]] == [("places", False)]
