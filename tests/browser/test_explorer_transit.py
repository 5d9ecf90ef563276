"""Public transport in the explorer: the engine's times, from the starting points and no others."""

import numpy as np
import pytest

from htkgis.pipeline.explorer_ground import start_points
from htkgis.units import UNREACHED
from tests.browser.explorer_study import NEAREST, SUMMARY, settled
from tests.browser.test_pages import CLIPPED

pytestmark = pytest.mark.browser
TO = "\N{EN DASH}"


@pytest.fixture
def study(explorer_study):
    return explorer_study


def looked_up(page, window, start):
    return page.evaluate(
        """([window, start]) => {
          const found = htkgis.timed.from(window, start);
          return [[...found.places], [...found.stations], found.border];
        }""",
        [window, start],
    )


def test_times_by_public_transport_are_those_of_the_engine(study, open_page):
    page = open_page(study.page()).page
    access = study.results["transit_access"]
    told = access[access["measure"] == "station_time"]
    starts = start_points(study.results["origins"], study.study)["id"]
    for window in study.study.transit.windows:
        minutes = told[told["departure"] == window].pivot(
            index="id", columns="function", values="value"
        )
        for number, start in enumerate(starts):
            _, stations, _ = looked_up(page, window, number)
            own = [ds / 600 if ds < UNREACHED else np.nan for ds in stations]
            order = list(study.study.transit.stations.value)
            np.testing.assert_array_equal(own, minutes.loc[start, order])
    places, _, border = looked_up(page, "evening", 3)
    every = np.sort(study.departures("evening", starts[3]).to_numpy(), axis=0)
    half = every[len(every) // 2 - 1]
    np.testing.assert_array_equal(places, np.where(half < UNREACHED, half, UNREACHED))
    assert (np.array(places) < UNREACHED).sum() > 20
    assert 0 < border < UNREACHED


def test_by_public_transport_only_starting_points_have_times(study, open_page):
    found = open_page(study.page(), width=320, height=800)
    page = found.page
    walked = page.evaluate(NEAREST)
    page.get_by_role("radio", name="med bus og tog").check()
    page.locator("[data-ask=minutes]").fill("30")
    settled(page)
    assert page.evaluate(SUMMARY).startswith(
        "Fra Taastrupgaard midt når en voksen i myldretiden (kl."
    )
    assert page.get_by_label("Hvem").locator("option").count() == 1
    assert not page.get_by_role("group", name="Steder, som de ligger i").is_visible()
    assert page.get_by_role("slider", name="Tid").get_attribute("max") == "60"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(CLIPPED) == []
    page.get_by_text("Minutter til stoppestederne på kortet").click()
    stops = page.locator("[data-stop] [data-cell=nearest]").all_inner_texts()
    assert len(stops) == len(study.explorer["transit"]["stops"])
    told = [float(minutes.replace(",", ".")) for minutes in stops if minutes != "ikke nået"]
    assert 0 < min(told) < 5 < max(told)
    assert page.evaluate(CLIPPED) == []
    rush = page.locator("[data-station] [data-cell=nearest]").all_inner_texts()
    page.get_by_label("Tidligt").check()
    settled(page)
    assert page.locator("[data-station] [data-cell=nearest]").all_inner_texts() != rush
    early = page.evaluate(SUMMARY)
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    settled(page)
    assert page.evaluate(SUMMARY) == early
    page.get_by_role("button", name="Brug kortets midte").click()
    page.locator(".plan-map").focus()
    page.keyboard.press("ArrowUp")
    settled(page)
    page.get_by_role("button", name="Brug kortets midte").click()
    settled(page)
    assert page.evaluate(SUMMARY).startswith("Tider med bus og tog kendes kun fra")
    assert {row[0] for row in page.evaluate(NEAREST).values()} == {TO}
    offer = page.get_by_role("button", name="Brug det nærmeste: Taastrupgaard")
    offer.click()
    settled(page)
    assert page.evaluate(SUMMARY).startswith("Fra Taastrupgaard ")
    assert not page.locator("[data-ask=offer]").is_visible()
    page.get_by_label("Til fods").check()
    page.get_by_label("Eller vælg et startpunkt").select_option("0")
    page.locator("[data-ask=minutes]").fill("15")
    settled(page)
    assert page.evaluate(NEAREST) == walked
    assert found.errors == []


def test_a_study_without_a_timetable_has_no_public_transport(study, open_page):
    found = open_page(study.page(transit=None))
    assert not found.page.get_by_role("radio", name="med bus og tog").count()
    assert found.errors == []
