"""The fold: one event after the other goes in, and what does not agree comes out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from generale.oracle.absences import Absences
from generale.oracle.books import Booked, Books, File, Finding
from generale.oracle.invariant import Breach, Invariant
from generale.oracle.rates import Rates
from generale.oracle.stays import Stays
from generale.protocol.clock import parse_instant
from generale.protocol.flatfile import read_invoice, read_settlement
from generale.protocol.ids import Hco, Reference
from generale.protocol.messages import (
    Absence,
    Admission,
    ChangeOfStayType,
    Correction,
    EndOfAbsence,
    EndOfStay,
    Withdrawal,
)
from generale.protocol.money import Euro
from generale.protocol.profile import INVOICES, Profile
from generale.results.events import Event, EventType

_STAYS = "admissions"
_STATEMENT, _REJECTED = "920900", "reject-outbound"

Evidence: TypeAlias = Callable[[str], bytes]
"""The bytes that belong to a digest."""


class Oracle:
    """The stays and books of one scenario; ``feed`` it every event in order, then ask ``breaches``."""

    def __init__(self, profile: Profile, evidence: Evidence) -> None:
        self._profile = profile
        self._evidence = evidence
        self._stays = Stays(profile.counting)
        self._rates = Rates()
        self._absences = Absences(profile.counting)
        self._books = Books(profile, self._stays, self._absences, self._rates)
        self._seen: list[Breach] = []
        self._settled: list[int] = []
        self._scenario = ""

    @property
    def breaches(self) -> Iterator[Breach]:
        """What does not agree by now, with what was never paid or paid without a statement."""
        yield from self._seen
        for file, finding in self._books.open():
            yield _breach(self._scenario, 0, file, finding)

    @property
    def statements(self) -> Sequence[int]:
        """At which events files were settled: an oracle that saw none has proved nothing."""
        return tuple(self._settled)

    def feed(self, event: Event) -> None:
        """Take in one event; those that say nothing of stays or money are passed over."""
        self._scenario = event.scenario
        take = _TAKES.get(event.type)
        if take is not None:
            take(self, event)

    def _begun(self, event: Event) -> None:
        self._rates.told(event.data)

    def _behaviour(self, event: Event) -> None:
        if event.data.get("kind") == "takeover":
            old, new = Hco.parse(event.data["old"]), Hco.parse(event.data["new"])
            self._stays.taken_over(old, new, date.fromisoformat(event.data["first_day"]))

    def _acknowledged(self, event: Event) -> None:
        content = self._evidence(event.evidence)
        if event.ids["service"] == INVOICES:
            invoice = read_invoice(content)
            self._books.files.setdefault(_file(event, "reference"), Booked(invoice))
        elif event.ids["service"] == _STAYS:
            message = self._profile.read(content)
            if isinstance(message, Absence | EndOfAbsence):
                self._absences.received(Reference(event.ids["reference"]), message)
            elif isinstance(message, Admission | EndOfStay | ChangeOfStayType | Correction | Withdrawal):
                self._stays.received(Reference(event.ids["reference"]), message)

    def _decided(self, event: Event) -> None:
        if event.data.get("outcome") == "accepted":
            self._rates.is_of(event.ids["facility"], Hco.parse(event.data["facility"]))
            start = event.data.get("start")
            reference = Reference(event.ids["reference"])
            self._absences.accepted(reference)
            self._stays.accepted(reference, None if start is None else parse_instant(start))

    def _replied(self, event: Event) -> None:
        file = _file(event, "about")
        if event.ids["kind"] == _REJECTED and file in self._books.files:
            self._books.files[file].is_held_up = True
        if event.ids["kind"] != _STATEMENT:
            return
        if file not in self._books.files:
            self._note(event, file, (Invariant.KNOWN_FILE, "", "a file that was received", "none"))
            return
        self._settled.append(event.seq)
        statement = read_settlement(self._evidence(event.evidence))
        for finding in self._books.settled(file, statement):
            self._note(event, file, finding)

    def _paid(self, event: Event) -> None:
        file = _file(event, "about")
        if file in self._books.files:
            self._books.paid(file, Euro.parse(event.data["amount"]), event.data["communication"])
        else:
            self._note(event, file, (Invariant.KNOWN_FILE, "", "a file that was received", "none"))

    def _note(self, event: Event, file: File, finding: Finding) -> None:
        self._seen.append(_breach(event.scenario, event.seq, file, finding))


_TAKES: Mapping[EventType, Callable[[Oracle, Event], None]] = MappingProxyType(
    {
        EventType.SCENARIO_BEGUN: Oracle._begun,
        EventType.TOLD: Oracle._begun,
        EventType.BEHAVIOUR: Oracle._behaviour,
        EventType.ACKNOWLEDGED: Oracle._acknowledged,
        EventType.DECIDED: Oracle._decided,
        EventType.REPLIED: Oracle._replied,
        EventType.PAID: Oracle._paid,
    }
)


def oracles(profile: Profile, events: Iterable[Event], evidence: Evidence) -> Mapping[str, Oracle]:
    """One oracle for each scenario of a transcript, fed with all of its events."""
    found: dict[str, Oracle] = {}
    for event in events:
        if event.scenario not in found:
            found[event.scenario] = Oracle(profile, evidence)
        found[event.scenario].feed(event)
    return found


def _file(event: Event, reference: str) -> File:
    return event.ids["facility"], event.ids[reference]


def _breach(scenario: str, seq: int, file: File, finding: Finding) -> Breach:
    invariant, whom, expected, found = finding
    about = " ".join((*file, whom)).strip()
    return Breach(
        invariant=invariant, scenario=scenario, seq=seq, about=about, expected=expected, found=found
    )
