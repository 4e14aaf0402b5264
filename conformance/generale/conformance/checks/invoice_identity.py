"""Check of the chapter invoice form: the file names the facility and the account that are its own."""

from collections.abc import Iterable, Iterator

from generale.conformance.checks.check import Occasion, Outcome, check, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.expectation import case_of
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.setup import FacilitySetUp
from generale.protocol.flatfile import File, InvoiceFile, Record
from generale.protocol.ids import Hco
from generale.results.verdicts import EvidenceKind

_ACCOUNTS = ("10", "90")
"""The records that say who asks and on which account."""

_CODES = {
    "provider": "provider-number-wrong",
    "company_number": "enterprise-number-wrong",
    "account_a_iban": "iban-wrong",
    "account_a_number": "iban-wrong",
    "account_b_iban": "iban-wrong",
    "account_a_bic": "bic-wrong",
}


@check(
    "CK-IFO-04",
    disproves=("RQ-IFO-04",),
    evidence=EvidenceKind.WIRE,
    codes=("provider-number-wrong", "enterprise-number-wrong", "iban-wrong", "bic-wrong"),
)
def own_identity_and_account(history: History) -> Iterator[Outcome]:
    """Provider number, enterprise number, IBAN and BIC are those with which the facility was set up."""
    for sent in history.messages:
        invoice, file = sent.invoice, sent.file
        if history.set_up is None or not isinstance(invoice, InvoiceFile) or not isinstance(file, File):
            continue
        facility = _owner(history, sent, invoice)
        if facility is None:
            continue
        found: dict[str, tuple[Record, str, str]] = {}
        for record, key, due in _differences(file, facility):
            found.setdefault(_CODES[key], (record, key, due))
        for code, (record, key, due) in found.items():
            yield wrong(
                history,
                code,
                zone_spot(sent, record, key),
                expected=due,
                received=record[key].strip(),
                cause=f"identity of {facility.nihii}",
            )
        if not found:
            yield Occasion(sent.seq)


def _owner(history: History, sent: Sent, invoice: InvoiceFile) -> FacilitySetUp | None:
    """Whose file it is: the number that it names, where that number holds any of the stays billed.

    Otherwise it is that of the number which holds the first of them. Single days under the wrong number
    are the matter of the takeover.
    """
    named = history.facility_of(invoice.provider[1:9])
    holders = list(dict.fromkeys(_holders(history, sent, invoice)))
    if named and (not holders or named.hco in holders):
        return named
    return history.facilities[holders[0]] if holders else history.facility_of(sent.facility)


def _holders(history: History, sent: Sent, invoice: InvoiceFile) -> Iterable[Hco]:
    for bill in invoice.bills:
        for line in bill.lines:
            for day in (line.first, line.last):
                case = case_of(history, bill.insz, day, sent)
                if case is not None:
                    yield history.number_on(case.stay, day)


def _differences(file: File, facility: FacilitySetUp) -> Iterator[tuple[Record, str, str]]:
    """Record, zone and what is due, for each zone that names somebody else."""
    number = facility.nihii.in_flat_file
    for record in file.records:
        if record.type in ("10", "20", "30", "80", "90") and record["provider"] != number:
            yield record, "provider", number
        if record.type not in _ACCOUNTS:
            continue
        if record["company_number"] != facility.enterprise:
            yield record, "company_number", facility.enterprise
        if _plain(record["account_a_iban"]) != facility.iban:
            yield record, "account_a_iban", facility.iban
        if record["account_a_number"].strip("0 ") and not facility.iban.endswith(record["account_a_number"]):
            yield record, "account_a_number", facility.iban[4:]
        other = _plain(record["account_b_iban"])
        if other.strip("0") and other != facility.iban:
            yield record, "account_b_iban", "no other account"
        if _bank(record["account_a_bic"]) != _bank(facility.bic):
            yield record, "account_a_bic", facility.bic


def _plain(text: str) -> str:
    return text.replace(" ", "")


def _bank(text: str) -> str:
    """A BIC without the three letters for its head office (ISO 9362)."""
    return text.strip().removesuffix("XXX")
