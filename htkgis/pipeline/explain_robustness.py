"""What stands behind the stamp of a figure: its value in each case."""

from __future__ import annotations

from typing import Any

from htkgis.maps.robustness import cases_of_lens
from htkgis.profile.robustness import KEY, REFERENCE, compared
from htkgis.profile.rounding import plain
from htkgis.study import Study

from .robustness import robustness_rules
from .steps import Results


def stamped_figure(
    figure: dict[str, Any], quarter_id: str, results: Results, study: Study
) -> dict[str, Any] | None:
    """Give the stamp of a figure's median, and its value in each case.

    Parameters
    ----------
    figure
        The case, as :func:`htkgis.pipeline.question.chosen_figure` gives it.
    quarter_id
        Which quarter.
    results
        ``figures`` and ``case_figures``.
    study
        Its cases.

    Returns
    -------
    stamped
        ``stamp``, and ``cases``: of each the decision that it changes, ``value`` (None: not
        reached) and ``changed``, whether it changes the conclusion. None where the figure was
        not measured again.
    """
    rules, figures = robustness_rules(study), results["figures"]
    asked = figure | {"quarter_id": quarter_id, "statistic": "median"}
    chosen = figures["robustness"].notna()
    for name in KEY:
        value = asked[name]
        chosen &= figures[name].isna() if value is None else figures[name].eq(value)
    own = figures[chosen].reset_index(drop=True)
    if rules is None or own.empty:
        return None
    table = compared(own, results["case_figures"], rules)
    known = {case["case"]: case for case in cases_of_lens(rules, figure["lens"])}
    return {
        "stamp": own["robustness"].iloc[0],
        "cases": [
            known[row["case"]] | {"result": plain(row["value"]), "changed": bool(row["changed"])}
            for row in table.to_dict("records")
            if row["case"] != REFERENCE
        ],
    }
