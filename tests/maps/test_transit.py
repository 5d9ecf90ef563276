"""By public transport: the table, the sentences and the notes, in both languages."""

import copy

import pytest

from htkgis.maps import load_text, tables
from htkgis.maps.method import method
from htkgis.maps.sections import transit_section
from htkgis.maps.text import NBSP
from htkgis.maps.transit import window_clock, window_name, window_when
from tests.maps.example_transit import WINDOWS
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run, plain_profile
from tests.maps.test_parts import quarter

DANISH, ENGLISH = load_text("da"), load_text("en")
DASH = chr(0x2013)


def plain(words):
    return words.replace(NBSP, " ").replace(DASH, "-")


def profile(change=None):
    made = copy.deepcopy(example_profile())
    if change is not None:
        change(made["transit"])
    return made


def section(made, text=DANISH):
    return transit_section(made, example_run(), text)


def test_a_profile_without_public_transport_has_no_section():
    assert section(plain_profile()) is None
    page = quarter(plain_profile(), example_layers(modes=("walk",)))
    assert "transit" not in page
    assert DANISH("transit.heading") not in page


@pytest.mark.parametrize(
    ("start", "end", "danish", "english"),
    [
        ("07:00", "09:00", "kl. 7-9", "7:00-9:00"),
        ("05:30", "06:15", "kl. 5.30-6.15", "5:30-6:15"),
        ("22:00", "24:00", "kl. 22-24", "22:00-24:00"),
        ("23:30", "24:30", "kl. 23.30-0.30", "23:30-0:30"),
    ],
)
def test_clocks_are_written_as_the_language_does(start, end, danish, english):
    window = {"window": "w", "start": start, "end": end}
    assert plain(window_clock(window, DANISH)) == danish
    assert plain(window_clock(window, ENGLISH)) == english


def test_a_window_that_a_study_made_up_is_called_by_its_id_and_clock():
    assert plain(window_name(WINDOWS[2], DANISH)) == "night shift, kl. 23.30-0.30"
    assert plain(window_when(WINDOWS[2], DANISH)) == "kl. 23.30-0.30"
    assert plain(window_when(WINDOWS[1], DANISH)) == "om aftenen (kl. 20-22)"


def test_a_column_for_each_window_and_a_row_for_each_figure():
    table = tables.transit(profile(), DANISH)
    assert [plain(words) for words, _ in table.columns] == [
        "Mål",
        "Myldretid, kl. 7-9",
        "Aften, kl. 20-22",
        "night shift, kl. 23.30-0.30",
    ]
    found = {
        row[0].text: [(cell.text, cell.range and plain(cell.range)) for cell in row[1:]]
        for row in table.rows
    }
    assert found["Arbejdspladser på 45 min."][0] == ("mindst 22.000", "(11.000-27.500)")
    assert found["Arbejdspladser på 30 min."][2] == ("0", None)
    assert found["Minutter til København H"] == [
        ("47,5", "(42,1-53,9)"),
        ("50,5", "(43,5-ikke nået) 98 % af afgangene når frem"),
        ("ikke nået", "2 % af afgangene når frem"),
    ]
    assert found["Minutter til Roskilde St."][0] == ("35,5", None)
    assert all(row[0].head for row in table.rows)


def test_the_quarters_stand_side_by_side_in_each_window():
    table = tables.transit_comparison(profile(), DANISH, own="vest")
    assert [words for words, _ in table.columns] == ["Mål", "Vestkvarteret", "Østkvarteret"]
    found = {plain(row[0].text): [cell.text for cell in row[1:]] for row in table.rows}
    assert found == {
        "Arbejdspladser på 45 min. i myldretiden (kl. 7-9)": ["mindst 22.000", "9.100"],
        "Arbejdspladser på 45 min. om aftenen (kl. 20-22)": ["mindst 18.000", "0"],
        "Minutter til København H i myldretiden (kl. 7-9)": ["47,5", "31,2"],
        "Minutter til København H om aftenen (kl. 20-22)": ["50,5", "ikke nået"],
    }
    assert [[cell.own for cell in row[1:]] for row in table.rows] == [[True, False]] * 4
    assert "mindst 50 % af afgangene" in plain(table.note)
    assert DANISH("transit.bound") in table.note


