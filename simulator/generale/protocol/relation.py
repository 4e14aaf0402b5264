"""Relations between the fields of one message, as a binding table states them.

They can be judged by the message alone; what needs the memory of platform or fund is a control. The
kinds are a closed list, the relations themselves and their words are data of the profile.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from generale.protocol.clock import brussels, utc
from generale.protocol.ids import Insz
from generale.protocol.table import Table


class RelationKind(StrEnum):
    """What a relation demands of ``field``; one that is left out is only looked at by ``given-with``."""

    NOT_BEFORE = "not-before"
    """It does not lie before ``other``."""
    DIFFERS = "differs"
    """It is not the same as ``other``."""
    GIVEN_WITH = "given-with"
    """It is given exactly where ``other`` holds ``word``; without ``word``, where ``other`` is given."""
    CHECK_NUMBER = "check-number"
    """Its check number is right."""
    NOT_AFTER_RECEIPT = "not-after-receipt"
    """It lies at the latest on the day on which the message is received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One demand on the fields of a message, with its sentence in both languages."""

    kind: RelationKind
    field: str
    other: str = ""
    word: str = ""
    sentence_en: str
    sentence_nl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A relation that a message does not keep, with what was expected and received."""

    relation: Relation
    expected: str
    received: str


Judge = Callable[[Relation, Any, Any, date | None], tuple[str, str] | None]
"""Field, other field and day of receipt to what is expected and received; None where the relation holds."""


def breach(relation: Relation, message: object, received: date | None) -> Breach | None:
    """What is wrong with a message by one relation; ``received`` is the day of receipt, where it is known."""
    value = getattr(message, relation.field)
    other = getattr(message, relation.other) if relation.other else None
    told = _JUDGES[relation.kind](relation, value, other, received)
    return Breach(relation=relation, expected=told[0], received=told[1]) if told else None


def _not_before(
    _relation: Relation, value: Any, other: Any, _received: date | None
) -> tuple[str, str] | None:
    if value is None or other is None or _in_order(other, value):
        return None
    return f"at the earliest {_shown(other)}", _shown(value)


def _in_order(first: Any, second: Any) -> bool:
    if isinstance(first, datetime):
        return utc(first) <= utc(second)
    return bool(first <= second)


def _differs(_relation: Relation, value: Any, other: Any, _received: date | None) -> tuple[str, str] | None:
    if value is None or value != other:
        return None
    return f"another than {_shown(other)}", _shown(value)


def _given_with(relation: Relation, value: Any, other: Any, _received: date | None) -> tuple[str, str] | None:
    due = _shown(other) == relation.word if relation.word else other is not None
    if due is (value is not None):
        return None
    case = f"where {relation.other} is {_shown(other) or 'left out'}"
    return (f"given {case}", "nothing") if due else (f"nothing {case}", _shown(value))


def _check_number(
    _relation: Relation, value: Any, _other: Any, _received: date | None
) -> tuple[str, str] | None:
    if not isinstance(value, Insz) or value.check_number_is_right:
        return None
    return "an INSZ with a right check number", value


def _not_after_receipt(
    _relation: Relation, value: Any, _other: Any, received: date | None
) -> tuple[str, str] | None:
    if value is None or received is None:
        return None
    day = brussels(value).date() if isinstance(value, datetime) else value
    return None if day <= received else (f"at the latest {received}", _shown(value))


def _shown(value: Any) -> str:
    """A value as it is told: in the words of the program, instants in Brussels time."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return brussels(value).isoformat()
    return "" if value is None else str(value)


_JUDGES: Mapping[RelationKind, Judge] = MappingProxyType(
    {
        RelationKind.NOT_BEFORE: _not_before,
        RelationKind.DIFFERS: _differs,
        RelationKind.GIVEN_WITH: _given_with,
        RelationKind.CHECK_NUMBER: _check_number,
        RelationKind.NOT_AFTER_RECEIPT: _not_after_receipt,
    }
)

_ENTRIES = ("rule", "field", "en", "nl")
_MORE_ENTRIES: Mapping[RelationKind, Collection[str]] = MappingProxyType(
    {
        RelationKind.NOT_BEFORE: ("other",),
        RelationKind.DIFFERS: ("other",),
        RelationKind.GIVEN_WITH: ("other", "word"),
    }
)
"""What a row of a kind has besides the entries of all."""

_TYPES: Mapping[RelationKind, frozenset[str]] = MappingProxyType(
    {
        RelationKind.NOT_BEFORE: frozenset({"date", "instant", "month"}),
        RelationKind.CHECK_NUMBER: frozenset({"Insz"}),
        RelationKind.NOT_AFTER_RECEIPT: frozenset({"date", "instant"}),
    }
)
"""The types of field that a kind of relation makes sense for; any where none are named."""


def compile_relations(
    table: Table, types: Mapping[str, str], words: Mapping[str, Collection[str]]
) -> tuple[Relation, ...]:
    """The relations of one binding table, given the types of its bound fields and the words they can hold.

    ``UsageError`` names the entry that does not fit.
    """
    if "relations" not in table.values:
        return ()
    rows = table.tables("relations", *_ENTRIES, "other", "word")
    return tuple(_relation(row, types, words) for row in rows)


def _relation(row: Table, types: Mapping[str, str], words: Mapping[str, Collection[str]]) -> Relation:
    kind = row.word("rule", RelationKind)
    row.only(*_ENTRIES, *_MORE_ENTRIES.get(kind, ()))
    fitting = _TYPES.get(kind, frozenset(types.values()))
    field, other = _field(row, "field", types, fitting), ""
    if kind in _MORE_ENTRIES:
        alike = frozenset(types.values()) if kind is RelationKind.GIVEN_WITH else frozenset({types[field]})
        other = _field(row, "other", types, alike)
    return Relation(
        kind=kind,
        field=field,
        other=other,
        word=_word(row, words.get(other, ())) if "word" in row.values else "",
        sentence_en=row.text("en"),
        sentence_nl=row.text("nl"),
    )


def _field(row: Table, key: str, types: Mapping[str, str], fitting: frozenset[str]) -> str:
    names = [name for name, kind in types.items() if kind in fitting]
    name = row.text(key)
    if name not in names:
        raise row.wrong(key, f"one of {', '.join(names)}")
    return name


def _word(row: Table, words: Collection[str]) -> str:
    word = row.text("word")
    if word not in words:
        raise row.wrong("word", f"one of {', '.join(words) or 'none'}")
    return word
