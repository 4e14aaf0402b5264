"""The example of the first message does what its page says, against a simulator on loopback."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from generale.cli.serve import NAME, OPEN_HOUSE
from generale.driver.setup import FacilitySetUp
from generale.protocol.ids import Insz, Sex
from generale.protocol.profile import standard_profile
from generale.scenarios.cast import cast_of
from generale.scenarios.catalogue import library
from generale.scenarios.playing import world_of
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "send-your-first-message.md"
EXAMPLE = re.compile(r"<!-- first message -->\n```python\n(.*?)```", re.DOTALL)

pytestmark = pytest.mark.xdist_group("first-message")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHouse:
    """Where the admissions of a running simulator are sent, and who is known there."""

    address: str
    facility: FacilitySetUp
    resident: Insz


@pytest.fixture
def open_house() -> Iterator[OpenHouse]:
    """What ``generale serve`` opens with the default seed; the platform decides at once."""
    clock = SystemClock()
    simulator = Simulator(replace(standard_profile(), decision_seconds=0), wall=clock)
    server = Server(simulator)
    server.start()
    now, scenario = clock.now(), library()[OPEN_HOUSE]
    set_up = world_of(scenario, cast_of(scenario, simulator.profile, 1, now.date()), now)
    rehearsal = simulator.open(replace(set_up, name=NAME), NAME)
    yield OpenHouse(
        address=simulator.addresses(rehearsal)["admissions"],
        facility=set_up.facilities[0],
        resident=set_up.residents[0].insz,
    )
    server.stop()


def example() -> str:
    """The Python of the page."""
    found = EXAMPLE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def test_the_numbers_of_the_example_are_those_that_the_simulator_prints(open_house: OpenHouse) -> None:
    facility, insz = open_house.facility, open_house.resident
    letter = "V" if insz.sex is Sex.WOMAN else "M"

    assert f'HCO, RIZIV = "{facility.hco}", "{facility.nihii}"\n' in example()
    assert f'USER, PASSWORD = "{facility.username}", "{facility.password}"\n' in example()
    assert f'INSZ, BORN, SEX = "{insz}", "{insz.birth_date}", "{letter}"\n' in example()


def test_the_example_gets_its_admission_accepted_and_empties_the_mailbox(
    open_house: OpenHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    here, count = re.subn(r'^ADDRESS = ".*"$', f'ADDRESS = "{open_house.address}"', example(), flags=re.M)
    exec(compile(here, PAGE.name, "exec"), {})
    said = capsys.readouterr().out

    assert count == 1
    assert said.startswith("urn:nip:tack:result:major:success\nFIRST1 WZC-BESLISSING ")
    assert "<Uitkomst>AANVAARD</Uitkomst>" in said
    assert "urn:nip:reference:input:FIRST1 urn:nip:tack:result:major:success" in said
    assert said.endswith("0 left\n")
