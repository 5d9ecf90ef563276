"""Legend swatches as inline SVG, drawn from the same looks as the map."""

from __future__ import annotations

from markupsafe import Markup

from .style import INK, PAPER, QUIET, SHAPES, Look

SIZE = 24
_HALF = SIZE / 2


def swatch(look: Look) -> Markup:
    """Draw one look as a small picture without meaning of its own; the words stand beside it."""
    drawing = {"area": _area, "line": _line, "point": _point, "name": _name}[look.kind](look)
    return Markup(  # noqa: S704  numbers and colours of our own style only
        f'<svg class="swatch" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" '
        f'aria-hidden="true" focusable="false">{drawing}</svg>'
    )


def symbol_points(look: Look, x: float = 0.0, y: float = 0.0, scale: float = 1.0) -> str:
    """Corners of a symbol as an SVG ``points`` attribute, centred on ``x``, ``y``."""
    size = look.radius * scale
    return " ".join(f"{x + size * px:.1f},{y + size * py:.1f}" for px, py in SHAPES[look.shape])


def _area(look: Look) -> str:
    return (
        f'<rect x="2" y="4" width="20" height="16" fill="{look.fill}" stroke="{look.stroke}" '
        f'stroke-width="{look.weight}"/>'
    )


def _line(look: Look) -> str:
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return (
        f'<path d="M1 {_HALF:.0f}H{SIZE - 1}" fill="none" stroke="{look.stroke}" '
        f'stroke-width="{look.weight}" stroke-opacity="{look.opacity}"{dash}/>'
    )


def _point(look: Look) -> str:
    drawing = (
        f'<polygon points="{symbol_points(look, _HALF, _HALF)}" fill="{look.fill}" '
        f'stroke="{look.stroke}" stroke-width="{look.weight}" stroke-linejoin="round"/>'
    )
    reach = look.radius
    low, high = _HALF - reach, _HALF + reach
    bars = [f"M{low} {high}L{high} {low}", f"M{low} {low}L{high} {high}"][: look.strike]
    for bar in bars:
        drawing += f'<path d="{bar}" stroke="{PAPER}" stroke-width="4"/>'
        drawing += f'<path d="{bar}" stroke="{INK}" stroke-width="2"/>'
    if look.ring:
        drawing += (
            f'<circle cx="{_HALF}" cy="{_HALF}" r="{_HALF - 1}" fill="none" stroke="{QUIET}" '
            'stroke-width="1.6" stroke-dasharray="3 2.5"/>'
        )
    return drawing


def _name(look: Look) -> str:
    return f'<text x="{_HALF}" y="17" text-anchor="middle" fill="{look.stroke}">A</text>'
