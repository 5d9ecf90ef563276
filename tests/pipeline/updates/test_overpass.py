"""Streets live from an Overpass server, as any other layer that updates itself."""

import datetime as dt

import pytest
import tomlkit

from htkgis.catalog import read_catalog
from htkgis.pipeline.updates.update import update_layers
from tests.light_study import light_study
from tests.loaders.overpass_server import (
    STAMP,
    WAYS,
    answer,
    as_html,
    as_json,
    overpass,
    refuse_other_hosts,
)

LATER = "2026-11-02T04:05:06Z"


@pytest.fixture(autouse=True)
def hosts(monkeypatch):
    return refuse_other_hosts(monkeypatch)


@pytest.fixture
def fetch(tmp_path):
    """Update the streets of a study from a server that gives these answers."""
    study, catalog = light_study(tmp_path, keep=("bike", "car"))
    document = tomlkit.parse(catalog.read_text("utf-8"))
    document["layers"].remove("street_nodes")
    streets = document["layers"]["streets"]
    for name in set(streets) - {"title", "title_en", "source", "source_en", "licence", "credit"}:
        streets.remove(name)
    streets.update(
        path="streets.graphml",
        published="2026-10-01",
        fetch={"service": "here", "surroundings_m": 500.0},
    )

    def update(*answers, **fetched):
        with overpass(*answers) as server:
            document["services"] = {
                "here": {
                    "kind": "overpass",
                    "url": server.url,
                    "operator": "this machine",
                    "licence": "ODbL 1.0",
                    "credit": "© OpenStreetMap contributors",
                    "verified_on": "2026-11-21",
                    "read_in": "a test",
                }
            }
            known = read_catalog(catalog).layers["streets"] if update.asked else None
            if known is not None:
                streets["sha256"], streets["published"] = known.sha256, known.published
            streets["fetch"].update(fetched)
            catalog.write_text(tomlkit.dumps(document), "utf-8")
            today, waits = dt.date(2026, 11, 21), []
            (found,) = update_layers(study, catalog, today=today, pause=waits.append)
            update.asked, update.waits = server.asked, waits
        return found

    update.asked = []
    update.file = tmp_path / "layers" / "streets.graphml"
    update.entry = lambda: read_catalog(catalog).layers["streets"]
    return update


def stamped(when, **more):
    town = answer(**more)
    town["osm3s"]["timestamp_osm_base"] = when
    return as_json(town)


def test_streets_come_live_and_the_same_streets_another_night_are_no_news(fetch):
    found = fetch(stamped(STAMP))
    assert found.decision == "accepted", found.why
    assert fetch.entry().published == "2026-11-01"
    assert fetch.entry().sha256 == found.sha256
    content = fetch.file.read_bytes()
    assert STAMP.encode() not in content
    # the question holds the polygon of the study with its surroundings, and every street in it
    question = fetch.asked[0][1]
    assert "(poly:" in question
    assert '["highway"]' in question
    assert fetch(stamped(LATER)).decision == "unchanged"
    assert fetch.file.read_bytes() == content
    assert fetch.entry().published == "2026-11-01"


def test_lost_streets_are_held_back_and_a_busy_server_leaves_those_in_use(fetch):
    assert fetch(stamped(STAMP)).decision == "accepted"
    content = fetch.file.read_bytes()
    found = fetch(stamped(LATER, ways=WAYS[:5]))
    assert found.decision == "held"
    assert "are gone" in found.why
    found = fetch(as_html("busy", 504))
    assert found.decision == "failed"
    assert found.why.startswith("streets: Overpass (http://127.0.0.1:")
    assert "answered HTTP 504 (too busy) 3 times" in found.why
    assert "--" not in found.why
    assert fetch.waits == [30.0, 60.0]
    assert fetch.file.read_bytes() == content


def test_only_this_machine_is_asked_and_nobody_for_its_name(fetch, hosts):
    fetch(as_json({"elements": []}))
    assert set(hosts) <= {"127.0.0.1"}


@pytest.mark.parametrize(
    ("fetched", "words"),
    [
        ({"item": "highway"}, "takes no item"),
        ({"where": "name='x'"}, "takes no where"),
        ({"options": {"day": "2026-11-01"}}, "takes no options.day"),
        ({"options": {"date": "1. november"}}, "is no day; YYYY-MM-DD is allowed. Correct fetch."),
    ],
)
def test_what_such_a_server_does_not_have_is_one_line(fetch, fetched, words):
    found = fetch(stamped(STAMP), **fetched)
    assert found.decision == "failed"
    assert words in found.why
    assert fetch.asked == []


def test_a_day_of_the_past_can_be_asked_for(fetch):
    assert fetch(stamped(STAMP), options={"date": "2025-01-31"}).decision == "accepted"
    assert '[date:"2025-01-31T00:00:00Z"]' in fetch.asked[0][1]
    assert fetch.entry().published == "2025-01-31"
