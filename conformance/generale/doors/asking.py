"""The six operations of the driver contract, asked over whatever carries JSON to a product and back."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from generale.doors.wire import ClockSetting
from generale.driver import CONTRACT
from generale.driver.contract import Description, Done
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import Stimulus, stimulus_to_json
from generale.protocol.errors import PeerError
from generale.protocol.form import from_json

TAKEN = 200
"""The status of an operation that was carried out; any other is a refusal."""

SHOWN_CHARACTERS = 500
"""How much of a product's explanation is quoted, in characters."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status as HTTP counts them, and a way to read the body as plain JSON.

    ``read`` raises ``PeerError`` where the body is no JSON.
    """

    status: int
    read: Callable[[], Any]


class AskedProduct(ABC):
    """A product that is asked in JSON; fulfils ``generale.driver.contract.Product``.

    Operations raise ``EnvironmentFailure`` where no answer came, and ``PeerError`` where the product
    refused the request or its answer does not fit the contract.
    """

    def describe(self) -> Description:
        """Ask what the product is and can; ``PeerError`` where it speaks another contract."""
        answer = self._ask("describe")
        number = answer.get("contract", CONTRACT) if isinstance(answer, dict) else CONTRACT
        if number != CONTRACT:
            raise PeerError(
                f"describe: the product speaks contract {number!r}, this rehearsal contract {CONTRACT}",
                where="$.contract",
            )
        return _fitting("describe", Description, answer)

    def reset(self, set_up: SetUp) -> Done:
        """Let the product start clean."""
        return self._do("reset", set_up)

    def act(self, stimulus: Stimulus) -> Done:
        """Tell the product what happened in a facility."""
        return self._do("act", stimulus_to_json(stimulus))

    def sync(self) -> Done:
        """Let the product poll the platform now."""
        return self._do("sync")

    def observe(self) -> Observation:
        """Ask what the product's users would see."""
        return _fitting("observe", Observation, self._ask("observe"))

    def set_clock(self, instant: datetime) -> Done:
        """Give the product the business time."""
        return self._do("set_clock", ClockSetting(instant=instant))

    @abstractmethod
    def _exchange(self, operation: str, body: object) -> Answer:
        """Carry one request there, None for one without a body, and its answer back."""

    def _do(self, operation: str, body: object = None) -> Done:
        return _fitting(operation, Done, self._ask(operation, body))

    def _ask(self, operation: str, body: object = None) -> Any:
        """The plain JSON of a product's answer."""
        answer = self._exchange(operation, body)
        if answer.status != TAKEN:
            raise _refusal(operation, answer)
        try:
            return answer.read()
        except PeerError as error:
            raise misfit(operation, error) from error


def misfit(operation: str, error: PeerError) -> PeerError:
    """The same complaint, said of an answer to an operation."""
    return PeerError(f"{operation}: the answer does not fit the contract: {error}", where=error.where)


def _refusal(operation: str, answer: Answer) -> PeerError:
    """What a status other than 200 says, with the product's own explanation where it gave one."""
    try:
        explanation = answer.read()
    except PeerError:
        explanation = None
    said = explanation if isinstance(explanation, dict) else {}
    problem, where = said.get("problem"), said.get("where")
    text = f"{operation}: the product answered with status {answer.status}"
    if isinstance(problem, str) and problem:
        text += f": {problem[:SHOWN_CHARACTERS]}"
    return PeerError(text, where=where[:SHOWN_CHARACTERS] if isinstance(where, str) else "")


def _fitting(operation: str, kind: type[T], answer: Any) -> T:
    try:
        return from_json(kind, answer)
    except PeerError as error:
        raise misfit(operation, error) from error
