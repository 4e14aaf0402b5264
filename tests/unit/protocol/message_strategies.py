"""hypothesis strategies for every message of the exchange, for whoever tests with them.

``OF_KIND`` has one strategy per message type, ``ANY_MESSAGE`` draws from all. What they draw can be written
and is valid by the schema; relations between fields need not hold. Every person is synthetic.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from hypothesis import strategies as st

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import FundNumber, Hco, Insz, Reference, Sex
from generale.protocol.messages import (
    Absence,
    AbsenceReason,
    Admission,
    Advance,
    AgreementEndReason,
    Assessment,
    Category,
    ChangeOfStayType,
    ControlResult,
    Correction,
    Decision,
    Dependence,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    EndReason,
    FundChangeNotice,
    InsuranceAnswer,
    InsuranceQuestion,
    InsuranceStatus,
    Message,
    Outcome,
    Payment,
    RecoveryNotice,
    Repayment,
    StayType,
    TakeoverNotice,
    Withdrawal,
)
from generale.protocol.money import Euro

INSTANTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, BRUSSELS))
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MONTHS = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(CareMonth.of)
NAMES = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=72)
WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40)
HCOS = st.integers(1000, 99999).map(lambda number: Hco.parse(str(number)))
FUNDS = st.sampled_from(["810", "820", "830", "840", "850", "860"]).map(FundNumber.parse)
REFERENCES = st.from_regex(
    r"[!-~\u00c0-\u017f]([ -~\u00c0-\u017f]{0,254}[!-~\u00c0-\u017f])?", fullmatch=True
).map(Reference)
INSZS = st.builds(Insz.synthetic, DAYS, st.sampled_from(Sex))
AMOUNTS = st.integers(1, 10**11 - 1).map(Euro)
SCORES = st.sampled_from(Dependence)

_PERSON = {"family_name": NAMES, "given_name": NAMES, "birth_date": DAYS, "sex": st.sampled_from(Sex)}
_ABOUT = {"facility": HCOS, "insz": INSZS}
_FROM_FUND = {"facility": HCOS, "fund": FUNDS, "amount": AMOUNTS}
_STAY = {"stay_type": st.sampled_from(StayType), "start": INSTANTS}
_END = {"end": INSTANTS, "reason": st.sampled_from(EndReason)}
_RESTATED = {
    **_PERSON,
    **_STAY,
    **_END,
    "absence_reason": st.sampled_from(AbsenceReason),
    "absence_start": INSTANTS,
    "absence_end": INSTANTS,
    "agreement_last_day": DAYS,
    "agreement_reason": st.sampled_from(AgreementEndReason),
}
_ITEMS = ("washing", "dressing", "moving", "toilet", "continence", "eating", "time", "place")

OF_KIND: Mapping[type[Message], st.SearchStrategy[Message]] = MappingProxyType(
    {
        InsuranceQuestion: st.builds(InsuranceQuestion, **_ABOUT, day=DAYS),
        Admission: st.builds(Admission, **_ABOUT, **_PERSON, **_STAY),
        ChangeOfStayType: st.builds(ChangeOfStayType, **_ABOUT, **_STAY),
        Absence: st.builds(
            Absence,
            **_ABOUT,
            reason=st.sampled_from(AbsenceReason),
            start=INSTANTS,
            end=st.none() | INSTANTS,
        ),
        EndOfAbsence: st.builds(EndOfAbsence, **_ABOUT, end=INSTANTS),
        EndOfStay: st.builds(EndOfStay, **_ABOUT, **_END),
        EndOfAgreement: st.builds(
            EndOfAgreement, **_ABOUT, last_day=DAYS, reason=st.sampled_from(AgreementEndReason)
        ),
        Correction: st.builds(
            Correction,
            **_ABOUT,
            corrects=REFERENCES,
            **{name: st.none() | values for name, values in _RESTATED.items()},
        ),
        Withdrawal: st.builds(Withdrawal, **_ABOUT, withdraws=REFERENCES),
        Assessment: st.builds(
            Assessment,
            **_ABOUT,
            assessed=DAYS,
            assessor=NAMES,
            **dict.fromkeys(_ITEMS, SCORES),
            dementia=st.booleans(),
            diagnosed=st.none() | DAYS,
        ),
        InsuranceAnswer: st.builds(
            InsuranceAnswer,
            **_ABOUT,
            about=REFERENCES,
            day=DAYS,
            status=st.sampled_from(InsuranceStatus),
            fund=st.none() | FUNDS,
            since=st.none() | DAYS,
        ),
        FundChangeNotice: st.builds(FundChangeNotice, **_ABOUT, former_fund=FUNDS, fund=FUNDS, start=DAYS),
        Decision: st.builds(
            Decision,
            facility=HCOS,
            about=REFERENCES,
            outcome=st.sampled_from(Outcome),
            decided=INSTANTS,
            rule_set=DAYS,
            fund=st.none() | FUNDS,
            start=st.none() | INSTANTS,
            category=st.none() | st.sampled_from(Category),
            controls=st.lists(
                st.builds(ControlResult, control=WORDS, text=WORDS, field=st.just("") | WORDS), max_size=3
            ).map(tuple),
        ),
        TakeoverNotice: st.builds(
            TakeoverNotice, facility=HCOS, successor=HCOS, first_day=DAYS, continuity=st.booleans()
        ),
        Payment: st.builds(
            Payment,
            **_FROM_FUND,
            payment=REFERENCES,
            month=MONTHS,
            sending_number=st.integers(0, 999),
            paid=DAYS,
        ),
        Advance: st.builds(Advance, **_FROM_FUND, payment=REFERENCES, month=MONTHS, paid=DAYS),
        RecoveryNotice: st.builds(
            RecoveryNotice,
            **_FROM_FUND,
            notice=REFERENCES,
            first_month=MONTHS,
            last_month=MONTHS,
            sent=DAYS,
            due=DAYS,
        ),
        Repayment: st.builds(Repayment, **_FROM_FUND, notice=REFERENCES, received=DAYS),
    }
)
"""A strategy for each message type."""

ANY_MESSAGE: st.SearchStrategy[Message] = st.one_of(*OF_KIND.values())
"""Any message at all."""
