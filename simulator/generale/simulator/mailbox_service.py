"""get and confirm: what waits in a mailbox is shown as it is asked for, and removed when it is named."""

from generale.platform.mailbox import Keys, Reply, Selection
from generale.protocol.genericasync import (
    Blob,
    Confirm,
    ConfirmResponse,
    Delivery,
    Fault,
    Get,
    GetResponse,
    Query,
    SoaCode,
    soa_fault,
)
from generale.protocol.ids import Nihii
from generale.protocol.profile import INVOICE_NAME, UnknownKeys
from generale.simulator.behaviour import Kind, Subject
from generale.simulator.rehearsal import Rehearsal

SHORT_PAGE = 5
"""How many replies, and how many acknowledgements, a short page holds (project-defined)."""

_MOST_NAMED = 5


def get(rehearsal: Rehearsal, subject: Subject, facility: Nihii, asked: Get) -> GetResponse:
    """What waits, messages and acknowledgements apart; the counts are those of this answer."""
    world, service = rehearsal.world, subject.service
    replies, receipts = asked.message_query, asked.tack_query
    deliveries = (
        tuple(
            _delivery(one) for one in world.mailboxes.waiting(facility, service, _selection(asked, replies))
        )
        if replies.included
        else ()
    )
    tacks = (
        tuple(
            one.tack
            for one in world.pick_ups.receipts.waiting(facility, service, _selection(asked, receipts))
        )
        if receipts.included
        else ()
    )
    if max(len(deliveries), len(tacks)) > SHORT_PAGE and rehearsal.take(Kind.SHORT_PAGE, subject):
        deliveries, tacks = deliveries[:SHORT_PAGE], tacks[:SHORT_PAGE]
    return GetResponse(messages=deliveries, tacks=tacks, msg_count=len(deliveries), tack_count=len(tacks))


def confirm(rehearsal: Rehearsal, service: str, facility: Nihii, asked: Confirm) -> ConfirmResponse | Fault:
    """Remove what is named; where the profile says so, one unknown key refuses all and removes nothing."""
    replies = Keys(references=frozenset(asked.references), hashes=frozenset(asked.hashes))
    tacks = Keys(references=frozenset(asked.tack_references), hashes=frozenset(asked.tack_contents))
    if rehearsal.world.profile.unknown_keys is UnknownKeys.FAULT:
        unknown = _unknown(rehearsal, service, facility, replies, tacks)
        if unknown:
            names = ", ".join(unknown[:_MOST_NAMED])
            return soa_fault(SoaCode.INVALID_CONTENT, f"nothing waits here under {names[:200]}")
    rehearsal.confirm(facility, service, replies, tacks)
    return ConfirmResponse()


def _unknown(rehearsal: Rehearsal, service: str, facility: Nihii, replies: Keys, tacks: Keys) -> list[str]:
    boxes, receipts = rehearsal.world.mailboxes, rehearsal.world.pick_ups.receipts
    return [
        name
        for keys in (boxes.unknown(facility, service, replies), receipts.unknown(facility, service, tacks))
        for name in (*sorted(keys.references), *sorted(value.hex() for value in keys.hashes))
    ]


def _selection(asked: Get, query: Query) -> Selection:
    return Selection(
        most=query.max,
        names=frozenset(query.names),
        include_ios=frozenset(asked.include_ios),
        exclude_ios=frozenset(asked.exclude_ios),
    )


def _delivery(reply: Reply) -> Delivery:
    blob = Blob(
        content=reply.content,
        message_name=reply.message_name,
        content_type="text/plain" if reply.message_name == INVOICE_NAME else "text/xml",
        hash_value=Blob(content=reply.content, message_name=reply.message_name).digest,
        reference=reply.reply,
        id=f"_{reply.reply}",
    )
    return Delivery(
        input_reference=reply.about or None,
        nip_reference=reply.nip_reference,
        output_reference=reply.reply,
        blob=blob,
    )
