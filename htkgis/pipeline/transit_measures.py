"""Jobs and stations by public transport, for every origin and each window of the study."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network.transit import (
    Counted,
    Journeys,
    Pairs,
    Ranking,
    every_minute,
    of_origins,
    ranked_of_parts,
    recounted_of_parts,
    timetables_of,
)
from htkgis.network.transit.summaries import rank_of
from htkgis.profile.job_disclosure import are_workplaces
from htkgis.profile.transit import STATION_SHARE, STATION_TIME, TRANSIT
from htkgis.quantities import ADULT
from htkgis.schema import ACCESS, check
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.transit_rules import Transit, Window
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED, deciseconds

from .layers import small_numbers
from .mode_steps import named, of_case
from .packed_arrays import packed, unpacked
from .transit import decided, step_free
from .transit_jobs import JobsAtPlaces, disclosed_jobs, jobs_at, jobs_reached
from .transit_reuse import Ends, of_part, own_digests, values_before, with_earlier
from .transit_walks import journeys_of
from .transit_windows import TransitWindow

SHARE = "share"
VALUE, REACHING = "value", "reaching"
"""Arrays of what was ranked, by which it is counted again; see ``Ranked``."""


class _Journeys(NamedTuple):
    """Journeys to places that hold jobs, to the border, and to stations, in this order.

    ``border_s`` is how long each origin walks to the border of what is known of jobs, in
    seconds; ``jobs`` the numbers at each place, ``single`` whether places are single workplaces.
    """

    to_all: Journeys
    border_s: npt.NDArray[np.int64]
    jobs: JobsAtPlaces
    single: bool

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """What each place counts; see :meth:`JobsAtPlaces.weights`."""
        return self.jobs.weights(workplaces=self.single)

    def ranking(self, rules: Transit) -> Ranking:
        """Say what is ranked of the weights: jobs, and workplaces where they are asked for.

        Who meets the border might reach more, and who meets a place of which no number is known.
        """
        kinds = len(self.jobs.measures)
        endless, held, border = range(kinds, kinds + 3)
        asked = [*range(kinds), *([held] if self.single else [])]
        more = [border, *([endless] if self.jobs.endless.any() else [])]
        return Ranking(rules.percentile.value, asked, more)

    def ends(self, rules: Transit) -> Ends:
        """Say until when it matters to be at a place: the longest limit, and all of the search."""
        longest_s = np.full(len(self.to_all.egress), self.to_all.cutoff_s, dtype=np.int64)
        longest_s[: len(self.weights)] = max(_limits_s(rules))
        return Ends(self.to_all, self.weights, longest_s)


def measure_transit(
    walks: Arrays,
    origins: gpd.GeoDataFrame,
    jobs: gpd.GeoDataFrame,
    trip_times: pd.DataFrame,
    stops: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    *,
    study: Study,
    lens: str = ADULT,
    shifts: Mapping[str, int] | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure what each origin reaches by public transport, in the state that is shown.

    A departure each minute of each window, all the way from door to door. The timetable is one,
    so earlier states are not measured. Who travels (``lens``) walks at his own speed, on the
    streets he can use; who needs a step-free way boards no trip and uses no stop that is stated
    to be inaccessible. What says nothing of that counts as accessible.

    Parameters
    ----------
    walks
        Of who travels, from ``origins`` to ``jobs`` and ``stations``; see
        :func:`htkgis.pipeline.transit_walks.measure_walks`.
    origins, jobs, trip_times, stops, stations
        Contracts ``ORIGINS``, ``PLACES``, ``TRIP_TIMES``, and points with ``id``.
    study, lens
        Decisions, and who travels.
    shifts
        By case how many minutes later everybody leaves, earlier where below 0. These are mostly
        minutes that are asked for anyway, so that all are measured in one pass over the day.
    earlier
        What this gave before of other inputs, which spares in each window the origins for which
        nothing has changed; the result is the same without.

    Returns
    -------
    outputs
        ``transit_access``, or ``transit_<lens>_access``: contract ``ACCESS`` with ``to_id`` and
        ``hidden`` (jobs of few workplaces); mode ``transit``, ``departure`` the name of the
        window, ``percentile`` the study's. ``jobs_of_departures`` are the jobs within the limit
        that at least so many per cent of the departures reach, a lower bound where more may lie
        beyond what the data cover, and where places have intervals also with their ends
        (``_low``, and ``_high``, missing where it is not known); ``station_time`` the minutes to
        a station (its id stands as ``function``) that so many keep to, missing where fewer make
        it; ``station_share`` the share of the departures that make it within the longest search.
        Origins that are not on the streets have no counts and no shares. The same under the
        name of each case, to the byte what a study with its windows so much later has.
        ``transit_found``, or ``transit_<lens>_found``: what ``earlier`` takes.
    """
    rules, prefix, later_min = decided(study), named(TRANSIT, lens), shifts or {}
    if lens in rules.step_free.value:
        trip_times = step_free(trip_times, stops.rename(columns={"id": "stop_id"})).trip_times
    timetables = timetables_of(trip_times, list(stops["id"]), draws=rules.draws.value)
    to_all = journeys_of(walks, origins, study)._replace(timetables=timetables)
    border_s = np.asarray(walks["border_s"])
    made = _Journeys(to_all, border_s, jobs_at(jobs), bool(are_workplaces(jobs).any()))
    found = _found_in_all(
        made,
        rules,
        [0, *later_min.values()],
        unpacked((earlier or {}).get(f"{prefix}_found", {})),
    )
    on_streets = np.asarray(walks["on_streets"])
    output = f"{prefix}_access"
    outputs: dict[str, Any] = {f"{prefix}_found": packed(found)}
    for moved, case_output in enumerate([output, *(of_case(case, output) for case in later_min)]):
        parts = [
            part
            for number, name in enumerate(rules.windows)
            for part in _in_window(
                made, _of_window(found, number, moved), name, study, list(stations["id"])
            )
        ]
        outputs[case_output] = _as_access(parts, origins, on_streets, study, lens)
    return outputs


