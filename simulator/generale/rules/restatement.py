"""What a correction makes of the message that it corrects, and the facts without that message.

A correction is judged as if the corrected message had never been sent and its restatement came in its
place. All of it is project-defined.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import Admission, Correction, EndOfStay, Outcome
from generale.protocol.profile import Profile
from generale.rules.facts import Amending, FacilityRecord, Original, SentRecord, StayFacts, StayRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The message that a correction or a withdrawal names, and where that is a correction, those behind it.

    ``records`` runs from the message that is named to the original.
    """

    records: tuple[SentRecord, ...]
    original: Admission | EndOfStay

    @property
    def named(self) -> SentRecord:
        """The message that the correction names."""
        return self.records[0]

    @property
    def references(self) -> frozenset[Reference]:
        """The references of all messages of the story."""
        return frozenset(record.reference for record in self.records)

    def opened(self, stay: StayRecord) -> bool:
        """Whether a stay was opened by this story; two senders may have used the same reference."""
        if all(stay.admission != record.reference for record in self.records):
            return False
        return stay.facility == self.stated.facility or stay.from_takeover is not None

    @property
    def is_accepted(self) -> bool:
        """Whether some message of the story had its effect."""
        return any(record.outcome is Outcome.ACCEPTED for record in self.records)

    @property
    def stated(self) -> Admission | EndOfStay:
        """The facts as they stand before the correction: the original, with accepted corrections."""
        facts = self.original
        for record in reversed(self.records):
            if isinstance(record.message, Correction) and record.outcome is Outcome.ACCEPTED:
                facts = _applied(record.message, facts) or facts
        return facts


def story_of(amending: Amending, facts: StayFacts) -> Story | None:
    """What a correction or a withdrawal goes back to; None where that is unknown, or leads to no original.

    A withdrawal states nothing, so none leads through one; absences and assessments are neither corrected nor
    withdrawn.
    """
    records: dict[Reference, SentRecord] = {}
    reference = amended_by(amending)
    while reference not in records and (record := facts.sent(reference)):
        records[reference] = record
        match record.message:
            case Admission() | EndOfStay() as original:
                return Story(records=tuple(records.values()), original=original)
            case Correction(corrects=reference):
                continue
            case _:
                return None
    return None


def amended_by(amending: Amending) -> Reference:
    """The reference of the message that a correction or a withdrawal names."""
    return amending.corrects if isinstance(amending, Correction) else amending.withdraws


def facility_missed(amending: Amending, facts: StayFacts) -> Hco | None:
    """The facility of the message that is named, where the amending one states another.

    None also where that message is unknown, or was refused: then it had no effect, and binds nobody.
    """
    story = story_of(amending, facts)
    if story is None or story.named.outcome is Outcome.REFUSED:
        return None
    facility = story.named.message.facility
    return None if amending.facility == facility else facility


def restated(correction: Correction, story: Story) -> Admission | EndOfStay | None:
    """The message as it should have been sent; None where the correction does not restate its facts."""
    return _applied(correction, story.stated)


def _applied(correction: Correction, stated: Admission | EndOfStay) -> Admission | EndOfStay | None:
    match stated:
        case Admission() if correction.stay_type and correction.start:
            return replace(
                stated,
                facility=correction.facility,
                insz=correction.insz,
                family_name=correction.family_name or stated.family_name,
                given_name=correction.given_name or stated.given_name,
                birth_date=correction.birth_date or stated.birth_date,
                sex=correction.sex or stated.sex,
                stay_type=correction.stay_type,
                start=correction.start,
            )
        case EndOfStay() if correction.end and correction.reason:
            return EndOfStay(
                facility=correction.facility,
                insz=correction.insz,
                end=correction.end,
                reason=correction.reason,
            )
        case _:
            return None


@dataclass(frozen=True, slots=True)
class WithoutCorrected:
    """The facts as they would be if the corrected message had never been sent.

    The stay of a corrected admission is gone, and so are the stays after its accepted end; the stay of
    a corrected end is open again.
    """

    facts: StayFacts
    story: Story

    @property
    def received(self) -> datetime:
        """When the correction was received."""
        return self.facts.received

    @property
    def told(self) -> datetime:
        """When the original was received."""
        return self.story.records[-1].received or self.facts.told

    @property
    def sender(self) -> Nihii:
        """The number in the Origin of the correction."""
        return self.facts.sender

    @property
    def profile(self) -> Profile:
        """The exchange profile in force."""
        return self.facts.profile

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The registry's entry of a facility number."""
        return self.facts.facility(hco)

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The care fund that insures a person on a day."""
        return self.facts.fund_on(insz, day)

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The accepted stays of a person without the effect of the corrected message."""
        stays = self.facts.stays(insz)
        match self.story.stated:
            case EndOfStay() as stated if self.story.is_accepted:
                return [_opened(stay, stated) for stay in stays]
            case EndOfStay():
                return stays
            case Admission():
                own = [stay for stay in stays if self.story.opened(stay)]
                ends = [stay.end for stay in own if stay.end]
                return [stay for stay in stays if stay not in own and not (ends and stay.start >= max(ends))]

    def sent(self, reference: Reference) -> SentRecord | None:
        """An earlier message of the same sender; the corrected one is unknown."""
        return None if reference in self.story.references else self.facts.sent(reference)

    def standing(self, message: Original) -> Sequence[SentRecord]:
        """Earlier messages with the same content, without the corrected one."""
        return [
            record for record in self.facts.standing(message) if record.reference not in self.story.references
        ]


def _opened(stay: StayRecord, stated: EndOfStay) -> StayRecord:
    ended_so = stay.facility == stated.facility and stay.end == stated.end
    return replace(stay, end=None, reason=None) if ended_so else stay
