"""One quarter as a run hands it over to its exports; numbers are made up."""

import pandas as pd
import shapely

from htkgis.maps import load_text
from htkgis.maps.money import in_currency
from htkgis.pipeline.export_sources import TABLES
from htkgis.pipeline.exports import export_files
from htkgis.pipeline.origin_figures import KeyLimits

HOSTILE = '=HYPERLINK("x")\n"Æ" & <b>'
RUN = {
    "version": "0.1.0",
    "run_id": "abc123",
    "study_sha256": "f" * 64,
    "sketch": True,
    "sketch_scale": "1:20.000",
    "sources": [
        {
            "layer": "streets",
            "title": "Gader",
            "source": "tegnet",
            "licence": "ODbL 1.0",
            "credit": "© OpenStreetMap contributors",
            "published": "2026-11",
            "sha256": "a" * 64,
        }
    ],
}


FACTS = {
    "name": HOSTILE,
    "function": "school",
    "state": "existing",
    "valid_from": None,
    "valid_to": None,
    "jobs": None,
    "jobs_hidden": False,
    "note": "-2+3",
}


PROJECT = {
    "name": HOSTILE,
    "name_en": None,
    "kind": "institution",
    "phase": "planned",
    "year_from": 2028,
    "year_to": None,
    "on_map": True,
    "budget_mio": 12.5,
    "quantity": None,
    "quantity_en": None,
    "note": None,
    "note_en": None,
}


def access_rows():
    common = {
        "mode": "walk",
        "percentile": None,
        "departure": None,
        "lens": "adult",
        "state": 2026,
        "lower_bound": False,
        "upper_bound": False,
        "to_id": None,
        "hidden": False,
    }
    near = common | {"measure": "nearest_1", "function": "school", "limit_min": None, "unit": "min"}
    jobs = common | {"measure": "jobs", "function": None, "limit_min": 15.0, "unit": "jobs"}
    return pd.DataFrame(
        [
            near | {"id": "west", "value": 4.126, "to_id": "s1"},
            near | {"id": "east", "value": None},
            jobs | {"id": "west", "value": 1260.0, "lower_bound": True},
            jobs | {"id": "east", "value": 1240.0},
        ]
    )


def figure_rows():
    common = {
        "quarter_id": "q",
        "mode": "walk",
        "percentile": None,
        "departure": None,
        "lens": "adult",
        "state": 2026,
        "label": "",
        "direction": "less",
        "upper_bound": False,
        "hidden": False,
        "robustness": None,
        "robust_low": float("nan"),
        "robust_high": float("nan"),
    }
    near = common | {"indicator": "nearest_1", "function": "school", "limit_min": None}
    jobs = common | {"indicator": "jobs", "function": None, "limit_min": 15.0, "unit": "jobs"}
    near |= {"unit": "min", "lower_bound": False}
    sure = {"robustness": "sure", "robust_low": 1.0, "robust_high": 4.5}
    tried = {"robustness": "sensitive", "robust_low": 8.126}
    return pd.DataFrame(
        [near | sure | {"statistic": "min", "value": 4.126}]
        + [near | tried | {"statistic": "median", "value": 9.5}]
        + [near | {"statistic": "max", "value": None}]
        + [
            jobs | {"statistic": s, "value": v, "lower_bound": True}
            for s, v in (("min", 1240.0), ("median", 1250.0), ("max", 1260.0))
        ]
    )


def example_inputs(shapes):
    """What a run hands over for one quarter, with hostile words, hidden and missing values."""
    square = shapely.box(0, 0, 400, 400)
    profile = {
        "study": {"state": 2026, "municipality": "Kommunen"},
        "quarter": {"id": "q", "area_id": "a", "name": "Kvarteret"},
        "area": {"name": HOSTILE},
        "shares": None,
        "definitions": [
            {
                "indicator": "nearest",
                "name": "Minutter",
                "name_en": "Minutes",
                "unit": "min",
                "direction": "less",
                "definition": "Tid.",
                "definition_en": "Time.",
                "measure": None,
                "source": "Nogen",
                "source_en": "Somebody",
            }
        ],
        "assumptions": {"job_rounding": 100},
        "modes": ["walk", "bike"],
        "nearest": [{"n": 1, "function": "school", "mode": "walk", "place_name": HOSTILE}],
        "projects": [
            PROJECT | {"id": "new_school", "place_id": "s2", "status": "planned"},
            PROJECT | {"id": "nowhere", "place_id": None, "status": "running"},
        ],
        "places": [
            {
                **FACTS,
                "id": "s1",
                "measured": True,
                "min": 4.13,
                "median": 9.5,
                "max": None,
                "by_mode": {"bike": {"min": 1.0, "median": 2.5, "max": 3.0}},
            },
            {
                **FACTS,
                "id": "s2",
                "measured": False,
                "min": None,
                "median": None,
                "max": None,
                "by_mode": {"bike": {"min": None, "median": None, "max": None}},
            },
        ],
    }
    places = shapes(
        [shapely.Point(100, 0), shapely.Point(200, 0), shapely.Point(9000, 0)],
        id=["s1", "s2", "far"],
        name=[HOSTILE, None, "Fjern"],
        function=["school", "school", "station"],
        state=["existing", "closed", "existing"],
        approximate=[False, True, False],
        measured=[True, False, True],
    )
    return {
        "profiles": [profile],
        "figures": figure_rows(),
        "access": access_rows(),
        "isochrones": shapes(
            [square, square.buffer(500)], area_id=["a", "a"], limit_min=[5.0, 10.0]
        ),
        "areas": shapes([square], id=["a"], name=["Området"]),
        "origins": shapes(
            [shapely.Point(0, 0), shapely.Point(400, 0)],
            id=["west", "east"],
            area_id=["a", "a"],
            name=["Vest", "Øst"],
            kind=["gate", "gate"],
            layer=["gates", "gates"],
        ),
        "places": places,
        "quarters": shapes([square.buffer(100)], id=["q"], name=["Kvarteret"]),
        "municipality": shapes([square.buffer(9000)], id=["0169"], name=["Kommunen"]),
        "streets": shapes(
            [shapely.LineString([(0, 0), (400, 0)]), shapely.LineString([(8000, 0), (8100, 0)])],
            id=["near", "far"],
            name=["Gaden", None],
            kind=["path", "primary"],
            length_m=[400.0, 100.0],
        ),
    }


def files_of(inputs, *, language="da", decimal="comma", currency="DKK"):
    return export_files(
        **inputs,
        run=RUN,
        text=in_currency(load_text(language), currency),
        decimal=decimal,
        limits=KeyLimits(everyday_min=10.0, commute_min=15.0),
        behind={name: ["streets"] for name in TABLES},
    )
