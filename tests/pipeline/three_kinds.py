"""A quarter of three origins: of its jobs one number is hidden, one is 0, and one is not known."""

import numpy as np
import pandas as pd
import shapely

from tests.pipeline.export_example import example_inputs

KINDS = {"west": (None, "hidden"), "east": (0.0, None), "north": (None, "unknown")}
"""By origin: the jobs within 15 minutes, and why there is no number."""
COLUMN = "walk_jobs_15min_jobs"


def three_kinds(shapes):
    """Hand over such a quarter; the figures of jobs of three modes are of the three kinds too."""
    inputs = example_inputs(shapes)
    jobs = inputs["access"].query("measure == 'jobs'").iloc[:1].assign(lower_bound=False)
    rows = [
        jobs.assign(id=origin, value=np.nan if value is None else value, hidden=why == "hidden")
        for origin, (value, why) in KINDS.items()
    ]
    origins = shapes(
        [shapely.Point(0, 0), shapely.Point(400, 0), shapely.Point(0, 400)],
        id=list(KINDS),
        area_id=["a"] * 3,
        name=list(KINDS),
        kind=["gate"] * 3,
        layer=["gates"] * 3,
    )
    figures = inputs["figures"].query("indicator == 'jobs'").assign(lower_bound=False)
    own = [
        figures.assign(mode=mode, value=np.nan if value is None else value, hidden=why == "hidden")
        for mode, (value, why) in zip(("walk", "bike", "car"), KINDS.values(), strict=True)
    ]
    return inputs | {
        "origins": origins,
        "access": pd.concat(rows, ignore_index=True),
        "figures": pd.concat(own, ignore_index=True),
    }


def kinds(table, key, value, why):
    """Read value and reason by key, missing as None."""
    plain = table[[key, value, why]].astype(object)
    rows = plain.where(plain.notna(), None).itertuples(index=False, name=None)
    return {name: (number, reason) for name, number, reason in rows}
