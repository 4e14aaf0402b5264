"""What is written down is one line of JSON that reads back as the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.results.json_line import json_line

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_a_value_reads_back_as_the_same(value: object) -> None:
    assert json.loads(json_line(value)) == value


@given(value=VALUES)
def test_a_value_has_one_line_in_utf_8(value: object) -> None:
    assert b"\n" not in json_line(value).encode()


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"b": 1, "a": ["é", None, True]}, '{"b":1,"a":["é",null,true]}'),
        ({"half": "\ud800é"}, '{"half":"\\ud800é"}'),
        ({"long": 10**30}, '{"long":1000000000000000000000000000000}'),
    ],
)
def test_a_value_has_the_shortest_text_with_its_keys_in_their_order(value: object, line: str) -> None:
    assert json_line(value) == line


def test_what_json_cannot_hold_is_an_error() -> None:
    with pytest.raises(TypeError):
        json_line({"bytes": b"x"})
