"""JSON of a stranger: what the standard library would read in silence is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.results.strict_json import MOST_LEVELS, read_strictly

PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(PLAIN)
def test_what_is_json_is_read_as_it_was_written(value: object) -> None:
    assert read_strictly(json.dumps(value)) == value
    assert read_strictly(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1, "a": 2}', "'a' stands twice"),
        ('[{"b": {"\\u0061": 1, "a": 2}}]', "'a' stands twice"),
        ("NaN", "NaN is not a JSON number"),
        ("[-Infinity]", "not a JSON number"),
        ("1e999", "too large"),
        ("1" * 5000, "4300"),
        ("[" * (MOST_LEVELS + 1) + "]" * (MOST_LEVELS + 1), "levels deep"),
        ('{"a":' * 100_000, "levels deep"),
        ("", "Expecting value"),
    ],
)
def test_what_a_reader_could_be_deceived_by_is_refused(text: str, problem: str) -> None:
    for form in (text, text.encode()):
        with pytest.raises(ValueError, match=problem):
            read_strictly(form)


def test_brackets_in_texts_are_no_levels() -> None:
    value = ["[{" * 100 + '\\"[', ["{"]]

    assert read_strictly(json.dumps(value)) == value
    assert read_strictly("[" * MOST_LEVELS + "]" * MOST_LEVELS)
