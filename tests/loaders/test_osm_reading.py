"""What the tags of a way say, read once for all ways that answer the rules alike."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from htkgis.loaders.osm_rules import _Reading, _said
from htkgis.loaders.street_rules import KEYS, StreetRules

from .osm_town import RULES

STUDY = StreetRules(
    {
        mode: dataclasses.replace(RULES, keys=KEYS[mode], closed_marks=("motorroad",))
        for mode in ("walk", "bike", "car")
    },
    contraflow=("opposite",),
    car_kph={"residential": 45.0, "other": 70.0},
)
KINDS = ("path", "residential", "motorway", "proposed")
VALUES = {
    "foot": ("no", "yes"),
    "bicycle": ("no", "use_sidepath"),
    "access": ("private",),
    "motorroad": ("yes",),
    "oneway": ("yes", "-1"),
    "cycleway:left": ("opposite", "lane"),
    "maxspeed": ("30", "signals"),
    "source:maxspeed": ("DK:urban",),
    "lanes": ("4",),
    "lit": ("no",),
    "lcn": ("yes",),
    "name": ("Vej", "Sti"),
    "surface": ("asphalt",),
}
TAGS = st.lists(
    st.fixed_dictionaries(
        {"highway": st.sampled_from(KINDS)},
        optional={key: st.sampled_from(values) for key, values in VALUES.items()},
    ),
    min_size=1,
    max_size=12,
)


def told(said):
    """As text, in which what is not known is the same as itself."""
    return repr(said)


@given(ways=TAGS)
def test_whatever_was_read_before_a_way_says_what_it_says_alone(ways):
    reading = _Reading(STUDY)
    found = [told(reading.said(tags)) for tags in ways]
    assert found == [told(_said(tags, STUDY)) for tags in ways]


def test_names_and_what_no_rule_asks_for_are_not_read_again(monkeypatch):
    asked = []

    def said(tags, rules):
        asked.append(tags)
        return _said(tags, rules)

    monkeypatch.setattr("htkgis.loaders.osm_rules._said", said)
    reading = _Reading(STUDY)
    for name in ("Vej", "Sti", "Gade"):
        assert reading.said({"highway": "path", "name": name, "surface": name}).kind == "path"
    assert len(asked) == 1


def test_a_way_is_asked_for_no_more_keys_than_it_has_tags():
    class Tags(dict):
        def get(self, key, default=None):
            asked.append(key)
            return super().get(key, default)

    reading, asked = _Reading(STUDY), []
    few = {"highway": "path"}
    every = {"highway": "path", "name": "Sti"}
    assert told(reading.said(Tags(few))) == told(reading.said(Tags(every)))
    asked.clear()
    assert reading.said(Tags(few)).kind == "path"
    assert asked == ["highway"]
