"""What the platform knows when it controls one message (``generale.rules.facts.OrderFacts``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Protocol

from generale.platform.assessments import AssessmentBook
from generale.platform.case import Case
from generale.platform.cases import CaseBook
from generale.platform.originals import Originals
from generale.platform.stays import StayBook
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.profile import Profile
from generale.rules.facts import AssessedRecord, FacilityRecord, Original, SentRecord, StayRecord


class Insurance(Protocol):
    """Who insures whom: the member registers of the care funds together."""

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The fund of a person on a day; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The facts for one case: registry, insurance, accepted stays and earlier messages."""

    case: Case
    profile: Profile
    facilities: Mapping[Hco, FacilityRecord]
    insurance: Insurance
    book: StayBook
    cases: CaseBook
    assessed: AssessmentBook

    @property
    def received(self) -> datetime:
        """When the message was received."""
        return self.case.received

    @property
    def told(self) -> datetime:
        """When the message was received; of a correction, its restatement asks for the original."""
        return self.case.received

    @property
    def sender(self) -> Nihii:
        """The number in the Origin of the message."""
        return self.case.sender

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The registry's entry of a facility number."""
        return self.facilities.get(hco)

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The care fund that insures a person on a day."""
        return self.insurance.fund_on(insz, day)

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The accepted stays of a person, in all facilities."""
        return self.book.of(insz)

    def assessments(self, insz: Insz) -> Sequence[AssessedRecord]:
        """The accepted assessments of a person, in all facilities."""
        return self.assessed.of(insz)

    def sent(self, reference: Reference) -> SentRecord | None:
        """An earlier message of the same sender."""
        return self._earlier(self.cases.find(self.case.sender, reference))

    def first_sent(self, message: Original) -> SentRecord | None:
        """The first message with this content."""
        return self._earlier(self._originals.first(message))

    def standing(self, message: Original) -> Sequence[SentRecord]:
        """Earlier messages with this content that are accepted or not decided yet."""
        earlier = takewhile(lambda one: one.place < self.case.place, self._originals.standing(message))
        return [one.record() for one in earlier]

    def refused(self, insz: Insz) -> SentRecord | None:
        """The first message about a person that stands refused."""
        return self._earlier(self._originals.refused(insz))

    @property
    def _originals(self) -> Originals:
        return self.cases.originals(self.case.sender)

    def _earlier(self, other: Case | None) -> SentRecord | None:
        return other.record() if other and other.place < self.case.place else None
