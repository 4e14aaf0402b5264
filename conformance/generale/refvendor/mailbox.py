"""The mailboxes: fetch page by page, store, confirm what can be read, and hand it on once.

Which bytes can be read is told by a reader; a reply that it cannot read is kept and left unconfirmed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from generale.protocol.clock import Clock
from generale.protocol.errors import EnvironmentFailure, PeerError
from generale.protocol.flatfile import (
    Acknowledgement,
    FileJudgement,
    Settlement,
    TechnicalRefusal,
    decode,
    read_acknowledgement,
    read_judgement,
    read_refusal,
    read_settlement,
)
from generale.protocol.genericasync import (
    Answer,
    Delivery,
    GetResponse,
    Query,
    Reject,
    TAck,
    is_reject,
    read_reject,
)
from generale.protocol.ids import Hco
from generale.protocol.messages import Decision, FundChangeNotice, InsuranceAnswer
from generale.protocol.profile import Profile
from generale.refvendor.advances import Money
from generale.refvendor.house import House
from generale.refvendor.outbox import INVOICES
from generale.refvendor.post import (
    NothingSaid,
    PolledTooSoon,
    PostOffice,
    ServiceUnavailable,
    TurnedAway,
    Untrusted,
)
from generale.refvendor.switches import Switches

PAGE = 8
"""How many replies are asked for at once, besides those that are kept unread; as many acknowledgements."""

PAUSE = timedelta(seconds=30)
"""How long a mailbox is left alone after it turned a poll away; longer where the profile says so."""

_STORM = 10
_LARGE_PAGE = 100

Content = (
    Decision
    | InsuranceAnswer
    | Acknowledgement
    | TechnicalRefusal
    | FileJudgement
    | Settlement
    | Reject
    | Money
    | FundChangeNotice
)
"""What a reply can say."""

_FLAT_FILES: Mapping[bytes, Callable[[bytes], Content]] = {
    b"931000": read_acknowledgement,
    b"920999": read_refusal,
    b"920098": read_judgement,
    b"920099": read_judgement,
    b"920900": read_settlement,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply out of a mailbox: which message of ours it answers, and what it says."""

    answers: str
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A reply that was kept because it could not be read, and why."""

    facility: Hco
    answers: str
    why: str


@dataclass(slots=True, kw_only=True)
class _Poll:
    """One round of fetching at a service: what can be handed on, and whether a bad reply ended it."""

    service: str
    replies: list[Reply] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)
    broken_off: bool = False


class Mailboxes:
    """The mailboxes of all numbers and services, and what has come out of them."""

    def __init__(
        self,
        office: PostOffice,
        house: House,
        profile: Profile,
        clock: Clock,
        switches: Switches,
        on_tack: Callable[[TAck], None],
    ) -> None:
        self._office = office
        self._house = house
        self._profile = profile
        self._clock = clock
        self._switches = switches
        self._on_tack = on_tack
        self._pause = max(PAUSE, timedelta(seconds=profile.poll_seconds))
        self._rests: dict[tuple[Hco, str], datetime] = {}
        self._given_up: set[tuple[Hco, str]] = set()
        self._asked_to_confirm: set[str] = set()
        self._believed: set[str] = set()
        self._never_emptied: dict[tuple[Hco, str], list[Delivery]] = {}
        self._stored: set[str] = set()
        self._effects: set[tuple[str, bytes]] = set()
        self._kept: dict[str, Unreadable] = {}
        self._refusals: dict[tuple[Hco, str], str] = {}
        self._acknowledging: set[str] = set()

    @property
    def unreadable(self) -> Iterable[Unreadable]:
        """The replies that could not be read."""
        return self._kept.values()

    def refused(self, hco: Hco) -> Iterator[tuple[str, str]]:
        """The mailboxes of a number that refuse to be read for good: the service, and why as it came."""
        return ((service, why) for (owner, service), why in self._refusals.items() if owner == hco)

    def poll(self, hco: Hco, service: str) -> list[Reply]:
        """Fetch until the mailbox holds nothing new; what cannot be fetched now waits for the next time."""
        poll, box = _Poll(service=service), (hco, service)
        if not self._is_open(box):
            return poll.replies
        try:
            while self._page(hco, service, poll) and not self._has_enough():
                continue
        except TurnedAway as refused:
            self._rests[box] = self._clock.now() + self._pause
            if not isinstance(refused, ServiceUnavailable):
                self._refusals[box] = str(refused)
            if self._gives_up(refused):
                self._given_up.add(box)
        except EnvironmentFailure:
            return poll.replies
        return poll.replies

    def _gives_up(self, refused: TurnedAway) -> bool:
        """Whether a mailbox that turned a poll away is never asked again; by right it is."""
        if isinstance(refused, PolledTooSoon):
            return self._switches.on("throttle-gives-up")
        return self._switches.on("mailbox-given-up-after-fault")

    def _has_enough(self) -> bool:
        """Whether one page counts as the whole mailbox; by right it never does."""
        return self._switches.on("first-page-only") or self._switches.on("one-large-page")

    def _is_open(self, box: tuple[Hco, str]) -> bool:
        """Whether a mailbox may be asked: it did not turn a poll away just now."""
        rest = self._rests.get(box)
        return box not in self._given_up and (rest is None or self._clock.now() >= rest)

    def _fetch(self, hco: Hco, service: str, count: int) -> GetResponse:
        tacks = Query(included=self._asks_for_tacks(f"{hco}/{service}"), max=PAGE)
        for _ in range(_STORM):
            try:
                return self._office.get(self._house[hco], service, count, tacks=tacks)
            except PolledTooSoon:
                if not self._switches.on("throttle-hammered"):
                    raise
            except TurnedAway:
                if not self._switches.on("poll-storm"):
                    raise
        return self._office.get(self._house[hco], service, count, tacks=tacks)

    def _asks_for_tacks(self, box: str) -> bool:
        """Whether acknowledgements are asked for: by right at every poll."""
        if box in self._acknowledging and self._switches.on("tacks-asked-for-once"):
            return False
        return not self._switches.on("tacks-not-asked-for")

    def _page(self, hco: Hco, service: str, poll: _Poll) -> bool:
        """Fetch, store and confirm one page; whether there was anything new in it."""
        kept = sum(one.facility == hco for one in self._kept.values())
        size = _LARGE_PAGE if self._switches.on("one-large-page") else PAGE
        try:
            page = self._fetch(hco, service, size + kept)
        except Untrusted as untrusted:
            self._believe(hco, service, untrusted.answer, poll)
            raise
        self._refusals.pop((hco, service), None)
        fresh = self._take_tacks(f"{hco}/{service}", page.tacks)
        done: list[Delivery] = []
        for delivery in page.messages:
            key = _key(hco, service, delivery)
            fresh = fresh or key not in self._stored
            if self._store(hco, delivery, key, poll):
                done.append(delivery)
            if poll.broken_off:
                break
            self._stored.add(key)
        again = self._confirm(hco, service, done, page.tacks, poll)
        return (fresh or again) and not poll.broken_off

    def _believe(self, hco: Hco, service: str, answer: Answer, poll: _Poll) -> None:
        """Take something out of an answer that proves nothing; by right nothing is."""
        if not isinstance(answer, GetResponse):
            return
        if answer.messages and self._switches.on("decisions-booked-unverified"):
            for delivery in answer.messages:
                self._store(hco, delivery, _key(hco, service, delivery), poll)
        if answer.tacks and self._switches.on("tacks-confirmed-unverified"):
            self._take_tacks(f"{hco}/{service}", answer.tacks)
            self._tell_stored(hco, service, [], answer.tacks)

    def _take_tacks(self, box: str, tacks: Sequence[TAck]) -> bool:
        """Hand each acknowledgement on the first time it comes; whether any of them was new."""
        if tacks:
            self._acknowledging.add(box)
        keys = {_tack_key(box, tack): tack for tack in tacks}
        fresh = keys.keys() - self._stored
        for key, tack in keys.items():
            if key in fresh:
                self._stored.add(key)
                self._on_tack(tack)
        return bool(fresh)

    def _store(self, hco: Hco, delivery: Delivery, key: str, poll: _Poll) -> bool:
        """Keep one delivery and hand it on the first time; whether it is to be confirmed."""
        try:
            content = self.read(delivery.blob.content)
        except PeerError as error:
            self._kept[key] = Unreadable(facility=hco, answers=delivery.input_reference or "", why=str(error))
            poll.broken_off = self._stops_at_bad_reply(poll.service)
            return self._switches.on("bad-reply-confirmed")
        effect = (delivery.input_reference or key, delivery.blob.digest)
        if effect not in self._effects or self._counts_again(content):
            self._effects.add(effect)
            poll.replies.append(Reply(answers=self._answered(content, delivery), content=content))
        return True

    def _answered(self, content: Content, delivery: Delivery) -> str:
        """The reference of our message that a reply is about: the one inside it, else the one on it."""
        on_it = delivery.input_reference or ""
        match content:
            case Decision() | InsuranceAnswer():
                return on_it if self._switches.on("decisions-by-their-envelope") else content.about
            case Reject():
                return content.input_reference
            case _:
                return on_it

    def _counts_again(self, content: Content) -> bool:
        """Whether a copy has the effect of its original once more; by right it has none."""
        if isinstance(content, Settlement) and self._switches.on("paid-per-delivery"):
            return True
        return self._switches.on("rebills-per-reply")

    def _stops_at_bad_reply(self, service: str) -> bool:
        """Whether a reply that cannot be read ends the poll; by right none does."""
        if service == INVOICES and self._switches.on("settlements-stop-at-bad-reply"):
            return True
        return self._switches.on("poll-stops-at-bad-reply")

    def read(self, raw: bytes) -> Content:
        """What a reply says; PeerError where it is none that a facility can get."""
        if flat_file := _FLAT_FILES.get(raw[:6]):
            content = flat_file(raw)
            if isinstance(content, Settlement) and self._switches.on("errors-by-place"):
                return _by_place(raw, content)
            return content
        if is_reject(raw) and not self._switches.on("reject-unreadable"):
            return read_reject(raw)
        message = self._profile.read(raw)
        if isinstance(message, Money) and not self._switches.on("money-messages-unread"):
            return message
        if isinstance(message, FundChangeNotice) and not self._switches.on("fund-change-unread"):
            return message
        if not isinstance(message, Decision | InsuranceAnswer):
            raise PeerError(f"a {type(message).__name__} is no reply to a facility")
        return message

    def _confirm(
        self, hco: Hco, service: str, done: list[Delivery], tacks: Sequence[TAck], poll: _Poll
    ) -> bool:
        """Confirm what is stored; whether any reply in it had not been confirmed in this round before."""
        done = [one for one in done if _key(hco, service, one) not in self._believed]
        tacks = [one for one in tacks if _tack_key(f"{hco}/{service}", one) not in self._believed]
        new = [one for one in done if _key(hco, service, one) not in self._asked_to_confirm]
        self._asked_to_confirm |= {_key(hco, service, one) for one in new}
        if len(new) < len(done) and self._switches.on("confirmed-once-for-ever"):
            done = new
        if self._switches.on("confirms-for-ever"):
            done = self._never_emptied.setdefault((hco, service), [])
            done += [one for one in new if one not in done]
        if tacks and self._switches.on("tacks-not-confirmed"):
            tacks = []
        if not (done or tacks) or self._switches.on("confirms-nothing"):
            return False
        self._tell_stored(hco, service, done, tacks)
        keys = {_key(hco, service, delivery) for delivery in done}
        again = not keys <= poll.confirmed
        poll.confirmed |= keys
        return again

    def _tell_stored(self, hco: Hco, service: str, done: list[Delivery], tacks: Sequence[TAck]) -> None:
        """Confirm to the post office; one that is turned away is made again at another poll."""
        blobs = [delivery.blob for delivery in done]
        if self._switches.on("own-references-confirmed"):
            blobs += [replace(one.blob, reference=one.input_reference) for one in done if one.input_reference]
        for _ in range(_STORM):
            try:
                self._office.confirm(self._house[hco], service, blobs, tacks)
            except TurnedAway:
                if not self._switches.on("confirm-storm"):
                    raise
            except (Untrusted, NothingSaid) as doubt:
                if not self._takes_for_an_answer(doubt):
                    raise
                self._believed |= {_key(hco, service, one) for one in done}
                self._believed |= {_tack_key(f"{hco}/{service}", one) for one in tacks}
                return
            else:
                return

    def _takes_for_an_answer(self, doubt: Untrusted | NothingSaid) -> bool:
        """A mistake: a doubtful answer to a confirmation says that it was taken."""
        if isinstance(doubt, Untrusted):
            return self._switches.on("confirmations-taken-unverified")
        return self._switches.on("empty-answer-taken")


def _by_place(raw: bytes, settlement: Settlement) -> Settlement:
    """A mistake: each record under its place in the answer instead of its index in the file."""
    judged = [one for one in decode(raw).records if "letter_1" in one.layout.by_key]
    places = {one.whole("record_index"): place for place, one in enumerate(judged, start=1)}
    records = tuple(replace(one, index=places[one.index]) for one in settlement.records)
    return replace(settlement, records=records)


def _tack_key(box: str, tack: TAck) -> str:
    return f"{box}/{tack.reference or tack.value.hex()}"


def _key(hco: Hco, service: str, delivery: Delivery) -> str:
    return f"{hco}/{service}/{delivery.blob.reference or delivery.blob.digest.hex()}"
