"""Destinations pick messages up, or fail to: the second acknowledgement, which waits in the mailbox.

Behind the acknowledgement of a post stands the platform; behind this one the fund, or the platform for what
it decides itself, to whatever fund that was addressed (project-defined). A message that was not picked up
counts as never received, and is sent again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from generale.platform.receipts import Receipt, Receipts
from generale.protocol.genericasync import TAck, failure_tack, success_tack
from generale.protocol.ids import Nihii, Reference
from generale.protocol.profile import Profile
from generale.results.events import EventType, Party
from generale.simulator.behaviour import Behaviours, Kind, Subject
from generale.simulator.event import Arrival

ISSUER = "urn:generale:io:"
"""Who issues an acknowledgement that waits in a mailbox, before the number of the fund, or of the platform
(project-defined)."""

NOT_PICKED_UP = "urn:nip:tack:result:minor:not-picked-up"
"""Minor result: the destination could not pick the message up; send it again (project-defined)."""


class Surroundings(Protocol):
    """What picking messages up needs of the world around it."""

    profile: Profile
    behaviours: Behaviours

    def later(self, seconds: int, action: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        ...

    def tell(
        self, type_: EventType, sender: Party, ids: Mapping[str, str], data: Mapping[str, Any] | None = None
    ) -> None:
        """Say in the log what happens now."""
        ...


@dataclass(slots=True)
class PickUps:
    """What destinations have picked up; ``lost`` are the messages that must be sent again."""

    world: Surroundings
    receipts: Receipts = field(default_factory=Receipts)
    lost: set[tuple[Nihii, Reference]] = field(default_factory=set)
    _count: int = 0

    def begin(self, arrival: Arrival, subject: Subject, io: str) -> bool:
        """Let a destination pick a message up shortly; False where it is going to fail."""
        self.lost.discard((arrival.sender, arrival.reference))
        fails = self.world.behaviours.take(Kind.NOT_PICKED_UP, subject) is not None
        end = self._fail if fails else self._succeed
        self.world.later(self.world.profile.decision_seconds, partial(end, arrival, io))
        return not fails

    def _succeed(self, arrival: Arrival, io: str) -> None:
        name = self._next()
        self._put(arrival, io, success_tack(arrival.content, arrival.reference, ISSUER + io, reference=name))

    def _fail(self, arrival: Arrival, io: str) -> None:
        self.lost.add((arrival.sender, arrival.reference))
        message = "the destination could not pick the message up: send it again"
        tack = failure_tack(
            arrival.content,
            arrival.reference,
            ISSUER + io,
            NOT_PICKED_UP,
            message,
            reference=self._next(),
        )
        self._put(arrival, io, tack)
        ids = {
            "reference": arrival.reference,
            "facility": arrival.sender,
            "service": arrival.service,
            "tack": tack.reference,
        }
        self.world.tell(EventType.NOT_PICKED_UP, Party.PLATFORM, ids)

    def _put(self, arrival: Arrival, io: str, tack: TAck) -> None:
        self.receipts.put(
            Receipt(
                facility=arrival.sender,
                service=arrival.service,
                message_name=arrival.message_name,
                io=io,
                tack=tack,
            )
        )

    def _next(self) -> str:
        self._count += 1
        return f"K{self._count:09d}"
