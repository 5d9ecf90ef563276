"""Words of money: kroner where a study is in kroner, else its currency and nothing of kroner."""

import re

import pytest

from htkgis.maps import load_text
from htkgis.maps.money import in_currency
from htkgis.maps.tables.project_effects import budget_words
from tests.maps.test_text import fields

KRONER = re.compile(r"\bkr\b|kroner|DKK|dkk", re.IGNORECASE)
LANGUAGES = ("da", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_kroner_are_those_that_stand_in_the_files(language):
    assert in_currency(load_text(language), "DKK") is load_text(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_kroner_nothing_is_said_in_a_study_in_euro(language):
    kroner, euro = load_text(language), in_currency(load_text(language), "EUR")
    named = {key for key, words in kroner.words.items() if KRONER.search(f"{key} {words}")}
    of_units = {key for key in named if key.startswith(("unit.", "money."))}
    assert len(named - of_units) > 10
    still = {key for key, words in euro.words.items() if KRONER.search(f"{key} {words}")}
    # an indicator may be in kroner wherever the study is, so its unit has words
    assert still == {"unit.DKK", "unit.DKK/m"}
    assert [key for key, words in euro.words.items() if "<" in words and ">" in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_money_keep_their_values_in_another_currency(language):
    kroner, euro = load_text(language), in_currency(load_text(language), "EUR")
    kept = kroner.words.keys() & euro.words.keys()
    assert {key: fields(kroner.words[key]) for key in kept} == {
        key: fields(euro.words[key]) for key in kept
    }


def test_amounts_are_told_in_the_currency_of_the_study():
    danish, english = (in_currency(load_text(language), "SEK") for language in LANGUAGES)
    assert budget_words(12.5, danish) == "12,5 mio. SEK"
    assert budget_words(12.5, english) == "SEK 12.5 million"
    assert danish("effects.sheet.money_per_gainer") == "SEK pr. beboer, der vinder"
    assert english("links.price_words", price="3.0") == "3.0 million SEK to compare by"
    assert danish("qgis.column.budget_mio_sek") == "Beløb (mio. SEK)"
    assert english.format_unit(5, "SEK/m").replace("\u00a0", " ") == "5 SEK per metre"


def test_own_words_and_those_of_a_part_stay_in_the_currency():
    text = in_currency(load_text("da"), "EUR").of_a_part().about("cell")
    own = text.with_own({"table.budget": "Pengene"})
    assert (own.currency, own("table.budget"), own("links.price")) == (
        "EUR",
        "Pengene",
        "Pris (mio. EUR)",
    )
