"""Behaviours: what a scenario can make platform, funds and line do, each for a counted number of times."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from generale.driver.setup import FacilitySetUp
from generale.protocol.errors import UsageError
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.protocol.messages import Outcome

MOST_TIMES = 1_000_000
"""How often a behaviour can happen at most (project-defined)."""

LONGEST_SECONDS = 20 * 366 * 24 * 3600
"""The longest delay of a behaviour, in seconds: twenty years (project-defined)."""


class Kind(StrEnum):
    """What can be switched on."""

    REFUSE = "refuse"
    """Refuse the message with ``control``, whatever it says."""
    PEND = "pend"
    """Take the message in deliberation; after ``after`` seconds decide ``then`` (judge where it is empty)."""
    ACCEPT_LATE = "accept-late"
    """Accept an admission, but only from ``start``."""
    SILENCE = "silence"
    """Answer ``after`` seconds later than usual."""
    OUT_OF_ORDER = "out-of-order"
    """Take in deliberation, accept at once, and deliver the acceptance before the older decision."""
    ANSWER_TWICE = "answer-twice"
    """Put the reply in the mailbox twice, under two references."""
    UNREADABLE = "unreadable"
    """Put an item that nobody can read in front of the reply."""
    FOR_ANOTHER = "for-another"
    """``after`` seconds behind a decision deliver an acceptance that names another facility and message."""
    NOT_PICKED_UP = "not-picked-up"
    """Receive the message, but let its destination fail to pick it up: it has to be sent again."""
    REFUSE_FILE = "refuse-file"
    """Refuse an invoice file technically (920999), whatever it holds."""
    BLOCK_FILE = "block-file"
    """Refuse an invoice file as a whole with ``control``: 920099 at a fund that judges whole files."""
    TOLERATE_NOTHING = "tolerate-nothing"
    """Refuse an invoice file as a whole for any error in it: 920099 at a fund that judges whole files."""
    SPARSE_ANSWER = "sparse-answer"
    """Settle without the records that have no error, with filled error slots and no last character."""
    REFUSE_BILL = "refuse-bill"
    """Refuse bills with ``control``, whatever they say: those of ``insz``, or all.

    With ``day`` only the line that bills this day; the others of the bill are judged as usual.
    """
    CUT = "cut"
    """Receive and store, then cut the line instead of answering."""
    CUT_BEFORE_RECEIPT = "cut-before-receipt"
    """Cut the line before receiving anything."""
    UNAVAILABLE = "unavailable"
    """Answer 503 before receiving anything."""
    EMPTY_ANSWER = "empty-answer"
    """Answer a confirmation with 200 and nothing else; nothing is confirmed."""
    FAULT = "fault"
    """Answer with a fault of this ``shape``, ``code`` and ``retry`` before receiving anything."""
    SHORT_PAGE = "short-page"
    """Give a poll fewer replies than it asks for, and keep the others for the next page."""
    THROTTLE = "throttle"
    """Turn away a poll that comes too soon after the last one of that mailbox that was answered."""
    FAILURE_TACK = "failure-tack"
    """Refuse a posted message technically, with ``code`` as minor result; nothing is received."""
    FORGED_TACK = "forged-tack"
    """Answer a post with an acknowledgement of other content; nothing is received."""
    WARNING_TACK = "warning-tack"
    """Receive a message, and acknowledge it with ``code`` as a warning."""
    REJECT_INBOUND = "reject-inbound"
    """Acknowledge a message, then reject it through the mailbox instead of handling it."""
    REJECT_OUTBOUND = "reject-outbound"
    """Reject the answer to a message through the mailbox; it follows itself ``after`` seconds later."""
    REPLY_TAMPERED = "reply-tampered"
    """Let somebody in between change an answer after it was signed; a decision becomes its opposite.

    This and the next three spoil the answer to an ``operation``; what is posted or confirmed never arrives.
    All but a stale one want everything to be signed.
    """
    REPLY_UNSIGNED = "reply-unsigned"
    """Answer without any security header."""
    REPLY_STALE = "reply-stale"
    """Answer under a timestamp that expired long ago; without signatures it wants timestamps."""
    REPLY_TO_ANOTHER = "reply-to-another"
    """Answer, rightly signed, what somebody else asked."""
    CERTIFICATE_EXPIRED = "certificate-expired"
    """For ``after`` seconds show an expired certificate of the server. This and the next three want TLS."""
    CERTIFICATE_OTHER_NAME = "certificate-other-name"
    """For ``after`` seconds show the certificate of another host."""
    CERTIFICATE_OTHER_AUTHORITY = "certificate-other-authority"
    """For ``after`` seconds show a certificate of an authority that nobody here knows."""
    CERTIFICATE_SELF_SIGNED = "certificate-self-signed"
    """For ``after`` seconds show a certificate that the server issued to itself."""


CERTIFICATES = frozenset(
    {
        Kind.CERTIFICATE_EXPIRED,
        Kind.CERTIFICATE_OTHER_NAME,
        Kind.CERTIFICATE_OTHER_AUTHORITY,
        Kind.CERTIFICATE_SELF_SIGNED,
    }
)
"""The behaviours of the line that let the server show a certificate which a client must refuse."""


SPOILING = (Kind.REPLY_TAMPERED, Kind.REPLY_UNSIGNED, Kind.REPLY_STALE, Kind.REPLY_TO_ANOTHER)
"""The behaviours that make an answer one that nobody may trust, in the order in which they are used up."""

OPERATIONS = ("post", "get", "confirm")
"""The operations of a service."""


class Shape(StrEnum):
    """Which shape a fault has."""

    GENERIC = "generic"
    """MyCareNet: ``fault`` of types:FaultType."""
    SYSTEM = "system"
    """eHealth platform: SystemError."""
    BUSINESS = "business"
    """eHealth platform: BusinessError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One behaviour, for ``count`` times; what is empty fits everything.

    ``message`` is the name of a message type (Admission, EndOfStay, Correction, Withdrawal), ``operation``
    post, get or confirm; ``after`` is in seconds. ``code`` is that of a fault or a rejection, or the minor
    result of an acknowledgement; ``text`` is what it says instead of what it usually says.
    """

    kind: Kind
    count: int = 1
    service: str = ""
    operation: str = "post"
    message: str = ""
    insz: Insz | None = None
    fund: FundNumber | None = None
    control: str = ""
    after: int = 0
    then: Outcome | None = None
    start: datetime | None = None
    day: date | None = None
    shape: Shape = Shape.GENERIC
    code: str = ""
    retry: bool | None = None
    text: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_TIMES:
            raise UsageError(f"a behaviour happens 1 to {MOST_TIMES} times", hint="mend 'count'")
        if not 0 <= self.after <= LONGEST_SECONDS:
            raise UsageError(f"a behaviour waits 0 to {LONGEST_SECONDS} seconds", hint="mend 'after'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a behaviour is asked for: the message, bill or request at hand."""

    service: str = ""
    operation: str = "post"
    message: str = ""
    insz: Insz | None = None
    fund: FundNumber | None = None
    lines: tuple[tuple[date, date], ...] = ()
    """First and last day of each line of a bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """A number ends and another continues its activity from a day on, as the agency's registry has it."""

    old: Hco
    successor: FacilitySetUp
    first_day: date