class _Part(NamedTuple):
    """One value for each origin."""

    measure: str
    function: str | None
    limit_min: float | None
    departure: str
    value: npt.NDArray[np.float64]
    unit: str
    lower_bound: npt.NDArray[np.bool_] | bool = False
    hidden: npt.NDArray[np.bool_] | bool = False


class _Found(NamedTuple):
    """Of some origins: jobs by limit and measure, whether they are bounds; workplaces; times.

    The workplaces are counted where places are single ones, and else 0.
    """

    jobs: npt.NDArray[np.float64]
    lower_bound: npt.NDArray[np.bool_]
    workplaces: npt.NDArray[np.float64]
    time_ds: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]


def _found_in_all(
    made: _Journeys,
    rules: Transit,
    later_min: Sequence[int],
    earlier: Mapping[str, npt.NDArray[Any]],
) -> dict[str, npt.NDArray[Any]]:
    """Measure every window, so many minutes later each, as arrays by the number of the window."""
    own, draws = own_digests(made.to_all, made.border_s), len(made.to_all.timetables)
    shape, ends = np.array(made.weights.shape), made.ends(rules)
    found: dict[str, npt.NDArray[Any]] = {}
    for number, window in enumerate(rules.windows.values()):
        leaving_s, numbers = departures_later(window, later_min, draws=draws)
        # found by number, and the parameters of a step do not tell in which order these stand
        own_window = TransitWindow(made.to_all, leaving_s, len(made.weights), [*numbers, shape])
        before = of_part(earlier, str(number))
        values = with_earlier(
            own_window.shared,
            own,
            before,
            functools.partial(_found_in, made, rules, own_window, numbers, own, before),
            ends=ends,
            led=own_window.led(),
            recount=functools.partial(_recounted, made, rules, own_window, numbers),
        )
        found |= {f"{number}.{name}": array for name, array in values.items()}
    return found


