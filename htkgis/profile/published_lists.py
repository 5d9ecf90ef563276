"""On which published lists an area stood, beside what its own figures say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def published_lists(
    published: pd.DataFrame, evaluations: Sequence[Mapping[str, Any]], *, area_id: str
) -> list[dict[str, Any]]:
    """Give each known day on which a list was published, and whether the area stood on it.

    Parameters
    ----------
    published
        Contract ``PUBLISHED_LISTS``; ``list_en`` and ``source_en`` where it has them.
    evaluations
        Of :func:`htkgis.profile.list_history.list_history`, for the same area.
    area_id
        Which area.

    Returns
    -------
    lists
        By day and name of the list. ``worked_out`` is the answer of the area's own figures to
        the conditions of that list in the year of that day: ``yes``, ``no`` or ``unknown``;
        None where there are no figures of that year. Where it is ``no`` and the area stood on
        the list, or the other way round, one of the two is wrong, or they are of another
        outline or period: ``agrees`` is then False, and None where it cannot be told.

    Examples
    --------
    >>> published = pd.DataFrame({"list": ["L", "L"], "published": ["2017-12-01", "2016-12-01"],
    ...     "area_id": "a", "on_list": ["no", "yes"], "called": "A", "source": "S"})
    >>> evaluations = [{"year": 2016, "list": "L", "answer": "yes"}]
    >>> [(one["published"], one["on_list"], one["worked_out"], one["agrees"])
    ...  for one in published_lists(published, evaluations, area_id="a")]
    [('2016-12-01', True, 'yes', True), ('2017-12-01', False, None, None)]
    """
    answers = {(each["list"], each["year"]): each["answer"] for each in evaluations}
    own = published[published["area_id"] == area_id].sort_values(
        ["published", "list"], kind="stable"
    )
    return [_row(row, answers) for row in own.to_dict("records")]


def _row(row: Mapping[Any, Any], answers: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    on_list = row["on_list"] == "yes"
    worked_out = answers.get((row["list"], int(row["published"][:4])))
    decided = worked_out in ("yes", "no")
    return {
        "list": row["list"],
        "list_en": row.get("list_en") or row["list"],
        "published": row["published"],
        "called": row["called"],
        "on_list": on_list,
        "worked_out": worked_out,
        "agrees": (worked_out == "yes") == on_list if decided else None,
        "source": row["source"],
        "source_en": row.get("source_en") or row["source"],
    }
