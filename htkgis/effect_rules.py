"""What a study decides of the effect of projects: from when a change counts, and what is tried."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .quantities import Decision, Duration, Limits, Quantity


class Orders(Quantity):
    """Orders of projects that are drawn where there are too many to try all."""

    value: Annotated[int, Field(ge=10, le=100_000)]
    unit: Literal["orders"]


class EffectRules(Decision):
    """From when a change counts.

    Parameters
    ----------
    longest
        Longer ways count as this long, so that what is saved is at least what is said.
    felt
        Who gains or loses at least so much is counted.
    other_longest
        In place of ``longest``, to see whether the order of projects holds.
    orders
        Drawn where there are more than ten projects.
    """

    longest: Duration
    felt: Duration
    other_longest: Limits
    orders: Orders
