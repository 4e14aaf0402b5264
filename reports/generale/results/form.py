"""The JSON form of results: dataclasses to plain JSON and back, driven by their type hints."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

_SHOWN = 80


def to_json(value: object) -> Any:
    """The JSON form of a result: enums by value, tuples as lists, every field present."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], value: Any) -> T:
    """Read a result; ``ValueError`` where a key is missing or unknown, or a value does not fit."""
    try:
        return cast(T, _read(kind, value))
    except OverflowError as error:  # a whole number beyond the largest fraction
        raise ValueError("a number is too large") from error


def _read(kind: Any, value: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple:
        return tuple(_read(arguments[0], item) for item in _expect(list, value))
    if origin is not None and issubclass(origin, Mapping):
        return {str(key): _read(arguments[1], item) for key, item in _expect(dict, value).items()}
    if is_dataclass(kind):
        return _read_record(kind, _expect(dict, value))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_expect(str, value))
    if kind is float and type(value) is int:
        return float(value)
    return _expect(kind, value)


def _read_record(kind: Any, value: Any) -> Any:
    hints = _hints(kind)
    required = {
        field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING
    }
    odd = sorted((value.keys() - hints.keys()) | (required - value.keys()))
    if odd:
        raise ValueError(f"{kind.__name__}: '{odd[0]}' is unknown or missing")
    return kind(**{name: _read(hints[name], item) for name, item in value.items()})


def _expect(kind: type, value: Any) -> Any:
    if kind is not object and type(value) is not kind:
        raise ValueError(f"{kind.__name__} is expected, {_shown(value)} was found")
    return value


def _shown(value: object) -> str:
    """A value as far as it can be named in a line: a list or an object by its kind alone."""
    return type(value).__name__ if isinstance(value, list | dict) else repr(value)[:_SHOWN]


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)
