"""Colours, symbols and class breaks: one place, so that every map and legend agree.

Classes are fixed for all quarters; maps could not be compared otherwise. Neighbouring
colours of a sequence cannot all differ by 3:1, so every surface and symbol has a dark
outline (at least 3.8:1 against each fill and the background, held by a test), and no
meaning rests on colour alone: symbols differ by shape, bands carry their minutes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Kind = Literal["area", "line", "point", "name"]
Shape = tuple[tuple[float, float], ...]

BACKGROUND = "#f4f4f2"
INK = "#16212b"
PAPER = "#ffffff"
QUIET = "#5d6872"


@dataclass(frozen=True)
class Look:
    """How one class of features is drawn; lengths in CSS pixels.

    ``strike`` counts the bars across a symbol (closed 1, cancelled 2), ``ring`` draws a
    dashed ring (position only roughly known), ``label`` says when the name is shown.
    """

    kind: Kind
    fill: str | None = None
    stroke: str = INK
    weight: float = 1.2
    dash: str | None = None
    opacity: float = 1.0
    shape: str = "circle"
    radius: float = 8.0
    strike: int = 0
    ring: bool = False
    label: Literal["hover", "always", "never"] = "hover"
    css: str = ""


def _regular(corners: int, turn_deg: float = 0.0, waist: float = 1.0) -> Shape:
    """Corners of a regular polygon, first one up; with a waist, a star."""
    steps = corners if math.isclose(waist, 1.0) else 2 * corners
    angles = [math.radians(turn_deg - 90 + 360 * step / steps) for step in range(steps)]
    radii = [1.0 if step % 2 == 0 or steps == corners else waist for step in range(steps)]
    return tuple(
        (round(r * math.cos(a), 3), round(r * math.sin(a), 3))
        for r, a in zip(radii, angles, strict=True)
    )


SHAPES: dict[str, Shape] = {
    "circle": _regular(24),
    "square": ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)),
    "diamond": _regular(4),
    "kite": ((0, -1), (0.85, -0.25), (0, 1), (-0.85, -0.25)),
    "triangle": ((0, -1), (1, 0.8), (-1, 0.8)),
    "triangle_down": ((-1, -0.8), (1, -0.8), (0, 1)),
    "pentagon": _regular(5),
    "hexagon": _regular(6),
    "octagon": _regular(8, 22.5),
    "star": _regular(5, waist=0.48),
    "plus": tuple(
        (x * 0.95, y * 0.95)
        for x, y in (
            (-0.38, -1), (0.38, -1), (0.38, -0.38), (1, -0.38), (1, 0.38), (0.38, 0.38),
            (0.38, 1), (-0.38, 1), (-0.38, 0.38), (-1, 0.38), (-1, -0.38), (-0.38, -0.38),
        )
    ),
    "house": ((0, -1), (1, -0.1), (0.72, -0.1), (0.72, 0.85), (-0.72, 0.85), (-0.72, -0.1),
              (-1, -0.1)),
    "basket": ((-1, -0.75), (1, -0.75), (0.6, 0.8), (-0.6, 0.8)),
    "shield": ((-0.85, -0.9), (0.85, -0.9), (0.85, 0.1), (0, 1), (-0.85, 0.1)),
    "hourglass": ((-0.9, -0.9), (0.9, -0.9), (0.25, 0), (0.9, 0.9), (-0.9, 0.9), (-0.25, 0)),
    "heart": ((0, 0.95), (-0.95, -0.05), (-0.95, -0.5), (-0.55, -0.85), (-0.2, -0.75), (0, -0.45),
              (0.2, -0.75), (0.55, -0.85), (0.95, -0.5), (0.95, -0.05)),
    "briefcase": ((-1, -0.45), (-0.45, -0.45), (-0.45, -0.85), (0.45, -0.85), (0.45, -0.45),
                  (1, -0.45), (1, 0.85), (-1, 0.85)),
    "flag": ((-0.65, -1), (0.95, -0.5), (-0.35, 0.05), (-0.35, 1), (-0.65, 1)),
}  # fmt: skip

FUNCTIONS: dict[str, tuple[str, str]] = {
    "station": ("square", "#c1121f"),
    "school": ("circle", "#6a3d9a"),
    "district_school": ("kite", "#6a3d9a"),
    "education": ("diamond", "#a06cd5"),
    "daycare": ("triangle_down", "#d45fb0"),
    "culture": ("star", "#f08c00"),
    "leisure": ("pentagon", "#f7c948"),
    "green": ("triangle", "#2b8a3e"),
    "public space": ("hourglass", "#74b816"),
    "shopping": ("basket", "#e8590c"),
    "health": ("plus", "#e03131"),
    "care": ("heart", "#f06595"),
    "worship": ("octagon", "#b08968"),
    "civic": ("shield", "#1c5fb0"),
    "business area": ("briefcase", "#868e96"),
    "jobs": ("hexagon", "#868e96"),
    "housing site": ("house", "#9c5b1e"),
}
"""Function of a place -> shape and colour, in the order of the legend."""

BANDS = ("#2f7fb8", "#74c0c9", "#b7e0bf", "#e6f3d5")
"""Isochrone fills, nearest first."""

MUNICIPALITY = Look("line", stroke=QUIET, weight=2.5, dash="10 6", label="never")
QUARTER = Look("line", stroke="#7a1f5c", weight=3, dash="3 7", label="never")
AREA = Look("line", stroke=INK, weight=3.5, label="never")
STREET = Look("line", stroke="#27333d", weight=1.1, opacity=0.5, label="never")
MAIN_STREET = Look("line", stroke="#27333d", weight=2, opacity=0.6, label="never")
PATH = Look("line", stroke="#27333d", weight=1.1, dash="4 3", opacity=0.6, label="never")
RAILWAY = Look("area", fill="#c3c8cd", stroke=INK, weight=0.9, label="never")
CONNECTOR = Look("line", stroke="#b3261e", weight=1.6, dash="2 4")
GATE = Look("point", fill=PAPER, stroke=INK, weight=2.5, radius=5)
ADDRESS = Look("point", fill=PAPER, stroke=INK, weight=1, radius=2.5)
PROJECT = Look("point", fill="#c2185b", shape="flag", radius=10)
QUARTER_NAME = Look("name", label="always", css="name-quarter")
AREA_NAME = Look("name", label="always", css="name-area")
BAND_NAME = Look("name", label="always", css="name-band")


def band(step: int) -> Look:
    """Look of one isochrone, nearest first; beyond the palette the last colour repeats."""
    return Look("area", fill=BANDS[min(step, len(BANDS) - 1)], weight=1.3, label="never")


def place(function: str, state: str, *, approximate: bool = False) -> Look:
    """Look of a place: shape and colour by function, filled only while it is in use."""
    shape, colour = FUNCTIONS.get(function, ("circle", QUIET))
    strike = {"closed": 1, "cancelled": 2}.get(state, 0)
    named = function == "station" and state == "existing"
    return Look(
        "point",
        fill=colour if state == "existing" else PAPER,
        stroke=INK if state == "existing" else _dark(colour),
        weight=1.2 if state == "existing" else 2.2,
        shape=shape,
        radius=9.5 if function == "station" else 8,
        strike=strike,
        ring=approximate,
        label="always" if named else "hover",
    )


def street(kind: str) -> Look:
    """Look of a street by its kind, for the kinds of the sketch and of OpenStreetMap."""
    if kind in {"main street", "motorway", "trunk", "primary", "secondary", "tertiary"}:
        return MAIN_STREET
    if kind in {"path", "footway", "cycleway", "steps", "track", "bridleway", "pedestrian"}:
        return PATH
    return STREET


def streets(kinds: pd.Series) -> list[Look]:
    """Give the looks of streets, each kind looked up once: there are 100,000 streets.

    Examples
    --------
    >>> [look is PATH for look in streets(pd.Series(["steps", "primary", "steps"]))]
    [True, False, True]
    """
    codes, known = pd.factorize(kinds, use_na_sentinel=False)
    looks = [street(kind) for kind in known.tolist()]
    return [looks[code] for code in codes.tolist()]


def are_main(kinds: pd.Series) -> list[bool]:
    """Tell which streets are main streets, by their kinds."""
    return [look is MAIN_STREET for look in streets(kinds)]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.1, 1 to 21.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    levels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in levels]  # noqa: PLR2004  sRGB
    return sum(
        weight * level for weight, level in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def _dark(colour: str) -> str:
    """Darken a fill until it can stand as an outline on the background."""
    levels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    while contrast("#{:02x}{:02x}{:02x}".format(*levels), BACKGROUND) < 4.5:  # noqa: PLR2004  WCAG
        levels = [level * 9 // 10 for level in levels]
    return "#{:02x}{:02x}{:02x}".format(*levels)
