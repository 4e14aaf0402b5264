"""The book of assessments: what was accepted, with the category that was decided and from when it counts."""

from collections import defaultdict
from datetime import date, datetime, time

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Insz
from generale.rules.facts import AssessedRecord


class AssessmentBook:
    """Accepted assessments by person, in the order of their acceptance.

    The category of a day follows from the latest assessment that counts then; of two of one day, from the
    one that was accepted last.
    """

    def __init__(self) -> None:
        self._of: defaultdict[Insz, list[AssessedRecord]] = defaultdict(list)

    def of(self, insz: Insz) -> tuple[AssessedRecord, ...]:
        """The accepted assessments of a person, in all facilities."""
        return tuple(self._of.get(insz, ()))

    def note(self, record: AssessedRecord) -> None:
        """Note an assessment that is accepted."""
        self._of[record.insz].append(record)


def midnight(day: date) -> datetime:
    """The Belgian midnight at which a day begins."""
    return datetime.combine(day, time(), BRUSSELS)
