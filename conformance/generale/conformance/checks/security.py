"""Checks of the chapters security and privacy: whose number, and what the outside of a message shows."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.exchange import Exchange
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.stimuli import Person
from generale.protocol.flatfile import File, InvoiceFile
from generale.protocol.genericasync import Confirm, Delivery, EnvelopeError, Get, Post, Sender
from generale.protocol.messages import Admission, Correction, EndOfStay, InsuranceQuestion
from generale.results.verdicts import EvidenceKind

_PRODUCT_PLACES = frozenset({"HTTP header user-agent", "CommonInput/Origin/Package/Name"})
"""Where a product names itself, and may by chance bear the name of a family."""

_TELLING_NAME = 5
"""A shorter name, or one of hexadecimal letters only, can stand anywhere by chance."""


@check("CK-SEC-01", disproves=("RQ-SEC-01",), evidence=EvidenceKind.WIRE, codes=("other-number",))
def sent_under_its_own_number(history: History) -> Iterator[Outcome]:
    """The number in the origin is that of the facility in the content."""
    for sent in history.messages:
        expected = _number_inside(history, sent)
        if expected is None:
            continue
        if sent.facility != expected:
            spot = Spot(
                event=sent.seq,
                evidence=sent.exchange.request.evidence,
                path="CommonInput/Origin/CareProvider/Nihii/Value",
            )
            received = f"number {sent.facility}"
            cause = "number of the sender"
            yield wrong(
                history, "other-number", spot, expected=f"number {expected}", received=received, cause=cause
            )
        elif len(history.facilities) > 1:
            yield Occasion(sent.seq)


def _number_inside(history: History, sent: Sent) -> str | None:
    match sent.question or sent.message:
        case (
            InsuranceQuestion(facility=hco)
            | Admission(facility=hco)
            | EndOfStay(facility=hco)
            | Correction(facility=hco)
        ):
            facility = history.facilities.get(hco)
            return facility.nihii if facility else None
    return sent.invoice.provider[1:9] if isinstance(sent.invoice, InvoiceFile) else None


@check(
    "CK-SEC-02", disproves=("RQ-SEC-02",), evidence=EvidenceKind.WIRE, codes=("untrusted-reply-confirmed",)
)
def nothing_confirmed_that_was_not_proved(history: History) -> Iterator[Outcome]:
    """What came in a spoiled answer is confirmed only after it came in a right one."""
    suspect: dict[tuple[str, str, str], Exchange] = {}
    proved: set[tuple[str, str, str]] = set()
    for exchange in history.exchanges:
        keys = {
            (exchange.facility, exchange.service, key)
            for one in (exchange.delivered.messages if exchange.delivered else ())
            for key in _keys(one)
        }
        if exchange.spoiled:
            suspect |= dict.fromkeys(keys - proved, exchange)
        else:
            proved |= keys
        if exchange.confirms is None:
            continue
        named = (*exchange.confirms.references, *(value.hex() for value in exchange.confirms.hashes))
        confirmed = {(exchange.facility, exchange.service, key) for key in named} & suspect.keys()
        for key in sorted(confirmed):
            if key in proved:
                yield Occasion(exchange.seq)
                continue
            yield wrong(
                history,
                "untrusted-reply-confirmed",
                Spot(event=exchange.seq, evidence=exchange.request.evidence, path="confirm"),
                expected="no confirmation before a right answer",
                received=f"a confirmation after {suspect[key].spoiled}",
                cause="security of answers",
            )


def _keys(delivery: Delivery) -> tuple[str, str]:
    """By what a delivery can be confirmed: its reference, or the digest of its content."""
    return delivery.blob.reference or "", delivery.blob.digest.hex()


@check("CK-PRI-01", disproves=("RQ-PRI-01",), evidence=EvidenceKind.WIRE, codes=("person-outside-content",))
def nothing_about_a_person_outside(history: History) -> Iterator[Outcome]:
    """No reference, address or header holds a resident's national number or name."""
    product = _product_names(history)
    for exchange in history.exchanges:
        if isinstance(exchange.asked, EnvelopeError):
            continue
        found = next(_persons_in(history, exchange, product), None)
        if found:
            path, what = found
            spot = Spot(event=exchange.seq, evidence=exchange.request.evidence, path=path)
            yield wrong(
                history,
                "person-outside-content",
                spot,
                expected="nothing about a person",
                received=what,
                cause="reference",
            )
        elif isinstance(exchange.asked, Post):
            yield Occasion(exchange.seq)


