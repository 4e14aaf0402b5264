"""The life of an invoice file at a care fund, as one table.

Source of the answers: MyCareNet eFact (931000, 920999, 920098, 920099, 920900).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from generale.protocol.errors import OurError
from generale.protocol.flatfile.invoice import InvoiceFile


class FileState(StrEnum):
    """Where an invoice file stands."""

    RECEIVED = "received"
    REFUSED_TECHNICALLY = "refused-technically"
    """Answered by 920999; nothing is booked and the sending number stays free."""
    ACKNOWLEDGED = "acknowledged"
    """Answered by 931000."""
    SETTLED = "settled"
    """Answered by 920900, line by line; by 920098 before that where the fund judges whole files."""
    SENT_BACK = "sent-back"
    """Answered by 920099 for a blocking error or for too many; nothing is booked."""
    REFUSED = "refused"
    """Answered by 920900, all of it refused because of the file itself."""


class FileEvent(StrEnum):
    """What happens to an invoice file."""

    TECHNICAL_FAULT_FOUND = "technical-fault-found"
    TAKEN_IN = "taken-in"
    REPAIRED_FILE_RECEIVED = "repaired-file-received"
    ERRORS_OVER_LIMIT = "errors-over-limit"
    FILE_CONTROL_FAILED = "file-control-failed"
    LINES_JUDGED = "lines-judged"


TRANSITIONS: Mapping[FileState, Mapping[FileEvent, FileState]] = MappingProxyType(
    {
        FileState.RECEIVED: {
            FileEvent.TECHNICAL_FAULT_FOUND: FileState.REFUSED_TECHNICALLY,
            FileEvent.TAKEN_IN: FileState.ACKNOWLEDGED,
        },
        FileState.REFUSED_TECHNICALLY: {FileEvent.REPAIRED_FILE_RECEIVED: FileState.RECEIVED},
        FileState.ACKNOWLEDGED: {
            FileEvent.ERRORS_OVER_LIMIT: FileState.SENT_BACK,
            FileEvent.FILE_CONTROL_FAILED: FileState.REFUSED,
            FileEvent.LINES_JUDGED: FileState.SETTLED,
        },
        FileState.SENT_BACK: {FileEvent.REPAIRED_FILE_RECEIVED: FileState.RECEIVED},
        FileState.SETTLED: {},
        FileState.REFUSED: {},
    }
)
"""From each state, what may happen and where it leads."""


def next_state(state: FileState, event: FileEvent) -> FileState:
    """Where an event leads; ``OurError`` where the table does not allow it."""
    if event not in TRANSITIONS[state]:
        raise OurError(f"an invoice file that is {state} knows no {event}")
    return TRANSITIONS[state][event]


@dataclass(frozen=True, slots=True)
class Shipment:
    """What tells invoice files apart at one fund: who sends, in which billed year, under which number."""

    provider: str
    """Twelve digits, as in record 10 zone 14."""
    year: int
    sending_number: int

    @classmethod
    def of(cls, file: InvoiceFile) -> Self:
        """The shipment that a file is."""
        return cls(file.provider, file.month.year, file.sending_number)
