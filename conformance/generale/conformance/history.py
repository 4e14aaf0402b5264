"""The history of one scenario, typed: what was told, sent, decided, replied, observed, and what was awaited.

A pure view of a part of the transcript and its evidence. What it derives is worked out when it is first
asked for, and only once. A part that does not keep the form of the transcript gives a ``PeerError``.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256

from generale.conformance.bill import BilledLine, lines_billed
from generale.conformance.case import Case, cases_of
from generale.conformance.exchange import STS_OPERATION, UNAVAILABLE, Exchange
from generale.conformance.reply import STRAY, UNASKED, UNREADABLE, Reply
from generale.conformance.sent import Sent
from generale.conformance.stretch import distrusted
from generale.conformance.told import Stay, Told, Wait, number_on, stays_told, successors
from generale.driver.contract import Done
from generale.driver.observations import Observation
from generale.driver.setup import FacilitySetUp, SetUp
from generale.driver.stimuli import Person, TakeOver, stimulus_from_json
from generale.protocol.clock import parse_instant
from generale.protocol.form import from_json
from generale.protocol.genericasync import Post
from generale.protocol.ids import Hco
from generale.protocol.messages import Decision
from generale.protocol.profile import Profile
from generale.results.events import Event, EventType, digest
from generale.results.verdicts import Blame


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the vendor's users would see, at a place in the transcript."""

    seq: int
    at: datetime
    observation: Observation


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """One scenario as it was played."""

    scenario: str
    events: Sequence[Event]
    evidence: Callable[[str], bytes]
    profile: Profile

    @classmethod
    def of(cls, events: Sequence[Event], evidence: Callable[[str], bytes], profile: Profile) -> "History":
        """The history in the events of one scenario; ``evidence`` gives the bytes behind a digest."""
        name = events[0].scenario if events else ""
        return cls(scenario=name, events=tuple(events), evidence=evidence, profile=profile)

    def of_type(self, kind: EventType) -> list[Event]:
        """The events of one type, in order."""
        return self._by_type[kind]

    @cached_property
    def _by_type(self) -> Mapping[EventType, list[Event]]:
        by_type: dict[EventType, list[Event]] = defaultdict(list)
        for event in self.events:
            by_type[event.type].append(event)
        return by_type

    @cached_property
    def begun(self) -> Event | None:
        """The beginning of the scenario; None for a recording without a player."""
        return next(iter(self.of_type(EventType.SCENARIO_BEGUN)), None)

    @cached_property
    def verifies(self) -> frozenset[str]:
        """The requirements that the scenario tries."""
        return frozenset(self.begun.data.get("verifies", ())) if self.begun else frozenset()

    @cached_property
    def rule_set(self) -> date | None:
        """The rule set in force."""
        return date.fromisoformat(str(self.begun.data["rule_set"])) if self.begun else None

    @cached_property
    def ended(self) -> Event | None:
        """The end of the scenario; None where the run broke off."""
        return next(iter(self.of_type(EventType.SCENARIO_ENDED)), None)

    @property
    def completed(self) -> bool:
        """Whether every step was played; a recording without a player has no steps."""
        return self.begun is None or (self.ended is not None and bool(self.ended.data.get("completed")))

    @cached_property
    def set_up(self) -> SetUp | None:
        """What the product was given; None for a recording without a player."""
        return from_json(SetUp, self.begun.data["set_up"]) if self.begun else None

    @cached_property
    def residents(self) -> tuple[Person, ...]:
        """Everybody the scenario or a stimulus names."""
        cast = self.begun.data.get("residents", {}) if self.begun else {}
        told = (version.person for stay in self.stays for version in stay.versions)
        return tuple(dict.fromkeys((*(from_json(Person, row["person"]) for row in cast.values()), *told)))

    @cached_property
    def memberships(self) -> Mapping[str, Sequence[tuple[str, date, date | None]]]:
        """Of which funds everybody in the cast is a member, with first and last day, by national number."""
        cast = self.begun.data.get("residents", {}) if self.begun else {}
        return {
            str(row["person"]["insz"]): [
                (
                    str(one["fund"]),
                    date.fromisoformat(one["since"]),
                    date.fromisoformat(one["until"]) if one.get("until") else None,
                )
                for one in row.get("funds", ())
            ]
            for row in cast.values()
        }

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Every operation of the driver contract, with the answer to it."""
        answers = list(self.of_type(EventType.TOLD_ANSWERED))
        return tuple(self._told(event, answers) for event in self.of_type(EventType.TOLD))

    def _told(self, event: Event, answers: list[Event]) -> Told:
        operation = event.ids.get("operation", "")
        fitting = (one for one in answers if one.seq > event.seq and one.ids.get("operation") == operation)
        answer = next(fitting, None)
        if answer is not None:
            answers.remove(answer)
        failed = answer is None or "problem" in answer.data
        done = Done(taken=False) if failed or operation == "observe" else from_json(Done, answer.data)  # type: ignore[union-attr]  # failed covers None
        return Told(
            seq=event.seq,
            until=answer.seq if answer else self.events[-1].seq,
            at=parse_instant(event.at),
            operation=operation,
            stimulus=stimulus_from_json(dict(event.data)) if operation == "act" else None,
            taken=done.taken,
            answered=not failed,
            note=done.note,
        )

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """The stays that were told."""
        return stays_told(self.told)

    @cached_property
    def takeovers(self) -> tuple[tuple[int, TakeOver], ...]:
        """The takeovers that were told, with their place in the transcript."""
        return tuple(
            (one.seq, one.stimulus) for one in self.told if one.taken and isinstance(one.stimulus, TakeOver)
        )

    @cached_property
    def facilities(self) -> Mapping[Hco, FacilitySetUp]:
        """Every facility number that the product serves, those of a takeover included."""
        first = self.set_up.facilities if self.set_up else ()
        later = (move.successor for _, move in self.takeovers)
        return {facility.hco: facility for facility in (*first, *later)}

    def facility_of(self, nihii: str) -> FacilitySetUp | None:
        """The facility with this RIZIV number of eight digits."""
        return next((one for one in self.facilities.values() if one.nihii == nihii), None)

    def number_on(self, stay: Stay, day: date) -> Hco:
        """The number that holds a stay on a day."""
        return number_on(stay.facility, day, (move for _, move in self.takeovers))

    def numbers_of(self, stay: Stay) -> tuple[Hco, ...]:
        """The number under which a stay was entered, and those that continue it."""
        return successors(stay.facility, (move for _, move in self.takeovers))

    @cached_property
    def observations(self) -> tuple[Seen, ...]:
        """What was observed, in order."""
        return tuple(
            Seen(seq=one.seq, at=parse_instant(one.at), observation=from_json(Observation, dict(one.data)))
            for one in self.of_type(EventType.OBSERVED)
        )

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        """Every wait; one that never ended was not met."""
        ends = {one.ids.get("wait", ""): one for one in self.of_type(EventType.WAIT_ENDED)}
        return tuple(
            self._wait(one, ends.get(one.ids.get("wait", ""))) for one in self.of_type(EventType.WAIT_BEGUN)
        )

    @staticmethod
    def _wait(begun: Event, ended: Event | None) -> Wait:
        """Who is awaited may change while it lasts; what stands at its end counts."""
        closing = ended.data if ended else {}
        return Wait(
            seq=begun.seq,
            awaited=str(closing.get("awaited") or begun.data.get("awaited", "")),
            words=str(begun.data.get("for", "")),
            met=bool(closing.get("met")),
        )

    @cached_property
    def unmet(self) -> Wait | None:
        """The first wait that was in vain."""
        return next((wait for wait in self.waits if not wait.met), None)

    @cached_property
    def is_fair(self) -> bool:
        """Whether what is missing may be held against the vendor.

        Not where platform or fund kept the player waiting, the rehearsal itself failed, or the scenario broke
        off for another reason than the vendor.
        """
        if self.of_type(EventType.HARNESS):
            return False
        in_vain = {wait.awaited for wait in self.waits if not wait.met}
        return in_vain <= {"vendor"} and (self.completed or bool(in_vain))

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every request to a service of the exchange with its response, as far as it can be judged."""
        return tuple(one for one in self._exchanges if one.operation != STS_OPERATION)

    @cached_property
    def token_exchanges(self) -> tuple[Exchange, ...]:
        """Every query for an assertion, with its response, as far as it can be judged."""
        return tuple(one for one in self._exchanges if one.operation == STS_OPERATION)

    @cached_property
    def _exchanges(self) -> tuple[Exchange, ...]:
        answers = {one.ids.get("exchange", ""): one for one in self.of_type(EventType.RESPONSE)}
        pairs = ((one, answers.get(one.ids.get("exchange", ""))) for one in self.of_type(EventType.REQUEST))
        found = (Exchange(request=one, response=answer, evidence=self.evidence) for one, answer in pairs)
        return tuple(one for one in found if one.can_be_judged)

    @cached_property
    def sent(self) -> tuple[Sent, ...]:
        """Every posting that could be read, in order."""
        stored = {self._message_key(one): one.evidence for one in self.of_type(EventType.ACKNOWLEDGED)}
        attempts: dict[tuple[str, ...], int] = defaultdict(int)
        sent: list[Sent] = []
        for exchange in self.exchanges:
            if not isinstance(exchange.asked, Post):
                continue
            post = exchange.asked
            key = (exchange.facility, exchange.service, post.reference)
            content = digest(post.blob.content)
            attempts[*key, content] += 1
            sent.append(
                Sent(
                    exchange=exchange,
                    post=post,
                    attempt=attempts[*key, content],
                    received=key in stored and stored[key] in ("", content),
                    profile=self.profile,
                )
            )
        return tuple(sent)

    @cached_property
    def cut_off(self) -> tuple[Sent, ...]:
        """The postings whose line was cut before an answer came."""
        return tuple(one for one in self.sent if one.exchange.is_cut)

    @staticmethod
    def _message_key(event: Event) -> tuple[str, str, str]:
        ids = event.ids
        return ids.get("facility", ""), ids.get("service", ""), ids.get("reference", "")

    @cached_property
    def messages(self) -> tuple[Sent, ...]:
        """Every message at its first attempt."""
        return tuple(one for one in self.sent if one.attempt == 1)

    @cached_property
    def replies(self) -> tuple[Reply, ...]:
        """Every answer that was put in a mailbox, in order; what is about somebody else answers nothing."""
        return tuple(one for one in self.mailed if one.kind not in {STRAY, *UNASKED})

    @cached_property
    def mailed(self) -> tuple[Reply, ...]:
        """Everything that was put in a mailbox, in order; a spoiled answer fetches and confirms nothing."""
        fetched: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
        confirmed: dict[tuple[str, str, str | bytes], list[int]] = defaultdict(list)
        for exchange in (one for one in self.exchanges if not one.spoiled):
            box = (exchange.facility, exchange.service)
            if exchange.delivered and exchange.response:
                for place, delivery in enumerate(exchange.delivered.messages):
                    name = delivery.blob.reference or ""
                    fetched[*box, name].append((exchange.response.seq, place))
            if exchange.confirms and not exchange.is_turned_away:
                for reference in exchange.confirms.references:
                    confirmed[*box, reference].append(exchange.seq)
                for value in exchange.confirms.hashes:
                    confirmed[*box, value].append(exchange.seq)
        return tuple(self._reply(event, fetched, confirmed) for event in self.of_type(EventType.REPLIED))

    def _reply(
        self,
        event: Event,
        fetched: Mapping[tuple[str, str, str], list[tuple[int, int]]],
        confirmed: Mapping[tuple[str, str, str | bytes], list[int]],
    ) -> Reply:
        box = (event.ids.get("facility", ""), event.ids.get("service", ""))
        name = event.ids.get("reply", "")
        found = [one for one in fetched.get((*box, name), ()) if one[0] > event.seq]
        hashed = sha256(self.evidence(event.evidence)).digest()
        named = (*confirmed.get((*box, name), ()), *confirmed.get((*box, hashed), ()))
        return Reply(
            event=event,
            fetched=tuple(seq for seq, _ in found),
            confirmed=tuple(sorted(seq for seq in named if seq > event.seq)),
            place=found[0][1] if found else 0,
            profile=self.profile,
            evidence=self.evidence,
        )

    @cached_property
    def decisions(self) -> tuple[tuple[Reply, Decision], ...]:
        """The replies that are decisions, as they were put in the mailboxes."""
        return tuple((one, one.document) for one in self.replies if isinstance(one.document, Decision))

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every stay that was told, with what was sent and decided about it."""
        return cases_of(self.stays, self.numbers_of, self.messages, self.decisions)

    @cached_property
    def lines(self) -> tuple[BilledLine, ...]:
        """Every line that was billed, in order."""
        return tuple(lines_billed(self.messages, self.replies))

    @cached_property
    def booked(self) -> tuple[BilledLine, ...]:
        """The lines of the files that the platform stored."""
        return tuple(one for one in self.lines if one.sent.received)

    @cached_property
    def refused_twice(self) -> tuple[tuple[int, BilledLine], ...]:
        """Those of which the vendor fetched the same refusal more than once, each with where it did first."""
        return tuple((seq, one) for one in self.booked if (seq := one.learned_twice) is not None)

    @cached_property
    def syncs(self) -> tuple[Told, ...]:
        """The polls that the product carried out when told to."""
        return tuple(one for one in self.told if one.operation == "sync" and one.answered)

    def undisturbed(self, sync: Told, service: str = "") -> bool:
        """Whether nothing came in the way of a poll: no cut line, spoiled answer or imposed refusal.

        Another fault is no excuse: the vendor's own request called for it, or the simulator is to blame.
        """
        if any(begun < sync.until and sync.seq < ended for begun, ended in self._distrusted):
            return False
        return not any(
            exchange.is_cut or exchange.status == UNAVAILABLE or exchange.spoiled or self.imposed(exchange)
            for exchange in self.exchanges
            if sync.seq < exchange.seq < sync.until and service in ("", exchange.service)
        )

    @cached_property
    def _distrusted(self) -> Sequence[tuple[int, int]]:
        return distrusted(self.of_type(EventType.BEHAVIOUR))

    def imposed(self, exchange: Exchange) -> str:
        """The behaviour that gave an answer; empty where none did, or the scenario never asked for it."""
        kind = exchange.imposed
        asked = (one for one in self.of_type(EventType.BEHAVIOUR) if one.seq < exchange.seq)
        return kind if kind and any(one.data.get("kind") == kind for one in asked) else ""

    def chances(self, seq: int, service: str = "") -> Iterator[Told]:
        """The undisturbed polls that began after a place in the transcript."""
        return (one for one in self.syncs if one.seq > seq and self.undisturbed(one, service))

    def must_have_left(self, seq: int, service: str, before: int = sys.maxsize) -> bool:
        """Whether the vendor had an undisturbed chance between two places, and no excuse."""
        return self.is_fair and any(one.until < before for one in self.chances(seq, service))

    def blame_of_harness(self) -> Blame | None:
        """Who is to blame where the rehearsal itself failed; None where it did not."""
        problems = self.of_type(EventType.HARNESS)
        return Blame(str(problems[0].data.get("blame", Blame.SIMULATOR.value))) if problems else None

    def unreadable(self) -> tuple[Reply, ...]:
        """The replies that were garbled on purpose."""
        return tuple(one for one in self.replies if one.kind == UNREADABLE)

    @cached_property
    def strays(self) -> tuple[Reply, ...]:
        """The replies that were about another facility and another message on purpose."""
        return tuple(one for one in self.mailed if one.kind == STRAY)
