"""The insurance status of residents: what is to be asked of the platform, and what it has answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from generale.protocol.clock import Clock, brussels
from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import (
    Admission,
    Correction,
    Decision,
    InsuranceAnswer,
    InsuranceQuestion,
    InsuranceStatus,
    Message,
)
from generale.refvendor.outbox import Letter
from generale.refvendor.switches import Switches


@dataclass(slots=True, eq=False)
class Inquiry:
    """One question, with the letter that carries it and what was answered."""

    question: InsuranceQuestion
    letter: Letter | None = None
    answer: InsuranceAnswer | Decision | None = None


class Inquiries:
    """Every question once: about a person at a number on a day."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self._asked: dict[tuple[Hco, Insz, date], Inquiry] = {}

    def before(self, message: Message) -> Inquiry | None:
        """What is to be asked before a message leaves; None where nothing is, or it was asked already."""
        if not isinstance(message, Admission | Correction) or message.start is None:
            return None
        if self._switches.on("status-never-asked"):
            return None
        day = brussels(message.start).date()
        if self._switches.on("status-of-today"):
            day = brussels(self._clock.now()).date()
        key = (message.facility, message.insz, day)
        if key in self._asked:
            return None
        question = InsuranceQuestion(facility=message.facility, insz=message.insz, day=day)
        self._asked[key] = Inquiry(question)
        return self._asked[key]

    def take(self, letter: Letter, answer: InsuranceAnswer | Decision) -> None:
        """Note what was answered to a question; the answer to another letter changes nothing."""
        for inquiry in self._asked.values():
            if inquiry.letter is letter:
                inquiry.answer = answer

    def uncovered(self, hco: Hco) -> Iterator[Inquiry]:
        """The questions of a number to which no care fund was named."""
        for inquiry in self._asked.values():
            is_covered = (
                isinstance(inquiry.answer, InsuranceAnswer)
                and inquiry.answer.status is InsuranceStatus.INSURED
            )
            if inquiry.answer is not None and inquiry.question.facility == hco and not is_covered:
                yield inquiry
