"""Controls of the end of a residence agreement, which is not the end of the stay and may come after it."""

from collections.abc import Iterator

from generale.protocol.clock import brussels
from generale.protocol.messages import AgreementEndReason, EndOfAgreement, EndReason
from generale.rules.control import Controls
from generale.rules.facts import StayFacts, StayRecord
from generale.rules.findings import Deviation
from generale.rules.parties import facility_belongs_to_the_sender, insz_has_a_right_check_number

control = Controls[EndOfAgreement, StayFacts]()


control("HX-AGR-01")(facility_belongs_to_the_sender)
control("HX-AGR-02")(insz_has_a_right_check_number)


@control("HX-AGR-03")
def agreement_is_of_an_accepted_stay(message: EndOfAgreement, facts: StayFacts) -> Iterator[Deviation]:
    """The person has an accepted stay in this facility that began on the last day at the latest."""
    if message.insz.check_number_is_right and _stay(message, facts) is None:
        expected = f"an accepted stay in {message.facility} until {message.last_day}"
        yield Deviation(expected=expected, received="none")


@control("HX-AGR-04")
def agreement_does_not_end_before_the_stay(message: EndOfAgreement, facts: StayFacts) -> Iterator[Deviation]:
    """Nobody stays without an agreement: its last day is that of a stay that has ended, or a later one."""
    stay = _stay(message, facts)
    if stay and stay.end and message.last_day < brussels(stay.end).date():
        expected = f"at the earliest {brussels(stay.end).date()}"
        yield Deviation(expected=expected, received=str(message.last_day))


@control("HX-AGR-05")
def agreement_ends_by_death_where_somebody_died(
    message: EndOfAgreement, facts: StayFacts
) -> Iterator[Deviation]:
    """A stay that ended otherwise than by death has no agreement that death ended."""
    stay = _stay(message, facts)
    by_death = message.reason is AgreementEndReason.DEATH
    if by_death and stay and stay.reason is EndReason.DEPARTURE:
        yield Deviation(expected="an agreement ended by resident or facility", received=message.reason.value)


@control("HX-AGR-06")
def agreement_has_not_ended_already(message: EndOfAgreement, facts: StayFacts) -> Iterator[Deviation]:
    """The end of an agreement is accepted once for a stay."""
    stay = _stay(message, facts)
    if stay and stay.agreement_until:
        yield Deviation(expected="no end of this agreement", received=f"one on {stay.agreement_until}")


def _stay(message: EndOfAgreement, facts: StayFacts) -> StayRecord | None:
    """The last accepted stay of the person in this facility that had begun by the last day."""
    mine = [
        stay
        for stay in facts.stays(message.insz)
        if stay.facility == message.facility and brussels(stay.began).date() <= message.last_day
    ]
    return mine[-1] if mine else None
