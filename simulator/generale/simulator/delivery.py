"""What puts replies in mailboxes: once, twice, behind something unreadable, or rejected on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Protocol

from generale.driver.setup import FacilitySetUp
from generale.platform.mailbox import Mailboxes, Reply
from generale.protocol.clock import VirtualClock
from generale.protocol.genericasync import Blob, Origin
from generale.protocol.ids import Nihii, Reference
from generale.protocol.messages import Decision
from generale.protocol.profile import INVOICE_NAME, INVOICES, Profile
from generale.results.events import EventType, Party
from generale.simulator.behaviour import Behaviour, Behaviours, Kind, Subject
from generale.simulator.event import Arrival, Outgoing
from generale.simulator.rejection import rejection

UNREADABLE = b"\x00\x01 not a message of this exchange \xff"
"""What stands in a mailbox when a reply was damaged on its way (project-defined)."""


class Surroundings(Protocol):
    """What delivery needs of the world around it."""

    profile: Profile
    clock: VirtualClock
    behaviours: Behaviours
    mailboxes: Mailboxes
    licences: dict[Nihii, FacilitySetUp]

    @property
    def rules_today(self) -> date:
        """The effective date of the rule set in force now."""
        ...

    def later(self, seconds: int, action: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        ...

    def tell(
        self,
        type_: EventType,
        sender: Party,
        ids: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        *,
        content: bytes | None = None,
    ) -> None:
        """Say in the log what happens now."""
        ...


@dataclass(slots=True)
class Delivery:
    """Puts replies of a world in the mailboxes of its facility numbers."""

    world: Surroundings
    _nip_references: dict[tuple[Nihii, Reference], str] = field(default_factory=dict)
    _count: int = 0

    def note_arrival(self, arrival: Arrival) -> None:
        """Keep the sender's own reference of a message: its answers repeat it."""
        if arrival.nip_reference is not None:
            self._nip_references[arrival.sender, arrival.reference] = arrival.nip_reference

    def reply(self, outgoing: Outgoing) -> None:
        """Put a reply in the mailbox: once, twice, or behind something unreadable."""
        subject = Subject(service=outgoing.service, insz=outgoing.insz)
        if self.world.behaviours.take(Kind.UNREADABLE, subject):
            garbled = Blob(content=UNREADABLE, message_name=outgoing.blob.message_name)
            self.put(replace(outgoing, kind="unreadable", blob=garbled))
        if rejected := self.world.behaviours.take(Kind.REJECT_OUTBOUND, subject):
            self.put(self._rejected(outgoing, rejected))
            self.world.later(rejected.after, partial(self.put, outgoing))
        else:
            self.put(outgoing)
        if self.world.behaviours.take(Kind.ANSWER_TWICE, subject):
            self.put(outgoing)

    def put(self, outgoing: Outgoing) -> None:
        """Put one reply in a mailbox, as it is."""
        self._count += 1
        reply = Reply(
            reply=f"P{self._count:09d}",
            about=outgoing.about,
            facility=outgoing.facility,
            service=outgoing.service,
            kind=outgoing.kind,
            message_name=outgoing.blob.message_name,
            content=outgoing.blob.content,
            at=self.world.clock.now(),
            io=outgoing.io,
            nip_reference=self._nip_references.get((outgoing.facility, outgoing.about)),
        )
        self.world.mailboxes.put(reply)
        ids = {
            "reply": reply.reply,
            "about": reply.about,
            "facility": reply.facility,
            "service": reply.service,
            "kind": reply.kind,
        }
        if not reply.about:
            del ids["about"]
        judged = outgoing.rule_set or self.world.rules_today
        data = {"rule_set": judged.isoformat(), "io": reply.io}
        self.world.tell(EventType.REPLIED, outgoing.party, ids, data, content=reply.content)

    def reject(self, arrival: Arrival, behaviour: Behaviour) -> None:
        """Reject a message that was acknowledged, instead of handling it."""
        name = INVOICE_NAME if arrival.service == INVOICES else self.world.profile.message_name(Decision)
        blob = Blob(content=b"", message_name=name)
        outgoing = Outgoing(
            about=arrival.reference, facility=arrival.sender, service=arrival.service, kind="", blob=blob
        )
        self.reply(self._rejected(outgoing, behaviour, arrival.message_name, is_test=arrival.is_test))

    def _rejected(
        self, outgoing: Outgoing, behaviour: Behaviour, name: str = "", *, is_test: bool = False
    ) -> Outgoing:
        """The rejection of the message of this name, or of an answer, in the place of that answer."""
        licence = self.world.licences[outgoing.facility]
        blob = rejection(
            behaviour,
            rejected=name or outgoing.blob.message_name,
            answer=outgoing.blob.message_name,
            origin=Origin(nihii=licence.nihii.padded, licence_username=licence.username, licence_password=""),
            reference=outgoing.about,
            is_test=is_test,
        )
        return replace(outgoing, kind=behaviour.kind.value, blob=blob, party=Party.PLATFORM)
