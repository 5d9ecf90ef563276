"""A week of nights in fast motion: new layers each night, what was decided, and what was published.

A server on this machine holds the layers of the embedded study. Each night it has something else: a
street edited, a school moved, a station gone, half a file, an implausible file, no service at all,
nothing new. ``htkgis update`` and ``htkgis run`` follow each other, as on a municipal server.

Example: python scripts/week_of_nights.py week
"""

from __future__ import annotations

import datetime as dt
import functools
import http.server
import json
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import tomlkit

from htkgis.errors import HtkgisError
from htkgis.loaders.remote.waiting import Patience
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.since_report import status_since
from htkgis.pipeline.updates.update import update_layers
from htkgis.store import Cache, sha256_file

ROOT = Path(__file__).parent.parent
FETCHED = ("places", "stations", "streets")
FIRST_NIGHT = dt.date(2026, 11, 23)
QUICK = Patience(attempts=2, pause_s=0.1)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing; while the folder is away it is too busy."""

    def do_GET(self) -> None:
        """Answer as a server behind which nothing runs, where the folder is away."""
        if Path(self.directory).is_dir():
            super().do_GET()
        else:
            self.send_error(503)

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        """Say nothing."""


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Make a night on which one text of a layer is another."""

    def edit(server: Path) -> None:
        file = server / f"{name}.csv"
        text = file.read_text("utf-8")
        if old not in text:
            msg = f"{name}.csv does not hold {old!r}"
            raise ValueError(msg)
        file.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def cut(server: Path) -> None:
    """Make a night on which a file is half there, with a web page in its place."""
    (server / "places.csv").write_text("<html><title>502 Bad Gateway</title></html>", "utf-8")


def implausible(server: Path) -> None:
    """Make a night on which a third of the places is gone."""
    lines = (ROOT / "layers" / "places.csv").read_text("utf-8").splitlines()
    (server / "places.csv").write_text("\n".join(lines[: len(lines) * 2 // 3]) + "\n", "utf-8")


def station_gone(server: Path) -> None:
    """Make a night on which a station is gone."""
    lines = (server / "stations.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("taastrup_st")]
    (server / "stations.csv").write_text("\n".join(kept) + "\n", "utf-8")


def away(server: Path) -> None:
    """Make a night on which the service is down."""
    shutil.move(server, server.with_name("away"))


def back(server: Path) -> None:
    """Make a night on which all is as it was at first, and nothing new."""
    shutil.move(server.with_name("away"), server)
    for name in FETCHED:
        shutil.copy(ROOT / "layers" / f"{name}.csv", server)


def street_longer(server: Path) -> None:
    """Make a night on which one street is 40 m longer."""
    file = server / "streets.csv"
    head, row, *rest = file.read_text("utf-8").splitlines()
    column = head.split(",").index("length_m")
    cells = row.split(",")
    cells[column] = str(float(cells[column]) + 40)
    file.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", "utf-8")


def school_moved(server: Path) -> None:
    """Make a night on which a school has another name and lies 30 m farther north."""
    file = server / "places.csv"
    lines = file.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if line.startswith("borgerskolen,"))
    columns, cells = lines[0].split(","), lines[number].split(",")
    cells[columns.index("lat")] = f"{float(cells[columns.index('lat')]) + 0.00027:.5f}"
    lines[number] = ",".join(cells)
    file.write_text("\n".join(lines) + "\n", "utf-8")


NIGHTS: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("a street 40 m longer", street_longer),
    ("a school renamed and moved 30 m", school_moved),
    ("a station gone", station_gone),
    ("a web page instead of places", cut),
    ("a third of the places gone", implausible),
    ("the service down", away),
    ("back, as on the first day", back),
)


def prepare(folder: Path, url: str) -> tuple[Path, Path]:
    """Write the embedded study with a service for three of its layers."""
    shutil.copytree(ROOT / "layers", folder / "layers")
    shutil.copy(ROOT / "study.toml", folder)
    catalog = folder / "layers" / "catalog.toml"
    text = tomlkit.parse(catalog.read_text("utf-8"))
    text["services"] = {
        "here": {
            "kind": "file",
            "url": url,
            "operator": "this machine",
            "licence": "ODbL 1.0",
            "credit": "© OpenStreetMap contributors",
            "verified_on": FIRST_NIGHT.isoformat(),
            "read_in": "scripts/week_of_nights.py",
        }
    }
    for name in FETCHED:
        text["layers"][name]["fetch"] = {"service": "here", "item": f"{name}.csv"}  # type: ignore[index]
    catalog.write_text(tomlkit.dumps(text), "utf-8")
    return folder / "study.toml", catalog


def night(study: Path, catalog: Path, today: dt.date, cache: Cache) -> list[str]:
    """Update and run once; say what was decided and what it took."""
    begun = time.perf_counter()
    updates = update_layers(study, catalog, today=today, patience=QUICK)
    said = [
        f"  {each.name}: {each.decision}{': ' if each.why else ''}{each.why}"
        + "".join(f"\n    {judged.line()}" for judged in each.judged)
        for each in updates
        if each.decision != "unchanged"
    ]
    updated = time.perf_counter()
    try:
        now = dt.datetime.combine(today, dt.time(2), dt.UTC)
        report = run_profiles(study, catalog, study.parent / "maps", cache=cache, now=now)
        done = f"{len(report.computed)} steps computed, {len(report.changed)} files changed"
    except HtkgisError as error:
        done = f"run failed: {error}"
    ended = time.perf_counter()
    took = f"update {updated - begun:.1f} s, run {ended - updated:.1f} s"
    return [*(said or ["  nothing new"]), f"  {done}; {took}"]


def size_mb(folder: Path) -> float:
    """Sum up the sizes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def say(line: str) -> None:
    """Write a line at once, so that a long week can be followed."""
    print(line, flush=True)


def main(folder: Path) -> None:
    """Run the week in an empty folder, and print what was decided each night."""
    folder.mkdir(parents=True)
    server = folder / "server"
    shutil.copytree(ROOT / "layers", server)
    handler = functools.partial(Quiet, directory=str(server))
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    study, catalog = prepare(folder, f"http://127.0.0.1:{running.server_address[1]}")
    cache = Cache(folder / "cache")
    before = dt.datetime.combine(FIRST_NIGHT - dt.timedelta(days=1), dt.time(2), dt.UTC)
    run_profiles(study, catalog, folder / "maps", cache=cache, now=before)
    for number, (what, change) in enumerate(NIGHTS):
        change(server)
        today = FIRST_NIGHT + dt.timedelta(days=number)
        say(f"{today:%a %d %b}: {what}")
        say("\n".join(night(study, catalog, today, cache)))
        pages = sorted((folder / "maps").iterdir())
        say(f"  published: {len(pages)} files, index {sha256_file(folder / 'maps/index.html')[:8]}")
        report = json.loads((folder / "maps/changes.json").read_text("utf-8"))
        causes = ", ".join(f"{each['id']} ({each['moved']})" for each in report["causes"])
        say(f"  report: {len(report['figures'])} figures moved, because of {causes or 'nothing'}")
        kept = sorted({path.name for path in (folder / "layers/held").glob("*")})
        say(f"  held back: {', '.join(kept) or 'nothing'}; cache {size_mb(cache.folder):.0f} MB")
    say(f"Status since {FIRST_NIGHT}:")
    told = status_since(folder / "maps", FIRST_NIGHT, language="en")
    say("\n".join(part for part in told if isinstance(part, str)))
    running.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
