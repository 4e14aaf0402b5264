"""``generale serve --store``: going on with a store, and the seed that belongs to it."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.cli.serve import NAME, OPEN_HOUSE
from generale.protocol.profile import standard_profile
from generale.results.verdicts import ExitCode
from generale.scenarios.cast import cast_of
from generale.scenarios.catalogue import library
from generale.scenarios.playing import world_of
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal
from generale.simulator.system_clock import SystemClock

SEED = 3


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that was begun with a seed, some time ago."""
    scenario, profile, clock = library()[OPEN_HOUSE], standard_profile(), SystemClock()
    cast = cast_of(scenario, profile, SEED, clock.now().date())
    with closing(SqliteJournal(tmp_path / "store")) as journal:
        simulator = Simulator(profile, journal=journal, wall=clock)
        simulator.open(replace(world_of(scenario, cast, clock.now()), name=NAME), NAME)
    return tmp_path / "store"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says where it serves, and is stopped at once."""

    def once(_server: Server, on_serving: Callable[[str], None]) -> None:
        on_serving("http://127.0.0.1:1")

    monkeypatch.setattr(Server, "run_forever", once)


@pytest.mark.parametrize("given", [(), ("--seed", str(SEED))])
def test_a_store_goes_on_under_its_own_seed(
    store: Path, given: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    left = command(capsys, "serve", "--store", str(store), *given)

    assert left.code == 0, left.err
    assert "facility" in left.out


def test_another_seed_than_that_of_a_store_is_refused(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = command(capsys, "serve", "--store", str(store), "--seed", str(SEED + 1))

    assert left.code == ExitCode.CONFIGURATION_INVALID
    assert f"those of seed {SEED + 1}" in left.err.splitlines()[0]
    assert "--store" in left.err.splitlines()[1]
    assert left.out == ""
