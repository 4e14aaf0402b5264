"""The simulator at its addresses: descriptions, what is not there, names of rehearsals, and real time."""

import re
from datetime import datetime, timedelta

import pytest
from tests.unit.simulator.open_house import Vendor, open_house, state_of
from tests.unit.simulator.sample_house import BEGINS, admission, residents

from generale.protocol.errors import OurError, UsageError
from generale.protocol.form import to_json
from generale.protocol.genericasync import schema_files
from generale.protocol.genericasync.contract import SCHEMAS
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.journal import Command, NoJournal, Stored
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.simulator import Simulator


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def ask(simulator: Simulator, path: str, method: str = "GET") -> HttpResponse:
    """Ask the simulator for a path."""
    answer = simulator(HttpRequest(url=f"{simulator.address}{path}", body=b"", method=method))
    assert answer is not None
    return answer


def test_a_service_describes_itself_at_the_address_where_it_was_asked(vendor: Vendor) -> None:
    answer = ask(vendor.serving, "/open-house/admissions/v1?wsdl")

    assert answer.status == 200
    assert f"{vendor.serving.address}/open-house/admissions/v1".encode() in answer.body
    assert answer.headers["content-type"].startswith("text/xml")


def described(vendor: Vendor, host: str) -> tuple[str, set[str]]:
    """Where a description says that the service is, and where its schemas are, for who called this host."""
    url = f"{vendor.serving.address}/open-house/admissions/v1?wsdl"
    answer = vendor.serving(HttpRequest(url=url, body=b"", method="GET", headers={"host": host}))
    assert answer is not None
    (place,) = re.findall(rb'address location="([^"]*)"', answer.body)
    schemas = re.findall(rb'schemaLocation="([^"]*)\?xsd=', answer.body)
    return place.decode(), {one.decode() for one in schemas}


@pytest.mark.parametrize("host", ["10.0.0.5:8080", "acceptance.example.be", "[fe80::1]:80", "my_service:1"])
def test_a_client_on_another_machine_is_told_the_address_that_it_called(vendor: Vendor, host: str) -> None:
    expected = f"http://{host}/open-house/admissions/v1"

    assert described(vendor, host) == (expected, {expected})


@pytest.mark.parametrize("host", ["", "a b", 'x"/>', "a/b", "user@house", "x" * 254, "a:123456", "münchen"])
def test_a_host_that_nobody_can_have_called_is_not_repeated(vendor: Vendor, host: str) -> None:
    expected = f"{vendor.serving.address}/open-house/admissions/v1"

    assert described(vendor, host) == (expected, {expected})


@pytest.mark.parametrize("name", schema_files())
def test_every_schema_of_the_description_can_be_had(vendor: Vendor, name: str) -> None:
    path = "/open-house/invoices/v1"

    answer = ask(vendor.serving, f"{path}?xsd={name}")

    assert (answer.status, answer.body) == (200, schema_files(f"{vendor.serving.address}{path}")[name])


WSDL_IMPORT = re.compile(rb'schemaLocation="([^"]*)"')


def test_everything_that_is_imported_has_an_address_of_its_own(vendor: Vendor) -> None:
    """Java drops the last step of a path before a bare question mark, so no reference is relative."""
    seen: set[str] = set()
    waiting = ["/open-house/admissions/v1?wsdl"]
    while waiting:
        answer = ask(vendor.serving, waiting.pop())
        assert answer.status == 200
        for raw in WSDL_IMPORT.findall(answer.body):
            url = raw.decode()
            assert url.startswith(f"{vendor.serving.address}/open-house/admissions/v1?xsd=")
            if url not in seen:
                seen.add(url)
                waiting.append(url.removeprefix(vendor.serving.address))

    assert len(seen) == len(SCHEMAS)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        pytest.param("/", "POST", 404, id="nothing"),
        pytest.param("/open-house", "POST", 404, id="no service"),
        pytest.param("/open-house/admissions/v2", "POST", 404, id="another version"),
        pytest.param("/other-house/admissions/v1", "POST", 404, id="another rehearsal"),
        pytest.param("/other-house/admissions/v1?wsdl", "GET", 404, id="another rehearsal's description"),
        pytest.param("/open-house/admissions/v1", "GET", 404, id="a get without question"),
        pytest.param("/open-house/admissions/v1?xsd=../secret", "GET", 404, id="no such schema"),
        pytest.param("/open-house/admissions/v1", "PUT", 405, id="another method"),
        pytest.param("/open-house/admissions/v1", "DELETE", 405, id="yet another method"),
    ],
)
def test_what_is_not_there_is_not_found(vendor: Vendor, path: str, method: str, status: int) -> None:
    before, said = state_of(vendor.rehearsal), list(vendor.rehearsal.events)

    assert ask(vendor.serving, path, method).status == status
    assert state_of(vendor.rehearsal) == before
    assert vendor.rehearsal.events == said


@pytest.mark.parametrize(
    ("set_up_name", "name", "problem"),
    [
        pytest.param("open-house", "", "already there", id="taken"),
        pytest.param("x", "A House", "cannot be the name", id="not for an address"),
        pytest.param("x", "../x", "cannot be the name", id="a path"),
        pytest.param("---", "", "cannot be the name", id="nothing left of it"),
        pytest.param("x" * 90, "", "cannot be the name", id="too long"),
    ],
)
def test_a_rehearsal_needs_a_name_of_its_own(
    vendor: Vendor, set_up_name: str, name: str, problem: str
) -> None:
    with pytest.raises(UsageError, match=problem) as caught:
        vendor.serving.open(open_house(set_up_name), name)

    assert caught.value.hint


def test_a_rehearsal_that_is_over_answers_no_more(vendor: Vendor) -> None:
    vendor.serving.close(vendor.rehearsal)
    vendor.serving.close(vendor.rehearsal)

    assert ask(vendor.serving, "/open-house/admissions/v1?wsdl").status == 404
    assert Vendor(simulator=vendor.serving).rehearsal.events == []


class WallClock:
    """A clock on the wall that somebody moves."""

    def __init__(self) -> None:
        self.at = BEGINS

    def now(self) -> datetime:
        """What the clock shows."""
        return self.at


def test_on_the_wall_clock_time_passes_by_itself() -> None:
    wall = WallClock()
    vendor = Vendor(simulator=Simulator(standard_profile(), wall=wall))
    vendor.post(admission(next(residents())))
    assert vendor.get() == ()

    wall.at += timedelta(seconds=2)

    assert [one.about for one in vendor.decisions()] == ["R1"]


def test_a_rehearsal_keeps_no_command_of_another_version(vendor: Vendor) -> None:
    stored = Stored(
        rehearsal="x",
        set_up=to_json(open_house()),
        commands=[Command(name="dance", at=BEGINS, body={})],
        entries=[],
        evidence={},
    )
    with pytest.raises(OurError, match="dance"):
        Rehearsal("x", open_house(), standard_profile(), NoJournal(), stored=stored)
