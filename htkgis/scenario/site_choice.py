"""Where new places serve best: the choice of some sites among many, beside those there are."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, hstack, issparse, vstack

from htkgis.errors import ConfigError

Floats = npt.NDArray[np.float64]
Gains: TypeAlias = npt.NDArray[np.float64] | csr_array
"""What sites bring persons: a plain table, or a sparse one where most entries are 0."""

EXACT_PAIRS = 30_000
"""Pairs of someone and a site that serves him, up to which the choice is solved exactly."""
MAX_BRANCHES = 10_000
"""Branches that the solver looks at before it gives the best so far: no clock, so that the same
input gives the same choice on every machine."""
HALF = 0.5
TIE = 1e-9
"""Part by which rounding may move a sum."""
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


def choose_sites(gains: Gains, count: int, *, exact_pairs: int = EXACT_PAIRS) -> Choice:
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
        What each site brings to each row of persons, shape (persons, sites), >= 0; plain or
        sparse, which is the same choice.
    count
        Sites to choose, >= 1; fewer are chosen where no further one brings anything.
    exact_pairs
        Entries above 0 up to which the choice is solved exactly.

    Returns
    -------
    choice
        With one site always the best. Else by mixed-integer programming where there are few
        enough entries. Where there are more, one site after the other, each exchanged for a
        better one while there is any; a bound then rules out the sites that no better choice can
        hold, and of the rest, where they are few enough, the best is found. Else the bound is told.

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
    if not issparse(gains):
        gains = np.asarray(gains, dtype=np.float64)
    flat = gains.ndim != 2  # noqa: PLR2004 - persons by sites
    found = csc_array((0, 0)) if flat else csc_array(gains)
    if flat or count < 1 or not (np.isfinite(found.data) & (found.data >= 0)).all():
        msg = (
            f"sites: {count} to choose among gains of shape {gains.shape}; 1 or more and gains of "
            "0 or more, by persons and sites, are allowed. Correct them."
        )
        raise ConfigError(msg)
    found.eliminate_zeros()
    return _chosen(found, count, exact_pairs)


def _chosen(gains: csc_array, count: int, exact_pairs: int) -> Choice:
    """Choose among gains that were checked, without an entry of 0."""
    sites = _one_by_one(gains, count)
    value = _value(gains, sites)
    if count == 1 or not sites:
        return Choice(tuple(sites), value, value)
    if gains.nnz <= exact_pairs:
        return _solved(gains, count, sites)
    sites = _exchanged(gains, sites)
    value = _value(gains, sites)
    priced = _priced_bound(gains, sites, count)
    bound = max(value, min(_bound(gains, sites, count), priced.bound))
    # a better choice than this one has no site with which none could be better
    kept = np.union1d(np.flatnonzero(priced.with_site > value * (1 - TIE)), sites)
    left = gains[:, kept]
    if left.nnz > exact_pairs:
        return Choice(tuple(sorted(sites)), value, bound)
    found = _solved(left, count, np.searchsorted(kept, sites).tolist())
    chosen = tuple(kept[list(found.sites)].tolist())
    return Choice(chosen, found.gain, max(found.gain, min(bound, found.bound)))


def _served(gains: csc_array, sites: list[int]) -> Floats:
    """Give what the best of some sites brings to each person, 0 where there is none."""
    best: Floats = gains[:, sites].toarray().max(axis=1, initial=0.0)
    return best


def _value(gains: csc_array, sites: list[int]) -> float:
    return float(_served(gains, sites).sum())


def _by_site(gains: csc_array, values: Floats) -> Floats:
    """Sum one value per entry over the persons of each site."""
    site = np.repeat(np.arange(gains.shape[1]), np.diff(gains.indptr))
    total: Floats = np.bincount(site, weights=values, minlength=gains.shape[1]).astype(np.float64)
    return total


def _marginal(gains: csc_array, served: Floats) -> Floats:
    """Sum what each site would add to what is served already."""
    return _by_site(gains, np.maximum(gains.data - served[gains.indices], 0.0))


def _one_by_one(gains: csc_array, count: int) -> list[int]:
    """Take the site that adds most, the first of equals, until nothing is added."""
    served = np.zeros(gains.shape[0])
    sites: list[int] = []
    while len(sites) < min(count, gains.shape[1]):
        added = _marginal(gains, served)
        best = int(np.argmax(added))
        if added[best] <= 0:
            break
        sites.append(best)
        served = np.maximum(served, _served(gains, [best]))
    return sites


def _exchanged(gains: csc_array, sites: list[int]) -> list[int]:
    """Exchange one site for another as long as that brings more (Teitz and Bart, 1968)."""
    sites = list(sites)
    better = True
    while better:
        better = False
        for place in range(len(sites)):
            others = sites[:place] + sites[place + 1 :]
            served = _served(gains, others)
            added = _marginal(gains, served)
            best = int(np.argmax(added))
            if added[best] > added[sites[place]] * (1 + 1e-12):
                sites[place] = best
                better = True
    return sites


def _bound(gains: csc_array, sites: list[int], count: int) -> float:
    """Add to what these bring the most that any ``count`` of sites could add."""
    served = _served(gains, sites)
    return float(served.sum() + np.sort(_marginal(gains, served))[-count:].sum())


class _Bounds(NamedTuple):
    """What no choice can exceed, and what none with each site can, shape (sites,)."""

    bound: float
    with_site: Floats


def _priced_bound(gains: csc_array, sites: list[int], count: int) -> _Bounds:
    """Bound every choice by Lagrangian relaxation: each person pays once, whoever serves him.

    With a price for each person, sites are worth what they bring above the prices, and the best
    ``count`` of them and all prices together are more than any choice. Prices rise for whom
    several of these sites want to serve and fall for whom none does (subgradient steps).
    """
    value = _value(gains, sites)
    price = _served(gains, sites)
    has_gain = np.bincount(gains.indices, minlength=gains.shape[0]) > 0
    found, step = _Bounds(np.inf, np.full(gains.shape[1], np.inf)), 1.0
    for _ in range(ROUNDS):
        above = gains.data - price[gains.indices]
        wanted = above > 0
        worth = _by_site(gains, np.where(wanted, above, 0.0))
        best = np.argsort(-worth, kind="stable")[:count]
        total = float(price.sum() + worth[best].sum())
        step = step if total < found.bound else step * SHORTER
        if total < found.bound:
            others = worth[best[: count - 1]].sum()
            found = _Bounds(total, price.sum() + others + worth)
        open_site = np.zeros(gains.shape[1])
        open_site[best] = 1.0
        asked = wanted * np.repeat(open_site, np.diff(gains.indptr))
        demand = has_gain - np.bincount(gains.indices, weights=asked, minlength=gains.shape[0])
        length = float((demand**2).sum())
        if length == 0 or total <= value:
            break
        price = np.maximum(price - step * (total - value) / length * demand, 0.0)
    return found


def _solved(gains: csc_array, count: int, fallback: list[int]) -> Choice:
    """Solve the choice as a mixed-integer programme: who is served by which open site."""
    entries = gains.tocsr().tocoo()
    person, site = entries.coords
    pairs, (persons, sites) = gains.nnz, gains.shape
    served = csr_array((np.ones(pairs), (person, np.arange(pairs))), shape=(persons, pairs))
    opened = csr_array((-np.ones(pairs), (np.arange(pairs), site)), shape=(pairs, sites))
    diagonal = csr_array((np.ones(pairs), (np.arange(pairs), np.arange(pairs))))
    once = hstack([served, csr_array((persons, sites))])
    if_open = hstack([diagonal, opened])
    at_most = hstack([csr_array((1, pairs)), csr_array(np.ones((1, sites)))])
    limits = np.concatenate([np.ones(persons), np.zeros(pairs), [count]])
    result = milp(
        np.concatenate([-entries.data, np.zeros(sites)]),
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
