"""The page on what moved since the edition before: each cause and figure in words."""

import re

import pytest

from htkgis.maps import load_text, render_edition_page
from tests.maps.edition_example import LABELS, edition_report
from tests.maps.profile_example import example_profile, example_run

MOVED_PLACES = "Steder: Nordskolen a, Nordskolen b, Nordskolen c og 1 til"


def page(report, language="da", labels=LABELS):
    return render_edition_page(
        report,
        labels[: len(report["figures"])],
        [example_profile()],
        text=load_text(language),
        run=example_run(),
    )


def plain(html):
    """Give the words of a page, the spaces as one."""
    words = re.sub(r"<[^>]*>", " ", re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.DOTALL))
    return re.sub(r"\s+", " ", words.replace("\u00a0", " "))


def rows(html, table):
    found = re.search(rf'<table id="{table}".*?</table>', html, re.DOTALL)[0]
    return [
        [plain(cell).strip() for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", found, re.DOTALL)
    ][1:]


def test_each_cause_says_what_is_different_and_how_many_figures_it_moves():
    found = rows(page(edition_report()), "edition-causes")
    assert [row[0] for row in found] == [
        "Steder",
        "Arbejdspladser, model",
        "Valg i undersøgelsen",
        "Programmet htkgis",
    ]
    assert [row[2] for row in found] == ["2", "1", "1", "kan ikke måles alene"]
    assert found[0][1] == (
        "4 punkter er flyttet, højst 250 m: Nordskolen a, Nordskolen b, Nordskolen c og 1 til; "
        "1 værdi er ændret i Nordskolen."
    )
    assert found[1][1] == "Hvilke rækker det er, vises ikke af diskretionshensyn."
    assert "limits.jobs: 15, 30 er blevet til 15, 45,5 min" in found[2][1]
    assert "intet er blevet til Nordskolen" in found[2][1]
    assert found[3][1] == "Version 0.1.0 er blevet til 0.2.0."


def test_each_figure_stands_before_and_now_with_its_difference_and_why():
    found = {row[0]: row[2:5] + row[6:] for row in rows(page(edition_report()), "moved")}
    assert found["Skole, til fods"] == [
        "10,00 (8,00\u201312,50)",
        "højst 7,25",
        "\u22122,75",
        f"{MOVED_PLACES} (\u22122,00); Valg i undersøgelsen (\u22120,75)",
    ]
    assert found["Station, til fods"][2:] == [
        "0; kun mindste eller største",
        "årsagen er ikke kendt",
    ]
    assert found["Job, til fods"][:3] == ["1.200", "1.400", "+200"]
    assert found["Ledighed 2026"][:3] == ["fandtes ikke", "12,5", "nyt tal"]
    assert found["Bibliotek"][:3] == ["ikke nået", "fandtes ikke", "udgået"]


def test_counts_and_both_runs_are_said_and_figures_of_others_are_counted():
    report = edition_report()
    report["figures"][1]["lens"] = "child"
    words = plain(page(report))
    assert "3 af 8 tal er anderledes end i den forrige udgave. 5 er uændrede." in words
    assert "2 tal er skjult af diskretionshensyn" in words
    assert "kørsel aaaa (htkgis 0.1.0) og kørsel bbbb (htkgis 0.2.0)" in words
    assert "Yderligere 1 tal for andre rejsende eller andre år" in words
    assert len(rows(page(report), "moved")) == 4


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_first_edition_and_one_where_nothing_moved_have_no_table(language):
    counts = {"moved": 0, "new": 0, "gone": 0, "hidden": 0, "figures": [], "causes": []}
    quiet = edition_report() | counts
    text = load_text(language)
    for report, words in (
        (quiet | {"before": None}, text("editions.first")),
        (quiet, text("editions.nothing", same="5")),
    ):
        html = page(report, language)
        assert plain(words).strip() in plain(html)
        assert "<table" not in html.split("<footer")[0].split('class="sources')[0]


def test_without_the_data_of_the_edition_before_no_cause_is_told():
    report = edition_report() | {"attributed": False}
    for figure in report["figures"]:
        figure["causes"] = []
    html = page(report)
    assert plain(load_text("da")("editions.causes_untold")) in plain(html)
    assert {row[6] for row in rows(html, "moved")} == {"årsagen er ikke kendt"}


def test_the_english_page_has_no_danish_word_of_ours():
    words = plain(page(edition_report(), "en"))
    assert "3 of 8" in words
    assert not re.search(r"udgave|årsag|højst|anderledes", words)
