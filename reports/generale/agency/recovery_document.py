"""The account of recoveries as a JSON document (``docs/reference/recoveries.schema.json``)."""

from typing import Any

from generale.agency.account import Account
from generale.agency.evidence import Evidence, Explained
from generale.agency.facility import Facility
from generale.agency.formula import Fit
from generale.agency.oddity_text import oddity_sentence
from generale.agency.recovery import Recovery
from generale.agency.tally import Part, Tally
from generale.agency.wording import Wording


def recovery_document(told: Account) -> dict[str, Any]:
    """Amounts are decimal strings, days and numbers are whole; sentences are in English."""
    table = told.table
    return {
        "as_of": table.as_of.isoformat(),
        "as_of_from": table.day_source.value,
        "columns_not_read": list(table.not_read),
        "total": _tally(told.total),
        "groups": [
            {
                "group": group.number,
                "total": _tally(group.tally),
                "funds": [
                    {
                        "fund": fund.name,
                        "total": _tally(fund.tally),
                        "months": [
                            {
                                "month": month.month,
                                "total": _tally(month.tally),
                                "lines": [one.line for one in month.recoveries],
                            }
                            for month in fund.months
                        ],
                    }
                    for fund in group.funds
                ],
            }
            for group in told.groups
        ],
        "recoveries": [_recovery(one, told) for one in table.recoveries],
        "formula": _formula(told.evidence, len(table.recoveries)),
        "oddities": [
            {
                "kind": one.kind.value,
                "lines": list(one.lines),
                "text": oddity_sentence(one, Wording("en")),
            }
            for one in told.oddities
        ],
    }


def _tally(counted: Tally) -> dict[str, Any]:
    return {
        "number": counted.number,
        "amount": str(counted.amount),
        "repaid": _part(counted.repaid),
        "open": _part(counted.open),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "number": part.number,
        "amount": str(part.amount),
        "fewest_days": part.fewest_days,
        "most_days": part.most_days,
    }


def _recovery(one: Recovery, told: Account) -> dict[str, Any]:
    found = told.evidence.fits.get(one.line)
    return {
        "line": one.line,
        "group": one.group,
        "fund": one.fund,
        "facility": one.facility,
        "hco": list(one.numbers),
        "amount": str(one.amount),
        "month": one.month,
        "letters": [day.isoformat() for day in one.letters],
        "repaid": one.repaid.isoformat() if one.repaid else None,
        "days": one.days(told.table.as_of),
        "explained_by": found.reading if found else None,
    }


def _formula(found: Evidence, number: int) -> dict[str, Any]:
    return {
        "readings": [_reading(one) for one in found.by_reading],
        "unexplained": number - len(found.fits),
        "split_key": None,
        "ratios": [
            {
                **_facility(facility),
                "lines": [one.line for one in facility.recoveries],
                "ratio": list(ratio),
            }
            for facility, ratio in found.ratios
        ],
    }


def _reading(one: Explained) -> dict[str, Any]:
    reading = one.reading
    return {
        "reading": reading.name,
        "source": reading.source,
        "since": reading.since.isoformat(),
        "until": reading.until.isoformat() if reading.until else None,
        "occupancy": str(reading.occupancy),
        "share": str(reading.share),
        "tried": one.tried,
        "explained": one.number,
        "expected_by_chance": round(one.by_chance, 4),
        "facilities": [
            {
                **_facility(fitting.facility),
                "tried": fitting.tried,
                "common_rates": [str(rate) for rate in fitting.common_rates],
                "fits": [_fit(line, fit) for line, fit in fitting.fits.items()],
            }
            for fitting in one.by_facility
        ],
    }


def _facility(facility: Facility) -> dict[str, Any]:
    return {"facility": facility.name, "hco": list(facility.numbers)}


def _fit(line: int, found: Fit) -> dict[str, Any]:
    return {
        "line": line,
        "product": str(found.product),
        "rounded": found.rounded,
        "pairs": [{"rate": str(rate), "places": places} for rate, places in found.pairs],
    }
