"""The JSON form of typed values: dataclasses to plain JSON and back, driven by their type hints.

Instants are ISO 8601 with offset, dates ISO 8601, amounts and rates decimal strings with a point.
Reading is strict: an unknown or missing key is a ``PeerError`` whose ``where`` is the path to it.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import parse_date, parse_instant
from generale.protocol.errors import PeerError
from generale.protocol.money import Euro

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""A plain JSON value."""

T = TypeVar("T")

MAX_NUMBER_LENGTH = 40
"""No rate or amount needs more characters (project-defined)."""


def to_json(value: object) -> Any:
    """The JSON form of a typed value; fields that are None or an empty tuple are left out."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Euro | Decimal | CareMonth):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if is_dataclass(value):
        parts = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: to_json(part) for field, part in parts if not _is_left_out(field, part)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], value: Any, where: str = "$") -> T:
    """Read a value of a type from its JSON form; ``PeerError`` names the path that does not fit."""
    return cast(T, _read(kind, value, where))


def _is_left_out(field: Field[Any], part: object) -> bool:
    """Nothing, and an empty tuple where that is what its absence means."""
    return part is None or (part == () and field.default == ())


def _rate(text: str) -> Decimal:
    rate = Decimal(text) if len(text) <= MAX_NUMBER_LENGTH else Decimal("NaN")
    if not rate.is_finite() or abs(rate.adjusted()) > MAX_NUMBER_LENGTH:
        raise PeerError(f"'{text[:MAX_NUMBER_LENGTH]}' is not a rate")
    return rate


_LEAVES: Mapping[type, Callable[[str], object]] = {
    datetime: parse_instant,
    date: parse_date,
    Euro: Euro.parse,
    CareMonth: CareMonth.parse,
    Decimal: _rate,
}


def _read(kind: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(arguments, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise PeerError("a list is expected", where=where)
        return tuple(_read(arguments[0], item, f"{where}[{index}]") for index, item in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        _expect_object(value, where)
        return {key: _read(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if is_dataclass(kind) and kind not in _LEAVES:
        return _read_record(kind, value, where)
    return _read_leaf(kind, value, where)


def _read_optional(arguments: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None:
        return None
    (kind,) = (argument for argument in arguments if argument is not type(None))
    return _read(kind, value, where)


def _read_leaf(kind: Any, value: Any, where: str) -> Any:
    if kind in (bool, int, float):
        if type(value) is not kind:
            raise PeerError(f"{kind.__name__} is expected, {value!r} was found", where=where)
        return value
    if not isinstance(value, str):
        raise PeerError(f"a text is expected, {value!r} was found", where=where)
    try:
        value.encode()
        if kind in _LEAVES:
            return _LEAVES[kind](value)
        return kind.parse(value) if hasattr(kind, "parse") else kind(value)
    except (PeerError, ValueError, OverflowError, InvalidOperation) as error:
        raise PeerError(str(error), where=where) from error


def _read_record(kind: Any, value: Any, where: str) -> Any:
    _expect_object(value, where)
    hints = _hints(kind)
    unknown = sorted(value.keys() - hints.keys())
    if unknown:
        raise PeerError(f"unknown key '{unknown[0]}'", where=f"{where}.{unknown[0]}")
    for field in fields(kind):
        required = field.default is MISSING and field.default_factory is MISSING
        if required and field.name not in value:
            raise PeerError(f"'{field.name}' is missing", where=f"{where}.{field.name}")
    parts = {name: _read(hints[name], item, f"{where}.{name}") for name, item in value.items()}
    return kind(**parts)


def _expect_object(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise PeerError("an object is expected", where=where)


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)
