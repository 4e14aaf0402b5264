"""The scenario language: what may stand in a scenario file, and what each word means.

The JSON Schema in ``docs/reference/scenario.schema.json`` is made from these types. They are checked
at the edge, where a file is read (``generale.scenarios.reader``); inside, a scenario is a frozen value.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from generale.driver.setup import FacilityType
from generale.driver.stimuli import Fact
from generale.protocol.errors import UsageError
from generale.protocol.ids import Sex
from generale.protocol.messages import (
    Dependence,
    EndReason,
    Outcome,
    StayType,
)
from generale.scenarios.moment import span_of
from generale.scenarios.roles import FacilityRole, ResidentRole
from generale.scenarios.stay_words import Absence, ChangeStay, EndAgreement, EndStay
from generale.scenarios.value import Count, Day, Happens, Misfit, Moment, Month, Span, Truth, Words
from generale.simulator.advancing import MoneyDeed
from generale.simulator.behaviour import CERTIFICATES, LONGEST_SECONDS, SPOILING, Kind, Shape
from generale.simulator.precondition import check_refusal
from generale.simulator.reach import check_reach

MessageKind = Literal[
    "",
    "Admission",
    "EndOfStay",
    "Absence",
    "EndOfAbsence",
    "ChangeOfStayType",
    "EndOfAgreement",
    "Correction",
    "Withdrawal",
    "Assessment",
]
"""A kind of message about a resident; empty for any."""


class Story(Words):
    """What happens, told to a person."""

    en: str
    nl: str


class Entered(Words):
    """Data of a person that the facility enters wrongly; what is left out is entered as it is."""

    family_name: str | None = None
    given_name: str | None = None
    birth_date: Day | None = None
    sex: Sex | None = None


class Admit(Words):
    """Tell the vendor that a resident moves in. ``entered`` are data entered wrongly, not the true ones."""

    facility: str
    resident: str
    stay_type: StayType
    start: Moment
    entered: Entered | None = None


class Correct(Words):
    """Tell the vendor what was entered wrongly; ``person`` restates the resident's true data.

    ``stay`` names the stay of somebody who had several: its start as it was entered.
    """

    facility: str
    resident: str
    stay: Moment | None = None
    person: Truth = False
    stay_type: StayType | None = None
    start: Moment | None = None
    end: Moment | None = None
    reason: EndReason | None = None


class Withdraw(Words):
    """Tell the vendor that a stay, or its end, should never have been entered.

    ``stay`` names the stay of somebody who had several: its start as it was entered.
    """

    facility: str
    resident: str
    fact: Fact
    stay: Moment | None = None


class Scores(Words):
    """The scores of an assessment; what is left out was scored as no dependence."""

    washing: Dependence = Dependence.NONE
    dressing: Dependence = Dependence.NONE
    moving: Dependence = Dependence.NONE
    toilet: Dependence = Dependence.NONE
    continence: Dependence = Dependence.NONE
    eating: Dependence = Dependence.NONE
    time: Dependence = Dependence.NONE
    place: Dependence = Dependence.NONE


class Assess(Words):
    """Tell the vendor how dependent a resident is; with ``diagnosed`` dementia was, on that day."""

    facility: str
    resident: str
    assessed: Moment
    scores: Scores
    diagnosed: Moment | None = None
    assessor: str = "Proefbeoordelaar"


class Bill(Words):
    """Tell the vendor to bill a month, or to bill again what was refused of it."""

    facility: str
    month: Month


class HistoryAdmission(Words):
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
            raise Misfit("an end and a reason stand together or not at all", "give both, or leave both out")
        return self


class ImportHistory(Words):
    """Tell the vendor about residents who have lived there for long."""

    facility: str
    residents: list[HistoryAdmission]


class TakeOver(Words):
    """A number ends and another continues: the registry knows it, and the vendor is told."""

    facility: str
    successor: str
    first_day: Moment


class Tell(Words):
    """What the vendor is told: exactly one of these."""

    admit: Admit | None = None
    end_stay: EndStay | None = None
    correct: Correct | None = None
    assess: Assess | None = None
    bill_month: Bill | None = None
    rebill: Bill | None = None
    import_history: ImportHistory | None = None
    take_over: TakeOver | None = None
    withdraw: Withdraw | None = None
    absence: Absence | None = None
    change_stay: ChangeStay | None = None
    end_agreement: EndAgreement | None = None


_NEEDED = {
    "refuse": "control",
    "pend": "control",
    "out-of-order": "control",
    "refuse-bill": "control",
    "block-file": "control",
    "accept-late": "start",
    "silence": "after",
    "fault": "code",
    **{kind.value: "after" for kind in CERTIFICATES},
    "reject-outbound": "after",
}
"""The word without which a kind of behaviour cannot happen."""


class Behave(Words):
    """What platform, funds or line do, ``count`` times."""

    kind: Kind
    count: Count = 1
    service: Literal["", "admissions", "invoices", "insurance"] = ""
    operation: Literal["post", "get", "confirm"] = "post"
    message: MessageKind = ""
    resident: str = ""
    fund: str = ""
    control: str = ""
    after: Span | None = None
    then: Literal[Outcome.ACCEPTED, Outcome.REFUSED] | None = None
    start: Moment | None = None
    day: Moment | None = Field(None, description="Of refuse-bill: only the line that bills this day")
    shape: Shape = Shape.GENERIC
    code: str = Field("", description="Of a fault or rejection, or a minor result")
    retry: Truth | None = None
    text: str = ""

    @model_validator(mode="after")
    def _can_happen(self) -> Self:
        word = _NEEDED.get(self.kind)
        if word and not getattr(self, word):
            raise Misfit(f"{self.kind} needs '{word}'", f"add '{word}' to the behaviour")
        if self.after and span_of(self.after).total_seconds() > LONGEST_SECONDS:
            raise Misfit(f"'{self.after}' is too long", "a behaviour waits twenty years at most")
        try:
            check_reach(self, of_resident=bool(self.resident), of_fund=bool(self.fund))
            check_refusal(self)
        except UsageError as error:
            raise Misfit(str(error), error.hint) from error
        return self


class WaitDecision(Words):
    """Until the latest message about a resident, or about each of several, is decided.

    With ``message`` the latest of that type, with ``outcome`` decided so. A scenario that names what it waits
    for, and counts no decisions, lets a product hold back what depends on another message.
    """

    of: str | Annotated[list[str], Field(min_length=1)]
    facility: str
    message: MessageKind = ""
    outcome: Outcome | None = None
    within: Span = "3 days"

    @property
    def residents(self) -> tuple[str, ...]:
        """The roles of everybody it waits for."""
        return (self.of,) if isinstance(self.of, str) else tuple(self.of)


class WaitReplies(Words):
    """Until so many replies of a kind have come for a facility."""

    kind: Literal[
        "decision",
        "insurance-answer",
        "931000",
        "920999",
        "920098",
        "920099",
        "920900",
        "reject-inbound",
        "reject-outbound",
    ]
    facility: str
    count: Count = 1
    within: Span = "3 days"


class WaitPosts(Words):
    """Until a facility has posted so often to a service, whatever became of it.

    A scenario that waits for what the vendor sends, and counts no polls, lets a product hold back what
    depends on another answer.
    """

    service: Literal["admissions", "invoices", "insurance"]
    facility: str
    count: Count = 1
    within: Span = "1 day"


class Wait(Words):
    """What the player waits for: exactly one of these."""

    decision: WaitDecision | None = None
    replies: WaitReplies | None = None
    posts: WaitPosts | None = None

    @property
    def spec(self) -> WaitDecision | WaitReplies | WaitPosts:
        """The one that is given."""
        spec = self.decision or self.replies or self.posts
        assert spec is not None
        return spec


class FundDeed(Words):
    """What a fund does about advances of a facility, and tells it through the mailbox.

    An advance is that of the formula where no amount is given; a repayment is all that is open. A reminder, a
    second letter, a repayment and a refund are about the latest claim.
    """

    deed: MoneyDeed
    fund: str
    facility: str
    month: Month | None = None
    amount: str | None = Field(None, pattern=r"^\d{1,9}\.\d{2}$", description="Euro, in quotes")

    @model_validator(mode="after")
    def _has_a_month(self) -> Self:
        if (self.deed in (MoneyDeed.ADVANCE, MoneyDeed.CLAIM)) != (self.month is not None):
            raise Misfit(f"'{self.deed}' and 'month' do not fit", "an advance and a claim have a month")
        return self


class ChangeFund(Words):
    """The new care fund of a resident tells the platform, which tells both funds and the facility.

    ``start`` is the first day of the new membership; it takes effect on 1 January alone.
    """

    resident: str
    fund: str
    start: Moment


class Step(Words):
    """One step of the timeline: exactly one of these."""

    tell: Tell | None = None
    sync: Happens | None = None
    observe: Happens | None = None
    wait: Wait | None = None
    advance: Span | None = None
    leap: Moment | None = None
    behave: Behave | None = None
    fund: FundDeed | None = None
    change_fund: ChangeFund | None = None


class Scenario(Words):
    """A scenario: its story, its cast, and its timeline.

    ``begins`` is the moment at which it starts; a scenario whose clock never moves (no advance, no
    leap) can also be played on the wall clock, anchored to today.
    """

    name: str = Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")
    title: Story
    story: Story
    rule_set: Day
    anchor: Day
    begins: Moment = "D 08:00"
    security: Literal["off", "full", "tls"] = Field(
        "off", description="full: only where everything is signed; tls: only under TLS"
    )
    verifies: list[str] = Field(min_length=1)
    facilities: dict[str, FacilityRole] = Field(min_length=1)
    residents: dict[str, ResidentRole]
    timeline: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _shows_certificates_under_tls(self) -> Self:
        shows = any(step.behave and step.behave.kind in CERTIFICATES for step in self.timeline)
        if shows and self.security != "tls":
            raise Misfit("without TLS no certificate is shown", "add 'security: tls' to the scenario")
        return self

    @model_validator(mode="after")
    def _spoils_what_is_signed(self) -> Self:
        spoils = any(step.behave and step.behave.kind in SPOILING for step in self.timeline)
        if spoils and self.security != "full":
            raise Misfit("without signatures no answer is spoiled", "add 'security: full' to the scenario")
        return self

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
