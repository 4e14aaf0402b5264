"""``generale serve``: the simulator by itself, for a product that is driven by hand."""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from generale.cli.output import print_text, remark
from generale.conformance.recording import (
    end_recording,
    judge_recorded,
    recorded,
    recording_in,
    require_no_bundle,
)
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.scenarios.cast import cast_of
from generale.scenarios.catalogue import library
from generale.scenarios.playing import world_of
from generale.simulator.control import control_app
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal
from generale.simulator.system_clock import SystemClock

if TYPE_CHECKING:
    from generale.conformance.sealing import Sealing

OPEN_HOUSE = "month/clean-month"
"""The scenario whose cast stands ready for a product that is driven by hand."""

NAME = "open"
"""The rehearsal in the addresses of ``generale serve``."""

FIRST_SEED = 1
"""What people and numbers are drawn from where no seed is given."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The security that is asked for, as it stands on the command line."""

    level: str | None = "off"
    pki: Path | None = None
    tls: str | None = "none"
    certificate: str | None = "server"

    @property
    def is_none(self) -> bool:
        """Whether nothing is asked for."""
        return self.level == "off" and self.tls == "none" and self.certificate == "server"


def run(
    host: str,
    port: int,
    record: Path | None,
    store: Path | None,
    seed: int | None,
    asked: Asked,
    *,
    as_json: bool,
) -> int:
    """Serve until stopped; then leave a bundle of what was sent, where one is asked for.

    What is recorded is in a store as it comes, the one that is given or one in the folder of the bundle, so
    that whoever kills the simulator loses no exchange that was answered.
    """
    clock = SystemClock()
    sealing = _sealing(asked, clock)
    kept = store
    if record is not None:
        if store is None:
            kept = recording_in(record)
        else:
            require_no_bundle(record)
    journal = SqliteJournal(kept) if kept is not None else None
    guard = sealing.guard if sealing else None
    simulator = Simulator(standard_profile(), journal=journal, wall=clock, guard=guard)
    stored = simulator.rehearsals.get(NAME)
    rehearsal = stored or _opened(simulator, clock, FIRST_SEED if seed is None else seed)
    begun_with = _seed_of(rehearsal, seed)
    if stored is not None and record is not None:
        remark(f"going on with the recording of {len(stored.events)} events in {kept}")
    token = token_urlsafe(24)
    if sealing is not None:
        sealing.require([facility.nihii for facility in rehearsal.set_up.facilities])
    tls = sealing.tls_of(simulator) if sealing else None
    server = Server(simulator, control_app(simulator, token=token), host=host, port=port, tls=tls)

    def ready(address: str) -> None:
        if host not in ("127.0.0.1", "localhost", "::1"):
            remark("this listens beyond loopback: the control API asks for the token, the services do not")
        _announce(simulator, rehearsal, address, token, as_json=as_json)

    server.run_forever(ready)
    if record is not None:
        remark(f"what was sent is being written to {record} and judged")
        bundle = recorded(
            rehearsal, simulator.profile, record, begun_with, sealing.digest if sealing else "none"
        )
        if journal is not None and store is None:
            journal.close()
            end_recording(record)
        judge_recorded(bundle, simulator.profile, record)
        remark(f"recorded in {record}; `generale judge {record}` gives the verdicts that can be given")
    return 0


def _sealing(asked: Asked, clock: SystemClock) -> "Sealing | None":
    """The security that is asked for; what makes it is loaded only where it is."""
    if asked.is_none:
        return None
    from generale.conformance.sealing import sealing_from

    return sealing_from(
        asked.level or "off", asked.pki, asked.tls or "none", clock, asked.certificate or "server"
    )


def _seed_of(rehearsal: Rehearsal, asked: int | None) -> int:
    """The seed that a rehearsal was begun with; ``UsageError`` for another, or where none is known."""
    begun_with = rehearsal.set_up.seed
    if begun_with is None:
        raise UsageError("the store does not say its seed", hint="begin another one")
    if asked not in (None, begun_with):
        raise UsageError(
            f"the store was begun with seed {begun_with}, not {asked}",
            hint="leave --seed out to go on with it, or begin another one",
        )
    return begun_with


def _opened(simulator: Simulator, clock: SystemClock, seed: int) -> Rehearsal:
    """A world with the cast of the open house; nobody plays, so nothing is expected of the product."""
    scenario = library()[OPEN_HOUSE]
    now = clock.now()
    cast = cast_of(scenario, simulator.profile, seed, now.date())
    return simulator.open(replace(world_of(scenario, cast, now), name=NAME, seed=seed), NAME)


def _announce(simulator: Simulator, rehearsal: Rehearsal, address: str, token: str, *, as_json: bool) -> None:
    services = dict(simulator.addresses(rehearsal))
    document = {
        "services": services,
        "wsdl": {name: f"{services[name]}?wsdl" for name in simulator.profile.services},
        "control": f"{address}/control",
        "token": token,
        "facilities": [
            {"hco": one.hco, "nihii": one.nihii, "username": one.username, "password": one.password}
            for one in rehearsal.set_up.facilities
        ],
        "residents": [
            {
                "insz": one.insz,
                "birth_date": None if one.insz.birth_date is None else one.insz.birth_date.isoformat(),
                "sex": None if one.insz.sex is None else one.insz.sex.value,
                "fund": one.funds[0].fund,
            }
            for one in rehearsal.set_up.residents
        ],
    }
    if as_json:
        sys.stdout.write(json.dumps(document) + "\n")
        sys.stdout.flush()
        return
    print_text("The simulator is running; Ctrl-C ends it.")
    for name, url in services.items():
        print_text(f"  {name:<11} {url}" + ("?wsdl" if name in simulator.profile.services else ""))
    print_text(f"  control     {document['control']}  (Authorization: Bearer {token})")
    for facility in rehearsal.set_up.facilities:
        licence = f"user {facility.username}, password {facility.password}"
        print_text(f"  facility    HCO {facility.hco}, RIZIV {facility.nihii}, {licence}")
    for resident in rehearsal.set_up.residents:
        sex = resident.insz.sex.value if resident.insz.sex else "unknown"
        born = f"born {resident.insz.birth_date}, {sex}"
        print_text(f"  resident    INSZ {resident.insz}, {born}, fund {resident.funds[0].fund}")
    sys.stdout.flush()
