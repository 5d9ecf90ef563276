"""Colours and symbols: told apart without colour, outlined where contrast alone fails."""

from itertools import pairwise

import pytest

from htkgis.maps import style
from htkgis.maps.symbols import swatch

SIGHTS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Linear RGB as a dichromat sees it: Machado, Oliveira and Fernandes (2009), severity 1."""


def simulated(colour, sight):
    """Return a colour as it is seen with this sight."""
    levels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in levels]
    seen = [
        min(1, max(0, sum(a * b for a, b in zip(row, linear, strict=True))))
        for row in SIGHTS[sight]
    ]
    coded = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in seen]
    return "#" + "".join(f"{round(255 * c):02x}" for c in coded)


@pytest.mark.parametrize("fill", [*style.BANDS, style.BACKGROUND])
def test_the_outline_stands_out_from_every_surface(fill):
    assert style.contrast(style.INK, fill) >= 3


def test_bands_grow_lighter_outwards():
    luminance = [style.contrast(fill, "#000000") for fill in style.BANDS]
    assert luminance == sorted(luminance)
    assert len(set(luminance)) == len(luminance)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_colour_blind_see_bands_in_their_order_and_every_outline(sight):
    seen = [simulated(fill, sight) for fill in style.BANDS]
    ink = simulated(style.INK, sight)
    assert [fill for fill in seen if style.contrast(ink, fill) < 3] == []
    steps = [style.contrast(*pair) for pair in pairwise(seen)]
    assert min(steps) > 1.15
    assert [style.contrast(fill, "#000000") for fill in seen] == sorted(
        style.contrast(fill, "#000000") for fill in seen
    )


def test_a_simulation_leaves_grey_as_it_is_and_takes_red_from_green():
    for sight in SIGHTS:
        assert simulated("#808080", sight) == "#808080"
    red, green = "#c00000", "#006d00"
    normal, deuteranope = (
        sum(abs(int(a[at : at + 2], 16) - int(b[at : at + 2], 16)) for at in (1, 3, 5))
        for a, b in (
            (red, green),
            (simulated(red, "deuteranopia"), simulated(green, "deuteranopia")),
        )
    )
    assert deuteranope < normal / 2


@pytest.mark.parametrize("function", style.FUNCTIONS)
@pytest.mark.parametrize("state", ["existing", "planned", "closed", "cancelled"])
def test_every_symbol_has_an_outline_of_three_to_one(function, state):
    look = style.place(function, state)
    assert style.contrast(look.stroke, style.BACKGROUND) >= 3
    assert state == "existing" or style.contrast(look.stroke, look.fill) >= 3


def test_no_two_functions_share_a_shape():
    shapes = [shape for shape, _ in style.FUNCTIONS.values()]
    assert len(set(shapes)) == len(shapes)
    assert set(shapes) <= set(style.SHAPES)


def test_states_differ_by_more_than_colour():
    looks = [style.place("school", state) for state in ("existing", "planned", "closed")]
    looks += [
        style.place("school", "cancelled"),
        style.place("school", "existing", approximate=True),
    ]
    marks = [(look.weight, look.strike, look.ring) for look in looks]
    assert len(set(marks)) == len(marks)


def test_an_unknown_function_is_drawn_all_the_same():
    assert style.place("lighthouse", "existing").shape == "circle"


def test_a_swatch_says_nothing_to_a_screen_reader():
    assert 'aria-hidden="true"' in swatch(style.place("school", "closed", approximate=True))
