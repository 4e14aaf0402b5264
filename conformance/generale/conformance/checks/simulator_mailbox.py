"""The check of the simulator's mailboxes: each gives what waits in it, as it was put there."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from generale.conformance.checks.check import Occasion, Outcome, Spot, check
from generale.conformance.checks.simulator import ours
from generale.conformance.exchange import INVOICES, Exchange
from generale.conformance.history import History
from generale.conformance.reply import UNREADABLE, Reply
from generale.protocol.genericasync import ConfirmResponse, Get, GetResponse
from generale.protocol.messages import (
    Advance,
    Decision,
    FundChangeNotice,
    InsuranceAnswer,
    RecoveryNotice,
    Repayment,
)
from generale.protocol.profile import INVOICE_NAME
from generale.results.events import EventType
from generale.results.verdicts import EvidenceKind

SHORT_PAGE = "short-page"
"""The behaviour by which a mailbox gives fewer replies than it is asked for."""


TAMPERED = "reply-tampered"
"""The behaviour by which an answer says something else than the platform signed."""


@check(
    "CK-SIM-06", disproves=(), evidence=EvidenceKind.WIRE, codes=("mailbox-not-as-it-stood", "reply-altered")
)
def mailboxes_give_what_waits(history: History) -> Iterator[Outcome]:
    """An answer to a get holds exactly the oldest replies that wait, each as it was put there.

    Where a scenario asked for short pages it may hold fewer of them; what was tampered with on purpose is
    left out.
    """
    boxes: dict[tuple[str, str], dict[str, Reply]] = {}
    put = list(reversed(history.mailed))
    for exchange in history.exchanges:
        while put and put[-1].seq < exchange.seq:
            reply = put.pop()
            boxes.setdefault((reply.facility, reply.service), {})[reply.reference] = reply
        box = boxes.setdefault((exchange.facility, exchange.service), {})
        if isinstance(exchange.asked, Get) and exchange.delivered is not None:
            expected = _oldest(history, box, exchange.asked)
            if _may_be_short(history, exchange):
                expected = expected[: max(len(exchange.delivered.messages), 1)]
            if exchange.spoiled == TAMPERED:
                continue
            yield _compared(history, exchange, exchange.delivered, expected)
        elif (
            exchange.confirms
            and not exchange.spoiled
            and (exchange.is_cut or isinstance(exchange.answered, ConfirmResponse))
        ):
            references = frozenset(exchange.confirms.references)
            hashes = frozenset(exchange.confirms.hashes)
            for name in [name for name, one in box.items() if _is_confirmed(one, references, hashes)]:
                del box[name]


def _is_confirmed(reply: Reply, references: frozenset[str], hashes: frozenset[bytes]) -> bool:
    return reply.reference in references or sha256(reply.content).digest() in hashes


def _oldest(history: History, box: Mapping[str, Reply], asked: Get) -> list[Reply]:
    query = asked.message_query
    if not query.included:
        return []
    names, include, exclude = (
        frozenset(query.names),
        frozenset(asked.include_ios),
        frozenset(asked.exclude_ios),
    )
    named = (one for one in box.values() if not names or _name(history, one) in names)
    return [one for one in named if _is_from(one, include, exclude)][: max(query.max, 0)]


def _may_be_short(history: History, exchange: Exchange) -> bool:
    behaviours = (one for one in history.of_type(EventType.BEHAVIOUR) if one.seq < exchange.seq)
    return any(one.data.get("kind") == SHORT_PAGE for one in behaviours)


def _is_from(reply: Reply, include: frozenset[str], exclude: frozenset[str]) -> bool:
    """Whether the fund that answers is asked for; it is where the transcript does not say which."""
    included = not include or reply.io in include
    return not reply.io or (included and reply.io not in exclude)


def _name(history: History, reply: Reply) -> str:
    """The MessageName of a reply; what was garbled has that of what it stands in front of."""
    if isinstance(reply.document, Advance | RecoveryNotice | Repayment | FundChangeNotice):
        return history.profile.message_name(type(reply.document))
    if reply.service == INVOICES:
        return INVOICE_NAME
    behind = next((one for one in history.replies if one.seq > reply.seq and one.about == reply.about), reply)
    shown = behind if reply.kind == UNREADABLE else reply
    is_answer = isinstance(shown.document, InsuranceAnswer)
    return history.profile.message_name(InsuranceAnswer if is_answer else Decision)


def _compared(
    history: History, exchange: Exchange, answer: GetResponse, expected: Sequence[Reply]
) -> Outcome:
    assert exchange.response is not None
    spot = Spot(event=exchange.response.seq, evidence=exchange.response.evidence)
    names = [one.blob.reference or "" for one in answer.messages]
    if names != [one.reference for one in expected]:
        wanted = " ".join(one.reference for one in expected) or "nothing"
        return ours(history, "mailbox-not-as-it-stood", spot, wanted, " ".join(names) or "nothing")
    for reply, delivery in zip(expected, answer.messages, strict=True):
        if (delivery.blob.content, delivery.input_reference or "") != (reply.content, reply.about):
            wanted = f"reply {reply.reference} on {reply.about}, byte by byte"
            return ours(history, "reply-altered", spot, wanted, f"one on {delivery.input_reference}")
    return Occasion(exchange.response.seq)
