"""Tables without geometry: indicators, criteria and projects keep their contracts."""

import pytest

from htkgis.catalog import read_catalog
from htkgis.errors import SchemaError
from htkgis.loaders.facts import (
    read_criteria,
    read_indicator_definitions,
    read_indicators,
    read_projects,
    read_published_lists,
)

INDICATORS = "indicator;area_id;year;value"
CRITERIA = "list;valid_from;valid_to;indicator;operator;threshold;unit;needed;min_residents"
DEFINITIONS = "indicator;name;unit;kind;direction;definition;source"
PUBLISHED = "list;published;area_id;on_list;called;source"
PROJECTS = "id;name;area_id;kind;phase;year_from;year_to;budget_mio_dkk;place_id"


@pytest.fixture
def facts(catalog, tmp_path):
    """Catalog of one table: its header as the mapping, and rows."""

    def write(role, header, *rows):
        (tmp_path / "t.csv").write_text("\n".join([header, *rows]), "utf-8-sig")
        columns = {name: name for name in header.split(";")}
        return catalog(**{role: {"path": "t.csv", "columns": columns}})

    return write


def test_indicators_are_numbers_with_a_year(facts):
    layers = facts("indicators", INDICATORS, "udenfor;a;20160101;41,5", "udenfor;b;;40")
    table, report = read_indicators(layers, "indicators")
    assert table["value"].tolist() == [41.5, 40]
    assert table["year"].tolist()[0] == 2016
    assert table["year"].isna().tolist() == [False, True]
    assert report.rows == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["u;a;2016;1", "u;a;2016;2"], "2 of 2 rows share .*: 'u/a/2016'"),
        (["u;a;2016;ukendt"], "column 'value': 1 values are not numbers: 'ukendt'"),
        (["u;a;2016;"], "column 'value' is empty in 1 of 1 rows: 'u/a/2016'"),
        (["u;;2016;1"], "column 'area_id' is empty in 1 of 1 rows: 'row 1'"),
        (["u;a;sidste år;1"], "column 'year': 1 values are not years or dates: 'sidste år'"),
    ],
)
def test_a_fault_of_an_indicator_is_named(facts, rows, message):
    with pytest.raises(SchemaError, match=rf"^indicators \(.*t\.csv\).*{message}"):
        read_indicators(facts("indicators", INDICATORS, *rows), "indicators")


def test_a_table_without_rows_is_read(facts):
    assert read_indicators(facts("indicators", INDICATORS), "indicators")[0].empty


def test_a_column_that_is_not_mapped_is_named(facts):
    with pytest.raises(
        SchemaError, match=r"^indicators \(.*\): missing columns \['value'\]; found"
    ):
        read_indicators(facts("indicators", "indicator;area_id;year", "u;a;2016"), "indicators")


def test_criteria_hold_thresholds(facts):
    row = "ghettolisten;2014;2017;udenfor;>;40;percent;3;1.000,0"
    table, _ = read_criteria(facts("criteria", CRITERIA, row), "criteria")
    assert table[["threshold", "needed", "min_residents"]].to_numpy().tolist() == [[40, 3, 1000]]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "l;2014;;u;=>;40;percent;3;1000",
            "'operator' holds '=>' in 1 rows; allowed: >, >=, <, <=",
        ),
        ("l;2014;;u;>;40;percent;2,5;1000", "'needed' is not integer in 1 rows: 2.5"),
        ("l;2014;;u;>;40;percent;0;1000", "'needed' is below 1 in 1 rows: 'l/2014/u'"),
        ("l;;;u;>;40;percent;3;1000", "'valid_from' is empty in 1 of 1 rows: 'row 1'"),
    ],
)
def test_a_fault_of_a_criterion_is_named(facts, row, message):
    with pytest.raises(SchemaError, match=rf"^criteria \(.*t\.csv\): column {message}"):
        read_criteria(facts("criteria", CRITERIA, row), "criteria")


def test_projects_may_lack_years_and_a_budget(facts):
    rows = ["p;Ny skole;a;skole;plan;2022;;12,5;", "q;Park;a;park;idé;;;;selsmosen"]
    table, _ = read_projects(facts("projects", PROJECTS, *rows), "projects")
    assert table["budget_mio"].tolist()[0] == 12.5
    assert table["year_from"].tolist()[0] == 2022
    assert table.loc[1, ["year_from", "year_to", "budget_mio"]].isna().all()
    assert table["place_id"].tolist()[1] == "selsmosen"