def test_who_travels_stands_side_by_side_and_what_is_taken_for_granted_in_the_heading():
    table = tables.transit_lenses(profile(), DANISH)
    assert [words for words, _ in table.columns] == [
        "Mål",
        "Voksen",
        "Ældre",
        "Barnevogn eller kørestol, som om alle ture kan bruges",
    ]
    found = {plain(row[0].text): [cell.text for cell in row[1:]] for row in table.rows}
    assert found == {
        "Arbejdspladser på 45 min. i myldretiden (kl. 7-9)": [
            "mindst 22.000",
            "mindst 11.000",
            "0",
        ],
        "Minutter til København H om aftenen (kl. 20-22)": ["50,5", "58,3", "ikke nået"],
    }
    assert all(row[0].head for row in table.rows)


@pytest.mark.parametrize(
    ("known", "heading", "words"),
    [
        ("unknown", ", as if all trips can be used", "It is not known which trips and stops"),
        ("partly", ", as if trips that say nothing can be used", "for 3 of 18 trips and 5 of 17"),
        ("stated", "", "states that 2 of 18 trips and 1 of 17 stops are inaccessible"),
    ],
)
def test_the_page_says_how_far_step_free_travel_is_known(known, heading, words):
    made = profile()
    made["transit"]["lenses"]["lenses"][2]["step_free"] = known
    made["assumptions"]["transit"]["step_free"] = {
        "lenses": ["wheelchair"],
        "known": known,
        "trips": {"all": 18, "closed": 2, "unstated": 3},
        "stops": {"all": 17, "closed": 1, "unstated": 5},
    }
    found = section(made, ENGLISH)
    assert found["lenses"].columns[3][0] == f"Pram or wheelchair{heading}"
    assert words in plain(found["lens_notes"][0])
    page = quarter(made, text=ENGLISH)
    assert found["lens_notes"][0] in page


def test_the_stamp_of_a_figure_of_others_stands_behind_it():
    made = profile()
    jobs, minutes = made["transit"]["lenses"]["rows"]
    known = {"stamp": "sensitive", "low": 9_000, "high": 11_000, "bound": "at_least"}
    jobs["values"][1]["robust"] = known
    jobs["values"][2]["robust"] = {"stamp": "sure", "low": 0, "high": 0, "bound": None}
    minutes["values"][1]["robust"] = {"stamp": "sensitive", "low": 51, "high": None, "bound": None}
    found = section(made)
    stamps = [[cell.range for cell in row[1:]] for row in found["lenses"].rows]
    assert stamps == [[None, "følsom", "sikker"], [None, "følsom", None]]
    assert DANISH("transit.lenses_stamps") in found["lens_notes"]
    assert DANISH("transit.lenses_stamps") not in section(profile())["lens_notes"]


def test_hidden_jobs_of_others_are_no_number_and_the_page_says_why():
    made = profile()
    for row in made["transit"]["lenses"]["rows"][:1]:
        for value in row["values"][1:]:
            value.update(value=None, lower_bound=False, hidden=True)
    found = section(made)
    cells = [cell.text for cell in found["lenses"].rows[0][1:]]
    assert [plain(words) for words in cells] == ["mindst 22.000", "skjult", "skjult"]
    assert DANISH("transit.lenses_hidden") in found["lens_notes"]
    assert DANISH("transit.lenses_hidden") not in section(profile())["lens_notes"]
    made["transit"]["lenses"]["rows"].pop()
    # nothing else is missing: hidden is not unreached
    assert not any("Ikke nået" in note for note in section(made)["lens_notes"])


def test_the_ends_of_hidden_jobs_are_hidden():
    def hide(part):
        part["jobs"][0]["values"][0].update(
            min=None, median=None, max=None, low=None, high=None, lower_bound=False, hidden=True
        )

    table = tables.transit(profile(hide), DANISH)
    assert [row[1].text for row in table.rows[:2]] == ["skjult", "skjult"]


def test_where_all_can_use_everything_nothing_is_said_of_it():
    made = profile()
    made["transit"]["lenses"]["lenses"].pop()
    made["assumptions"]["transit"]["step_free"] = None
    for row in made["transit"]["lenses"]["rows"]:
        row["values"].pop()
    notes = section(made)["lens_notes"]
    # the walk, the share of the departures and the bounds; every minute is reached
    assert [plain(note).split(" ")[0] for note in notes] == ["Alle", "Der", "»Mindst«"]


