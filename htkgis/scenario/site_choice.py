"""Where new places serve best: the choice of some sites among many, beside those there are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from htkgis.errors import ConfigError

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

EXACT_PAIRS = 200_000
"""Pairs of someone and a site that serves him, up to which the choice is solved exactly."""
MAX_BRANCHES = 10_000
"""Branches that the solver looks at before it gives the best so far: no clock, so that the same
input gives the same choice on every machine."""
HALF = 0.5
ROUNDS = 200
"""Steps of the bound for many pairs; it is one after any number of them."""
SHORTER = 0.9
"""By how much the next step is shorter where one did not help."""


class Choice(NamedTuple):
    """Sites that were chosen, and how good the best can be.

    Parameters
    ----------
    sites
        Numbers of the sites, rising.
    gain
        What they bring together.
    bound
        What no choice of as many sites can exceed, >= ``gain``; equal where the choice is proven
        to be the best.
    """

    sites: tuple[int, ...]
    gain: float
    bound: float

    @property
    def gap(self) -> float:
        """By which part of the bound a better choice could exceed this one; 0 where it is best."""
        return 0.0 if self.bound <= 0 else max(0.0, (self.bound - self.gain) / self.bound)


def choose_sites(gains: Floats, count: int, *, exact_pairs: int = EXACT_PAIRS) -> Choice:
    r"""
    Choose the sites that bring most, each person served by the best of them.

    .. math::

        \max_{S, |S| \le k} \sum_i \max\left(0, \max_{j \in S} g_{ij}\right)

    With :math:`g_{ij} = p_i \max(0, t_i - t_{ij})` that is the p-median beside places that
    there are; with :math:`g_{ij} = p_i` where a site serves somebody who is not served, and 0
    elsewhere, it is the maximal covering.

    Parameters
    ----------
    gains
        What each site brings to each row of persons, shape (persons, sites), >= 0.
    count
        Sites to choose, >= 1; fewer are chosen where no further one brings anything.
    exact_pairs
        Entries above 0 up to which the choice is solved exactly.

    Returns
    -------
    choice
        With one site always the best. Else by mixed-integer programming where there are few
        enough entries; and where there are more, one site after the other, each exchanged for a
        better one while there is any, with a bound.

    Raises
    ------
    ConfigError
        If ``count`` is below 1, or a gain is no number of 0 or more.

    References
    ----------
    ReVelle, C. S. and Swain, R. W. (1970). Central facilities location. Geographical Analysis 2(1),
    30-42; Church, R. and ReVelle, C. (1974). The maximal covering location problem. Papers of
    the Regional Science Association 32, 101-118. The bound: Nemhauser, G. L., Wolsey, L. A. and
    Fisher, M. L. (1978). An analysis of approximations for maximizing submodular set
    functions. Mathematical Programming 14, 265-294; Cornuejols, G., Fisher, M. L. and Nemhauser,
    G. L. (1977). Location of bank accounts to optimize float. Management Science 23(8), 789-810.

    Examples
    --------
    Site 0 brings 5 to the first and 4 to the second, sites 1 and 2 bring 6 to one each: alone
    site 0 is best, of two the others.

    >>> gains = np.array([[5.0, 6.0, 0.0], [4.0, 0.0, 6.0]])
    >>> choose_sites(gains, 1).sites, choose_sites(gains, 2).sites
    ((0,), (1, 2))
    """
    gains = np.asarray(gains, dtype=np.float64)
    if count < 1 or gains.ndim != 2 or not (np.isfinite(gains) & (gains >= 0)).all():  # noqa: PLR2004
        msg = (
            f"sites: {count} to choose among gains of shape {gains.shape}; 1 or more and gains of "
            "0 or more, by persons and sites, are allowed. Correct them."
        )
        raise ConfigError(msg)
    sites = _one_by_one(gains, count)
    value = _value(gains, sites)
    if count == 1 or not sites:
        return Choice(tuple(sites), value, value)
    if np.count_nonzero(gains) <= exact_pairs:
        return _solved(gains, count, sites)
    sites = _exchanged(gains, sites)
    value = _value(gains, sites)
    bound = min(_bound(gains, sites, count), _priced_bound(gains, sites, count))
    return Choice(tuple(sorted(sites)), value, max(value, bound))


def _value(gains: Floats, sites: list[int]) -> float:
    return float(gains[:, sites].max(axis=1, initial=0.0).sum())


def _marginal(gains: Floats, served: Floats) -> Floats:
    """Sum what each site would add to what is served already."""
    added: Floats = np.maximum(gains - served[:, None], 0.0).sum(axis=0)
    return added


def _one_by_one(gains: Floats, count: int) -> list[int]:
    """Take the site that adds most, the first of equals, until nothing is added."""
    served = np.zeros(len(gains))
    sites: list[int] = []
    while len(sites) < min(count, gains.shape[1]):
        added = _marginal(gains, served)
        best = int(np.argmax(added))
        if added[best] <= 0:
            break
        sites.append(best)
        served = np.maximum(served, gains[:, best])
    return sites


def _exchanged(gains: Floats, sites: list[int]) -> list[int]:
    """Exchange one site for another as long as that brings more (Teitz and Bart, 1968)."""
    sites = list(sites)
    better = True
    while better:
        better = False
        for place in range(len(sites)):
            others = sites[:place] + sites[place + 1 :]
            served = gains[:, others].max(axis=1, initial=0.0)
            added = _marginal(gains, served)
            best = int(np.argmax(added))
            if added[best] > added[sites[place]] * (1 + 1e-12):
                sites[place] = best
                better = True
    return sites


def _bound(gains: Floats, sites: list[int], count: int) -> float:
    """Add to what these bring the most that any ``count`` of sites could add."""
    served = gains[:, sites].max(axis=1, initial=0.0)
    return float(served.sum() + np.sort(_marginal(gains, served))[-count:].sum())


def _priced_bound(gains: Floats, sites: list[int], count: int) -> float:
    """Bound every choice by Lagrangian relaxation: each person pays once, whoever serves him.

    With a price for each person, sites are worth what they bring above the prices, and the best
    ``count`` of them and all prices together are more than any choice. Prices rise for whom
    several of these sites want to serve and fall for whom none does (subgradient steps).
    """
    own = gains[(gains > 0).any(axis=1)]
    value = _value(own, sites)
    price = own[:, sites].max(axis=1, initial=0.0)
    bound, step = np.inf, 1.0
    for _ in range(ROUNDS):
        wanted = own > price[:, None]
        worth = np.where(wanted, own - price[:, None], 0.0).sum(axis=0)
        best = np.argsort(-worth, kind="stable")[:count]
        total = float(price.sum() + worth[best].sum())
        step = step if total < bound else step * SHORTER
        bound = min(bound, total)
        demand = 1.0 - wanted[:, best].sum(axis=1)
        length = float((demand**2).sum())
        if length == 0 or total <= value:
            break
        price = np.maximum(price - step * (total - value) / length * demand, 0.0)
    return bound


def _solved(gains: Floats, count: int, fallback: list[int]) -> Choice:
    """Solve the choice as a mixed-integer programme: who is served by which open site."""
    person, site = np.nonzero(gains)
    pairs, sites = len(person), gains.shape[1]
    served = csr_array((np.ones(pairs), (person, np.arange(pairs))), shape=(len(gains), pairs))
    opened = csr_array((-np.ones(pairs), (np.arange(pairs), site)), shape=(pairs, sites))
    diagonal = csr_array((np.ones(pairs), (np.arange(pairs), np.arange(pairs))))
    once = hstack([served, csr_array((len(gains), sites))])
    if_open = hstack([diagonal, opened])
    at_most = hstack([csr_array((1, pairs)), csr_array(np.ones((1, sites)))])
    limits = np.concatenate([np.ones(len(gains)), np.zeros(pairs), [count]])
    result = milp(
        np.concatenate([-gains[person, site], np.zeros(sites)]),
        integrality=np.concatenate([np.zeros(pairs), np.ones(sites)]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(vstack([once, if_open, at_most], format="csr"), ub=limits),
        options={"mip_rel_gap": 0.0, "node_limit": MAX_BRANCHES},
    )
    greedy = _value(gains, fallback)
    if result.x is None:
        return Choice(tuple(sorted(fallback)), greedy, max(greedy, _bound(gains, fallback, count)))
    found = np.flatnonzero(result.x[pairs:] > HALF).tolist()
    for one in found[::-1]:
        rest = [other for other in found if other != one]
        if _value(gains, rest) == _value(gains, found):
            found = rest
    value = _value(gains, found)
    if greedy > value:
        found, value = sorted(fallback), greedy
    bound = value if result.status == 0 else max(value, -float(result.mip_dual_bound))
    return Choice(tuple(found), value, bound)
