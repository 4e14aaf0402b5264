"""Where a file of a wrong length goes wrong: a character too many or too few moves all that stands behind it.

Source of what marks a record: RIZIV flat-file instructions (its type, the index by which it counts itself,
and its check digits). How they are weighed is project-defined.
"""

from collections.abc import Iterator

from generale.protocol.flatfile.check_digit import record_check
from generale.protocol.flatfile.layout import Layout, MessageType

_END = slice(794, 800)
"""Where a judged record repeats its index."""


def out_of_place(raw: bytes, kind: MessageType) -> Iterator[int]:
    """The numbers, from 1, of the records that do not begin where they should.

    A record does when it begins with a type of this message and its index or its check digits are right; one
    that has neither, or ends before them, does by its type. Each record is looked at once.
    """
    length = kind.record_length
    starts = range(kind.head_length, len(raw) - 1, length) if length else range(0)
    for number, start in enumerate(starts, start=1):
        cut = raw[start : start + length]
        form = kind.records.get(cut[:2].decode("ascii", "replace"))
        if form is None or not _is_itself(cut, form, cut[_END] if kind.answer else b"%06d" % number):
            yield number


def check_is_wrong(cut: bytes, form: Layout) -> bool:
    """Whether a record has check digits, and these are not what its characters give."""
    zone = form.cuts.get("record_check")
    return zone is not None and len(cut) >= zone.stop and cut[zone] != b"%02d" % record_check(cut)


def _is_itself(cut: bytes, form: Layout, index: bytes) -> bool:
    zone = form.cuts.get("record_index")
    return zone is None or cut[zone].startswith(index) or not check_is_wrong(cut, form)
