"""Controls of a withdrawal: there is a fact to take back, and nothing that stands depends on it."""

from collections.abc import Iterator

from generale.protocol.clock import brussels
from generale.protocol.messages import Admission, Correction, EndOfStay, Outcome, Withdrawal
from generale.rules.control import Controls
from generale.rules.facts import StayFacts, StayRecord
from generale.rules.findings import Deviation
from generale.rules.restatement import Story, facility_missed, story_of

control = Controls[Withdrawal, StayFacts]()


@control("HX-WDR-01")
def withdrawn_message_is_known(message: Withdrawal, facts: StayFacts) -> Iterator[Deviation]:
    """The same sender has sent it: an admission, an end of stay, or a correction of one."""
    if story_of(message, facts) is None:
        expected = "the reference of an earlier admission, end of stay or correction"
        yield Deviation(expected=expected, received=message.withdraws)


@control("HX-WDR-02")
def withdrawn_message_is_of_this_facility(message: Withdrawal, facts: StayFacts) -> Iterator[Deviation]:
    """The facility is that of the message, unless the message was refused and had no effect."""
    if facility := facility_missed(message, facts):
        yield Deviation(expected=facility, received=message.facility)


@control("HX-WDR-03")
def withdrawn_message_is_about_this_person(message: Withdrawal, facts: StayFacts) -> Iterator[Deviation]:
    """The person is the one that the message names, also where that was wrong."""
    story = story_of(message, facts)
    if story and message.insz != story.named.message.insz:
        yield Deviation(expected=story.named.message.insz, received=message.insz)


@control("HX-WDR-04")
def message_was_not_withdrawn_before(message: Withdrawal, facts: StayFacts) -> Iterator[Deviation]:
    """What was taken back once is taken back."""
    story = story_of(message, facts)
    if story and story.named.withdrawn:
        yield Deviation(expected="a message that was not withdrawn", received=message.withdraws)


@control("HX-WDR-05")
def message_states_the_facts_as_they_stand(message: Withdrawal, facts: StayFacts) -> Iterator[Deviation]:
    """What was corrected is taken back by the name of its correction; a refused one states nothing."""
    story = story_of(message, facts)
    if story is None:
        return
    named = story.named
    states_nothing = isinstance(named.message, Correction) and named.outcome is Outcome.REFUSED
    if named.corrected or states_nothing:
        expected = "the reference of the message that states the facts now"
        yield Deviation(expected=expected, received=message.withdraws)


@control("HX-WDR-06")
def end_of_the_stay_is_withdrawn_first(message: Withdrawal, facts: StayFacts) -> Iterator[Deviation]:
    """An admission is taken back while no end of its stay is accepted."""
    story = story_of(message, facts)
    if story is None or not isinstance(story.original, Admission):
        return
    for end in (stay.end for stay in _stays(facts, story) if story.opened(stay)):
        if end is not None:
            told = brussels(end).isoformat()
            yield Deviation(expected=f"first a withdrawal of the end on {told}", received="an admission")


@control("HX-WDR-07")
def no_stay_has_begun_since_the_end(message: Withdrawal, facts: StayFacts) -> Iterator[Deviation]:
    """An end is taken back while no other stay of the person has begun after it, wherever that is."""
    story = story_of(message, facts)
    if story is None or not isinstance(story.stated, EndOfStay) or not story.is_accepted:
        return
    stated = story.stated
    for stay in _stays(facts, story):
        if stay.start >= stated.end and stay.from_takeover is None:
            began = brussels(stay.start).isoformat()
            expected = f"no stay after {brussels(stated.end).isoformat()}"
            yield Deviation(expected=expected, received=f"a stay in {stay.facility} from {began}")


def _stays(facts: StayFacts, story: Story) -> list[StayRecord]:
    """The accepted stays of the person whom the withdrawn facts are about."""
    return list(facts.stays(story.stated.insz))
