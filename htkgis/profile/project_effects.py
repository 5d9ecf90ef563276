"""Effects of projects as they are told: who is too few is hidden, effect beside budget, ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .disclosure import SmallNumbers

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
MILLION = 1_000_000.0
ERRORS = 2.0
"""Standard errors that two estimates lie apart where one is surely more, in 19 of 20 cases."""
ESTIMATE = "estimate"
"""Case of ranks that could be others since shares were estimated from some orders."""


@dataclass(frozen=True)
class HiddenEffects:
    """What is not told, since few persons are behind it.

    Parameters
    ----------
    projects
        Per project, function (the last is all) and group (the last is all), shape (n, f, g).
    together
        Per function and group: what all projects do together, shape (f, g).
    """

    projects: Flags
    together: Flags


def hidden_effects(touched: Floats, rules: SmallNumbers) -> HiddenEffects:
    """Hide the effects of projects on few persons, and what they could be computed from.

    Parameters
    ----------
    touched
        Persons whose way a project changes at all, shape (n, functions + 1, groups + 1): the last
        function is any of them, the last group everybody.
    rules
        Below which numbers nothing is shown.

    Returns
    -------
    hidden
        Effects on 1 to ``min_persons`` - 1 persons; where they are the only one hidden of several
        that sum to a figure that is shown, the next smallest as well; and the joint effect where
        one project alone is hidden in it.

    Examples
    --------
    One project, one function, two areas. Three persons in the first: their figure, and that of the
    other area, which would give them away beside the sum.

    >>> touched = np.array([[[3.0, 400.0, 403.0]] * 2])
    >>> hidden_effects(touched, SmallNumbers(20, 3, 5, (0.01,))).projects[0, 0].tolist()
    [True, True, False]
    """
    few = (touched > 0) & (touched < rules.min_persons)
    hidden = few.copy()
    while True:
        before = hidden.copy()
        for project in range(len(touched)):
            for function in range(touched.shape[1]):
                _hide_beside(touched[project, function, :-1], hidden[project, function, :-1])
            for group in range(touched.shape[2]):
                _hide_beside(touched[project, :-1, group], hidden[project, :-1, group])
        if np.array_equal(before, hidden):
            break
    return HiddenEffects(hidden, hidden.sum(axis=0) == 1)


def _hide_beside(persons: Floats, hidden: Flags) -> None:
    """Hide the next smallest beside one that is hidden alone; both are views."""
    shown = ~hidden & (persons > 0)
    if hidden.sum() == 1 and shown.any():
        rows = np.flatnonzero(shown)
        hidden[rows[np.argmin(persons[rows])]] = True


def cost_beside_effect(budget_mio: pd.Series, effects: pd.DataFrame) -> pd.DataFrame:
    """Set the budget of each project beside what it does.

    Parameters
    ----------
    budget_mio
        Million by project, in the currency of the study; missing where nobody told it. It is what
        the whole project costs, also what of it changes no way.
    effects
        By project: ``saved_person_min``, ``gainers`` and ``reach``; missing where hidden.

    Returns
    -------
    costs
        By project: ``person_min_per_mio``, ``money_per_gainer`` and ``money_per_reach``; missing
        where the budget or the effect is, and where nobody gains.

    Examples
    --------
    >>> effects = pd.DataFrame({"saved_person_min": [5200.0], "gainers": [400.0], "reach": [0.0]})
    >>> cost_beside_effect(pd.Series([52.0]), effects).iloc[0].tolist()
    [100.0, 130000.0, nan]
    """
    budget = budget_mio.astype("float64").where(budget_mio > 0)
    each = {
        f"money_per_{name}": budget * MILLION / effects[name].where(effects[name] > 0)
        for name in ("gainers", "reach")
    }
    return pd.DataFrame(
        {
            "person_min_per_mio": effects["saved_person_min"] / budget,
            "money_per_gainer": each["money_per_gainers"],
            "money_per_reach": each["money_per_reach"],
        }
    )


def rank_projects(
    budget_mio: pd.Series,
    saved: Mapping[str, Floats],
    reference: str,
    *,
    error: Floats | None = None,
) -> pd.DataFrame:
    """Rank projects by what they save per million of money, and say whether the rank holds.

    Those without a budget have ranks of their own, by what they save.

    Parameters
    ----------
    budget_mio
        Million by project id, in the currency of the study; missing where nobody told it.
    saved
        By case: person-minutes that each project saves, in the order of the budgets; missing
        where hidden.
    reference
        Case whose ranks are told.
    error
        Standard error of what each saves in that case, where it was estimated: two projects that
        lie nearer than twice the error of their difference may change places.

    Returns
    -------
    ranks
        By project: ``rank`` from 1 within ``ranked_by`` (``per_mio`` or ``effect``), missing
        of one whose effect is hidden;
        ``rank_low`` and ``rank_high`` over all cases; ``holds`` (``sure`` where they are one);
        ``moved_by``, the cases in which the rank is another, ``estimate`` among them.

    Examples
    --------
    >>> budget = pd.Series({"path": 1.0, "bridge": 10.0, "school": None})
    >>> cases = {"study": np.array([50.0, 400.0, 9.0]), "slow": np.array([30.0, 400.0, 9.0])}
    >>> ranks = rank_projects(budget, cases, "study")
    >>> ranks["rank"].tolist(), ranks["holds"].tolist()
    ([1, 2, 1], ['sensitive', 'sensitive', 'sure'])
    """
    budget = budget_mio.astype("float64").where(budget_mio > 0)
    priced = budget.notna().to_numpy()
    price: Floats = np.asarray(budget, dtype=np.float64)
    by_case = {name: _ranks(own, price, priced) for name, own in saved.items()}
    table = np.array(list(by_case.values()), dtype=np.int64).reshape(len(by_case), len(budget))
    own = by_case[reference]
    moved = [
        tuple(name for name, ranks in by_case.items() if ranks[row] != own[row])
        for row in range(len(budget))
    ]
    least, most = table.min(axis=0), table.max(axis=0)
    if error is not None:
        low, high = _ranks_within(saved[reference], error, price, priced)
        moved = [
            (*names, ESTIMATE) if low[row] < own[row] or high[row] > own[row] else names
            for row, names in enumerate(moved)
        ]
        least, most = np.minimum(least, low), np.maximum(most, high)
    told = ~np.isnan(saved[reference])
    whole = {
        name: pd.array(np.where(told, values, -1), dtype="Int64")
        for name, values in (
            ("rank", own),
            ("rank_low", least),
            ("rank_high", most),
        )
    }
    for values in whole.values():
        values[~told] = pd.NA
    return pd.DataFrame(
        {
            **whole,
            "ranked_by": np.where(priced, "per_mio", "effect"),
            "holds": ["sensitive" if names else "sure" for names in moved],
            "moved_by": moved,
        },
        index=budget.index,
    )


def _ranks(saved: Floats, budget: Floats, priced: Flags) -> npt.NDArray[np.int64]:
    """Rank those with a budget and those without apart, the most first; equals share a rank."""
    worth = np.where(priced, saved / np.where(priced, budget, 1.0), saved)
    ranks = np.zeros(len(saved), dtype=np.int64)
    for chosen in (priced, ~priced):
        own = worth[chosen]
        ranks[chosen] = 1 + (own[None, :] > own[:, None]).sum(axis=1)
    return ranks


def _ranks_within(
    saved: Floats, error: Floats, budget: Floats, priced: Flags
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the best and the worst rank that estimates allow; nobody is surely before an equal."""
    price = np.where(priced, budget, 1.0)
    worth, off = saved / price, ERRORS * error / price
    low, high = (np.zeros(len(saved), dtype=np.int64) for _ in range(2))
    for chosen in (priced, ~priced):
        own, apart = worth[chosen], np.hypot(off[chosen][None, :], off[chosen][:, None])
        ahead = own[None, :] - own[:, None]
        low[chosen] = 1 + (ahead > apart).sum(axis=1)
        high[chosen] = 1 + ((ahead > 0) | (np.abs(ahead) < apart)).sum(axis=1)
        # who is compared with himself lies within any error above 0
        high[chosen] -= (np.diag(apart) > 0).astype(np.int64)
    return low, high


def interacting(
    pairs: Mapping[tuple[int, int], int], projects: Sequence[str], hidden: Sequence[bool]
) -> dict[str, list[tuple[str, int]]]:
    """List by project with which others it does more or less than the sum of each alone.

    Examples
    --------
    Of what is hidden nothing is said:

    >>> pairs = {(0, 1): 5, (0, 2): 0, (1, 2): 7}
    >>> interacting(pairs, ["path", "school", "park"], [False, False, True])
    {'path': [('school', 5)], 'school': [('path', 5)], 'park': []}
    """
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in projects}
    for (one, other), value in pairs.items():
        if value and not (hidden[one] or hidden[other]):
            found[projects[one]].append((projects[other], value))
            found[projects[other]].append((projects[one], value))
    return {name: sorted(own, key=lambda each: -abs(each[1])) for name, own in found.items()}
