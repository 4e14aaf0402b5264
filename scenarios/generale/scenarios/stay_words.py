"""The words of a scenario about a stay that is known: an absence, a change of bed, an end."""

from generale.protocol.messages import AbsenceReason, AgreementEndReason, EndReason, StayType
from generale.scenarios.value import Moment, Words


class EndStay(Words):
    """Tell the vendor that a resident leaves or dies."""

    facility: str
    resident: str
    end: Moment
    reason: EndReason


class Absence(Words):
    """Tell the vendor that a resident is away; with the same start and an end, that they are back."""

    facility: str
    resident: str
    reason: AbsenceReason
    start: Moment
    end: Moment | None = None


class ChangeStay(Words):
    """Tell the vendor that a resident goes on in a stay of another type."""

    facility: str
    resident: str
    stay_type: StayType
    start: Moment


class EndAgreement(Words):
    """Tell the vendor that a residence agreement has ended; the stay ends by ``end_stay``."""

    facility: str
    resident: str
    last_day: Moment
    reason: AgreementEndReason
