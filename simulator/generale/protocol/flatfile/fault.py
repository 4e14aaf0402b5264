"""Technical faults: what is wrong in one zone of an invoice file, where, and what was expected.

Source of the two-character codes: the error lists of eFact (records 10 to 90: 01 not numeric, 02 wrong
check digit, 03 not allowed, 04 first digit not 0, 05 sign, 10 inconsistent; headers, 95 and 96: 10
missing, 11 form, 20 not allowed). Where the lists leave a choice the mapping is project-defined.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources

from generale.protocol.flatfile.record import Record


class Problem(Enum):
    """The kinds of technical fault: a sentence, the code in a record, the code in a header, 95 or 96."""

    MISSING = ("the zone must be filled", "03", "10")
    NOT_NUMERIC = ("the zone must hold digits", "01", "11")
    LEADING_ZERO = ("the first digit must be 0", "04", "11")
    SIGN = ("a plus or minus sign must stand in front", "05", "11")
    CHECK_DIGIT = ("the check digits are wrong", "02", "20")
    NOT_ALLOWED = ("the value is not allowed", "03", "20")
    NO_SUCH_DAY = ("the calendar has no such day or month", "03", "11")
    INCONSISTENT = ("the value disagrees with other zones of the file", "10", "20")
    ORDER = ("the record stands in the wrong place", "10", "20")

    def __init__(self, sentence: str, record_code: str, network_code: str) -> None:
        self.sentence = sentence
        self.record_code = record_code
        self.network_code = network_code


NETWORK_TYPES = frozenset({"200", "300", "95", "96"})
"""The parts of a file that carry an error code behind each zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFault:
    """One technical fault: record (0 for a header), zone, byte in the file, and what was expected."""

    problem: Problem
    record_number: int
    record_type: str
    zone: str
    name: str
    offset: int
    message: str
    expected: str
    received: str

    @property
    def code(self) -> str:
        """The error code, two characters."""
        in_network = self.record_type in NETWORK_TYPES
        return self.problem.network_code if in_network else self.problem.record_code

    @property
    def message_nl(self) -> str:
        """The message in Dutch; empty for one that is not of this package."""
        return dutch().get(self.message, "")


@cache
def dutch() -> Mapping[str, str]:
    """The Dutch of every message."""
    return tomllib.loads((resources.files(__package__) / "faults_nl.toml").read_text("utf-8"))


def zone_fault(
    record: Record, key: str, problem: Problem, *, expected: str, received: str = "", message: str = ""
) -> ZoneFault:
    """A fault in the zone with this name or number of a record."""
    zone = record.layout.zone(key)
    return ZoneFault(
        problem=problem,
        record_number=record.number,
        record_type=record.type,
        zone=zone.number,
        name=zone.name,
        offset=record.offset + zone.position - 1,
        message=message or problem.sentence,
        expected=expected,
        received=received or record[zone.number],
    )
