"""One message as a plain document and back: a flat file by its zones, an XML message by its fields.

A document of a flat file is lossless. An XML message comes back with the same fields, in the layout of the
profile. Out of a GenericAsync envelope comes the content of its blob; going back, that content is written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args, get_type_hints

from generale.conformance.message_bytes import BYTE_ORDER_MARK, is_envelope, is_flat
from generale.protocol.errors import OurError, PeerError
from generale.protocol.flatfile import decode, deviations, message_types
from generale.protocol.flatfile.document import PartDocument, bytes_of, part_documents
from generale.protocol.form import from_json, to_json
from generale.protocol.genericasync import (
    Blob,
    GetResponse,
    Post,
    Reject,
    RejectSide,
    is_reject,
    read_envelope,
    read_reject,
    write_reject,
)
from generale.protocol.messages import Message
from generale.protocol.profile import Profile

FORMAT = 1
"""The version of the form of these documents."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0."""

_REJECTS = tuple(side.value for side in RejectSide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the envelope around a message said of it."""

    message_name: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Something in an answer that the instructions do not foresee; it changes nothing on the way back."""

    where: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDocument:
    """One message: ``parts`` for a flat file, ``fields`` for an XML message."""

    format: int = FORMAT
    kind: str
    """The number of a flat file, such as ``920000``, or the name of a message or rejection, such as
    ``Admission`` or ``RejectInb``."""
    envelope: Envelope | None = None
    fields: Mapping[str, Any] | None = None
    parts: tuple[PartDocument, ...] = ()
    deviations: tuple[Oddity, ...] = ()


def decoded(
    raw: bytes, profile: Profile, number: int = 0, lang: Literal["nl", "en"] = "en"
) -> MessageDocument:
    """The document of a message, rejection, flat file or reply, or of one inside a GenericAsync envelope.

    ``number`` chooses among several messages of an envelope, from 1; 0 where there is only one. Deviations
    are told in ``lang``. ``PeerError`` for bytes that are no message, or for a number that the envelope does
    not have.
    """
    if not is_envelope(raw):
        return _content(raw, profile, lang)
    found = _blobs(raw)
    if not found:
        raise PeerError("the envelope holds no message", where="Envelope")
    if (not number and len(found) > 1) or number > len(found):
        raise PeerError(f"the envelope holds {len(found)} messages", where="Body")
    blob, reference = found[max(number, 1) - 1]
    if is_envelope(blob.content):
        raise PeerError("the envelope holds another envelope", where="Detail")
    told = Envelope(message_name=blob.message_name, reference=reference)
    return replace(_content(blob.content, profile, lang), envelope=told)


def document_json(document: MessageDocument) -> dict[str, Any]:
    """A document as plain JSON."""
    written: dict[str, Any] = to_json(document)
    return written


def encoded(value: Any, profile: Profile) -> bytes:
    """The bytes of the message in a document; ``PeerError`` names what does not fit, and where."""
    if not isinstance(value, dict):
        raise PeerError("an object is expected", where="$")
    told = from_json(MessageDocument, {**value, "fields": None})
    if told.format != FORMAT:
        raise PeerError(f"format {FORMAT} is expected", where="$.format")
    if told.kind in message_types():
        return _flat_bytes(told)
    if told.kind in _REJECTS:
        return _reject_bytes(told.kind, value.get("fields"))
    kinds = {kind.__name__: kind for kind in profile.bindings}
    if told.kind not in kinds:
        known = ", ".join([*kinds, *_REJECTS, *message_types()])
        raise PeerError(f"'{told.kind[:40]}' is none of {known}", where="$.kind")
    kind, fields = kinds[told.kind], value.get("fields")
    message = from_json(kind, fields, "$.fields")
    _keeps_offsets(kind, fields)
    _fits_in_xml(to_json(message), "$.fields")
    raw = profile.write(message)
    profile.read(raw)
    return raw


def _keeps_offsets(kind: type[Message], fields: Any) -> None:
    """An instant is written with the offset that it has: one without is not given another meaning."""
    for name, hint in get_type_hints(kind).items():
        text = fields.get(name) if datetime in (hint, *get_args(hint)) else None
        if text is not None and datetime.fromisoformat(text).tzinfo is None:
            message = f"'{text[:40]}' has no offset; an instant is written as 2019-04-01T10:00:00+02:00"
            raise PeerError(message, where=f"$.fields.{name}")


def _fits_in_xml(value: Any, where: str) -> None:
    """Texts hold only what XML 1.0 can hold."""
    match value:
        case dict():
            for key, inside in value.items():
                _fits_in_xml(inside, f"{where}.{key}")
        case list():
            for place, inside in enumerate(value):
                _fits_in_xml(inside, f"{where}[{place}]")
        case str() if strange := _NO_XML.search(value):
            code = ord(strange[0])
            raise PeerError(f"the character U+{code:04X} cannot stand in XML", where=where)


def _flat_bytes(told: MessageDocument) -> bytes:
    raw = bytes_of(told.parts)
    if raw[:6].decode("ascii") != told.kind:
        raise PeerError(f"the parts are those of a {raw[:6].decode('ascii')}", where="$.kind")
    return raw


def _reject_bytes(kind: str, fields: Any) -> bytes:
    try:
        reject = from_json(Reject, fields, "$.fields")
        _fits_in_xml(to_json(reject), "$.fields")
        raw = write_reject(reject)
    except OurError as error:
        raise PeerError(str(error), where="$.fields") from error
    if reject.side.value != kind:
        raise PeerError(f"the fields are those of a {reject.side.value}", where="$.kind")
    read_reject(raw)
    return raw


def _blobs(raw: bytes) -> Sequence[tuple[Blob, str]]:
    """The blobs in an envelope, each with the reference of its message."""
    match read_envelope(raw).body:
        case Post(blob=blob, input_reference=reference):
            return [(blob, reference or "")]
        case GetResponse(messages=messages):
            return [(one.blob, one.input_reference or "") for one in messages]
        case _:
            return []


def _content(raw: bytes, profile: Profile, lang: Literal["nl", "en"]) -> MessageDocument:
    if not is_flat(raw):
        if is_reject(raw):
            reject = read_reject(raw)
            return MessageDocument(kind=reject.side.value, fields=to_json(reject))
        message = profile.read(raw)
        return MessageDocument(kind=type(message).__name__, fields=to_json(message))
    if raw.startswith(BYTE_ORDER_MARK):
        raise PeerError("a byte-order mark stands in front", where="byte 0")
    file = decode(raw)
    odd = tuple(
        Oddity(where=one.where, what=one.what_nl if lang == "nl" else one.what) for one in deviations(file)
    )
    return MessageDocument(kind=file.type, parts=part_documents(file), deviations=odd)
