"""What a product tells when asked: what its users would see now, per facility."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from generale.protocol.calendar import CareMonth
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.protocol.messages import Category, StayType
from generale.protocol.money import Euro


class DecisionState(StrEnum):
    """Where the decision on a stay stands; four states, never three."""

    NOT_ANSWERED = "not-answered"
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class LineStatus(StrEnum):
    """Where a billed line stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class InvoiceStatus(StrEnum):
    """Where an invoice file stands."""

    NOT_ACKNOWLEDGED = "not-acknowledged"
    SENT = "sent"
    RECEIVED = "received"
    REFUSED = "refused"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StayView:
    """One stay as a user of the product sees it: once it is accepted, with the start and the fund decided.

    ``category`` is the dependency category that the platform decided last, and ``category_from`` the first
    day on which it counts; None where none was decided.
    """

    insz: Insz
    stay_type: StayType
    start: datetime
    decision: DecisionState
    fund: FundNumber | None = None
    end: datetime | None = None
    controls: tuple[str, ...] = ()
    category: Category | None = None
    category_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One billed line as a user sees it."""

    insz: Insz
    first: date
    last: date
    days: int
    amount: Euro
    status: LineStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """One invoice file as a user sees it."""

    fund: FundNumber
    month: CareMonth
    sending_number: int
    status: InvoiceStatus
    lines: tuple[LineView, ...] = ()
    paid: Euro | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceView:
    """One advance that a fund paid for a care month, as a user sees it."""

    fund: FundNumber
    month: CareMonth
    amount: Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistItem:
    """One problem that waits for somebody: about whom or what, with the canonical control id and its text.

    The subject holds a name of the resident or of the invoice file; which ones, the contract says.
    """

    subject: str
    control: str = ""
    text: str = ""
    awaited: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityView:
    """Everything a product shows about one facility number."""

    facility: Hco
    stays: tuple[StayView, ...] = ()
    invoices: tuple[InvoiceView, ...] = ()
    worklist: tuple[WorklistItem, ...] = ()
    advances: tuple[AdvanceView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The answer to ``observe``."""

    facilities: tuple[FacilityView, ...]
