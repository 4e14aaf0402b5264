"""Refusals in a transcript made by hand: what a scenario imposed, and rejections out of the mailbox."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from generale.driver import stimuli as told
from generale.protocol.flatfile import InvoiceFile, write_invoice
from generale.protocol.genericasync import (
    Answer,
    Blob,
    Confirm,
    Fault,
    FaultKind,
    Get,
    Post,
    PostResponse,
    Reject,
    RejectSide,
    Request,
    failure_tack,
    write_reject,
)
from generale.protocol.messages import Admission
from generale.protocol.profile import INVOICE_NAME
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

FINAL = Fault(kind=FaultKind.GENERIC, code="INPUT_ERROR", source="MYCARENET", message="geen datum")
LATE = "urn:nip:tack:result:minor:late"
_OPERATIONS: dict[type[Request], str] = {Post: "post", Get: "get", Confirm: "confirm"}


def impose(script: "Script", asked: Request, answer: Answer, by: str) -> None:
    """A request that a behaviour of this kind turns away; without an invoice file it is for admissions."""
    script.note(EventType.BEHAVIOUR, data={"kind": by})
    ids = {
        "operation": _OPERATIONS[type(asked)],
        "facility": script.home.nihii,
        "service": "admissions",
    }
    if isinstance(asked, Post) and asked.blob.message_name == INVOICE_NAME:
        ids["service"] = "invoices"
    if isinstance(asked, Post):
        ids["reference"] = asked.reference
    script.exchange(ids, asked, answer, 500 if isinstance(answer, Fault) else 200)
    response = script.events[-1]
    script.events[-1] = replace(response, data={**response.data, "imposed": by})


def posting(script: "Script", reference: str, message: Admission | InvoiceFile) -> Post:
    """A message of the home on its way."""
    if isinstance(message, InvoiceFile):
        blob = Blob(content=write_invoice(message), message_name=INVOICE_NAME, content_type="text/plain")
    else:
        script.ask_status(message)
        name = script.profile.message_name(Admission)
        blob = Blob(content=script.profile.write(message), message_name=name)
    origin = script.origin(script.home.nihii)
    return Post(origin=origin, input_reference=reference, is_test=False, blob=blob)


def reject(
    script: "Script", about: str, side: RejectSide = RejectSide.INBOUND, *, service: str = "admissions"
) -> str:
    """Put a rejection in the mailbox of a service."""
    document = Reject(
        side=side,
        message_name="WZC-BESLISSING",
        origin=script.origin(script.home.nihii),
        input_reference=about,
        fault=Fault(kind=FaultKind.GENERIC, code="NO_IO_ERROR", source="MYCARENET", message="weg"),
    )
    kind = "reject-inbound" if side is RejectSide.INBOUND else "reject-outbound"
    return script.reply(kind, about, write_reject(document), service=service)


def failure(script: "Script", minor: str = LATE) -> PostResponse:
    raw = script.profile.write(script.admission())
    return PostResponse(tack=failure_tack(raw, "A1", "urn:x", minor, "te laat"))


def turned_away(script: "Script", answer: Fault | PostResponse = FINAL, times: int = 1) -> None:
    """An admission is told, and refused at the door."""
    script.admit()
    by = "fault" if isinstance(answer, Fault) else "failure-tack"
    with script.sync():
        for _ in range(times):
            impose(script, posting(script, "A1", script.admission()), answer, by)


def left_alone(script: "Script", answer: Fault | PostResponse = FINAL) -> None:
    turned_away(script, answer)
    with script.sync():
        script.get()


def corrected(script: "Script") -> None:
    person = replace(script.anna, birth_date=date(1931, 5, 3))
    script.tell(told.Correct(facility=script.home.hco, insz=script.anna.insz, resident=person))


def rejected(script: "Script", side: RejectSide = RejectSide.INBOUND, *, confirmed: bool = True) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    name = reject(script, "A1", side)
    with script.sync():
        script.get(name)
        if confirmed:
            script.confirm(name)
