"""Planned streets in the explorer: off until they are chosen, then searched as if they were there.

The layers hold none with a line, so a small study of two planned paths stands here.
"""

import shutil

import numpy as np
import pytest

from htkgis.store import sha256_bytes
from tests.browser.explorer_study import (
    NEAREST,
    ROOT,
    SUMMARY,
    ExplorerStudy,
    compared,
    settled,
)
from tests.browser.test_pages import AXE, CLIPPED

pytestmark = pytest.mark.browser

PLANNED = """id,from_node,to_node,name,kind,tunnel,bridge,length_m,line_wkt_wgs84,project
p1,n303,n278,,path,,,200,"LINESTRING (12.2884 55.6547, 12.2871 55.6531)",boernekulturhus
p2,n219,n164,,path,,yes,115,"LINESTRING (12.2771 55.6560, 12.2759 55.6553)",gadehave_link
"""
LAYER = """
[layers.planned_streets]
path = "planned_streets.csv"
title = "Planlagte stier"
title_en = "Planned paths"
source = "En prøve"
source_en = "A trial"
licence = "CC0"
credit = "Ingen"
published = "2026"
crs = "EPSG:4326"
sha256 = "{sha256}"
"""
FIRST, SECOND = "Børnekulturhus", "Vej- og stiforbindelse Øtoftegårdsvej"
DIFFERENCE = """([limit, back]) => {
  const network = htkgis.explored, [lat, lng] = [55.6545, 12.2884];
  const from = network.snap(network.traveller(0), ...network.toMetres(lat, lng));
  const trips = [[], [0]].map((built) => network.leave(network.traveller(0, built), from));
  if (back) trips.reverse();
  const metres = trips.map((trip) => network.reachedMetres(trip, limit));
  return {...htkgis.compareTrips(network, ...trips, limit), metres};
}"""
STRIPES = """() => {
  const canvas = document.querySelector('.leaflet-reach-pane canvas');
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255 && data[at] + data[at + 1] + data[at + 2] < 160) dark++;
  }
  return dark;
}"""


def planned_catalog(folder, planned=PLANNED):
    shutil.copytree(ROOT / "layers", folder)
    path = folder / "planned_streets.csv"
    path.write_text(planned, "utf-8", newline="\n")
    catalog = folder / "catalog.toml"
    layer = LAYER.replace("{sha256}", sha256_bytes(path.read_bytes()))
    catalog.write_text(catalog.read_text("utf-8") + layer, "utf-8", newline="\n")
    return catalog


@pytest.fixture(scope="module")
def study(explorer_study, tmp_path_factory):
    catalog = planned_catalog(tmp_path_factory.mktemp("planned") / "layers")
    return ExplorerStudy(explorer_study.cache, catalog)


def chosen(page, *names):
    for name in names:
        page.get_by_label(name).check()
    return settled(page)


def test_the_layers_hold_no_planned_street_so_none_is_offered(explorer_study, open_page):
    assert explorer_study.explorer["projects"] == []
    found = open_page(explorer_study.page())
    assert found.page.locator("input[name=project]").count() == 0
    assert found.page.locator("[data-sign=gained], [data-sign=lost]").count() == 0
    assert not found.page.locator("[data-compared]").first.is_visible()
    method = found.page.locator(".method").inner_text()
    assert "Siden viser derfor ingen fremtid" in method
    assert "midlertidige spærringer" in method
    assert "målt for voksne alene" in method


def test_with_planned_streets_the_page_answers_as_the_engine(study, open_page):
    page = open_page(study.page()).page
    points = study.points(25)
    for number in (0, 3, len(study.travellers) - 1):
        off, on = (compared(study, page, number, points, built) for built in ((), (0, 1)))
        for found in (off, on):
            assert found["pairs"] > 5 * len(points)
            for part in ("places_ds", "border_ds", "connector_ds"):
                assert np.abs(found[part]).max() <= 1
                assert (found[part] == 0).mean() > 0.998


def test_what_one_gains_is_what_the_other_loses(study, open_page):
    page = open_page(study.page()).page
    there = page.evaluate(DIFFERENCE, [5 * 600, False])
    back = page.evaluate(DIFFERENCE, [5 * 600, True])
    before, after = there["metres"]
    assert there["lost"] == pytest.approx(0, abs=1e-6)
    assert there["gained"] == pytest.approx(after - before)
    assert there["gained"] > 200
    assert back["lost"] == pytest.approx(there["gained"])
    assert back["gained"] == pytest.approx(0, abs=1e-6)
    # within six seconds nobody is at the new path
    far = page.evaluate(DIFFERENCE, [60, False])
    assert (far["gained"], far["lost"]) == (0, 0)


def test_a_chosen_project_is_told_drawn_and_linked(study, open_page):
    found = open_page(study.page(), width=320, height=800)
    page = settled(found.page)
    today, plain, dark = page.evaluate(SUMMARY), page.evaluate(NEAREST), page.evaluate(STRIPES)
    assert not page.locator("[data-compared]").first.is_visible()
    chosen(page, FIRST)
    told = page.evaluate(SUMMARY)
    assert told != today
    assert told.endswith("Med Børnekulturhus nås yderligere 0,4 km veje og stier og ingen steder.")
    assert "ikke længere" not in told
    assert page.locator("[data-compared]").first.is_visible()
    before = page.locator("#reached [data-cell=before]").all_inner_texts()
    assert before == [row[1] for row in plain.values()]
    assert page.evaluate(STRIPES) > dark
    assert page.locator("[data-sign=gained]").is_visible()
    assert not page.locator("[data-sign=lost]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(CLIPPED) == []
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert settled(page).evaluate(SUMMARY) == told
    page.get_by_label(FIRST).uncheck()
    page.locator("[data-ask=minutes]").fill("5")
    chosen(page, SECOND)
    assert page.evaluate(SUMMARY).endswith("til Teknologisk Institut nås intet mere på den tid.")
    page.locator("[data-ask=minutes]").fill("15")
    chosen(page, FIRST)
    assert " og Vej- og stiforbindelse" in page.evaluate(SUMMARY)
    assert "with=boernekulturhus,gadehave_link" in page.evaluate("location.hash")
    for name in (FIRST, SECOND):
        page.get_by_label(name).uncheck()
    assert settled(page).evaluate(SUMMARY) == today
    assert page.evaluate(NEAREST) == plain
    assert found.requests == []
    assert found.errors == []


def test_axe_finds_nothing_with_a_project_chosen(study, open_page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = chosen(open_page(study.page(), bypass_csp=True).page, FIRST)
    violations = axe.run(page, options=AXE).response["violations"]
    assert [rule["id"] for rule in violations] == []
