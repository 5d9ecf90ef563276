"""Contracts of the layers, of travel times and of figures."""

from __future__ import annotations

from .contracts import COUNT_OR_MISSING, FLAG, TEXT, TEXT_OR_MISSING, YEAR_OR_MISSING, Column, Table

STATUSES = ("existing", "planned", "moved", "cancelled")

SKILL_LEVELS = ("1", "2", "3", "4")
"""Skill levels of occupations, from simple tasks to those that take long higher education: ISCO-08
of the ILO, which DISCO-08 of Statistics Denmark follows. A layer of jobs may state them."""

PLACE_CORRECTIONS = Table(
    "place_corrections",
    ("name", "function"),
    {
        "name": TEXT,
        "function": TEXT,
        "becomes": TEXT_OR_MISSING,
        "valid_from": YEAR_OR_MISSING,
        "valid_to": YEAR_OR_MISSING,
    },
)
DISTRICTS = Table("districts", ("id",), {"id": TEXT, "name": TEXT}, "polygon")
QUARTERS = Table("quarters", ("id",), {"id": TEXT, "name": TEXT}, "polygon")
AREAS = Table(
    "areas",
    ("id",),
    {"id": TEXT, "name": TEXT, "population": COUNT_OR_MISSING, "dwellings": COUNT_OR_MISSING},
    "polygon",
)
ORIGINS = Table("origins", ("id",), {"id": TEXT, "area_id": TEXT, "kind": TEXT}, "point")
PLACES = Table(
    "places",
    ("id",),
    {
        "id": TEXT,
        "name": TEXT_OR_MISSING,
        "function": TEXT,
        "quarter_id": TEXT_OR_MISSING,
        "opportunities": Column("number", minimum=0),
        "opportunities_low": COUNT_OR_MISSING,
        "opportunities_high": COUNT_OR_MISSING,
        "unit": TEXT,
        "sector": TEXT_OR_MISSING,
        "status": Column("text", allowed=STATUSES),
        "valid_from": YEAR_OR_MISSING,
        "valid_to": YEAR_OR_MISSING,
        "position_accuracy_m": Column("number", minimum=0),
    },
    "point",
)
JOB_SKILLS = Table(
    "jobs",
    ("id",),
    {"id": TEXT, "skill_level": Column("text", missing=True, allowed=SKILL_LEVELS)},
    "point",
)
"""What a layer of jobs holds besides ``PLACES`` where the catalog maps skill levels."""
ENTRANCES = Table(
    "entrances",
    ("place_id", "number"),
    {
        "place_id": TEXT,
        "number": Column("integer", minimum=0),
        "kind": Column("text", allowed=("crossing", "path end", "nearest", "own point", "added")),
    },
    "point",
)
OUTLINES = Table("outlines", ("place_id",), {"place_id": TEXT}, "polygon")
STREETS = Table(
    "streets",
    ("id",),
    {
        "id": TEXT,
        "from_node": TEXT,
        "to_node": TEXT,
        "length_m": Column("number", minimum=0),
        "kind": TEXT,
        "name": TEXT_OR_MISSING,
        "oneway": FLAG,
        "oneway_bike": FLAG,
        "tunnel": FLAG,
        "bridge": FLAG,
        "walk": FLAG,
        "bike": FLAG,
        "car": FLAG,
        "car_kph": Column("number", missing=True, minimum=0),
        "barrier_from": TEXT_OR_MISSING,
        "barrier_to": TEXT_OR_MISSING,
    },
    "line",
)
SPEED_LIMITS = Table(
    "speed_limits",
    ("id",),
    {"id": TEXT, "limit_kph": Column("number", missing=True, minimum=0)},
    "lines",
)
CYCLE_ROUTES = Table("cycle_routes", ("id",), {"id": TEXT}, "lines")
SCHOOL_DISTRICTS = Table(
    "school_districts", ("id",), {"id": TEXT, "name": TEXT, "school_id": TEXT}, "polygon"
)
BARRIERS = Table("barriers", ("id",), {"id": TEXT, "kind": TEXT}, "line")
LAND_USE = Table("land_use", ("id",), {"id": TEXT, "kind": TEXT}, "polygon")
WATER = Table("water", ("id",), {"id": TEXT, "kind": TEXT}, "polygon")
CLOSED_LAND = Table("closed_land", ("id",), {"id": TEXT, "kind": TEXT}, "polygon")
BUILDINGS = Table("buildings", ("id",), {"id": TEXT}, "polygon")
POPULATION = Table(
    "population", ("id",), {"id": TEXT, "persons": Column("number", minimum=0)}, "polygon"
)
_MEASURED = Column("number", missing=True, minimum=0)
_UNIT = {
    **dict.fromkeys(("unit_id", "name", "function", "mode"), TEXT),
    "unit_kind": Column("text", allowed=("area", "municipality", "district")),
    "state": Column("integer"),
    "persons": Column("number", minimum=0),
}
SHARES = Table(
    "shares",
    ("unit_id", "function", "mode", "limit_min", "state"),
    {
        **_UNIT,
        "limit_min": Column("number", minimum=0),
        "share": _MEASURED,
        "lower_bound": FLAG,
    },
)
TOLD_SHARES = Table(
    "told_shares",
    ("unit_id", "function", "mode", "limit_min", "state"),
    {
        **dict.fromkeys(("unit_id", "function", "mode"), TEXT),
        "limit_min": Column("number", minimum=0),
        "state": Column("integer"),
        "share": _MEASURED,
        "hidden": FLAG,
    },
)
"""Shares as an edition told them: what comes after is held against it."""
DISTRIBUTION = Table(
    "distribution",
    ("unit_id", "function", "mode", "state"),
    {
        **_UNIT,
        **dict.fromkeys(("p10_min", "p50_min", "p90_min"), _MEASURED),
        **dict.fromkeys(("p10_upper_bound", "p50_upper_bound", "p90_upper_bound"), FLAG),
        "searched_min": Column("number", minimum=0),
        "unreached_share": _MEASURED,
    },
)
INDICATORS = Table(
    "indicators",
    ("indicator", "area_id", "year"),
    {"indicator": TEXT, "area_id": TEXT, "year": YEAR_OR_MISSING, "value": Column("number")},
)
INDICATOR_DEFINITIONS = Table(
    "indicator_definitions",
    ("indicator",),
    {
        "indicator": TEXT,
        "name": TEXT,
        "unit": TEXT,
        "kind": Column("text", allowed=("share", "count", "ratio")),
        "direction": Column("text", allowed=("more", "less", "neither")),
        "definition": TEXT,
        "source": TEXT,
    },
)
"""Of a study's own indicators; ``kind`` decides what is hidden of few persons: of residents
(``share``), of persons (``count``), or nothing (``ratio``)."""
SERIES_BREAKS = Table(
    "series_breaks",
    ("indicator", "from_year"),
    {"indicator": TEXT, "from_year": Column("year", minimum=1800), "reason": TEXT},
)
TARGETS = Table(
    "targets",
    ("indicator", "area_id", "target_year"),
    {
        "indicator": TEXT,
        "area_id": TEXT,
        "baseline_year": Column("year", minimum=1800),
        "target_year": Column("year", minimum=1800),
        "value": Column("number"),
        "unit": TEXT,
        "source": TEXT,
    },
)
CRITERIA = Table(
    "criteria",
    ("list", "valid_from", "indicator"),
    {
        "list": TEXT,
        "valid_from": Column("year", minimum=1800),
        "valid_to": YEAR_OR_MISSING,
        "indicator": TEXT,
        "operator": Column("text", allowed=(">", ">=", "<", "<=")),
        "threshold": Column("number"),
        "unit": TEXT,
        "needed": Column("integer", minimum=1),
        "min_residents": Column("number", minimum=0),
    },
)
PUBLISHED_LISTS = Table(
    "published_lists",
    ("list", "published", "area_id"),
    {
        "list": TEXT,
        "published": TEXT,
        "area_id": TEXT,
        "on_list": Column("text", allowed=("yes", "no")),
        "called": TEXT,
        "source": TEXT,
    },
)
PLANNING_RULES = Table(
    "planning_rules",
    ("rule",),
    {
        "rule": TEXT,
        "function": TEXT,
        "mode": TEXT,
        "operator": Column("text", allowed=("<", "<=")),
        "limit_m": Column("number", minimum=0),
        "scope": Column("text", allowed=("nearest", "district")),
        "applies_to": TEXT,
        "source": TEXT,
        "dated": YEAR_OR_MISSING,
    },
)
PROJECTS = Table(
    "projects",
    ("id",),
    {
        "id": TEXT,
        "name": TEXT,
        "area_id": TEXT,
        "kind": TEXT,
        "phase": TEXT,
        "year_from": YEAR_OR_MISSING,
        "year_to": YEAR_OR_MISSING,
        "budget_mio": COUNT_OR_MISSING,
        "place_id": TEXT_OR_MISSING,
    },
)
TRAVEL_TIMES = Table(
    "travel_times",
    ("from_id", "to_id"),
    {"from_id": TEXT, "to_id": TEXT, "travel_time_ds": Column("integer", minimum=0)},
)
_SITUATION = {
    "function": TEXT_OR_MISSING,
    "mode": TEXT,
    "limit_min": Column("number", missing=True, minimum=0),
    "lens": TEXT,
    "state": Column("integer"),
}
_WINDOW = {"percentile": Column("number", missing=True), "departure": TEXT_OR_MISSING}
"""Of figures by timetable: per cent of the departures, and the window in which they leave."""

