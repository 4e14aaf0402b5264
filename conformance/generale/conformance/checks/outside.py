"""The outside of a request: every text that whoever carries it can read, with its place.

All of the envelope but the packed content: what a product adds to it in a place of its own is found there
too. Of an invoice file its references count, because they stand for the file wherever it goes.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from generale.conformance.exchange import Exchange
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.protocol.flatfile import File
from generale.protocol.genericasync import inline, is_package
from generale.protocol.genericasync.vocabulary import GENERIC, SOAP, WSA

# What comes here was read before, within the limits of the exchange.
_CONTENT = f"{{{GENERIC}}}Detail"
_ACTION = f"{{{WSA}}}Action"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
_UNNAMED: tuple[object, ...] = (etree.Comment, etree.ProcessingInstruction, etree.Entity)
_PART_HEAD = re.compile(rb"(?:^|\r\n)--[^\r\n]{1,80}\r\n([\x09\x0a\x0d\x20-\x7e]{1,8192}?)\r\n\r\n")


def texts_outside(history: History, exchange: Exchange, sent: Sent | None) -> Iterator[tuple[str, str]]:
    """Everything around the content of a request that can be read; ``sent`` is the message in it, if any."""
    headers = exchange.request.data.get("headers", {})
    yield from ((f"HTTP header {name}", str(value)) for name, value in headers.items())
    url = str(exchange.request.data.get("url", ""))
    if history.set_up is None or url not in history.set_up.services.values():
        yield "URL", url
    raw = exchange.evidence(exchange.request.evidence)
    yield from _in_envelope(raw, str(headers.get("content-type", "")))
    if sent is not None and isinstance(sent.file, File):
        yield "header 200, zone 204 reference", sent.file.header200["reference"]
        if "file_reference" in sent.file.header300.layout.by_key:
            yield "header 300, zone 303 file_reference", sent.file.header300["file_reference"]


def _in_envelope(raw: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """The texts of an envelope that was read before, and so can be read again."""
    if is_package(content_type):
        yield from (("head of a part", head.decode("ascii")) for head in _PART_HEAD.findall(raw))
    root = etree.fromstring(inline(raw, content_type), _PARSER)
    yield from _in_element(root, "")
    for node in (*root.itersiblings(), *root.itersiblings(preceding=True)):
        yield "comment beside the envelope", str(node.text or "")


def _in_element(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    if element.tag != _CONTENT and element.tag != _ACTION:
        yield path, element.text or ""
    yield from ((f"{path}/@{_local(str(name))}", str(value)) for name, value in element.attrib.items())
    for node in element.iterchildren():
        if node.tag in _UNNAMED:
            yield f"comment in {path or 'the envelope'}", node.text or ""
        else:
            yield from _in_element(node, _below(path, node.tag))
        yield path, node.tail or ""


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
