"""The JSON form of typed values: there and back, and strict to the path of what does not fit."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import PeerError
from generale.protocol.form import from_json, to_json
from generale.protocol.ids import Insz
from generale.protocol.money import Euro


class Colour(StrEnum):
    """A closed set."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A record in a record."""

    colour: Colour
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Whole:
    """One field of every type."""

    count: int
    share: float
    right: bool
    text: str
    at: datetime
    month: CareMonth
    amount: Euro
    rate: Decimal
    insz: Insz
    parts: tuple[Part, ...] = ()
    named: Mapping[str, Part] = field(default_factory=dict)


PARTS = st.builds(Part, colour=st.sampled_from(Colour), day=st.none() | st.dates())
TEXTS = st.text(st.characters(codec="utf-8"))
WHOLES = st.builds(
    Whole,
    count=st.integers(),
    share=st.floats(allow_nan=False, allow_infinity=False),
    right=st.booleans(),
    text=TEXTS,
    at=st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, BRUSSELS)),
    month=st.builds(CareMonth, st.integers(1900, 9999), st.integers(1, 12)),
    amount=st.builds(Euro, st.integers(-(10**12), 10**12)),
    rate=st.decimals(-(10**6), 10**6, places=4),
    insz=st.just(Insz.parse("38021499972")),
    parts=st.lists(PARTS, max_size=3).map(tuple),
    named=st.dictionaries(TEXTS, PARTS, max_size=3),
)
GOOD = {
    "count": 1,
    "share": 0.5,
    "right": True,
    "text": "a",
    "at": "2019-04-01T08:00:00+02:00",
    "month": "2019-04",
    "amount": "12.50",
    "rate": "61.345",
    "insz": "38021499972",
    "parts": [{"colour": "red"}],
    "named": {"a": {"colour": "blue", "day": "2019-04-01"}},
}


@given(WHOLES)
def test_a_value_comes_back_from_its_json_form(whole: Whole) -> None:
    assert from_json(Whole, json.loads(json.dumps(to_json(whole)))) == whole


def test_what_is_nothing_is_left_out() -> None:
    assert to_json(Part(colour=Colour.RED)) == {"colour": "red"}
    assert from_json(Part, {"colour": "red", "day": None}) == Part(colour=Colour.RED)
    assert "parts" not in to_json(from_json(Whole, {**GOOD, "parts": []}))


@pytest.mark.parametrize("value", [{1, 2}, b"bytes", object()], ids=["set", "bytes", "object"])
def test_what_has_no_json_form_is_an_error_of_type(value: object) -> None:
    with pytest.raises(TypeError, match="has no JSON form"):
        to_json(value)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        pytest.param({"count": "1"}, "$.count", id="a text for a number"),
        pytest.param({"count": True}, "$.count", id="a truth for a number"),
        pytest.param({"count": 1.0}, "$.count", id="a fraction for a whole number"),
        pytest.param({"share": 1}, "$.share", id="a whole number for a fraction"),
        pytest.param({"right": 1}, "$.right", id="a number for a truth"),
        pytest.param({"text": 1}, "$.text", id="a number for a text"),
        pytest.param({"text": None}, "$.text", id="nothing for a text"),
        pytest.param({"text": "\ud800"}, "$.text", id="half a character"),
        pytest.param({"at": "soon"}, "$.at", id="no instant"),
        pytest.param({"month": "May"}, "$.month", id="no month"),
        pytest.param({"amount": "12,50"}, "$.amount", id="no amount"),
        pytest.param({"amount": 12.5}, "$.amount", id="a number for an amount"),
        pytest.param({"rate": "much"}, "$.rate", id="no rate"),
        pytest.param({"rate": "NaN"}, "$.rate", id="a rate that is no number"),
        pytest.param({"rate": "1e999"}, "$.rate", id="a rate beyond measure"),
        pytest.param({"rate": "1" * 50}, "$.rate", id="a rate too long"),
        pytest.param({"insz": "380214"}, "$.insz", id="no INSZ"),
        pytest.param({"parts": {}}, "$.parts", id="an object for a list"),
        pytest.param(
            {"parts": [{"colour": "red"}, {"colour": "green"}]}, "$.parts[1].colour", id="no colour"
        ),
        pytest.param({"parts": [[]]}, "$.parts[0]", id="a list for an object"),
        pytest.param({"parts": [{}]}, "$.parts[0].colour", id="a key that is missing"),
        pytest.param({"named": []}, "$.named", id="a list for a mapping"),
        pytest.param({"named": {"x": {"colour": "red", "day": "1/4"}}}, "$.named.x.day", id="no date"),
        pytest.param({"extra": 1}, "$.extra", id="an unknown key"),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(change: Mapping[str, Any], where: str) -> None:
    with pytest.raises(PeerError) as caught:
        from_json(Whole, {**GOOD, **change})

    assert caught.value.where == where


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(GOOD)), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(list(GOOD)))
def test_whatever_is_sent_is_read_or_refused(value: Any, key: str) -> None:
    for sent in (value, {**GOOD, key: value}):
        with suppress(PeerError):
            assert isinstance(from_json(Whole, sent), Whole)
