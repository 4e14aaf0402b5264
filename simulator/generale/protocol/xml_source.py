"""XML from outside: parsed without entities, document types or network, and the place of an element in it."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from generale.protocol.errors import PeerError

_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)

MOST_MARKS = 500_000
"""The most tags and attributes of a document, counted as ``<`` and ``=`` before it is parsed, because each
takes some forty times its bytes in memory (project-defined).
"""

MOST_ATTRIBUTES = 200
"""The most attributes and namespace declarations of one element together (project-defined): the canonical
form of an element takes time by the square of them, and a hostile one is made before anybody is known.
"""

MOST_NAMESPACES = 1_000
"""The most namespace declarations of a document (project-defined): a canonical form looks for each name
among all that stand above it.
"""

ENCODINGS: Mapping[str, str] = MappingProxyType(
    {
        "utf-8": "utf-8",
        "utf8": "utf-8",
        "utf-16": "utf-16",
        "utf-16le": "utf-16-le",
        "utf-16be": "utf-16-be",
        "us-ascii": "ascii",
        "ascii": "ascii",
        "iso-8859-1": "latin-1",
        "iso-8859-15": "iso8859-15",
        "windows-1252": "cp1252",
    }
)
"""The encodings that a document may have, by the name it says, with what Python calls them: in others its
tags cannot be counted (project-defined).
"""

_WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be"})
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)[\"']")
_UNSHOWN = re.compile(r"[^ -~]")
_EBCDIC = b"\x4c\x6f\xa7\x94"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MARKS = (b"\xef\xbb\xbf", *_UTF_16_MARKS)
_USUAL = tuple(
    f"<?xml version={mark}1.0{mark} encoding={mark}{name}{mark}".encode()
    for mark in ("'", '"')
    for name in ("UTF-8", "utf-8")
)
_WHOLE_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
_UTF_32 = (
    *(b"\0\0\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xff\xfe", b"\xfe\xff\0\0"),
    *(b"\0\0\0<", b"<\0\0\0", b"\0\0<\0", b"\0<\0\0"),
)
"""How a document in four bytes a letter begins, with its mark or without (XML 1.0, appendix F.1)."""
_TAG = re.compile(rb"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+""")
_VALUE = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+')""")


LONGEST_QUOTE = 200
"""How many characters of a value a refusal repeats (project-defined)."""

LONGEST_TOLD = 1_000
"""How many characters a refusal, or the place that it names, has at most (project-defined)."""


TOO_LONG = "a text or a nesting goes beyond what is read of plain XML (a text: 10,000,000 characters)"
"""What is said of XML that its parser gives up for its size."""


class MessageError(PeerError):
    """Bytes that are not a message of the profile; ``where`` is XPath and line."""