ACCESS = Table(
    "access",
    ("id", "measure", "function", "mode", "limit_min", "percentile", "departure", "lens", "state"),
    {
        "id": TEXT,
        "measure": TEXT,
        **_SITUATION,
        **_WINDOW,
        "value": Column("number", missing=True, minimum=0),
        "unit": TEXT,
        "lower_bound": FLAG,
        "upper_bound": FLAG,
    },
)
PROFILE = Table(
    "profile",
    (
        "quarter_id",
        "indicator",
        "statistic",
        "function",
        "mode",
        "limit_min",
        "percentile",
        "departure",
        "lens",
        "state",
    ),
    {
        "quarter_id": TEXT,
        "indicator": TEXT,
        "statistic": TEXT,
        **_SITUATION,
        **_WINDOW,
        "value": Column("number", missing=True),
        "unit": TEXT,
        "label": TEXT,
        "direction": Column("text", allowed=("less", "more", "none")),
        "reference": Column("number", missing=True),
        "target": Column("number", missing=True),
        "population_covered": COUNT_OR_MISSING,
        "robustness": Column("text", missing=True, allowed=("sure", "sensitive")),
        "robust_low": Column("number", missing=True),
        "robust_high": Column("number", missing=True),
        "robust_bound": FLAG,
        "lower_bound": FLAG,
        "upper_bound": FLAG,
        "hidden": FLAG,
    },
)
