"""Checks of the chapters security and privacy: whose number, and what the outside of a message shows."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from typing import TypeAlias
from urllib.parse import unquote

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.outside import texts_outside
from generale.conformance.exchange import Exchange
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.stimuli import Person
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.genericasync import Delivery, EnvelopeError, Post
from generale.protocol.messages import Admission, Correction, EndOfStay, InsuranceQuestion
from generale.results.verdicts import EvidenceKind

_PRODUCT_PLACES = ("HTTP header user-agent", "Origin/Package/Name")
"""Where a product names itself, and may by chance bear the name of a family."""

_TELLING_NAME = 5
"""A shorter name, or one of hexadecimal letters only, can stand anywhere by chance."""

_LONG_NAME = 9
"""From how many letters on a name cannot stand by chance in a key, a hash or a signature."""

_KEY = re.compile(r"[A-Za-z0-9+/=_-]{40,}")

Texts: TypeAlias = tuple[tuple[str, str], ...]
"""What stands outside the content of one request, each text with its place."""


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
    """Nothing around the content of a message holds a resident's national number or name."""
    sent = {one.exchange: one for one in history.sent}
    outside = {
        one: tuple(texts_outside(history, one, sent.get(one)))
        for one in history.exchanges
        if not isinstance(one.asked, EnvelopeError)
    }
    ours, given = _product_names(outside.values()), _given(history)
    for exchange, texts in outside.items():
        found = next(_persons_in(history, texts, ours, given), None)
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


def _product_names(outside: Iterable[Texts]) -> set[tuple[str, str]]:
    """What a product calls itself: what stands at such a place, the same in every request."""
    seen = {pair for texts in outside for pair in texts if pair[0].endswith(_PRODUCT_PLACES)}
    places = [place for place, _ in seen]
    return {(place, text) for place, text in seen if places.count(place) == 1}


def _given(history: History) -> set[str]:
    """What the rehearsal gave the product to send: no choice of its own."""
    texts = {one.reference for one in history.replies}
    for one in history.facilities.values():
        texts |= {one.username, one.password, one.name}
    return texts


def _persons_in(
    history: History, texts: Texts, product: Collection[tuple[str, str]], given: Collection[str]
) -> Iterator[tuple[str, str]]:
    for path, text in texts:
        if not text or text in given:
            continue
        read = unquote(text)
        digits = re.sub(r"[ .\-/]", "", read)
        plain, opaque = _plain_and_opaque(read)
        for person in history.residents:
            if person.insz in digits:
                yield path, "a national number"
            if (path, text) in product:
                continue
            if any(name in plain or (len(name) >= _LONG_NAME and name in opaque) for name in _names(person)):
                yield path, "the name of a resident"


def _plain_and_opaque(text: str) -> tuple[str, str]:
    """The letters of a text, apart from those of words that can only be keys, hashes or signatures."""
    words = text.split()
    keys = [word for word in words if _KEY.fullmatch(word)]
    return _letters(" ".join(word for word in words if word not in keys)), _letters(" ".join(keys))


@cache
def _names(person: Person) -> list[str]:
    names = (_letters(person.family_name), _letters(person.given_name + person.family_name))
    return [one for one in names if len(one) >= _TELLING_NAME and re.search("[G-Z]", one)]


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    """The letters of a text without what stands between them; digits keep them apart."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(one if "A" <= one <= "Z" else "0" for one in plain if "A" <= one <= "Z" or one.isdigit())
