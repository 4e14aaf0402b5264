"""GenericAsync over SOAP 1.1 with zeep: post a message, get what waits, confirm what was stored."""

import hmac
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lxml.etree import XMLParser, XMLSyntaxError, _Element, fromstring
from requests import RequestException, Session
from zeep import Client
from zeep.exceptions import Error, Fault
from zeep.transports import Transport

from generale.driver.setup import FacilitySetUp

SECONDS = 30
MOST = 100
SUCCESS = "urn:nip:tack:result:major:success"
TRY_AGAIN = "urn:nip:tack:result:minor:try-again"


class NoAnswer(Exception):
    """Nobody knows whether it arrived: the same must be tried again later."""


class Refusal(Exception):
    """The platform refused, and says whether the same may be tried again later."""

    def __init__(self, text: str, asks_again: bool) -> None:
        super().__init__(text)
        self.asks_again = asks_again


class Sendable(Protocol):
    """What can be posted."""

    service: str
    name: str
    content: bytes
    reference: str


@dataclass
class Reply:
    """One reply: its key in the mailbox, the message it is about, its content (None if unreadable)."""

    key: str
    about: str
    content: _Element | None


@dataclass
class Page:
    """What a poll brought: replies, keys of receipts, and references of messages that never arrived."""

    replies: list[Reply]
    receipts: list[str]
    not_picked_up: set[str]
    is_full: bool


class Line:
    """The services of the platform, by the addresses of one rehearsal."""

    def __init__(self, services: Mapping[str, str]) -> None:
        self._services = services
        self._ports: dict[str, Any] = {}

    def post(self, account: FacilitySetUp, message: Sendable) -> str:
        """Send a message; the warning that came with the receipt, mostly empty."""
        packer = zlib.compressobj(wbits=-15)  # raw DEFLATE, without a header of zlib or gzip
        tack = self._call(
            message.service,
            "post",
            CommonInput={
                "Request": {"IsTest": False},
                "Origin": origin(account),
                "InputReference": message.reference,
            },
            Detail={
                "_value_1": packer.compress(message.content) + packer.flush(),
                "ContentType": "text/xml",
                "ContentEncoding": "deflate",
                "MessageName": message.name,
            },
        )
        seal = hmac.digest((tack.ResultMajor or "").encode(), message.content, "sha256")
        if tack._value_1 != seal:
            raise NoAnswer("the acknowledgement is of something else")
        minor = tack.ResultMinor or ""
        said = f"{minor} {tack.ResultMessage or ''}".strip()
        if tack.ResultMajor != SUCCESS:
            raise Refusal(said, minor == TRY_AGAIN)
        return "" if minor.endswith(":duplicate") else said

    def get(self, account: FacilitySetUp, service: str) -> Page:
        """Ask for the oldest items of a mailbox."""
        page = self._call(
            service,
            "get",
            Origin=origin(account),
            MsgQuery={"Max": MOST, "MessageNames": []},
            TAckQuery={"Max": MOST},
        )
        tacks = [one.TAck for one in page.TAckResponse]
        return Page(
            replies=[reply_in(one) for one in page.MsgResponse],
            receipts=[one.Reference for one in tacks],
            not_picked_up={one.AppliesTo.rpartition(":")[2] for one in tacks if one.ResultMajor != SUCCESS},
            is_full=MOST in (len(page.MsgResponse), len(tacks)),
        )

    def confirm(
        self, account: FacilitySetUp, service: str, replies: Sequence[str], receipts: Sequence[str]
    ) -> None:
        """Say which items were stored; they then leave the mailbox."""
        self._call(service, "confirm", Origin=origin(account), MsgRefValues=replies, TAckReferences=receipts)

    def _call(self, service: str, operation: str, **request: Any) -> Any:
        """One SOAP call."""
        try:
            if service not in self._ports:
                self._ports[service] = self._opened(self._services[service])
            return getattr(self._ports[service], operation)(**request)
        except Fault as fault:
            raise refusal_in(fault) from fault
        except (Error, RequestException) as error:
            raise NoAnswer(str(error)) from error

    @staticmethod
    def _opened(address: str) -> Any:
        """The operations at an address, by its own description."""
        session = Session()
        session.trust_env = False  # no proxy stands between
        transport = Transport(session=session, timeout=SECONDS, operation_timeout=SECONDS)
        return Client(f"{address}?wsdl", transport=transport).service


def origin(account: FacilitySetUp) -> dict[str, Any]:
    """Who sends: the licence of the facility, and its RIZIV number in eleven digits."""
    licence = {"Username": account.username, "Password": account.password}
    return {
        "Package": {"Name": "Admissions Example", "License": licence},
        "CareProvider": {"Nihii": {"Quality": "retirement", "Value": account.nihii.ljust(11, "0")}},
    }


def reply_in(item: Any) -> Reply:
    """Take one reply out of its envelope."""
    detail = item.Detail
    try:
        is_packed = detail.ContentEncoding == "deflate"
        raw = zlib.decompress(detail._value_1, wbits=-15) if is_packed else detail._value_1
        content = fromstring(raw, XMLParser(resolve_entities=False, no_network=True))
    except (zlib.error, XMLSyntaxError):
        content = None
    return Reply(detail.Reference, item.CommonOutput.InputReference, content)


def refusal_in(fault: Fault) -> Refusal:
    """A SOAP fault: its code and its words. Try again where it says so, or where it came too soon."""
    words = fault.message or ""
    code = retry = ""
    if fault.detail is not None:
        code = fault.detail.findtext("*/Code") or ""
        retry = fault.detail.findtext("*/Retry") or ("true" if code == "SOA-02002" else "")
    return Refusal(f"{code} {words}".strip(), retry == "true" or words.startswith("Not enough time"))