def _product_names(history: History) -> set[tuple[str, str]]:
    """What a product calls itself: what stands at such a place, the same in every request."""
    seen = {
        pair for one in history.exchanges for pair in _outside(history, one) if pair[0] in _PRODUCT_PLACES
    }
    places = [place for place, _ in seen]
    return {(place, text) for place, text in seen if places.count(place) == 1}


def _persons_in(
    history: History, exchange: Exchange, product: Collection[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for path, text in _outside(history, exchange):
        digits = re.sub(r"[ .\-/]", "", text)
        letters = "" if (path, text) in product else _letters(text)
        for person in history.residents:
            if person.insz in digits:
                yield path, "a national number"
            if any(name in letters for name in _names(person)):
                yield path, "the name of a resident"


def _outside(history: History, exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Every text that whoever carries the message can read, with its place."""
    headers = exchange.request.data.get("headers", {})
    yield from ((f"HTTP header {name}", str(value)) for name, value in headers.items())
    url = str(exchange.request.data.get("url", ""))
    if history.set_up is None or url not in history.set_up.services.values():
        yield "URL", url
    envelope = exchange.envelope
    if isinstance(envelope, EnvelopeError):
        return
    yield "wsa:To", envelope.addressing.to or ""
    yield "wsa:MessageID", envelope.addressing.message_id or ""
    yield "wsa:From", envelope.addressing.source or ""
    yield "wsa:ReplyTo", envelope.addressing.reply_to or ""
    yield "wsa:FaultTo", envelope.addressing.fault_to or ""
    yield "wsa:RelatesTo", envelope.addressing.relates_to or ""
    if isinstance(envelope.body, Post | Get | Confirm):
        yield "CommonInput/Origin/Package/Name", envelope.body.origin.package_name or ""
        yield "CommonInput/Origin/SiteID", envelope.body.origin.site_id or ""
        sender = envelope.body.origin.sender or Sender()
        for party in (sender.person, sender.organisation):
            if party is not None:
                yield "CommonInput/Origin/Sender", party.value
                yield "CommonInput/Origin/Sender/Name", party.name or ""
    if isinstance(envelope.body, Get):
        yield "QueryParameters/@Reference", envelope.body.reference or ""
    if isinstance(envelope.body, Post):
        yield "CommonInput/InputReference", envelope.body.input_reference
        yield "CommonInput/NIPReference", envelope.body.nip_reference or ""
        yield "Detail/@Id", envelope.body.blob.id or ""
        yield "Detail/@Reference", envelope.body.blob.reference or ""
        yield "Detail/@MessageName", envelope.body.blob.message_name
    sent = next((one for one in history.sent if one.exchange is exchange), None)
    if sent is not None and isinstance(sent.file, File):
        yield "header 200, zone 204 reference", sent.file.header200["reference"]
        if "file_reference" in sent.file.header300.layout.by_key:
            yield "header 300, zone 303 file_reference", sent.file.header300["file_reference"]


@cache
def _names(person: Person) -> list[str]:
    names = (_letters(person.family_name), _letters(person.given_name + person.family_name))
    return [one for one in names if len(one) >= _TELLING_NAME and re.search("[G-Z]", one)]


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(letter for letter in plain if "A" <= letter <= "Z")
