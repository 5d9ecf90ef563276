"""Definitions on the page: every word that a definition can hold has words in both languages."""

import pytest

from htkgis.maps import load_text, tables
from htkgis.profile.definitions import known_definitions
from tests.maps.profile_example import example_profile


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_unit_and_direction_of_a_definition_has_words(language):
    text, known = load_text(language), known_definitions()
    assert known
    for entry in known.values():
        assert text(f"definition.units.{entry['unit']}")
        assert text(f"definition.directions.{entry['direction']}")


def test_a_row_says_name_unit_direction_definition_and_source():
    table = tables.definitions(example_profile(), load_text("da"))
    assert [words for words, _ in table.columns] == [
        "Mål",
        "Enhed",
        "Bedst er",
        "Hvad der måles",
        "Kilde",
    ]
    first, second = ([cell.text for cell in row] for row in table.rows)
    assert first[:3] == ["Minutter til nærmeste sted", "minutter", "mindre"]
    assert second[:3] == ["Oprindelse <b>", "procent", "hverken mere eller mindre"]


def test_a_profile_without_definitions_has_no_table():
    assert tables.definitions({"definitions": []}, load_text("en")) is None
    assert tables.definitions({}, load_text("en")) is None
