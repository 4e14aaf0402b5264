"""Binding tables: where each field of a message stands on the wire, compiled once into reader and writer.

Python knows fields; the table (data of the profile) knows element names, types and code lists.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeAlias

from lxml import etree

from generale.protocol import mould
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import parse_date, parse_instant
from generale.protocol.errors import PeerError
from generale.protocol.ids import FundNumber, Hco, Insz, Reference, Sex
from generale.protocol.messages import (
    MESSAGES,
    AbsenceReason,
    AgreementEndReason,
    Category,
    ControlResult,
    Dependence,
    EndReason,
    InsuranceStatus,
    Message,
    Outcome,
    StayType,
)
from generale.protocol.money import Euro
from generale.protocol.relation import Relation, compile_relations
from generale.protocol.table import Table
from generale.protocol.xml_source import place_of

_CLASSES: Mapping[str, type[Message]] = {kind.__name__: kind for kind in MESSAGES}
_ENUMS: Mapping[str, type[StrEnum]] = {
    "stay_type": StayType,
    "sex": Sex,
    "end_reason": EndReason,
    "absence_reason": AbsenceReason,
    "agreement_end_reason": AgreementEndReason,
    "outcome": Outcome,
    "insurance_status": InsuranceStatus,
    "dependence": Dependence,
    "category": Category,
}
_LISTS: Mapping[str, type[ControlResult]] = {"controls": ControlResult}


def _parse_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise PeerError(f"'{text}' is neither true nor false")
    return text == "true"


def _parse_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise PeerError(f"'{text[:40]}' is not a whole number")
    return int(text)


def _collapsed(parse: Callable[[str], object]) -> Callable[[str], object]:
    """A parser for a type around whose values a schema lets blanks stand."""
    return lambda text: parse(text.strip(" \t\r\n"))


_MOST_DIGITS = 9
"""No whole number in a message needs more digits (project-defined)."""

_PARSERS: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "bool": _collapsed(_parse_bool),
    "number": _parse_number,
    "date": _collapsed(parse_date),
    "instant": _collapsed(parse_instant),
    "month": CareMonth.parse,
    "amount": _collapsed(Euro.parse),
    "Hco": Hco.parse,
    "Insz": Insz.parse,
    "FundNumber": FundNumber.parse,
    "Reference": Reference.parse,
}


@dataclass(frozen=True, slots=True)
class _Field:
    """One row of a table: where the field stands, and how its text is read and written."""

    name: str
    steps: tuple[str, ...]
    parse: Callable[[str], object]
    show: Callable[[Any], str]
    item: Mapping[str, str] | None = None


_Places: TypeAlias = "dict[str, tuple[_Field | None, _Places]]"


@dataclass(frozen=True, slots=True)
class Binding:
    """One message type bound to XML: ``read`` an element into a message, ``write`` a message into bytes."""

    kind: type[Message]
    message_name: str
    service: str
    root: str
    namespace: str
    rows: tuple[_Field, ...]
    places: _Places
    written: Callable[[Message], bytes]
    relations: tuple[Relation, ...] = ()

    def read(self, element: etree._Element) -> Message:
        """The message in an element that the schema has found valid.

        A bad value is a ``PeerError`` whose ``where`` is XPath and line.
        """
        values: dict[str, Any] = {}
        _read_values(element, self.places, values)
        for row in self.rows:
            if row.item is not None:
                path = "/".join(row.steps)
                values[row.name] = tuple(_read_item(row.item, node) for node in element.iterfind(path))
        return self.kind(**values)

    def write(self, message: Message) -> bytes:
        """The bytes of a message: UTF-8, rows in table order, so the same message gives the same bytes.

        Raises ValueError for a text that XML cannot hold.
        """
        return self.written(message)

    def path_of(self, field: str) -> str:
        """The place of a field on the wire, without namespaces: ``Bewoner/Insz``."""
        return "/".join(_local(step) for step in self._steps_of(field))

    def place_of(self, field: str, element: etree._Element) -> str:
        """The place of a field in the element of a message, XPath and line: ``Opname/Bewoner/Insz line 3``.

        Of a field that is left out the line is that of the deepest element around its place.
        """
        steps = self._steps_of(field)
        for depth in range(len(steps), -1, -1):
            node = element.find("/".join(steps[:depth])) if depth else element
            if node is not None:
                path, line = place_of(node).rsplit(" line ", 1)
                missing = (_local(step) for step in steps[depth:])
                return f"{'/'.join((path, *missing))} line {line}"
        raise AssertionError("an element is found in itself")

    def _steps_of(self, field: str) -> tuple[str, ...]:
        return next((row.steps for row in self.rows if row.name == field), ())


def _placed(rows: Iterable[_Field]) -> _Places:
    """The fields by their places: for each element the field that it holds, and the places below it."""
    top: _Places = {}
    for row in rows:
        places = top
        for step in row.steps[:-1]:
            places = places.setdefault(step, (None, {}))[1]
        if row.item is None:
            places[row.steps[-1]] = row, places.get(row.steps[-1], (None, {}))[1]
    return top


def _read_values(element: etree._Element, places: _Places, values: dict[str, Any]) -> None:
    """Read the first element at every place: one walk costs less than a search for every field."""
    for node in element:
        found = places.get(node.tag)
        if found is not None:
            row, below = found
            if row is not None and row.name not in values:
                try:
                    values[row.name] = row.parse(node.text or "")
                except PeerError as error:
                    raise PeerError(str(error), where=place_of(node)) from error
            if below:
                _read_values(node, below, values)


def _read_item(item: Mapping[str, str], node: etree._Element) -> ControlResult:
    return ControlResult(**{name: node.findtext(tag) or "" for name, tag in item.items()})


def _parts(rows: Iterable[_Field], depth: int = 0) -> list[mould.Part]:
    """What writes these rows, each element around others where the first of those stands."""
    parts: list[list[_Field]] = []
    around: dict[str, list[_Field]] = {}
    for row in rows:
        if len(row.steps) == depth + 1:
            parts.append([row])
        elif row.steps[depth] in around:
            around[row.steps[depth]].append(row)
        else:
            parts.append(around.setdefault(row.steps[depth], [row]))
    return [_part(part, depth) for part in parts]


def _part(rows: Sequence[_Field], depth: int) -> mould.Part:
    name = _local(rows[0].steps[depth])
    if len(rows[0].steps) > depth + 1:
        return mould.group(name, _parts(rows, depth + 1))
    (row,) = rows
    if row.item is None:
        return mould.leaf(name, row.name, row.show)
    return mould.items(name, row.name, {field: _local(tag) for field, tag in row.item.items()})


def _local(tag: str) -> str:
    return etree.QName(tag).localname


def read_namespace(text: str) -> str:
    """An XML namespace; ``ValueError`` where elements cannot stand in it."""
    etree.Element(f"{{{text}}}any")
    return text


def compile_binding(table: Table, namespace: str, codes: Table, services: Iterable[str]) -> Binding:
    """Compile one table; ``UsageError`` names the entry that does not fit the message or the code lists."""
    table.only("message", "name", "service", "root", "fields", "relations")
    kind = _CLASSES.get(table.text("message"))
    if kind is None:
        raise table.wrong("message", f"one of {', '.join(_CLASSES)}")
    if table.text("service") not in services:
        raise table.wrong("service", f"one of {', '.join(services)}")
    bound = table.table("fields").only(*(field.name for field in fields(kind)))
    for field in fields(kind):
        if field.default is MISSING:
            bound.table(field.name)
    rows = tuple(_compile_row(name, bound.table(name), namespace, codes) for name in bound.values)
    root = table.parsed("root", partial(_tag, namespace))
    return Binding(
        kind=kind,
        message_name=table.text("name"),
        service=table.text("service"),
        root=root,
        namespace=namespace,
        rows=rows,
        places=_placed(rows),
        written=mould.root(_local(root), namespace, _parts(rows)),
        relations=_relations(table, bound),
    )


def _relations(table: Table, bound: Table) -> tuple[Relation, ...]:
    """The relations between the fields that hold one value."""
    rows = {name: bound.table(name) for name in bound.values if name not in _LISTS}
    types = {name: row.text("type") for name, row in rows.items()}
    words: dict[str, tuple[str, ...]] = {
        name: tuple(_ENUMS[row.text("list")]) for name, row in rows.items() if types[name] == "code"
    }
    words |= {name: ("true", "false") for name, kind in types.items() if kind == "bool"}
    return compile_relations(table, types, words)


def _compile_row(name: str, row: Table, namespace: str, codes: Table) -> _Field:
    steps = row.parsed("path", partial(_steps, namespace))
    if name in _LISTS:
        row.only("path", "item")
        return _Field(name, steps, str, str, _item(row.table("item"), _LISTS[name], namespace))
    row.only("path", "type", "list")
    if row.text("type") == "code":
        return _Field(name, steps, *_code(row, codes))
    if row.text("type") not in _PARSERS:
        raise row.wrong("type", f"one of {', '.join((*_PARSERS, 'code'))}")
    return _Field(name, steps, _PARSERS[row.text("type")], _show)


def _tag(namespace: str, name: str) -> str:
    return etree.QName(namespace, name).text


def _steps(namespace: str, path: str) -> tuple[str, ...]:
    return tuple(_tag(namespace, step) for step in path.split("/"))


def _item(table: Table, kind: type[ControlResult], namespace: str) -> Mapping[str, str]:
    names = [field.name for field in fields(kind)]
    table.only(*names)
    return {name: table.parsed(name, partial(_tag, namespace)) for name in names}


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _code(row: Table, codes: Table) -> tuple[Callable[[str], object], Callable[[Any], str]]:
    enum = _ENUMS.get(row.text("list"))
    if enum is None:
        raise row.wrong("list", f"one of {', '.join(_ENUMS)}")
    words = codes.table(row.text("list")).only(*enum)
    back: dict[str, StrEnum] = {}
    for member in enum:
        code = words.text(member)
        if code in back:
            raise words.wrong(member, "a code that no other word has")
        back[code] = member

    def parse(text: str) -> object:
        if text not in back:
            raise PeerError(f"'{text}' is not in the code list: {', '.join(back)}")
        return back[text]

    return parse, {member: code for code, member in back.items()}.__getitem__
