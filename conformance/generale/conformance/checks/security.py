"""Checks of the chapter security: whose number a message bears, and for whom a decision is."""

from collections.abc import Iterator

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, whole, wrong
from generale.conformance.expectation import due_bills, views
from generale.conformance.history import History
from generale.conformance.reply import Reply
from generale.conformance.sent import Sent
from generale.conformance.told import Told
from generale.driver.observations import DecisionState
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.genericasync import SoaCode
from generale.protocol.messages import (
    Absence,
    Admission,
    ChangeOfStayType,
    Correction,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    InsuranceQuestion,
    Withdrawal,
)
from generale.results.verdicts import EvidenceKind

STS_SERVICE = "sts"
"""The token service, whose address stands in the set-up where signatures are asked for."""

SIGNATURE = b"SignatureValue"
"""What stands in every request that is signed."""


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
            | Withdrawal(facility=hco)
            | Absence(facility=hco)
            | EndOfAbsence(facility=hco)
            | ChangeOfStayType(facility=hco)
            | EndOfAgreement(facility=hco)
        ):
            facility = history.facilities.get(hco)
            return facility.nihii if facility else None
    return sent.invoice.provider[1:9] if isinstance(sent.invoice, InvoiceFile) else None


@check(
    "CK-SEC-07",
    disproves=("RQ-SEC-05",),
    evidence=EvidenceKind.WIRE,
    codes=("request-not-proved", "request-proved-by-another"),
)
def every_request_proves_who_sent_it(history: History) -> Iterator[Outcome]:
    """Where signatures are asked for, no request was refused for its security, and what was let in is signed.

    The same bytes once more, as a client sends them whose line was cut, prove nothing either; that is no
    fault of who signed them.
    """
    if history.set_up is None or STS_SERVICE not in history.set_up.services:
        return
    known: set[str] = set()
    for exchange in history.exchanges:
        is_repeated = exchange.request.evidence in known
        known.add(exchange.request.evidence)
        fault = exchange.fault
        if exchange.is_unproved and fault is not None and not is_repeated:
            is_other = fault.code == SoaCode.NO_ACCESS
            yield wrong(
                history,
                "request-proved-by-another" if is_other else "request-not-proved",
                Spot(event=exchange.seq, evidence=exchange.request.evidence, path="Header/Security"),
                expected=f"a {exchange.operation} that is signed by facility {exchange.facility}",
                received=fault.message,
                cause="security of requests",
            )
        elif not exchange.is_unproved and SIGNATURE in exchange.raw:
            yield Occasion(exchange.seq)


@check("CK-SEC-04", disproves=("RQ-SEC-04",), evidence=EvidenceKind.WIRE, codes=("stray-billed",))
def nothing_billed_on_a_stray(history: History) -> Iterator[Outcome]:
    """After an acceptance for another facility a month is billed without what was not accepted itself."""
    for stray, case in _strays(history):
        yield from billed_unaccepted(history, case, stray.fetched[0], "stray-billed")


def _strays(history: History) -> Iterator[tuple[Reply, Case]]:
    """The decisions for another that were fetched, each with the stay that its envelope is about."""
    for stray in history.strays:
        for case in history.cases:
            about = (stray.facility, stray.about)
            if stray.fetched and any((one.facility, one.reference) == about for one in case.admitting):
                yield stray, case


def billed_unaccepted(
    history: History, case: Case, known: int, code: str, after: str = ""
) -> Iterator[Outcome]:
    """What was billed of a stay since an acceptance that is none, or where a month was billed without it."""
    lines = [one for one in history.lines if one.sent.seq > known and case.stay.is_known_as(one.insz)]
    early = [one for one in lines if case.state(one.sent.seq) is not DecisionState.ACCEPTED]
    if early:
        yield wrong(
            history,
            code,
            whole(early[0].sent),
            expected=f"no bill while the stay is {case.state(early[0].sent.seq)}",
            received=f"{early[0].line.days} days billed" + (f" after {after}" if after else ""),
            cause=case.cause,
        )
    elif asked := _billed_without(history, case, known):
        yield Occasion(asked.until)


def _billed_without(history: History, case: Case, seq: int) -> Told | None:
    """Where a month of a stay was to be billed, with time to do it, while it was not accepted."""
    for due in due_bills(history):
        if (
            due.told.seq > seq
            and due.case is case
            and case.state(due.told.seq) is not DecisionState.ACCEPTED
            and due.must_have_left(history)
        ):
            return due.told
    return None


@check("CK-SEC-04T", disproves=("RQ-SEC-04",), evidence=EvidenceKind.TOLD, codes=("stray-shown",))
def nothing_shown_of_a_stray(history: History) -> Iterator[Outcome]:
    """After an acceptance for another facility, users do not see the stay as accepted by it."""
    strays = list(_strays(history))
    for seen in history.observations:
        for case, view in views(history, seen):
            mine = any(one is case and stray.is_known(seen.seq) for stray, one in strays)
            if not mine or DecisionState.ACCEPTED in case.showable(seen.seq):
                continue
            if view.decision is not DecisionState.ACCEPTED:
                yield Occasion(seen.seq)
                continue
            yield wrong(
                history,
                "stray-shown",
                Spot(event=seen.seq, path="stays[].decision"),
                expected=case.state(seen.seq).value,
                received=view.decision.value,
                cause=case.cause,
            )
