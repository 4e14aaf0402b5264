"""One rehearsal: a world, its one log, and its journal.

Everything that changes the world goes through a command; everything that is acknowledged is committed
first. The player's own events enter the same log.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from threading import RLock
from typing import Any

from generale.platform.mailbox import NO_KEYS, Keys
from generale.protocol.clock import Clock, parse_instant, utc
from generale.protocol.errors import EnvironmentFailure, OurError
from generale.protocol.form import from_json, to_json
from generale.protocol.ids import Insz, Nihii, Reference
from generale.protocol.messages import Message, Outcome
from generale.protocol.profile import INVOICE_NAME, Profile
from generale.results.events import Event, EventType, Party, digest
from generale.simulator.advancing import MoneyMove
from generale.simulator.behaviour import Behaviour, Kind, Subject, Takeover
from generale.simulator.changing_fund import MemberMove
from generale.simulator.event import Arrival, Draft, held
from generale.simulator.journal import Command, Entry, Journal, Step, Stored
from generale.simulator.precondition import check_behaviour, check_takeover
from generale.simulator.set_up import WorldSetUp
from generale.simulator.whole_change import WholeChange
from generale.simulator.world import World

ACTIONS_A_TURN = 50
"""How much of what fell due happens in one turn, where the rest may wait for the next (project-defined)."""


class Rehearsal:
    """A world that is kept: ``name`` is its place in the addresses, ``wall`` its clock where time is real.

    Where the world fails in the middle of a change, which is a bug of ours, nothing of that change is
    ever committed: the rehearsal answers no more, and a restart gives the last whole state.
    """

    def __init__(
        self,
        name: str,
        set_up: WorldSetUp,
        profile: Profile,
        journal: Journal,
        wall: Clock | None = None,
        stored: Stored | None = None,
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        self.name = name
        self.set_up = set_up
        self.events: list[Event] = []
        self.evidence: dict[str, bytes] = {}
        self.received: dict[tuple[Nihii, Reference], str] = {}
        self.polled: dict[tuple[Nihii, str], datetime] = {}
        """When each mailbox was last opened; a restart forgets it, and then lets one poll pass too soon."""
        self.exchanges = 0
        self.lock: AbstractContextManager[object] = lock or RLock()
        self._journal = journal
        self._wall = wall
        self._world_count = 0
        self._known_world_events = 0
        self._commands: list[Command] = []
        self._entries: list[Entry] = []
        self._fresh: dict[str, bytes] = {}
        self._kept_bytes = 0
        self.strange_bytes = 0
        """How many bytes are kept of those who are not known; a restart counts them anew."""
        self.strangers_turned_away = False
        """Whether there was no room for a stranger before."""
        self.is_whole = True
        """Whether no change of the world has failed in its middle."""
        self._is_late = False
        self._told: tuple[datetime | None, str] = (None, "")
        self._named: tuple[bytes | None, str] = (None, "")
        if stored is not None:
            self._remember(stored)
        self.world = World(set_up, profile, self._from_world)
        for command in stored.commands if stored is not None else ():
            self.world.clock.catch_up(command.at)
            self._apply(command)

    def now(self, *, puts_off: bool = False) -> datetime:
        """The time of the rehearsal, after everything that was due has happened, or all but the work.

        Who puts work off also leaves what is more than a turn's share: the rehearsal is late then.
        Where work is left behind or done on the way, the journal says so: after a restart the same is done
        at the same time, whoever asks first.
        """
        clock = self.world.clock
        if self._wall is not None and self.is_whole:
            before, was_behind = self.at, clock.is_behind
            with self._change():
                instant = self._wall.now()
                did_work = clock.catch_up(
                    instant, puts_off=puts_off, most=ACTIONS_A_TURN if puts_off else None
                )
                self._is_late = clock.is_before(instant)
            if did_work:
                self._commands.append(Command(name="clock", at=self.at, body={}))
            if clock.is_behind and not was_behind:
                self._commands.append(Command(name="put-off", at=before, body={"until": self.at.isoformat()}))
            while clock.is_behind and not puts_off:
                self.work()
        return self.at

    @property
    def is_behind(self) -> bool:
        """Whether there is work to be done that was put off, or more was due than one turn's share."""
        return self.is_whole and (self._is_late or self.world.clock.is_behind)

    def work(self) -> None:
        """Do one turn's share of what was due, or else one piece of the work that was put off."""
        if self._is_late:
            self.now(puts_off=True)
        else:
            self._command("work", {})

    @property
    def at(self) -> datetime:
        """The time at which ``now`` last found the rehearsal: for all of one exchange it is the same."""
        return self.world.clock.now()

    def require_room(self, length: int, limit: int) -> None:
        """``EnvironmentFailure`` where evidence and events with so many bytes more would pass a limit."""
        if self._kept_bytes + length > limit:
            raise EnvironmentFailure(
                f"the rehearsal '{self.name}' holds {self._kept_bytes} bytes of evidence and takes no more"
            )

    def take(self, kind: Kind, subject: Subject) -> Behaviour | None:
        """The behaviour of the line that fits, used up by one; it stays used after a restart."""
        found = self.world.behaviours.take(kind, subject)
        if found is not None:
            body = {
                "kind": kind.value,
                "service": subject.service,
                "operation": subject.operation,
                "message": subject.message,
                "insz": subject.insz,
            }
            self._commands.append(Command(name="used", at=self.at, body=body))
        return found

    def receive(self, arrival: Arrival, message: Message | None) -> None:
        """Take in a technically valid message for the first time; ``message`` is None for an invoice file."""
        name = self._keep(arrival.content)
        body: dict[str, Any] = {
            "sender": arrival.sender,
            "reference": arrival.reference,
            "service": arrival.service,
            "message_name": arrival.message_name,
            "content": name,
        }
        if arrival.nip_reference is not None:
            body["nip_reference"] = arrival.nip_reference
        if arrival.is_test:
            body["is_test"] = True
        self._commands.append(Command(name="receive", at=self.at, body=body))
        with self._change():
            self.received[arrival.sender, arrival.reference] = name
            self.world.receive(arrival, message)

    def confirm(self, facility: Nihii, service: str, replies: Keys, tacks: Keys) -> None:
        """Remove replies and acknowledgements from a mailbox."""
        body = {
            "facility": facility,
            "service": service,
            "references": sorted(replies.references),
            "hashes": sorted(value.hex() for value in replies.hashes),
        }
        if tacks != NO_KEYS:
            body["tack_references"] = sorted(tacks.references)
            body["tack_contents"] = sorted(value.hex() for value in tacks.hashes)
        self._command("confirm", body)

    def behave(self, behaviour: Behaviour) -> None:
        """Switch a behaviour on; ``UsageError`` where the world could not do as it says."""
        self.now()
        check_behaviour(behaviour, self.world.platform.rules, tuple(self.world.funds))
        self._command("behave", to_json(behaviour))
        self.commit()

    def stop(self, kind: Kind) -> None:
        """Switch every behaviour of a kind off."""
        self.now()
        self._command("stop", {"kind": kind.value})
        self.commit()

    def take_over(self, takeover: Takeover) -> None:
        """Let a facility number end and another continue its activity; ``UsageError`` where it cannot."""
        self.now()
        check_takeover(takeover, self.world.platform.facilities)
        self._command("take_over", to_json(takeover))
        self.commit()

    def move_money(self, move: MoneyMove) -> None:
        """Let a fund do something about advances; ``UsageError`` where it cannot now."""
        self.now()
        self.world.advancing.check(move)
        self._command("money", to_json(move))
        self.commit()

    def change_fund(self, move: MemberMove) -> None:
        """Let a person go on to another care fund; ``UsageError`` where the platform does not take it in."""
        self.now()
        self.world.changing_fund.check(move)
        self._command("change_fund", to_json(move))
        self.commit()

    def move_to(self, instant: datetime) -> None:
        """Leap to an instant of virtual time; ``OurError`` where it lies in the past."""
        if utc(instant) < utc(self.now()):
            raise OurError(
                f"it is {self.now().isoformat()}: the clock cannot go back to {instant.isoformat()}"
            )
        self.note(EventType.CLOCK, Party.PLAYER, Party.PLATFORM, data={"to": instant.isoformat()})
        with self._change():
            self.world.clock.move_to(instant)
        self._command("clock", {})
        self.commit()

    def note(
        self,
        type_: EventType,
        sender: Party,
        receiver: Party | None = None,
        ids: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        content: bytes | None = None,
    ) -> Event:
        """Write an event into the log that is not the world's own: an exchange, or the player's."""
        name = self._keep(content) if content is not None else ""
        return self._enter(type_, self.at, (sender, receiver), ids or {}, data or {}, name, 0)

    def latest_outcome(self, insz: str, facility: str, message: str = "") -> tuple[bool, Outcome | None]:
        """Whether there is a message of a facility about a person, and what was decided on the latest.

        With the name of a message type (Admission, EndOfStay, Correction, Withdrawal) only of that type.
        """
        cases = [
            one
            for one in self.world.platform.cases.of_resident(Nihii(facility), Insz(insz))
            if message in ("", type(one.message).__name__)
        ]
        return bool(cases), cases[-1].record().outcome if cases else None

    def commit(self) -> None:
        """Make durable what has happened since the last time; ``EnvironmentFailure`` where that fails."""
        step = self.unwritten()
        if step is not None:
            self._journal.write({self.name: step})
            self.written()

    def unwritten(self) -> Step | None:
        """What has happened since the last commit; ``OurError`` where that is not whole."""
        self._require_whole()
        if not self._entries and not self._commands:
            return None
        return Step(commands=self._commands, entries=self._entries, evidence=self._fresh)

    def written(self) -> None:
        """What was unwritten is on disk."""
        self._commands, self._entries, self._fresh = [], [], {}

    def _command(self, name: str, body: Mapping[str, Any]) -> None:
        command = Command(name=name, at=self.at, body=body)
        self._commands.append(command)
        with self._change():
            self._apply(command)

    def _change(self) -> WholeChange:
        """A change of the world, which happens as a whole or ends the rehearsal."""
        self._require_whole()
        return WholeChange(self)

    def _require_whole(self) -> None:
        if not self.is_whole:
            raise OurError("the rehearsal failed in the middle of a change and answers no more; start again")

    def _apply(self, command: Command) -> None:
        body = command.body
        match command.name:
            case "receive":
                self._receive_again(body)
            case "confirm":
                self.world.confirm(
                    Nihii(body["facility"]),
                    body["service"],
                    replies=_keys(body["references"], body["hashes"]),
                    tacks=_keys(body.get("tack_references", ()), body.get("tack_contents", ())),
                )
            case "behave":
                self.world.behave(from_json(Behaviour, body))
            case "stop":
                self.world.stop(Kind(body["kind"]))
            case "used":
                subject = Subject(
                    service=body["service"],
                    operation=body["operation"],
                    message=body.get("message", ""),
                    insz=Insz(body["insz"]) if body.get("insz") else None,
                )
                self.world.behaviours.take(Kind(body["kind"]), subject)
            case "take_over":
                self.world.take_over(from_json(Takeover, body))
            case "money":
                self.world.advancing.do(from_json(MoneyMove, body))
            case "change_fund":
                self.world.changing_fund.do(from_json(MemberMove, body))
            case "put-off":
                self.world.clock.catch_up(parse_instant(body["until"]), puts_off=True)
            case "work":
                self.world.clock.work_off()
            case "clock":
                self.world.clock.move_to(command.at)
            case _:
                raise OurError(f"a journal of another version: the command '{command.name}' is not known")

    def _receive_again(self, body: Mapping[str, Any]) -> None:
        arrival = Arrival(
            sender=Nihii(body["sender"]),
            reference=Reference(body["reference"]),
            service=body["service"],
            message_name=body["message_name"],
            content=self.evidence[body["content"]],
            nip_reference=body.get("nip_reference"),
            is_test=body.get("is_test", False),
        )
        self.received[arrival.sender, arrival.reference] = body["content"]
        is_invoice = arrival.message_name == INVOICE_NAME
        self.world.receive(arrival, None if is_invoice else self.world.profile.read(arrival.content))

    def _from_world(self, draft: Draft) -> None:
        self._world_count += 1
        if self._world_count > self._known_world_events:
            name = self._keep(draft.content) if draft.content is not None else ""
            parties, count = (draft.sender, draft.receiver), self._world_count
            self._enter(draft.type, draft.at, parties, draft.ids, draft.data, name, count)

    def _enter(
        self,
        type_: EventType,
        at: datetime,
        parties: tuple[Party, Party | None],
        ids: Mapping[str, str],
        data: Mapping[str, Any],
        evidence: str,
        world_number: int,
    ) -> Event:
        event = Event(
            seq=len(self.events) + 1,
            scenario=self.set_up.name,
            type=type_,
            at=self._text_of(at),
            sender=str(parties[0]),
            receiver=str(parties[1] or ""),
            ids=ids,
            data=data,
            evidence=evidence,
        )
        self._kept_bytes += held(event)
        self.events.append(event)
        self._entries.append(Entry(event=event, world_number=world_number))
        return event

    def _text_of(self, instant: datetime) -> str:
        """An instant as the log has it; everything in one exchange happens at the same one."""
        if self._told[0] is not instant:
            self._told = instant, instant.isoformat()
        return self._told[1]

    def _keep(self, content: bytes) -> str:
        """Keep these bytes as evidence, once; answers their name."""
        if content is self._named[0]:  # a message is kept when it is received, and told of at once
            return self._named[1]
        name = digest(content)
        self._named = content, name
        if name not in self.evidence:
            self.evidence[name] = self._fresh[name] = content
            self._kept_bytes += len(content)
        return name

    def _remember(self, stored: Stored) -> None:
        self.events = [entry.event for entry in stored.entries]
        self.evidence = dict(stored.evidence)
        self._kept_bytes = sum(map(len, self.evidence.values())) + sum(map(held, self.events))
        self._known_world_events = max((entry.world_number for entry in stored.entries), default=0)
        self.exchanges = max((int(event.ids.get("exchange", 0)) for event in self.events), default=0)


def _keys(references: Iterable[str], hashes: Iterable[str]) -> Keys:
    return Keys(references=frozenset(references), hashes=frozenset(bytes.fromhex(value) for value in hashes))
