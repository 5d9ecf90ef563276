"""The sentence that stands first: what is wanted every day, not what happens to be farthest."""

from htkgis.maps import load_text
from htkgis.profile.finding import finding


def row(function, median, mode="walk"):
    return {"function": function, "mode": mode, "n": 1, "places": 1} | {
        "median": median,
        "upper_bound": False,
    }


def gap(function, median, *, everyday=True, bike=5.0, upper_bound=False):
    return {"function": function, "everyday": everyday, "median_min": median} | {
        "short_min": None if median is None else 1.0,
        "upper_bound": upper_bound,
        "bike": None if bike is None else {"median_min": bike},
    }


NEAREST = [row("school", 9.0), row("station", 18.0), row("health", 20.0), row("civic", 58.0)]


def test_the_town_hall_is_not_the_finding_where_the_station_is_too_far():
    gaps = [gap("health", 20.0, bike=6.0), gap("station", 18.0), gap("civic", 58.0, everyday=False)]
    found = finding(NEAREST, gaps, "Byen", 15)
    assert found["key"] == "finding.beyond_cycled"
    assert found["values"] == {
        "area": "Byen",
        "within": 1,
        "measured": 4,
        "limit_min": 15,
        "functions": ["health", "station"],
        "least_min": 18.0,
        "most_min": 20.0,
        "cycled_min": 6.0,
    }


def test_a_single_function_has_words_of_its_own():
    assert finding(NEAREST, [gap("health", 20.0)], "Byen", 15)["key"] == "finding.beyond_one_cycled"


def test_nothing_is_said_of_cycling_where_one_is_not_reached_by_bike():
    gaps = [gap("health", 20.0, bike=None), gap("station", 18.0)]
    found = finding(NEAREST, gaps, "Byen", 15)
    assert found["key"] == "finding.beyond"
    assert "cycled_min" not in found["values"]


def test_what_may_be_nearer_beyond_the_border_is_not_the_finding():
    found = finding(NEAREST, [gap("health", 20.0, upper_bound=True)], "Byen", 15)
    assert found["key"] == "finding.within"
    assert found["values"]["farthest_function"] == "civic"


def test_what_only_some_lack_is_not_the_finding():
    found = finding(NEAREST, [gap("health", None)], "Byen", 15)
    assert found["key"] == "finding.within"


def test_a_function_that_is_not_reached_comes_first():
    found = finding([*NEAREST, row("green", None)], [gap("health", 20.0)], "Byen", 15)
    assert found["key"] == "finding.not_reached"


def test_a_sketch_that_knows_only_named_places_says_so_in_the_sentence():
    found = finding(NEAREST, [gap("health", 20.0)], "Byen", 15, named_only=True)
    assert found["key"] == "finding_named.beyond_one_cycled"
    assert found["values"] == finding(NEAREST, [gap("health", 20.0)], "Byen", 15)["values"]


def test_every_sentence_of_named_places_has_words_that_say_what_is_counted():
    for language, counted in (("da", "programmet fra 2017"), ("en", "2017 programme")):
        words = load_text(language).words
        named = {key for key in words if key.startswith("finding_named.")}
        assert len(named) == 9
        assert all(counted in words[key] and "{area}" in words[key] for key in named)
        assert {key.replace("finding_named.", "finding.") for key in named} <= set(words)
