"""The messages of the exchange that travel as XML, as typed values, by family.

Python knows these fields; the element names on the wire are data of the profile (``binding.py``).
All of it is project-defined: the content of the real messages is not public.
"""

from typing import get_args

from generale.protocol.messages.correction import Correction, Withdrawal
from generale.protocol.messages.decision import ControlResult, Decision, Outcome
from generale.protocol.messages.dependency import Assessment, Category, Dependence
from generale.protocol.messages.insurance import (
    FundChangeNotice,
    InsuranceAnswer,
    InsuranceQuestion,
    InsuranceStatus,
)
from generale.protocol.messages.money import Advance, Payment, RecoveryNotice, Repayment
from generale.protocol.messages.stay import (
    Absence,
    AbsenceReason,
    Admission,
    AgreementEndReason,
    ChangeOfStayType,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    EndReason,
    StayType,
)
from generale.protocol.messages.takeover import TakeoverNotice

FromFacility = (
    InsuranceQuestion
    | Admission
    | ChangeOfStayType
    | Absence
    | EndOfAbsence
    | EndOfStay
    | EndOfAgreement
    | Correction
    | Withdrawal
    | Assessment
)
"""A message that a facility sends."""

FromPlatform = (
    InsuranceAnswer
    | FundChangeNotice
    | Decision
    | TakeoverNotice
    | Payment
    | Advance
    | RecoveryNotice
    | Repayment
)
"""A message that platform or care fund put in a mailbox."""

Message = FromFacility | FromPlatform
"""Every message that the profile binds to XML."""

FROM_FACILITY: tuple[type[FromFacility], ...] = get_args(FromFacility)
"""The message types that a facility sends."""

MESSAGES: tuple[type[Message], ...] = get_args(Message)
"""The message types that a profile must bind."""

__all__ = [
    "FROM_FACILITY",
    "MESSAGES",
    "Absence",
    "AbsenceReason",
    "Admission",
    "Advance",
    "AgreementEndReason",
    "Assessment",
    "Category",
    "ChangeOfStayType",
    "ControlResult",
    "Correction",
    "Decision",
    "Dependence",
    "EndOfAbsence",
    "EndOfAgreement",
    "EndOfStay",
    "EndReason",
    "FromFacility",
    "FromPlatform",
    "FundChangeNotice",
    "InsuranceAnswer",
    "InsuranceQuestion",
    "InsuranceStatus",
    "Message",
    "Outcome",
    "Payment",
    "RecoveryNotice",
    "Repayment",
    "StayType",
    "TakeoverNotice",
    "Withdrawal",
]
