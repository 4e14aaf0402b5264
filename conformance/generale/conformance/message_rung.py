"""What a check of one message found: the five rungs, and on each what is wrong, where and by which rule."""

from dataclasses import dataclass
from enum import StrEnum

from generale.protocol.flatfile import Deviation


class Rung(StrEnum):
    """The rungs, from the lowest."""

    BYTES = "bytes"
    RECORDS = "records"
    FIELDS = "fields"
    CODES = "codes"
    RELATIONS = "relations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that is wrong: where, by which rule, expected and received.

    What ends in ``_nl`` is the Dutch that the rule itself brings, empty where it brings none.
    """

    place: str
    rule: str
    rule_nl: str = ""
    expected: str = ""
    expected_nl: str = ""
    received: str = ""
    control: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungResult:
    """A rung: looked at or not, and what is wrong on it; ``has_more`` where not all of that is listed."""

    rung: Rung
    looked_at: bool
    remarks: tuple[Remark, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCheck:
    """The five rungs of one message, and what kind of message it is."""

    kind: str
    rungs: tuple[RungResult, ...]
    notes: tuple[Deviation, ...] = ()
    """What an answer does otherwise than the instructions foresee, and how a text could be written better;
    none of it is wrong.
    """

    @property
    def holds(self) -> bool:
        """Whether every rung was looked at and holds."""
        return all(rung.looked_at and not rung.remarks for rung in self.rungs)
