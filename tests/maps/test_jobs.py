"""Jobs on a page: what the source leaves open, sectors, and how the numbers were made."""

import pytest

from htkgis.maps import load_text, render_quarter_page, tables
from htkgis.maps.method import jobs_method, method
from htkgis.maps.text import NBSP
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run, plain_profile
from tests.maps.test_pages import words

DANISH, ENGLISH = load_text("da"), load_text("en")
UNITS = {"title": "Arbejdssteder", "source": "Opdigtet register.", "published": "2026-10"}
LAND = {"title": "Erhvervsarealer", "source": "Kort", "published": "2021-08-05"}
MODEL = {
    "total": 38000,
    "cell_m": 250,
    "source": "programmet fra 2017",
    "densities": [
        {"kind": "commercial", "value": 4.0},
        {"kind": "retail", "value": 2.5},
        {"kind": "heavy_industry", "value": 1.0},
    ],
    "places": 300,
    "layers": [LAND],
}
GROUPS = [
    "agriculture",
    "industry",
    "construction",
    "trade_transport",
    "information",
    "finance",
    "real_estate",
    "business_services",
    "public",
    "culture_other",
]


def with_jobs(*, ends=(), sectors=(), key=None, values=None):
    """Make a profile of walking whose 30 minutes have ends, sectors and a method."""
    profile = plain_profile()
    profile["assumptions"] = profile["assumptions"] | {"job_rounding": 100, "min_workplaces": 5}
    if ends:
        profile["jobs"] = [row | dict(ends) for row in profile["jobs"]]
    profile["jobs_by_sector"] = [
        {"sector": sector, "mode": "walk", "limit_min": limit, "lower_bound": limit == 30}
        | {"min": 0, "median": 100 * limit, "max": 100 * limit, "hidden": False}
        for sector in sectors
        for limit in (15, 30)
    ]
    profile["jobs_method"] = (
        None if key is None else {"key": f"jobs_method.{key}", "values": values}
    )
    return profile


def cells(table):
    return {row[0].text: [cell.text.replace(NBSP, " ") for cell in row[1:]] for row in table.rows}


def test_the_ends_stand_in_a_column_of_their_own():
    table = tables.jobs(with_jobs(ends={"low": 1100, "high": 4300}), DANISH)
    assert [heading for heading, _ in table.columns][-1] == "midterste ligger"
    assert [row[-1] for row in cells(table).values()] == [
        "mellem 1.100 og 4.300",
        "mindst et tal mellem 1.100 og 4.300",
    ]


@pytest.mark.parametrize(
    ("low", "high", "danish", "english"),
    [
        (900, None, "mindst 900, højeste tal kendes ikke", "at least 900, highest not known"),
        (900, 900, "900", "900"),
        (0, 1500, "mellem 0 og 1.500", "between 0 and 1,500"),
    ],
)
def test_what_is_not_known_is_said(low, high, danish, english):
    profile = with_jobs(ends={"low": low, "high": high})
    for text, wanted in ((DANISH, danish), (ENGLISH, english)):
        first, _ = tables.jobs(profile, text).rows
        assert first[-1].text == wanted


def test_without_intervals_the_table_has_four_columns():
    table = tables.jobs(with_jobs(), DANISH)
    assert len(table.columns) == 4
    assert {len(row) for row in table.rows} == {4}


def test_sectors_stand_in_the_order_of_the_classification_and_the_unknown_last():
    profile = with_jobs(sectors=("unknown", "own_word", "public", "industry"))
    table = tables.jobs_by_sector(profile, DANISH)
    assert list(cells(table)) == [
        "Industri, råstofindvinding og forsyning",
        "Offentlig administration, undervisning og sundhed",
        "own word",
        "Uoplyst branche",
    ]
    assert cells(table)["own word"] == ["1.500", "mindst 3.000"]
    assert "afrundet til nærmeste 100; 0 betyder færre end 100" in table.note


