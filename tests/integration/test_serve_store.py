"""``generale serve --store``: going on with a store, and the seed that belongs to it."""

import json
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
def begun_with() -> int | None:
    """The seed that the store keeps."""
    return SEED


@pytest.fixture
def store(tmp_path: Path, begun_with: int | None) -> Path:
    """A store that was begun with a seed, some time ago."""
    scenario, profile, clock = library()[OPEN_HOUSE], standard_profile(), SystemClock()
    cast = cast_of(scenario, profile, SEED, clock.now().date())
    with closing(SqliteJournal(tmp_path / "store")) as journal:
        simulator = Simulator(profile, journal=journal, wall=clock)
        world = replace(world_of(scenario, cast, clock.now()), name=NAME, seed=begun_with)
        simulator.open(world, NAME)
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
    assert f"begun with seed {SEED}, not {SEED + 1}" in left.err.splitlines()[0]
    assert "--seed" in left.err.splitlines()[1]
    assert left.out == ""


def test_a_recording_of_a_store_names_the_seed_that_the_store_was_begun_with(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "recorded"

    left = command(capsys, "serve", "--store", str(store), "--record", str(record))

    assert left.code == 0, left.err
    assert json.loads((record / "run.json").read_bytes())["seed"] == SEED
    assert f"seed = {SEED}\n" in (record / "plan.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("begun_with", [None])
def test_a_store_that_says_no_seed_is_refused(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "serve", "--store", str(store))

    assert left.code == ExitCode.CONFIGURATION_INVALID
    assert "does not say its seed" in left.err.splitlines()[0]
    assert left.out == ""
