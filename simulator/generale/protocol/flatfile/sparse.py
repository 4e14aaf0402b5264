"""An answer as some funds write it: sparse, filled and cut short, and right all the same.

Source: real answers of funds (seen, not published): records without errors are left out, error slots without
error hold zeros, and the very last character is missing.
"""

from collections.abc import Iterator

from generale.protocol.flatfile.answer import LETTERS, errors_of
from generale.protocol.flatfile.composition import change
from generale.protocol.flatfile.file import decode, encode, file_of
from generale.protocol.flatfile.judged import SLOTS
from generale.protocol.flatfile.record import Record


def sparse(answer: bytes) -> bytes:
    """The same answer, as such a fund writes it; PeerError where the bytes are no flat file."""
    file = decode(answer)
    return encode(file_of(file.header200, file.header300, _kept(file.records)))[:-1]


def is_sparse(answer: bytes, records: int) -> bool:
    """Whether an answer leaves out some of so many records that its invoice file has from 10 to 90."""
    return sum("letter_1" in one.layout.cuts for one in decode(answer).records) < records


def _kept(records: tuple[Record, ...]) -> Iterator[Record]:
    for one in records:
        if "letter_1" not in one.layout.cuts:
            yield one
        elif errors_of(one):
            empty = [slot for slot in range(1, SLOTS + 1) if one[f"letter_{slot}"] not in LETTERS]
            letters = {f"letter_{slot}": "0" for slot in empty}
            yield change(one, **letters, **{f"code_{slot}": "000000" for slot in empty})
