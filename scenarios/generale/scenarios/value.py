"""The values that may stand in a scenario file, and how each is checked while it is read."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from generale.protocol.errors import UsageError
from generale.scenarios.moment import moment_of, month_of, span_of
from generale.simulator.behaviour import MOST_TIMES

_SAMPLE = date(2020, 1, 15)


class Misfit(ValueError):
    """Words that do not fit, as pydantic carries them to the edge; ``hint`` says what would."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.hint = hint


def _fits(read: Callable[[str], object]) -> AfterValidator:
    """The text that this function can read."""

    def check(text: str) -> str:
        try:
            read(text)
        except UsageError as error:
            raise Misfit(str(error), error.hint) from error
        return text

    return AfterValidator(check)


Moment = Annotated[
    str,
    _fits(lambda text: moment_of(text, _SAMPLE)),
    Field(description="A moment relative to the anchor: D-3 10:00, M-1/02"),
]
Month = Annotated[
    str,
    _fits(lambda text: month_of(text, _SAMPLE)),
    Field(description="A month relative to the anchor: M, M-1, M+2"),
]
Span = Annotated[str, _fits(span_of), Field(description="A length of time: 3 days, 90 minutes")]


def _no_number(value: object) -> object:
    """A day is written as one: a number would silently be seconds since 1970."""
    if isinstance(value, int | float):
        raise Misfit(f"{value!r} is not a day", "write it as 2019-06-03")
    return value


def _only_true(value: object) -> object:
    """A step that happens is told by ``true``: by nothing that is merely taken for it."""
    if value is not True:
        raise Misfit("only true stands here", "write true, or leave the step out")
    return value


Happens = Annotated[Literal[True], BeforeValidator(_only_true)]
Day = Annotated[date, BeforeValidator(_no_number)]
Truth = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=1, le=MOST_TIMES)]


class Words(BaseModel):
    """Strict: an unknown word is a mistake, and a value does not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
