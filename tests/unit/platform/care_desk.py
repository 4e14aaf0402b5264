"""A desk at the platform: two care homes, one day-care centre, residents, and a way to send for them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from generale.platform.case import Case, Imposed
from generale.platform.platform import Decided, Platform
from generale.platform.stays import Change
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference, Sex
from generale.protocol.messages import (
    Absence,
    AbsenceReason,
    Admission,
    AgreementEndReason,
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
from generale.protocol.profile import Profile, compile_profile, standard_profile
from generale.rules.engine import rule_set
from generale.rules.facts import FacilityRecord, Original, StayRecord

RULES = rule_set(date(2019, 4, 1))
FUND = FundNumber.parse("810")
NOON = datetime(2019, 5, 20, 12, tzinfo=BRUSSELS)
HOME = FacilityRecord(
    hco=Hco.parse("1001"), nihii=Nihii.of_serial(710001), type="wzc", valid_from=date(2010, 1, 1)
)
HEIR = FacilityRecord(
    hco=Hco.parse("1002"), nihii=Nihii.of_serial(710002), type="wzc", valid_from=date(2019, 5, 15)
)
GRANDHEIR = FacilityRecord(
    hco=Hco.parse("1003"), nihii=Nihii.of_serial(710003), type="wzc", valid_from=date(2019, 5, 18)
)
ADA = Insz.synthetic(date(1938, 2, 14), Sex.WOMAN)
BEA = Insz.synthetic(date(1941, 7, 3), Sex.WOMAN)
STRANGER = Insz.synthetic(date(1950, 1, 1), Sex.WOMAN)
"""Insured by nobody."""


def at(day: int, hour: int = 10, month: int = 5) -> datetime:
    """An hour of a day in 2019."""
    return datetime(2019, month, day, hour, tzinfo=BRUSSELS)


SECOND, THIRD, TENTH, TWELFTH = at(2), at(3), at(10), at(12)


def admission(insz: Insz = ADA, start: datetime = SECOND, *, facility: Hco = HOME.hco) -> Admission:
    """A right admission to a ROB bed."""
    return Admission(
        facility=facility,
        insz=insz,
        family_name="Peeters",
        given_name="Ada",
        birth_date=insz.birth_date or date(1900, 1, 1),
        sex=Sex.WOMAN,
        stay_type=StayType.ROB,
        start=start,
    )


def end_of_stay(insz: Insz = ADA, end: datetime = TENTH, *, facility: Hco = HOME.hco) -> EndOfStay:
    """A departure."""
    return EndOfStay(facility=facility, insz=insz, end=end, reason=EndReason.DEPARTURE)


def correction(corrects: Case, insz: Insz = ADA, start: datetime = THIRD) -> Correction:
    """The correction of an admission that restates everything."""
    return Correction(
        facility=corrects.message.facility,
        corrects=corrects.reference,
        insz=insz,
        family_name="Peeters",
        given_name="Ada",
        birth_date=insz.birth_date,
        sex=Sex.WOMAN,
        stay_type=StayType.RVT,
        start=start,
    )


def end_correction(corrects: Case, insz: Insz = ADA, end: datetime = TWELFTH) -> Correction:
    """The correction of an end of stay: the resident died, at another hour."""
    return Correction(
        facility=corrects.message.facility,
        corrects=corrects.reference,
        insz=insz,
        end=end,
        reason=EndReason.DEATH,
    )


def withdrawal(withdraws: Case) -> Withdrawal:
    """The withdrawal of a message, of the facility and about the person in it."""
    message = withdraws.message
    return Withdrawal(facility=message.facility, withdraws=withdraws.reference, insz=message.insz)


def absence(start: datetime = THIRD, end: datetime | None = None, insz: Insz = ADA) -> Absence:
    """A stay in hospital."""
    return Absence(facility=HOME.hco, insz=insz, reason=AbsenceReason.HOSPITAL, start=start, end=end)


def return_(end: datetime = TENTH, insz: Insz = ADA) -> EndOfAbsence:
    """The resident is back."""
    return EndOfAbsence(facility=HOME.hco, insz=insz, end=end)


def change(start: datetime = THIRD, stay_type: StayType = StayType.RVT) -> ChangeOfStayType:
    """The resident goes on in another bed."""
    return ChangeOfStayType(facility=HOME.hco, insz=ADA, stay_type=stay_type, start=start)


TENTH_DAY = TENTH.date()


def end_of_agreement(last_day: date = TENTH_DAY) -> EndOfAgreement:
    """The resident gave notice."""
    reason = AgreementEndReason.RESIDENT
    return EndOfAgreement(facility=HOME.hco, insz=ADA, last_day=last_day, reason=reason)


def profile_with_term(months: int) -> Profile:
    """The standard profile with a term for what is pending under the first rule set."""
    files = dict(standard_profile().files)
    files["profile.toml"] = files["profile.toml"].replace(
        b"2021-07-01 = 2", f"2019-04-01 = {months}".encode()
    )
    return compile_profile(files)


class Members:
    """Everybody is a member of one fund, but for the stranger."""

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The fund of a person on a day."""
        return None if insz == STRANGER else FUND


