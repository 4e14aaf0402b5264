"""Controls of a dependency assessment: it is about somebody who stays there, on a day that is possible.

Whether scores fit each other is looked at only where a category rests on it. All of it is project-defined.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from generale.protocol.clock import BRUSSELS, brussels
from generale.protocol.messages import Assessment, Category, Dependence
from generale.rules.category import category_of
from generale.rules.control import Controls
from generale.rules.counting import first_day, last_day
from generale.rules.facts import OrderFacts, StayRecord
from generale.rules.findings import Deviation
from generale.rules.parties import (
    facility_is_known,
    facility_sends_itself,
    insz_has_a_right_check_number,
)

control = Controls[Assessment, OrderFacts]()

control("HX-IND-01")(facility_is_known)


@control("HX-IND-02")
def facility_number_is_valid_on_the_day(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """The facility number has not ended by the day of the assessment, and has begun by its receipt.

    A first assessment may be older than the number: somebody can be assessed before moving in.
    """
    facility = facts.facility(message.facility)
    if facility is None:
        return
    is_over = facility.valid_until is not None and message.assessed > facility.valid_until
    if is_over or brussels(facts.received).date() < facility.valid_from:
        until = f" until {facility.valid_until}" if facility.valid_until else ""
        yield Deviation(
            expected=f"a day of the number, valid from {facility.valid_from}{until}",
            received=str(message.assessed),
        )


control("HX-IND-03")(facility_sends_itself)
control("HX-IND-04")(insz_has_a_right_check_number)


@control("HX-IND-05")
def person_stays_in_the_facility(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """The person has, or has had, an accepted stay in this facility."""
    if not _stays(message, facts):
        yield Deviation(expected=f"an accepted stay in {message.facility}", received="none")


@control("HX-IND-06")
def assessment_is_not_much_older_than_the_stay(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """An assessment is made while the resident stays there, or at most so long before as the profile says."""
    stays = _stays(message, facts)
    if stays and not _begun(message, facts):
        earliest = min(_from(stay, facts) for stay in stays)
        yield Deviation(expected=f"at the earliest {earliest}", received=str(message.assessed))


@control("HX-IND-07")
def assessment_is_not_made_after_the_end(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """Who has left, or has died, is not assessed any more."""
    begun = _begun(message, facts)
    if begun and all(message.assessed > last_day(stay) for stay in begun):
        latest = max(last_day(stay) for stay in begun)
        yield Deviation(expected=f"at the latest {latest}", received=str(message.assessed))


@control("HX-IND-08")
def assessment_is_not_made_after_receipt(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """An assessment is sent when it has been made, not before."""
    today = brussels(facts.received).date()
    if message.assessed > today:
        yield Deviation(expected=f"at the latest {today}", received=str(message.assessed))


@control("HX-IND-09")
def assessment_was_not_sent_before(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """The same assessment is not accepted already, and does not wait for a decision."""
    for record in facts.standing(message):
        yield Deviation(expected="an assessment that is new", received=f"the content of {record.reference}")


@control("HX-IND-10")
def a_diagnosis_has_its_date(message: Assessment, _facts: OrderFacts) -> Iterator[Deviation]:
    """A diagnosis of dementia comes with its date, and there is no date without a diagnosis."""
    if message.dementia and message.diagnosed is None:
        yield Deviation(expected="the date of the diagnosis", received="none")
    if message.diagnosed is not None and not message.dementia:
        yield Deviation(expected="no date without a diagnosis", received=str(message.diagnosed))


@control("HX-IND-11")
def the_diagnosis_was_made_by_then(message: Assessment, _facts: OrderFacts) -> Iterator[Deviation]:
    """A diagnosis that counts in an assessment was made by the day of the assessment."""
    if message.diagnosed is not None and message.diagnosed > message.assessed:
        yield Deviation(expected=f"at the latest {message.assessed}", received=str(message.diagnosed))


@control("HX-IND-12")
def nobody_is_assessed_before_birth(message: Assessment, _facts: OrderFacts) -> Iterator[Deviation]:
    """Diagnosis and assessment do not lie before the date of birth that the number carries, if any."""
    born = message.insz.birth_date
    days = [message.assessed, *([message.diagnosed] if message.diagnosed else [])]
    if born is not None and min(days) < born:
        yield Deviation(expected=f"at the earliest {born}", received=str(min(days)))


@control("HX-IND-13")
def a_care_fund_insures_the_person(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """A care fund insures the person on the first day on which the category can count."""
    for stay in _lasting(message, facts)[-1:]:
        day = max(message.assessed, first_day(stay))
        if facts.fund_on(message.insz, day) is None:
            yield Deviation(expected=f"insured on {day}", received="no care fund")


@control("HX-IND-14")
def category_d_comes_with_some_disorientation(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """Where the category rests on a diagnosis, some disorientation in time or place was scored."""
    is_clear = message.time is Dependence.NONE and message.place is Dependence.NONE
    if is_clear and category_of(message, facts.profile.dependency) is Category.D:
        yield Deviation(expected="disorientation in time or place", received="none in either")


@control("HX-IND-15")
def a_change_is_told_within_the_notice_term(message: Assessment, facts: OrderFacts) -> Iterator[Deviation]:
    """Where the notice term runs, an assessment that follows another is told by the end of its last day.

    What is told later is accepted from the day on which it was told for the first time.
    """
    facility, term = facts.facility(message.facility), facts.profile.notice
    runs_from, today = facility.notice_from if facility else None, brussels(facts.received).date()
    if term is None or runs_from is None or not runs_from <= message.assessed <= today:
        return
    if not _follows(message, facts):
        return
    made = datetime.combine(message.assessed, time(), BRUSSELS)
    over, told = term.over(made, by_hour=False), brussels(_told(message, facts))
    if told >= over:
        yield Deviation(
            expected=f"told before {over.isoformat()}",
            received=f"told on {told.isoformat()}",
            start=datetime.combine(told.date(), time(), BRUSSELS),
        )


def _told(message: Assessment, facts: OrderFacts) -> datetime:
    """When this content was received for the first time, whatever became of it then."""
    first = facts.first_sent(message)
    return (first.received if first else None) or facts.received


def _follows(message: Assessment, facts: OrderFacts) -> bool:
    """Whether an accepted assessment of the person in this facility is of an earlier day."""
    return any(
        one.facility == message.facility and one.assessed < message.assessed
        for one in facts.assessments(message.insz)
    )


def _stays(message: Assessment, facts: OrderFacts) -> Sequence[StayRecord]:
    """The accepted stays of the person in this facility."""
    return [stay for stay in facts.stays(message.insz) if stay.facility == message.facility]


def _from(stay: StayRecord, facts: OrderFacts) -> date:
    """The first day on which somebody may be assessed for a stay."""
    return brussels(stay.began).date() - timedelta(days=facts.profile.dependency.days_before_stay)


def _begun(message: Assessment, facts: OrderFacts) -> Sequence[StayRecord]:
    """The stays for which the day of the assessment is not too early."""
    return [stay for stay in _stays(message, facts) if message.assessed >= _from(stay, facts)]


def _lasting(message: Assessment, facts: OrderFacts) -> Sequence[StayRecord]:
    """Those of them that are not over on the day of the assessment."""
    return [stay for stay in _begun(message, facts) if message.assessed <= last_day(stay)]
