"""The whole transition: every house of a population played, folded into figures, and held by the oracle.

One house after the other is played and let go, so that memory does not grow with the houses. One in a hundred
leaves its transcript and its evidence on disk and is folded again from there.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from generale.conformance.staging import InProcess
from generale.conformance.transition_floor import floor_per_second, messages_of
from generale.oracle import Breach, Oracle
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import DiskFailure, OurError
from generale.protocol.profile import Profile
from generale.refvendor.product import ReferenceVendor
from generale.results.events import Event, event_from_line
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.population.sector import Population
from generale.scenarios.transition.figures import Evidence, HouseFigures, figures_of
from generale.scenarios.transition.habits import Habits
from generale.scenarios.transition.house import Played, Transition
from generale.scenarios.transition.national import National, months_between
from generale.scenarios.transition.part import HousePart, parts_of
from generale.simulator.simulator import Simulator

KEPT_OF = 100
"""One house in so many keeps its evidence and is folded again from disk."""

_OBJECTS_AT_ONCE = 50_000
"""How many objects come before Python looks for garbage among the new ones (project-defined)."""

RULE_SETS = (date(2019, 4, 1), date(2019, 6, 19), date(2019, 7, 31))
"""The rule sets that come into force before a transition of sixteen months ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a transition is."""

    number: int
    of: int
    house: str


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a transition leaves. ``digest`` is the same for the same seed, whatever the machine."""

    national: National
    digest: str = ""
    breaches: list[Breach] = field(default_factory=list)
    statements: int = 0
    """How many statements the oracle saw: one that saw none has proved nothing."""
    kept: list[str] = field(default_factory=list)
    """The houses that were folded again from disk."""
    differing: list[str] = field(default_factory=list)
    """Those of them that gave another result."""
    floor: float = 0.0
    """How many messages per second are parsed and validated here, where nothing else is done with them."""


def play_transition(
    population: Population,
    profile: Profile,
    habits: Habits,
    until: date,
    seed: int,
    folder: Path | None = None,
    tell: Callable[[Step], None] = lambda _step: None,
) -> Outcome:
    """Play every house up to and including a day.

    The evidence of some stays in ``folder`` where one is given. ``DiskFailure`` where the disk refuses.
    """
    simulator = Simulator(profile)
    vendor = ReferenceVendor(InProcess(simulator), profile)
    rule_set = max(one for one in RULE_SETS if one <= max(until, RULE_SETS[0]))
    transition = Transition(
        simulator=simulator,
        product=vendor,
        profile=profile,
        habits=habits,
        seed=seed,
        rule_set=rule_set,
        until=until,
    )
    outcome = Outcome(national=National(months_of(until)))
    whole = sha256()
    parts = list(parts_of(population))
    with _kept_in(folder) as place, _seldom_collected():
        for number, part in enumerate(parts):
            played = transition.play(part)
            held = _fold(played.events, played.evidence.__getitem__, part, profile, until)
            whole.update(_digest(played).encode())
            _take(outcome, held)
            if not outcome.floor and (messages := messages_of(played)):
                outcome.floor = floor_per_second(messages, profile)
            if number % KEPT_OF == 0:
                _keep(place / part.house.house, played)
                again = _fold_again(place / part.house.house, part, profile, until)
                outcome.kept.append(part.house.house)
                if again != held:
                    outcome.differing.append(part.house.house)
            tell(Step(number=number + 1, of=len(parts), house=part.house.house))
    outcome.digest = whole.hexdigest()
    return outcome


def months_of(until: date) -> Sequence[CareMonth]:
    """The months of a transition."""
    return months_between(COMPETENCE_SINCE, until)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """One house, folded: its figures, and what the oracle says."""

    figures: HouseFigures
    breaches: tuple[Breach, ...]
    statements: int


def _fold(
    events: Sequence[Event], evidence: Evidence, part: HousePart, profile: Profile, until: date
) -> _Held:
    oracle = Oracle(profile, evidence)
    for event in events:
        oracle.feed(event)
    return _Held(
        figures=figures_of(events, evidence, part, profile.counting, until),
        breaches=tuple(oracle.breaches),
        statements=len(oracle.statements),
    )


def _take(outcome: Outcome, held: _Held) -> None:
    outcome.national.add(held.figures)
    outcome.breaches.extend(held.breaches)
    outcome.statements += held.statements


def _digest(played: Played) -> str:
    """The digest of a transcript, which names every piece of evidence by its own."""
    found = sha256()
    for event in played.events:
        found.update(event.to_line().encode(errors="surrogatepass"))
        found.update(b"\n")
    return found.hexdigest()


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for garbage now and then, and never in the population, which stays to the end."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS_AT_ONCE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _kept_in(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with TemporaryDirectory(prefix="generale-") as place:
        yield Path(place)


def _keep(folder: Path, played: Played) -> None:
    try:
        (folder / "evidence").mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{event.to_line()}\n" for event in played.events)
        (folder / "transcript.jsonl").write_text(lines, encoding="utf-8")
        for name, raw in played.evidence.items():
            (folder / "evidence" / name).write_bytes(raw)
    except OSError as error:
        raise DiskFailure(f"the evidence cannot be written: {error.strerror}", address=str(folder)) from error


def _fold_again(folder: Path, part: HousePart, profile: Profile, until: date) -> _Held:
    """What the files of a house alone give."""
    try:
        lines = (folder / "transcript.jsonl").read_text(encoding="utf-8").splitlines()
        evidence = {path.name: path.read_bytes() for path in (folder / "evidence").iterdir()}
    except OSError as error:
        raise DiskFailure(f"the evidence cannot be read: {error.strerror}", address=str(folder)) from error
    broken = next((name for name, raw in evidence.items() if sha256(raw).hexdigest() != name), None)
    if broken is not None:
        raise OurError(f"the evidence {broken} of {part.house.house} is not what its name says")
    return _fold([event_from_line(line) for line in lines], evidence.__getitem__, part, profile, until)
