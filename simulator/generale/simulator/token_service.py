"""The security token service in the log: a query for an assertion is an exchange like any other.

What stands there is what travelled: the query, signed, and the assertion, which is of use to nobody
without the key of its holder.
"""

from typing import TYPE_CHECKING

from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import EventType, Party
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.service import on_the_line

if TYPE_CHECKING:
    from generale.simulator.guard import Guard

SERVICE, OPERATION = "sts", "token"
"""What log and addresses call the service, and its one operation (project-defined)."""


def serve_token(rehearsal: Rehearsal, request: HttpRequest, guard: "Guard") -> HttpResponse:
    """Answer one query; the answer may leave only when what the rehearsal has unwritten is on disk."""
    now = rehearsal.now()
    rehearsal.exchanges += 1
    ids = {"exchange": str(rehearsal.exchanges), "operation": OPERATION, "service": SERVICE}
    rehearsal.note(
        EventType.REQUEST, Party.VENDOR, Party.PLATFORM, ids, on_the_line(request), request.body or None
    )
    response = guard.token(request, rehearsal.name, now)
    status = {"status": response.status}
    rehearsal.note(EventType.RESPONSE, Party.PLATFORM, Party.VENDOR, ids, status, response.body)
    return response
