"""Refused bills and files at the reference vendor, and takeovers of facility numbers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.unit.refvendor.fake_platform import (
    ANNA,
    APRIL,
    BERTA,
    FUND,
    HCO,
    NEW_HCO,
    START,
    FakePlatform,
    admit,
    at,
    facility,
    run_to_rest,
    vendor_at,
    view,
)

from generale.driver.observations import InvoiceStatus, LineStatus
from generale.driver.stimuli import BillMonth, EndStay, Rebill, TakeOver
from generale.protocol.flatfile import BillKind, ErrorLimit, PreviousBill
from generale.protocol.messages import (
    Admission,
    EndOfStay,
    EndReason,
)
from generale.refvendor.product import ReferenceVendor


class TestRefusedInvoice:
    def play(
        self,
        defect: str = "",
        *,
        technical: bool = False,
        twice: bool = False,
        limit: ErrorLimit | None = None,
    ) -> tuple[FakePlatform, ReferenceVendor]:
        platform = FakePlatform(refuses_next_file=technical, limit=limit)
        vendor = vendor_at(platform, defect)
        vendor.act(admit(ANNA))
        vendor.act(admit(BERTA))
        run_to_rest(vendor)
        platform.refuses_insz = frozenset() if technical else frozenset({ANNA.insz})
        vendor.act(BillMonth(facility=HCO, month=APRIL))
        platform.answers_invoices = not twice
        vendor.sync()
        if twice:
            platform.answer_file(platform.taken[-1])
            platform.deliver_all_twice("invoices")
        platform.answers_invoices = True
        run_to_rest(vendor)
        platform.refuses_insz = frozenset()
        return platform, vendor

    def bill_again(self, vendor: ReferenceVendor) -> None:
        vendor.set_clock(START + timedelta(days=40))
        vendor.act(Rebill(facility=HCO, month=APRIL))
        run_to_rest(vendor)

    def test_a_refused_bill_is_shown_with_its_control(self) -> None:
        _, vendor = self.play()
        seen = view(vendor)
        assert [line.status for line in seen.invoices[0].lines] == [LineStatus.REFUSED, LineStatus.ACCEPTED]
        assert seen.invoices[0].paid == seen.invoices[0].lines[1].amount
        assert [(item.subject, item.control) for item in seen.worklist] == [(ANNA.insz, "HX-INV-07")]

    def test_only_what_was_refused_is_billed_again_and_linked_to_the_former_bill(self) -> None:
        platform, vendor = self.play()
        self.bill_again(vendor)
        first, second = platform.files
        (bill,) = second.bills
        assert (bill.insz, bill.kind, second.sending_number) == (ANNA.insz, BillKind.REBILL, 2)
        assert bill.previous == PreviousBill(
            number=first.bills[0].number, sending_number=1, fund=int(FUND), month=APRIL
        )
        assert bill.lines == first.bills[0].lines
        assert view(vendor).worklist == ()
        self.bill_again(vendor)
        assert len(platform.files) == 2

    def test_a_technically_refused_file_keeps_its_sending_number_and_invoice_date(self) -> None:
        platform, vendor = self.play(technical=True)
        assert view(vendor).worklist[0].subject == f"invoice 2019-04 fund {FUND}"
        self.bill_again(vendor)
        first, second = platform.files
        assert replace(second, created=first.created, reference=first.reference) == first
        assert second.created > first.created
        assert len({one.reference for one in platform.taken}) == len(platform.taken)
        assert [one.status for one in view(vendor).invoices] == [InvoiceStatus.SETTLED]

    def test_a_file_that_came_back_for_its_errors_goes_again_whole_under_its_number(self) -> None:
        platform, vendor = self.play(limit=ErrorLimit())
        seen = view(vendor)
        assert [one.status for one in seen.invoices] == [InvoiceStatus.REFUSED]
        assert [(item.subject, item.control) for item in seen.worklist] == [
            (f"invoice 2019-04 fund {FUND}", "HX-INV-07")
        ]
        self.bill_again(vendor)
        first, second = platform.files
        assert replace(second, created=first.created, reference=first.reference) == first
        assert [one.status for one in view(vendor).invoices] == [InvoiceStatus.SETTLED]
        assert view(vendor).worklist == ()

    def test_a_file_that_was_taken_in_with_errors_is_settled_and_only_rebilled(self) -> None:
        platform, vendor = self.play(limit=ErrorLimit(percentage=None))
        self.bill_again(vendor)
        assert [[bill.insz for bill in file.bills] for file in platform.files] == [
            [ANNA.insz, BERTA.insz],
            [ANNA.insz],
        ]
        assert [file.sending_number for file in platform.files] == [1, 2]

    def test_mistakes_with_files_that_are_judged_as_a_whole(self) -> None:
        platform, vendor = self.play("file-refusal-as-settlement", limit=ErrorLimit())
        self.bill_again(vendor)
        assert [len(file.bills) for file in platform.files] == [2, 1]
        platform, vendor = self.play("tolerated-errors-as-refusal", limit=ErrorLimit(percentage=None))
        self.bill_again(vendor)
        assert [file.sending_number for file in platform.files][:2] == [1, 1]
        platform, vendor = self.play("tolerated-file-under-next-number", limit=ErrorLimit(percentage=None))
        self.bill_again(vendor)
        assert [len(file.bills) for file in platform.files][:2] == [2, 2]
        assert [file.sending_number for file in platform.files][:2] == [1, 2]

    def test_a_settlement_that_arrives_twice_is_billed_again_once(self) -> None:
        platform, vendor = self.play(twice=True)
        self.bill_again(vendor)
        assert [len(file.bills) for file in platform.files] == [2, 1]
        platform, vendor = self.play("rebills-per-reply", twice=True)
        self.bill_again(vendor)
        assert [len(file.bills) for file in platform.files] == [2, 2]

    def test_mistakes_with_refused_bills(self) -> None:
        platform, vendor = self.play("settled-bills-sent-again")
        self.bill_again(vendor)
        assert [bill.insz for bill in platform.files[1].bills] == [ANNA.insz, BERTA.insz]
        platform, vendor = self.play("rebill-as-new")
        self.bill_again(vendor)
        (bill,) = platform.files[1].bills
        assert (bill.kind, bill.previous) == (BillKind.NORMAL, None)
        platform, vendor = self.play("refusal-swallowed")
        self.bill_again(vendor)
        assert len(platform.files) == 1
        platform, vendor = self.play("next-number-after-technical-refusal", technical=True)
        self.bill_again(vendor)
        assert [file.sending_number for file in platform.files] == [1, 2]

    def test_a_file_that_came_back_waits_for_somebody_to_bill_again_but_for_a_defect(self) -> None:
        platform, _ = self.play(technical=True)
        assert len(platform.files) == 1
        platform, _ = self.play("returned-file-sent-at-once", technical=True)
        assert len(platform.files) == 2

    def test_a_repaired_file_holds_all_its_bills_but_for_a_defect(self) -> None:
        for defect, bills in (("", 2), ("first-bill-of-returned-file", 1)):
            platform, vendor = self.play(defect, limit=ErrorLimit())
            self.bill_again(vendor)
            assert len(platform.files[1].bills) == bills

    def test_a_repaired_file_is_shown_as_sent_until_the_fund_has_received_it(self) -> None:
        platform, vendor = self.play(limit=ErrorLimit())
        platform.answers_invoices = False
        self.bill_again(vendor)
        assert [one.status for one in view(vendor).invoices] == [InvoiceStatus.SENT]
        assert view(vendor).worklist == ()

    def worklist(self, defect: str, *, limit: ErrorLimit | None = None) -> list[tuple[str, str, str]]:
        _, vendor = self.play(defect, limit=limit)
        return [(item.subject, item.control, item.text) for item in view(vendor).worklist]

    def test_mistakes_with_what_users_see_of_refusals(self) -> None:
        anna, file = str(ANNA.insz), f"invoice 2019-04 fund {FUND}"
        told = "DAG NIET GEDEKT"
        assert self.worklist("bill-control-dropped") == [(anna, "", told)]
        assert self.worklist("bill-text-dropped") == [(anna, "HX-INV-07", "Factuur geweigerd.")]
        assert self.worklist("returned-file-not-shown", limit=ErrorLimit()) == []
        assert self.worklist("files-without-name", limit=ErrorLimit()) == [
            ("Facturatie", "HX-INV-07", f"Bestand geweigerd: {told}")
        ]
        assert self.worklist("reminder-on-worklist")[-1][0] == "Herinnering"
        _, vendor = self.play("repaired-file-still-listed", limit=ErrorLimit())
        self.bill_again(vendor)
        assert [item.subject for item in view(vendor).worklist] == [file]

    @pytest.mark.parametrize(
        ("defect", "numbers"),
        [("", [[1, 2], [3]]), ("one-bill-number", [[1, 1], [1]]), ("bills-numbered-per-file", [[1, 2], [1]])],
    )
    def test_a_bill_has_a_number_of_its_own_in_whichever_file(
        self, defect: str, numbers: list[list[int]]
    ) -> None:
        platform, vendor = self.play(defect)
        self.bill_again(vendor)
        assert [[bill.number for bill in file.bills] for file in platform.files] == numbers


class TestTakeOver:
    def play(self, defect: str = "") -> tuple[FakePlatform, ReferenceVendor]:
        platform = FakePlatform()
        vendor = vendor_at(platform, defect)
        vendor.act(admit())
        vendor.sync()
        successor = facility(NEW_HCO, 654321)
        vendor.act(TakeOver(facility=HCO, successor=successor, first_day=date(2019, 4, 15)))
        vendor.sync()
        for hco in (HCO, NEW_HCO):
            vendor.act(BillMonth(facility=hco, month=APRIL))
        vendor.sync()
        vendor.act(EndStay(facility=NEW_HCO, insz=ANNA.insz, end=at(3, 5), reason=EndReason.DEATH))
        run_to_rest(vendor)
        return platform, vendor

    def days(self, platform: FakePlatform) -> list[tuple[str, int, int]]:
        lines = [
            (file.provider, line) for file in platform.files for bill in file.bills for line in bill.lines
        ]
        return [(provider[1:9], line.first.day, line.last.day) for provider, line in lines]

    def test_each_number_bills_its_own_days_and_who_stays_is_not_moved(self) -> None:
        platform, vendor = self.play()
        old, new = facility().nihii, facility(NEW_HCO, 654321).nihii
        assert self.days(platform) == [(old, 1, 14), (new, 15, 30)]
        assert len(platform.of(Admission)) == 1
        (end,) = platform.of(EndOfStay)
        assert isinstance(end, EndOfStay)
        assert end.facility == NEW_HCO
        assert [post.origin.nihii[:8] for post in platform.posts] == [old, old, new, new]
        assert [stay.end for stay in view(vendor).stays] == [None]
        assert [stay.end for stay in view(vendor, 1).stays] == [at(3, 5)]
        assert platform.unread == 0

    def test_mistakes_with_a_takeover(self) -> None:
        assert [first for _, first, _ in self.days(self.play("boundary-day-twice")[0])] == [1, 15]
        assert [last for _, _, last in self.days(self.play("boundary-day-twice")[0])] == [15, 30]
        moved, _ = self.play("takeover-as-move")
        assert (len(moved.of(Admission)), len(moved.of(EndOfStay))) == (2, 2)
        closed, vendor = self.play("mailbox-closed-with-number")
        assert closed.unread == 2
        assert view(vendor).invoices[0].status is InvoiceStatus.SENT
        first, _ = self.play("first-number-for-every-facility")
        assert len({post.origin.nihii for post in first.posts}) == 1
        entered, _ = self.play("ends-under-first-number")
        assert [one.facility for one in entered.of(EndOfStay)] == [HCO]
