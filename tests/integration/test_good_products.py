"""Good products that do it in another permitted way than the reference vendor conform all the same."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.integration.conforming import require_conforming

from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.driver.contract import Done
from generale.driver.observations import FacilityView, WorklistItem
from generale.driver.stimuli import Stimulus
from generale.protocol.calendar import CareMonth
from generale.protocol.genericasync import ResultMajor, TAck
from generale.protocol.ids import Hco
from generale.refvendor import mailbox, outbox
from generale.refvendor.billing import Billing
from generale.refvendor.crediting import Crediting
from generale.refvendor.dossier import Notice
from generale.refvendor.insurance import Inquiries
from generale.refvendor.outbox import Outbox, Progress
from generale.refvendor.product import ReferenceVendor
from generale.refvendor.screen import Screen
from generale.refvendor.sequence import Sequence
from generale.refvendor.shipment import BookedBill, BookedLine
from generale.refvendor.worklist import Worklist

Habit = Callable[[pytest.MonkeyPatch], None]


def sends_at_once(patch: pytest.MonkeyPatch) -> None:
    """What a stimulus leads to leaves before the answer to it."""
    act = ReferenceVendor.act

    def act_and_send(vendor: ReferenceVendor, stimulus: Stimulus) -> Done:
        done = act(vendor, stimulus)
        vendor._installation.dispatch._send()
        return done

    patch.setattr(ReferenceVendor, "act", act_and_send)


def last_resident_first(patch: pytest.MonkeyPatch) -> None:
    """The order of events is kept for each resident of a home alone."""
    ready = Sequence.ready

    def turned(sequence: Sequence) -> Iterator[Notice]:
        lanes: dict[Any, list[Notice]] = {}
        for notice in ready(sequence):
            lanes.setdefault((notice.facility, notice.stay.entered_as), []).append(notice)
        for lane in reversed(lanes):
            yield from lanes[lane]

    patch.setattr(Sequence, "ready", turned)


def polls_twice(patch: pytest.MonkeyPatch) -> None:
    """Each round fetches, sends, and fetches once more."""
    sync = ReferenceVendor.sync

    def twice(vendor: ReferenceVendor) -> Done:
        sync(vendor)
        return sync(vendor)

    patch.setattr(ReferenceVendor, "sync", twice)


def waits_five_minutes(patch: pytest.MonkeyPatch) -> None:
    """Between two tries of anything lie five minutes."""
    patch.setattr(outbox, "TRIES", 1)
    patch.setattr(outbox, "PATIENCE", timedelta(minutes=5))
    patch.setattr(mailbox, "PAUSE", timedelta(minutes=5))


def believes_the_mailbox(patch: pytest.MonkeyPatch) -> None:
    """What was picked up was received, whatever became of the answer to the post."""
    take_back = Outbox.take_back

    def take(box: Outbox, tack: TAck) -> None:
        take_back(box, tack)
        letter = box.find(tack.input_reference)
        if letter in box._waiting and tack.result_major is ResultMajor.SUCCESS:
            letter.progress = Progress.RECEIVED
            box._waiting.remove(letter)

    patch.setattr(Outbox, "take_back", take)


def never_asks_for_the_fund(patch: pytest.MonkeyPatch) -> None:
    """The insurance status is not asked, which a product only should."""
    patch.setattr(Inquiries, "before", lambda inquiries, message: None)


def ids_at_the_stay_alone(patch: pytest.MonkeyPatch) -> None:
    """The worklist gives the texts of controls, and the stay of the resident the ids."""
    show = Screen.show

    def moved(screen: Screen, hco: Hco) -> FacilityView:
        view = show(screen, hco)
        people = {stay.insz for stay in view.stays}
        stays = (replace(stay, controls=_ids_about(stay.insz, view.worklist)) for stay in view.stays)
        items = (replace(one, control="") if one.subject in people else one for one in view.worklist)
        return replace(view, stays=tuple(stays), worklist=tuple(items))

    patch.setattr(Screen, "show", moved)


def _ids_about(insz: str, items: tuple[WorklistItem, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.control for one in items if one.subject == insz and one.control))


def one_item_for_each_resident(patch: pytest.MonkeyPatch) -> None:
    """All that waits about a resident stands in one item, with the ids in its text, and none in the stay."""
    items, show = Worklist.items, Screen.show

    def merged(worklist: Worklist, hco: Hco) -> tuple[WorklistItem, ...]:
        about: dict[str, list[WorklistItem]] = {}
        for item in items(worklist, hco):
            about.setdefault(item.subject, []).append(item)
        texts = {
            subject: "\n".join(f"{one.control} {one.text}".strip() for one in found)
            for subject, found in about.items()
        }
        return tuple(replace(found[0], control="", text=texts[subject]) for subject, found in about.items())

    def without_ids(screen: Screen, hco: Hco) -> FacilityView:
        view = show(screen, hco)
        return replace(view, stays=tuple(replace(stay, controls=()) for stay in view.stays))

    patch.setattr(Worklist, "items", merged)
    patch.setattr(Screen, "show", without_ids)


def credits_whole_lines(patch: pytest.MonkeyPatch) -> None:
    """A line with a day too many is credited as a whole, and the next file bills anew what stays due."""
    gone, bill = Crediting._gone, Billing._bill

    def whole(self: Crediting, booked: BookedBill, line: BookedLine, covered: set[date]) -> list[date]:
        return list(line.days) if gone(self, booked, line, covered) else []

    def in_two_files(self: Billing, hco: Hco, month: CareMonth) -> None:
        bill(self, hco, month)
        bill(self, hco, month)

    patch.setattr(Crediting, "_gone", whole)
    patch.setattr(Billing, "_bill", in_two_files)


def credits_unasked(patch: pytest.MonkeyPatch) -> None:
    """What turns out not to be due is credited as soon as that is accepted, before billing is told again."""
    sync = ReferenceVendor.sync

    def sync_and_credit(vendor: ReferenceVendor) -> Done:
        done, billing = sync(vendor), vendor._installation.billing
        for hco, month in dict.fromkeys((one.facility, one.file.month) for one in billing._books.shipments):
            billing._filing.file(billing._house[hco], month, list(billing._crediting.claims(hco, month)))
        return done

    patch.setattr(ReferenceVendor, "sync", sync_and_credit)


@pytest.mark.parametrize(
    ("habits", "warned"),
    [
        ((sends_at_once, last_resident_first, polls_twice, ids_at_the_stay_alone), set()),
        (
            (
                waits_five_minutes,
                believes_the_mailbox,
                never_asks_for_the_fund,
                one_item_for_each_resident,
            ),
            {"RQ-INS-01"},
        ),
    ],
    ids=["eager", "patient"],
)
def test_a_good_product_of_other_habits_conforms(
    habits: tuple[Habit, ...], warned: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for habit in habits:
        habit(monkeypatch)

    require_conforming(rehearse(Plan(seed=3)), warned=warned)


@pytest.mark.parametrize(
    ("habit", "scenario"),
    [
        (sends_at_once, "month/from-one-home-to-another"),
        (last_resident_first, "month/from-one-home-to-another"),
        (polls_twice, "outage/polled-too-soon"),
        (waits_five_minutes, "outage/line-cut-after-receipt"),
        (never_asks_for_the_fund, "outage/insurance-cannot-be-asked"),
        (ids_at_the_stay_alone, "refusal/admission-refused-and-corrected"),
        (one_item_for_each_resident, "refusal/admission-refused-and-corrected"),
        (credits_whole_lines, "billing/end-corrected-after-billing"),
        (credits_whole_lines, "billing/stay-withdrawn-after-payment"),
        (credits_unasked, "billing/end-corrected-after-billing"),
        (credits_unasked, "billing/stay-withdrawn-after-payment"),
    ],
)
def test_one_other_habit_has_its_occasions_in_a_scenario(
    habit: Habit, scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    habit(monkeypatch)

    (row,) = rehearse(Plan(seed=3, scenarios=(scenario,))).document("verdicts.json")["scenarios"]

    expected = "warn" if habit is never_asks_for_the_fund else "pass"
    assert (row["verdict"], row["reason"]) == (expected, "")


@pytest.mark.parametrize("scenario", ["refusal/settlement-with-gaps", "refusal/invoice-partly-settled"])
def test_nothing_false_is_said_of_a_product_that_bills_the_refused_again_untold(
    scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = ReferenceVendor.sync

    def sync_and_rebill(vendor: ReferenceVendor) -> Done:
        done, billing = sync(vendor), vendor._installation.billing
        for refused in list(billing._books.refused):
            billing.rebill(refused.shipment.facility, refused.shipment.file.month)
        return done

    monkeypatch.setattr(ReferenceVendor, "sync", sync_and_rebill)

    verdicts = rehearse(Plan(seed=3, scenarios=(scenario,))).document("verdicts.json")

    said = {finding["code"] for row in verdicts["checks"] for finding in row["findings"]}
    assert not said & {"sparse-answer-misread", "refused-bill-not-shown"}