def _of_window(found: Mapping[str, npt.NDArray[Any]], number: int, moved: int) -> _Found:
    return _Found(*(found[f"{number}.{moved}_{name}"] for name in _Found._fields))


def _found_in(
    made: _Journeys,
    rules: Transit,
    window: TransitWindow,
    numbers: Sequence[npt.NDArray[np.int64]],
    own: npt.NDArray[np.uint8],
    earlier: Mapping[str, npt.NDArray[Any]],
    rows: npt.NDArray[np.int64],
) -> dict[str, npt.NDArray[Any]]:
    """Measure some origins in one window, in one pass over the day.

    Most reach what they did, whatever else runs: so ``earlier`` values are tried first.
    """
    some, limits_s = of_origins(made.to_all, rows), _limits_s(rules)
    names = [f"{moved}_{VALUE}" for moved in range(len(numbers))]
    ranking = made.ranking(rules)
    shape = (len(limits_s), len(ranking.kinds))
    ranked, times = ranked_of_parts(
        some,
        window.prepared(some),
        made.weights,
        numbers,
        ranking._replace(guesses=values_before(own[rows], earlier, names, shape)),
        limits_s=limits_s,
        percentiles=[rules.percentile.value],
    )
    near = made.border_s[rows, None] <= np.array(limits_s)
    values: dict[str, npt.NDArray[Any]] = {}
    for moved, (of_all, timed) in enumerate(zip(ranked, times, strict=True)):
        held = of_all.value[..., -1] if made.single else np.zeros(near.shape)
        each = _Found(
            *jobs_reached(of_all, near, made.jobs.measures),
            held,
            timed.percentiles_ds[..., 0],
            timed.share,
        )
        values |= {f"{moved}_{name}": array for name, array in each._asdict().items()}
        values |= {f"{moved}_{VALUE}": of_all.value, f"{moved}_{REACHING}": of_all.reaching}
    return values


def _recounted(
    made: _Journeys,
    rules: Transit,
    window: TransitWindow,
    numbers: Sequence[npt.NDArray[np.int64]],
    rows: npt.NDArray[np.int64],
    earlier: Mapping[str, npt.NDArray[Any]],
    egress: Pairs,
) -> tuple[npt.NDArray[np.bool_], dict[str, npt.NDArray[Any]]] | None:
    """Tell which origins reach what they did by other walks from stops; see ``Recount``."""
    some, moved = of_origins(made.to_all, rows), range(len(numbers))
    reaching = [earlier[f"{number}_{REACHING}"] for number in moved]
    values = [earlier[f"{number}_{VALUE}"] for number in moved]
    ranking = made.ranking(rules)
    counts = recounted_of_parts(
        some,
        window.prepared(some),
        Counted(egress, values, reaching),
        made.weights,
        numbers,
        ranking,
        limits_s=_limits_s(rules),
    )
    if counts is None:
        return None
    same = np.ones(len(rows), dtype=np.bool_)
    for own, before, departures in zip(counts, reaching, numbers, strict=True):
        rank = rank_of(ranking.percentile, departures.size)
        # as many reach the value, and as few more; who might reach more is told the same
        told = (own >= rank) == (before >= rank)
        same &= told.reshape(len(rows), -1).all(axis=1)
    return same, {f"{number}_{REACHING}": own for number, own in enumerate(counts)}


