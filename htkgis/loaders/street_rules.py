"""What each mode may use of the streets, as decisions of the study hand it to the readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MODES = ("walk", "bike", "car")
"""Modes that streets have flags for; the place of a mode here is its bit in a set of modes."""

KEYS = {
    "walk": ("foot",),
    "bike": ("bicycle", "vehicle"),
    "car": ("motorcar", "motor_vehicle", "vehicle"),
}
"""OSM tags that say whether a mode may pass, the most specific first; ``access`` comes after."""

OTHER = "other"
"""Name of the speed of all kinds of street that have none of their own."""


@dataclass(frozen=True)
class ModeRules:
    """What one mode may use, as OSM tag values.

    Parameters
    ----------
    keys
        Tags of the mode, the most specific first.
    closed_kinds
        Kinds of street (``highway`` values) that are closed unless a tag of the mode opens them.
    closed_access
        ``access`` values that close a way or a barrier unless a tag of the mode opens it.
    opening, closing
        Values of the tags of the mode that open and that close.
    closed_barriers
        ``barrier`` values that stop the mode unless a tag of the mode opens them.
    closed_marks
        Tags that close a way as a closed kind does, such as ``motorroad``.
    """

    keys: tuple[str, ...]
    closed_kinds: tuple[str, ...]
    closed_access: tuple[str, ...]
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    closed_barriers: tuple[str, ...] = ()
    closed_marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class StreetRules:
    """What all modes of a study may use of the streets, and how fast cars may be there.

    Parameters
    ----------
    modes
        Rules by name of the mode; a mode that is not named may use nothing.
    contraflow
        ``cycleway`` values that let bikes ride against a one-way street.
    car_kph
        Speed limit in km/h by kind of street where a street states none; ``other`` is that of
        all other kinds. Empty where the study decides nothing on cars.
    """

    modes: Mapping[str, ModeRules]
    contraflow: tuple[str, ...] = ()
    car_kph: Mapping[str, float] = field(default_factory=dict)

    def default_kph(self, kind: str) -> float:
        """Give the limit of a kind of street in km/h; NaN where nothing is decided.

        Examples
        --------
        >>> rules = StreetRules({}, car_kph={"residential": 45.0, "other": 30.0})
        >>> rules.default_kph("residential"), rules.default_kph("road")
        (45.0, 30.0)
        """
        return self.car_kph.get(kind, self.car_kph.get(OTHER, float("nan")))


def bit(mode: str) -> int:
    """Give the bit of a mode in a set of modes.

    Examples
    --------
    >>> [bit(mode) for mode in MODES]
    [1, 2, 4]
    """
    return 1 << MODES.index(mode)


def names(modes: int) -> str | None:
    """Write out a set of modes, or None where it is empty.

    Examples
    --------
    >>> names(6), names(0)
    ('bike car', None)
    """
    return " ".join(mode for mode in MODES if modes & bit(mode)) or None
