"""What a request must keep to beyond its schema: operation, addresses, what is asked for, and openness.

One pure function, so that the platform refuses by the same words by which a judge explains.
"""

import re
from collections.abc import Container, Iterator

from generale.protocol.genericasync.addressing import Addressing
from generale.protocol.genericasync.envelope import Request, action_of, short_action
from generale.protocol.genericasync.fault import Fault, SoaCode, soa_fault
from generale.protocol.genericasync.message import Get, Post
from generale.protocol.genericasync.vocabulary import ANONYMOUS, DESTINATION, MULTICAST, PLATFORM_IO

_IO = re.compile("[0-9]{3}")
_LONGEST = 200


def request_fault(
    body: Request, addressing: Addressing, *, soap_action: str, funds: Container[str]
) -> Fault | None:
    """The fault that answers a request which breaks a rule; None for one that keeps them all.

    ``soap_action`` is the HTTP header, empty where there is none, with or without its quotes; ``funds``
    are the numbers that can be a destination, besides the platform and everybody.
    """
    return next(_broken(body, addressing, soap_action, funds), None)


def _broken(
    body: Request, addressing: Addressing, soap_action: str, funds: Container[str]
) -> Iterator[Fault]:
    expected = action_of(body)
    right = (expected, short_action(expected))
    stated = soap_action.strip().strip('"')
    if stated and stated not in right:
        yield _fault(SoaCode.NOT_WSDL, f"SOAPAction '{stated}' does not fit the body: '{expected}' does")
    if addressing.action not in (None, *right):
        yield _fault(
            SoaCode.NOT_WSDL, f"wsa:Action '{addressing.action}' does not fit the body: '{expected}' does"
        )
    for name, address in (("ReplyTo", addressing.reply_to), ("FaultTo", addressing.fault_to)):
        if address not in (None, ANONYMOUS):
            message = f"wsa:{name} '{address}': answers go back on the same connection only"
            yield _fault(SoaCode.NOT_WSDL, message)
    if not _is_destination(addressing.to or "", funds):
        yield _fault(SoaCode.INVALID_CONTENT, f"wsa:To '{addressing.to}' is no known destination")
    if isinstance(body, Get):
        yield from _unanswerable(body)
    if isinstance(body, Post) and body.blob.is_sealed:
        message = f"content with ContentEncryption '{body.blob.encryption}' cannot be opened here"
        yield _fault(SoaCode.INVALID_CONTENT, message)


def _is_destination(to: str, funds: Container[str]) -> bool:
    """Whether an address is nothing, the connection itself, a URL, or a logical destination that is known."""
    if to in ("", ANONYMOUS) or to.startswith(("http://", "https://")):
        return True
    number = to.removeprefix(DESTINATION)
    return number != to and (number in (MULTICAST, PLATFORM_IO) or number in funds)


def _unanswerable(get: Get) -> Iterator[Fault]:
    for name, query in (("MsgQuery", get.message_query), ("TAckQuery", get.tack_query)):
        if query.max < 0:
            yield _fault(SoaCode.INVALID_CONTENT, f"{name}/Max is {query.max}: 0 or more is expected")
    for number in (*get.include_ios, *get.exclude_ios):
        if not _IO.fullmatch(number):
            yield _fault(SoaCode.INVALID_CONTENT, f"'{number}' is not the number of a fund: three digits")


def _fault(code: SoaCode, message: str) -> Fault:
    return soa_fault(code, message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…")
