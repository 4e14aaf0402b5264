"""Checks of the chapter security: whose number a message bears, and which answers are believed."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.exchange import Exchange
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.genericasync import Delivery
from generale.protocol.messages import Admission, Correction, EndOfStay, InsuranceQuestion
from generale.results.verdicts import EvidenceKind


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
