"""Every family of messages by itself on the five rungs: what holds, and where and by which rule it breaks."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from tests.unit.protocol.message_examples import EXAMPLES, FIRST_FUND
from tests.unit.protocol.message_strategies import ANY_MESSAGE
from tests.unit.protocol.stay_examples import ANNA, HOME

from generale.cli.check import text
from generale.conformance.message_check import MessageCheck, Remark, Rung, check_message
from generale.protocol.calendar import CareMonth
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.messages import (
    Absence,
    Assessment,
    ChangeOfStayType,
    Correction,
    Dependence,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    FundChangeNotice,
    InsuranceAnswer,
    InsuranceQuestion,
    Message,
    Payment,
    RecoveryNotice,
    Repayment,
    TakeoverNotice,
    Withdrawal,
)
from generale.protocol.profile import standard_profile
from generale.rules.engine import rule_sets

PROFILE, RULES = standard_profile(), rule_sets()[-1]
LATE = date(2025, 1, 1)
WRONG = Insz.parse(f"{ANNA[:9]}99")


def check(raw: bytes, day: date | None = None) -> MessageCheck:
    return check_message(raw, PROFILE, RULES, day)


def remarks(found: MessageCheck) -> list[Remark]:
    return [remark for rung in found.rungs for remark in rung.remarks]


def example(kind: type[Message], **changes: Any) -> bytes:
    """The fullest example of a kind, with some fields changed."""
    fullest = max(
        (message for _, message, _ in EXAMPLES if isinstance(message, kind)),
        key=lambda message: len(PROFILE.write(message)),
    )
    return PROFILE.write(replace(fullest, **changes))


@pytest.mark.parametrize("day", [None, LATE], ids=["no day", "received later"])
@pytest.mark.parametrize("case", EXAMPLES, ids=[case[0] for case in EXAMPLES])
def test_every_example_holds_on_all_rungs(case: tuple[str, Message, bytes], day: date | None) -> None:
    found = check(case[2], day)

    assert (found.kind, found.holds, remarks(found)) == (type(case[1]).__name__, True, [])


BROKEN = [
    pytest.param(example(kind, insz=WRONG), f"{root}/Bewoner/Insz", "right check number", id=kind.__name__)
    for kind, root in (
        (InsuranceQuestion, "Verzekeringsvraag"),
        (ChangeOfStayType, "WijzigingVerblijfstype"),
        (Absence, "Afwezigheid"),
        (EndOfAbsence, "EindeAfwezigheid"),
        (EndOfStay, "EindeVerblijf"),
        (EndOfAgreement, "EindeWoonovereenkomst"),
        (Correction, "Correctie"),
        (Withdrawal, "Intrekking"),
        (Assessment, "Indicatiestelling"),
        (FundChangeNotice, "WijzigingZorgkas"),
    )
] + [
    pytest.param(
        example(Absence).replace(b"2019-07-02T14:30", b"2019-04-01T09:59"),
        "Afwezigheid/Einde",
        "does not end before it begins",
        id="an absence that ends before it begins",
    ),
    pytest.param(
        example(Correction).replace(b"2019-07-02T14:30", b"2019-04-01T09:59"),
        "Correctie/Afwezigheid/Einde",
        "does not end before it begins",
        id="the same in a correction",
    ),
    pytest.param(
        example(Assessment, diagnosed=None),
        "Indicatiestelling/Dementie/Datum",
        "has its date",
        id="a diagnosis without a date",
    ),
    pytest.param(
        example(Assessment, dementia=False),
        "Indicatiestelling/Dementie/Datum",
        "no date without one",
        id="a date without a diagnosis",
    ),
    pytest.param(
        example(Assessment, diagnosed=date(2019, 4, 4)),
        "Indicatiestelling/Beoordeling/Datum",
        "was made by its day",
        id="a diagnosis after the assessment",
    ),
    pytest.param(
        example(InsuranceAnswer, fund=None, since=None),
        "Verzekeringsantwoord/Zorgkas",
        "named for who is insured",
        id="insured by nobody",
    ),
    pytest.param(
        example(InsuranceAnswer, since=None),
        "Verzekeringsantwoord/Sinds",
        "stands with the care fund",
        id="insured since no day",
    ),
    pytest.param(
        example(InsuranceAnswer, since=date(2019, 4, 2)),
        "Verzekeringsantwoord/Dag",
        "from that day at the latest",
        id="insured from later on",
    ),
    pytest.param(
        example(FundChangeNotice, fund=FIRST_FUND),
        "WijzigingZorgkas/Zorgkas",
        "another care fund",
        id="a change to the same fund",
    ),
    pytest.param(
        example(TakeoverNotice, successor=HOME), "Overname/Opvolger", "another number", id="its own successor"
    ),
    pytest.param(
        example(RecoveryNotice, last_month=CareMonth(2019, 3)),
        "Terugvordering/LaatsteMaand",
        "does not lie before the first",
        id="months in the wrong order",
    ),
    pytest.param(
        example(RecoveryNotice, due=date(2020, 1, 31)),
        "Terugvordering/Vervaldag",
        "before its letter is sent",
        id="due before it is sent",
    ),
]


@pytest.mark.parametrize(("raw", "path", "words"), BROKEN)
def test_a_broken_relation_is_told_with_its_place_and_rule_alone(raw: bytes, path: str, words: str) -> None:
    found = check(raw, LATE)
    (remark,) = remarks(found)

    assert [rung.rung for rung in found.rungs if rung.remarks] == [Rung.RELATIONS]
    assert remark.place == f"{path} line 2"
    assert words in remark.rule
    assert remark.expected != remark.received
    assert remark.rule_nl in text(found, "nl")


@pytest.mark.parametrize(
    ("kind", "day", "path"),
    [
        pytest.param(
            ChangeOfStayType, date(2019, 7, 1), "WijzigingVerblijfstype/Verblijf/Begin", id="change"
        ),
        pytest.param(Absence, date(2019, 7, 1), "Afwezigheid/Einde", id="absence"),
        pytest.param(EndOfAbsence, date(2019, 7, 1), "EindeAfwezigheid/Einde", id="end of absence"),
        pytest.param(Assessment, date(2019, 4, 2), "Indicatiestelling/Beoordeling/Datum", id="assessment"),
    ],
)
def test_what_has_not_happened_by_the_day_of_receipt_is_told(
    kind: type[Message], day: date, path: str
) -> None:
    (remark,) = remarks(check(example(kind), day))

    assert (remark.place, remark.expected) == (f"{path} line 2", f"at the latest {day}")
    assert check(example(kind), date(2019, 7, 2)).holds
    assert check(example(kind)).holds


@pytest.mark.parametrize(
    ("kind", "field", "path"),
    [(Payment, "paid", "Betaling/BetaaldOp"), (Repayment, "received", "Terugbetaling/OntvangenOp")],
)
def test_money_that_has_not_moved_by_the_day_of_receipt_is_told(
    kind: type[Message], field: str, path: str
) -> None:
    day = date(2019, 8, 30)
    early = check(example(kind, **{field: day}), date(2019, 8, 29))
    (remark,) = remarks(early)

    assert (remark.place, remark.expected) == (f"{path} line 2", "at the latest 2019-08-29")
    assert remark.rule_nl in text(early, "nl")
    assert check(example(kind, **{field: day}), day).holds
    assert check(example(kind, **{field: day})).holds


@pytest.mark.parametrize("score", ["0", "5", "", "x", "03"])
def test_a_score_out_of_its_range_is_a_code_of_no_list(score: str) -> None:
    found = check(example(Assessment).replace(b"<Toilet>1<", f"<Toilet>{score}<".encode()))
    (remark,) = remarks(found)

    assert [rung.rung for rung in found.rungs if rung.remarks] == [Rung.CODES]
    assert remark.place == "Indicatiestelling/Fysiek/Toilet line 2"
    assert remark.rule.endswith("a score is 1, 2, 3 or 4")
    assert remark.rule_nl.endswith("een score is 1, 2, 3 of 4")


def test_a_fund_that_the_profile_does_not_list_is_told_on_the_rung_of_codes() -> None:
    found = check(example(FundChangeNotice, fund=FundNumber.parse("999")))
    (remark,) = remarks(found)

    assert [rung.rung for rung in found.rungs if rung.remarks] == [Rung.CODES]
    assert (remark.place, remark.received) == ("WijzigingZorgkas/Zorgkas line 2", "999")
    assert "810" in remark.expected


def test_a_control_is_told_in_dutch_to_dutch_readers() -> None:
    admission = next(raw for name, _, raw in EXAMPLES if name == "admission")
    found = check(admission.replace(b">V<", b">M<"))

    assert RULES.row("HX-ADM-06").sentence_nl in text(found, "nl")
    assert RULES.row("HX-ADM-06").sentence_nl not in text(found, "en")


@settings(max_examples=150, deadline=None)
@given(ANY_MESSAGE)
def test_whatever_can_be_said_holds_up_to_the_rung_of_relations(message: Message) -> None:
    found = check(PROFILE.write(message), LATE)

    assert found.kind == type(message).__name__
    assert {rung.rung for rung in found.rungs if rung.remarks} <= {Rung.RELATIONS}


@pytest.mark.parametrize(
    ("asked", "received", "controls"),
    [
        (date(2020, 7, 22), date(2020, 7, 22), []),
        (date(2020, 7, 23), date(2020, 7, 22), ["HX-INS-03"]),
        (date(2020, 7, 23), date(2020, 7, 21), []),
    ],
    ids=["about today", "about tomorrow", "about tomorrow, before that rule set"],
)
def test_a_question_is_judged_by_the_rule_set_of_the_day_of_its_receipt(
    asked: date, received: date, controls: list[str]
) -> None:
    found = check(example(InsuranceQuestion, day=asked), received)

    assert [remark.control for remark in remarks(found)] == controls


@pytest.mark.parametrize(
    ("changes", "control"),
    [
        ({"diagnosed": date(1918, 1, 1)}, "HX-IND-12"),
        ({"washing": Dependence.NONE, "time": Dependence.NONE, "place": Dependence.NONE}, "HX-IND-14"),
    ],
)
def test_what_an_assessment_says_of_itself_is_held_against_the_controls(
    changes: dict[str, Any], control: str
) -> None:
    (remark,) = remarks(check(example(Assessment, **changes)))

    assert (remark.control, remark.rule) == (control, RULES.row(control).sentence_en)
