"""The stage: the one place where simulator, door and player meet.

It owns the clock of a rehearsal. In virtual mode it leaps, and tells the vendor the new time; in wall
mode it waits, and only for as long as the plan's budget allows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from generale.driver.contract import Done, Product
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import Stimulus, stimulus_to_json
from generale.protocol.clock import later, utc
from generale.protocol.form import to_json
from generale.protocol.messages import Outcome
from generale.results.events import EventType, Party
from generale.scenarios.awaited import party_awaited
from generale.simulator.rehearsal import Rehearsal


class ClockMode(StrEnum):
    """How time passes in a run."""

    VIRTUAL = "virtual"
    """One agenda; the vendor is in-process or has a settable clock."""
    WALL = "wall"
    """Everybody lives by the clock on the wall."""


Pause = Callable[[timedelta], None]
"""Waits in real time."""


@dataclass(slots=True)
class Stage:
    """One scenario's rehearsal with the vendor's product at the door."""

    rehearsal: Rehearsal
    product: Product
    mode: ClockMode
    pause: Pause
    timings: list[tuple[str, float]] = field(default_factory=list)

    def now(self) -> datetime:
        """The time of the run."""
        with self.rehearsal.lock:
            return self.rehearsal.now()

    def tell_set_up(self, set_up: SetUp) -> Done:
        """Let the product start clean."""
        return self._told("reset", to_json(set_up), lambda: self.product.reset(set_up))

    def tell(self, stimulus: Stimulus) -> Done:
        """Tell the product that something happened in a facility."""
        return self._told("act", stimulus_to_json(stimulus), lambda: self.product.act(stimulus))

    def sync(self) -> Done:
        """Let the product poll the platform."""
        return self._told("sync", {}, self.product.sync)

    def observe(self) -> Observation:
        """Ask what the product's users would see."""
        self.note(EventType.TOLD, Party.PLAYER, Party.VENDOR, {"operation": "observe"})
        observation = self.product.observe()
        self.note(EventType.OBSERVED, Party.VENDOR, Party.PLAYER, {}, to_json(observation))
        return observation

    def leap_to(self, instant: datetime) -> None:
        """Move the virtual clock and the vendor's; what falls due on the way happens on the way."""
        with self.rehearsal.lock:
            self.rehearsal.move_to(instant)
        data = {"to": instant.isoformat()}
        self._told("set_clock", data, lambda: self.product.set_clock(instant))

    def wait_until(self, met: Callable[[], bool], within: timedelta) -> bool:
        """Let product and platform work until a condition holds; False where the time is up before.

        Between two polls of the product virtual time leaps to what is due next, or by a twelfth of the
        whole wait where nothing is.
        """
        deadline = later(self.now(), within)
        while True:
            self.sync()
            if met():
                return True
            if utc(self.now()) >= utc(deadline):
                return False
            self._let_time_pass(deadline, within)

    def note(
        self,
        type_: EventType,
        sender: Party,
        receiver: Party | None = None,
        ids: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an event of the player's into the one log."""
        with self.rehearsal.lock:
            self.rehearsal.note(type_, sender, receiver, ids, data)
            if self.rehearsal.is_whole:
                self.rehearsal.commit()

    def latest_outcome(self, insz: str, facility: str, message: str = "") -> tuple[bool, Outcome | None]:
        """Whether the platform has a message about a resident, of a type, and its decision on the latest."""
        with self.rehearsal.lock:
            return self.rehearsal.latest_outcome(insz, facility, message)

    def count_replies(self, kind: str, facility: str) -> int:
        """How many replies of a kind have been put in a facility's mailbox."""
        with self.rehearsal.lock:
            return sum(
                event.type is EventType.REPLIED
                and event.ids["kind"] == kind
                and event.ids["facility"] == facility
                for event in self.rehearsal.events
            )

    def count_posts(self, service: str, facility: str) -> int:
        """How often a facility has posted to a service, refusals and cut lines included."""
        with self.rehearsal.lock:
            return sum(
                event.type is EventType.REQUEST
                and event.ids.get("operation") == "post"
                and event.ids.get("service") == service
                and event.ids.get("facility") == facility
                for event in self.rehearsal.events
            )

    def party_awaited(self, kind: str, facility: str) -> Party:
        """Who is to act so that a facility gets a reply of a kind."""
        with self.rehearsal.lock:
            lost = self.rehearsal.world.pick_ups.lost
            return party_awaited(kind, facility, self.rehearsal.events, lost)

    def _let_time_pass(self, deadline: datetime, within: timedelta) -> None:
        if self.mode is ClockMode.WALL:
            self.pause(timedelta(milliseconds=200))
            return
        with self.rehearsal.lock:
            due = self.rehearsal.world.clock.next_due
        self.leap_to(min(deadline, due if due is not None else later(self.now(), within / 12), key=utc))

    def _told(self, operation: str, data: Mapping[str, Any], call: Callable[[], Done]) -> Done:
        ids = {"operation": operation}
        self.note(EventType.TOLD, Party.PLAYER, Party.VENDOR, ids, data)
        done = call()
        self.note(EventType.TOLD_ANSWERED, Party.VENDOR, Party.PLAYER, ids, to_json(done))
        return done
