"""Refused and pending admissions at the reference vendor: shown, repaired, sent again in order."""

from dataclasses import replace
from datetime import date

from tests.unit.refvendor.fake_platform import (
    ANNA,
    BERTA,
    BIRTH,
    HCO,
    SEQUENCE,
    FakePlatform,
    admit,
    at,
    run_to_rest,
    vendor_at,
    view,
)

from generale.driver.observations import DecisionState
from generale.driver.stimuli import Correct, EndStay, ImportHistory
from generale.protocol.messages import (
    Admission,
    Correction,
    EndOfStay,
    EndReason,
    Message,
    Outcome,
)
from generale.refvendor.product import ReferenceVendor

WRONG = replace(ANNA, birth_date=date(1931, 1, 1))


def refuse_wrong_birth(message: Message) -> Outcome:
    wrong = isinstance(message, Admission | Correction) and message.birth_date == WRONG.birth_date
    return Outcome.REFUSED if wrong else Outcome.ACCEPTED


class TestRefusedAdmission:
    def play(self, defect: str = "") -> tuple[FakePlatform, ReferenceVendor]:
        platform = FakePlatform(judge=refuse_wrong_birth)
        vendor = vendor_at(platform, defect)
        vendor.act(
            ImportHistory(
                facility=HCO,
                admissions=(admit(BERTA, 2), admit(WRONG, 1)),
                ends=(
                    EndStay(facility=HCO, insz=ANNA.insz, end=at(9), reason=EndReason.DEPARTURE),
                    EndStay(facility=HCO, insz=BERTA.insz, end=at(8), reason=EndReason.DEPARTURE),
                ),
            )
        )
        run_to_rest(vendor)
        return platform, vendor

    def repair(self, vendor: ReferenceVendor) -> None:
        vendor.act(Correct(facility=HCO, insz=ANNA.insz, resident=ANNA))
        run_to_rest(vendor)

    def test_events_go_in_the_order_in_which_they_happened(self) -> None:
        platform, _ = self.play()
        sent = [(type(one), getattr(one, "insz", "")) for one in platform.of(Admission, EndOfStay)]
        assert sent == [
            (Admission, ANNA.insz),
            (Admission, BERTA.insz),
            (EndOfStay, BERTA.insz),
            (EndOfStay, ANNA.insz),
        ]

    def test_the_refusal_stops_nobody_else_and_stands_on_the_worklist(self) -> None:
        _, vendor = self.play()
        seen = view(vendor)
        states = {stay.insz: stay.decision for stay in seen.stays}
        assert states == {ANNA.insz: DecisionState.REFUSED, BERTA.insz: DecisionState.ACCEPTED}
        assert [(item.subject, item.control) for item in seen.worklist] == [
            (ANNA.insz, BIRTH),
            (ANNA.insz, SEQUENCE),
        ]
        assert seen.stays[0].controls == (BIRTH,)

    def test_a_correction_names_its_original_and_its_dependents_go_again_by_themselves(self) -> None:
        platform, vendor = self.play()
        self.repair(vendor)
        (correction,) = platform.of(Correction)
        assert isinstance(correction, Correction)
        assert correction.corrects == platform.taken[0].reference
        assert correction.birth_date == ANNA.birth_date
        last = platform.taken[-1]
        assert isinstance(last.message, EndOfStay)
        assert last.content == platform.taken[3].content
        assert last.reference != platform.taken[3].reference
        assert view(vendor).worklist == ()
        assert {stay.decision for stay in view(vendor).stays} == {DecisionState.ACCEPTED}

    def test_what_happens_while_the_refusal_stands_is_held_until_it_is_repaired(self) -> None:
        platform = FakePlatform(judge=refuse_wrong_birth)
        vendor = vendor_at(platform)
        vendor.act(admit(WRONG))
        run_to_rest(vendor)
        vendor.act(EndStay(facility=HCO, insz=ANNA.insz, end=at(9), reason=EndReason.DEPARTURE))
        run_to_rest(vendor)
        assert platform.of(EndOfStay) == []
        self.repair(vendor)
        assert len(platform.of(EndOfStay)) == 1

    def test_a_fact_corrected_before_it_left_goes_out_right_at_once(self) -> None:
        platform = FakePlatform()
        vendor = vendor_at(platform)
        vendor.act(admit(WRONG))
        self.repair(vendor)
        (admission,) = platform.of(Admission, Correction)
        assert isinstance(admission, Admission)
        assert admission.birth_date == ANNA.birth_date

    def test_an_accepted_fact_is_corrected_too_and_its_acceptance_stays_in_force(self) -> None:
        platform = FakePlatform()
        vendor = vendor_at(platform)
        vendor.act(admit())
        run_to_rest(vendor)
        platform.judge = lambda _: Outcome.PENDING
        vendor.act(Correct(facility=HCO, insz=ANNA.insz, start=at(2)))
        run_to_rest(vendor)
        assert isinstance(platform.taken[-1].message, Correction)
        assert view(vendor).stays[0].decision is DecisionState.ACCEPTED

    def test_mistakes_with_corrections_each_change_one_thing(self) -> None:
        second, vendor = self.play("correction-as-second-admission")
        self.repair(vendor)
        assert (len(second.of(Admission)), len(second.of(Correction))) == (3, 0)
        old, vendor = self.play("correction-with-old-values")
        self.repair(vendor)
        (correction,) = old.of(Correction)
        assert isinstance(correction, Correction)
        assert correction.birth_date == WRONG.birth_date
        forgetful, vendor = self.play("dependents-forgotten")
        self.repair(vendor)
        assert len(forgetful.of(EndOfStay)) == 2
        same, vendor = self.play("same-reference-for-repaired-content")
        self.repair(vendor)
        assert same.of(Correction) == []
        assert same.posts[-1].input_reference == same.posts[0].input_reference

    def test_mistakes_with_the_order_of_sending(self) -> None:
        ends_first, _ = self.play("ends-before-admissions")
        assert isinstance(ends_first.taken[0].message, EndOfStay)
        stopped, _ = self.play("stops-at-first-refusal")
        assert {getattr(one, "insz", "") for one in stopped.of(Admission)} == {ANNA.insz}

    def test_mistakes_with_what_is_shown(self) -> None:
        assert view(self.play("refusal-not-shown")[1]).worklist == ()
        nameless = view(self.play("control-id-dropped")[1])
        assert {item.control for item in nameless.worklist} == {""}
        assert {item.text for item in nameless.worklist} == {"Geboortedatum klopt niet"}
        assert nameless.stays[0].controls == ()
