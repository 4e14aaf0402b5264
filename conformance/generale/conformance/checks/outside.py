"""The outside of a request: every text that whoever carries it can read, with its place.

All of the envelope but the packed content: what a product adds to it in a place of its own is found there
too, and so are the names that it gives to such places. Of an invoice file its references count, because
they stand for the file wherever it goes.
"""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from generale.conformance.exchange import REMEMBERED, SMALL, Exchange
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.protocol.flatfile import File
from generale.protocol.genericasync import beside_parts, inline, is_package
from generale.protocol.genericasync.mtom import unpacked
from generale.protocol.genericasync.vocabulary import GENERIC, SOAP, WSA

# What comes here was read before, within the limits of the exchange.
_CONTENT = f"{{{GENERIC}}}Detail"
_ACTION = f"{{{WSA}}}Action"
_UNNAMED: tuple[object, ...] = (etree.Comment, etree.ProcessingInstruction, etree.Entity)


def texts_outside(history: History, exchange: Exchange, sent: Sent | None) -> Iterator[tuple[str, str]]:
    """Everything around the content of a request that can be read; ``sent`` is the message in it, if any."""
    headers = exchange.request.data.get("headers", {})
    for name, value in headers.items():
        yield "name of an HTTP header", str(name)
        yield f"HTTP header {name}", str(value)
    url = str(exchange.request.data.get("url", ""))
    if history.set_up is None or url not in history.set_up.services.values():
        yield "URL", url
    raw = exchange.evidence(exchange.request.evidence)
    in_body = _in_small_body if len(raw) <= SMALL else _in_body
    yield from in_body(raw, exchange.content_type)
    if sent is not None and isinstance(sent.file, File):
        yield "header 200, zone 204 reference", sent.file.header200["reference"]
        if "file_reference" in sent.file.header300.layout.by_key:
            yield "header 300, zone 303 file_reference", sent.file.header300["file_reference"]


def _in_body(raw: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """The texts of an envelope that was read before, and so can be read again.

    In a package the root is looked at as it stands there, and with what it includes outside the content.
    """
    if is_package(content_type):
        yield from (("head of a part", text) for text in beside_parts(raw, content_type))
        yield from _in_envelope(unpacked(raw, content_type)[0])
    yield from _in_envelope(inline(raw, content_type))


@lru_cache(maxsize=REMEMBERED)
def _in_small_body(raw: bytes, content_type: str) -> tuple[tuple[str, str], ...]:
    """The texts of one that is no more than a poll, each with its place once."""
    return tuple(dict.fromkeys(_in_body(raw, content_type)))


def _in_envelope(raw: bytes) -> Iterator[tuple[str, str]]:
    parser = etree.XMLPullParser(
        events=("start-ns",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    parser.feed(raw)
    root = parser.close()
    for _, declared in parser.read_events():
        prefix, uri = declared or ("", "")
        yield "prefix of a namespace", str(prefix)
        yield "namespace", str(uri)
    names: dict[str, str] = {}
    texts: list[tuple[str, str]] = []
    _gather(root, "", names, texts)
    yield from texts
    yield from ((f"name of {path or 'the envelope'}", name) for name, path in names.items())
    for node in (*root.itersiblings(), *root.itersiblings(preceding=True)):
        yield from _in_unnamed(node, "beside the envelope")


def _gather(element: etree._Element, path: str, names: dict[str, str], texts: list[tuple[str, str]]) -> None:
    """The texts in an element; the names of elements and attributes are collected, with a place of each."""
    is_content = element.tag == _CONTENT
    names.setdefault(_local(element.tag), path)
    if not is_content and element.tag != _ACTION and element.text:
        texts.append((path, element.text))
    for name, value in element.attrib.items():
        place = f"{path}/@{_local(str(name))}"
        names.setdefault(_local(str(name)), place)
        texts.append((place, str(value)))
    for node in element.iterchildren():
        if node.tag in _UNNAMED:
            texts.extend(_in_unnamed(node, f"in {path or 'the envelope'}"))
        else:
            _gather(node, _below(path, node.tag), names, texts)
        if node.tail and not is_content:
            texts.append((path, node.tail))


def _in_unnamed(node: etree._Element, where: str) -> Iterator[tuple[str, str]]:
    """A comment, or a processing instruction with its target."""
    yield f"comment {where}", node.text or ""
    if isinstance(node, etree._ProcessingInstruction):
        yield f"processing instruction {where}", str(node.target or "")


@lru_cache(maxsize=1024)
def _below(path: str, tag: str) -> str:
    """The path of an element, without the envelope, the body and the name of the operation."""
    namespace = etree.QName(tag).namespace
    if namespace == SOAP and _local(tag) == "Body":
        return ""
    if not path and namespace == GENERIC and _local(tag) in ("post", "get", "confirm"):
        return ""
    return f"{path}/{_local(tag)}".lstrip("/")


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    return etree.QName(name).localname
