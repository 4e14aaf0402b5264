"""Rejections on the wire: a document of its own, which is the content of a delivery."""

from lxml import etree

from generale.protocol.errors import OurError
from generale.protocol.genericasync.codec import parsed
from generale.protocol.genericasync.contract import REJECT_SCHEMA, place
from generale.protocol.genericasync.element import (
    Element,
    add,
    add_optional,
    boolean,
    check,
    child,
    common,
    generic,
    truth,
)
from generale.protocol.genericasync.fault import EnvelopeError, SoaCode, refusal
from generale.protocol.genericasync.fault_codec import read_fault_type, write_fault_type
from generale.protocol.genericasync.origin_codec import read_origin, write_origin
from generale.protocol.genericasync.reject import Reject, RejectSide
from generale.protocol.genericasync.vocabulary import COMMON, GENERIC, TYPES
from generale.protocol.xml_source import single_bytes

_SIDES = {generic(side.value): side for side in RejectSide}
_MARKS = tuple(side.value.encode() for side in RejectSide)


def is_reject(content: bytes) -> bool:
    """Whether the content of a delivery is meant as a rejection, by the name of its root."""
    text = single_bytes(content)
    if not any(mark in text for mark in _MARKS):
        return False
    try:
        return parsed(content).tag in _SIDES
    except EnvelopeError:
        return False


def read_reject(content: bytes) -> Reject:
    """Read a rejection. Raises EnvelopeError, and nothing else, for content that is none."""
    root = parsed(content)
    side = _SIDES.get(root.tag)
    if side is None:
        raise refusal(SoaCode.NOT_WSDL, f"{root.tag} is no rejection", where=place(root))
    check(root, REJECT_SCHEMA)
    is_inbound = side is RejectSide.INBOUND
    information = child(root, generic("CommonInput" if is_inbound else "CommonOutput"))
    reference = information.findtext(common("InputReference"))
    if not reference:
        raise refusal(SoaCode.INVALID_CONTENT, "there is no InputReference", where=place(information))
    origin = child(information, common("Origin")) if is_inbound else child(root, generic("Origin"))
    return Reject(
        side=side,
        message_name=root.get("msgName", ""),
        origin=read_origin(origin),
        input_reference=reference,
        fault=read_fault_type(child(root, generic("Fault"))),
        is_test=truth(information.findtext(f"{common('Request')}/{common('IsTest')}", "")),
        nip_reference=information.findtext(common("NIPReference")),
        output_reference=information.findtext(common("OutputReference")),
    )


def write_reject(reject: Reject) -> bytes:
    """Write a rejection in UTF-8. Raises OurError for a text that XML cannot hold."""
    prefixes = {"generic": GENERIC, "common": COMMON, "types": TYPES}
    root = etree.Element(generic(reject.side.value), nsmap=prefixes)
    try:
        root.set("msgName", reject.message_name)
        writer = _write_inbound if reject.side is RejectSide.INBOUND else _write_outbound
        writer(root, reject)
        write_fault_type(add(root, generic("Fault")), reject.fault)
    except ValueError as error:
        raise OurError(f"XML cannot hold this rejection: {error}") from error
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _write_inbound(root: Element, reject: Reject) -> None:
    information = add(root, generic("CommonInput"))
    add(add(information, common("Request")), common("IsTest"), boolean(reject.is_test))
    write_origin(information, common("Origin"), reject.origin)
    add(information, common("InputReference"), reject.input_reference)
    add_optional(information, common("NIPReference"), reject.nip_reference)


def _write_outbound(root: Element, reject: Reject) -> None:
    information = add(root, generic("CommonOutput"))
    add(information, common("InputReference"), reject.input_reference)
    add_optional(information, common("NIPReference"), reject.nip_reference)
    add_optional(information, common("OutputReference"), reject.output_reference)
    write_origin(root, generic("Origin"), reject.origin)
