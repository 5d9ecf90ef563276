"""A page inside another, in Chromium: drawn, closed, as tall as it says, and no trap."""

import pytest

from htkgis.maps import load_text, render_quarter_page
from htkgis.maps.embedding import Frame, beside, snippet
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run

pytestmark = pytest.mark.browser
DANISH = load_text("da")
HOST = (
    '<!DOCTYPE html><html lang="da"><title>Plan</title><body><a id="before" href="#">før</a>'
    '{code}<a id="after" href="#">efter</a>'
)


@pytest.fixture
def quarter():
    return render_quarter_page(example_profile(), example_layers(), text=DANISH, run=example_run())


def framed(folder, quarter, **options):
    (folder / "vest.html").write_text(quarter, "utf-8")
    code = snippet(Frame("vest.html", "Vest", **options), text=DANISH)
    (folder / "host.html").write_text(HOST.format(code=code), "utf-8")


def inside(page):
    frame = page.frames[1]
    frame.wait_for_selector("html[data-ready]", state="attached")
    return frame


def without_icon(said):
    return [words for words in said if "favicon" not in words and "404" not in words]


def test_a_page_in_a_frame_is_drawn_and_reads_nothing_of_its_host(site, browse, quarter):
    folder, address = site
    framed(folder, quarter)
    page, asked, said = browse(f"{address}/host.html")
    frame = inside(page)
    assert frame.evaluate("() => document.querySelectorAll('.plan-map canvas').length") > 0
    assert frame.evaluate("() => window.origin") == "null"
    blocked = "() => { try { return parent.document.title } catch (error) { return error.name } }"
    assert frame.evaluate(blocked) == "SecurityError"
    assert {url for url in asked if not url.endswith(".ico")} == {
        f"{address}/host.html",
        f"{address}/vest.html",
    }
    assert without_icon(said) == []


def test_a_host_that_listens_gives_the_frame_the_height_of_its_page(site, browse, quarter):
    folder, address = site
    framed(folder, quarter, resize=True)
    page, _, _ = browse(f"{address}/host.html")
    frame = inside(page)
    page.wait_for_function("() => document.querySelector('iframe').clientHeight > 2000")
    page.wait_for_timeout(300)
    height = page.evaluate("() => document.querySelector('iframe').clientHeight")
    inner = frame.evaluate("() => document.documentElement.scrollHeight")
    assert inner - 2 <= height <= inner + 2
    page.wait_for_timeout(300)
    assert page.evaluate("() => document.querySelector('iframe').clientHeight") == height


def test_a_host_takes_heights_from_its_own_frame_only(site, browse, quarter):
    folder, address = site
    framed(folder, quarter, resize=True)
    page, _, _ = browse(f"{address}/host.html")
    inside(page)
    page.wait_for_function("() => document.querySelector('iframe').clientHeight > 2000")
    before = page.evaluate("() => document.querySelector('iframe').clientHeight")
    page.evaluate("() => window.postMessage({htkgis: 'height', height: 50}, '*')")
    page.wait_for_timeout(200)
    assert page.evaluate("() => document.querySelector('iframe').clientHeight") == before


def test_the_keyboard_leaves_the_frame_again(site, browse, quarter):
    folder, address = site
    framed(folder, quarter)
    page, _, _ = browse(f"{address}/host.html")
    frame = inside(page)
    stops = "a[href], button, input, select, summary, [tabindex='0']"
    count = frame.locator(stops).count()
    page.focus("#before")
    for _ in range(count + 40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == "after":
            return
    pytest.fail("the focus never left the frame")


def test_a_page_with_its_assets_beside_it_works_under_a_host_that_forbids_scripts_inside(
    site, browse, quarter
):
    folder, address = site
    strict = folder / "strict"
    page_html, assets = beside(quarter, "vest.html")
    for name, content in {"vest.html": page_html.encode(), **assets}.items():
        (strict / name).parent.mkdir(parents=True, exist_ok=True)
        (strict / name).write_bytes(content)
    (strict / "inside.html").write_text(quarter, "utf-8")
    page, asked, said = browse(f"{address}/strict/vest.html")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.evaluate("() => document.querySelectorAll('.plan-map canvas').length") > 0
    assert all(url.startswith(address) for url in asked)
    assert without_icon(said) == []
    # the page as it is published does not run there: the host's policy is really in force
    _, _, refused = browse(f"{address}/strict/inside.html")
    assert any("Content Security Policy" in words for words in refused)
