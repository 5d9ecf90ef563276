"""Facts of a study: layers of indicators below each other, targets in their unit, few hidden."""

import shutil
from pathlib import Path

import pytest

from htkgis.catalog import read_catalog
from htkgis.errors import SchemaError
from htkgis.pipeline.facts import load_facts
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
STUDY = read_study(ROOT / "study.toml")
RIGHTS = """
title = "Mål"
title_en = "Targets"
source = "opdigtet til testen"
source_en = "made up for the test"
licence = "ingen"
credit = "ingen"
published = "2020"
"""


@pytest.fixture
def layers(tmp_path):
    """Copy the embedded layers; ``add`` writes one more, and gives the catalog."""
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    catalog = tmp_path / "layers" / "catalog.toml"

    def add(name, role, header, *rows):
        (catalog.parent / f"{name}.csv").write_text("\n".join([header, *rows]), "utf-8")
        columns = ", ".join(f'{column} = "{column}"' for column in header.split(","))
        block = f'\n[layers.{name}]\npath = "{name}.csv"\nrole = "{role}"{RIGHTS}'
        catalog.write_text(
            f"{catalog.read_text('utf-8')}{block}columns = {{ {columns} }}\n", "utf-8"
        )
        return read_catalog(catalog)

    return add


TARGETS = "indicator,area_id,baseline_year,target_year,value,unit,source"
INDICATORS = "indicator,area_id,year,value,unit"


def test_the_embedded_study_has_no_targets_and_two_layers_of_indicators():
    facts = load_facts(read_catalog(ROOT / "layers" / "catalog.toml"), STUDY)
    assert facts["targets"].empty
    by_source = facts["indicators"].groupby("source")["year"].agg(["min", "max", "count"])
    assert by_source.to_numpy().tolist() == [[2016, 2016, 18], [2023, 2023, 6]]
    assert not facts["indicators"]["hidden"].any()
    assert set(facts["breaks"]["from_year"]) == {2018}


def test_a_study_without_tables_of_facts_has_none_of_them_and_no_fault(tmp_path):
    catalog = tmp_path / "catalog.toml"
    catalog.write_text("[layers]\n", "utf-8")
    facts = load_facts(read_catalog(catalog), STUDY)
    assert facts.pop("fact_reports") == []
    assert {name: len(table) for name, table in facts.items()} == dict.fromkeys(facts, 0)
    assert {"indicators", "criteria", "projects", "planning_rules"} <= set(facts)


def test_a_target_of_a_made_up_study_is_read(layers):
    catalog = layers("targets", "targets", TARGETS, "convicted,a,2016,2020,2.0,percent,plan")
    assert load_facts(catalog, STUDY)["targets"]["value"].tolist() == [2.0]


@pytest.mark.parametrize("row", ["convicted,a,2016,2020,2,persons,plan", "x,a,1,2,3,percent,plan"])
def test_a_target_in_another_unit_than_its_indicator_is_refused(layers, row):
    catalog = layers("targets", "targets", TARGETS, row.replace(",1,2,", ",2016,2020,"))
    with pytest.raises(SchemaError, match="1 of 1 targets are not in the unit of an indicator"):
        load_facts(catalog, STUDY)


def test_a_value_that_two_layers_hold_is_refused(layers):
    row = "convicted,gadehavegaard,2016,1.0,percent"
    catalog = layers("more", "indicators", INDICATORS, row)
    with pytest.raises(SchemaError, match="2 of 25 rows share indicator/area_id/year: 'convicted"):
        load_facts(catalog, STUDY)


def test_figures_of_few_residents_are_hidden_and_zero_is_not(layers):
    rows = [
        "residents,hamlet,2016,59,persons",
        "convicted,hamlet,2016,10,percent",
        "residents,village,2016,400,persons",
        "convicted,village,2016,1,percent",
        "only_basic_schooling,village,2016,0,percent",
        "outside_work_or_education,village,2016,99,percent",
        "mean_income_vs_region,village,2016,99.9,percent",
    ]
    table = load_facts(layers("more", "indicators", INDICATORS, *rows), STUDY)["indicators"]
    own = table[table["area_id"].isin(["hamlet", "village"])]
    # 59 persons are fewer than 20 households of 3; 1 and 99 percent of 400 leave 4 on one side
    assert own["hidden"].tolist() == [True, True, False, True, False, True, False]
    assert own["value"].isna().tolist() == own["hidden"].tolist()


DEFINITIONS = "indicator,name,unit,kind,direction,definition,source"


def test_an_indicator_of_ones_own_needs_a_definition(layers):
    rows = ("turnout,gadehavegaard,2017,25.0,percent", "turnout,taastrupgaard,2017,0.1,percent")
    catalog = layers("more", "indicators", INDICATORS, *rows)
    with pytest.raises(SchemaError, match=r"1 of 7 are not defined: 'turnout'; .*Add such a layer"):
        load_facts(catalog, STUDY)
    row = "turnout,Valgdeltagelse,percent,ratio,more,Vælgere i valgkredsen,opdigtet"
    catalog = layers("defined", "indicator_definitions", DEFINITIONS, row)
    facts = load_facts(catalog, STUDY)
    assert facts["indicator_definitions"]["name"].tolist() == ["Valgdeltagelse"]
    own = facts["indicators"][facts["indicators"]["indicator"] == "turnout"]
    assert not own["hidden"].any()  # a ratio is of no residents