@dataclass(slots=True)
class Behaviours:
    """The behaviours that are switched on, in the order in which they were."""

    _active: list[Behaviour] = field(default_factory=list)

    def switch_on(self, behaviour: Behaviour) -> None:
        """Add a behaviour."""
        self._active.append(behaviour)

    def switch_off(self, kind: Kind) -> None:
        """Remove every behaviour of a kind."""
        self._active = [behaviour for behaviour in self._active if behaviour.kind is not kind]

    @property
    def name_content(self) -> bool:
        """Whether any of them is meant for one kind of message or one resident only."""
        return any(one.message or one.insz for one in self._active)

    @property
    def active(self) -> tuple[Behaviour, ...]:
        """What is switched on now."""
        return tuple(self._active)

    def take(self, kind: Kind, subject: Subject) -> Behaviour | None:
        """The first behaviour of a kind that fits, used up by one; None where there is none."""
        if not self._active:
            return None
        for place, behaviour in enumerate(self._active):
            if behaviour.kind is kind and _fits(behaviour, subject):
                if behaviour.count > 1:
                    self._active[place] = replace(behaviour, count=behaviour.count - 1)
                else:
                    del self._active[place]
                return behaviour
        return None


def _fits(behaviour: Behaviour, subject: Subject) -> bool:
    return (
        behaviour.service in ("", subject.service)
        and behaviour.operation == subject.operation
        and behaviour.message in ("", subject.message)
        and (behaviour.insz is None or behaviour.insz == subject.insz)
        and (behaviour.fund is None or behaviour.fund == subject.fund)
        and (behaviour.day is None or any(first <= behaviour.day <= last for first, last in subject.lines))
    )
