"""The embedded study with the least that a run can measure: for tests that run it many times over.

One mode, no lenses, no timetable, no cases of robustness, no isolation, no explorer: the steps, the
files and the switch are those of every run, and it takes a quarter of the time.
"""

import shutil
from pathlib import Path

import tomlkit

ROOT = Path(__file__).parent.parent
HEAVY = ("transit", "robustness", "isolation", "explorer")


def keep_quarters(study, *quarters):
    """Leave out every other quarter of a study, given as TOML: most of a run is by quarter."""
    others = [at for at, row in enumerate(study["quarters"]) if row["id"] not in quarters]
    assert len(others) == len(study["quarters"]) - len(quarters), quarters
    for at in reversed(others):
        del study["quarters"][at]


def light_study(folder, *, keep=(), quarter=None):
    """Write study.toml and layers/ into a folder, and give the paths of study and catalog.

    ``keep`` names tables and modes of the study that are measured all the same; of all quarters
    ``quarter`` alone is shown, or each of them if it is None.
    """
    study = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
    if quarter is not None:
        keep_quarters(study, quarter)
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
