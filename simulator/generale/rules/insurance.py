"""Controls of an insurance question: who asks, and about whom."""

from collections.abc import Iterator

from generale.protocol.clock import brussels
from generale.protocol.messages import InsuranceQuestion
from generale.rules.control import Controls
from generale.rules.facts import QuestionFacts
from generale.rules.findings import Deviation
from generale.rules.parties import facility_belongs_to_the_sender, insz_has_a_right_check_number

control = Controls[InsuranceQuestion, QuestionFacts]()

control("HX-INS-01")(facility_belongs_to_the_sender)
control("HX-INS-02")(insz_has_a_right_check_number)


@control("HX-INS-03")
def the_day_asked_about_has_come(question: InsuranceQuestion, facts: QuestionFacts) -> Iterator[Deviation]:
    """Who insures somebody on a day that has yet to come is not settled."""
    today = brussels(facts.received).date()
    if question.day > today:
        yield Deviation(expected=f"at the latest {today}", received=str(question.day))
