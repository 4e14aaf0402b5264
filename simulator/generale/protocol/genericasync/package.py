"""A MIME package (multipart/related): several parts in one HTTP body, as MTOM sends them.

Pure: bytes in, parts out. What breaks the form is a PackageError, never a guess; sizes and numbers are
bounded before anything is copied.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from hashlib import sha256

from generale.protocol.errors import PeerError

MEDIA_TYPE = "multipart/related"
"""What a package is called in HTTP (RFC 2387)."""

MOST_PARTS = 100
"""The largest number of parts in a package (project-defined)."""

LONGEST_HEAD = 8 * 1024
"""The longest head of a part, in bytes (project-defined)."""

LONGEST_CONTENT_TYPE = 1024
"""The longest Content-Type of a package, in characters: the work of reading it grows with the square of its
length (project-defined).
"""

_LONGEST_BOUNDARY = 70
_LINE, _BLANK = b"\r\n", b"\r\n\r\n"
_AS_IT_IS = frozenset({"", "binary", "8bit", "7bit"})


class PackageError(PeerError):
    """A package that cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its id without the brackets, its Content-Type, and its bytes."""

    id: str
    content_type: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What the content is, in lower case and without parameters."""
        return self.content_type.partition(";")[0].strip().lower()


def is_package(content_type: str) -> bool:
    """Whether an HTTP Content-Type says that the body is a package."""
    return content_type[: len(MEDIA_TYPE)].lower() == MEDIA_TYPE


def open_package(raw: bytes, content_type: str) -> tuple[Part, Sequence[Part]]:
    """The root of a package, and its other parts. Raises PackageError."""
    parameters = _parameters(content_type)
    parts = [_part(raw[begin:end]) for begin, end in _spans(raw, _boundary_in(parameters))]
    if not parts:
        raise PackageError("the package has no parts")
    ids = [part.id for part in parts if part.id]
    if len(set(ids)) < len(ids):
        raise PackageError("two parts of a package have the same Content-ID")
    start = parameters.get("start", "").strip().strip("<>")
    root = next((part for part in parts if part.id == start), None) if start else parts[0]
    if root is None:
        raise PackageError(f"no part of the package is the start '{start[:100]}'")
    return root, [part for part in parts if part is not root]


def beside_parts(raw: bytes, content_type: str) -> Sequence[str]:
    """What stands in a package beside the content of its parts: their heads, and what is before and after.

    Raises PackageError as ``open_package`` does.
    """
    spans = list(_spans(raw, _boundary_in(_parameters(content_type))))
    before, after = raw[: spans[0][0]] if spans else raw, raw[spans[-1][1] :] if spans else b""
    pieces = (raw[begin:end] for begin, end in spans)
    heads = (_LINE if one.startswith(_LINE) else one.partition(_BLANK)[0] for one in pieces)
    return [one.decode("utf-8", errors="replace") for one in (before, *heads, after)]


def write_package(root: bytes, parts: Sequence[Part]) -> tuple[bytes, str]:
    """A package with this SOAP 1.1 envelope as its root, and its Content-Type; the same in, the same out."""
    boundary = _boundary(root, parts)
    head = 'application/xop+xml; charset=UTF-8; type="text/xml"'
    pieces = [_piece(boundary, Part("root@generale", head, root))]
    pieces += [_piece(boundary, part) for part in parts]
    content_type = (
        f'{MEDIA_TYPE}; type="application/xop+xml"; start="<root@generale>"; start-info="text/xml";'
        f' boundary="{boundary}"'
    )
    return b"".join(pieces) + f"--{boundary}--\r\n".encode(), content_type


def _parameters(content_type: str) -> Mapping[str, str]:
    """The parameters of a Content-Type, without their quotes; empty where they cannot be read.

    Raises PackageError where it is too long to be looked at.
    """
    head = Message()
    if len(content_type) > LONGEST_CONTENT_TYPE:
        raise PackageError(f"the Content-Type of a package has at most {LONGEST_CONTENT_TYPE} characters")
    try:
        head["content-type"] = content_type
        pairs = head.get_params(failobj=[])
    except ValueError:
        return {}
    return {name.lower(): value for name, value in pairs if isinstance(value, str)}


def _boundary_in(parameters: Mapping[str, str]) -> bytes:
    boundary = parameters.get("boundary", "")
    if not 1 <= len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise PackageError("the Content-Type of a package names a boundary of 1 to 70 characters")
    return boundary.encode()


def _spans(raw: bytes, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end, between the delimiters up to the closing one, which must be there."""
    delimiter = b"--" + boundary
    at = 0 if raw.startswith(delimiter) else raw.find(_LINE + delimiter) + len(_LINE)
    if at < len(_LINE) and not raw.startswith(delimiter):
        raise PackageError("the package does not hold its boundary")
    at += len(delimiter)
    for _ in range(MOST_PARTS + 1):
        if raw.startswith(b"--", at):
            return
        begin = raw.find(_LINE, at, at + LONGEST_HEAD)
        if begin < 0 or raw[at:begin].strip(b" \t"):
            raise PackageError("a boundary of the package does not end its line")
        end = raw.find(_LINE + delimiter, begin)
        if end < 0:
            raise PackageError("the package is cut off: its closing boundary is missing")
        yield begin + len(_LINE), end
        at = end + len(_LINE) + len(delimiter)
    raise PackageError(f"the package has more than {MOST_PARTS} parts")


def _part(piece: bytes) -> Part:
    if piece.startswith(_LINE):
        head, content = b"", piece[len(_LINE) :]
    else:
        end = piece.find(_BLANK, 0, LONGEST_HEAD)
        if end < 0:
            raise PackageError(f"a part of the package has no head of at most {LONGEST_HEAD} bytes")
        head, content = piece[:end], piece[end + len(_BLANK) :]
    fields = _fields(head)
    encoding = fields.get("content-transfer-encoding", "").lower()
    if encoding == "base64":
        content = _decoded(content)
    elif encoding not in _AS_IT_IS:
        raise PackageError(f"a part of the package is encoded as '{encoding[:40]}'")
    return Part(fields.get("content-id", "").strip("<>"), fields.get("content-type", "text/plain"), content)


def _fields(head: bytes) -> Mapping[str, str]:
    """The fields of a head by name in lower case; a folded one is one line."""
    text = head.decode("latin-1").replace("\r\n ", " ").replace("\r\n\t", " ")
    fields: dict[str, str] = {}
    for line in text.split("\r\n") if text else ():
        name, colon, value = line.partition(":")
        if not colon or name.lower() in fields:
            raise PackageError("a part of the package has a head that cannot be read")
        fields[name.lower()] = value.strip()
    return fields


def _decoded(content: bytes) -> bytes:
    try:
        return base64.b64decode(content.translate(None, b" \t\r\n"), validate=True)
    except binascii.Error as error:
        raise PackageError(f"a part of the package is not base64: {error}") from error


def _boundary(root: bytes, parts: Sequence[Part]) -> str:
    """A boundary that stands in no part; it follows from what is sent, so that nothing is drawn."""
    name = sha256(root).hexdigest()
    while any(name.encode() in content for content in (root, *(part.content for part in parts))):
        name = sha256(name.encode()).hexdigest()
    return f"generale-{name[:40]}"


def _piece(boundary: str, part: Part) -> bytes:
    head = (
        f"--{boundary}\r\nContent-Type: {part.content_type}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{part.id}>\r\n\r\n"
    )
    return head.encode() + part.content + _LINE
