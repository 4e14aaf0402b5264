"""Checks of the chapter advance: what funds tell of advances is taken in, shown, and dealt with."""

import re
from collections.abc import Iterator, Sequence

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, wrong
from generale.conformance.checks.mailbox import could_confirm
from generale.conformance.history import History, Seen
from generale.conformance.money import Claim, claims_known, money_told
from generale.driver.observations import FacilityView, WorklistItem
from generale.protocol.messages import Advance
from generale.results.verdicts import EvidenceKind


@check(
    "CK-ADV-01", disproves=("RQ-ADV-01",), evidence=EvidenceKind.WIRE, codes=("advance-message-unconfirmed",)
)
def money_is_taken_in(history: History) -> Iterator[Outcome]:
    """Every message of a fund about advances that was fetched is confirmed."""
    for reply in money_told(history):
        if reply.confirmed:
            yield Occasion(reply.confirmed[0])
        elif reply.fetched and could_confirm(history, reply):
            yield missing(
                history,
                "advance-message-unconfirmed",
                reply.fetched[0],
                expected=f"a confirmation of {reply.kind} {reply.reference}",
                cause=f"messages of kind {reply.kind}",
            )


@check(
    "CK-ADV-02",
    disproves=("RQ-ADV-02",),
    evidence=EvidenceKind.TOLD,
    codes=("advance-not-shown", "advance-shown-otherwise"),
)
def advances_are_shown(history: History) -> Iterator[Outcome]:
    """Users see each advance that was fetched, with its fund, month and amount, and no other."""
    for seen, view, nihii in _views(history):
        paid = [
            (said.fund, said.month, said.amount)
            for one in money_told(history)
            if one.facility == nihii and one.is_known(seen.seq) and isinstance(said := one.document, Advance)
        ]
        shown = [(one.fund, one.month, one.amount) for one in view.advances]
        if not paid:
            continue
        code = "advance-shown-otherwise" if shown else "advance-not-shown"
        if sorted(map(str, shown)) == sorted(map(str, paid)):
            yield Occasion(seen.seq)
        else:
            yield wrong(
                history,
                code,
                Spot(event=seen.seq, path="advances[]"),
                expected=_words(paid),
                received=_words(shown) or "nothing",
                cause=f"advances of {view.facility}",
            )


@check(
    "CK-ADV-03",
    disproves=("RQ-ADV-03",),
    evidence=EvidenceKind.TOLD,
    codes=("recovery-not-listed", "repaid-recovery-listed"),
)
def open_recoveries_stand_on_the_worklist(history: History) -> Iterator[Outcome]:
    """A claim that was fetched stands on the worklist until all of it is repaid, and no longer."""
    for seen, view, nihii in _views(history):
        for claim in claims_known(history, nihii, seen.seq):
            named = any(_names(item, claim) for item in view.worklist)
            code = "recovery-not-listed" if claim.is_open else "repaid-recovery-listed"
            if named is claim.is_open:
                yield Occasion(seen.seq)
                continue
            yield wrong(
                history,
                code,
                Spot(event=seen.seq, path="worklist[]"),
                expected=f"{'an' if claim.is_open else 'no'} item that names {claim.notice.notice}",
                received="one that does" if named else "none",
                cause=f"claim {claim.notice.notice}",
            )


def _views(history: History) -> Iterator[tuple[Seen, FacilityView, str]]:
    """What users saw at each number, eight digits."""
    for seen in history.observations:
        for view in seen.observation.facilities:
            facility = history.facilities.get(view.facility)
            if facility is not None:
                yield seen, view, facility.nihii


def _names(item: WorklistItem, claim: Claim) -> bool:
    """Whether an item is about a claim: by its reference, however that is punctuated, in subject or text."""
    notice = _bare(claim.notice.notice)
    return notice in _bare(item.subject) or notice in _bare(item.text)


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text)


def _words(advances: Sequence[tuple[object, ...]]) -> str:
    return ", ".join(" ".join(map(str, one)) for one in sorted(advances, key=str))
