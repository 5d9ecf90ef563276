"""The contract of profile.json: every key described, none allowed that is not."""

import copy

import pytest
from jsonschema import Draft202012Validator

from htkgis.profile import contract
from htkgis.profile.contract import kinds

SCHEMA = contract.profile_schema()


def properties(schema, path="profile"):
    """Every value that the schema describes, with where it stands."""
    yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from properties(inner, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from properties(schema[key], f"{path}[]")


def errors(schema, value):
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def test_the_schema_is_one_of_draft_2020_12():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_value_says_what_it_is():
    silent = [path for path, described in properties(SCHEMA) if not described["description"]]
    assert silent == []


def test_every_number_has_a_unit_and_every_missing_value_a_meaning():
    numbers = missing = 0
    for path, described in properties(SCHEMA):
        kind = described.get("type", "string")
        allowed = {kind} if isinstance(kind, str) else set(kind)
        if allowed & {"number", "integer"}:
            numbers += 1
            assert described[kinds.UNIT], path
        if "null" in allowed:
            missing += 1
            assert described[kinds.MISSING], path
    assert min(numbers, missing) > 100


def test_no_record_allows_a_key_that_it_does_not_describe():
    records = [
        (path, described)
        for path, described in properties(SCHEMA)
        if described.get("type") != "array" and "object" in described.get("type", "")
    ]
    assert len(records) > 10
    for path, described in records:
        rest = described["additionalProperties"]
        assert rest is False or isinstance(rest, dict), path


def test_a_key_that_nobody_described_fails():
    row = {"function": "school", "mode": "walk", "limit_min": 5, "min": 0, "median": 1, "max": 2}
    schema = contract.parts()["counts"]
    assert errors(schema, [row | {"lower_bound": False}]) == []
    more = row | {"lower_bound": False, "surprise": 1}
    assert "'surprise' was unexpected" in errors(schema, [more])[0]
    assert errors(schema, [row]) == ["'lower_bound' is a required property"]


def test_missing_is_allowed_where_it_has_a_meaning_and_nowhere_else():
    assert errors(kinds.maybe(kinds.minutes("A time."), "not reached"), None) == []
    assert errors(kinds.minutes("A time."), None) == ["None is not of type 'number'"]
    assert errors(kinds.maybe(kinds.choice("A word.", "a"), "none"), None) == []
    assert "'b' is not one of" in errors(kinds.maybe(kinds.choice("A word.", "a"), "none"), "b")[0]


def test_a_negative_time_is_refused_and_a_negative_difference_is_not():
    assert "minimum" in errors(kinds.minutes("A time."), -1.0)[0]
    change = contract.parts()["changes"]["properties"]["rows"]["items"]["properties"]["delta_min"]
    assert errors(change, -4.6) == []


def test_two_modules_cannot_describe_one_key(monkeypatch):
    monkeypatch.setattr(contract, "MODULES", (*contract.MODULES, contract.MODULES[0]))
    with pytest.raises(ValueError, match=r"describes \['area', .*'study'\] a second time"):
        contract.parts()


def test_what_is_described_is_not_shared_between_calls():
    before = copy.deepcopy(SCHEMA)
    kinds.maybe(contract.parts()["counts"], "never")
    assert contract.profile_schema() == before


def test_money_of_a_profile_is_described_in_the_currency_of_the_study():
    euro = contract.profile_schema("EUR")
    projects = euro["properties"]["quarters"]["items"]["properties"]["projects"]["items"]
    assert projects["properties"]["budget_mio_eur"][kinds.UNIT] == "million EUR"
    assert "budget_mio_eur" in projects["required"]
    assert "dkk" not in str(euro).lower()
    kroner = SCHEMA["properties"]["quarters"]["items"]["properties"]["projects"]["items"]
    assert kroner["properties"]["budget_mio_dkk"][kinds.UNIT] == "million DKK"
