"""Binding tables: where each field of a message stands on the wire, compiled once into reader and writer.

Python knows fields; the table (data of the profile) knows element names, types and code lists.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from typing import Any

from lxml import etree

from generale.protocol.clock import parse_date, parse_instant
from generale.protocol.errors import UsageError
from generale.protocol.ids import FundNumber, Hco, Insz, Reference, Sex
from generale.protocol.messages import (
    MESSAGES,
    ControlResult,
    EndReason,
    Message,
    Outcome,
    StayType,
)

_CLASSES: Mapping[str, type[Message]] = {kind.__name__: kind for kind in MESSAGES}
_ENUMS = {"stay_type": StayType, "sex": Sex, "end_reason": EndReason, "outcome": Outcome}
_PARSERS: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "date": parse_date,
    "instant": parse_instant,
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


@dataclass(frozen=True, slots=True)
class Binding:
    """One message type bound to XML: ``read`` an element into a message, ``write`` a message into bytes."""

    kind: type[Message]
    message_name: str
    service: str
    root: str
    namespace: str
    rows: tuple[_Field, ...]

    def read(self, element: etree._Element) -> Message:
        """The message in an element that the schema has found valid; a bad value is a ``PeerError``."""
        values: dict[str, Any] = {}
        for row in self.rows:
            path = "/".join(row.steps)
            if row.item is not None:
                values[row.name] = tuple(_read_item(row.item, node) for node in element.iterfind(path))
            elif (text := element.findtext(path)) is not None:
                values[row.name] = row.parse(text)
        return self.kind(**values)

    def write(self, message: Message) -> bytes:
        """The bytes of a message: UTF-8, rows in table order, so the same message gives the same bytes."""
        root = etree.Element(self.root, nsmap={None: self.namespace})  # type: ignore[dict-item]  # lxml takes None for the default namespace; its stubs do not know
        for row in self.rows:
            value = getattr(message, row.name)
            if row.item is not None:
                for entry in value:
                    _write_item(row, entry, _grow(root, row.steps[:-1]))
            elif value is not None:
                _grow(root, row.steps[:-1]).append(_leaf(row.steps[-1], row.show(value)))
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def path_of(self, field: str) -> str:
        """The place of a field on the wire, without namespaces: ``Bewoner/Insz``."""
        steps = next((row.steps for row in self.rows if row.name == field), ())
        return "/".join(etree.QName(step).localname for step in steps)


def _read_item(item: Mapping[str, str], node: etree._Element) -> ControlResult:
    return ControlResult(**{name: node.findtext(tag) or "" for name, tag in item.items()})


def _write_item(row: _Field, entry: object, parent: etree._Element) -> None:
    node = etree.SubElement(parent, row.steps[-1])
    assert row.item is not None
    for name, tag in row.item.items():
        if text := getattr(entry, name):
            node.append(_leaf(tag, text))


def _leaf(tag: str, text: str) -> etree._Element:
    leaf = etree.Element(tag)
    leaf.text = text
    return leaf


def _grow(root: etree._Element, steps: tuple[str, ...]) -> etree._Element:
    for step in steps:
        found = root.find(step)
        root = etree.SubElement(root, step) if found is None else found
    return root


def compile_binding(
    table: Mapping[str, Any], namespace: str, codes: Mapping[str, Mapping[str, str]]
) -> Binding:
    """Compile one table; ``UsageError`` where it does not fit the message or the code lists."""
    kind = _CLASSES.get(table.get("message", ""))
    if kind is None:
        raise UsageError(
            f"binding for unknown message '{table.get('message')}'", hint=f"known: {', '.join(_CLASSES)}"
        )
    bound, known = set(table["fields"]), {field.name for field in fields(kind)}
    required = {f.name for f in fields(kind) if f.default is MISSING}
    if bound - known or required - bound:
        odd = sorted((bound - known) | (required - bound))
        raise UsageError(
            f"binding of {kind.__name__}: '{odd[0]}' is unknown or missing", hint="compare the tables"
        )
    rows = tuple(_compile_row(name, row, namespace, codes) for name, row in table["fields"].items())
    return Binding(
        kind=kind,
        message_name=table["name"],
        service=table["service"],
        root=f"{{{namespace}}}{table['root']}",
        namespace=namespace,
        rows=rows,
    )


def _compile_row(
    name: str, row: Mapping[str, Any], namespace: str, codes: Mapping[str, Mapping[str, str]]
) -> _Field:
    steps = tuple(f"{{{namespace}}}{step}" for step in row["path"].split("/"))
    if "item" in row:
        item = {field: f"{{{namespace}}}{tag}" for field, tag in row["item"].items()}
        return _Field(name, steps, str, str, item)
    if row["type"] == "code":
        return _Field(name, steps, *_code(row["list"], codes))
    if row["type"] not in _PARSERS:
        raise UsageError(
            f"binding of '{name}': unknown type '{row['type']}'", hint=f"known: {', '.join(_PARSERS)}"
        )
    return _Field(name, steps, _PARSERS[row["type"]], _show)


def _show(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _code(
    name: str, codes: Mapping[str, Mapping[str, str]]
) -> tuple[Callable[[str], object], Callable[[Any], str]]:
    enum = _ENUMS.get(name)
    words = codes.get(name)
    if enum is None or words is None or set(words) != {member.value for member in enum}:
        raise UsageError(f"code list '{name}' is unknown or incomplete", hint="one code for every word")
    back = {code: enum(word) for word, code in words.items()}
    return back.__getitem__, lambda value: words[value.value]
