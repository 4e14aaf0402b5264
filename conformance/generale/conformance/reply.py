"""The replies of platform and funds: what was put in a mailbox, and when it was fetched and confirmed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import (
    Acknowledgement,
    FileJudgement,
    Settlement,
    TechnicalRefusal,
    read_acknowledgement,
    read_judgement,
    read_refusal,
    read_settlement,
)
from generale.protocol.genericasync import Reject, read_reject
from generale.protocol.messages import (
    Advance,
    Decision,
    FundChangeNotice,
    InsuranceAnswer,
    RecoveryNotice,
    Repayment,
)
from generale.protocol.profile import Profile
from generale.results.events import Event

Document: TypeAlias = (
    Decision
    | InsuranceAnswer
    | Acknowledgement
    | TechnicalRefusal
    | FileJudgement
    | Settlement
    | Reject
    | Advance
    | RecoveryNotice
    | Repayment
    | FundChangeNotice
)
"""What a reply can say."""

UNREADABLE = "unreadable"
"""The kind of a reply that was garbled on purpose."""

STRAY = "stray"
"""The kind of a decision whose content is about another facility and another message, on purpose."""

INBOUND, OUTBOUND = "reject-inbound", "reject-outbound"
"""The kinds of the two rejections: of a message, and of an answer to one."""

MONEY = frozenset({"advance", "recovery-notice", "repayment"})
"""The kinds of what a fund tells of advances: nothing was asked."""

FUND_CHANGE = "fund-change-notice"
"""The kind of what the platform tells of a change of care fund: nothing was asked."""

UNASKED = MONEY | {FUND_CHANGE}
"""The kinds of what answers no message."""

REJECTS = frozenset({INBOUND, OUTBOUND})

_READERS: Mapping[str, Callable[[bytes], Document]] = {
    "931000": read_acknowledgement,
    "920999": read_refusal,
    "920098": read_judgement,
    "920099": read_judgement,
    "920900": read_settlement,
    INBOUND: read_reject,
    OUTBOUND: read_reject,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Reply:
    """One item of a mailbox: when it was put there, and where it was fetched and confirmed.

    ``place`` is its place in the answer that brought it first.
    """

    event: Event
    fetched: tuple[int, ...]
    confirmed: tuple[int, ...]
    place: int
    profile: Profile
    evidence: Callable[[str], bytes]

    @property
    def seq(self) -> int:
        """Where it was put in the mailbox."""
        return self.event.seq

    @property
    def reference(self) -> str:
        """Its own reference, by which it is confirmed."""
        return self.event.ids["reply"]

    @property
    def about(self) -> str:
        """The reference of the message that it answers."""
        return self.event.ids.get("about", "")

    @property
    def facility(self) -> str:
        """The number whose mailbox holds it, eight digits."""
        return self.event.ids.get("facility", "")

    @property
    def service(self) -> str:
        """The service whose mailbox holds it."""
        return self.event.ids.get("service", "")

    @property
    def kind(self) -> str:
        """What it is: decision, 931000, 920999, 920098, 920099, 920900, a rejection, unreadable or stray."""
        return self.event.ids.get("kind", "")

    @property
    def io(self) -> str:
        """The number of the fund that answers; empty in a transcript that does not say."""
        return str(self.event.data.get("io", ""))

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.evidence(self.event.evidence)

    @property
    def arrival(self) -> tuple[int, int]:
        """When it reached the vendor, for ordering; only for one that was fetched."""
        return self.fetched[0], self.place

    def is_known(self, seq: int) -> bool:
        """Whether the vendor had fetched it at a place in the transcript."""
        return bool(self.fetched) and self.fetched[0] <= seq

    @cached_property
    def document(self) -> Document | PeerError:
        """What it says, or why it says nothing."""
        try:
            reader = _READERS.get(self.kind)
            document = reader(self.content) if reader else self.profile.read(self.content)
        except PeerError as error:
            return error
        if not isinstance(document, Document):
            return PeerError(f"a message of kind {type(document).__name__} is no reply")
        return document
