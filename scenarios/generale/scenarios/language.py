"""The scenario language: what may stand in a scenario file, and what each word means.

The JSON Schema in ``docs/reference/scenario.schema.json`` is made from these types. They are checked
at the edge, where a file is read; inside, a scenario is a frozen value.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from generale.driver.setup import FacilityType
from generale.protocol.errors import UsageError
from generale.protocol.ids import Sex
from generale.protocol.messages import EndReason, Outcome, StayType
from generale.scenarios.moment import moment_of, month_of, span_of
from generale.simulator.behaviour import LONGEST_SECONDS, MOST_TIMES, Kind, Shape
from generale.simulator.precondition import check_refusal

_SAMPLE = date(2020, 1, 15)

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
"""The years in which the anchor of a scenario can lie (project-defined)."""

LONGEST = timedelta(days=36_525)
"""How long all waits and advances of a scenario may last together: a hundred years (project-defined)."""


class _Misfit(ValueError):
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
            raise _Misfit(str(error), error.hint) from error
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

Count = Annotated[int, Field(ge=1, le=MOST_TIMES)]


class _Words(BaseModel):
    """Strict: an unknown word is a mistake, and a value does not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Story(_Words):
    """What happens, told to a person."""

    en: str
    nl: str


class FacilityRole(_Words):
    """A facility of the cast; its numbers come from the seed. ``until`` ends its recognition."""

    type: FacilityType
    since: Moment | None = None
    starts: Literal["begin", "takeover"] = "begin"


class ResidentRole(_Words):
    """A resident of the cast, member of a care fund; name and number come from the seed."""

    fund: str
    sex: Sex | None = None
    born: date | None = None


class Entered(_Words):
    """Data of a person that the facility enters wrongly; what is left out is entered as it is."""

    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None


class Admit(_Words):
    """Tell the vendor that a resident moves in. ``entered`` are data entered wrongly, not the true ones."""

    facility: str
    resident: str
    stay_type: StayType
    start: Moment
    entered: Entered | None = None


class EndStay(_Words):
    """Tell the vendor that a resident leaves or dies."""

    facility: str
    resident: str
    end: Moment
    reason: EndReason


class Correct(_Words):
    """Tell the vendor what was entered wrongly; ``person`` restates the resident's true data."""

    facility: str
    resident: str
    person: bool = False
    stay_type: StayType | None = None
    start: Moment | None = None
    end: Moment | None = None
    reason: EndReason | None = None


class Bill(_Words):
    """Tell the vendor to bill a month, or to bill again what was refused of it."""

    facility: str
    month: Month


class HistoryAdmission(_Words):
    """One resident of an imported history."""

    resident: str
    stay_type: StayType
    start: Moment
    end: Moment | None = None
    reason: EndReason | None = None
    entered: Entered | None = None

    @model_validator(mode="after")
    def _ended(self) -> Self:
        if (self.end is None) != (self.reason is None):
            raise _Misfit("an end and a reason stand together or not at all", "give both, or leave both out")
        return self


class ImportHistory(_Words):
    """Tell the vendor about residents who have lived there for long."""

    facility: str
    residents: list[HistoryAdmission]


class TakeOver(_Words):
    """A number ends and another continues: the registry knows it, and the vendor is told."""

    facility: str
    successor: str
    first_day: Moment


class Tell(_Words):
    """What the vendor is told: exactly one of these."""

    admit: Admit | None = None
    end_stay: EndStay | None = None
    correct: Correct | None = None
    bill_month: Bill | None = None
    rebill: Bill | None = None
    import_history: ImportHistory | None = None
    take_over: TakeOver | None = None


_NEEDED = {
    "refuse": "control",
    "pend": "control",
    "out-of-order": "control",
    "refuse-bill": "control",
    "accept-late": "start",
    "silence": "after",
    "fault": "code",
    "reject-outbound": "after",
}
"""The word without which a kind of behaviour cannot happen."""


class Behave(_Words):
    """What platform, funds or line do, ``count`` times."""

    kind: Kind
    count: Count = 1
    service: Literal["", "admissions", "invoices"] = ""
    operation: Literal["post", "get", "confirm"] = "post"
    message: Literal["", "Admission", "EndOfStay", "Correction"] = ""
    resident: str = ""
    fund: str = ""
    control: str = ""
    after: Span | None = None
    then: Literal[Outcome.ACCEPTED, Outcome.REFUSED] | None = None
    start: Moment | None = None
    shape: Shape = Shape.GENERIC
    code: str = Field("", description="Of a fault or rejection, or a minor result")
    retry: bool | None = None
    text: str = ""

    @model_validator(mode="after")
    def _can_happen(self) -> Self:
        word = _NEEDED.get(self.kind)
        if word and not getattr(self, word):
            raise _Misfit(f"{self.kind} needs '{word}'", f"add '{word}' to the behaviour")
        if self.after and span_of(self.after).total_seconds() > LONGEST_SECONDS:
            raise _Misfit(f"'{self.after}' is too long", "a behaviour waits twenty years at most")
        try:
            check_refusal(self)
        except UsageError as error:
            raise _Misfit(str(error), error.hint) from error
        return self


class WaitDecision(_Words):
    """Until the latest message about a resident is decided, with this outcome if one is named."""

    of: str
    facility: str
    outcome: Outcome | None = None
    within: Span = "3 days"


