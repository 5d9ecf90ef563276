"""A report on two editions with every kind of cause and figure, as ``changes.json`` holds it."""

LABELS = ["Skole, til fods", "Station, til fods", "Job, til fods", "Ledighed 2026", "Bibliotek"]


def edition_report(name="Nordskolen"):
    """Give four causes, one of each kind, and five figures; ``name`` is that of the rows."""
    return {
        "schema": 1,
        "before": {"run": "aaaa", "version": "0.1.0"},
        "now": {"run": "bbbb", "version": "0.2.0"},
        "attributed": True,
        "compared": 10,
        "moved": 3,
        "new": 1,
        "gone": 1,
        "hidden": 2,
        "same": 5,
        "causes": [
            _cause("places", "layers", 2, layers=["places"], rows=[_layer("places", name)]),
            _cause("jobs", "layers", 1, layers=["jobs"], rows=[_withheld("jobs")]),
            _cause(
                "study",
                "study",
                1,
                decisions=[
                    {"key": "limits.jobs", "before": [15, 30], "after": [15, 45.5], "unit": "min"},
                    {"key": f"quarters.{name}", "before": None, "after": name, "unit": None},
                ],
            ),
            _cause("code", "code", None, versions=["0.1.0", "0.2.0"]),
        ],
        "figures": [
            _figure(
                "nearest_1",
                "school",
                before=_value(10.0, 8.0, 12.5),
                after=_value(7.25, 7.25, 7.25, bound="at_most"),
                change=-2.75,
                causes=[
                    {"cause": "places", "change": -2.0, "rows": ["a", "b", "c", "d"]},
                    {"cause": "study", "change": -0.75, "rows": []},
                ],
            ),
            _figure(
                "nearest_1",
                "station",
                before=_value(5.0, 4.0, 6.0),
                after=_value(5.0, 4.0, 9.0),
                change=0,
            ),
            _figure(
                "jobs",
                None,
                unit="jobs",
                limit_min=30.0,
                before=_value(1200, 1200, 1200),
                after=_value(1400, 1400, 1400),
                change=200,
                causes=[{"cause": "jobs", "change": None, "rows": []}],
            ),
            _figure(
                "official",
                "unemployment",
                unit="%",
                kind="new",
                before=None,
                after=_value(12.5, None, None),
            ),
            _figure(
                "nearest_1",
                "library",
                kind="gone",
                before=_value(None, None, None),
                after=None,
                causes=[{"cause": "places", "change": None, "rows": ["a"]}],
            ),
        ],
    }


def _cause(key, kind, moved, **facts):
    own = {"layers": [], "rows": [], "decisions": [], "versions": []} | facts
    return {"id": key, "kind": kind, "told": moved is not None, "moved": moved, **own}


def _layer(layer, name):
    rows = [{"id": key, "name": f"{name} {key}", "functions": ["school"]} for key in "abcd"]
    moved = {"kind": "moved", "column": "", "count": 4, "of": 44, "most": 250.0, "rows": rows}
    other = {"kind": "changed", "column": name, "count": 1, "of": 44, "most": None, "rows": []}
    return {"layer": layer, "state": "compared", "differences": [moved, other]}


def _withheld(layer):
    return {"layer": layer, "state": "withheld", "differences": []}


def _value(median, low, high, bound=None):
    return {"min": low, "median": median, "max": high, "bound": bound}


def _figure(measure, function, **facts):
    key = {
        "quarter_id": "kulturkvarteret",
        "measure": measure,
        "function": function,
        "mode": "walk",
        "limit_min": None,
        "percentile": None,
        "departure": None,
        "lens": "adult",
        "state": 2026,
    }
    own = {"unit": "min", "kind": "moved", "change": None, "causes": []}
    return key | own | facts
