"""Controls of a change of stay type: the resident stays here, and goes on in another type that is offered."""

from collections.abc import Iterator, Sequence

from generale.protocol.clock import brussels
from generale.protocol.messages import ChangeOfStayType, Outcome
from generale.rules.control import Controls
from generale.rules.facts import SentRecord, StayFacts, StayRecord, TypeChange
from generale.rules.findings import Deviation
from generale.rules.parties import facility_belongs_to_the_sender, insz_has_a_right_check_number

control = Controls[ChangeOfStayType, StayFacts]()


control("HX-CHG-01")(facility_belongs_to_the_sender)
control("HX-CHG-02")(insz_has_a_right_check_number)


@control("HX-CHG-03")
def change_lies_in_an_accepted_stay(message: ChangeOfStayType, facts: StayFacts) -> Iterator[Deviation]:
    """The person has an accepted stay in this facility, under this number, at the moment of the change."""
    if message.insz.check_number_is_right and not _staying(message, facts):
        moment = brussels(message.start).isoformat()
        yield Deviation(expected=f"an accepted stay in {message.facility} at {moment}", received="none")


@control("HX-CHG-04")
def change_does_not_lie_after_receipt(message: ChangeOfStayType, facts: StayFacts) -> Iterator[Deviation]:
    """A change is told when it has happened."""
    if message.start > facts.received:
        yield Deviation(
            expected=f"at the latest {brussels(facts.received).isoformat()}",
            received=brussels(message.start).isoformat(),
        )


@control("HX-CHG-05")
def facility_offers_the_new_type(message: ChangeOfStayType, facts: StayFacts) -> Iterator[Deviation]:
    """The new type is one that this kind of facility may offer."""
    facility = facts.facility(message.facility)
    hosted = facts.profile.hosts.get(facility.type, frozenset()) if facility else frozenset()
    if facility and message.stay_type not in hosted:
        expected = f"{' or '.join(sorted(hosted)) or 'no stay'} in a {facility.type}"
        yield Deviation(expected=expected, received=message.stay_type.value)


@control("HX-CHG-06")
def the_new_type_is_another(message: ChangeOfStayType, facts: StayFacts) -> Iterator[Deviation]:
    """The stay is not of the new type already; what says the same twice has a control of its own."""
    if _told_before(message, facts):
        return
    for stay in _staying(message, facts):
        if stay.type_at(message.start) is message.stay_type:
            expected = f"another type than {message.stay_type}"
            yield Deviation(expected=expected, received=message.stay_type.value)


@control("HX-CHG-07")
def no_later_change_is_accepted(message: ChangeOfStayType, facts: StayFacts) -> Iterator[Deviation]:
    """The changes of a stay are told in the order in which they happened."""
    for stay in _staying(message, facts):
        for change in stay.changes:
            is_same = change.start == message.start and change.stay_type is message.stay_type
            if change.start >= message.start and not is_same:
                expected = f"after {brussels(change.start).isoformat()}, the change that is known"
                yield Deviation(expected=expected, received=brussels(message.start).isoformat())


@control("HX-CHG-08")
def change_was_not_sent_before(message: ChangeOfStayType, facts: StayFacts) -> Iterator[Deviation]:
    """The same change is not accepted already, and does not wait for a decision."""
    for record in _told_before(message, facts):
        yield Deviation(expected="a change that is new", received=f"the content of {record.reference}")


def _told_before(message: ChangeOfStayType, facts: StayFacts) -> Sequence[SentRecord]:
    """Earlier messages that say the same; none that was accepted for a stay that has been taken back."""
    same = TypeChange(start=message.start, stay_type=message.stay_type)
    stands = any(same in stay.changes for stay in _staying(message, facts))
    return [one for one in facts.standing(message) if stands or one.outcome is not Outcome.ACCEPTED]


def _staying(message: ChangeOfStayType, facts: StayFacts) -> Sequence[StayRecord]:
    """The person's accepted stays in this facility that hold the moment, under this number."""
    day = brussels(message.start).date()
    return [
        stay
        for stay in facts.stays(message.insz)
        if stay.facility == message.facility
        and stay.began <= message.start
        and (stay.end is None or message.start <= stay.end)
        and (stay.from_takeover is None or stay.from_takeover <= day)
        and (stay.until_takeover is None or day <= stay.until_takeover)
    ]
