"""Weigh a published quarter page against a default folium page of the same layers.

Both are opened by one Chromium in one run, without network. folium's page links scripts of four
hosts: it is opened once as it is, and twice with Leaflet handed to it and the other scripts
empty, so that it can be drawn at all. Example: python scripts/benchmark.py pages maps
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import folium
import geopandas as gpd
import pyogrio
from playwright.sync_api import Browser, Page, Route, sync_playwright

from htkgis.maps.resources import leaflet

SIZE_PX = {"width": 1200, "height": 800}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
ASK = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const map = Object.values(window).find((value) => window.L && value instanceof L.Map);
  if (!map) return null;
  await frame(); await frame();
  const loaded = performance.now();
  const steps = 20;
  let start = performance.now();
  for (let step = 0; step < steps; step++) {
    map.panBy([step % 2 ? 40 : -40, 0], {animate: false});
    await frame();
  }
  const pan = (performance.now() - start) / steps;
  start = performance.now();
  map.setZoom(map.getZoom() + 1, {animate: false});
  await frame(); await frame();
  return {loaded, pan, zoom: performance.now() - start,
          nodes: document.querySelectorAll("*").length};
}
"""


@dataclass(frozen=True)
class Weight:
    """What a page cost; None where it stayed blank.

    Milliseconds from the start of loading to the second frame with the map, megabytes of the
    script heap, elements, milliseconds per step of moving the map with a redraw, milliseconds
    of one step of zoom; and how many requests failed.
    """

    load_ms: float | None
    heap_mb: float | None
    nodes: int | None
    pan_ms: float | None
    zoom_ms: float | None
    failed: int


def main(arguments: list[str]) -> None:
    """Print the table, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder that a run has published")
    parser.add_argument("--quarter", default="kulturkvarteret", help="name of the page")
    parser.add_argument("--runs", type=int, default=3, help="loads of each page")
    options = parser.parse_args(arguments)
    ours = options.folder / f"{options.quarter}.html"
    layers = drawn_layers(options.folder / f"{options.quarter}.gpkg")
    print(f"{sum(map(len, layers.values())):,} features in {len(layers)} layers")
    print("| page | HTML | load to drawn | heap | elements | move | zoom |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        plain, canvas = (
            folium_page(layers, Path(name) / f"folium-{kind}.html", canvas=kind == "canvas")
            for kind in ("svg", "canvas")
        )
        for what, path, faked in (
            ("htkgis, the whole page", ours, False),
            ("folium as it is, offline", plain, False),
            ("folium, its scripts handed to it", plain, True),
            ("folium with prefer_canvas, the same", canvas, True),
        ):
            report(what, path, [opened(browser, path, faked=faked) for _ in range(options.runs)])
        browser.close()


def drawn_layers(file: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read the layers of a quarter that have shapes, in degrees."""
    names = [name for name, shape in pyogrio.list_layers(file) if shape is not None]
    return {name: gpd.read_file(file, layer=name).to_crs(4326) for name in names}


def folium_page(layers: dict[str, gpd.GeoDataFrame], path: Path, *, canvas: bool) -> Path:
    """Write the page that folium's own documentation leads to: GeoJson, tooltips, a control."""
    centre = layers["area"].geometry.iloc[0].centroid
    page = folium.Map([centre.y, centre.x], zoom_start=14, tiles=None, prefer_canvas=canvas)
    for name, table in reversed(layers.items()):
        fields = [column for column in ("name", "kind", "limit_min") if column in table]
        folium.GeoJson(
            table[[*fields, "geometry"]].to_json(),
            name=name,
            tooltip=folium.GeoJsonTooltip(fields) if fields else None,
            marker=folium.CircleMarker(radius=6),
        ).add_to(page)
    folium.LayerControl().add_to(page)
    page.save(str(path))
    return path


def opened(browser: Browser, path: Path, *, faked: bool) -> Weight:
    """Open a page with the network cut, move and zoom its map, and weigh it."""
    context = browser.new_context(viewport=SIZE_PX)
    failed: list[str] = []

    def route(asked: Route) -> None:
        address = asked.request.url
        if address.startswith("file:"):
            asked.continue_()
        elif faked:
            name = address.rsplit("/", 1)[-1]
            known = name in ("leaflet.js", "leaflet.css")
            asked.fulfill(body=leaflet(name) if known else "", headers={"Content-Type": kind(name)})
        else:
            failed.append(address)
            asked.abort()

    context.route("**/*", route)
    page = context.new_page()
    page.goto(path.resolve().as_uri())
    found = page.evaluate(ASK)
    heap = heap_mb(page)
    context.close()
    if found is None:
        return Weight(None, None, None, None, None, len(failed))
    return Weight(found["loaded"], heap, found["nodes"], found["pan"], found["zoom"], len(failed))


def kind(name: str) -> str:
    """Media type of a script or a style sheet."""
    return "text/css" if name.endswith(".css") else "text/javascript"


def heap_mb(page: Page) -> float:
    """Megabytes of the script heap after what is not needed was cleared away."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize") / 1e6


def report(what: str, path: Path, weights: list[Weight]) -> None:
    """Print one line: medians."""
    size = f"{path.stat().st_size / 1e6:.2f} MB"
    if any(weight.load_ms is None for weight in weights):
        print(f"| {what} | {size} | blank, {weights[0].failed} requests failed | – | – | – | – |")  # noqa: RUF001
        return

    def middle(name: str) -> float:
        return statistics.median(getattr(weight, name) for weight in weights)

    print(
        f"| {what} | {size} | {middle('load_ms') / 1000:.2f} s | {middle('heap_mb'):.0f} MB "
        f"| {middle('nodes'):,.0f} | {middle('pan_ms'):.0f} ms | {middle('zoom_ms'):.0f} ms |",
        flush=True,
    )
