"""Controls of an insurance question: who asks, and about whom."""

from generale.protocol.messages import InsuranceQuestion
from generale.rules.control import Controls
from generale.rules.facts import QuestionFacts
from generale.rules.parties import facility_belongs_to_the_sender, insz_has_a_right_check_number

control = Controls[InsuranceQuestion, QuestionFacts]()

control("HX-INS-01")(facility_belongs_to_the_sender)
control("HX-INS-02")(insz_has_a_right_check_number)
