"""Compare walking times on the sketch network with those on an OpenStreetMap extract.

For gates and stations to all measured places within a walking distance on the extract; prints
the median and the 5-95 % range of sketch / extract.

Example: python scripts/compare_streets.py hoje-taastrup.osm.pbf
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from htkgis.pipeline.times import measure_point_times

LAYERS = Path(__file__).parent.parent / "layers"
SPEED_KPH = 3.6
"""One metre a second: minutes become metres by a factor of 60."""
LIMIT_M = 2600
MAX_ACCURACY_M = 150
NEAR = 0.12


def main(extract: str) -> None:
    """Print the ratio."""
    places = pd.concat([pd.read_csv(LAYERS / f"{name}.csv") for name in ("stations", "places")])
    exact = places[places["position_accuracy_m"] <= MAX_ACCURACY_M]
    gates = pd.read_csv(LAYERS / "gates.csv")
    origins = pd.concat([gates, exact[exact["function"] == "station"]])
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "origins.csv", Path(folder) / "places.csv"
        for table, file in zip((origins, exact), files, strict=True):
            table[["id", "lat", "lon"]].to_csv(file, index=False)
        sketch, real = (
            measure_point_times(streets, *files, speed_kph=SPEED_KPH).table.set_index(
                ["from_id", "to_id"]
            )["travel_time_min"]
            * 60
            for streets in ("sketch", extract)
        )
    near = real[(real > 0) & (real <= LIMIT_M)]
    ratio = (sketch.reindex(near.index) / near).dropna()
    low, middle, high = np.percentile(ratio, [5, 50, 95])
    within = float((abs(ratio - 1) <= NEAR).mean())
    print(
        f"{len(ratio)} pairs under {LIMIT_M} m: median {middle:.3f}, 5-95 % {low:.3f}-{high:.3f}; "
        f"within 12 %: {within:.1%}"
    )


if __name__ == "__main__":
    main(sys.argv[1])
