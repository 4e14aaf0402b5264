"""The facts of a message that stands alone: nothing is known but the day of receipt.

They answer the controls that need no memory; what the others make of them means nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from generale.protocol.flatfile import File, PreviousBill
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import StayType
from generale.protocol.profile import Profile
from generale.rules.accepted import AcceptedBill
from generale.rules.facts import AssessedRecord, FacilityRecord, FundMove, Original, SentRecord, StayRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneFacts:
    """The facts of a message of the admission family."""

    profile: Profile
    received: datetime

    @property
    def told(self) -> datetime:
        """When the message was received."""
        return self.received

    @property
    def sender(self) -> Nihii:
        """The sender is not known."""
        return Nihii("00000000")

    def facility(self, _hco: Hco) -> FacilityRecord | None:
        """No facility is known."""
        return None

    def fund_on(self, _insz: Insz, _day: date) -> FundNumber | None:
        """No membership is known."""
        return None

    def moves(self, _insz: Insz) -> Sequence[FundMove]:
        """No change of fund is known."""
        return ()

    def stays(self, _insz: Insz) -> Sequence[StayRecord]:
        """No stay is known."""
        return ()

    def sent(self, _reference: Reference) -> SentRecord | None:
        """No earlier message is known."""
        return None

    def standing(self, _message: Original) -> Sequence[SentRecord]:
        """No earlier message is known."""
        return ()

    def assessments(self, _insz: Insz) -> Sequence[AssessedRecord]:
        """No assessment is known."""
        return ()

    def first_sent(self, _message: Original) -> SentRecord | None:
        """No earlier message is known."""
        return None

    def refused(self, _insz: Insz) -> SentRecord | None:
        """No earlier message is known."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneInvoiceFacts:
    """The facts of an invoice file; ``fund`` is the one that it names."""

    profile: Profile
    received: datetime
    fund: FundNumber

    @classmethod
    def of(cls, file: File, profile: Profile, received: datetime) -> Self:
        """The facts of a technically valid file."""
        return cls(profile=profile, received=received, fund=FundNumber(file.of_type("95")[0]["fund"]))

    def facility(self) -> FacilityRecord | None:
        """No facility is known."""
        return None

    def is_member(self, _insz: Insz, _day: date) -> bool:
        """No membership is known."""
        return False

    def fund_instead(self, _insz: Insz, _day: date) -> FundNumber | None:
        """No change of fund is known."""
        return None

    def stays(self, _insz: Insz) -> Sequence[StayRecord]:
        """No stay is known."""
        return ()

    def rate(self, _stay_type: StayType, _day: date) -> Decimal | None:
        """No rate is known."""
        return None

    def settled_days(self, _insz: Insz) -> frozenset[date]:
        """No settlement is known."""
        return frozenset()

    def short_stay_days(self, _insz: Insz) -> frozenset[date]:
        """No short stay is known."""
        return frozenset()

    def sending_number_is_used(self, _number: int, _year: int) -> bool:
        """No earlier file is known."""
        return False

    def refused(self, _previous: PreviousBill) -> bool:
        """No refusal is known."""
        return False

    def accepted(self, _previous: PreviousBill) -> AcceptedBill | None:
        """No acceptance is known."""
        return None
