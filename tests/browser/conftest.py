"""One Chromium for all pages; every page is opened from disk, and the network is shut."""

import functools
import http.server
import os
import shutil
import threading
from dataclasses import dataclass, field

import pytest

CHROMIUM = os.environ.get("HTKGIS_CHROMIUM") or shutil.which("chromium") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Opened:
    """A page in the browser with what it asked for and what it complained about."""

    page: object
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no Chromium: install it, or set HTKGIS_CHROMIUM to its path")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, tmp_path):
    contexts = []

    def opened(html, *, width=1280, height=900, wait=True, **options):
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8", newline="\n")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(5000)
        page = context.new_page()
        found = Opened(page)

        def shut(route):
            address = route.request.url
            if address == path.as_uri():
                route.continue_()
            else:
                found.requests.append(address)
                route.abort()

        context.route("**/*", shut)
        page.on("console", lambda said: said.type == "error" and found.errors.append(said.text))
        page.on("pageerror", lambda error: found.errors.append(str(error)))
        page.on("dialog", lambda dialog: (found.errors.append("dialog"), dialog.dismiss()))
        page.goto(path.as_uri())
        if wait:
            page.wait_for_selector("html[data-ready]", state="attached")
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def explorer_study(study_cache):
    """Everything the explorer of the embedded study is made from, computed once."""
    from tests.browser.explorer_study import ExplorerStudy

    return ExplorerStudy(study_cache.folder)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing; below /strict/ no script may stand inside a page."""

    def end_headers(self):
        if self.path.startswith("/strict/"):
            self.send_header("Content-Security-Policy", "script-src 'self'")
        super().end_headers()

    def log_message(self, *words):
        pass


@pytest.fixture
def site(tmp_path):
    """A host on loopback: returns its folder and its address."""
    serve = functools.partial(Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def browse(chromium):
    """Open an address; gathers requests and what the browser complains about."""
    contexts = []

    def opened(address, *, width=1000, height=800):
        context = chromium.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda told: told.type == "error" and said.append(told.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address)
        return page, asked, said

    yield opened
    for context in contexts:
        context.close()
