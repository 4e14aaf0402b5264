"""What waits to be sent: the same reference and the same bytes until an acknowledgement comes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from generale.protocol.calendar import days_between
from generale.protocol.clock import Clock, brussels
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.genericasync import (
    Blob,
    Compression,
    Fault,
    FaultKind,
    PostResponse,
    ResultMajor,
    TAck,
    tack_is_genuine,
)
from generale.protocol.ids import Hco, Reference
from generale.refvendor.house import House
from generale.refvendor.identity import Identity
from generale.refvendor.label import NO_LABEL, Label
from generale.refvendor.post import (
    ALREADY_RECEIVED,
    NotOurs,
    PostOffice,
    ServiceUnavailable,
    TryAgainLater,
    Untrusted,
)
from generale.refvendor.switches import Switches

PATIENCE = timedelta(seconds=60)
"""The stretch of business time in which one message is tried at most ``TRIES`` times."""

TRIES = 3
_STORM = 10
_LAST_TRY = 8

_TERM, _FRIDAY = 5, 4
"""The working days of the notice term, and the last weekday that can be one."""

INVOICES = "invoices"
_INSURANCE = "insurance"
_XML = "text/xml"
_END, _CORRECTION = "WZC-EINDE", "WZC-CORRECTIE"
"""Names of messages about which a defect goes wrong (project-defined)."""

_DUPLICATE = "urn:nip:tack:result:minor:duplicate"
"""The result that says: already received (project-defined)."""


class Progress(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    RECEIVED = "received"
    REFUSED = "refused"
    """Technically refused: sending the same again does not help."""


class Refuser(StrEnum):
    """In which way a message came back."""

    FAULT = "fault"
    ACKNOWLEDGEMENT = "acknowledgement"
    REJECTION = "rejection"


@dataclass(slots=True, kw_only=True, eq=False)
class Letter:
    """One message of ours with its bytes, which by right never change.

    Where it came back, ``refused_by`` says in which way and ``remark`` why.

    Letters of one ``lane`` (a resident, an invoice file) never overtake each other. ``label`` stands on
    the outside, for all to read.
    """

    facility: Hco
    service: str
    lane: str
    to: str
    message_name: str
    content_type: str
    content: bytes
    reference: Reference
    label: Label = NO_LABEL
    moved_in: datetime | None = None
    """When the resident of an admission moved in."""
    progress: Progress = Progress.WAITING
    unanswered: bool = False
    tries: list[datetime] = field(default_factory=list)
    refused_by: Refuser | None = None
    remark: str = ""
    warning: str = ""
    """What the receipt warned of."""
    answer_rejected: str = ""
    """Why an answer to it went wrong on its way; empty once an answer has come."""

    def come_back(self, refused_by: Refuser, remark: str) -> None:
        """It was refused; nothing sends it again."""
        self.progress, self.refused_by, self.remark = Progress.REFUSED, refused_by, remark


def reason_of(fault: Fault) -> str:
    """Why something was refused, as users see it: the code and the text as they came."""
    return f"{fault.code}: {fault.message}"


class Outbox:
    """The letters of all facility numbers in the order in which they are to leave."""

    def __init__(
        self,
        office: PostOffice,
        house: House,
        identity: Identity,
        clock: Clock,
        resend_minors: frozenset[str],
        switches: Switches,
    ) -> None:
        self._office = office
        self._house = house
        self._identity = identity
        self._clock = clock
        self._resend_minors = resend_minors
        self._switches = switches
        self._waiting: list[Letter] = []
        self._by_reference: dict[str, Letter] = {}
        self._closed: set[str] = set()

    def put(self, letter: Letter) -> Letter:
        """Add a letter behind those that wait."""
        self._waiting.append(letter)
        self._by_reference[letter.reference] = letter
        return letter

    def find(self, reference: str) -> Letter | None:
        """The letter that was sent under a reference."""
        return self._by_reference.get(reference)

    def take_back(self, tack: TAck) -> None:
        """Let a message leave again that its destination could not pick up, as an acknowledgement says."""
        letter = self._by_reference.get(tack.input_reference)
        if letter is None or not tack_is_genuine(tack, letter.content):
            return
        if tack.result_major is ResultMajor.FAILURE and letter.progress is Progress.RECEIVED:
            if self._switches.on("failed-pick-up-ignored"):
                return
            letter.progress = Progress.WAITING
            self._waiting.append(letter)

    def open_round(self) -> None:
        """A new sync begins: what was closed by a failure may be tried again."""
        self._closed.clear()

    def send(self) -> None:
        """Send what waits.

        A letter without an answer holds up its lane until the next round; a service that is not
        available holds up everything for it.
        """
        for letter in tuple(self._waiting):
            if {letter.service, letter.lane} & self._closed:
                continue
            if not self._may_try(letter):
                self._closed.add(letter.lane)
                continue
            if self._gives_up(letter):
                letter.come_back(Refuser.FAULT, "")
                continue
            try:
                self._deliver(letter)
            except ServiceUnavailable as busy:
                if self._is_dropped(letter):
                    letter.come_back(Refuser.FAULT, str(busy))
                    continue
                if self._switches.on("dropped-while-unavailable"):
                    letter.come_back(Refuser.FAULT, str(busy))
                self._closed |= {letter.service, letter.lane}
            except NotOurs:
                self._closed.add(letter.lane)
            except EnvironmentFailure:
                letter.unanswered = True
                self._closed.add(letter.lane)
                if self._counts_as_delivered(letter):
                    letter.progress = Progress.RECEIVED
        self._waiting = [letter for letter in self._waiting if letter.progress is Progress.WAITING]

    def _gives_up(self, letter: Letter) -> bool:
        """Whether a letter was tried too often or too long to be tried again; by right none ever is."""
        if letter.moved_in and letter.tries and self._counts_term_as_over(letter.moved_in):
            return True
        return len(letter.tries) >= _LAST_TRY and self._switches.on("given-up-after-eight-tries")

    def _counts_term_as_over(self, moved_in: datetime) -> bool:
        """Whether an admission counts as too late to be told; by right it is told all the same."""
        first, today = brussels(moved_in).date(), brussels(self._clock.now()).date()
        if today > first + timedelta(days=_TERM) and self._switches.on("term-in-calendar-days"):
            return True
        weekdays = sum(day.weekday() <= _FRIDAY for day in [*days_between(first, today)][1:])
        return weekdays > _TERM and self._switches.on("holidays-forgotten")

    def _is_dropped(self, letter: Letter) -> bool:
        """Whether a letter is given up where the service does not work; by right none is."""
        if letter.service == _INSURANCE:
            return self._switches.on("question-dropped")
        if letter.service == INVOICES:
            return self._switches.on("file-dropped-when-unavailable")
        return letter.message_name == _CORRECTION and self._switches.on("correction-dropped-when-unavailable")

    def _counts_as_delivered(self, letter: Letter) -> bool:
        """Whether a letter without an answer counts as delivered; by right none does."""
        if letter.service == INVOICES:
            return self._switches.on("file-taken-for-delivered")
        return letter.message_name == _END and self._switches.on("end-taken-for-delivered")

    def _may_try(self, letter: Letter) -> bool:
        recent = [at for at in letter.tries if self._clock.now() - at < PATIENCE]
        return len(recent) < TRIES

    def _deliver(self, letter: Letter) -> None:
        """Post one letter and note what became of it; fails as the post office does."""
        if letter.unanswered and self._switches.on("new-reference-on-timeout"):
            self._rename(letter)
        if letter.unanswered and letter.content_type == _XML and self._switches.on("made-again-on-timeout"):
            self._rename(letter)
            letter.content += f"<!-- {self._clock.now().isoformat()} -->".encode()
            letter.unanswered = False
        try:
            answer = self._answer(letter)
        except TryAgainLater as refused:
            if self._ignores_hint(letter):
                letter.come_back(Refuser.FAULT, str(refused))
                return
            if self._switches.on("new-reference-on-fault"):
                self._rename(letter)
            raise
        match answer:
            case TAck(result_major=ResultMajor.SUCCESS):
                self._note_receipt(letter, answer)
            case TAck(result_minor=minor) if minor in self._resend_minors:
                self._closed.add(letter.lane)
            case TAck():
                remark = f"{answer.result_minor} {answer.result_message}".strip()
                letter.come_back(Refuser.ACKNOWLEDGEMENT, remark)
            case Fault():
                self._note_fault(letter, answer)

    def _ignores_hint(self, letter: Letter) -> bool:
        """Whether a refusal that asks for another try counts as final; by right none does."""
        if letter.service == INVOICES and self._switches.on("retry-hint-on-file-ignored"):
            return True
        return self._switches.on("retry-hint-ignored")

    def _trusts_any_acknowledgement(self, letter: Letter) -> bool:
        """Whether the acknowledgement of other content counts; by right it never does."""
        if letter.service == INVOICES and self._switches.on("tack-of-file-not-verified"):
            return True
        return self._switches.on("tack-not-verified")

    def _answer(self, letter: Letter) -> TAck | Fault:
        """What a letter is answered; an acknowledgement of something else counts as no answer."""
        try:
            return self._post(letter)
        except TryAgainLater:
            if not self._switches.on("storm-after-fault"):
                raise
            return self._insist(letter)
        except ServiceUnavailable:
            if not self._switches.on("retry-storm"):
                raise
            return self._insist(letter)
        except Untrusted as untrusted:
            if not isinstance(untrusted.answer, PostResponse) or not self._switches.on(
                "tacks-taken-unverified"
            ):
                raise
            return untrusted.answer.tack
        except NotOurs as other:
            if not self._trusts_any_acknowledgement(letter):
                raise
            return other.tack

    def _note_receipt(self, letter: Letter, tack: TAck) -> None:
        """A success is a receipt, also where it warns; that it was received before is no warning."""
        if tack.result_minor == ALREADY_RECEIVED and self._switches.on("duplicate-not-receipt"):
            letter.unanswered = True
            return
        if tack.result_minor and tack.result_minor != ALREADY_RECEIVED:
            letter.warning = f"{tack.result_minor} {tack.result_message}".strip()
            if self._fears_warnings(letter):
                self._closed.add(letter.lane)
                return
        letter.progress = Progress.RECEIVED

    def _fears_warnings(self, letter: Letter) -> bool:
        """Whether a warning counts as a failure; by right it is a receipt."""
        if letter.service == INVOICES and self._switches.on("warning-about-file-as-failure"):
            return True
        return self._switches.on("warning-as-failure")

    def _note_fault(self, letter: Letter, fault: Fault) -> None:
        """A fault that does not ask for another try is final: a person repairs what was sent."""
        if self._switches.on("every-fault-retried"):
            self._closed.add(letter.lane)
            return
        is_own = fault.kind is FaultKind.GENERIC and self._switches.on("own-fault-retried")
        if is_own or (fault.kind is FaultKind.BUSINESS and self._switches.on("business-fault-retried")):
            self._closed.add(letter.lane)
            return
        letter.come_back(Refuser.FAULT, reason_of(fault))

    def _rename(self, letter: Letter) -> None:
        letter.reference = self._identity.reference()
        self._by_reference[letter.reference] = letter

    def _insist(self, letter: Letter) -> TAck | Fault:
        for _ in range(_STORM):
            try:
                return self._post(letter)
            except ServiceUnavailable:
                continue
        return self._post(letter)

    def _post(self, letter: Letter) -> TAck | Fault:
        letter.tries.append(self._clock.now())
        zlib = self._switches.on("zlib-header")
        blob = Blob(
            content=letter.content,
            message_name=letter.message_name,
            content_type=letter.content_type,
            compression=Compression.ZLIB if zlib else Compression.RAW,
        )
        return self._office.post(
            self._house.sender(letter.facility),
            letter.service,
            to=letter.to,
            reference=letter.reference,
            blob=blob,
            label=letter.label,
        )
