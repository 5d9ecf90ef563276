"""``htkgis update osm`` against servers that fail: one line, and the file that was there stays."""

import pytest

from tests.loaders.overpass_server import answer, as_html, as_json, overpass, refuse_other_hosts

from .bad_input import BrokenStudy, told

PAGE = "<html><title>Log på</title></html>"
EXCEPTION = "<ExceptionReport><ExceptionText>Ukendt lag</ExceptionText></ExceptionReport>"


@pytest.fixture(autouse=True)
def hosts(monkeypatch):
    return refuse_other_hosts(monkeypatch)


@pytest.fixture
def update(tmp_path):
    """Fetch from a server that gives these answers, over a file that is there already."""
    study = BrokenStudy(tmp_path)
    study.out = tmp_path / "streets.graphml"
    study.out.write_bytes(b"fetched before")

    def fetch(*answers):
        with overpass(*answers) as server:
            return study.command("update", "osm", "--overpass-url", server.url, "--out", study.out)

    fetch.out = study.out
    return fetch


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            as_html("<p>Nej</p>", 401),
            "answered HTTP 401 Unauthorized: Nej; nothing was fetched. Che",
        ),
        (
            as_html("<p>Nej</p>", 403),
            "answered HTTP 403 Forbidden: Nej; nothing was fetched. Check",
        ),
        (
            as_html("<p>Nej</p>", 404),
            "answered HTTP 404 Not Found: Nej; nothing was fetched. Check",
        ),
        (as_html("<p>Nej</p>", 410), "answered HTTP 410 Gone: Nej; nothing was fetched. Take"),
        (as_html(PAGE), "answered no JSON but 'Log på'; nothing was fetched. Check --overpass-url"),
        (
            as_html(EXCEPTION),
            "answered no JSON but 'Ukendt lag'; nothing was fetched. Check --over",
        ),
        ((*as_json(answer())[:2], as_json(answer())[2][:500]), "JSON that breaks off or is dama"),
        (as_json(answer(remark="runtime error: out of memory")), "with a part of the data only: r"),
        (as_json(answer(ways=(), nodes={})), "holds no streets within the area"),
    ],
    ids=["401", "403", "404", "410", "page", "exception", "cut", "remark", "elsewhere"],
)
def test_an_answer_that_is_no_data_leaves_the_file_as_it_was(update, given, message):
    assert message in told(update(given))
    assert update.out.read_bytes() == b"fetched before"


def test_a_folder_in_the_way_of_the_file_is_one_line(update):
    update.out.unlink()
    update.out.mkdir()
    assert "streets.graphml" in told(update(as_json(answer())))
    assert list(update.out.iterdir()) == []


def test_an_area_that_cannot_be_read_is_named_before_anyone_is_asked(update, hosts):
    catalog = update.out.parent / "layers" / "catalog.toml"
    text = catalog.read_text("utf-8").replace('crs = "EPSG:4326"', 'crs = "EPSG:25832"', 1)
    catalog.write_text(text, "utf-8")
    assert "nowhere near where EPSG:25832 is used" in told(update(as_json(answer())))
    assert hosts == []
