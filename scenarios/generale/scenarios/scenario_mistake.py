"""What does not fit in a scenario file, in words for whoever wrote it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from generale.protocol.errors import UsageError
from generale.scenarios.language import Scenario
from generale.scenarios.value import Misfit

_SHOWN = 40
_IN_UNION = "str"
"""Stands in a place, by the validator's own counting, where a text or a list of texts may be written."""
_SCHEMA = "see docs/reference/scenario.schema.json"
_BEGINS = "it holds no scenario, which begins with name, title and story"

_EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "a text",
        "string_pattern_mismatch": "a text of the form {pattern}",
        "bool_type": "true or false",
        "int_type": "a whole number",
        "greater_than_equal": "a number of {ge} or more",
        "less_than_equal": "a number of {le} or less",
        "date_type": "a day such as 2019-06-03",
        "date_parsing": "a day such as 2019-06-03",
        "date_from_datetime_parsing": "a day such as 2019-06-03",
        "list_type": "a list",
        "dict_type": "names with what belongs to them",
        "too_short": "at least {min_length} entry",
    }
)
"""What stands in the place of what was found, by the name of the mistake in pydantic."""


def scenario_mistake(faults: Sequence[ErrorDetails], name: str) -> UsageError:
    """What to mend first in a file, with its step (counted from 1) where it stands in one.

    A word that does not exist comes before a word that is missing: it is often the same word, misspelt.
    """
    fault = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
    problem, hint = _problem(fault)
    return UsageError(f"{name}: {_where(fault['loc'])}: {problem}", hint=hint)


def _problem(fault: ErrorDetails) -> tuple[str, str]:
    misfit = fault.get("ctx", {}).get("error")
    if isinstance(misfit, Misfit):
        return str(misfit), misfit.hint
    if not fault["loc"]:
        return _BEGINS, _SCHEMA
    if fault["type"] == "extra_forbidden":
        return "there is no such word", _hint(str(fault["loc"][-1]), _words_at(fault["loc"][:-1]))
    if fault["type"] == "missing":
        return "is missing", _SCHEMA
    found = _shown(fault["input"])
    if fault["type"] == "model_type":
        return f"words with their values are expected, not {found}", _known(_words_at(fault["loc"]))
    if fault["type"] in ("enum", "literal_error"):
        return f"{found} is not known here", _hint(str(fault["input"]), _choices(fault["ctx"]["expected"]))
    if fault["type"] not in _EXPECTED:
        return f"{found} does not fit", _SCHEMA
    expected = _EXPECTED[fault["type"]].format_map(fault.get("ctx", {}))
    return f"{expected} is expected, not {found}", _SCHEMA


def _where(path: tuple[str | int, ...]) -> str:
    match path:
        case ("timeline", int(index), *inside):
            return ": ".join(filter(None, (f"step {index + 1}", _dotted(inside))))
        case _:
            return _dotted(path) or "the file"


def _dotted(parts: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in parts if part != _IN_UNION)


def _hint(word: str, words: Sequence[str]) -> str:
    near = get_close_matches(word, words, n=1)
    return f"did you mean '{near[0]}'?" if near else _known(words)


def _known(words: Sequence[str]) -> str:
    return f"known: {', '.join(words)}" if words else _SCHEMA


def _choices(expected: str) -> Sequence[str]:
    """The words that pydantic lists in its own way: ``'a', 'b' or 'c'``."""
    return re.findall(r"'([^']*)'", expected)


def _words_at(path: Iterable[str | int]) -> Sequence[str]:
    """The words that may stand at a place of a scenario; none where no words stand."""
    kind: Any = Scenario
    for part in path:
        model = _model_in(kind)
        if model is not None and part in model.model_fields:
            kind = model.model_fields[str(part)].annotation
        elif get_args(kind):
            kind = get_args(kind)[-1]
    model = _model_in(kind)
    return tuple(model.model_fields) if model is not None else ()


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The kind of words itself, or the one among several kinds of which one may stand there."""
    kinds = (kind, *get_args(kind))
    return next((one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _shown(value: Any) -> str:
    """What stands there, as far as it fits in a line."""
    text = str(value) if isinstance(value, date) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\u2026"
