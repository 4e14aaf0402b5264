"""The header of an envelope on the wire: addresses are read, and what must be understood is.

A header block for another node on the way (``actor``) is passed over, and so is one that is unknown and
may be ignored. The block of WS-Security counts as understood: its content is another module's matter.
"""

from collections.abc import Mapping

from generale.protocol.genericasync.addressing import NO_ADDRESSING, Addressing
from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import SPACE, Element, add, add_optional
from generale.protocol.genericasync.fault import EnvelopeError, Fault, FaultKind, SoaCode, refusal
from generale.protocol.genericasync.vocabulary import SOAP, WSA, WSSE

_NEXT = "http://schemas.xmlsoap.org/soap/actor/next"
_ACTOR, _MUST_UNDERSTAND = f"{{{SOAP}}}actor", f"{{{SOAP}}}mustUnderstand"
_TRUTH = {"1": True, "true": True, "0": False, "false": False}
_ADDRESS = f"{{{WSA}}}Address"
_ACTION, _TO = f"{{{WSA}}}Action", f"{{{WSA}}}To"
_MESSAGE_ID, _RELATES_TO = f"{{{WSA}}}MessageID", f"{{{WSA}}}RelatesTo"
_FROM, _REPLY_TO, _FAULT_TO = f"{{{WSA}}}From", f"{{{WSA}}}ReplyTo", f"{{{WSA}}}FaultTo"
_PLAIN: Mapping[str, str] = {_ACTION: "action", _TO: "to", _MESSAGE_ID: "message_id"}
_ENDPOINTS: Mapping[str, str] = {_FROM: "source", _REPLY_TO: "reply_to", _FAULT_TO: "fault_to"}
_SECURITY = f"{{{WSSE}}}Security"


def read_header(header: Element | None) -> Addressing:
    """The addresses of an envelope.

    Raises EnvelopeError for an address that is there twice or without content, and with the fault
    MustUnderstand of SOAP 1.1 (section 4.2.3) for a block that is not known here.
    """
    if header is None:
        return NO_ADDRESSING
    found: dict[str, str] = {}
    for block in header:
        if not is_for_us(block):
            continue
        tag = block.tag
        name = _PLAIN.get(tag) or _ENDPOINTS.get(tag)
        if name is None:
            if tag == _RELATES_TO:
                found.setdefault("relates_to", _text(block))
            elif tag != _SECURITY and _must_be_understood(block):
                raise _not_understood(block)
        elif name in found:
            raise _wrong(block, "an address stands in the header twice")
        else:
            found[name] = _text(block) if tag in _PLAIN else _endpoint(block)
    return Addressing(**found)


def is_for_us(block: Element) -> bool:
    """Whether a header block is for who receives it first, and not for another node (SOAP 1.1, 4.2.2)."""
    actor = block.get(_ACTOR)
    return actor is None or actor.strip(SPACE) in ("", _NEXT)


def write_header(header: Element, addressing: Addressing, *, obliging: bool) -> None:
    """Write the address headers; an obliging one asks that its action be understood."""
    if addressing.action is not None:
        attributes = {_MUST_UNDERSTAND: "1" if obliging else None}
        add(header, _ACTION, addressing.action, attributes)
    add_optional(header, _TO, addressing.to)
    add_optional(header, _MESSAGE_ID, addressing.message_id)
    add_optional(header, _RELATES_TO, addressing.relates_to)
    for tag, address in (
        (_FROM, addressing.source),
        (_REPLY_TO, addressing.reply_to),
        (_FAULT_TO, addressing.fault_to),
    ):
        if address is not None:
            add(add(header, tag), _ADDRESS, address)


def _text(block: Element) -> str:
    if len(block):
        raise _wrong(block, "an address is a text")
    return (block.text or "").strip(SPACE)


def _endpoint(block: Element) -> str:
    for part in block:
        if part.tag == _ADDRESS:
            return _text(part)
    raise _wrong(block, "an endpoint has no Address")


def _must_be_understood(block: Element) -> bool:
    value = block.get(_MUST_UNDERSTAND)
    if value is None:
        return False
    obliging = _TRUTH.get(value.strip(SPACE))
    if obliging is None:
        raise _wrong(block, "mustUnderstand is 0 or 1")
    return obliging


def _wrong(block: Element, message: str) -> EnvelopeError:
    return refusal(SoaCode.NOT_SOAP, message, where=place(block))


def _not_understood(block: Element) -> EnvelopeError:
    message = f"the header {block.tag} must be understood, and is not known here"[:500]
    fault = Fault(kind=FaultKind.PLAIN, code="MustUnderstand", source="", message=message)
    return EnvelopeError(fault, where=place(block))
