"""Jobs by public transport with the low and high ends of their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network.transit import Ranked
from htkgis.profile import jobs as on_streets
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.rounding import rounded_end, rounded_to
from htkgis.profile.transit import HIGH, JOBS, LOW

from .job_access import disclosed_totals, job_weights, workplaces

MEASURES = {on_streets.JOBS: JOBS, on_streets.LOW: LOW, on_streets.HIGH: HIGH}
"""What the jobs of a place, and their ends, are called by public transport."""
HIGH_END = list(MEASURES.values()).index(HIGH)
"""Its number among the measures."""
MET, ENDLESS = range(2)
"""Who might reach more jobs: beyond the border, and at places of which no number is known."""
COUNTED_AS = {measure: column for column, measure in MEASURES.items()}
"""The same the other way round."""


@dataclass(frozen=True)
class JobsAtPlaces:
    """How many jobs are at each place, and where the high end is not known.

    Parameters
    ----------
    measures
        ``jobs_of_departures``, and both ends if any place has an interval.
    amounts
        Shape (places, measures); a high end that is not known stands with the low one.
    endless
        By place: whether the high end is not known.
    held
        1 at each place that is counted as a workplace with jobs, 0 elsewhere.
    """

    measures: tuple[str, ...]
    amounts: npt.NDArray[np.float64]
    endless: npt.NDArray[np.bool_]
    held: npt.NDArray[np.float64]

    def weights(self, *, workplaces: bool) -> npt.NDArray[np.float64]:
        """Give what each place and, last, the border counts: shape (places + 1, measures + 3).

        The last three columns count places whose high end is not known, places that hold jobs
        (0 unless ``workplaces`` are asked for, for each count takes its time), and the border.
        """
        places, kinds = self.amounts.shape
        found = np.zeros((places + 1, kinds + 3))
        found[:places, :kinds] = self.amounts
        found[:places, kinds] = self.endless
        found[:places, kinds + 1] = self.held if workplaces else 0.0
        found[places, kinds + 2] = 1.0
        return found


def jobs_at(places: pd.DataFrame) -> JobsAtPlaces:
    """Take the jobs of places, and their ends.

    Examples
    --------
    >>> places = pd.DataFrame({"id": ["a", "b"], "opportunities": [7.0, 1500.0],
    ...     "opportunities_low": [5.0, 1000.0], "opportunities_high": [9.0, None]})
    >>> found = jobs_at(places)
    >>> found.measures
    ('jobs_of_departures', 'jobs_of_departures_low', 'jobs_of_departures_high')
    >>> found.amounts.tolist(), found.endless.tolist()
    ([[7.0, 5.0, 9.0], [1500.0, 1000.0, 1000.0]], [False, True])
    """
    weights = job_weights(places)
    amounts = weights.to_numpy(dtype="float64", copy=True)
    endless = np.isnan(amounts[:, -1])
    if len(weights.columns) > 1:
        amounts[endless, -1] = amounts[endless, 1]
    measures = tuple(MEASURES[name] for name in weights.columns)
    return JobsAtPlaces(measures, amounts, endless, workplaces(places).to_numpy())


def jobs_reached(
    ranked: Ranked, near: npt.NDArray[np.bool_], measures: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Take the jobs that enough departures reach, and whether more may lie beyond.

    Parameters
    ----------
    ranked
        Of some origins and limits: the first kinds are the measures; who might reach more meets the
        border (:data:`MET`), or places of which no number is known (:data:`ENDLESS`, if any has
        none).
    near
        Shape (origins, limits): whether the border is walked to, so that every departure meets it.
    measures
        As in :class:`JobsAtPlaces`.

    Returns
    -------
    value, lower_bound
        By origin, limit and measure. A high end is missing where another number at the unknown
        places would change it; a value is a bound where more jobs beyond the border would.

    Examples
    --------
    At one place no number is known, and half of the departures reach it:

    >>> exceeded = np.zeros((1, 1, 3, 2), dtype=bool)
    >>> exceeded[..., ENDLESS] = True
    >>> counts = np.zeros((1, 1, 3, 4), dtype=np.int32)
    >>> ranked = Ranked(np.array([[[40.0, 30.0, 40.0]]]), exceeded, counts)
    >>> value, bound = jobs_reached(ranked, np.array([[False]]), list(MEASURES.values()))
    >>> value.tolist(), bound.any()
    ([[[40.0, 30.0, nan]]], np.False_)
    """
    own = ranked.exceeded[..., : len(measures), :]
    value = ranked.value[..., : len(measures)]
    if own.shape[-1] > ENDLESS:
        unknown = own[..., ENDLESS] & (np.array(measures) == HIGH)
        value = np.where(unknown, np.nan, value)
    return value, own[..., MET] | near[..., None]


def disclosed_jobs(
    value: npt.NDArray[np.float64],
    workplaces: npt.NDArray[np.float64],
    bound: npt.NDArray[np.bool_],
    rules: SmallNumbers,
    *,
    rounding: int,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Round jobs at single workplaces, and hide them with their ends where few would be told of.

    Parameters
    ----------
    value, bound
        Shape (origins, limits, measures), the measures as in :class:`JobsAtPlaces`, limits rising:
        jobs, and whether they are lower bounds.
    workplaces
        Shape (origins, limits): the workplaces that hold the jobs.
    rules, rounding
        What few workplaces are, and the step that jobs are rounded to.

    Returns
    -------
    value, hidden
        Of the shape of ``value``, what is hidden is missing; of the shape of ``workplaces``.

    Examples
    --------
    Within the first limit 2 workplaces, within the second 9; the low end goes with the middle:

    >>> rules = SmallNumbers(20, 3, 5, (0.01,))
    >>> jobs = np.array([[[40.0, 30.0], [941.0, 812.0]]])
    >>> cut = np.zeros(jobs.shape, dtype=bool)
    >>> held = np.array([[2.0, 9.0]])
    >>> value, hidden = disclosed_jobs(jobs, held, cut, rules, rounding=10)
    >>> value.tolist(), hidden.tolist()
    ([[[nan, nan], [940.0, 810.0]]], [[True, False]])
    """
    _, hidden = disclosed_totals(value[..., 0], workplaces, bound[..., 0], rules, rounding=rounding)
    rounded = np.empty(value.shape)
    for at in np.ndindex(value.shape):
        jobs, met = float(value[at]), bool(bound[at])
        if at[-1]:  # the middle stands first, then its ends
            shown = rounded_end(jobs, rounding, high=at[-1] == HIGH_END, lower_bound=met)
        else:
            shown = rounded_to(jobs, rounding, lower_bound=met)
        rounded[at] = np.nan if shown is None else shown
    return np.where(hidden[..., None], np.nan, rounded), hidden
