"""What the outside of a message says of its inside: kind of content, test or production, destination.

One pure function, so that the platform refuses by the same words by which a judge explains. That the two
must agree is project-defined; the words are those of the exchange.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from generale.protocol.clock import brussels
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import File
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT
from generale.protocol.genericasync import Post
from generale.protocol.genericasync.vocabulary import DESTINATION, MULTICAST, PLATFORM_IO
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    ChangeOfStayType,
    Correction,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    InsuranceQuestion,
    Message,
)

FLAT, XML = "text/plain", ("text/xml", "application/xml")
"""ContentType of an invoice file, and of a message of the profile; parameters behind it are passed over."""


class Label(StrEnum):
    """A label that can contradict the content, by its place in the envelope."""

    CONTENT_TYPE = "Detail/@ContentType"
    TEST = "CommonInput/Request/IsTest"
    DESTINATION = "wsa:To"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A label with what it should say, and what it says."""

    label: Label
    expected: str
    received: str

    def __str__(self) -> str:
        return f"{self.label} is '{self.received}', and the content wants '{self.expected}'"


def contradictions(post: Post, to: str, file: File | None, fund: str | None) -> Iterator[Contradiction]:
    """The labels of a message that contradict its content; ``file`` is None for one of the profile.

    ``to`` is the address on the envelope, ``fund`` the number of the fund that the content concerns, None
    where that is not known.
    """
    stated = post.blob.content_type.partition(";")[0].strip().lower()
    if stated not in ((FLAT,) if file is not None else XML):
        expected = FLAT if file is not None else XML[0]
        yield Contradiction(label=Label.CONTENT_TYPE, expected=expected, received=post.blob.content_type)
    if file is not None and file.header200["environment"] != str(ENVIRONMENT[post.is_test]):
        words = str(not post.is_test).lower(), str(post.is_test).lower()
        yield Contradiction(label=Label.TEST, expected=words[0], received=words[1])
    named = fund_named(to)
    if named and fund is not None and named != fund and (file is not None or named != PLATFORM_IO):
        yield Contradiction(label=Label.DESTINATION, expected=f"{DESTINATION}{fund}", received=to)


def fund_named(to: str) -> str:
    """The number in a logical destination; empty for another address, and where everybody is meant."""
    number = to.removeprefix(DESTINATION)
    return "" if number in (to, MULTICAST) else number


def day_concerned(message: Message | None) -> date | None:
    """The day on which the resident of a message has the fund that it concerns; None where it names none."""
    match message:
        case (
            Admission(start=instant)
            | ChangeOfStayType(start=instant)
            | EndOfStay(end=instant)
            | Absence(start=instant)
            | EndOfAbsence(end=instant)
        ):
            return brussels(instant).date()
        case InsuranceQuestion(day=day) | Assessment(assessed=day) | EndOfAgreement(last_day=day):
            return day
        case Correction(start=start, end=end):
            return next((brussels(one).date() for one in (start, end) if one is not None), None)
        case _:
            return None


def fund_of_file(file: File) -> str | None:
    """The number of the fund that an invoice file bills, three digits; None where it names none."""
    totals = file.of_type("95")
    try:
        return f"{totals[0].whole('fund'):03d}" if totals else None
    except PeerError:
        return None
