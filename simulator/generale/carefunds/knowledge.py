"""What a care fund knows when it controls one invoice file: the facts that the controls may ask."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from generale.carefunds.accepted_bills import AcceptedBills
from generale.carefunds.ledger import Ledger
from generale.carefunds.life import FileState, Shipment
from generale.carefunds.register import Register
from generale.protocol.flatfile.invoice import PreviousBill
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.messages import StayType
from generale.protocol.profile import Profile, ReturnedNumber
from generale.rules.accepted import AcceptedBill
from generale.rules.counting import is_within
from generale.rules.facts import FacilityRecord, StayRecord

_FREE = (None, FileState.REFUSED_TECHNICALLY)


def sending_number_is_free(state: FileState | None, profile: Profile) -> bool:
    """Whether a sending number can be used, given where the file stands that came under it, if any did."""
    keeps = profile.returned_number is ReturnedNumber.SAME
    return state in _FREE or (keeps and state is FileState.SENT_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The invoice facts of one file: who bills, and everything the fund has noted and booked."""

    received: datetime
    fund: FundNumber
    profile: Profile
    provider: str
    billing: FacilityRecord | None
    register: Register
    ledger: Ledger
    lives: Mapping[Shipment, FileState]
    refused_bills: Set[tuple[str, PreviousBill]]
    accepted_bills: AcceptedBills

    def facility(self) -> FacilityRecord | None:
        """The facility that bills; None where nobody knows its number."""
        return self.billing

    def is_member(self, insz: Insz, day: date) -> bool:
        """Whether a person is a member of this fund on a day."""
        return self.register.is_member(insz, day)

    def fund_instead(self, insz: Insz, day: date) -> FundNumber | None:
        """The fund that a day is of by a change that was told, where it is not of this one."""
        return self.register.fund_instead(insz, self.fund, day)

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The accepted stays of a person with this fund, or one of before, under the number that bills."""
        hco = self.billing.hco if self.billing else None
        funds = {self.fund, *self.register.funds_between(insz)}
        return [stay for stay in self.register.stays(insz) if stay.facility == hco and stay.fund in funds]

    def rate(self, stay_type: StayType, day: date) -> Decimal | None:
        """The allowance per day, in euro, of the facility that bills."""
        return self.register.rate(self.billing.hco, stay_type, day) if self.billing else None

    def settled_days(self, insz: Insz) -> frozenset[date]:
        """The days of a person that this fund accepted, or the former one before it knew of a change."""
        return self.ledger.days(insz) | self.register.settled_before(insz)

    def short_stay_days(self, insz: Insz) -> frozenset[date]:
        """The days of short stay of a person that this fund has accepted, or paid to other houses."""
        accepted = self.ledger.days(insz)
        short = [stay for stay in self.register.stays(insz) if stay.stay_type is StayType.CVK]
        own = frozenset(day for day in accepted if any(is_within(stay, day) for stay in short))
        return own | self.register.short_stay(insz)

    def sending_number_is_used(self, number: int, year: int) -> bool:
        """Whether a file under this number was taken in; a file that came back was not."""
        state = self.lives.get(Shipment(self.provider, year, number))
        return not sending_number_is_free(state, self.profile)

    def refused(self, previous: PreviousBill) -> bool:
        """Whether a bill of this facility exists and was refused, wholly or partly."""
        return (self.provider, previous) in self.refused_bills

    def accepted(self, previous: PreviousBill) -> AcceptedBill | None:
        """What was accepted of a bill of this facility, less what was credited."""
        return self.accepted_bills.of(self.provider, previous)
