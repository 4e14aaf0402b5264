"""Controls of an insurance question: who asks, and about whom."""

from collections.abc import Iterator

from generale.protocol.messages import InsuranceQuestion
from generale.rules.control import Controls
from generale.rules.facts import QuestionFacts
from generale.rules.findings import Deviation

control = Controls[InsuranceQuestion, QuestionFacts]()


@control("HX-INS-01")
def facility_belongs_to_the_sender(message: InsuranceQuestion, facts: QuestionFacts) -> Iterator[Deviation]:
    """The facility is known, and it is the one whose RIZIV number asks."""
    facility = facts.facility(message.facility)
    if facility is None:
        yield Deviation(expected="a recognised facility number", received=message.facility)
    elif facility.nihii != facts.sender:
        yield Deviation(expected=facility.nihii, received=facts.sender)


@control("HX-INS-02")
def insz_has_a_right_check_number(message: InsuranceQuestion, _facts: QuestionFacts) -> Iterator[Deviation]:
    """The last two digits of the INSZ follow from the first nine."""
    if not message.insz.check_number_is_right:
        yield Deviation(expected="an INSZ with a right check number", received=message.insz)
