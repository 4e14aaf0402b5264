"""Writing a settlement 920900: the records of the invoice file with their errors, then 91 and 92.

Source: MyCareNet eFact.
"""

from collections.abc import Iterator

from generale.protocol.errors import OurError
from generale.protocol.flatfile.answer import answer_headers, judged_records
from generale.protocol.flatfile.composition import build
from generale.protocol.flatfile.file import File, encode, file_of
from generale.protocol.flatfile.record import Record
from generale.protocol.flatfile.settlement import Settlement


def write_settlement(settlement: Settlement, invoice: File, *, flagged_only: bool = False) -> bytes:
    """The bytes of a 920900 about this invoice file.

    With ``flagged_only`` records without errors are left out, as some funds do, except the records 20 and
    80 around a flagged line. OurError where accepted and refused do not make asked, or a value does not fit.
    """
    for one in settlement.funds:
        if one.accepted + one.refused != one.asked:
            raise OurError(f"fund {one.fund}: {one.accepted} and {one.refused} do not make {one.asked}")
    headers = answer_headers(settlement, invoice, "920900")
    judged = judged_records(settlement, invoice, flagged_only=flagged_only)
    return encode(file_of(*headers, [*judged, *_totals(settlement, invoice)]))


def _totals(settlement: Settlement, invoice: File) -> Iterator[Record]:
    summary = invoice.header300["month"] + invoice.header300["sending_number"]
    for one in settlement.funds:
        yield build(
            "record_91",
            fund=one.fund,
            summary_number=summary,
            asked_a=one.asked,
            asked=one.asked,
            accepted_a=one.accepted,
            accepted=one.accepted,
            refused_a=one.refused,
            refused=one.refused,
            record_count=one.record_count,
            control_number=one.control_number,
            payment_reference_a=one.payment_reference,
        )
    for last in invoice.of_type("96"):
        yield build(
            "record_92",
            fund=last["fund"],
            summary_number=summary,
            asked_a=settlement.asked,
            asked=settlement.asked,
            accepted_a=settlement.accepted,
            accepted=settlement.accepted,
            refused_a=settlement.refused,
            refused=settlement.refused,
            record_count=last["record_count"],
            control_number=last["control_number"],
        )
