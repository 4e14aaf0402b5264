"""One SOAP envelope: a message with the addresses on it (WS-Addressing 1.0).

Identity is an argument: message ids are made by the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from generale.protocol.genericasync.addressing import NO_ADDRESSING, Addressing
from generale.protocol.genericasync.fault import Fault
from generale.protocol.genericasync.message import (
    Confirm,
    ConfirmResponse,
    Get,
    GetResponse,
    Post,
    PostResponse,
)
from generale.protocol.genericasync.vocabulary import ANONYMOUS, Action

Request: TypeAlias = Post | Get | Confirm
Answer: TypeAlias = PostResponse | GetResponse | ConfirmResponse | Fault
Body: TypeAlias = Request | Answer

_ACTIONS: Mapping[type[Body], Action] = {
    Post: Action.POST,
    PostResponse: Action.POST_RESPONSE,
    Get: Action.GET,
    GetResponse: Action.GET_RESPONSE,
    Confirm: Action.CONFIRM,
    ConfirmResponse: Action.CONFIRM_RESPONSE,
}
_FAULT_ACTIONS: Mapping[str, Action] = {
    Action.POST: Action.POST_FAULT,
    Action.GET: Action.GET_FAULT,
    Action.CONFIRM: Action.CONFIRM_FAULT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message and its addresses."""

    addressing: Addressing
    body: Body


def action_of(body: Body, *, request_action: str | None = None) -> Action:
    """The SOAPAction and wsa:Action of a body; that of a fault depends on the request it refuses."""
    if isinstance(body, Fault):
        return _FAULT_ACTIONS.get(request_action or "", Action.SOAP_FAULT)
    return _ACTIONS[type(body)]


def short_action(action: str) -> str:
    """The action as the oldest description of GenericAsync has it, which ends in the operation."""
    return action.rpartition(":")[0]


def request_envelope(body: Request, *, message_id: str, to: str = "") -> Envelope:
    """A request, to be answered on the same connection; ``to`` is the logical destination of a post."""
    addressing = Addressing(action=action_of(body), to=to, message_id=message_id, reply_to=ANONYMOUS)
    return Envelope(addressing=addressing, body=body)


def answer_envelope(
    body: Answer,
    request: Addressing = NO_ADDRESSING,
    *,
    action: str | None = None,
    message_id: str | None = None,
) -> Envelope:
    """The answer to a request with these addresses; none where they could not be read.

    ``action`` is what the request really asked; without it its own word counts.
    """
    answering = action_of(body, request_action=action or request.action)
    addressing = Addressing(action=answering, message_id=message_id, relates_to=request.message_id)
    return Envelope(addressing=addressing, body=body)
