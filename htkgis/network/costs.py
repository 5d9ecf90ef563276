"""What a street costs beyond its length: one function for each cost, with formula and source.

Waits, stairs and slope are time that passes. Darkness, stress and missing routes are prices: a
street that people avoid counts as longer than it is, so that a way around it is taken.
:mod:`htkgis.network.cost_rules` says which of them a mode counts, and adds them up.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import SchemaError, first

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STEPS = "steps"
"""Kind of the streets that are stairs."""

STEEPEST = 0.5
"""Steeper is noise of the raster along a short street; the steepest street on Earth has 0.35."""

LEAST_SLOPED_M = 0.001
"""A street shorter than a millimetre has no slope: no raster tells its ends apart."""


class Tobler(NamedTuple):
    """How slope changes the speed of walking; see :func:`tobler_factor`.

    ``steepness`` is how fast the speed falls with the slope (3.5 in the source), and ``easiest``
    the slope on which it is highest (-0.05, gently downhill).

    Examples
    --------
    The function of the source: 10 % down is as slow as the flat, 5 % up takes a fifth longer.

    >>> gain, loss = np.array([0.0, 5.0]), np.array([10.0, 0.0])
    >>> tobler_factor(gain, loss, np.array([100.0, 100.0]), Tobler(3.5, -0.05)).round(2).tolist()
    [1.0, 1.19]
    """

    steepness: float
    easiest: float


def waits_ds(streets: gpd.GeoDataFrame, *, crossing_ds: float, signal_ds: float) -> Floats:
    """Sum the waits at the crossings and signals of each street.

    A reader of streets counts a crossing inside a street once, and one where streets meet as a
    half in each of them: who passes through two streets waits once, whole. Mean wait at signals
    with cycle C and green g: (C - g)**2 / (2 C); with 80 s and 24 s it is 19.6 s.

    Parameters
    ----------
    streets
        Columns ``crossings`` and ``signals``, counts >= 0; missing ones are none. A column
        whose wait is 0 is not looked at.
    crossing_ds, signal_ds
        Wait at each in deciseconds, >= 0.

    Returns
    -------
    waits
        Deciseconds, shape (m,), >= 0.

    References
    ----------
    Transportation Research Board (2010). Highway Capacity Manual, chapter 18 (pedestrian delay
    at signals), 19 (at crossings without). The formula was seen where others give it (the Korean
    manual of 2013, formula 14-5), the chapters themselves were not looked up; cycle and green
    are an estimate.

    Examples
    --------
    >>> streets = gpd.GeoDataFrame({"crossings": [0.5, 0.0], "signals": [0.0, 1.5]})
    >>> waits_ds(streets, crossing_ds=60, signal_ds=200).tolist()
    [30.0, 300.0]
    """
    wait_ds = np.zeros(len(streets))
    for column, each_ds in (("crossings", crossing_ds), ("signals", signal_ds)):
        if each_ds:
            wait_ds += each_ds * np.nan_to_num(counted(streets, column))
    return wait_ds


def stairs_factor(streets: gpd.GeoDataFrame, share: float) -> Floats:
    """Say how many times as long as on the flat each street takes because it is stairs.

    The speed on stairs is about 0.5 of that on the flat downwards and 0.35 upwards; 0.41 is their
    harmonic mean.

    Parameters
    ----------
    streets
        Column ``kind``.
    share
        Part of the speed on the flat that is kept on stairs, above 0 and up to 1.

    Returns
    -------
    factor
        One over ``share`` on stairs, 1 elsewhere, shape (m,).

    References
    ----------
    IES (2021). Simulex, Walking speeds, help.iesve.com/ve2021. That the gradient of the stairs and
    who walks matter too: Fujiyama, T. and Tyler, N. (2010). Predicting the walking speed of
    pedestrians on stairs. Transportation Planning and Technology 33(2), 177-202.

    Examples
    --------
    >>> stairs_factor(gpd.GeoDataFrame({"kind": ["steps", "path"]}), 0.4).tolist()
    [2.5, 1.0]
    """
    return np.where(are_stairs(streets), 1.0 / share, 1.0)


def are_stairs(streets: gpd.GeoDataFrame) -> Flags:
    """Tell which streets are stairs."""
    return np.asarray(streets["kind"].eq(STEPS).fillna(value=False), dtype=np.bool_)


def tobler_factor(gain_m: Floats, loss_m: Floats, length_m: Floats, tobler: Tobler) -> Floats:
    r"""Say how many times as long as on the flat walking takes on a slope.

    .. math::

        W(S) = 6 e^{-3.5 |S + 0.05|} \text{ km/h}, \qquad f(S) = \frac{W(0)}{W(S)}

    Only the ratio to the flat is taken, so that the flat has the speed of the study. A street
    that rises by G and falls by L over the length D is one even slope up and one down of the
    same steepness (G + L) / D, which share D as G to L.

    Parameters
    ----------
    gain_m, loss_m
        Sums of rises and falls in metres, shape (m,), >= 0; the other way around against the
        street. No height (NaN) counts as flat.
    length_m
        Length in metres, shape (m,), >= 0; below a millimetre counts as flat.
    tobler
        Steepness and easiest slope.

    Returns
    -------
    factor
        Shape (m,), > 0; below 1 gently downhill.

    References
    ----------
    Tobler, W. (1993). Three presentations on geographical analysis and modeling. NCGIA Technical
    Report 93-1.

    Examples
    --------
    Up 5 % (5.037 to 4.228 km/h), down 5 % (to 6.000 km/h):

    >>> gain, loss = np.array([5.0, 0.0]), np.array([0.0, 5.0])
    >>> tobler_factor(gain, loss, np.array([100.0, 100.0]), Tobler(3.5, -0.05)).round(4).tolist()
    [1.1912, 0.8395]
    """
    whole = gain_m + loss_m
    climbs = (whole > 0) & (length_m >= LEAST_SLOPED_M)
    slope = np.minimum(whole / np.where(climbs, length_m, 1.0), STEEPEST)
    part = np.where(climbs, gain_m, 1.0) / np.where(climbs, whole, 1.0)
    level = tobler.steepness * abs(tobler.easiest)
    up = np.exp(tobler.steepness * np.abs(slope - tobler.easiest) - level)
    down = np.exp(tobler.steepness * np.abs(-slope - tobler.easiest) - level)
    factor = np.where(climbs, part * up + (1.0 - part) * down, 1.0)
    return np.asarray(factor, dtype=np.float64)


def climb_ds(gain_m: Floats, per_metre_ds: float) -> Floats:
    """Give the time that climbing takes a cyclist besides the way.

    Going down earns nothing back: what a slope gives, bends, junctions and brakes take. Observed
    mean speeds fall by 0.4002 m/s (1.44 km/h) for each per cent uphill from 6.01 m/s (21.6 km/h)
    on the flat: 1.2 s for each metre of height; a study at 16 km/h has 2.2 s.

    Parameters
    ----------
    gain_m
        Sum of the rises in metres, shape (m,), >= 0; no height (NaN) counts as flat.
    per_metre_ds
        Deciseconds for each metre, >= 0.

    References
    ----------
    Parkin, J. and Rotheram, J. (2010). Design speeds and acceleration characteristics of bicycle
    traffic for use in planning, design and appraisal. Transport Policy 17(5), 335-341. Both
    numbers as others quote them; of the paper itself only the abstract was read.

    Examples
    --------
    >>> climb_ds(np.array([5.0, 0.0, np.nan]), 22.0).tolist()
    [110.0, 0.0, 0.0]
    """
    return np.asarray(np.nan_to_num(gain_m) * per_metre_ds, dtype=np.float64)


def dark_streets(streets: gpd.GeoDataFrame, *, kinds: tuple[str, ...], tunnels: bool) -> Flags:
    """Tell which streets have no light after dark.

    Parameters
    ----------
    streets
        Columns ``lit`` (yes, no or missing), ``tunnel`` and ``kind``.
    kinds
        Kinds without light where nothing is said of it.
    tunnels
        Whether every tunnel counts, even with light.

    Returns
    -------
    dark
        Those that say so, and of those that say nothing the tunnels and ``kinds``; shape (m,).

    Examples
    --------
    >>> streets = gpd.GeoDataFrame({"lit": ["no", "yes", None, None], "kind": "path",
    ...                             "tunnel": [False, True, True, False]})
    >>> dark_streets(streets, kinds=(), tunnels=False).tolist()
    [True, False, True, False]
    >>> dark_streets(streets, kinds=("path",), tunnels=True).tolist()
    [True, True, True, True]
    """
    lit, tunnel = streets["lit"], streets["tunnel"].to_numpy(dtype=bool)
    said_dark = lit.eq("no").fillna(value=False).to_numpy(dtype=bool)
    guessed = tunnel | streets["kind"].isin(kinds).to_numpy(dtype=bool)
    dark = said_dark | (lit.isna().to_numpy(dtype=bool) & guessed)
    return np.asarray(dark | tunnel if tunnels else dark, dtype=np.bool_)


def stressful_streets(streets: gpd.GeoDataFrame, max_stress: int) -> Flags:
    """Tell which streets have a higher level of traffic stress; an unknown one counts as high.

    Examples
    --------
    >>> stressful_streets(gpd.GeoDataFrame({"lts": [1, 2, 3, None]}), 2).tolist()
    [False, False, True, True]
    """
    return np.asarray(~(numbers(streets, "lts") <= max_stress), dtype=np.bool_)


def unmarked_streets(streets: gpd.GeoDataFrame) -> Flags:
    """Tell which streets no marked route runs along; where nothing is known, none does.

    Examples
    --------
    >>> unmarked_streets(gpd.GeoDataFrame({"route": [True, False, None]})).tolist()
    [False, True, True]
    """
    marked = streets["route"].eq(other=True).fillna(value=False)
    return ~np.asarray(marked, dtype=np.bool_)


def numbers(streets: gpd.GeoDataFrame, column: str) -> Floats:
    """Read a column of numbers; missing ones are NaN."""
    found = pd.to_numeric(streets[column]).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(found, dtype=np.float64)


def counted(streets: gpd.GeoDataFrame, column: str) -> Floats:
    """Read a column of counts or metres from 0 up, NaN where missing.

    Raises
    ------
    SchemaError
        If one is below 0 or infinite.
    """
    found = numbers(streets, column)
    wrong = (found < 0) | np.isinf(found)
    if wrong.any():
        msg = (
            f"streets: column {column!r} is no number of 0 or more in {int(wrong.sum())} of "
            f"{len(streets)} rows: {first(named(streets, wrong))}. Correct the streets."
        )
        raise SchemaError(msg)
    return found


def named(streets: gpd.GeoDataFrame, rows: npt.NDArray[Any]) -> list[str]:
    """Name some streets by id, or by their number where they have none."""
    names = streets["id"] if "id" in streets.columns else streets.index
    return [str(name) for name in names[rows]]
