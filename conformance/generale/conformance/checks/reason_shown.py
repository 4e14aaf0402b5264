"""Check of the chapter refusal: the control for which a fund refused something, as users see it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.refusal_shown import holds_words
from generale.conformance.checks.worklist import refused_bill
from generale.conformance.checks.worklist_file import waits_for_repair
from generale.conformance.expectation import answers_to, items_about, views
from generale.conformance.file_names import items_about_file
from generale.conformance.history import History, Seen
from generale.conformance.sent import Sent
from generale.driver.observations import WorklistItem
from generale.protocol.flatfile import FileJudgement, Letter, RecordError, Settlement, line_decisions
from generale.results.verdicts import EvidenceKind

_REASON = re.compile(r"(HX-[A-Z]+-[0-9]{2})(?![0-9]):? *(.*)", re.DOTALL)
"""A comment of a fund: the id of the control and its text; one without an id says no control."""

_REFUSING = (Letter.FILE, Letter.BILL, Letter.RECORD)


class _Reason(NamedTuple):
    control: str
    text: str


@check(
    "CK-REF-08",
    disproves=("RQ-REF-08",),
    evidence=EvidenceKind.TOLD,
    codes=("bill-control-not-shown", "bill-control-text-not-shown"),
)
def the_control_of_a_fund_reaches_the_user(history: History) -> Iterator[Outcome]:
    """Id and text of the control that refused a bill or a file are shown; whether it is listed is apart."""
    for seen in history.observations:
        for line in history.booked:
            case = refused_bill(history, line, seen)
            items = items_about(history, seen, case) if case else []
            if case and items:
                mine = (view.controls for one, view in views(history, seen) if one is case)
                shown = [control for controls in mine for control in controls]
                for reason in _reasons(_errors_of(line, seen.seq)):
                    yield _judged(history, seen, reason, items, shown, case.cause)
        for sent in history.messages:
            if sent.seq >= seen.seq or not waits_for_repair(history, sent, seen.seq):
                continue
            if items := items_about_file(history, seen, sent):
                for reason in _reasons(_errors_of_file(history, sent)):
                    yield _judged(history, seen, reason, items, (), f"file {sent.reference}")


def _errors_of(line: BilledLine, seq: int) -> Iterator[RecordError]:
    """Why a line stands refused, by the last answer that the vendor knows."""
    known = [one for one in line.answers if one.reply.is_known(seq) and one.fate is Fate.REFUSED]
    document = max(known, key=lambda one: one.reply.arrival).reply.document
    if isinstance(document, Settlement):
        for told in line_decisions(document, line.invoice):
            if told.line is line.line and told.bill is line.bill:
                yield from told.errors


def _errors_of_file(history: History, sent: Sent) -> Iterator[RecordError]:
    """Why a file came back, where the fund read as far as its records."""
    for reply in answers_to(history, sent):
        if reply.kind == "920099" and isinstance(reply.document, FileJudgement):
            yield from (error for record in reply.document.records for error in record.errors)


def _reasons(errors: Iterable[RecordError]) -> list[_Reason]:
    found = (_REASON.fullmatch(one.comment.strip()) for one in errors if one.letter in _REFUSING)
    return list(dict.fromkeys(_Reason(*one.groups()) for one in found if one))


def _judged(
    history: History,
    seen: Seen,
    reason: _Reason,
    items: Sequence[WorklistItem],
    shown: Sequence[str],
    cause: str,
) -> Outcome:
    """Whether the items about a resident or a file, or the stay, show a control, and an item its text."""
    code = ""
    if reason.control not in shown and not any(holds_words(item, [reason.control]) for item in items):
        code = "bill-control-not-shown"
    elif reason.text and not any(holds_words(item, [reason.text]) for item in items):
        code = "bill-control-text-not-shown"
    if not code:
        return Occasion(seen.seq)
    return wrong(
        history,
        code,
        Spot(event=seen.seq, path="worklist[]"),
        expected=f"{cause}: {reason.control} {reason.text}".rstrip(),
        received=" | ".join(f"{item.control} {item.text}".strip() for item in items) or "no words",
        cause=cause,
    )
