"""A background of another host, on loopback: asked once it is chosen, and no other host ever."""

import pytest

from htkgis.maps import load_text, render_quarter_page
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run
from tests.maps.test_background import BACKGROUND

pytestmark = pytest.mark.browser
BLOCKED = """
(address) => new Promise((done) => {
  document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
  new Image().src = address;
  setTimeout(() => done("loaded or failed"), 2000);
})
"""


def test_a_background_is_fetched_once_it_is_chosen_and_from_its_own_host_only(site, browse):
    folder, address = site
    own = {"address": f"{address}/tiles/{{z}}/{{x}}/{{y}}.png", "origin": address}
    html = render_quarter_page(
        example_profile(),
        example_layers(),
        text=load_text("da"),
        run=example_run() | {"background": BACKGROUND | own},
    )
    (folder / "vest.html").write_text(html, "utf-8")
    page, asked, _ = browse(f"{address}/vest.html")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_timeout(200)
    assert [url for url in asked if "/tiles/" in url] == []

    with page.expect_request("**/tiles/**"):
        page.get_by_role("checkbox", name="Skærm <b>kort").check()
    tiles = [url for url in asked if "/tiles/" in url]
    assert all(url.startswith(f"{address}/tiles/") for url in tiles)
    assert page.evaluate(BLOCKED, address.replace("127.0.0.1", "localhost") + "/x.png") == "img-src"

    count = len(asked)
    page.get_by_role("checkbox", name="Skærm <b>kort").uncheck()
    page.locator(".plan-map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert len([url for url in asked[count:] if "/tiles/" in url]) == 0