class WaitReplies(_Words):
    """Until so many replies of a kind have come for a facility."""

    kind: Literal["decision", "931000", "920999", "920900", "reject-inbound", "reject-outbound"]
    facility: str
    count: Count = 1
    within: Span = "3 days"


class Wait(_Words):
    """What the player waits for: exactly one of these."""

    decision: WaitDecision | None = None
    replies: WaitReplies | None = None


class Step(_Words):
    """One step of the timeline: exactly one of these."""

    tell: Tell | None = None
    sync: Literal[True] | None = None
    observe: Literal[True] | None = None
    wait: Wait | None = None
    advance: Span | None = None
    leap: Moment | None = None
    behave: Behave | None = None


class Scenario(_Words):
    """A scenario: its story, its cast, and its timeline.

    ``begins`` is the moment at which it starts; a scenario whose clock never moves (no advance, no
    leap) can also be played on the wall clock, anchored to today.
    """

    name: str = Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")
    title: Story
    story: Story
    rule_set: date
    anchor: date
    begins: Moment = "D 08:00"
    verifies: list[str] = Field(min_length=1)
    facilities: dict[str, FacilityRole] = Field(min_length=1)
    residents: dict[str, ResidentRole]
    timeline: list[Step] = Field(min_length=1)

    @property
    def needs(self) -> tuple[str, ...]:
        """The operations that a product must offer for this scenario."""
        told = {name for step in self.timeline if step.tell for name in step.tell.model_fields_set}
        return tuple(sorted(told))

    @property
    def facility_types(self) -> tuple[FacilityType, ...]:
        """The types of the facilities in the cast."""
        return tuple(sorted({role.type for role in self.facilities.values()}))

    @property
    def moves_clock(self) -> bool:
        """Whether the timeline needs a clock that can be moved."""
        return any(step.advance or step.leap for step in self.timeline)


def read_scenario(document: Any, name: str, *, any_name: bool = False) -> Scenario:
    """A scenario from a parsed file; ``UsageError`` names the file and the word that does not fit."""
    try:
        scenario = Scenario.model_validate(document)
    except ValidationError as error:
        raise _told(error.errors()[0], name) from error
    for number, step in enumerate(scenario.timeline, start=1):
        _exactly_one(step, f"{name}: step {number}")
        for part in (step.tell, step.wait):
            if part is not None:
                _exactly_one(part, f"{name}: step {number}")
    _known_roles(scenario, name)
    _within_time(scenario, name)
    if not any_name and scenario.name != name:
        raise UsageError(
            f"{name}: the name in the file is '{scenario.name}'", hint="family/name as in its path"
        )
    return scenario


def _told(fault: ErrorDetails, name: str) -> UsageError:
    """What does not fit, with its step (counted from 1) where it stands in one."""
    match fault["loc"]:
        case ("timeline", int(index), *inside):
            where = ": ".join(filter(None, (f"step {index + 1}", _path(inside))))
        case path:
            where = _path(path) or "the file"
    misfit = fault.get("ctx", {}).get("error")
    if isinstance(misfit, _Misfit):
        return UsageError(f"{name}: {where}: {misfit}", hint=misfit.hint)
    said = fault["msg"] if fault["loc"] else "it holds no scenario, which begins with name, title and story"
    return UsageError(f"{name}: {where}: {said}", hint="see docs/reference/scenario.schema.json")


def _path(parts: Iterable[str | int]) -> str:
    return ".".join(map(str, parts))


def _exactly_one(words: BaseModel, where: str) -> None:
    given = [name for name in words.model_fields_set if getattr(words, name) is not None]
    if len(given) != 1 or len(words.model_fields_set) != 1:
        known = ", ".join(type(words).model_fields)
        raise UsageError(f"{where} has {len(given)} words", hint=f"exactly one of: {known}")


def _known_roles(scenario: Scenario, name: str) -> None:
    """Every facility and resident that the timeline names is in the cast."""
    facilities, residents = set(scenario.facilities), set(scenario.residents)
    for number, step in enumerate(scenario.timeline, start=1):
        words = next(iter(step.model_dump(exclude_none=True, exclude_unset=True).values()))
        for key, value in _named(words):
            known = facilities if key in ("facility", "successor") else residents
            if value and value not in known:
                raise UsageError(
                    f"{name}: step {number}: '{value}' is not in the cast", hint=f"{key} must be in it"
                )


def _within_time(scenario: Scenario, name: str) -> None:
    """The whole scenario lies in years that calendars hold."""
    if not EARLIEST_YEAR <= scenario.anchor.year <= LATEST_YEAR:
        raise UsageError(
            f"{name}: the anchor {scenario.anchor} is out of reach",
            hint=f"take a year from {EARLIEST_YEAR} to {LATEST_YEAR}",
        )
    waits = (step.wait.decision or step.wait.replies for step in scenario.timeline if step.wait)
    spans = [step.advance for step in scenario.timeline if step.advance]
    spans += [wait.within for wait in waits if wait]
    if sum((span_of(span) for span in spans), timedelta()) > LONGEST:
        raise UsageError(
            f"{name}: its waits and advances last longer than {LONGEST.days} days", hint="shorten them"
        )


def _named(words: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if isinstance(words, dict):
        for key, value in words.items():
            if key in ("facility", "successor", "resident", "of") and isinstance(value, str):
                found.append((key, value))
            found.extend(_named(value))
    elif isinstance(words, list):
        for item in words:
            found.extend(_named(item))
    return found
