"""The player: plays a scenario step by step and writes down what it did. It judges nothing.

One of the four edges where every exception is caught: a product that fails ends its scenario, not the
run, and the log says what happened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from generale.driver import stimuli
from generale.driver.contract import Description, Done, Product
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.protocol.clock import later, utc
from generale.protocol.errors import EnvironmentFailure, GeneraleError, OurError, PeerError
from generale.protocol.form import from_json, to_json
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.protocol.messages import Outcome
from generale.results.events import EventType, Party
from generale.results.verdicts import Blame
from generale.scenarios import language as words
from generale.scenarios import stay_words
from generale.scenarios.advances import move_of
from generale.scenarios.cast import Cast
from generale.scenarios.membership import member_move
from generale.scenarios.moment import day_of, moment_of, month_of, span_of
from generale.scenarios.stage import ClockMode, Stage
from generale.simulator.behaviour import Behaviour, Takeover


class _Ended(GeneraleError):
    """The scenario cannot go on; the message says why."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A product whose failures are its own: what it raises, or answers wrongly, becomes a ``PeerError``."""

    product: Product

    def describe(self) -> Description:
        """Say what the product is and can."""
        return self._asked("describe", Description, self.product.describe)

    def reset(self, set_up: SetUp) -> Done:
        """Start clean."""
        return self._asked("reset", Done, lambda: self.product.reset(set_up))

    def act(self, stimulus: stimuli.Stimulus) -> Done:
        """Take note of something."""
        return self._asked("act", Done, lambda: self.product.act(stimulus))

    def sync(self) -> Done:
        """Poll the platform."""
        return self._asked("sync", Done, self.product.sync)

    def observe(self) -> Observation:
        """Show what users would see."""
        return self._asked("observe", Observation, self.product.observe)

    def set_clock(self, instant: datetime) -> Done:
        """Take this as the business time."""
        return self._asked("set_clock", Done, lambda: self.product.set_clock(instant))

    @staticmethod
    def _asked(operation: str, kind: type[T], ask: Callable[[], object]) -> T:
        return asked(operation, lambda: from_json(kind, to_json(ask()), "$"))


def asked(operation: str, ask: Callable[[], T]) -> T:
    """What the product's own code gives; ``PeerError`` for whatever it raises, leaving included."""
    try:
        return ask()
    except GeneraleError:
        raise
    except (Exception, SystemExit) as error:
        raise PeerError(f"{operation}: the product raised {type(error).__name__}: {error}") from error