def parse_xml(raw: bytes) -> etree._Element:
    """The root element of well-formed XML without a document type; ``MessageError`` for anything else."""
    reason = excess(raw)
    if reason is not None:
        raise MessageError(reason, where="line 1")
    try:
        root = etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason, line = str(error).partition(", line ")[0], getattr(error, "lineno", 0)
        reason = TOO_LONG if "XML_PARSE_HUGE" in reason else reason
        raise MessageError(f"not well-formed XML: {reason}", where=f"line {line}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise MessageError("a document type declaration is not allowed", where="line 1")
    return root


def in_charset(raw: bytes, charset: str) -> bytes:
    """The same document, so that it can be read without the ``charset`` that was said of it from outside.

    A byte-order mark counts before the charset, and that before the declaration (RFC 7303, section 3). Raises
    MessageError for a charset that is not accepted, or is not that of the bytes.
    """
    codec = ENCODINGS.get(charset.lower())
    if codec is None:
        raise MessageError(_not_accepted(charset), where="line 1")
    if raw.startswith(_MARKS) or (codec == "utf-8" and _is_plain(raw)):
        return raw
    if codec in _WIDE:
        # Without a mark and an order in its name it is told by where the zero of the first sign stands.
        orders = {"utf-16": "utf-16-be" if raw.startswith(b"\0") else "utf-16-le"}
        codec = orders.get(codec, codec)
    elif _is_read_alike(raw, codec):
        return raw
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        reason = f"the document is not in the charset '{charset.lower()}' of its Content-Type"
        raise MessageError(reason, where="line 1") from error
    return _WHOLE_DECLARATION.sub("", text, count=1).encode() if text.startswith("<?xml") else text.encode()


def _is_plain(raw: bytes) -> bool:
    """Whether a document has no declaration, or the one that nearly all have: most posts end here."""
    return not raw.startswith(b"<?xml") or raw.startswith(_USUAL)


def _is_read_alike(raw: bytes, codec: str) -> bool:
    """Whether these bytes say the same in an encoding that holds ASCII as by their own declaration."""
    own = ENCODINGS.get(_declared(raw).lower())
    return own == codec or (own is not None and own not in _WIDE and raw.isascii())


def _declared(raw: bytes) -> str:
    found = _DECLARATION.match(raw)
    return found.group(1).decode("latin-1") if found else "utf-8"


def _not_accepted(encoding: str) -> str:
    return f"the encoding '{_UNSHOWN.sub('?', encoding[:40])}' is not accepted: write UTF-8"


def excess(raw: bytes) -> str | None:
    """Why these bytes are not even to be parsed; None where they may be. Linear in their number."""
    if raw.startswith(_USUAL) and len(raw) <= MOST_MARKS and raw.count(b"=") <= MOST_ATTRIBUTES:
        return None  # too short, and with too few signs, for any of the limits: most posts end here
    if raw.startswith(_UTF_32):
        return _not_accepted("UTF-32 (UCS-4)")
    declared = _declared(raw)
    if declared.lower() not in ENCODINGS or raw.startswith(_EBCDIC):
        return _not_accepted(declared)
    if raw.count(b"<") + raw.count(b"=") > MOST_MARKS:
        return f"the document has more than {MOST_MARKS} tags and attributes"
    text = single_bytes(raw)
    if text.count(b"=") <= MOST_ATTRIBUTES:
        return None
    if text.count(b"xmlns") > MOST_NAMESPACES:
        return f"the document declares namespaces more than {MOST_NAMESPACES} times"
    if _is_crowded(text):
        return f"an element has more than {MOST_ATTRIBUTES} attributes and namespace declarations"
    return None


def single_bytes(raw: bytes) -> bytes:
    """The same text with its tags in single bytes: in UTF-16 a letter can hold the byte of a tag."""
    if raw.startswith(_UTF_16_MARKS):
        return raw.decode("utf-16", "replace").encode()
    if b"\0" not in raw[:4]:
        return raw
    return raw.decode(codec_of(raw), "replace").replace("\0", "").encode()


def codec_of(raw: bytes) -> str:
    """What Python calls the encoding of a document: that of its mark, its first zeros, or its declaration."""
    if raw.startswith(_MARKS):
        return "utf-16" if raw.startswith(_UTF_16_MARKS) else "utf-8"
    if b"\0" in raw[:4]:
        return "utf-16-be" if raw.startswith(b"\0") else "utf-16-le"
    return ENCODINGS.get(_declared(raw).lower(), "utf-8")


def encoding_of(raw: bytes) -> str:
    """The name of that encoding; a byte-order mark is told with it."""
    codec = codec_of(raw)
    name = next(name for name, own in ENCODINGS.items() if own == codec).upper()
    return f"{name} with a byte-order mark" if raw.startswith(_MARKS) else name


def undecodable(raw: bytes) -> int | None:
    """Where the first byte stands that is none of the document's own encoding; None where all are."""
    try:
        raw.decode(codec_of(raw))
    except UnicodeDecodeError as error:
        return error.start
    return None


def is_xml(raw: bytes) -> bool:
    """Whether these bytes are meant as XML: they begin with a tag, in any encoding, refused or not."""
    return raw.startswith(_UTF_32) or single_bytes(raw).removeprefix(_MARKS[0]).lstrip().startswith(b"<")


def _is_crowded(text: bytes) -> bool:
    """Whether a tag has too many attributes. No value holds a ``<``, so each tag ends before the next one."""
    return any(
        piece.count(b"=") > MOST_ATTRIBUTES and _attributes(piece) > MOST_ATTRIBUTES
        for piece in text.split(b"<")
    )


def _attributes(piece: bytes) -> int:
    """How many attributes stand in a tag, of which the text begins behind its ``<``; a comment has none."""
    found = None if piece.startswith((b"!", b"?")) else _TAG.match(piece)
    return 0 if found is None else len(_VALUE.findall(found.group()))


def brief(text: str, longest: int = LONGEST_QUOTE) -> str:
    """A value as a refusal repeats it: no more than its beginning."""
    return text if len(text) <= longest else f"{text[:longest]}\u2026"


def place_of(node: etree._Element) -> str:
    """The place of an element, XPath without namespaces and line: ``Opname/Bewoner/Insz line 3``."""
    return f"{path_of(node)} line {node.sourceline}"


def path_of(node: etree._Element) -> str:
    """The XPath of an element, without namespaces; the second of a name among its siblings is ``Name[2]``.

    A very long one is told by its beginning and its end.
    """
    path = "/".join(_step(one) for one in (*reversed(list(node.iterancestors())), node))
    half = LONGEST_TOLD // 2
    return path if len(path) <= LONGEST_TOLD else f"{path[:half]}\u2026{path[-half:]}"


def _step(node: etree._Element) -> str:
    name = etree.QName(node).localname
    alike = [] if node.getparent() is None else list(node.itersiblings(node.tag, preceding=True))
    return f"{name}[{len(alike) + 1}]" if alike else name