@dataclass
class Desk:
    """Sends messages at one minute after another and remembers every decision."""

    profile: Profile = field(default_factory=standard_profile)
    now: datetime = NOON
    heard: list[Decided] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.platform = Platform(self.profile, RULES, Members())
        self.platform.register(HOME)
        self._count = 0

    def send(self, message: Original, *, sender: Nihii = HOME.nihii, imposed: Imposed | None = None) -> Case:
        """Post a message that nobody decides on yet."""
        self._count += 1
        self.now += timedelta(minutes=1)
        case = self.platform.receive(sender, Reference.parse(f"R{self._count}"), message, self.now)
        case.imposed = imposed
        return case

    def decide(self, case: Case) -> list[Decided]:
        """Let the platform decide on a message."""
        return self._hear(self.platform.decide(case, self.now))

    def review(self, case: Case, imposed: Imposed | None = None) -> list[Decided]:
        """Let the platform end a deliberation."""
        return self._hear(self.platform.review(case, self.now, imposed))

    def accepted(self, message: Original, *, sender: Nihii = HOME.nihii) -> Case:
        """Post a message that is accepted."""
        case = self.send(message, sender=sender)
        self.decide(case)
        assert self.outcome(case) is Outcome.ACCEPTED, self.controls(case)
        return case

    def refused(self, message: Original) -> Case:
        """Post a message that is refused."""
        case = self.send(message)
        self.decide(case)
        assert self.outcome(case) is Outcome.REFUSED
        return case

    def refused_elsewhere(self, message: Original) -> Case:
        """Post a message of the heir that is refused."""
        case = self.send(message, sender=HEIR.nihii)
        self.decide(case)
        assert self.outcome(case) is Outcome.REFUSED
        return case

    def pending(self, message: Original) -> Case:
        """Post a message that is taken in deliberation."""
        case = self.send(message, imposed=PENDING)
        self.decide(case)
        assert self.outcome(case) is Outcome.PENDING
        return case

    def outcome(self, case: Case) -> Outcome | None:
        """What the facility heard last about a message."""
        return next((one.decision.outcome for one in reversed(self.heard) if _about(one, case)), None)

    def controls(self, case: Case) -> tuple[str, ...]:
        """The controls that were named last about a message."""
        found = next(one.decision.controls for one in reversed(self.heard) if _about(one, case))
        return tuple(result.control for result in found)

    def take_over(self) -> Change:
        """The home is taken over by its heir on the fifteenth of May."""
        return self.platform.take_over(HOME.hco, HEIR, HEIR.valid_from)

    def stays(self, insz: Insz = ADA) -> list[StayRecord]:
        """The accepted stays of a person."""
        return list(self.platform.stays.of(insz))

    def _hear(self, decisions: list[Decided]) -> list[Decided]:
        self.heard += decisions
        return decisions


def _about(decided: Decided, case: Case) -> bool:
    return (decided.facility, decided.decision.about) == (case.sender, case.reference)


PENDING = Imposed(outcome=Outcome.PENDING, control="HX-ADM-12")
ACCEPTED = Imposed(outcome=Outcome.ACCEPTED)
REFUSED = Imposed(outcome=Outcome.REFUSED, control="HX-ADM-12")
