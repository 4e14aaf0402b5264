"""What a control may know besides the message: the Facts that platform and care funds provide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from generale.protocol.flatfile.invoice import PreviousBill
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    Category,
    ChangeOfStayType,
    Correction,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    EndReason,
    Outcome,
    StayType,
    Withdrawal,
)
from generale.protocol.profile import Profile
from generale.rules.accepted import AcceptedBill

Original = (
    Admission
    | EndOfStay
    | Absence
    | EndOfAbsence
    | ChangeOfStayType
    | EndOfAgreement
    | Correction
    | Withdrawal
    | Assessment
)
"""A message that a facility may send in the admission family."""

Amending = Correction | Withdrawal
"""A message that says something of an earlier one: it states its facts anew, or takes them back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityRecord:
    """A recognised facility number as the agency's registry knows it; the validity includes both days.

    ``type`` is wzc, cvk or dvc. ``successor`` is the number that continues the activity, if any.
    ``notice_from`` is the facility's own day from which on admissions are told within the notice term; None
    while the term is suspended for it.
    """

    hco: Hco
    nihii: Nihii
    type: str
    valid_from: date
    valid_until: date | None = None
    successor: Hco | None = None
    notice_from: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the number is recognised on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """An accepted absence within a stay; ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeChange:
    """An accepted change within a stay: from ``start`` on it is of another type."""

    start: datetime
    stay_type: StayType


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRecord:
    """An accepted stay under one facility number; ``end`` is None while it lasts.

    ``until_takeover`` is the last day under this number where a successor continues the stay, and
    ``from_takeover`` the first day where this number continues another's. ``moved_in`` is given where the
    stay began earlier than it counts, because it was told too late. ``stay_type`` is the
    one of the admission. ``absences`` and ``changes`` come in order.
    """

    facility: Hco
    insz: Insz
    stay_type: StayType
    start: datetime
    fund: FundNumber
    admission: Reference
    end: datetime | None = None
    reason: EndReason | None = None
    from_takeover: date | None = None
    until_takeover: date | None = None
    moved_in: datetime | None = None
    absences: tuple[Away, ...] = ()
    changes: tuple[TypeChange, ...] = ()
    agreement_until: date | None = None
    """The last day of the residence agreement, where its end was accepted; it changes no day that is paid."""

    @property
    def began(self) -> datetime:
        """When the stay began, also where it only counts from a later moment on."""
        return self.moved_in or self.start

    def type_at(self, moment: datetime) -> StayType:
        """The type of the stay at a moment."""
        return next((one.stay_type for one in reversed(self.changes) if one.start <= moment), self.stay_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRecord:
    """A message received earlier, with what was decided on it (None: nothing yet).

    ``corrected`` tells whether an accepted correction has replaced its facts, ``withdrawn`` whether an
    accepted withdrawal has taken them back; ``place`` is its number in the order of receipt, and ``received``
    when that was.
    """

    reference: Reference
    message: Original
    outcome: Outcome | None = None
    corrected: bool = False
    withdrawn: bool = False
    place: int = 0
    received: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedRecord:
    """An accepted assessment: the category that was decided, and the moment from which it counts."""

    facility: Hco
    insz: Insz
    reference: Reference
    assessed: date
    category: Category
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FundMove:
    """A person goes from one care fund to another: ``start`` is the first day of the new membership."""

    former: FundNumber
    fund: FundNumber
    start: date

    def instead_of(self, fund: FundNumber, day: date) -> FundNumber | None:
        """The other of the two funds, where a day is not of this one; None where it says nothing of that."""
        if fund == self.former and day >= self.start:
            return self.fund
        return self.former if fund == self.fund and day < self.start else None


class QuestionFacts(Protocol):
    """What the platform knows when it controls an insurance question."""

    @property
    def received(self) -> datetime:
        """When the question was received."""
        ...

    @property
    def sender(self) -> Nihii:
        """The number in the Origin of the question."""
        ...

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The registry's entry of a facility number."""
        ...


