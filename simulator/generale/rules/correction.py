"""Controls of a correction itself; its restated facts pass the controls of the original kind as well."""

from collections.abc import Iterator
from datetime import date

from generale.protocol.clock import brussels
from generale.protocol.ids import Sex
from generale.protocol.messages import Admission, Assessment, Correction, EndOfStay
from generale.rules.control import Controls
from generale.rules.facts import StayFacts
from generale.rules.findings import Deviation
from generale.rules.restatement import WithoutCorrected, facility_missed, restated, story_of

control = Controls[Correction, StayFacts]()

_STATED = (
    "stay_type",
    "start",
    "end",
    "reason",
    "absence_reason",
    "absence_start",
    "absence_end",
    "agreement_last_day",
    "agreement_reason",
)
"""The fields that state a fact anew, whatever its kind."""


@control("HX-COR-01")
def corrected_message_is_known(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """The message that is corrected was sent earlier, by the same sender."""
    if story_of(message, facts) is None and not _names_an_assessment(message, facts):
        yield Deviation(expected="the reference of an earlier message", received=message.corrects)


@control("HX-COR-10")
def an_assessment_is_not_corrected(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """Another assessment takes the place of a wrong one: no correction restates scores."""
    if _names_an_assessment(message, facts):
        yield Deviation(expected="another assessment", received=f"a correction of {message.corrects}")


@control("HX-COR-02")
def corrected_message_is_of_this_facility(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """The facility does not change, unless the message was refused and had no effect."""
    if facility := facility_missed(message, facts):
        yield Deviation(expected=facility, received=message.facility)


@control("HX-COR-03")
def person_is_the_same_or_wholly_replaced(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """Another INSZ comes with names, date of birth and sex of that person."""
    story = story_of(message, facts)
    if story is None or message.insz == story.named.message.insz:
        return
    person = (message.family_name, message.given_name, message.birth_date, message.sex)
    if None in person:
        expected = f"{story.named.message.insz}, or all person data of {message.insz}"
        yield Deviation(expected=expected, received="another INSZ without all person data")


@control("HX-COR-08")
def number_is_of_the_same_person_or_all_is_given(
    message: Correction, facts: StayFacts
) -> Iterator[Deviation]:
    """Another INSZ carries the same date of birth and sex, or comes with all data of that person.

    A number that carries none agrees with every date and with both sexes.
    """
    story = story_of(message, facts)
    if story is None or message.insz == story.named.message.insz:
        return
    person = (message.family_name, message.given_name, message.birth_date, message.sex)
    born, sex = _person_of(story.stated)
    new = message.insz
    is_same = born in (None, new.birth_date or born) and sex in (None, new.sex or sex)
    if None in person and not is_same:
        carried = f"born {born or 'on any day'}, {sex.value if sex else 'of any sex'}"
        yield Deviation(
            expected=f"a number of the same person ({carried}), or all person data of {new}",
            received=f"{new} without all person data",
        )


@control("HX-COR-04")
def correction_restates_the_same_kind_of_fact(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """An admission is corrected by stay type and start, an end by end and reason; never by both."""
    story = story_of(message, facts)
    if story is None:
        return
    given = {name for name in _STATED if getattr(message, name) is not None}
    due = {"stay_type", "start"} if isinstance(story.original, Admission) else {"end", "reason"}
    if given != due:
        yield Deviation(expected=" and ".join(sorted(due)), received=", ".join(sorted(given)) or "none")


@control("HX-COR-05")
def message_was_not_corrected_before(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """What is corrected a second time is the correction, not the original."""
    story = story_of(message, facts)
    if story and story.named.corrected:
        yield Deviation(expected="the reference of the last correction", received=message.corrects)


@control("HX-COR-09")
def message_was_not_withdrawn(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """What was taken back is told as new, not corrected."""
    story = story_of(message, facts)
    if story and story.named.withdrawn:
        yield Deviation(expected="a message that was not withdrawn", received=message.corrects)


@control("HX-COR-06")
def corrected_start_does_not_lie_after_the_end(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """A stay whose end is accepted still begins before that end."""
    story = story_of(message, facts)
    if story is None or message.start is None:
        return
    for stay in facts.stays(story.stated.insz):
        if story.opened(stay) and stay.end and message.start > stay.end:
            yield Deviation(
                expected=f"at the latest {brussels(stay.end).isoformat()}",
                received=brussels(message.start).isoformat(),
            )


@control("HX-COR-07")
def corrected_end_does_not_reach_the_next_stay(message: Correction, facts: StayFacts) -> Iterator[Deviation]:
    """A stay still ends before the next one of the same person begins."""
    story = story_of(message, facts)
    end = restated(message, story) if story else None
    if story is None or not isinstance(end, EndOfStay):
        return
    stays = WithoutCorrected(facts, story).stays(end.insz)
    reopened = [stay for stay in stays if stay.facility == end.facility and stay.end is None]
    following = [stay for stay in stays if any(one.start < stay.start < end.end for one in reopened)]
    for stay in following:
        yield Deviation(
            expected=f"at the latest {brussels(stay.start).isoformat()}",
            received=brussels(end.end).isoformat(),
        )


def _names_an_assessment(message: Correction, facts: StayFacts) -> bool:
    named = facts.sent(message.corrects)
    return named is not None and isinstance(named.message, Assessment)


def _person_of(stated: Admission | EndOfStay) -> tuple[date | None, Sex | None]:
    """Date of birth and sex as they stand: as the admission states them, or as the number carries them."""
    if isinstance(stated, Admission):
        return stated.birth_date, stated.sex
    return stated.insz.birth_date, stated.insz.sex
