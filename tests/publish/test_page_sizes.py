"""Pages have a size to keep: one byte more is an error, and the manifest says both."""

import json

import pytest

from htkgis.errors import ConfigError
from htkgis.publish import build_manifest
from htkgis.publish.page_sizes import check_sizes


def test_a_page_of_exactly_the_limit_is_published_and_a_byte_more_is_not():
    check_sizes({"vest.html": bytes(2000)}, {"vest.html": 2})
    with pytest.raises(
        ConfigError, match=r"pages: 1 are heavier.*'vest\.html 3 kB of 2 kB'.*raise"
    ):
        check_sizes({"vest.html": bytes(2001)}, {"vest.html": 2})


def test_a_page_without_a_limit_is_refused_however_light_it_is():
    with pytest.raises(ConfigError, match=r"1 have no limit.*'ny\.html'.*\[pages\] in study"):
        check_sizes({"ny.html": b"", "vest.html": b""}, {"vest.html": 2})


def test_a_limit_of_a_page_that_is_not_made_is_no_fault():
    check_sizes({"vest.html": b""}, {"udforsk.html": 1, "vest.html": 2})


def test_the_manifest_says_the_size_and_the_limit_of_a_page():
    made = build_manifest(
        {"vest.gpkg": bytes(9), "vest.html": bytes(5)},
        study={"study": {"id": "vest"}},
        layers={},
        counts={},
        language="da",
        limits_kb={"vest.html": 2},
    )
    outputs = json.loads(made)["outputs"]
    assert (outputs["vest.html"]["bytes"], outputs["vest.html"]["limit_bytes"]) == (5, 2000)
    assert "limit_bytes" not in outputs["vest.gpkg"]
