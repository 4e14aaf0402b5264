"""Playing scenarios one after another, each in a rehearsal of its own, and handing back their parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from generale.driver.contract import Product
from generale.protocol.clock import Clock
from generale.protocol.profile import Profile
from generale.results.events import Event
from generale.scenarios.cast import Cast, cast_of
from generale.scenarios.language import Scenario
from generale.scenarios.moment import day_of, moment_of
from generale.scenarios.playability import check_playable
from generale.scenarios.player import Guarded, Player
from generale.scenarios.stage import ClockMode, Pause, Stage
from generale.simulator.set_up import Insured, Membership, NoticeFrom, WorldSetUp
from generale.simulator.simulator import Simulator

BORN_BEFORE_ALL = date(1900, 1, 1)
"""Membership of the cast begins here: nobody in it is older (project-defined)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one scenario leaves: its events, numbered from 1, and the bytes behind them."""

    scenario: str
    events: tuple[Event, ...]
    evidence: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What all scenarios of a run share: simulator, product, profile, seed, clock mode and budget.

    ``wall`` is the clock of the run in wall mode; ``product`` makes or hands out the product for a
    scenario.
    """

    simulator: Simulator
    product: Callable[[Scenario], Product]
    profile: Profile
    seed: int
    mode: ClockMode
    pause: Pause
    budget: timedelta
    wall: Clock | None = None

    def play(self, scenario: Scenario) -> Part:
        """Play one scenario in a rehearsal of its own; ``UsageError`` where it cannot be played."""
        check_playable(scenario, self.profile)
        begins, anchor = self._beginning(scenario)
        cast = cast_of(scenario, self.profile, self.seed, anchor)
        rehearsal = self.simulator.open(world_of(scenario, cast, begins))
        stage = Stage(
            rehearsal=rehearsal, product=Guarded(self.product(scenario)), mode=self.mode, pause=self.pause
        )
        Player(
            scenario=scenario,
            cast=cast,
            stage=stage,
            services=self.simulator.addresses(rehearsal),
            profile=profile_name(self.profile),
            identity=identity_of(self.seed, scenario.name),
            budget=self.budget,
        ).play()
        with rehearsal.lock:
            part = Part(
                scenario=scenario.name, events=tuple(rehearsal.events), evidence=dict(rehearsal.evidence)
            )
        self.simulator.close(rehearsal)
        return part

    def _beginning(self, scenario: Scenario) -> tuple[datetime, date]:
        if self.wall is not None:
            now = self.wall.now()
            return now, now.date()
        return moment_of(scenario.begins, scenario.anchor), scenario.anchor


def identity_of(seed: int, scenario: str) -> str:
    """What a product makes its references of, so that a scenario can be repeated to the byte."""
    return sha256(f"{seed}/{scenario}".encode()).hexdigest()[:16]


def profile_name(profile: Profile) -> str:
    """Name and version of a profile, as a product is told them."""
    return f"{profile.name} {profile.version}"


def world_of(scenario: Scenario, cast: Cast, begins: datetime) -> WorldSetUp:
    present = [role for role, spec in scenario.facilities.items() if spec.starts == "begin"]
    return WorldSetUp(
        name=scenario.name,
        rule_set=scenario.rule_set,
        begins=begins,
        facilities=tuple(cast.facilities[role] for role in present),
        notice_terms=tuple(
            NoticeFrom(facility=cast.facilities[role].hco, since=day_of(since, cast.anchor))
            for role in present
            if (since := scenario.facilities[role].notice_from)
        ),
        residents=tuple(
            Insured(
                insz=resident.person.insz,
                funds=(Membership(fund=resident.fund, since=BORN_BEFORE_ALL),),
                short_stays=resident.short_stays,
            )
            for resident in cast.residents.values()
        ),
    )
