"""The fold: one event after the other goes in, and what does not agree comes out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from generale.oracle.absences import Absences
from generale.oracle.advances import Advances
from generale.oracle.books import Booked, Books, File, Finding
from generale.oracle.invariant import Breach, Invariant
from generale.oracle.members import Members
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
_RETURNED = frozenset({"920999", "920099", "reject-inbound"})

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
        self._members = Members()
        self._books = Books(profile, self._stays, self._absences, self._rates, self._members)
        self._advances = Advances(self._books)
        self._seen: list[Breach] = []
        self._settled: list[int] = []
        self._scenario = ""

    @property
    def breaches(self) -> Iterator[Breach]:
        """What does not agree by now, with what was never paid or paid without a statement."""
        yield from self._seen
        for file, finding in (*self._books.open(), *self._advances.open()):
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
        if event.type is EventType.SCENARIO_BEGUN:
            self._members.begun(event.data)

    def _behaviour(self, event: Event) -> None:
        if event.data.get("kind") == "takeover":
            old, new = Hco.parse(event.data["old"]), Hco.parse(event.data["new"])
            self._stays.taken_over(old, new, date.fromisoformat(event.data["first_day"]))
        elif event.data.get("kind") == "fund-change":
            self._members.changed(event.data)

    def _acknowledged(self, event: Event) -> None:
        content = self._evidence(event.evidence)
        if event.ids["service"] == INVOICES:
            invoice = read_invoice(content)
            booked = Booked(invoice, known_changes=self._members.count)
            self._books.files.setdefault(_file(event, "reference"), booked)
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
        if event.ids["kind"] in _RETURNED and file in self._books.files:
            self._books.files[file].is_returned = True
        if event.ids["kind"] != _STATEMENT:
            return
        if file not in self._books.files:
            self._note(event, file, (Invariant.KNOWN_FILE, "", "a file that was received", "none"))
            return
        self._settled.append(event.seq)
        statement, is_first = read_settlement(self._evidence(event.evidence)), self._is_unsettled(file)
        for finding in self._books.settled(file, statement):
            self._note(event, file, finding)
        if is_first:
            self._advances.accepted(file, self._books.files[file])

    def _paid(self, event: Event) -> None:
        file = _file(event, "about")
        if file in self._books.files:
            amount = Euro.parse(event.data["amount"])
            self._books.paid(file, amount, event.data["communication"])
            for about, finding in self._advances.paid(file, amount):
                self._note(event, about, finding)
        else:
            self._note(event, file, (Invariant.KNOWN_FILE, "", "a file that was received", "none"))

    def _advance(self, event: Event) -> None:
        if event.type is EventType.SET_OFF and _file(event, "about") not in self._books.files:
            unknown = (Invariant.KNOWN_FILE, "", "a file that was received", "none")
            self._note(event, _file(event, "about"), unknown)
            return
        for about, finding in self._advances.told(event):
            self._note(event, about, finding)

    def _is_unsettled(self, file: File) -> bool:
        return self._books.files[file].statement is None

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
        EventType.ADVANCED: Oracle._advance,
        EventType.SET_OFF: Oracle._advance,
        EventType.CLAIMED: Oracle._advance,
        EventType.REMINDED: Oracle._advance,
        EventType.REPAID: Oracle._advance,
        EventType.REFUNDED: Oracle._advance,
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
    return event.ids["facility"], event.ids.get(reference, "")


def _breach(scenario: str, seq: int, file: File, finding: Finding) -> Breach:
    invariant, whom, expected, found = finding
    about = " ".join((*file, whom)).strip()
    return Breach(
        invariant=invariant, scenario=scenario, seq=seq, about=about, expected=expected, found=found
    )
