"""A quarter's page is short: what is read stands open, every table folded, and nothing is lost."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from htkgis.maps import load_text, render_quarter_page, tables
from htkgis.maps.contents import contents
from tests.maps.example_whole import whole_profile
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import QUARTERS, example_profile, example_run

OPEN_TABLES = {"nearest-modes"}
"""Tables that are part of the reading; every other one is unfolded first."""


class Folds(HTMLParser):
    """What of a page is folded: tables by id, words outside, and ids with the folds around them."""

    def __init__(self):
        super().__init__()
        self.depth, self.silent = 0, 0
        self.open_tables, self.folded_tables, self.opened = [], [], []
        self.ids, self.words, self.folded_words = {}, [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.depth += tag == "details"
        self.silent += tag in ("script", "style")
        if tag == "details" and "open" in found:
            self.opened.append(found)
        if "id" in found:
            self.ids[found["id"]] = self.depth
        if tag == "table":
            (self.folded_tables if self.depth else self.open_tables).append(found["id"])

    def handle_endtag(self, tag):
        self.depth -= tag == "details"
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent:
            (self.folded_words if self.depth else self.words).append(data)


@cache
def page(language="da"):
    beside = [(whole_profile(name, language=language), example_layers(name)) for name in QUARTERS]
    return render_quarter_page(
        *beside[0], text=load_text(language), run=example_run(), beside=beside
    )


@cache
def folds(language="da"):
    found = Folds()
    found.feed(page(language))
    return found


def test_tables_are_folded_but_for_the_minutes_by_mode():
    assert set(folds().open_tables) == OPEN_TABLES
    assert len(folds().folded_tables) > 20


def test_no_table_of_a_profile_is_lost():
    text, profile = load_text("da"), whole_profile()
    made = [
        make(profile, text)
        for make in (
            tables.nearest,
            tables.counts,
            tables.jobs,
            tables.places,
            tables.criteria,
            tables.transit,
            tables.completeness,
            tables.rules,
            tables.levels,
            tables.robustness,
            tables.indicators,
            tables.counted,
            tables.definitions,
        )
    ]
    made += tables.further_robustness(profile, text)
    keys = [each.key for each in made if each is not None and each.rows]
    assert {"robustness-modes", "robustness-baseline"} <= set(keys)
    assert len(keys) > 8
    assert [key for key in keys if f'<table id="{key}">' not in page()] == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_contents_list_every_heading_of_the_page_in_its_order(language):
    listed = re.search(r'<nav class="contents".*?</nav>', page(language), re.DOTALL)[0]
    links = re.findall(r'href="#([^"]+)">', listed)
    main = page(language).split("</nav>")[-1].split("<footer")[0]
    headings = re.findall(r'<h2 id="([^"]+)"', main)
    folded_whole = ["method-heading"]
    assert links == [*headings[:-1], *folded_whole, headings[-1]]


def test_what_a_page_lacks_is_not_listed():
    profile = example_profile()
    profile |= {"changes": None, "isolation": None}
    words = [name for _, name in contents({"mode": "til fods"}, load_text("da"))]
    assert "Hvor lukket er området?" not in words
    assert words[0] == "Så langt når man til fods"


def test_every_fold_of_a_section_has_an_address_inside_it():
    # a browser opens what is folded around the target of a link, not a fold that is the target
    inside = [name for name in folds().ids if name.endswith("-part")]
    assert len(inside) > 10
    assert [name for name in inside if folds().ids[name] == 0] == []


def test_folds_are_closed_but_for_the_contents_and_the_layers_of_the_map():
    assert [each.get("class") for each in folds().opened] == [None, "layers"]


def test_what_stands_open_is_short():
    read, folded = (len(" ".join(words).split()) for words in (folds().words, folds().folded_words))
    assert read < 2000
    assert folded > 2 * read


def test_rules_of_the_same_result_share_a_line():
    lines = re.search(r'<ul class="changes verdicts">(.*?)</ul>', page(), re.DOTALL)[1]
    assert lines.count("<li>") <= len(whole_profile()["rules"]["rows"])
    assert "</strong> <span>" in lines
