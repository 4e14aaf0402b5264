"""A message is judged by the rule set of the day on which it is received, whenever it is decided."""

from datetime import date, datetime, timedelta

from tests.unit.platform.care_desk import BEA, HOME, PENDING, Desk, Members, admission
from tests.unit.platform.test_insurance_desk import ANNA, FACILITIES, OWN, TwoFunds
from tests.unit.platform.test_insurance_desk import HOME as ASKING

from generale.platform.case import Imposed
from generale.platform.insurance import Asked, InsuranceDesk
from generale.platform.platform import Platform
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Reference
from generale.protocol.messages import Decision, InsuranceAnswer, InsuranceQuestion, Outcome
from generale.protocol.profile import standard_profile
from generale.rules.engine import rule_set, rule_sets

NEWEST = rule_sets()[-1]
EVE = datetime(2021, 6, 30, 23, 58, 30, tzinfo=BRUSSELS)


def desk_at(now: datetime) -> Desk:
    """A desk at a platform that knows every rule set."""
    desk = Desk(now=now)
    desk.platform = Platform(desk.profile, NEWEST, Members())
    desk.platform.register(HOME)
    return desk


def test_two_messages_of_one_night_are_judged_by_two_sets() -> None:
    desk = desk_at(EVE)
    before, after = desk.send(admission(start=EVE)), desk.send(admission(BEA, EVE))

    decided = [*desk.decide(before), *desk.decide(after)]

    assert [str(one.decision.rule_set) for one in decided] == ["2020-07-22", "2021-07-01"]
    assert [one.decision.outcome for one in decided] == [Outcome.ACCEPTED] * 2


def test_the_term_of_deliberation_follows_the_day_of_receipt() -> None:
    desk = desk_at(EVE)
    before = desk.send(admission(start=EVE), imposed=PENDING)
    after = desk.send(admission(BEA, EVE), imposed=PENDING)
    desk.decide(before)
    desk.decide(after)
    late = desk.now + timedelta(days=70)

    expired = [*desk.platform.expire(before, desk.now, late), *desk.platform.expire(after, desk.now, late)]

    assert [one.decision.about for one in expired] == [after.reference]
    assert [result.control for result in expired[0].decision.controls] == ["HX-PND-01"]
    assert expired[0].decision.rule_set == date(2021, 7, 1)


def test_a_scenario_may_force_a_control_that_came_later() -> None:
    desk = desk_at(datetime(2019, 6, 1, 12, tzinfo=BRUSSELS))
    forced = Imposed(outcome=Outcome.REFUSED, control="HX-END-07")
    case = desk.send(admission(), imposed=forced)

    (decided,) = desk.decide(case)

    assert [one.control for one in decided.decision.controls] == ["HX-END-07"]
    assert decided.decision.rule_set == date(2019, 4, 1)


def test_a_question_is_judged_by_the_set_of_its_day() -> None:
    desk = InsuranceDesk(standard_profile(), NEWEST, TwoFunds())
    ahead = InsuranceQuestion(facility=ASKING, insz=ANNA, day=date(2020, 12, 31))
    asked = Asked(sender=OWN, reference=Reference("V1"), question=ahead)

    free = desk.answer(asked, FACILITIES, datetime(2020, 7, 21, 23, 59, tzinfo=BRUSSELS))
    bound = desk.answer(asked, FACILITIES, datetime(2020, 7, 22, 0, 0, tzinfo=BRUSSELS))

    assert isinstance(free, InsuranceAnswer)
    assert isinstance(bound, Decision)
    assert [one.control for one in bound.controls] == ["HX-INS-03"]
    assert bound.rule_set == rule_set(date(2020, 7, 22)).effective
