"""Colours and symbols: told apart without colour, outlined where contrast alone fails."""

import pytest

from htkgis.maps import style
from htkgis.maps.symbols import swatch


@pytest.mark.parametrize("fill", [*style.BANDS, style.BACKGROUND])
def test_the_outline_stands_out_from_every_surface(fill):
    assert style.contrast(style.INK, fill) >= 3


def test_bands_grow_lighter_outwards():
    luminance = [style.contrast(fill, "#000000") for fill in style.BANDS]
    assert luminance == sorted(luminance)
    assert len(set(luminance)) == len(luminance)


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