def test_projects_without_a_column_of_budgets_tell_of_none(facts):
    header = PROJECTS.replace("budget_mio_dkk;", "")
    table, _ = read_projects(facts("projects", header, "p;Parque;a;park;plan;2022;;"), "projects")
    assert table["budget_mio"].isna().all()


@pytest.mark.parametrize("column", ["budget_mio", "budget_mio_eur"])
def test_budgets_may_be_in_the_currency_of_the_study(facts, column):
    header = PROJECTS.replace("budget_mio_dkk", column)
    layers = facts("projects", header, "p;Parque;a;park;plan;2022;;12,5;")
    assert read_projects(layers, "projects", currency="EUR")[0]["budget_mio"].tolist() == [12.5]


def test_budgets_in_another_currency_than_the_study_are_refused(facts):
    said = (
        r"^projects \(.*t\.csv\): maps 1 columns of budgets, among them 'budget_mio_dkk'; .* is in "
        r"EUR, so one of 'budget_mio' and 'budget_mio_eur' is allowed\. Correct columns"
    )
    layers = facts("projects", PROJECTS, "p;Ny skole;a;skole;plan;2022;;12,5;")
    with pytest.raises(SchemaError, match=said):
        read_projects(layers, "projects", currency="EUR")


def test_budgets_that_are_mapped_twice_are_refused(facts):
    header = PROJECTS.replace("budget_mio_dkk", "budget_mio_dkk;budget_mio")
    layers = facts("projects", header, "p;Ny skole;a;skole;plan;2022;;12,5;12,5;")
    with pytest.raises(SchemaError, match="maps 2 columns of budgets, among them 'budget_mio'"):
        read_projects(layers, "projects")


def test_projects_that_share_an_id_are_refused(facts):
    row = "p;Ny skole;a;skole;plan;2022;;12,5;"
    with pytest.raises(SchemaError, match=r"^projects \(.*t\.csv\): 2 of 2 rows share .*: 'p'"):
        read_projects(facts("projects", PROJECTS, row, row), "projects")


def test_the_embedded_facts_load(root):
    layers = read_catalog(root / "layers" / "catalog.toml")
    indicators, _ = read_indicators(layers, "indicators")
    residents = indicators[indicators["indicator"] == "residents"]
    assert residents["value"].sum() == 6578
    criteria, _ = read_criteria(layers, "criteria")
    assert set(criteria["operator"]) <= {">", ">=", "<", "<="}
    projects, _ = read_projects(layers, "projects")
    assert set(projects["area_id"]) == {"taastrupgaard", "gadehavegaard", "charlottekvarteret"}


def test_a_published_list_has_a_day_and_says_yes_or_no(facts):
    layers = facts("published_lists", PUBLISHED, "L;2017-12-01;a;yes;A;avisen")
    table, report = read_published_lists(layers, "published_lists")
    assert table["on_list"].tolist() == ["yes"]
    assert report.rows == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["L;2017;a;yes;A;S"], "1 of 1 values are no day: '2017'; yyyy-mm-dd is allowed"),
        (["L;2017-13-01;a;yes;A;S"], "1 of 1 values are no day: '2017-13-01'"),
        (["L;2017-12-01;a;maybe;A;S"], "column 'on_list' .* 'maybe'"),
        (["L;2017-12-01;a;yes;A;"], "column 'source' is empty in 1 of 1 rows"),
        (["L;2017-12-01;a;yes;A;S"] * 2, "2 of 2 rows share list/published/area_id"),
    ],
)
def test_a_published_list_without_day_answer_or_source_is_refused(facts, rows, message):
    with pytest.raises(SchemaError, match=message):
        read_published_lists(facts("published_lists", PUBLISHED, *rows), "published_lists")


def test_a_definition_says_what_is_measured_and_which_way_is_better(facts):
    row = "turnout;Valgdeltagelse;%;share;more;Vælgere, der stemte;Danmarks Statistik"
    table, _ = read_indicator_definitions(
        facts("indicator_definitions", DEFINITIONS, row), "indicator_definitions"
    )
    assert table["name"].tolist() == ["Valgdeltagelse"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("t;T;%;part;more;d;s", "column 'kind' .* 'part'"),
        ("t;T;%;share;up;d;s", "column 'direction' .* 'up'"),
        ("t;T;%;share;more;;s", "column 'definition' is empty in 1 of 1 rows"),
    ],
)
def test_a_definition_that_leaves_something_open_is_refused(facts, row, message):
    with pytest.raises(SchemaError, match=message):
        read_indicator_definitions(
            facts("indicator_definitions", DEFINITIONS, row), "indicator_definitions"
        )
