"""What a request is about: by service, operation, message and resident a behaviour of the line fits it."""

from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Confirm, Get, Post
from generale.protocol.messages import InsuranceQuestion
from generale.protocol.profile import INVOICES
from generale.rules.facts import Original
from generale.simulator.behaviour import Subject
from generale.simulator.rehearsal import Rehearsal


def subject_of(rehearsal: Rehearsal, service: str, operation: str, body: Post | Get | Confirm) -> Subject:
    """The subject of a request; what its content says is only read while a behaviour names it."""
    bare = Subject(service=service, operation=operation)
    if service == INVOICES or not isinstance(body, Post) or not rehearsal.world.behaviours.name_content:
        return bare
    try:
        message = rehearsal.world.profile.read(body.blob.content)
    except PeerError:
        return bare
    return Subject(
        service=service,
        operation=operation,
        message=type(message).__name__,
        insz=message.insz if isinstance(message, Original | InsuranceQuestion) else None,
    )
