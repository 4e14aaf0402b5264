"""The service description and the schemas: what a client downloads, and what every body is checked against.

The texts were written for this project from the published structure of GenericAsync 1.3, common
information 2.4 and types 1.4. The schema is compiled once, at its first use.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

SCHEMAS = ("generic-v1.3.xsd", "common-v2.xsd", "types-v1.xsd", "xmlmime.xsd", "xml.xsd")
"""The names of the schema files; the first one imports the others."""

REJECT_SCHEMA = "reject-v1.xsd"
"""The schema of rejections, which come through the mailbox: no operation names them, nothing imports it."""

_FOLDER = files("generale.protocol.genericasync") / "schema"


def schema_files(service: str = "") -> Mapping[str, bytes]:
    """The schemas by name, as the service at this URL hands them out beside its ``?wsdl``.

    They import each other by whole URLs, because Java reads a bare ``?xsd=…`` as another address. Without
    a service they import each other by name, as files that lie together in a folder.
    """
    names = (*SCHEMAS, REJECT_SCHEMA)
    return MappingProxyType({name: _linked(_text(name), service) for name in names})


def wsdl(location: str, *, in_folder: bool = False) -> bytes:
    """The description of the service at this URL; its schemas are there, or beside it in a folder."""
    text = _linked(_text("GenericAsync.wsdl"), "" if in_folder else location)
    return text.replace(b'location="LOCATION"', b'location="' + _quoted(location) + b'"')


def schema_problem(element: etree._Element, name: str = SCHEMAS[0]) -> tuple[str, str] | None:
    """What an element has against the schema of this name, and where (XPath and line); None when nothing."""
    schema = _schema(name)
    if schema.validate(element):
        return None
    errors: Any = schema.error_log
    problem = next(iter(errors), None)
    if problem is None:
        return "the schema is not followed", place(element)
    below = problem.path.lstrip("/").partition("/")[2]
    path = "/".join(filter(None, (element.getroottree().getpath(element), below)))
    return problem.message, f"{path} line {problem.line}"


def place(element: etree._Element) -> str:
    """Where an element stands: its XPath and its line."""
    return f"{element.getroottree().getpath(element)} line {element.sourceline}"


class _Folder(etree.Resolver):
    """Finds the imported schemas in the package, wherever that is installed."""

    def resolve(self, system_url: str, _public_id: str, context: Any) -> Any:  # type: ignore[override]  # lxml passes a third argument that its stubs leave out
        name = system_url.rpartition("/")[2]
        return self.resolve_string(_text(name), context, base_url=name)


@cache
def _schema(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_Folder())
    return etree.XMLSchema(etree.fromstring(_text(name), parser))


@cache
def _text(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


def _linked(text: bytes, service: str) -> bytes:
    prefix = _quoted(f"{service}?xsd=") if service else b""
    return text.replace(b'schemaLocation="', b'schemaLocation="' + prefix)


def _quoted(text: str) -> bytes:
    return escape(text, {'"': "&quot;"}).encode()
