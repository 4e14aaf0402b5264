"""The three answers on the wire: what the platform sends and a care home reads.

Every message and every acknowledgement out of the mailbox carries a signature element, empty
where it is not signed: real clients break without it.
"""

from collections.abc import Iterator
from dataclasses import replace

from generale.protocol.genericasync.blob import Limits
from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import (
    Element,
    add,
    add_optional,
    base64_text,
    child,
    common,
    generic,
    octets,
    whole_number,
)
from generale.protocol.genericasync.fault import SoaCode, refusal
from generale.protocol.genericasync.message import ConfirmResponse, Delivery, GetResponse, PostResponse
from generale.protocol.genericasync.part_codec import XADES, read_blob, read_xades, write_blob, write_xades
from generale.protocol.genericasync.tack import TAck
from generale.protocol.genericasync.vocabulary import ResultMajor


def read_post_response(response: Element, _limits: Limits) -> PostResponse:
    """Read the acknowledgement of a post."""
    return PostResponse(tack=_read_tack(child(response, generic("return"))))


def write_post_response(body: Element, response: PostResponse) -> None:
    """Write the acknowledgement of a post."""
    _write_tack(add(body, generic("postResponse")), "return", response.tack)


def read_get_response(response: Element, limits: Limits) -> GetResponse:
    """Read what waited in the mailbox."""
    content = child(response, generic("return"))
    tacks = content.iterfind(f"{generic('TAckResponse')}/{generic('TAck')}")
    return GetResponse(
        messages=tuple(_read_deliveries(content, limits)),
        tacks=tuple(_read_tack(tack) for tack in tacks),
        msg_count=whole_number(content.get("MsgCount", "")),
        tack_count=whole_number(content.get("TAckCount", "")),
    )


def write_get_response(body: Element, response: GetResponse) -> None:
    """Write what waits in the mailbox."""
    counts = {"MsgCount": str(response.msg_count), "TAckCount": str(response.tack_count)}
    content = add(add(body, generic("getResponse")), generic("return"), None, counts)
    for delivery in response.messages:
        _write_delivery(content, delivery)
    for tack in response.tacks:
        element = add(content, generic("TAckResponse"))
        _write_tack(element, "TAck", tack)
        write_xades(element, b"")


def read_confirm_response(_response: Element, _limits: Limits) -> ConfirmResponse:
    """Read the empty answer to a confirmation."""
    return ConfirmResponse()


def write_confirm_response(body: Element, _response: ConfirmResponse) -> None:
    """Write the empty answer to a confirmation."""
    add(body, generic("confirmResponse"))


def _read_deliveries(content: Element, limits: Limits) -> Iterator[Delivery]:
    """The messages of an answer, as long as their contents stay within what they may have together."""
    left = limits.together
    for item in content.iterfind(generic("MsgResponse")):
        delivery = _read_delivery(item, replace(limits, content=min(limits.content, left)))
        left -= len(delivery.blob.content)
        yield delivery


def _read_delivery(message: Element, limits: Limits) -> Delivery:
    output = child(message, generic("CommonOutput"))
    return Delivery(
        input_reference=output.findtext(common("InputReference")),
        nip_reference=output.findtext(common("NIPReference")),
        output_reference=output.findtext(common("OutputReference")),
        blob=read_blob(child(message, generic("Detail")), limits),
        xades=read_xades(message.find(XADES)) or b"",
    )


def _write_delivery(parent: Element, delivery: Delivery) -> None:
    element = add(parent, generic("MsgResponse"))
    output = add(element, generic("CommonOutput"))
    add_optional(output, common("InputReference"), delivery.input_reference)
    add_optional(output, common("NIPReference"), delivery.nip_reference)
    add_optional(output, common("OutputReference"), delivery.output_reference)
    write_blob(element, delivery.blob)
    write_xades(element, delivery.xades)


def _read_tack(tack: Element) -> TAck:
    major = tack.get("ResultMajor", "")
    if major not in tuple(ResultMajor):
        raise refusal(SoaCode.INVALID_CONTENT, f"unknown ResultMajor '{major}'", where=place(tack))
    return TAck(
        value=octets(tack, tack.text),
        issuer=tack.get("Issuer", ""),
        applies_to=tack.get("AppliesTo", ""),
        result_major=ResultMajor(major),
        result_minor=tack.get("ResultMinor", ""),
        result_message=tack.get("ResultMessage", ""),
        reference=tack.get("Reference", ""),
        id=tack.get("Id"),
    )


def _write_tack(parent: Element, name: str, tack: TAck) -> None:
    attributes = {
        "Issuer": tack.issuer,
        "AppliesTo": tack.applies_to,
        "ResultMajor": tack.result_major.value,
        "ResultMinor": tack.result_minor or None,
        "ResultMessage": tack.result_message or None,
        "Reference": tack.reference or None,
        "Id": tack.id,
    }
    add(parent, generic(name), base64_text(tack.value), attributes)
