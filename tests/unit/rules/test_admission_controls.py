"""Each control of the admission family, with messages that pass and messages that fail with it alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, combinations

import pytest
from tests.unit.rules.assessment_by_hand import assessment

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference, Sex
from generale.protocol.messages import Admission, Correction, EndOfStay, EndReason, Outcome, StayType
from generale.protocol.profile import Profile, standard_profile
from generale.rules.engine import rule_set
from generale.rules.facts import AssessedRecord, FacilityRecord, Original, SentRecord, StayRecord

RULES = rule_set(date(2019, 4, 1))
FUND = FundNumber.parse("820")
JUNE = datetime(2019, 6, 1, 10, tzinfo=BRUSSELS)


def at(month: int, day: int, hour: int = 10) -> datetime:
    """An hour in 2019, in Belgium."""
    return datetime(2019, month, day, hour, tzinfo=BRUSSELS)


NIHII, OTHER_NIHII = Nihii.of_serial(710001), Nihii.of_serial(710002)
HOME = FacilityRecord(
    hco=Hco.parse("1001"),
    nihii=NIHII,
    type="wzc",
    valid_from=date(2019, 5, 1),
    valid_until=date(2019, 12, 31),
)
OTHER = FacilityRecord(hco=Hco.parse("1002"), nihii=OTHER_NIHII, type="wzc", valid_from=date(2010, 1, 1))
BORN = date(1938, 2, 14)
INSZ = Insz.synthetic(BORN, Sex.WOMAN)
YOUNG = Insz.synthetic(date(2019, 5, 12), Sex.WOMAN)
NAMELESS = Insz.parse("38220000079")
ADMISSION = Admission(
    facility=HOME.hco,
    insz=INSZ,
    family_name="Proefpersoon",
    given_name="Ada",
    birth_date=BORN,
    sex=Sex.WOMAN,
    stay_type=StayType.RVT,
    start=at(5, 10),
)
END = EndOfStay(facility=HOME.hco, insz=INSZ, end=at(5, 20), reason=EndReason.DEPARTURE)
STAY = StayRecord(
    facility=HOME.hco,
    insz=INSZ,
    stay_type=StayType.RVT,
    start=at(5, 10),
    fund=FUND,
    admission=Reference.parse("A1"),
)
ENDED = replace(STAY, end=END.end, reason=END.reason)
ELSEWHERE = replace(STAY, facility=OTHER.hco, start=at(4, 1), admission=Reference.parse("X9"))


@dataclass(frozen=True, kw_only=True)
class World:
    """Facts about one resident: an empty past in a world of two facilities."""

    received: datetime = JUNE
    first_told: datetime | None = None
    sender: Nihii = NIHII
    profile: Profile = field(default_factory=standard_profile)
    registry: tuple[FacilityRecord, ...] = (HOME, OTHER)
    insured: frozenset[Insz] = frozenset({INSZ, YOUNG, NAMELESS})
    past_stays: tuple[StayRecord, ...] = ()
    past: tuple[SentRecord, ...] = ()
    assessed: tuple[AssessedRecord, ...] = ()

    @property
    def told(self) -> datetime:
        return self.first_told or self.received

    def facility(self, hco: Hco) -> FacilityRecord | None:
        return next((one for one in self.registry if one.hco == hco), None)

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        return FUND if insz in self.insured and day >= date(2019, 4, 1) else None

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        return [stay for stay in self.past_stays if stay.insz == insz]

    def assessments(self, insz: Insz) -> Sequence[AssessedRecord]:
        return [one for one in self.assessed if one.insz == insz]

    def sent(self, reference: Reference) -> SentRecord | None:
        return next((record for record in self._placed if record.reference == reference), None)

    def standing(self, message: Original) -> Sequence[SentRecord]:
        return [
            one
            for one in self._same(message)
            if one.outcome is not Outcome.REFUSED and not one.corrected and not one.withdrawn
        ]

    def first_sent(self, message: Original) -> SentRecord | None:
        return next(iter(self._same(message)), None)

    def refused(self, insz: Insz) -> SentRecord | None:
        return next(
            (
                one
                for one in self._placed
                if one.message.insz == insz
                and isinstance(one.message, Admission | EndOfStay)
                and one.outcome is Outcome.REFUSED
                and not one.corrected
                and not any(same.outcome is Outcome.ACCEPTED for same in self._same(one.message))
            ),
            None,
        )

    @property
    def _placed(self) -> list[SentRecord]:
        return [replace(record, place=place) for place, record in enumerate(self.past)]

    def _same(self, message: Original) -> list[SentRecord]:
        return [record for record in self._placed if record.message == message]


def sent(
    name: str,
    message: Original,
    outcome: Outcome | None = Outcome.ACCEPTED,
    *,
    corrected: bool = False,
    withdrawn: bool = False,
) -> SentRecord:
    """A message of the past, accepted unless told otherwise; it may be corrected or withdrawn since."""
    return SentRecord(
        reference=Reference.parse(name),
        message=message,
        outcome=outcome,
        corrected=corrected,
        withdrawn=withdrawn,
    )


def world(*stays: StayRecord, past: tuple[SentRecord, ...] = ()) -> World:
    """A world with these accepted stays and earlier messages."""
    return World(past_stays=stays, past=past)


NEW = World()
NOTICED = World(registry=(replace(HOME, notice_from=date(2019, 5, 2)), OTHER))
"""The notice term runs at the home from its second day on."""
STAYING = world(STAY, past=(sent("A1", ADMISSION),))
LEFT = world(ENDED, past=(sent("A1", ADMISSION), sent("E1", END)))
REFUSED = world(past=(sent("A1", ADMISSION, Outcome.REFUSED),))
ASSESSED = assessment(HOME.hco, INSZ, date(2019, 5, 12))
CORRECTION = Correction(
    facility=HOME.hco,
    corrects=Reference.parse("A1"),
    insz=INSZ,
    stay_type=StayType.ROB,
    start=at(5, 11),
)
END_CORRECTION = Correction(
    facility=HOME.hco,
    corrects=Reference.parse("E1"),
    insz=INSZ,
    end=at(5, 21),
    reason=EndReason.DEATH,
)
REPLACED = replace(
    CORRECTION, insz=YOUNG, family_name="B", given_name="C", birth_date=date(2019, 5, 12), sex=Sex.WOMAN,
    start=at(5, 12),
)  # fmt: skip
NEXT = replace(STAY, start=at(5, 25), admission=Reference.parse("A2"))
TAKEN_OVER = replace(STAY, until_takeover=date(2019, 5, 15))
CORRECTED = world(
    replace(STAY, stay_type=StayType.ROB, start=at(5, 11)),
    past=(sent("A1", ADMISSION, corrected=True), sent("C1", CORRECTION)),
)
ADMITTED_ELSEWHERE = replace(ADMISSION, facility=OTHER.hco)

Case = tuple[str, str, Original, World]

HERE = ("sequence", "correction", "admission", "end_of_stay")
"""The families of controls that are tested here."""

PASSES: list[Case] = [
    ("HX-SEQ-01", "refused and corrected", END, world(STAY, past=(
        sent("A1", ADMISSION, Outcome.REFUSED, corrected=True), sent("C1", CORRECTION)))),
    ("HX-SEQ-01", "sent again after its cause was repaired", END, world(STAY, past=(
        sent("A1", ADMISSION, Outcome.REFUSED, corrected=True), sent("E1", END, Outcome.REFUSED),
        sent("A2", replace(ADMISSION, start=at(5, 25)), Outcome.REFUSED), sent("C1", CORRECTION)))),
    ("HX-SEQ-01", "refused and later accepted with the same content", END, world(STAY, past=(
        sent("A0", ADMISSION, Outcome.REFUSED), sent("A1", ADMISSION)))),
    ("HX-SEQ-01", "a refused correction leaves the facts as they stood", END, world(STAY, past=(
        sent("A1", ADMISSION), sent("C1", CORRECTION, Outcome.REFUSED)))),
    ("HX-SEQ-01", "the repair itself", CORRECTION, world(past=(
        sent("A1", ADMISSION, Outcome.REFUSED), sent("E1", END, Outcome.REFUSED)))),
    ("HX-ADM-01", "in the registry", ADMISSION, NEW),
    ("HX-ADM-02", "first day of the number", replace(ADMISSION, start=at(5, 1, 0)), NEW),
    ("HX-ADM-03", "own number", ADMISSION, NEW),
    ("HX-ADM-04", "right check number", ADMISSION, NEW),
    ("HX-ADM-05", "same date", ADMISSION, NEW),
    ("HX-ADM-05", "a number without date", replace(ADMISSION, insz=NAMELESS), NEW),
    ("HX-ADM-06", "same sex", ADMISSION, NEW),
    ("HX-ADM-06", "a number without sex", replace(ADMISSION, insz=NAMELESS, sex=Sex.MAN), NEW),
    ("HX-ADM-07", "at the moment of receipt", replace(ADMISSION, start=NEW.received), NEW),
    ("HX-ADM-08", "on the day of birth",
     replace(ADMISSION, insz=YOUNG, birth_date=date(2019, 5, 12), start=at(5, 12, 0)), NEW),
    ("HX-ADM-09", "both types of a care home", replace(ADMISSION, stay_type=StayType.ROB), NEW),
    ("HX-ADM-10", "insured", ADMISSION, NEW),
    ("HX-ADM-11", "at the moment at which the former stay ended", replace(ADMISSION, start=END.end), LEFT),
    ("HX-ADM-12", "at midnight when a successor took over", replace(ADMISSION, start=at(5, 10, 0)),
     world(replace(ELSEWHERE, until_takeover=date(2019, 5, 9)))),
    ("HX-ADM-13", "after a refusal", ADMISSION, REFUSED),
    ("HX-ADM-13", "after a correction changed the first one", ADMISSION, world(past=(
        sent("A1", ADMISSION, corrected=True),))),
    ("HX-ADM-14", "in the last minutes of the term", ADMISSION, replace(NOTICED, received=at(5, 17, 23))),
    ("HX-ADM-14", "where the term is suspended", ADMISSION, NEW),
    ("HX-ADM-14", "moved in before the term runs", replace(ADMISSION, start=at(5, 1)), NOTICED),
    ("HX-ADM-14", "told in time and corrected later", CORRECTION, replace(
        NOTICED, past=(replace(sent("A1", ADMISSION), received=at(5, 17)),))),
    ("HX-END-01", "own number", END, STAYING),
    ("HX-END-02", "last day of the number", replace(END, end=at(12, 31)),
     replace(STAYING, received=at(12, 31, 12))),
    ("HX-END-03", "accepted stay", END, STAYING),
    ("HX-END-03", "last day before a takeover", replace(END, end=at(5, 15, 23)), world(TAKEN_OVER)),
    ("HX-END-04", "at the start", replace(END, end=STAY.start), STAYING),
    ("HX-END-04", "of the former stay, restated after a return", replace(END_CORRECTION, end=at(5, 21)),
     world(ENDED, NEXT, past=LEFT.past)),
    ("HX-END-05", "at receipt", replace(END, end=STAYING.received), STAYING),
    ("HX-END-06", "the second stay is open", replace(END, end=at(5, 30)), world(ENDED, NEXT)),
    ("HX-COR-01", "known", CORRECTION, STAYING),
    ("HX-COR-10", "of an admission, beside an assessment", CORRECTION,
     world(STAY, past=(*STAYING.past, sent("I1", ASSESSED)))),
    ("HX-COR-02", "of this facility", CORRECTION, STAYING),
    ("HX-COR-02", "another facility after a refusal", CORRECTION, world(past=(
        sent("A1", ADMITTED_ELSEWHERE, Outcome.REFUSED),))),
    ("HX-COR-03", "same person", CORRECTION, STAYING),
    ("HX-COR-03", "wholly replaced", REPLACED, REFUSED),
    ("HX-COR-04", "admission by type and start", CORRECTION, STAYING),
    ("HX-COR-04", "end by end and reason", END_CORRECTION, LEFT),
    ("HX-COR-05", "a correction corrected", replace(
        CORRECTION, corrects=Reference.parse("C1"), start=at(5, 12)), CORRECTED),
    ("HX-COR-09", "of what was told anew", replace(CORRECTION, corrects=Reference.parse("A2")), world(
        replace(STAY, admission=Reference.parse("A2")),
        past=(sent("A1", ADMISSION, None, withdrawn=True), sent("A2", ADMISSION)))),
    ("HX-COR-06", "start before the end, another stay after it", CORRECTION,
     world(ENDED, NEXT, past=LEFT.past)),
    ("HX-COR-07", "at the start of the next stay", replace(END_CORRECTION, end=NEXT.start),
     world(ENDED, NEXT, past=LEFT.past)),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-SEQ-01", "refused and uncorrected", END, REFUSED),
    ("HX-SEQ-01", "a later admission", replace(ADMISSION, start=at(5, 25)), REFUSED),
    ("HX-SEQ-01", "a correction over an older refusal", END_CORRECTION, world(ENDED, past=(
        sent("A0", replace(ADMISSION, start=at(5, 2)), Outcome.REFUSED), *LEFT.past))),
    ("HX-ADM-01", "unknown", replace(ADMISSION, facility=Hco.parse("9999")), NEW),
    ("HX-ADM-02", "the day before", replace(ADMISSION, start=at(4, 30, 23)), NEW),
    ("HX-ADM-02", "after the last day", replace(ADMISSION, start=datetime(2020, 1, 1, tzinfo=BRUSSELS)),
     replace(NEW, received=datetime(2020, 1, 2, tzinfo=BRUSSELS))),
    ("HX-ADM-03", "another number", ADMISSION, replace(NEW, sender=OTHER_NIHII)),
    ("HX-ADM-04", "wrong check number", replace(ADMISSION, insz=Insz.parse("38021400000")),
     replace(NEW, insured=frozenset({Insz.parse("38021400000")}))),
    ("HX-ADM-05", "another date", replace(ADMISSION, birth_date=date(1938, 2, 15)), NEW),
    ("HX-ADM-06", "another sex", replace(ADMISSION, sex=Sex.MAN), NEW),
    ("HX-ADM-07", "an hour after receipt", replace(ADMISSION, start=at(6, 1, 11)), NEW),
    ("HX-ADM-08", "the day before birth",
     replace(ADMISSION, insz=YOUNG, birth_date=date(2019, 5, 12), start=at(5, 11)), NEW),
    ("HX-ADM-09", "a short stay in a care home", replace(ADMISSION, stay_type=StayType.CVK), NEW),
    ("HX-ADM-10", "not insured", ADMISSION, replace(NEW, insured=frozenset())),
    ("HX-ADM-11", "the former stay goes on", replace(ADMISSION, start=at(5, 12)), STAYING),
    ("HX-ADM-11", "continued after a takeover", ADMISSION,
     world(replace(STAY, start=at(3, 1), from_takeover=date(2019, 5, 1)))),
    ("HX-ADM-11", "an hour before the former stay ends", replace(ADMISSION, start=at(5, 20, 9)), LEFT),
    ("HX-ADM-12", "a stay elsewhere goes on", ADMISSION, world(ELSEWHERE)),
    ("HX-ADM-13", "undecided", ADMISSION, world(past=(sent("A1", ADMISSION, None),))),
    ("HX-ADM-13", "pending", ADMISSION, world(past=(sent("A1", ADMISSION, Outcome.PENDING),))),
    ("HX-ADM-13", "accepted", ADMISSION, STAYING),
    ("HX-ADM-14", "when the last day of the term is over", ADMISSION,
     replace(NOTICED, received=at(5, 18, 0))),
    ("HX-ADM-14", "told too late and corrected later", CORRECTION, replace(
        NOTICED, past=(replace(sent("A1", ADMISSION), received=at(5, 20)),))),
    ("HX-END-01", "another number", END, replace(STAYING, sender=OTHER_NIHII)),
    ("HX-END-01", "unknown facility", END, replace(STAYING, registry=(OTHER,))),
    ("HX-END-02", "after the last day", replace(END, end=datetime(2020, 1, 1, tzinfo=BRUSSELS)),
     replace(STAYING, received=datetime(2020, 1, 2, tzinfo=BRUSSELS))),
    ("HX-END-03", "no stay", END, NEW),
    ("HX-END-03", "passed on to a successor", replace(END, end=at(5, 16, 0)), world(TAKEN_OVER)),
    ("HX-END-04", "before the start", replace(END, end=at(5, 10, 9)), STAYING),
    ("HX-END-05", "after receipt", replace(END, end=at(6, 2)), STAYING),
    ("HX-END-06", "ended already", replace(END, reason=EndReason.DEATH), LEFT),
    ("HX-COR-01", "unknown", CORRECTION, NEW),
    ("HX-COR-10", "of an assessment", replace(CORRECTION, corrects=Reference.parse("I1")),
     world(STAY, past=(*STAYING.past, sent("I1", ASSESSED)))),
    ("HX-COR-01", "leads to itself", CORRECTION, world(past=(sent("A1", CORRECTION, Outcome.REFUSED),))),
    ("HX-COR-02", "another facility", replace(CORRECTION, facility=OTHER.hco),
     replace(STAYING, sender=OTHER_NIHII)),
    ("HX-COR-03", "another INSZ alone",
     replace(CORRECTION, insz=Insz.synthetic(BORN, Sex.WOMAN, bis=True)),
     replace(STAYING, insured=frozenset({Insz.synthetic(BORN, Sex.WOMAN, bis=True)}))),
    ("HX-COR-04", "an admission by an end", replace(END_CORRECTION, corrects=Reference.parse("A1")), LEFT),
    ("HX-COR-04", "both kinds at once", replace(CORRECTION, end=at(5, 20)), STAYING),
    ("HX-COR-04", "an absence besides", replace(CORRECTION, absence_start=at(5, 20)), STAYING),
    ("HX-COR-04", "an agreement besides", replace(CORRECTION, agreement_last_day=at(5, 20).date()), STAYING),
    ("HX-COR-05", "a second time", replace(CORRECTION, start=at(5, 12)), CORRECTED),
    ("HX-COR-09", "of what was withdrawn", CORRECTION,
     world(past=(sent("A1", ADMISSION, None, withdrawn=True),))),
    ("HX-COR-06", "start after the end", replace(CORRECTION, start=at(5, 21)), LEFT),
    ("HX-COR-07", "into the next stay", replace(END_CORRECTION, end=at(5, 25, 11)),
     world(ENDED, NEXT, past=LEFT.past)),
    ("HX-ADM-09", "restated wrongly", replace(CORRECTION, stay_type=StayType.DVC), STAYING),
    ("HX-ADM-10", "restated for somebody who is not insured", REPLACED,
     replace(REFUSED, insured=frozenset({INSZ}))),
    ("HX-ADM-12", "restated into a stay elsewhere", replace(CORRECTION, start=at(5, 1)),
     world(replace(ELSEWHERE, end=at(5, 5)), STAY, past=STAYING.past)),
    ("HX-ADM-12", "restated beside a stay elsewhere with the same reference", CORRECTION,
     world(replace(ELSEWHERE, admission=STAY.admission), past=REFUSED.past)),
    ("HX-END-04", "restated before the start", replace(END_CORRECTION, end=at(5, 9)), LEFT),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_a_message_that_keeps_a_control_passes(case: Case) -> None:
    _, _, message, facts = case

    assert RULES.judge(message, facts) == ()


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_a_message_that_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    control, _, message, facts = case

    findings = RULES.judge(message, facts)

    assert [finding.control for finding in findings] == [control]
    assert all(finding.expected and finding.received and finding.field for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_the_family_has_an_example_on_each_side(cases: list[Case]) -> None:
    controls = {row.id for row in RULES.rows.values() if row.family in HERE}

    assert {case[0] for case in cases} == controls


MESSAGES = [case[2] for case in PASSES + FAILS]
WORLDS = [case[3] for case in PASSES + FAILS]


def test_no_control_needs_another_one_to_have_passed() -> None:
    order = list(RULES.rows)
    bare = replace(NEW, registry=(), insured=frozenset())

    for message in MESSAGES:
        for facts in [*WORLDS, bare]:
            found = [order.index(finding.control) for finding in RULES.judge(message, facts)]
            assert found == sorted(found)


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = replace(ADMISSION, sex=Sex.MAN, stay_type=StayType.DVC, start=at(6, 2))

    controls = [finding.control for finding in RULES.judge(wrong, replace(NEW, sender=OTHER_NIHII))]

    assert controls == ["HX-ADM-03", "HX-ADM-06", "HX-ADM-07", "HX-ADM-09"]


def test_what_follows_a_refusal_is_refused_for_that_alone() -> None:
    refused = world(past=(sent("A1", ADMISSION, Outcome.REFUSED),))

    assert [one.control for one in RULES.judge(replace(END, end=at(6, 2)), refused)] == ["HX-SEQ-01"]


def test_a_finding_points_to_the_field_of_its_row_and_becomes_a_dutch_result() -> None:
    findings = RULES.judge(replace(ADMISSION, birth_date=date(2038, 2, 14)), NEW)

    results = RULES.results(findings)

    assert [(one.control, one.field) for one in results] == [
        ("HX-ADM-05", "birth_date"),
        ("HX-ADM-08", "start"),
    ]
    assert results[0].text == "De geboortedatum verschilt van het INSZ."
    assert RULES.outcome(findings) is Outcome.REFUSED
    assert RULES.outcome(()) is Outcome.ACCEPTED


def test_the_examples_are_all_different() -> None:
    pairs = combinations(chain(PASSES, FAILS), 2)

    assert [a for a, b in pairs if (a[0], a[1]) == (b[0], b[1])] == []
