"""The security token service in the log: a query for an assertion is an exchange like any other.

What stands there is what travelled: the query, signed, and the assertion, which is of use to nobody
without the key of its holder.
"""

from typing import TYPE_CHECKING

from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.noting import Noting
from generale.simulator.rehearsal import Rehearsal

if TYPE_CHECKING:
    from generale.simulator.guard import Guard

SERVICE, OPERATION = "sts", "token"
"""What log and addresses call the service, and its one operation (project-defined)."""

_RIGHT = 200


def serve_token(rehearsal: Rehearsal, request: HttpRequest, guard: "Guard") -> HttpResponse:
    """Answer one query; the answer may leave only when what the rehearsal has unwritten is on disk."""
    now = rehearsal.now()
    rehearsal.exchanges += 1
    ids = {"exchange": str(rehearsal.exchanges), "operation": OPERATION, "service": SERVICE}
    recognised = {one.nihii for one in rehearsal.world.platform.facilities.values()}
    response = guard.token(request, rehearsal.name, now, recognised)
    noting = Noting(rehearsal, ids)
    noting.request(request, request.body or None, is_known=response.status == _RIGHT)
    return noting.answered(response)
