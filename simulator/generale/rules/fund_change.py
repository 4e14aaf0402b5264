"""Controls of a change of care fund, as the new fund tells it to the platform, which passes it on."""

from collections.abc import Iterator

from generale.protocol.clock import brussels
from generale.protocol.messages import FundChangeNotice
from generale.rules.control import Controls
from generale.rules.facts import FundChangeFacts, StayRecord
from generale.rules.findings import Deviation

control = Controls[FundChangeNotice, FundChangeFacts]()


@control("HX-FCH-01")
def facility_is_recognised_on_the_day(
    message: FundChangeNotice, facts: FundChangeFacts
) -> Iterator[Deviation]:
    """The facility number is recognised on the day of the change."""
    facility = facts.facility(message.facility)
    if facility is None or not facility.is_valid_on(message.start):
        expected = f"a number that is recognised on {message.start}"
        yield Deviation(expected=expected, received=message.facility)


@control("HX-FCH-02")
def change_begins_with_the_year(message: FundChangeNotice, _facts: FundChangeFacts) -> Iterator[Deviation]:
    """A change of care fund takes effect on 1 January."""
    if (message.start.month, message.start.day) != (1, 1):
        expected = f"1 January, {message.start.year} or {message.start.year + 1}"
        yield Deviation(expected=expected, received=str(message.start))


@control("HX-FCH-03")
def person_stays_in_the_facility(message: FundChangeNotice, facts: FundChangeFacts) -> Iterator[Deviation]:
    """The person has an accepted stay in a known facility that has not ended before the change."""
    if facts.facility(message.facility) and not any(
        stay.facility == message.facility and lasts_into(stay, message) for stay in facts.stays(message.insz)
    ):
        expected = f"an accepted stay in {message.facility} on {message.start} or later"
        yield Deviation(expected=expected, received="none")


@control("HX-FCH-04")
def person_leaves_their_own_fund(message: FundChangeNotice, facts: FundChangeFacts) -> Iterator[Deviation]:
    """The former fund is the one that insures the person on the day before."""
    eve = message.start.fromordinal(message.start.toordinal() - 1)
    insurer = facts.fund_on(message.insz, eve)
    if insurer != message.former_fund:
        expected = f"fund {insurer}, of {eve}" if insurer else f"a fund that insures on {eve}"
        yield Deviation(expected=expected, received=message.former_fund)


@control("HX-FCH-05")
def change_is_the_latest_and_new(message: FundChangeNotice, facts: FundChangeFacts) -> Iterator[Deviation]:
    """No change of the person is known that takes effect on this day or later."""
    later = [move for move in facts.moves(message.insz) if move.start >= message.start]
    if later:
        received = f"{message.start}, after one to {later[-1].fund} on {later[-1].start}"
        yield Deviation(expected=f"a change after {later[-1].start}", received=received)


@control("HX-FCH-06")
def change_is_not_told_too_early(message: FundChangeNotice, facts: FundChangeFacts) -> Iterator[Deviation]:
    """A change takes effect at most a year after the day on which it is told."""
    told = brussels(facts.received).date()
    year, start = message.start.year - 1, message.start
    if (year, start.month, start.day) > (told.year, told.month, told.day):
        yield Deviation(expected=f"at most a year after {told}", received=str(start))


def lasts_into(stay: StayRecord, message: FundChangeNotice) -> bool:
    """Whether a stay goes on, or begins, on the day of a change or after it, under its number."""
    ends = [brussels(stay.end).date()] if stay.end else []
    ends += [stay.until_takeover] if stay.until_takeover else []
    return all(day >= message.start for day in ends)
