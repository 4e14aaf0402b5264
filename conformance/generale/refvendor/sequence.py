"""In which order a resident's events are sent, and what goes again once its cause is repaired."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from generale.protocol.ids import Hco, Insz
from generale.refvendor.dossier import Dossier, Kind, Notice
from generale.refvendor.outbox import Progress
from generale.refvendor.switches import Switches

_RANK = {
    Kind.ADMISSION: 0,
    Kind.ASSESSMENT: 1,
    Kind.CHANGE: 2,
    Kind.ABSENCE: 3,
    Kind.RETURN: 4,
    Kind.END: 5,
    Kind.AGREEMENT: 6,
    Kind.CORRECTION: 7,
    Kind.WITHDRAWAL: 8,
}


class Sequence:
    """Orders what is to be told: per resident as it happened; residents do not wait for one another."""

    def __init__(self, dossier: Dossier, switches: Switches) -> None:
        self._dossier = dossier
        self._switches = switches

    def repeat(self) -> None:
        """Put the messages again that were refused because of an earlier one that is repaired now."""
        dependents = [notice for notice in self._dossier.notices() if notice.is_dependent]
        for notice in sorted(dependents, key=_place):
            if not self._is_freed(notice) or self._switches.on("dependents-forgotten"):
                continue
            notice.replaced = True
            if notice.kind is Kind.ASSESSMENT and self._switches.on("held-assessment-forgotten"):
                continue
            notice.stay.tell(
                notice.kind,
                notice.facility,
                states=notice.states,
                away=notice.away,
                changed=notice.changed,
                agreement=notice.agreement,
                assessed=notice.assessed,
            )

    def ready(self) -> Iterator[Notice]:
        """What may be sent now, in order."""
        told = list(self._dossier.notices())
        waiting = [notice for notice in told if notice.letter is None]
        waiting.sort(key=_place)
        waiting.sort(key=lambda notice: notice.kind is not Kind.WITHDRAWAL)
        assesses = any(notice.kind is Kind.ASSESSMENT for notice in waiting)
        if assesses and self._switches.on("assessments-before-admissions"):
            waiting.sort(key=lambda notice: notice.kind is not Kind.ASSESSMENT)
        if self._switches.on("ends-before-admissions"):
            waiting.sort(key=lambda notice: notice.kind is not Kind.END)
        if sum(map(_goes_again, waiting)) > 1 and self._switches.on("dependents-newest-first"):
            waiting.reverse()
        if not waiting:
            return
        refused = [one for one in told if one.kind is Kind.ADMISSION and one.is_refused]
        open_ones = _open_residents(told)
        for notice in waiting:
            if notice.kind not in (Kind.CORRECTION, Kind.WITHDRAWAL) and self._is_held(notice):
                continue
            if _others_refused(notice, refused) and self._switches.on("repair-comes-first"):
                continue
            residents = open_ones.setdefault(notice.facility, set())
            if residents - {notice.stay.entered_as} and self._switches.on("stops-at-first-refusal"):
                continue
            residents.add(notice.stay.entered_as)
            yield notice

    def _earlier(self, notice: Notice) -> list[Notice]:
        return [one for one in self._dossier.of_resident(notice) if _place(one) < _place(notice)]

    def _is_held(self, notice: Notice) -> bool:
        """Whether an earlier event of the resident is refused and not repaired yet."""
        if notice.corrects:
            return False
        if self._switches.on("held-back-for-good"):
            return any(one.decision is None or one.is_refused for one in self._earlier(notice))
        return any(
            (one.is_refused and not one.acceptance) or _came_back(one) for one in self._earlier(notice)
        )

    def _is_freed(self, notice: Notice) -> bool:
        """Whether all earlier events are accepted or about to be sent, and that is news since the refusal."""
        refused = notice.decision
        earlier = self._earlier(notice)
        if refused is None or notice.acceptance:
            return False
        accepted = [one.acceptance for one in earlier if one.letter]
        if not all(accepted):
            return False
        news = [one for one in accepted if one and one.decided > refused.decided]
        return bool(news) or len(accepted) < len(earlier)


def _others_refused(notice: Notice, refused: Iterable[Notice]) -> bool:
    """Whether the admission of another resident of the number stands refused."""
    return any(
        one.facility == notice.facility
        and one.stay.entered_as != notice.stay.entered_as
        and one.acceptance is None
        for one in refused
    )


def _open_residents(told: Iterable[Notice]) -> dict[Hco, set[Insz]]:
    """The residents of each number about whom a message was sent that is not accepted."""
    found: dict[Hco, set[Insz]] = {}
    for one in told:
        if one.letter is not None and one.acceptance is None:
            found.setdefault(one.facility, set()).add(one.stay.entered_as)
    return found


def _goes_again(notice: Notice) -> bool:
    """Whether a notice has come in the place of one that was refused or came back."""
    return any(one.replaced and one.kind is notice.kind for one in notice.stay.notices)


def _came_back(notice: Notice) -> bool:
    return notice.letter is not None and notice.letter.progress is Progress.REFUSED


def _place(notice: Notice) -> tuple[datetime, int]:
    return notice.happened, _RANK[notice.original.kind]
