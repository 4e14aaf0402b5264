"""How users see a refusal that is no decision: on the worklist while it waits, and off it once repaired."""

from collections.abc import Sequence

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, wrong
from generale.conformance.expectation import items_about, rejects_about, worklist
from generale.conformance.file_names import items_about_file
from generale.conformance.history import History, Seen
from generale.conformance.sent import Sent
from generale.driver.observations import WorklistItem
from generale.protocol.genericasync import Fault, TAck
from generale.protocol.messages import Outcome as Decided

_SHORTEST = 5
"""Characters by which the words of an old refusal are known again; fewer may stand in any item."""


def case_around(history: History, sent: Sent) -> Case | None:
    """The stay that a posting is about; None for another message."""
    key = (sent.facility, sent.reference)
    return next(
        (case for case in history.cases if any((one.facility, one.reference) == key for one in case.all)),
        None,
    )


def words_of(refusal: Fault | TAck | None) -> tuple[str, ...]:
    """By which words users know a refusal or a warning: its code, its text in any language."""
    match refusal:
        case Fault(code=code, message=message, translations=translations):
            return tuple(filter(None, (code, message, *(text for _, text in translations))))
        case TAck(result_minor=minor, result_message=message):
            return tuple(filter(None, (minor, message)))
        case None:
            return ()


def shown(history: History, seen: Seen, sent: Sent, code: str, words: Sequence[str]) -> Outcome:
    """An occasion where an item about the resident, or one that names the file, holds one of these words."""
    case = case_around(history, sent)
    items = items_about(history, seen, case) if case else items_about_file(history, seen, sent)
    if any(holds_words(item, words) for item in items):
        return Occasion(seen.seq)
    return wrong(
        history,
        code,
        Spot(event=seen.seq, path="worklist[]"),
        expected=f"an item about {case.stay.insz if case else 'the file'} with '{' or '.join(words)}'",
        received=f"{len(worklist(seen))} items, none that says so",
        cause=case.cause if case else f"file {sent.reference}",
    )


def holds_words(item: WorklistItem, words: Sequence[str]) -> bool:
    """Whether an item says one of these words."""
    said = " ".join(f"{item.control} {item.text}".casefold().split())
    return any(" ".join(word.casefold().split()) in said for word in words)


def is_repaired(history: History, sent: Sent, seq: int) -> bool:
    """Whether another message came in the place of one about a stay, and all that followed is accepted.

    Not where anything else about the stay was refused, rejected or warned of: it may be in the same words.
    """
    case = case_around(history, sent)
    if case is None:
        return False
    others = [one for one in case.all if one.seq < seq and type(one.message) is not type(sent.message)]
    later = [one for one in case.all if sent.seq < one.seq < seq and one not in others]
    return bool(later) and all(is_undisputed(history, case, one, seq) for one in (*others, *later))


def is_undisputed(history: History, case: Case, sent: Sent, seq: int) -> bool:
    """Whether a message was accepted, and nothing else was ever said about it."""
    decision = case.decision_on(sent, seq)
    is_accepted = decision is not None and decision.outcome is Decided.ACCEPTED
    return is_accepted and sent.warning is None and not rejects_about(history, sent, seq)


def off_the_list(history: History, seen: Seen, sent: Sent, code: str, words: Sequence[str]) -> Outcome:
    """An occasion where no item about the resident holds the words of a refusal that is over."""
    case = case_around(history, sent)
    assert case is not None
    told = [one for one in words if len(one) >= _SHORTEST]
    item = next((one for one in items_about(history, seen, case) if holds_words(one, told)), None)
    if item is None:
        return Occasion(seen.seq)
    return wrong(
        history,
        code,
        Spot(event=seen.seq, path="worklist[]"),
        expected=f"no more about {case.stay.insz} of what came back of message {sent.reference}",
        received=" ".join(filter(None, (item.subject, item.control, item.text))),
        cause=case.cause,
    )
