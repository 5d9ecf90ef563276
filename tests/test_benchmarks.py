"""Benchmarks know every measure there is: a new one is measured, and stops none of the others."""

import importlib.util
from pathlib import Path

from htkgis.pipeline.access_request import ALL_MEASURES

SCRIPT = Path(__file__).parent.parent / "scripts" / "benchmark_measures.py"


def test_every_measure_that_asks_for_a_number_has_one_in_the_benchmark():
    spec = importlib.util.spec_from_file_location("benchmark_measures", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    asked = {name for name, measure in ALL_MEASURES.items() if measure.parameter}
    assert {"raam", "time_to_opportunities"} <= asked
    assert asked <= set(script.NUMBERS)
