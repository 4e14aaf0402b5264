"""Checks of the chapter invoice content: rate, performance code and fund of what is billed."""

from collections.abc import Iterator, Sequence
from datetime import date

from generale.conformance.bill import BilledLine
from generale.conformance.checks.check import Occasion, Outcome, check, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.expectation import amounts_due, case_of, last_billing, places_known
from generale.conformance.history import History
from generale.conformance.membership import fair_funds
from generale.conformance.told import Version
from generale.protocol.flatfile import BillKind
from generale.protocol.messages import StayType
from generale.protocol.money import Euro
from generale.protocol.profile import Profile
from generale.results.verdicts import EvidenceKind


def versions_billed(history: History, line: BilledLine) -> list[Version]:
    """The stay as it was known when the file left, and as it was when billing was told."""
    case = case_of(history, line.insz, line.line.first, line.sent)
    if case is None:
        return []
    billing = last_billing(history, line.sent.seq)
    return [case.version(line.sent.seq), *([case.version(billing.seq)] if billing else [])]


def types_billed(history: History, line: BilledLine) -> list[StayType]:
    """The types that the days of a line may be of.

    Of a stay that goes on in another type it is any of them: CK-CHG-02 tells which day is of which.
    """
    return [kind for one in versions_billed(history, line) for kind in one.types]


def _types_named(history: History, line: BilledLine) -> list[StayType]:
    """Those of them that the code of the line stands for; all where it stands for none."""
    types, days = types_billed(history, line), line.days
    named = [one for one in types if code_on(history.profile, one, days[0]) == line.line.code]
    return named if len(set(types)) > 1 and named else types


@check(
    "CK-ICO-03",
    disproves=("RQ-ICO-03",),
    evidence=EvidenceKind.WIRE,
    codes=("cents-off", "rate-wrong", "rate-of-another-date", "rate-of-another-facility", "amount-wrong"),
)
def days_times_rate(history: History) -> Iterator[Outcome]:
    """The amount of a line is days times the rate of facility, stay type and date of care."""
    for line in history.lines:
        facility = history.facility_of(line.nihii)
        if facility is None or line.line.days != len(line.days) or not line.days:
            continue
        types = _types_named(history, line)
        due = [amount for one in types for amount in amounts_due(facility, one, line.days)]
        if not due:
            continue
        if line.line.amount in due:
            yield Occasion(line.sent.seq)
            continue
        yield wrong(
            history,
            _amount_code(history, line, due[0], types),
            zone_spot(line.sent, line.record, "amount"),
            expected=f"{due[0]} euro for {line.line.days} days",
            received=f"{line.line.amount} euro for {line.line.days} days",
            cause=f"amounts of {line.nihii}",
        )


def _amount_code(history: History, line: BilledLine, due: Euro, types: Sequence[StayType]) -> str:
    """Which rate was taken in the place of the right one; else by how much the amount is off."""
    rows = [
        (facility.nihii == line.nihii, row)
        for facility in history.facilities.values()
        for row in facility.tariffs
    ]
    taken = [
        (is_own, row) for is_own, row in rows if Euro.of_rate(row.per_day, len(line.days)) == line.line.amount
    ]
    if any(is_own and row.stay_type in types for is_own, row in taken):
        return "rate-of-another-date"
    if any(is_own for is_own, _ in taken):
        return "rate-wrong"
    if taken:
        return "rate-of-another-facility"
    off = abs((line.line.amount - due).cents)
    return "cents-off" if off <= max(len(line.days), 1) else "amount-wrong"


@check("CK-ICO-04", disproves=("RQ-ICO-04",), evidence=EvidenceKind.WIRE, codes=("wrong-fund",))
def billed_to_the_decided_fund(history: History) -> Iterator[Outcome]:
    """The fund of a bill is the one that the decision on the stay names, or the next after a change."""
    heads: set[tuple[int, int]] = set()
    for line in history.lines:
        key = (line.sent.seq, line.head.number)
        case = case_of(history, line.insz, line.line.first, line.sent)
        if case is None or key in heads or line.bill.kind is BillKind.CREDIT:
            continue
        heads.add(key)
        places = places_known(history, line.sent)
        funds = [int(fund) for fund in fair_funds(history, case, line.line.first, places)]
        if not funds:
            continue
        if line.bill.destination_fund in funds:
            yield Occasion(line.sent.seq)
        else:
            yield wrong(
                history,
                "wrong-fund",
                zone_spot(line.sent, line.head, "destination_fund"),
                expected=f"fund {funds[0]}",
                received=f"fund {line.bill.destination_fund}",
                cause=case.cause,
            )


@check(
    "CK-ICO-07",
    disproves=("RQ-ICO-07",),
    evidence=EvidenceKind.WIRE,
    codes=("code-of-other-stay-type", "code-not-valid"),
)
def code_fits_stay_and_date(history: History) -> Iterator[Outcome]:
    """The performance code of a line is that of the stay type on each date of care in it."""
    for line in history.lines:
        types = types_billed(history, line)
        days = line.days or (line.line.first,)
        if not types:
            continue
        wanted = [{day: code_on(history.profile, one, day) for day in days} for one in types]
        if any(set(codes.values()) == {line.line.code} for codes in wanted):
            yield Occasion(line.sent.seq)
            continue
        day = next(day for day in days if wanted[0][day] != line.line.code)
        others = {code_on(history.profile, one, day) for one in StayType}
        yield wrong(
            history,
            "code-of-other-stay-type" if line.line.code in others else "code-not-valid",
            zone_spot(line.sent, line.record, "code"),
            expected=f"code {wanted[0][day]} ({types[0].value} on {day})",
            received=f"code {line.line.code}",
            cause="performance code",
        )


def code_on(profile: Profile, stay_type: StayType, day: date) -> str:
    """The code for a stay type on a date of care, seven digits as in zone 4; empty where there is none."""
    rows = [one for one in profile.performance_codes if one.stay_type is stay_type and one.since <= day]
    return f"0{max(rows, key=lambda one: one.since).code}" if rows else ""
