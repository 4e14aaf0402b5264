"""Every single wrong byte of an invoice file: refused, at fault, read as something else, or excepted here.

Usage: ``python -m tests.fuzz.every_byte``, part of ``make fuzz``: all 255 other values of every byte. It ends
with 1 where one passes unseen. CI tries a few of each (``tests/unit/protocol/test_flatfile_byte.py``).
"""

import sys
from collections.abc import Iterable, Iterator, Mapping

from tests.unit.protocol.test_flatfile_invoice import FILE

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import InvoiceFile, Record, Zone, decode, encode, invoice_of, technical_faults
from generale.protocol.flatfile.check_digit import record_check

Place = tuple[str, str]
"""A part of the file, such as ``200`` or ``30``, and the number of a zone in it."""

_OWN_NUMBER = "a number of the sender's own, which nothing else in the file repeats"
_OTHER_REPEATS = "repeats an earlier record, and zone 99 weighs a small letter like its capital"

EXCEPTED: Mapping[Place, str] = {
    ("200", "201"): "the version of the format: only the first is public, and others are read as that",
    ("200", "205"): "the reference of the fund, which gives it in its answer",
    ("300", "308"): "the kind of care: every kind that is allowed is read alike",
    ("300", "309"): "one account or two: what is asked on account B is told by the amounts",
    ("95", "402"): _OWN_NUMBER,
    ("96", "502"): _OWN_NUMBER,
}
"""The zones that may hold another value unseen, and why."""

UNWEIGHED: Mapping[Place, str] = {
    ("10", "28"): "a free reference, in which zone 99 weighs a small letter like its capital",
    **{(part, "28"): _OTHER_REPEATS for part in ("30", "80", "90")},
    **{("90", zone): _OTHER_REPEATS for zone in ("31,32,33,34", "36,37,38,39,40,41")},
}
"""The zones in which what zone 99 does not tell apart passes unseen, and why."""


def is_excepted(part: Record, zone: Zone, bad: bytes) -> bool:
    """Whether a part with one other byte in this zone may say the same: by name, or as another empty value.

    A zero may be plus or minus, and a zone that carries nothing may hold blanks or zeros.
    """
    place = (part.type, zone.number)
    cut = part.layout.cuts[zone.number]
    if place in EXCEPTED or (place in UNWEIGHED and record_check(bad) == record_check(part.raw)):
        return True
    if zone.stays_empty:
        return not bad[cut].strip(b" 0")
    amount = part.layout.cuts[zone.name.removesuffix("_sign")]
    digits = bad[min(cut.start, amount.start) : amount.stop]
    return digits[:1] in (b"+", b"-") and not digits[1:].strip(b"0")


def unseen(values: Iterable[int]) -> Iterator[str]:
    """Where one of these values, in the place of one byte, passes unseen: part, zone, byte and value."""
    raw, good, values = encode(FILE), invoice_of(FILE), tuple(values)
    for part in (FILE.header200, FILE.header300, *FILE.records):
        for at, right in enumerate(part.raw):
            offset, zone = part.offset + at, part.layout.zone_at(at)
            for value in values:
                bad = raw[:offset] + bytes([value]) + raw[offset + 1 :]
                if value == right or not _is_same(bad, good):
                    continue
                if not is_excepted(part, zone, bad[part.offset : part.offset + len(part.raw)]):
                    yield f"{part.type}, zone {zone.number} {zone.name}, byte {offset}: 0x{value:02X}"


def _is_same(bad: bytes, good: InvoiceFile) -> bool:
    """Whether a file reads like the good one and has no fault, or is refused without a place."""
    try:
        file = decode(bad)
        assert encode(file) == bad
        return not technical_faults(file) and invoice_of(file) == good
    except PeerError as refused:
        return not refused.where


def main() -> int:
    """Try all values of all bytes, and tell what passes unseen."""
    found = list(unseen(range(256)))
    sys.stdout.writelines(f"passes unseen: {place}\n" for place in found)
    sys.stdout.write(f"every byte: {255 * len(encode(FILE))} inputs, {len(found)} findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