class StayFacts(Protocol):
    """What the platform knows when it controls a message of the admission family."""

    @property
    def told(self) -> datetime:
        """When the facts of the message were first told: of a correction, when its original was received."""
        ...

    @property
    def received(self) -> datetime:
        """When the message was received."""
        ...

    @property
    def sender(self) -> Nihii:
        """The number in the Origin of the message."""
        ...

    @property
    def profile(self) -> Profile:
        """The exchange profile in force."""
        ...

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The registry's entry of a facility number."""
        ...

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The care fund that insures a person on a day; None where there is none."""
        ...

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The accepted stays of a person, in all facilities, in order of start."""
        ...

    def sent(self, reference: Reference) -> SentRecord | None:
        """An earlier message of the same sender."""
        ...

    def standing(self, message: Original) -> Sequence[SentRecord]:
        """Earlier messages of the same sender with the same content, accepted or not decided yet.

        Only originals are asked for; they come in order of receipt.
        """
        ...


class FundChangeFacts(Protocol):
    """What the platform knows when it controls what a fund tells of a new member."""

    @property
    def received(self) -> datetime:
        """When the fund told it."""
        ...

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The registry's entry of a facility number."""
        ...

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The care fund that insures a person on a day; None where there is none."""
        ...

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The accepted stays of a person, in all facilities, in order of start."""
        ...

    def moves(self, insz: Insz) -> Sequence[FundMove]:
        """The changes of fund of a person that are known already."""
        ...


class OrderFacts(StayFacts, Protocol):
    """What the platform knows besides, of the order of messages and of assessments.

    Only originals are asked for.
    """

    def assessments(self, insz: Insz) -> Sequence[AssessedRecord]:
        """The accepted assessments of a person, in all facilities, in the order of their acceptance."""
        ...

    def first_sent(self, message: Original) -> SentRecord | None:
        """The first message of the same sender with the same content, whatever became of it."""
        ...

    def refused(self, insz: Insz) -> SentRecord | None:
        """The first message of the same sender about a person that stands refused.

        That is one which was not corrected, and not accepted when it was sent again.
        """
        ...


class InvoiceFacts(Protocol):
    """What a care fund knows when it controls the bills of an invoice file."""

    @property
    def received(self) -> datetime:
        """When the file was received."""
        ...

    @property
    def fund(self) -> FundNumber:
        """The fund that controls."""
        ...

    @property
    def profile(self) -> Profile:
        """The exchange profile in force."""
        ...

    def facility(self) -> FacilityRecord | None:
        """The registry's entry of the facility that bills; None where its number is unknown."""
        ...

    def is_member(self, insz: Insz, day: date) -> bool:
        """Whether a person is a member of this fund on a day."""
        ...

    def fund_instead(self, insz: Insz, day: date) -> FundNumber | None:
        """The fund of which a day is by a change that this fund knows; None where it knows of none."""
        ...

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The accepted stays of a person with this fund under the facility number that bills."""
        ...

    def rate(self, stay_type: StayType, day: date) -> Decimal | None:
        """The allowance per day, in euro, of the facility that bills; None where none is known."""
        ...

    def settled_days(self, insz: Insz) -> frozenset[date]:
        """The days of a person that are accepted already, under whatever number.

        By this fund, or by the former one before it knew that the person had gone.
        """
        ...

    def short_stay_days(self, insz: Insz) -> frozenset[date]:
        """The days of short stay of a person that this fund has accepted, under whatever number."""
        ...

    def sending_number_is_used(self, number: int, year: int) -> bool:
        """Whether the fund has taken in, not technically refused, a file of the facility with this number."""
        ...

    def refused(self, previous: PreviousBill) -> bool:
        """Whether a bill that is billed again exists and was refused."""
        ...

    def accepted(self, previous: PreviousBill) -> AcceptedBill | None:
        """What was accepted of a bill of the facility that bills; None where nothing was."""
        ...