@dataclass(slots=True)
class Player:
    """Plays one scenario on a stage. ``budget`` limits each wait in wall mode."""

    scenario: words.Scenario
    cast: Cast
    stage: Stage
    services: Mapping[str, str]
    profile: str
    identity: str
    budget: timedelta
    _waits: int = field(default=0)

    def play(self) -> None:
        """Play from beginning to end; whatever goes wrong stands in the log."""
        self._begin()
        completed, reason = False, ""
        try:
            self._answered(self.stage.tell_set_up(self._set_up()), "the set-up")
            for step in self.scenario.timeline:
                self._play_step(step)
            completed = True
        except _Ended as error:
            reason = str(error)
        except PeerError as error:
            reason = f"the product answered something that the contract does not allow: {error}"
            self._told_problem(reason)
        except EnvironmentFailure as error:
            reason = f"{error} ({error.address})" if error.address else str(error)
            self._harness(reason, Blame.ENVIRONMENT)
        except OurError as error:
            reason = f"the rehearsal failed: {error}"
            self._harness(str(error), Blame.SIMULATOR)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            reason = f"the rehearsal failed: {problem}"
            self._harness(problem, Blame.SIMULATOR)
        data = {"completed": completed, "reason": reason}
        self.stage.note(EventType.SCENARIO_ENDED, Party.PLAYER, data=data)

    def _begin(self) -> None:
        data = begin_data(self.scenario, self.cast, self._set_up(), self.stage.mode)
        self.stage.note(EventType.SCENARIO_BEGUN, Party.PLAYER, data=data)

    def _set_up(self) -> SetUp:
        present = [role for role, spec in self.scenario.facilities.items() if spec.starts == "begin"]
        return SetUp(
            facilities=tuple(self.cast.facilities[role] for role in present),
            services=dict(self.services),
            business_time=self.stage.now(),
            rule_set=self.scenario.rule_set,
            profile=self.profile,
            identity=self.identity,
        )

    def _play_step(self, step: words.Step) -> None:
        anchor = self.cast.anchor
        if step.tell is not None:
            stimulus = self._stimulus(step.tell)
            if isinstance(stimulus, stimuli.TakeOver):
                self._register_takeover(stimulus)
            self._answered(self.stage.tell(stimulus), stimuli.stimulus_name(stimulus))
        elif step.sync:
            self._answered(self.stage.sync(), "sync")
        elif step.observe:
            self.stage.observe()
        elif step.wait is not None:
            self._wait(step.wait)
        elif step.advance is not None:
            self.stage.leap_to(later(self.stage.now(), span_of(step.advance)))
        elif step.leap is not None:
            self.stage.leap_to(max(self.stage.now(), moment_of(step.leap, anchor), key=utc))
        elif step.behave is not None:
            with self.stage.rehearsal.lock:
                self.stage.rehearsal.behave(self._behaviour(step.behave))
        elif step.fund is not None:
            with self.stage.rehearsal.lock:
                rehearsal = self.stage.rehearsal
                rehearsal.move_money(move_of(step.fund, self.scenario, self.cast, rehearsal.world.profile))
        elif step.change_fund is not None:
            with self.stage.rehearsal.lock:
                self.stage.rehearsal.change_fund(member_move(step.change_fund, self.cast))

    def _register_takeover(self, stimulus: stimuli.TakeOver) -> None:
        takeover = Takeover(old=stimulus.facility, successor=stimulus.successor, first_day=stimulus.first_day)
        with self.stage.rehearsal.lock:
            self.stage.rehearsal.take_over(takeover)

    def _answered(self, done: Done, what: str) -> None:
        if not done.taken:
            raise _Ended(f"the product did not take {what}: {done.note or 'it gave no reason'}")

    def _wait(self, wait: words.Wait) -> None:
        self._waits += 1
        spec = wait.spec
        ids = {"wait": str(self._waits)}
        within = span_of(spec.within)
        if self.stage.mode is ClockMode.WALL:
            within = min(within, self.budget)
        data = {
            "for": _words_of(spec),
            "awaited": self._awaited(spec),
            "deadline": later(self.stage.now(), within).isoformat(),
        }
        self.stage.note(EventType.WAIT_BEGUN, Party.PLAYER, ids=ids, data=data)
        met = self.stage.wait_until(lambda: self._is_met(spec), within)
        if met and not isinstance(spec, words.WaitPosts):
            self.stage.sync()  # so that the product fetches the answer that was waited for
        self.stage.note(
            EventType.WAIT_ENDED, Party.PLAYER, ids=ids, data={"met": met, "awaited": self._awaited(spec)}
        )

    def _is_met(self, spec: words.WaitDecision | words.WaitReplies | words.WaitPosts) -> bool:
        if isinstance(spec, words.WaitPosts):
            nihii = self.cast.facilities[spec.facility].nihii
            return self.stage.count_posts(spec.service, nihii) >= spec.count
        if isinstance(spec, words.WaitReplies):
            nihii = self.cast.facilities[spec.facility].nihii
            return self.stage.count_replies(spec.kind, nihii) >= spec.count
        return not list(self._undecided(spec))

    def _undecided(self, spec: words.WaitDecision) -> Iterator[tuple[bool, Outcome | None]]:
        """For each resident who keeps a wait from being over: whether a message came, and its outcome."""
        nihii = self.cast.facilities[spec.facility].nihii
        for role in spec.residents:
            sent, outcome = self.stage.latest_outcome(self._insz(role), nihii, spec.message)
            if outcome is None or spec.outcome not in (None, outcome):
                yield sent, outcome

    def _awaited(self, spec: words.WaitDecision | words.WaitReplies | words.WaitPosts) -> str:
        """Who is to act now: the vendor until the platform has its message."""
        if isinstance(spec, words.WaitPosts):
            return Party.VENDOR.value
        if isinstance(spec, words.WaitReplies):
            return self.stage.party_awaited(spec.kind, self.cast.facilities[spec.facility].nihii).value
        is_open = any(sent and outcome in (None, Outcome.PENDING) for sent, outcome in self._undecided(spec))
        return Party.PLATFORM.value if is_open else Party.VENDOR.value

    def _insz(self, role: str) -> Insz:
        return self.cast.residents[role].person.insz

    def _behaviour(self, spec: words.Behave) -> Behaviour:
        return Behaviour(
            kind=spec.kind,
            count=spec.count,
            service=spec.service,
            operation=spec.operation,
            message=spec.message,
            insz=self._insz(spec.resident) if spec.resident else None,
            fund=FundNumber.parse(spec.fund) if spec.fund else None,
            control=spec.control,
            after=int(span_of(spec.after).total_seconds()) if spec.after else 0,
            then=spec.then,
            start=moment_of(spec.start, self.cast.anchor) if spec.start else None,
            day=day_of(spec.day, self.cast.anchor) if spec.day else None,
            shape=spec.shape,
            code=spec.code,
            retry=spec.retry,
            text=spec.text,
        )

    def _stimulus(self, tell: words.Tell) -> stimuli.Stimulus:
        anchor, facilities = self.cast.anchor, self.cast.facilities
        match next(getattr(tell, name) for name in tell.model_fields_set):
            case words.Admit() as admit:
                return self._admission(facilities[admit.facility].hco, admit)
            case stay_words.EndStay() as end:
                return stimuli.EndStay(
                    facility=facilities[end.facility].hco,
                    insz=self._insz(end.resident),
                    end=moment_of(end.end, anchor),
                    reason=end.reason,
                )
            case words.Correct() as correct:
                return self._correction(correct)
            case stay_words.Absence() | stay_words.ChangeStay() | stay_words.EndAgreement() as within:
                return self._within_a_stay(within)
            case words.Withdraw() as withdraw:
                return stimuli.Withdraw(
                    facility=facilities[withdraw.facility].hco,
                    insz=self._insz(withdraw.resident),
                    fact=withdraw.fact,
                    stay=moment_of(withdraw.stay, anchor) if withdraw.stay else None,
                )
            case words.Assess() as assess:
                return stimuli.Assess(
                    facility=facilities[assess.facility].hco,
                    insz=self._insz(assess.resident),
                    assessed=day_of(assess.assessed, anchor),
                    assessor=assess.assessor,
                    dementia=assess.diagnosed is not None,
                    diagnosed=day_of(assess.diagnosed, anchor) if assess.diagnosed else None,
                    **dict(assess.scores),
                )
            case words.Bill() as bill:
                kind = stimuli.BillMonth if tell.bill_month is not None else stimuli.Rebill
                return kind(facility=facilities[bill.facility].hco, month=month_of(bill.month, anchor))
            case words.ImportHistory() as history:
                return self._history(history)
            case words.TakeOver() as takeover:
                return stimuli.TakeOver(
                    facility=facilities[takeover.facility].hco,
                    successor=facilities[takeover.successor],
                    first_day=day_of(takeover.first_day, anchor),
                )
            case other:
                raise OurError(f"the player does not know {other!r}")

    def _admission(self, hco: Hco, admit: words.Admit | words.HistoryAdmission) -> stimuli.Admit:
        true = self.cast.residents[admit.resident].person
        return stimuli.Admit(
            facility=hco,
            resident=_as_entered(true, admit.entered),
            stay_type=admit.stay_type,
            start=moment_of(admit.start, self.cast.anchor),
        )

    def _within_a_stay(
        self, told: stay_words.Absence | stay_words.ChangeStay | stay_words.EndAgreement
    ) -> stimuli.Stimulus:
        facilities, anchor = self.cast.facilities, self.cast.anchor
        match told:
            case stay_words.Absence() as absence:
                return stimuli.Absence(
                    facility=facilities[absence.facility].hco,
                    insz=self._insz(absence.resident),
                    reason=absence.reason,
                    start=moment_of(absence.start, anchor),
                    end=moment_of(absence.end, anchor) if absence.end else None,
                )
            case stay_words.ChangeStay() as change:
                return stimuli.ChangeStay(
                    facility=facilities[change.facility].hco,
                    insz=self._insz(change.resident),
                    stay_type=change.stay_type,
                    start=moment_of(change.start, anchor),
                )
            case stay_words.EndAgreement() as agreement:
                return stimuli.EndAgreement(
                    facility=facilities[agreement.facility].hco,
                    insz=self._insz(agreement.resident),
                    last_day=day_of(agreement.last_day, anchor),
                    reason=agreement.reason,
                )

    def _correction(self, correct: words.Correct) -> stimuli.Correct:
        person = self.cast.residents[correct.resident].person
        anchor = self.cast.anchor
        return stimuli.Correct(
            facility=self.cast.facilities[correct.facility].hco,
            insz=person.insz,
            stay=moment_of(correct.stay, anchor) if correct.stay else None,
            resident=person if correct.person else None,
            stay_type=correct.stay_type,
            start=moment_of(correct.start, anchor) if correct.start else None,
            end=moment_of(correct.end, anchor) if correct.end else None,
            reason=correct.reason,
        )

    def _history(self, history: words.ImportHistory) -> stimuli.ImportHistory:
        hco = self.cast.facilities[history.facility].hco
        ends = tuple(
            stimuli.EndStay(
                facility=hco,
                insz=self._insz(one.resident),
                end=moment_of(one.end, self.cast.anchor),
                reason=one.reason,
            )
            for one in history.residents
            if one.end is not None and one.reason is not None
        )
        admissions = tuple(self._admission(hco, one) for one in history.residents)
        return stimuli.ImportHistory(facility=hco, admissions=admissions, ends=ends)

    def _told_problem(self, problem: str) -> None:
        self.stage.note(EventType.TOLD_ANSWERED, Party.VENDOR, Party.PLAYER, data={"problem": problem})

    def _harness(self, problem: str, blame: Blame) -> None:
        data = {"problem": problem, "blame": blame.value}
        self.stage.note(EventType.HARNESS, Party.PLAYER, data=data)


