"""The OpenAPI document and the types of the driver contract say the same, field by field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from openapi_spec_validator import validate

from generale.doors.wire import METHODS, ClockSetting, Problem
from generale.driver import CONTRACT, contract, observations, setup, stimuli
from generale.driver.contract import Description, Done
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import STIMULI, Admit, EndStay, stimulus_from_json, stimulus_to_json
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.form import from_json, to_json
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import EndReason, StayType
from generale.protocol.money import Euro

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "docs" / "reference" / "driver.openapi.yaml").read_text("utf-8")
)
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]

PAST: Mapping[str, type] = {"PastAdmission": Admit, "PastEnd": EndStay}
"""Schemas of stimuli that stand inside another one and so carry no ``do``."""

HTTP_ONLY: Mapping[str, type] = {"ClockSetting": ClockSetting, "Problem": Problem}
"""Bodies that belong to the HTTP form and not to the contract."""

RECORDS: Mapping[str, type] = {
    member.__name__: member
    for module in (contract, observations, setup, stimuli)
    for member in vars(module).values()
    if isinstance(member, type) and is_dataclass(member)
    if member.__module__.startswith("generale.driver")
}
CODES: Mapping[str, type[StrEnum]] = {
    member.__name__: member
    for module in (contract, observations, setup, stimuli)
    for member in vars(module).values()
    if isinstance(member, type) and issubclass(member, StrEnum) and member is not StrEnum
}

LEAVES: Mapping[Any, tuple[str, Callable[[str], object]]] = {
    Insz: ("Insz", Insz.parse),
    Nihii: ("Nihii", Nihii.parse),
    Hco: ("Hco", Hco.parse),
    FundNumber: ("FundNumber", FundNumber.parse),
    Kbo: ("Kbo", Kbo.parse),
    Iban: ("Iban", Iban.parse),
    Euro: ("Euro", Euro.parse),
    Decimal: ("Rate", Decimal),
    CareMonth: ("CareMonth", CareMonth.parse),
    datetime: ("Instant", lambda text: from_json(datetime, text)),
    date: ("Day", lambda text: from_json(date, text)),
}
"""The schema of each type that is one text on the wire, and how its examples are read."""


def fits(schema: str, value: object) -> None:
    """Raise where a value does not validate against a schema of the document."""
    root = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    Draft202012Validator(root, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_the_document_is_of_this_contract() -> None:
    assert DOCUMENT["info"]["version"] == str(CONTRACT)
    assert SCHEMAS["Description"]["properties"]["contract"]["const"] == CONTRACT


def test_every_operation_stands_in_the_document_with_its_method() -> None:
    described = {path: list(item) for path, item in DOCUMENT["paths"].items()}

    assert described == {f"/{name}": [method.lower()] for name, method in METHODS.items()}


def test_every_type_has_a_schema_and_every_schema_a_type() -> None:
    texts = {name for name, _ in LEAVES.values()}

    assert set(SCHEMAS) == {*RECORDS, *CODES, *PAST, *HTTP_ONLY, *texts, "Stimulus"}


def described_type(kind: Any) -> dict[str, Any]:
    """What the document must say of a value of this type."""
    if get_origin(kind) is UnionType:
        (kind,) = (argument for argument in get_args(kind) if argument is not type(None))
    plain = {bool: "boolean", int: "integer", str: "string"}
    if kind in plain:
        return {"type": plain[kind]}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return {"type": "array", "items": described_type(arguments[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": described_type(arguments[1])}
    return {"$ref": f"#/components/schemas/{LEAVES[kind][0] if kind in LEAVES else kind.__name__}"}


def described_field(field: Field[Any], kind: Any) -> dict[str, Any]:
    """What the document must say of a field; events inside another one stand without ``do``."""
    described = described_type(kind)
    if field.default not in (MISSING, None):
        described["default"] = to_json(field.default)
    for name, past in PAST.items():
        if described.get("items") == described_type(past):
            described["items"] = {"$ref": f"#/components/schemas/{name}"}
    return described


@pytest.mark.parametrize("name", [*RECORDS, *PAST, *HTTP_ONLY])
def test_a_schema_has_the_fields_of_its_type(name: str) -> None:
    kind = {**RECORDS, **PAST, **HTTP_ONLY}[name]
    assert is_dataclass(kind)
    hints, schema = get_type_hints(kind), SCHEMAS[name]
    said = {
        key: {word: item for word, item in value.items() if word not in ("description", "examples")}
        for key, value in schema["properties"].items()
    }
    expected = {field.name: described_field(field, hints[field.name]) for field in fields(kind)}
    required = [field.name for field in fields(kind) if field.default is MISSING]
    if name in {stimulus.__name__ for stimulus in STIMULI.values()}:
        (operation,) = (key for key, stimulus in STIMULI.items() if stimulus is kind)
        expected, required = {"do": {"const": operation}, **expected}, ["do", *required]
    if name == "Description":
        expected["contract"]["const"] = CONTRACT

    assert said == expected
    assert schema.get("required", []) == required
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", CODES)
def test_a_list_of_codes_is_the_same_on_both_sides(name: str) -> None:
    assert SCHEMAS[name]["enum"] == [code.value for code in CODES[name]]


def test_every_stimulus_is_told_apart_by_its_name() -> None:
    places = {name: f"#/components/schemas/{kind.__name__}" for name, kind in STIMULI.items()}
    stimulus = SCHEMAS["Stimulus"]

    assert stimulus["discriminator"] == {"propertyName": "do", "mapping": places}
    assert stimulus["oneOf"] == [{"$ref": place} for place in places.values()]


READERS: Mapping[str, Callable[[Any], object]] = {
    "Stimulus": stimulus_from_json,
    **{
        kind.__name__: partial(from_json, kind)
        for kind in (Description, SetUp, Done, Observation, ClockSetting, Problem)
    },
}
"""How the value of each body is read."""


def written(schema: str, value: Any) -> object:
    """The JSON form of a body."""
    return stimulus_to_json(value) if schema == "Stimulus" else to_json(value)


def bodies(node: Any) -> Iterator[tuple[str, str, Any]]:
    """Every example of a body anywhere in the document: its schema, its name and its value."""
    if isinstance(node, dict):
        if "schema" in node and "examples" in node:
            schema = node["schema"]["$ref"].rpartition("/")[2]
            yield from ((schema, name, example["value"]) for name, example in node["examples"].items())
        for item in node.values():
            yield from bodies(item)


BODIES = list(bodies(DOCUMENT))


@pytest.mark.parametrize(
    ("schema", "value"),
    [(schema, value) for schema, _, value in BODIES],
    ids=[f"{schema}-{name}" for schema, name, _ in BODIES],
)
def test_an_example_of_a_body_is_read_and_written_the_same(schema: str, value: Any) -> None:
    fits(schema, value)

    read = READERS[schema](value)
    again = written(schema, read)

    fits(schema, again)
    assert READERS[schema](again) == read


def test_every_body_and_every_stimulus_has_an_example() -> None:
    assert {schema for schema, _, _ in BODIES} == set(READERS)
    assert {value["do"] for schema, _, value in BODIES if schema == "Stimulus"} == set(STIMULI)


def test_the_capabilities_of_the_example_are_operations() -> None:
    (description,) = (value for schema, _, value in BODIES if schema == "Description")

    assert set(description["capabilities"]) <= {*STIMULI, "reset"}


@pytest.mark.parametrize(("name", "parse"), LEAVES.values(), ids=[name for name, _ in LEAVES.values()])
def test_an_example_of_a_text_is_read_and_fits(name: str, parse: Callable[[str], object]) -> None:
    for example in SCHEMAS[name]["examples"]:
        fits(name, example)
        assert to_json(parse(example)) == example


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
SERIALS = st.integers(0, 999_999)
st.register_type_strategy(Insz, st.dates().map(lambda born: Insz.synthetic(born, Sex.WOMAN)))
st.register_type_strategy(Nihii, SERIALS.map(Nihii.of_serial))
st.register_type_strategy(Kbo, SERIALS.map(Kbo.of_serial))
st.register_type_strategy(Iban, SERIALS.map(Iban.of_serial))
st.register_type_strategy(Hco, st.integers(1000, 99_999).map(lambda number: Hco.parse(str(number))))
st.register_type_strategy(FundNumber, st.integers(100, 999).map(lambda number: FundNumber.parse(str(number))))
st.register_type_strategy(Euro, st.integers(-(10**9), 10**9).map(Euro))
st.register_type_strategy(CareMonth, st.builds(CareMonth, st.integers(1900, 9999), st.integers(1, 12)))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(BRUSSELS))  # noqa: DTZ001 - hypothesis adds the zone


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type of the contract, lists never empty."""
    if get_origin(kind) is UnionType:
        return st.one_of(*(values(argument) for argument in get_args(kind)))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return st.lists(values(arguments[0]), min_size=1, max_size=2).map(tuple)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(WORDS, WORDS, max_size=2)
    if is_dataclass(kind) and isinstance(kind, type) and kind.__name__ in RECORDS:
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})
    return {
        str: WORDS,
        datetime: MOMENTS,
        Decimal: st.decimals(0, 1000, places=2),
    }.get(kind, st.from_type(kind))


@pytest.mark.parametrize("kind", STIMULI.values(), ids=list(STIMULI))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_stimulus_fits_the_document(kind: type[Any], data: st.DataObject) -> None:
    fits("Stimulus", stimulus_to_json(data.draw(values(kind))))


@pytest.mark.parametrize("kind", [SetUp, Observation, Done], ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_body_fits_the_document(kind: type[Any], data: st.DataObject) -> None:
    fits(kind.__name__, to_json(data.draw(values(kind))))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("Euro", 1800.0),
        ("Euro", "1800,00"),
        ("Instant", "2019-04-01T10:00:00"),
        ("Day", "1 April 2019"),
        ("Stimulus", {"do": "bill_month", "facility": "4101", "month": "2019-04", "fund": "810"}),
        ("Stimulus", {"do": "rest", "facility": "4101"}),
        ("PastEnd", {"do": "end_stay"}),
    ],
)
def test_the_document_refuses_what_is_written_wrongly(schema: str, value: object) -> None:
    with pytest.raises(ValidationError):
        fits(schema, value)


def test_codes_that_travel_are_those_of_the_protocol() -> None:
    assert {Sex, EndReason, StayType} <= set(CODES.values())
