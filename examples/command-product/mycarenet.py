"""GenericAsync over SOAP 1.1 by hand: post a message, get what waits, confirm what was stored."""

import base64
import hmac
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

SECONDS = 30
MOST = 100
SUCCESS = "urn:nip:tack:result:major:success"
TRY_AGAIN = "urn:nip:tack:result:minor:try-again"
ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:g="urn:be:cin:nip:async:generic"
 xmlns:c="urn:be:cin:mycarenet:esb:common:v2"><soap:Body>{body}</soap:Body></soap:Envelope>"""


class NoAnswer(Exception):
    """Nobody knows whether it arrived: the same must be tried again later."""


class Refusal(Exception):
    """The platform refused, and says whether the same may be tried again later."""

    def __init__(self, text: str, asks_again: bool) -> None:
        super().__init__(text)
        self.asks_again = asks_again


@dataclass
class Account:
    """Whose mailbox it is, and what opens it."""

    nihii: str
    username: str
    password: str


@dataclass
class Reply:
    """One reply: its key in the mailbox, the message it is about, its content (None if unreadable)."""

    key: str
    about: str
    content: Element | None


@dataclass
class Page:
    """What a poll brought: replies, keys of receipts, and references of messages that never arrived."""

    replies: list[Reply]
    receipts: list[str]
    not_picked_up: set[str]
    is_full: bool


def post(address: str, account: Account, name: str, reference: str, content: bytes) -> str:
    """Send a message; the warning that came with the receipt, mostly empty."""
    packer = zlib.compressobj(wbits=-15)  # raw DEFLATE, without a header of zlib or gzip
    blob = base64.b64encode(packer.compress(content) + packer.flush()).decode()
    body = (
        f"<g:post><g:CommonInput><c:Request><c:IsTest>false</c:IsTest></c:Request><c:Origin>{origin(account)}"
        f"</c:Origin><c:InputReference>{reference}</c:InputReference></g:CommonInput><g:Detail "
        f'ContentType="text/xml" ContentEncoding="deflate" MessageName="{name}">{blob}</g:Detail></g:post>'
    )
    tack = call(address, "post:msg", body, "postResponse").find("{*}return")
    major = "" if tack is None else tack.get("ResultMajor", "")
    seal = base64.b64encode(hmac.digest(major.encode(), content, "sha256")).decode()
    if tack is None or (tack.text or "").strip() != seal:
        raise NoAnswer("the acknowledgement is of something else")
    minor, message = tack.get("ResultMinor", ""), tack.get("ResultMessage", "")
    if major != SUCCESS:
        raise Refusal(f"{minor} {message}", minor == TRY_AGAIN)
    return "" if minor.endswith(":duplicate") else f"{minor} {message}".strip()


def get(address: str, account: Account) -> Page:
    """Ask for the oldest items of a mailbox."""
    most = f"<g:Max>{MOST}</g:Max>"
    body = (
        f"<g:get><g:Origin>{origin(account)}</g:Origin><g:MsgQuery>{most}<g:MessageNames/></g:MsgQuery>"
        f"<g:TAckQuery>{most}</g:TAckQuery></g:get>"
    )
    answer = call(address, "get:query", body, "getResponse")
    replies = [reply_in(one) for one in answer.iterfind("{*}return/{*}MsgResponse")]
    tacks = answer.findall("{*}return/{*}TAckResponse/{*}TAck")
    failed = [one.get("AppliesTo", "") for one in tacks if one.get("ResultMajor") != SUCCESS]
    return Page(
        replies=replies,
        receipts=[one.get("Reference", "") for one in tacks],
        not_picked_up={name.rpartition(":")[2] for name in failed},
        is_full=MOST in (len(replies), len(tacks)),
    )


def confirm(address: str, account: Account, replies: Sequence[str], receipts: Sequence[str]) -> None:
    """Say which items were stored; they then leave the mailbox."""
    keys = f"<g:MsgRefValues>{' '.join(replies)}</g:MsgRefValues>"
    keys += f"<g:TAckReferences>{' '.join(receipts)}</g:TAckReferences>"
    body = f"<g:confirm><g:Origin>{origin(account)}</g:Origin>{keys}</g:confirm>"
    call(address, "confirm:hash", body, "confirmResponse")


def origin(account: Account) -> str:
    """Who sends: the licence of the facility, and its RIZIV number in eleven digits."""
    return (
        f"<c:Package><c:Name>Admissions Example</c:Name><c:License>"
        f"<c:Username>{escape(account.username)}</c:Username><c:Password>{escape(account.password)}</c:Password>"
        f"</c:License></c:Package><c:CareProvider><c:Nihii><c:Quality>retirement</c:Quality>"
        f"<c:Value>{account.nihii:0<11}</c:Value></c:Nihii></c:CareProvider>"
    )


def reply_in(item: Element) -> Reply:
    """Take one reply out of its envelope."""
    detail = item.find("{*}Detail")
    assert detail is not None
    try:
        packed = base64.b64decode(detail.text or "")
        is_packed = detail.get("ContentEncoding") == "deflate"
        content = ElementTree.fromstring(zlib.decompress(packed, wbits=-15) if is_packed else packed)
    except (ValueError, zlib.error, ElementTree.ParseError):
        content = None
    about = item.findtext("{*}CommonOutput/{*}InputReference") or ""
    return Reply(detail.get("Reference", ""), about, content)


def call(address: str, action: str, body: str, expected: str) -> Element:
    """One SOAP call: the element with this name in the body of the answer."""
    url = urlsplit(address)
    soap_action = f'"urn:be:cin:nip:async:generic:{action}"'
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": soap_action}
    line = HTTPConnection(url.hostname or "", url.port, timeout=SECONDS)
    try:
        line.request("POST", url.path, ENVELOPE.format(body=body).encode(), headers)
        envelope = ElementTree.fromstring(line.getresponse().read())
    except (OSError, HTTPException, ElementTree.ParseError) as error:
        raise NoAnswer(str(error)) from error
    finally:
        line.close()
    fault = envelope.find("{*}Body/{*}Fault")
    if fault is not None:
        words, code = fault.findtext("faultstring") or "", fault.findtext("detail/*/Code") or ""
        retry = fault.findtext("detail/*/Retry") or ("true" if code == "SOA-02002" else "")
        raise Refusal(f"{code} {words}", retry == "true" or words.startswith("Not enough time"))
    answer = envelope.find(f"{{*}}Body/{{*}}{expected}")
    if answer is None:
        raise NoAnswer(f"there is no {expected} in the answer")
    return answer
