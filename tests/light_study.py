"""The embedded study with the least that a run can measure: for tests that run it many times over.

One mode, no lenses, no timetable, no cases of robustness, no isolation, no explorer: the steps, the
files and the switch are those of every run, and it takes a quarter of the time.
"""

import shutil
from pathlib import Path

import tomlkit

ROOT = Path(__file__).parent.parent
HEAVY = ("transit", "robustness", "isolation", "explorer")


def light_study(folder, *, keep=()):
    """Write study.toml and layers/ into a folder, and give the paths of study and catalog.

    ``keep`` names tables and modes of the study that are measured all the same.
    """
    study = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
    for table in HEAVY:
        if table not in keep:
            study.remove(table)
    for mode in ("bike", "car"):
        if mode not in keep:
            study["modes"].remove(mode)
    study["profile"]["lenses"] = []
    if "transit" not in keep:
        study["gaps"].remove("departures")
    path = folder / "study.toml"
    path.write_text(tomlkit.dumps(study), encoding="utf-8", newline="\n")
    shutil.copytree(ROOT / "layers", folder / "layers")
    return path, folder / "layers" / "catalog.toml"
