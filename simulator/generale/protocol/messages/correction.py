"""What changes an earlier message: it is stated anew, or taken back. Project-defined."""

from dataclasses import dataclass
from datetime import date, datetime

from generale.protocol.ids import Hco, Insz, Reference, Sex
from generale.protocol.messages.stay import AbsenceReason, AgreementEndReason, EndReason, StayType


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """States anew what an earlier message stated wrongly, and names that message.

    The correction of an admission or of a change of stay type carries ``stay_type`` and ``start``; of
    an end of stay ``end`` and ``reason``; of an absence or its end the fields ``absence_…``; of the end
    of an agreement the fields ``agreement_…``.
    """

    facility: Hco
    corrects: Reference
    insz: Insz
    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    stay_type: StayType | None = None
    start: datetime | None = None
    end: datetime | None = None
    reason: EndReason | None = None
    absence_reason: AbsenceReason | None = None
    absence_start: datetime | None = None
    absence_end: datetime | None = None
    agreement_last_day: date | None = None
    agreement_reason: AgreementEndReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Takes an earlier message back, of whatever kind: it should never have been sent."""

    facility: Hco
    withdraws: Reference
    insz: Insz
