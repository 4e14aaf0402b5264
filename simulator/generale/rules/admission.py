"""Controls of an admission: facility, person, stay type, insurance, and the stays that exist already."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from generale.protocol.clock import BRUSSELS, brussels
from generale.protocol.messages import Admission
from generale.rules.control import Controls
from generale.rules.facts import StayFacts, StayRecord
from generale.rules.findings import Deviation
from generale.rules.parties import facility_is_known, facility_sends_itself, insz_has_a_right_check_number

control = Controls[Admission, StayFacts]()

control("HX-ADM-01")(facility_is_known)
control("HX-ADM-03")(facility_sends_itself)
control("HX-ADM-04")(insz_has_a_right_check_number)


@control("HX-ADM-02")
def facility_number_is_valid_on_the_start(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """The facility number is valid on the day on which the stay begins."""
    facility, day = facts.facility(message.facility), brussels(message.start).date()
    if facility and not facility.is_valid_on(day):
        until = f" until {facility.valid_until}" if facility.valid_until else ""
        yield Deviation(expected=f"a day from {facility.valid_from}{until}", received=str(day))


@control("HX-ADM-05")
def birth_date_agrees_with_the_insz(message: Admission, _facts: StayFacts) -> Iterator[Deviation]:
    """The date of birth is the one in the INSZ; an INSZ that carries none agrees with every date."""
    carried = message.insz.birth_date
    if carried and carried != message.birth_date:
        yield Deviation(expected=str(carried), received=str(message.birth_date))


@control("HX-ADM-06")
def sex_agrees_with_the_insz(message: Admission, _facts: StayFacts) -> Iterator[Deviation]:
    """The sex is the one in the INSZ; an INSZ that carries none agrees with both."""
    carried = message.insz.sex
    if carried and carried is not message.sex:
        yield Deviation(expected=carried.value, received=message.sex.value)


@control("HX-ADM-07")
def stay_does_not_begin_after_receipt(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """A stay is reported when it has begun, not before."""
    if message.start > facts.received:
        yield Deviation(
            expected=f"at the latest {brussels(facts.received).isoformat()}",
            received=brussels(message.start).isoformat(),
        )


@control("HX-ADM-08")
def stay_does_not_begin_before_birth(message: Admission, _facts: StayFacts) -> Iterator[Deviation]:
    """Nobody is admitted before being born."""
    day = brussels(message.start).date()
    if day < message.birth_date:
        yield Deviation(expected=f"at the earliest {message.birth_date}", received=str(day))


@control("HX-ADM-09")
def facility_may_host_the_stay_type(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """The kind of stay is one that this type of facility may offer."""
    facility = facts.facility(message.facility)
    if facility is None:
        return
    hosted = facts.profile.hosts.get(facility.type, frozenset())
    if message.stay_type not in hosted:
        expected = f"{' or '.join(sorted(hosted)) or 'no stay'} in a {facility.type}"
        yield Deviation(expected=expected, received=message.stay_type.value)


@control("HX-ADM-10")
def person_is_insured_on_the_start(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """A care fund insures the person on the day on which the stay begins."""
    day = brussels(message.start).date()
    if facts.fund_on(message.insz, day) is None:
        yield Deviation(expected=f"a care fund on {day}", received="none")


@control("HX-ADM-11")
def no_stay_in_this_facility_overlaps(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """No other accepted stay of the person in this facility lasts beyond the start."""
    for stay in _overlapping(message, facts):
        if stay.facility == message.facility:
            yield _overlap(message, stay)


@control("HX-ADM-12")
def no_stay_in_another_facility_overlaps(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """No accepted stay of the person in another facility lasts beyond the start."""
    for stay in _overlapping(message, facts):
        if stay.facility != message.facility:
            yield _overlap(message, stay)


@control("HX-ADM-13")
def admission_was_not_sent_before(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """The same content is not accepted already, and does not wait for a decision."""
    for record in facts.standing(message):
        yield Deviation(expected="an admission that is new", received=f"the content of {record.reference}")


@control("HX-ADM-14")
def admission_is_told_within_the_notice_term(message: Admission, facts: StayFacts) -> Iterator[Deviation]:
    """Where the notice term runs, the admission is told before the last day of the term is over."""
    yield from _told_late(message, facts, by_hour=False)


@control("HX-ADM-15")
def admission_is_told_within_the_hours_of_the_term(
    message: Admission, facts: StayFacts
) -> Iterator[Deviation]:
    """Where the notice term runs, the admission is told by the hour of moving in, on its last day."""
    yield from _told_late(message, facts, by_hour=True)


def _told_late(message: Admission, facts: StayFacts, *, by_hour: bool) -> Iterator[Deviation]:
    """What is told after its notice term is accepted from the day on which it was told."""
    facility, term, moved_in = facts.facility(message.facility), facts.profile.notice, brussels(message.start)
    runs_from = facility.notice_from if facility else None
    if term is None or runs_from is None or moved_in.date() < runs_from:
        return
    over, told = term.over(moved_in, by_hour=by_hour), brussels(facts.told)
    if told >= over:
        yield Deviation(
            expected=f"told before {over.isoformat()}",
            received=f"told on {told.isoformat()}",
            start=datetime.combine(told.date(), time(), BRUSSELS),
        )


def _overlapping(message: Admission, facts: StayFacts) -> Iterator[StayRecord]:
    """The stays that are not over when the new one begins; a duplicate has a control of its own."""
    for stay in facts.stays(message.insz):
        over = _over(stay)
        if over is None or over > message.start:
            sent = facts.sent(stay.admission)
            if not (sent and sent.message == message):
                yield stay


def _over(stay: StayRecord) -> datetime | None:
    """When a stay ends under its number: by its own end, or at midnight when a successor takes over."""
    if stay.until_takeover is None:
        return stay.end
    takeover = datetime.combine(stay.until_takeover + timedelta(days=1), time(), BRUSSELS)
    return min(stay.end, takeover) if stay.end else takeover


def _overlap(message: Admission, stay: StayRecord) -> Deviation:
    over = _over(stay)
    until = f"until {over.isoformat()}" if over else "that has not ended"
    return Deviation(
        expected=f"no stay beside the one from {stay.start.isoformat()} {until} in {stay.facility}",
        received=brussels(message.start).isoformat(),
    )
