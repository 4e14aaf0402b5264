"""The acknowledgement 931000: an invoice file has been accepted for processing.

Source: MyCareNet eFact. Header 200 and a stub of header 300, no records; it says nothing about content.
"""

from dataclasses import dataclass

from generale.protocol.flatfile.composition import build
from generale.protocol.flatfile.file import decode, encode, expect_type, file_of
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Receipt of an invoice file."""

    reference: str
    """The sender's reference of the invoice file, fourteen digits."""
    fund_reference: str
    """The fund's own reference, fourteen digits."""
    test: bool = False


def write_acknowledgement(acknowledgement: Acknowledgement) -> bytes:
    """The bytes of a 931000; OurError where a reference does not fit."""
    header200 = build(
        "header_200",
        message_type="931000",
        format_version=1,
        environment=ENVIRONMENT[acknowledgement.test],
        reference=acknowledgement.reference,
        fund_reference=acknowledgement.fund_reference,
    )
    return encode(file_of(header200, build("header_300_stub", acknowledged_message="920000"), ()))


def read_acknowledgement(raw: bytes) -> Acknowledgement:
    """The acknowledgement in these bytes; PeerError where they are none."""
    file = expect_type(decode(raw), "931000")
    return Acknowledgement(
        reference=file.header200["reference"],
        fund_reference=file.header200["fund_reference"],
        test=file.header200["environment"] == str(ENVIRONMENT[True]),
    )
