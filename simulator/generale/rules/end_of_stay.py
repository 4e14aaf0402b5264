"""Controls of an end of stay: there is a stay to end, and it ends at a moment that is possible."""

from collections.abc import Iterator, Sequence

from generale.protocol.clock import brussels
from generale.protocol.messages import EndOfStay, EndReason
from generale.rules.control import Controls
from generale.rules.facts import StayFacts, StayRecord
from generale.rules.findings import Deviation
from generale.rules.parties import facility_belongs_to_the_sender

control = Controls[EndOfStay, StayFacts]()


control("HX-END-01")(facility_belongs_to_the_sender)


@control("HX-END-02")
def facility_number_is_valid_on_the_end(message: EndOfStay, facts: StayFacts) -> Iterator[Deviation]:
    """The facility number is valid on the day on which the stay ends."""
    facility, day = facts.facility(message.facility), brussels(message.end).date()
    if facility and not facility.is_valid_on(day):
        until = f" until {facility.valid_until}" if facility.valid_until else ""
        yield Deviation(expected=f"a day from {facility.valid_from}{until}", received=str(day))


@control("HX-END-03")
def an_accepted_stay_is_there_to_end(message: EndOfStay, facts: StayFacts) -> Iterator[Deviation]:
    """The person has an accepted stay in this facility, not yet passed on to a successor."""
    if not _stays(message, facts):
        day = brussels(message.end).date()
        yield Deviation(expected=f"an accepted stay in {message.facility} on {day}", received="none")


@control("HX-END-04")
def end_does_not_lie_before_the_start(message: EndOfStay, facts: StayFacts) -> Iterator[Deviation]:
    """A stay ends after it began; where the person came back, it need not be the last stay that ends.

    It may end before the later start from which it was accepted: then no day of it is paid.
    """
    starts = [stay.began for stay in _open(_stays(message, facts))]
    if starts and message.end < min(starts):
        yield Deviation(
            expected=f"at the earliest {brussels(min(starts)).isoformat()}",
            received=brussels(message.end).isoformat(),
        )


@control("HX-END-05")
def stay_does_not_end_after_receipt(message: EndOfStay, facts: StayFacts) -> Iterator[Deviation]:
    """An end is reported when it has happened, not before."""
    if message.end > facts.received:
        yield Deviation(
            expected=f"at the latest {brussels(facts.received).isoformat()}",
            received=brussels(message.end).isoformat(),
        )


@control("HX-END-06")
def stay_has_not_ended_already(message: EndOfStay, facts: StayFacts) -> Iterator[Deviation]:
    """A stay ends once; another end is told by a correction."""
    stays = _stays(message, facts)
    if stays and not _open(stays):
        ends = [brussels(stay.end).isoformat() for stay in stays if stay.end]
        yield Deviation(expected=f"a correction of the end {ends[-1]}", received="another end of stay")


@control("HX-END-07")
def a_stay_that_does_not_end_by_death_lasts(message: EndOfStay, facts: StayFacts) -> Iterator[Deviation]:
    """Only a death may fall at the moment at which the stay began."""
    starts = [stay.began for stay in _open(_stays(message, facts))]
    if message.reason is not EndReason.DEATH and message.end in starts:
        began = brussels(message.end).isoformat()
        yield Deviation(
            expected=f"an end after {began}, or a death", received=f"{message.reason.value} at {began}"
        )


def _stays(message: EndOfStay, facts: StayFacts) -> Sequence[StayRecord]:
    """The person's stays in this facility that it still carries on the day of the end."""
    day = brussels(message.end).date()
    return [
        stay
        for stay in facts.stays(message.insz)
        if stay.facility == message.facility and (stay.until_takeover is None or day <= stay.until_takeover)
    ]


def _open(stays: Sequence[StayRecord]) -> Sequence[StayRecord]:
    return [stay for stay in stays if stay.end is None]
