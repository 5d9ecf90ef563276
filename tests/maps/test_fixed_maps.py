"""Fixed pictures are whole files that say what they show and whose data they are."""

from xml.etree import ElementTree as ET

from htkgis.maps import fixed_maps, load_text
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import QUARTERS, example_profile, example_run

SVG = "{http://www.w3.org/2000/svg}"


def pictures(language="da"):
    profiles = [example_profile(name) for name in QUARTERS]
    layers = {name: example_layers(name) for name in QUARTERS}
    run = example_run()
    run["sources"] = [
        {**source, "role": role}
        for source, role in zip(run["sources"], ("streets", "criteria"), strict=False)
    ]
    run["sources"][0]["credit"] = "© OpenStreetMap <contributors>"
    run["sources"][1]["credit"] = "Retsinformation"
    return fixed_maps(profiles, layers, text=load_text(language), run=run)


def words_of(content):
    picture = ET.fromstring(content)  # noqa: S314  our own file
    return [element.text for element in picture.iter(f"{SVG}text")]


def test_each_quarter_has_a_picture_of_its_own():
    assert sorted(pictures()) == sorted(f"{name}.svg" for name in QUARTERS)


def test_a_picture_has_a_legend_a_bar_a_title_and_credits_only_what_it_draws():
    content = pictures()["kulturkvarteret.svg"]
    words = words_of(content)
    assert "Til fods inden for 5 min." in words
    assert "500 m" in words
    credit = [line for line in words if "OpenStreetMap" in line]
    assert credit
    assert "<contributors>" in credit[0]
    assert not any("Retsinformation" in line for line in words)
    picture = ET.fromstring(content)  # noqa: S314  our own file
    assert picture.find(f"{SVG}title").text


def test_all_pictures_have_one_scale():
    bars = {
        content.decode().split('d="M0 -5V0H')[1].split("V")[0] for content in pictures().values()
    }
    assert len(bars) == 1
