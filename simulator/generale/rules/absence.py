"""Controls of an absence and of its end: the resident stays here, and is away once at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from generale.protocol.clock import brussels
from generale.protocol.messages import Absence, EndOfAbsence
from generale.rules.control import Controls
from generale.rules.facts import Away, StayFacts, StayRecord
from generale.rules.findings import Deviation
from generale.rules.parties import facility_belongs_to_the_sender

control = Controls[Absence, StayFacts]()
control_of_return = Controls[EndOfAbsence, StayFacts]()


control("HX-ABS-01")(facility_belongs_to_the_sender)


@control("HX-ABS-02")
def absence_begins_in_an_accepted_stay(message: Absence, facts: StayFacts) -> Iterator[Deviation]:
    """The person has an accepted stay in this facility at the moment of leaving."""
    if not _staying(message, facts):
        moment = brussels(message.start).isoformat()
        yield Deviation(expected=f"an accepted stay in {message.facility} at {moment}", received="none")


@control("HX-ABS-03")
def absence_does_not_lie_after_receipt(message: Absence, facts: StayFacts) -> Iterator[Deviation]:
    """An absence is told when it has begun, and its end when that has come."""
    for moment in (message.start, message.end):
        if moment is not None and moment > facts.received:
            yield _late(moment, facts.received)


@control("HX-ABS-04")
def absence_ends_after_it_begins(message: Absence, _facts: StayFacts) -> Iterator[Deviation]:
    """Who returns has left before."""
    if message.end is not None and message.end <= message.start:
        yield _early(message.end, message.start)


@control("HX-ABS-05")
def absence_meets_no_other(message: Absence, facts: StayFacts) -> Iterator[Deviation]:
    """Nobody is away twice at once; an absence that lasts is ended before the next begins."""
    for away in _absences(message, facts):
        begins_before = message.end is None or away.start < message.end
        if begins_before and (away.end is None or message.start < away.end):
            until = brussels(away.end).isoformat() if away.end else "now"
            received = f"one from {brussels(away.start).isoformat()} until {until}"
            yield Deviation(expected="no other absence then", received=received)


@control("HX-ABS-06")
def absence_is_over_before_the_stay(message: Absence, facts: StayFacts) -> Iterator[Deviation]:
    """Who left for good does not return: an absence from a stay that has ended is over before that."""
    for stay in _staying(message, facts):
        if stay.end is not None and (message.end is None or message.end > stay.end):
            yield _beyond(message.end, stay.end)


control_of_return("HX-ABS-07")(facility_belongs_to_the_sender)


@control_of_return("HX-ABS-08")
def an_absence_is_there_to_end(message: EndOfAbsence, facts: StayFacts) -> Iterator[Deviation]:
    """The person is away from this facility, by an accepted absence that was told without an end."""
    if not _lasting(message, facts):
        yield Deviation(expected=f"an absence from {message.facility} that lasts", received="none")


@control_of_return("HX-ABS-09")
def return_does_not_lie_before_leaving(message: EndOfAbsence, facts: StayFacts) -> Iterator[Deviation]:
    """An absence ends after it began."""
    for _, away in _lasting(message, facts):
        if message.end <= away.start:
            yield _early(message.end, away.start)


@control_of_return("HX-ABS-10")
def return_does_not_lie_after_receipt(message: EndOfAbsence, facts: StayFacts) -> Iterator[Deviation]:
    """A return is told when it has happened."""
    if message.end > facts.received:
        yield _late(message.end, facts.received)


@control_of_return("HX-ABS-11")
def return_lies_within_the_stay(message: EndOfAbsence, facts: StayFacts) -> Iterator[Deviation]:
    """Nobody returns to a stay that has ended."""
    for stay, _ in _lasting(message, facts):
        if stay.end is not None and message.end > stay.end:
            yield _beyond(message.end, stay.end)


def _here(message: Absence | EndOfAbsence, facts: StayFacts) -> Sequence[StayRecord]:
    """The person's accepted stays in this facility."""
    return [stay for stay in facts.stays(message.insz) if stay.facility == message.facility]


def _staying(message: Absence, facts: StayFacts) -> Sequence[StayRecord]:
    """Those that hold the moment of leaving, under this number."""
    day = brussels(message.start).date()
    return [
        stay
        for stay in _here(message, facts)
        if stay.began <= message.start
        and (stay.end is None or message.start <= stay.end)
        and (stay.from_takeover is None or stay.from_takeover <= day)
        and (stay.until_takeover is None or day <= stay.until_takeover)
    ]


def _absences(message: Absence, facts: StayFacts) -> Iterator[Away]:
    for stay in _here(message, facts):
        yield from stay.absences


def _lasting(message: EndOfAbsence, facts: StayFacts) -> Sequence[tuple[StayRecord, Away]]:
    return [(stay, away) for stay in _here(message, facts) for away in stay.absences if away.end is None]


def _late(moment: datetime, received: datetime) -> Deviation:
    return Deviation(
        expected=f"at the latest {brussels(received).isoformat()}", received=brussels(moment).isoformat()
    )


def _early(moment: datetime, start: datetime) -> Deviation:
    return Deviation(expected=f"after {brussels(start).isoformat()}", received=brussels(moment).isoformat())


def _beyond(moment: datetime | None, end: datetime) -> Deviation:
    received = brussels(moment).isoformat() if moment else "an absence that lasts"
    return Deviation(expected=f"at the latest {brussels(end).isoformat()}", received=received)
