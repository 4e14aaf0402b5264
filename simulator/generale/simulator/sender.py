"""Who sends a request: known before its content is opened, so that nobody unpacks what a stranger packed."""

from typing import TYPE_CHECKING

from generale.protocol.genericasync import Fault, Origin
from generale.protocol.ids import Nihii
from generale.protocol.transport import HttpRequest
from generale.simulator.claim import facility_of, found_by_enterprise
from generale.simulator.rehearsal import Rehearsal

if TYPE_CHECKING:
    from generale.protocol.security import Seal
    from generale.simulator.guard import Guard


class Sender:
    """The sender of one request.

    ``origin`` is what it says of itself, with the number of the facility where it gives an enterprise;
    ``facility`` who it is by that and its licence, or the fault that refuses it; ``proof`` what its security
    proves, None where none is asked for. All are None until the origin could be read.
    """

    def __init__(self, rehearsal: Rehearsal, request: HttpRequest, guard: "Guard | None") -> None:
        self.origin: Origin | None = None
        self.facility: Nihii | Fault | None = None
        self.proof: Seal | Fault | None = None
        self._rehearsal = rehearsal
        self._request = request
        self._guard = guard

    def is_let_in(self, origin: Origin) -> bool:
        """Whether this origin is known and, where that is asked for, proved."""
        guard, licences = self._guard, self._rehearsal.world.licences
        self.origin = known = origin if origin.nihii else found_by_enterprise(origin, licences)
        is_certified = guard is not None and guard.is_certified(self._request)
        self.facility = facility_of(known, licences, is_certified=is_certified)
        if guard is not None:
            self.proof = guard.proof(self._request, known, self._rehearsal.at)
        return isinstance(self.facility, Nihii) and not isinstance(self.proof, Fault)
