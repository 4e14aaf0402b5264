"""What waits to be sent: the same reference and the same bytes until an acknowledgement comes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from generale.protocol.clock import Clock
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.genericasync import Blob, Compression, Fault, ResultMajor, TAck, tack_is_genuine
from generale.protocol.ids import Hco, Reference
from generale.refvendor.house import House
from generale.refvendor.identity import Identity
from generale.refvendor.post import PostOffice, ServiceUnavailable
from generale.refvendor.switches import Switches

PATIENCE = timedelta(seconds=60)
"""The stretch of business time in which one message is tried at most ``TRIES`` times."""

TRIES = 3
_STORM = 10


class Progress(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    RECEIVED = "received"
    REFUSED = "refused"
    """Technically refused: sending the same again does not help."""


@dataclass(slots=True, kw_only=True, eq=False)
class Letter:
    """One message of ours with its bytes, which never change; ``remark`` is why it was refused.

    Letters of one ``lane`` (a resident, an invoice file) never overtake each other.
    """

    facility: Hco
    service: str
    lane: str
    to: str
    message_name: str
    content_type: str
    content: bytes
    reference: Reference
    progress: Progress = Progress.WAITING
    unanswered: bool = False
    tries: list[datetime] = field(default_factory=list)
    remark: str = ""


class Outbox:
    """The letters of all facility numbers in the order in which they are to leave."""

    def __init__(
        self, office: PostOffice, house: House, identity: Identity, clock: Clock, switches: Switches
    ) -> None:
        self._office = office
        self._house = house
        self._identity = identity
        self._clock = clock
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
            try:
                self._deliver(letter)
            except ServiceUnavailable:
                self._closed.add(letter.service)
            except EnvironmentFailure:
                letter.unanswered = True
                self._closed.add(letter.lane)
        self._waiting = [letter for letter in self._waiting if letter.progress is Progress.WAITING]

    def _may_try(self, letter: Letter) -> bool:
        recent = [at for at in letter.tries if self._clock.now() - at < PATIENCE]
        return len(recent) < TRIES

    def _deliver(self, letter: Letter) -> None:
        """Post one letter and note what became of it; fails as the post office does."""
        if letter.unanswered and self._switches.on("new-reference-on-timeout"):
            letter.reference = self._identity.reference()
            self._by_reference[letter.reference] = letter
        try:
            answer = self._post(letter)
        except ServiceUnavailable:
            if not self._switches.on("retry-storm"):
                raise
            answer = self._insist(letter)
        match answer:
            case TAck(result_major=ResultMajor.SUCCESS):
                letter.progress = Progress.RECEIVED
            case TAck():
                letter.progress = Progress.REFUSED
                letter.remark = answer.result_message or answer.result_minor
            case Fault():
                letter.progress = Progress.REFUSED
                letter.remark = answer.message

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
        )
