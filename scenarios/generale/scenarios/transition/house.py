"""Playing one house from the first day to the last, in a rehearsal of its own. It judges nothing.

Its product polls at fixed hours, and only on days on which something is entered or open.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from generale.driver.contract import Product
from generale.driver.setup import FacilitySetUp, SetUp, Tariff
from generale.driver.stimuli import stimulus_name
from generale.protocol.clock import BRUSSELS, brussels, utc
from generale.protocol.errors import PeerError
from generale.protocol.form import to_json
from generale.protocol.profile import Profile
from generale.results.events import Event, EventType, Party
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.nobody import numbers_of
from generale.scenarios.playing import BORN_BEFORE_ALL, identity_of, profile_name
from generale.scenarios.population.sector import Facility
from generale.scenarios.stage import ClockMode, Stage
from generale.scenarios.transition.agenda import Deed, agenda_of, person
from generale.scenarios.transition.habits import POLLS, Habits
from generale.scenarios.transition.membership import ChangeDeed, change_deeds, from_the_beginning
from generale.scenarios.transition.money import FundDeed, fund_deeds, move_of
from generale.scenarios.transition.part import HousePart
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.set_up import Insured, Membership, WorldSetUp
from generale.simulator.simulator import Simulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What one house leaves: its events, numbered from 1, and the bytes behind them."""

    name: str
    events: tuple[Event, ...]
    evidence: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """What all houses share: simulator, product, profile, habits, seed, rule set, and the last day."""

    simulator: Simulator
    product: Product
    profile: Profile
    habits: Habits
    seed: int
    rule_set: date
    until: date

    def play(self, part: HousePart) -> Played:
        """Play one house; ``PeerError`` where its product does not take what it is told."""
        name = f"transition/{part.house.house}"
        begins = datetime.combine(COMPETENCE_SINCE, time(8), BRUSSELS)
        facilities = tuple(_set_up(part, one) for one in part.facilities)
        world = WorldSetUp(
            name=name,
            rule_set=self.rule_set,
            begins=begins,
            facilities=facilities,
            residents=tuple(_insured(part)),
        )
        rehearsal = self.simulator.open(world)
        stage = Stage(
            rehearsal=rehearsal, product=self.product, mode=ClockMode.VIRTUAL, pause=lambda _span: None
        )
        set_up = SetUp(
            facilities=facilities,
            services=self.simulator.addresses(rehearsal),
            business_time=begins,
            rule_set=self.rule_set,
            profile=profile_name(self.profile),
            identity=identity_of(self.seed, name),
        )
        stage.note(EventType.SCENARIO_BEGUN, Party.PLAYER, data=self._begin_data(part, set_up))
        stage.tell_set_up(set_up)
        entered = agenda_of(part, self.habits, self.until, self.seed)
        done = fund_deeds(part, self.profile, self.habits, self.until, self.seed)
        gone_on = change_deeds(part, self.habits, self.until, self.seed)
        _Days(stage, rehearsal, self.until).play(
            sorted([*entered, *done, *gone_on], key=lambda deed: deed.at)
        )
        stage.note(EventType.SCENARIO_ENDED, Party.PLAYER, data={"completed": True, "reason": ""})
        played = Played(name=name, events=tuple(rehearsal.events), evidence=dict(rehearsal.evidence))
        self.simulator.close(rehearsal)
        return played

    def _begin_data(self, part: HousePart, set_up: SetUp) -> Mapping[str, object]:
        people = {
            insz: {
                "person": to_json(person(resident)),
                "funds": [
                    {"fund": one.fund, "since": one.since.isoformat()}
                    for one in from_the_beginning(part.memberships[insz])
                ],
            }
            for insz, resident in part.residents.items()
        }
        return {
            "rule_set": self.rule_set.isoformat(),
            "clock": ClockMode.VIRTUAL.value,
            "anchor": COMPETENCE_SINCE.isoformat(),
            "verifies": [],
            "set_up": to_json(set_up),
            "residents": people,
        }


@dataclass(frozen=True, slots=True)
class _Days:
    """The days of one house on its stage."""

    stage: Stage
    rehearsal: Rehearsal
    until: date

    def play(self, deeds: list[Deed | FundDeed | ChangeDeed]) -> None:
        """Leap from one moment at which something is done or due to the next."""
        left = list(reversed(deeds))
        poll: datetime | None = None
        while left or poll:
            moment = min((one for one in (poll, left[-1].at if left else None) if one), key=utc)
            if moment.date() > self.until:
                return
            self.stage.leap_to(moment)
            while left and utc(left[-1].at) <= utc(moment):
                self._do(left.pop())
            self.stage.sync()
            poll = self._next_poll(moment)

    def _do(self, deed: Deed | FundDeed | ChangeDeed) -> None:
        if isinstance(deed, ChangeDeed):
            self.rehearsal.change_fund(deed.move)
            return
        if isinstance(deed, FundDeed):
            move = move_of(deed, self.rehearsal.world.funds)
            if move is not None:
                self.rehearsal.move_money(move)
            return
        done = self.stage.tell(deed.stimulus)
        if not done.taken:
            what = stimulus_name(deed.stimulus)
            raise PeerError(f"the product did not take '{what}' of {deed.at:%Y-%m-%d}: {done.note}")

    def _next_poll(self, moment: datetime) -> datetime | None:
        """The first hour of polling after everything that is due next has happened."""
        due = self.rehearsal.world.clock.next_due
        if due is None:
            return None
        day = brussels(max(due, moment, key=utc)).date()
        hours = (
            datetime.combine(one, at, BRUSSELS) for one in (day, day + timedelta(days=1)) for at in POLLS
        )
        return next(hour for hour in hours if utc(hour) > utc(moment) and utc(hour) >= utc(due))


def _set_up(part: HousePart, facility: Facility) -> FacilitySetUp:
    serial = int(str(facility.hco)[1:])
    return FacilitySetUp(
        hco=facility.hco,
        nihii=facility.nihii,
        type=facility.type,
        name=part.house.name,
        enterprise=part.house.enterprise,
        iban=numbers_of(serial).iban,
        bic="GENEBEBB",
        username=f"rehearsal{serial}",
        password=f"generale-{serial}",
        valid_from=facility.since,
        valid_until=facility.until,
        tariffs=tuple(
            Tariff(stay_type=row.stay_type, since=row.since, per_day=row.per_day)
            for row in part.tariffs
            if row.hco == facility.hco
        ),
    )


def _insured(part: HousePart) -> Iterator[Insured]:
    """Everybody of the house; the first fund of each is theirs from birth, and the last until it is told."""
    for insz, rows in part.memberships.items():
        first = from_the_beginning(rows)
        funds = [
            Membership(
                fund=row.fund,
                since=row.since if n else BORN_BEFORE_ALL,
                until=None if n == len(first) - 1 and len(first) < len(rows) else row.until,
            )
            for n, row in enumerate(first)
        ]
        yield Insured(insz=insz, funds=tuple(funds))