def begin_data(scenario: words.Scenario, cast: Cast, set_up: SetUp, mode: ClockMode) -> Mapping[str, object]:
    """What stands in the log where a scenario begins: rule set, clock, duties, cast."""
    people = {
        role: {"person": to_json(resident.person), "funds": [{"fund": resident.fund, "since": "1900-01-01"}]}
        for role, resident in cast.residents.items()
    }
    return {
        "rule_set": scenario.rule_set.isoformat(),
        "clock": mode.value,
        "anchor": cast.anchor.isoformat(),
        "verifies": list(scenario.verifies),
        "set_up": to_json(set_up),
        "residents": people,
    }


def _as_entered(true: stimuli.Person, entered: words.Entered | None) -> stimuli.Person:
    """The person as the facility enters them: true, but for what is entered wrongly."""
    return true if entered is None else replace(true, **entered.model_dump(exclude_none=True))


def _words_of(spec: words.WaitDecision | words.WaitReplies | words.WaitPosts) -> str:
    if isinstance(spec, words.WaitPosts):
        return f"{spec.count} x posted to {spec.service} by {spec.facility}"
    if isinstance(spec, words.WaitReplies):
        return f"{spec.count} x {spec.kind} at {spec.facility}"
    about = spec.of if isinstance(spec.of, str) else f"{len(spec.of)} residents"
    what = f"decision on {spec.message} of {about}" if spec.message else f"decision on {about}"
    return what + (f": {spec.outcome.value}" if spec.outcome else "")