def test_without_others_than_adults_there_is_no_fold_of_them():
    def alone(part):
        part["lenses"] = None

    assert section(profile(alone))["lenses"] is None
    assert DANISH("transit.lenses") in quarter(profile())
    assert DANISH("transit.lenses") not in quarter(profile(alone))


def test_jobs_of_intervals_have_a_row_that_says_where_the_middle_lies():
    def ends(part):
        values = part["jobs"][0]["values"]
        values[0] |= {"low": 15_000, "high": 18_000}
        values[1] |= {"low": 11_000, "high": None}
        values[2] |= {"low": 0, "high": 0}

    made = section(profile(ends))
    found = {row[0].text: [cell.text for cell in row[1:]] for row in made["table"].rows}
    assert found["Arbejdspladser på 30 min., midterste ligger"] == [
        "mellem 15.000 og 18.000",
        "mindst 11.000, højeste tal kendes ikke",
        "0",
    ]
    assert "Arbejdspladser på 45 min., midterste ligger" not in found
    assert DANISH("transit.intervals") in made["notes"]
    assert DANISH("transit.intervals") not in section(profile())["notes"]


def test_without_a_comparison_or_a_part_there_is_no_table_of_quarters():
    empty = profile(lambda part: part.update(comparison=[]))
    assert tables.transit_comparison(empty, DANISH) is None
    assert tables.transit_comparison(plain_profile(), DANISH) is None


def test_the_notes_say_that_only_the_shown_year_is_worked_out():
    changes = example_profile()["changes"]
    for text in (DANISH, ENGLISH):
        words = " ".join(section(profile(), text)["notes"])
        assert (
            text("transit.only_shown", state=changes["state"], baseline=changes["baseline"])
            in words
        )


def test_the_finding_says_when_fewer_jobs_are_in_reach_and_how_many_fewer():
    assert plain(section(profile())["finding"]) == (
        "Fra Taastrupgaard når man på 45 minutter 18.000 arbejdspladser i kommunen om aftenen "
        "(kl. 20-22), mod 22.000 i myldretiden (kl. 7-9): 18 % færre."
    )

    def same(part):
        part["finding"] = {"key": "finding.transit_same", "values": {"area": "Vest"}}

    assert section(profile(same), ENGLISH)["finding"].startswith("From Vest at least as many jobs")

    def none(part):
        part["finding"] = None

    assert section(profile(none))["finding"] is None


def test_notes_stand_only_where_the_table_needs_them():
    def whole(part):
        part["sketch"] = False
        part["jobs"] = part["jobs"][:1]
        part["stations"] = part["stations"][1:]

    every, few = section(profile())["notes"], section(profile(whole))["notes"]
    assert [plain(note).split(" ")[0] for note in every] == [
        "Et",
        "»Ikke",
        "»Mindst«",
        "Køreplanen",
        "Kun",
    ]
    assert [plain(note).split(" ")[0] for note in few] == ["Et", "Kun"]


def test_the_timetable_and_its_credit_stand_below():
    timetable = {
        "layer": "transit_lines",
        "role": "transit_lines",
        "title": "Skitsekøreplan",
        "published": "2022-03",
        "credit": "Rejseplanen; Movia; DSB",
    }
    run = example_run()
    run["sources"] = [*run["sources"], timetable]
    notes = transit_section(profile(), run, DANISH)["notes"]
    assert plain(notes[-1]) == "Køreplan: Skitsekøreplan (marts 2022; Rejseplanen; Movia; DSB)."


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_the_page_says_the_day_the_walks_and_the_draws(text):
    page = quarter(text=text)
    assert text("transit.heading") in page
    sentences = [plain(sentence) for sentence in method(profile(), example_run(), text)]
    joined = " ".join(sentences)
    assert plain(text.format_date("2026-11-24")) in joined
    assert plain(text("method.transit_draws", draws="100")) in joined
    without = " ".join(method(plain_profile(), example_run(), text))
    assert text.format_date("2026-11-24") not in without
