"""What the platform knows when it controls one message (``generale.rules.facts.StayFacts``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from generale.platform.cases import Case, CaseBook
from generale.platform.stays import StayBook
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.profile import Profile
from generale.rules.facts import FacilityRecord, SentRecord, StayRecord


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

    @property
    def received(self) -> datetime:
        """When the message was received."""
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

    def sent(self, reference: Reference) -> SentRecord | None:
        """An earlier message of the same sender."""
        found = self.cases.find(self.case.sender, reference)
        return found.record() if found and found.place < self.case.place else None

    def earlier(self, insz: Insz) -> Sequence[SentRecord]:
        """Earlier messages of the same sender about a person, in order of receipt."""
        others = self.cases.of_resident(self.case.sender, insz)
        return [other.record() for other in others if other.place < self.case.place]
