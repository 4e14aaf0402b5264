"""The doctor: whether a set-up works, told by the smallest scenario before any requirement is judged.

One admission is played, and its transcript is walked from the product to its users, step by step. The first
step that fails explains those behind it, so they are not looked at. Sentences stand in ``doctor.toml``.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from generale.conformance import preflight
from generale.conformance.history import History
from generale.conformance.plan import Plan
from generale.conformance.staging import staged
from generale.driver.observations import DecisionState
from generale.protocol.genericasync import EnvelopeError
from generale.results.looked import Looked
from generale.scenarios.catalogue import entry
from generale.scenarios.player import Guarded

SCENARIO = "admission/one-admission-accepted"
"""What is played: it needs nothing but admissions."""

NOT_LOOKED = "not-looked-at"
"""The check under which stands what could not be tried."""


@dataclass(frozen=True, slots=True)
class Ill:
    """What a step fails by: in words of a stranger, or one of our own sentences by its name."""

    said: str = ""
    word: str = ""


def examine(plan: Plan, lang: str) -> tuple[Looked, ...]:
    """Look at product and plan, play one admission, and say of each step whether it went well.

    ``UsageError`` where the plan cannot be followed, ``EnvironmentFailure`` where nobody answers.
    """
    with staged(plan) as stage:
        before = preflight.look(plan, Guarded(stage.product), stage.profile)
        scenario = entry(SCENARIO).scenario
        reason = preflight.left_out([scenario], plan, before.description).get(SCENARIO)
        if reason:
            told = _said("what", "left_out", lang, what=reason)
            return (*before.findings, Looked(check=NOT_LOOKED, ok=False, message=told))
        part = stage.run.play(scenario)
        history = History.of(part.events, part.evidence.__getitem__, stage.profile)
        return (*before.findings, *diagnosis(history, lang))


def diagnosis(history: History, lang: str) -> Iterator[Looked]:
    """What each step says of the transcript of one admission, up to the first that fails."""
    for name, step in STEPS.items():
        ill = step(history)
        if ill is None:
            yield Looked(check=name, ok=True, message=_said(name, "well", lang))
            continue
        what = _said("what", ill.word, lang) if ill.word else ill.said
        yield Looked(
            check=name, ok=False, message=_said(name, "ill", lang, what=what), hint=_said(name, "hint", lang)
        )
        return


def _taken(history: History) -> Ill | None:
    for one in history.told:
        if one.operation in ("reset", "act") and not one.taken:
            return Ill(one.note) if one.note else Ill(word="no_answer")
    return None


def _called(history: History) -> Ill | None:
    services = history.set_up.services.values() if history.set_up else ()
    return None if history.exchanges else Ill(", ".join(services))


def _understood(history: History) -> Ill | None:
    for one in history.exchanges:
        if isinstance(one.envelope, EnvelopeError):
            return Ill(one.envelope.fault.message)
    return None


def _proved(history: History) -> Ill | None:
    faults = (one.fault for one in history.exchanges if one.is_unproved and one.fault)
    return next((Ill(fault.message) for fault in faults), None)


def _known(history: History) -> Ill | None:
    faults = (one.fault for one in history.exchanges if one.fault)
    return next((Ill(f"{fault.code} {fault.message}") for fault in faults), None)


def _sent(history: History) -> Ill | None:
    admissions = [one for one in history.sent if one.service == "admissions"]
    if any(one.received for one in admissions):
        return None
    if not admissions:
        return Ill(word="nothing_sent")
    tack = admissions[0].tack
    return Ill(f"{tack.result_minor} {tack.result_message}") if tack else Ill(word="no_answer")


def _fetched(history: History) -> Ill | None:
    decisions = [one for one in history.replies if one.kind == "decision"]
    if any(one.confirmed for one in decisions):
        return None
    if any(one.fetched for one in decisions):
        return Ill(word="never_confirmed")
    polled = any(one.operation == "get" and one.service == "admissions" for one in history.exchanges)
    return Ill(word="nothing_came" if polled else "never_polled")


def _shown(history: History) -> Ill | None:
    if not history.observations:
        return Ill(word="not_observed")
    facilities = history.observations[-1].observation.facilities
    shown = {stay.decision for facility in facilities for stay in facility.stays}
    return None if DecisionState.ACCEPTED in shown else Ill(word="otherwise")


STEPS: Mapping[str, Callable[[History], Ill | None]] = {
    "taken": _taken,
    "called": _called,
    "understood": _understood,
    "proved": _proved,
    "known": _known,
    "sent": _sent,
    "fetched": _fetched,
    "shown": _shown,
}
"""The steps from what the product is told to what its users see, each with what makes it fail."""


@cache
def sentences() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The sentences of each step by language."""
    return tomllib.loads(
        (resources.files("generale.conformance") / "doctor.toml").read_text(encoding="utf-8")
    )


def _said(step: str, word: str, lang: str, /, **values: str) -> str:
    return sentences()[step][word][lang].format(**values)
