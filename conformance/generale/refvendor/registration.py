"""What the facility enters: each stimulus changes a stay and notes what the platform is to be told."""

from dataclasses import replace
from datetime import datetime, time

from generale.driver.stimuli import (
    Absence,
    Admit,
    Assess,
    ChangeStay,
    Correct,
    EndAgreement,
    EndStay,
    Fact,
    ImportHistory,
    TakeOver,
    Withdraw,
)
from generale.protocol.clock import BRUSSELS, brussels
from generale.protocol.messages import EndReason
from generale.refvendor.dossier import Away, Dossier, Facts, Kind, NewType, Notice, Stay
from generale.refvendor.house import House
from generale.refvendor.outbox import Progress
from generale.refvendor.switches import Switches


class Registration:
    """Enters stays and what changes in them. Each method tells whether it knew what it was about."""

    def __init__(self, house: House, dossier: Dossier, switches: Switches) -> None:
        self._house = house
        self._dossier = dossier
        self._switches = switches

    def admit(self, told: Admit) -> bool:
        """A resident moves in."""
        is_first = not any(stay.facility == told.facility for stay in self._dossier)
        facts = Facts(resident=told.resident, stay_type=told.stay_type, start=told.start)
        stay = self._overwritten(told, facts) or self._dossier.add(
            Stay(facility=told.facility, entered_as=told.resident.insz, facts=facts)
        )
        if is_first and self._switches.on("admission-forgotten"):
            return True
        stay.tell(Kind.ADMISSION, told.facility)
        if self._switches.on("admission-sent-twice"):
            stay.tell(Kind.ADMISSION, told.facility)
        return True

    def _overwritten(self, told: Admit, facts: Facts) -> Stay | None:
        """The former stay of a resident where a new one takes its place; by right both are kept."""
        former = self._dossier.find(told.facility, told.resident.insz)
        if former is None or not self._switches.on("one-stay-per-resident"):
            return None
        former.facts = facts
        former.notices.clear()
        return former

    def end_stay(self, told: EndStay) -> bool:
        """A resident leaves or dies; the end goes out under the number that is valid on its day."""
        stay = self._leaving(told)
        if stay is None:
            return False
        stay.facts = replace(stay.facts, end=told.end, reason=told.reason)
        stay.first_end = stay.first_end or told.end
        self._tell_end(stay, told.end)
        self._insist_on_pending(stay)
        return True

    def _insist_on_pending(self, left: Stay) -> None:
        """A mistake: tell an admission anew that waited for this end; by right the platform decides on it."""
        for stay in self._dossier:
            admission = stay.original(Kind.ADMISSION)
            if stay is left or stay.entered_as != left.entered_as or admission is None:
                continue
            if admission.is_pending and self._switches.on("pending-admission-told-again"):
                stay.tell(Kind.ADMISSION, stay.facility)

    def _leaving(self, told: EndStay) -> Stay | None:
        """The stay that ends: one at the number that tells it."""
        if self._switches.on("resident-found-in-any-home"):
            open_ones = [one for one in self._dossier if one.entered_as == told.insz and not one.facts.end]
            return open_ones[-1] if open_ones else None
        return self._dossier.find(told.facility, told.insz, lasting=True)

    def import_history(self, told: ImportHistory) -> bool:
        """Residents who have lived here for long: each end belongs to the last admission before it."""
        for admit in sorted(told.admissions, key=lambda one: one.start):
            for end in self._ends_before(told, admit):
                self.end_stay(end)
            self.admit(admit)
        return all(self.end_stay(end) for end in told.ends if not self._is_entered(end))

    def _ends_before(self, told: ImportHistory, admit: Admit) -> list[EndStay]:
        """The ends of the same resident that lie before a new admission and are not entered yet."""
        mine = (end for end in told.ends if end.insz == admit.resident.insz and end.end <= admit.start)
        return [end for end in sorted(mine, key=lambda one: one.end) if not self._is_entered(end)]

    def _is_entered(self, end: EndStay) -> bool:
        return any(stay.facts.end == end.end for stay in self._dossier.of_person(end.facility, end.insz))

    def correct(self, told: Correct) -> bool:
        """An earlier fact was entered wrongly: the stay gets the right one, and the platform is told."""
        start = None if told.stay and self._switches.on("last-stay-corrected") else told.stay
        stay = self._dossier.find(told.facility, told.insz, start=start)
        if stay is None:
            return False
        before, after = stay.facts, _amended(stay.facts, told)
        stay.facts = self._recorded(before, after)
        states = self._stated(before, after)
        told_of_stay = told.stay_type or told.start
        if told_of_stay or (told.resident and not self._keeps_person_to_itself(stay)):
            self._restate(stay, Kind.ADMISSION, states)
        if told.end or told.reason:
            self._restate(stay, Kind.END, states)
        return True

    def leave(self, told: Absence) -> bool:
        """A resident is away, or is back: then the absence is told, or its end where it was told without."""
        stay = self._dossier.find(told.facility, told.insz)
        if stay is None:
            return False
        away = next((one for one in stay.absences if one.start == told.start), None)
        number = self._house.number_on(stay.facility, brussels(told.end or told.start).date())
        if away is None:
            away = Away(reason=told.reason, start=told.start, end=told.end)
            stay.absences.append(away)
            if not self._switches.on("absence-not-told"):
                stay.tell(Kind.ABSENCE, number, away=away)
            return True
        away.end = told.end
        told_as = next((one for one in stay.notices if one.away is away), None)
        if told_as is not None and told_as.letter is not None and not self._switches.on("return-not-told"):
            stay.tell(Kind.RETURN, number, away=away)
        return True

    def change(self, told: ChangeStay) -> bool:
        """A resident goes on in another type of stay."""
        stay = self._dossier.find(told.facility, told.insz)
        if stay is None:
            return False
        changed = NewType(stay_type=told.stay_type, start=told.start)
        stay.changes.append(changed)
        number = self._house.number_on(stay.facility, brussels(told.start).date())
        if self._switches.on("change-as-correction"):
            self._restate(stay, Kind.ADMISSION, replace(stay.facts, stay_type=told.stay_type))
        elif not self._switches.on("change-not-told"):
            stay.tell(Kind.CHANGE, number, changed=changed)
        return True

    def end_agreement(self, told: EndAgreement) -> bool:
        """A residence agreement has ended; the stay is another matter."""
        stay = self._dossier.find(told.facility, told.insz)
        if stay is None:
            return False
        stay.agreement_until = told.last_day
        number = self._house.number_on(stay.facility, told.last_day)
        if not self._switches.on("agreement-end-not-told"):
            stay.tell(Kind.AGREEMENT, number, agreement=told)
        return True

    def withdraw(self, told: Withdraw) -> bool:
        """A stay or the end of one was entered by mistake: it is taken back, and so is what was told of it.

        With a stay goes its end, and that first.
        """
        stay = self._dossier.find(told.facility, told.insz, start=told.stay)
        if stay is None or (told.fact is Fact.END and stay.facts.end is None):
            return False
        if stay.facts.end is not None:
            self._take_back(stay, Kind.END)
            stay.facts = replace(stay.facts, end=None, reason=None)
        if told.fact is Fact.STAY:
            stay.is_taken_back = True
            self._take_back(stay, Kind.ADMISSION)
        return True

    def _take_back(self, stay: Stay, kind: Kind) -> None:
        """Tell that a fact is no more; nothing is told of what was never received."""
        original = stay.original(kind)
        if original is None:
            return
        for one in original.repairs:
            one.replaced = one.letter is None
        is_known = original.has_left and not original.is_dependent
        if kind is Kind.END or not is_known:
            original.replaced = True
        if not is_known or self._switches.on("withdrawal-forgotten"):
            return
        if self._switches.on("withdrawal-as-correction"):
            stay.is_taken_back = False
            stay.tell(Kind.CORRECTION, original.facility, corrects=original, states=stay.facts)
        elif kind is Kind.ADMISSION and self._switches.on("withdrawal-as-new-admission"):
            stay.is_taken_back = False
            stay.tell(Kind.ADMISSION, original.facility)
        else:
            stay.tell(Kind.WITHDRAWAL, original.facility, withdraws=original)

    def assess(self, told: Assess) -> bool:
        """A resident is assessed; another assessment takes the place of what was not sent yet of that day."""
        stay = self._dossier.find(told.facility, told.insz, lasting=True)
        if stay is None:
            return False
        former = [one for one in stay.notices if one.kind is Kind.ASSESSMENT]
        for one in former:
            if one.assessed and one.assessed.assessed == told.assessed and not one.has_left:
                one.replaced = True
        if former and self._switches.on("first-assessment-only"):
            return True
        stay.tell(Kind.ASSESSMENT, told.facility, assessed=told)
        if self._switches.on("assessment-sent-twice"):
            stay.tell(Kind.ASSESSMENT, told.facility, assessed=told)
        return True

    def _keeps_person_to_itself(self, stay: Stay) -> bool:
        """Whether a corrected name or date of birth is told to nobody; by right it always is."""
        admission = stay.original(Kind.ADMISSION)
        is_accepted = admission is not None and admission.acceptance is not None
        return is_accepted and self._switches.on("person-corrected-in-house-only")

    def _recorded(self, before: Facts, after: Facts) -> Facts:
        """What the stay holds after a correction: the corrected facts."""
        if self._switches.on("corrected-stay-type-only-sent"):
            return replace(after, stay_type=before.stay_type)
        if self._switches.on("corrected-end-only-sent"):
            return replace(after, end=before.end)
        if self._switches.on("corrected-reason-only-sent"):
            return replace(after, reason=before.reason)
        return after

    def _stated(self, before: Facts, after: Facts) -> Facts:
        """What a correction says: the corrected facts."""
        if self._switches.on("correction-with-old-values"):
            return before
        if self._switches.on("correction-with-old-start"):
            return replace(after, start=before.start)
        if self._switches.on("correction-with-old-stay-type"):
            return replace(after, stay_type=before.stay_type)
        if self._switches.on("correction-with-old-end"):
            return replace(after, end=before.end)
        if self._switches.on("correction-with-old-reason"):
            return replace(after, reason=before.reason)
        return after

    def withdraw_unasked(self) -> None:
        """A mistake: take back what was refused, though nobody asked; by right somebody looks at it."""
        for stay in self._dossier:
            admission = stay.original(Kind.ADMISSION)
            if admission is None or not admission.is_refused or admission.repairs:
                continue
            if not stay.is_taken_back and self._switches.on("refused-admission-taken-back"):
                stay.is_taken_back = True
                stay.tell(Kind.WITHDRAWAL, admission.facility, withdraws=admission)

    def restate_unasked(self) -> None:
        """A mistake: correct an admission once the stay is over, though nobody entered anything anew."""
        for stay in self._dossier:
            if stay.facts.end is None:
                continue
            admission, end = stay.original(Kind.ADMISSION), stay.original(Kind.END)
            if admission is None or end is None or admission.repairs:
                continue
            is_over = admission.acceptance and end.acceptance
            if is_over and self._switches.on("admission-restated-at-the-end"):
                stay.tell(Kind.CORRECTION, admission.facility, corrects=admission)

    def take_over(self, told: TakeOver) -> bool:
        """Another number continues this one: who stays is told nothing about."""
        if self._switches.on("takeover-as-move"):
            self._move(told)
        self._house.take_over(told.facility, told.successor, told.first_day)
        return True

    def _move(self, told: TakeOver) -> None:
        moment = datetime.combine(told.first_day, time(0, 0), BRUSSELS)
        for stay in self._dossier.at(told.facility):
            if stay.facts.end is not None or stay.facts.start >= moment:
                continue
            facts = stay.facts
            stay.facts = replace(facts, end=moment, reason=EndReason.DEPARTURE)
            stay.tell(Kind.END, told.facility)
            again = replace(facts, start=moment)
            new = self._dossier.add(
                Stay(facility=told.successor.hco, entered_as=stay.entered_as, facts=again)
            )
            new.tell(Kind.ADMISSION, told.successor.hco)

    def _tell_end(self, stay: Stay, end: datetime) -> None:
        admission = stay.original(Kind.ADMISSION)
        waits = admission is not None and admission.is_pending and admission.acceptance is None
        if waits and self._switches.on("end-while-pending-dropped"):
            return
        stands_refused = admission is not None and admission.is_refused and admission.acceptance is None
        if stands_refused and self._switches.on("end-behind-refusal-dropped"):
            return
        number = self._house.number_on(stay.facility, brussels(end).date())
        stay.tell(Kind.END, stay.facility if self._switches.on("ends-under-first-number") else number)

    def _restate(self, stay: Stay, kind: Kind, states: Facts) -> None:
        """Tell a changed fact, in the way that fits what became of the message that told it first."""
        original = stay.original(kind)
        if original is None:
            if kind is Kind.END and stay.facts.end and stay.facts.reason:
                self._tell_end(stay, stay.facts.end)
            return
        if original.letter is None or original.is_dependent or _awaits(original):
            return
        if kind is Kind.END and original.acceptance and self._switches.on("accepted-end-never-corrected"):
            return
        came_back = original.letter.progress is Progress.REFUSED
        if came_back and self._switches.on("repair-forgotten"):
            return
        if came_back and not self._switches.on("repair-as-correction"):
            original.replaced = True
            stay.tell(kind, original.facility)
        elif self._is_told_as_new(kind):
            stay.tell(kind, original.facility, corrects=original)
        else:
            told = None if states == stay.facts else states
            stay.tell(Kind.CORRECTION, original.facility, corrects=original, states=told)

    def _is_told_as_new(self, kind: Kind) -> bool:
        """Whether a changed fact is told as if it had never been told before; by right it is corrected."""
        if kind is Kind.ADMISSION:
            return self._switches.on("correction-as-second-admission")
        return self._switches.on("correction-as-second-end")


def _awaits(original: Notice) -> bool:
    """Whether a repair waits that has not been written yet and so will tell the present facts anyway."""
    return any(one.letter is None for one in original.repairs)


def _amended(facts: Facts, told: Correct) -> Facts:
    return Facts(
        resident=told.resident or facts.resident,
        stay_type=told.stay_type or facts.stay_type,
        start=told.start or facts.start,
        end=told.end or facts.end,
        reason=told.reason or facts.reason,
    )
