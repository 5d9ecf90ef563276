"""Run the main job in a folder with a study, and look at what it published."""

import json

from htkgis.catalog import accept_layers, read_catalog
from htkgis.pipeline.profiles import run_profiles


def run(folder, cache, **options):
    return run_profiles(
        folder / "study.toml",
        folder / "layers" / "catalog.toml",
        folder / "maps",
        cache=cache,
        **options,
    )


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def accept(folder, *names):
    accept_layers(read_catalog(folder / "layers" / "catalog.toml"), list(names))


def profile_of(folder, quarter):
    profiles = json.loads((folder / "profile.json").read_text("utf-8"))["quarters"]
    return next(profile for profile in profiles if profile["quarter"]["id"] == quarter)


def nearest(profile, function, n=1, mode="walk"):
    case = (function, n, mode)
    return next(r for r in profile["nearest"] if (r["function"], r["n"], r["mode"]) == case)