def test_a_profile_without_sectors_has_no_table_of_them():
    assert tables.jobs_by_sector(with_jobs(), DANISH) is None
    assert tables.jobs_by_sector(plain_profile(), DANISH) is None


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_every_group_of_the_classification_has_words(text):
    assert all(f"sector.{group}" in text.words for group in [*GROUPS, "unknown"])


def test_modelled_jobs_say_total_source_and_densities():
    (sentence,) = jobs_method(with_jobs(key="modelled", values=MODEL), DANISH)
    assert sentence.replace(NBSP, " ").startswith(
        "38.000 arbejdspladser i alt (programmet fra 2017) er fordelt på bygninger på "
        "erhvervsarealer efter bebygget areal og skønnede tætheder: kontor 4, butik 2,5 og heavy "
        "industry 1 pr. 100 m²."
    )
    assert "inden for 250 m regnes som ét sted" in sentence
    assert sentence.replace(NBSP, " ").endswith("Kilder: Erhvervsarealer (5. august 2021).")


def test_zones_say_that_the_split_is_an_estimate():
    values = {"places": 12, "layers": [UNITS]}
    (sentence,) = jobs_method(with_jobs(key="zones", values=values), ENGLISH)
    assert "at 12 points" in sentence
    assert "the split over the areas is an estimate" in sentence
    assert sentence.endswith("Source: Opdigtet register (October 2026).")


@pytest.mark.parametrize(("endless", "sentences"), [(0, 2), (3, 3)])
def test_intervals_are_explained_and_those_without_end_too(endless, sentences):
    values = {"places": 300, "intervals": 250, "endless": endless, "layers": [UNITS]}
    found = jobs_method(with_jobs(key="intervals", values=values), DANISH)
    assert len(found) == sentences
    assert "på 300 arbejdssteder" in found[0]
    assert "For 250 af 300 arbejdssteder" in found[1]
    assert (found[-1].startswith("Uden øvre ende (som 1.000+) er 3 af dem")) == bool(endless)


FIRST = "1-4, 5-9, 10-19, 20-49".replace("-", "\u2013")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (DANISH, ("med et fast antal for sin størrelsesgruppe", f"({FIRST} og så videre)")),
        (ENGLISH, ("a fixed number for its size class", f"({FIRST} and so on)")),
    ],
)
@pytest.mark.parametrize("endless", [0, 3])
def test_size_classes_are_explained_by_the_first_of_them(text, says, endless):
    values = {
        "places": 300,
        "sizes": [1, 5, 10, 20, 50, 100],
        "endless": endless,
        "layers": [UNITS],
    }
    found = jobs_method(with_jobs(key="sizes", values=values), text)
    assert len(found) == (3 if endless else 2)
    assert all(words in found[1] for words in says)


def test_counted_units_say_no_more_than_their_source():
    values = {"places": 4, "layers": [UNITS, LAND | {"source": "Kommunen"}]}
    (sentence,) = jobs_method(with_jobs(key="counted", values=values), DANISH)
    assert sentence.replace(NBSP, " ").endswith(
        "Kilde: Opdigtet register (oktober 2026) og Kommunen (5. august 2021)."
    )


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_the_method_stands_under_the_table_and_in_the_list_of_methods(text):
    profile = with_jobs(key="modelled", values=MODEL, sectors=("public",))
    (sentence,) = jobs_method(profile, text)
    assert sentence in tables.jobs(profile, text).note
    assert sentence in method(profile, example_run(), text)
    layers = example_layers(modes=("walk",))
    page = words(render_quarter_page(profile, layers, text=text, run=example_run()))
    assert page.count(" ".join(sentence.split())) == 2
    assert text("sector.public") in page


def test_an_older_profile_says_no_method():
    assert jobs_method(plain_profile(), DANISH) == []
    assert tables.jobs(example_profile(), DANISH).note == DANISH("bound.note")
