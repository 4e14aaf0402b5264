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


@cache
def schema_files(prefix: str = "?xsd=") -> Mapping[str, bytes]:
    """The schemas by name.

    They import each other as ``prefix`` + name: ``?xsd=`` where an HTTP service hands them out
    beside its ``?wsdl``, empty where they lie together in a folder.
    """
    return MappingProxyType(
        {name: _linked((_FOLDER / name).read_bytes(), prefix) for name in (*SCHEMAS, REJECT_SCHEMA)}
    )


def wsdl(location: str, prefix: str = "?xsd=") -> bytes:
    """The service description for the service at this URL; ``prefix`` as in ``schema_files``."""
    text = _linked((_FOLDER / "GenericAsync.wsdl").read_bytes(), prefix)
    address = escape(location, {'"': "&quot;"}).encode()
    return text.replace(b'location="LOCATION"', b'location="' + address + b'"')


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
        return self.resolve_string(schema_files("")[name], context, base_url=name)


@cache
def _schema(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_Folder())
    return etree.XMLSchema(etree.fromstring(schema_files("")[name], parser))


def _linked(text: bytes, prefix: str) -> bytes:
    return text.replace(b'schemaLocation="', b'schemaLocation="' + prefix.encode())