def departures_later(
    window: Window, later_min: Sequence[int], *, draws: int
) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
    """List the minutes of a window and of the same some minutes later, each once.

    Returns
    -------
    leaving_s, numbers
        Seconds after midnight, rising; and for each of ``later_min`` which of them are its own,
        in each of so many draws of the timetable, one draw behind the other.

    Examples
    --------
    >>> window = Window(value=("07:00", "07:03"), unit="clock", source="skøn")
    >>> leaving_s, numbers = departures_later(window, [0, -1], draws=2)
    >>> [f"{second // 60 % 60:02}" for second in leaving_s.tolist()]
    ['59', '00', '01', '02']
    >>> [own.tolist() for own in numbers]
    [[1, 2, 3, 5, 6, 7], [0, 1, 2, 4, 5, 6]]
    """
    wanted = [every_minute(window.start_s + 60 * later, window.minutes) for later in later_min]
    leaving_s = np.unique(np.concatenate(wanted))
    of_draw = leaving_s.size * np.arange(draws)[:, None]
    return leaving_s, [(of_draw + np.searchsorted(leaving_s, own)).ravel() for own in wanted]


def _limits_s(rules: Transit) -> list[int]:
    return [deciseconds(limit) // 10 for limit in rules.jobs.value]


def _in_window(
    made: _Journeys, found: _Found, name: str, study: Study, stations: list[str]
) -> Iterator[_Part]:
    """Tell what was found in one window: a bound where who meets the border might reach more."""
    value, bound = found.jobs, found.lower_bound
    hidden = np.zeros(value.shape[:2], dtype=bool)
    if made.single:
        value, hidden = disclosed_jobs(
            value,
            found.workplaces,
            bound,
            small_numbers(study),
            rounding=study.jobs.rounding.value,
        )
    # where no place holds jobs nobody knows of any: no row, where 0 would say that there are none
    limits = decided(study).jobs.value if made.jobs.held.size else ()
    for place, limit in enumerate(limits):
        gone = hidden[:, place]
        for kind, measure in enumerate(made.jobs.measures):
            beyond = bound[:, place, kind] & ~gone
            yield _Part(measure, None, limit, name, value[:, place, kind], "jobs", beyond, gone)
    minutes = np.where(found.time_ds < UNREACHED, found.time_ds / DECISECONDS_PER_MINUTE, np.nan)
    for place, station in enumerate(stations):
        yield _Part(STATION_TIME, station, None, name, minutes[:, place], "min")
        yield _Part(STATION_SHARE, station, None, name, found.share[:, place], SHARE)


def _as_access(
    parts: list[_Part],
    origins: gpd.GeoDataFrame,
    on_streets: npt.NDArray[np.bool_],
    study: Study,
    lens: str,
) -> pd.DataFrame:
    """Write down all parts, column by column: to put tables together takes six times as long."""
    kept = np.concatenate([on_streets | (part.measure == STATION_TIME) for part in parts])

    def by_row(values: Iterable[Any]) -> npt.NDArray[Any]:
        rows = [np.broadcast_to(value, on_streets.shape) for value in values]
        return np.asarray(np.concatenate(rows)[kept])

    def by_part(values: Iterable[Any]) -> npt.NDArray[Any]:
        given = np.array(list(values), dtype=object)
        return np.asarray(np.repeat(given, len(on_streets))[kept])

    measure, function = by_part(part.measure for part in parts), by_part(p.function for p in parts)
    value = by_row(part.value for part in parts)
    arrived = (measure == STATION_TIME) & ~np.isnan(value)
    table = pd.DataFrame(
        {
            "id": np.tile(origins["id"].to_numpy(dtype=object), len(parts))[kept],
            "measure": measure,
            "function": pd.Series(function, dtype="object"),
            "mode": TRANSIT,
            "limit_min": by_part(part.limit_min for part in parts).astype(np.float64),
            "lens": lens,
            "state": study.study.state.value,
            "percentile": decided(study).percentile.value,
            "departure": by_part(part.departure for part in parts),
            "value": value,
            "unit": by_part(part.unit for part in parts),
            "lower_bound": by_row(part.lower_bound for part in parts),
            "upper_bound": False,
            "to_id": pd.Series(function, dtype="object").where(arrived, None),
            "hidden": by_row(part.hidden for part in parts),
        }
    )
    return check(table[[*ACCESS.columns, "to_id", "hidden"]], ACCESS, where="public transport")
