"""The control API: what a player in another process can see and do, and how it hears of its mistakes."""

import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.unit.simulator.sample_house import BEGINS, CARE_HOME, FUND, admission, house, residents

from generale.protocol.errors import EnvironmentFailure, UsageError
from generale.protocol.form import to_json
from generale.protocol.ids import Hco, Nihii
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.identity import Identity
from generale.refvendor.post import PostOffice
from generale.results.events import EventType, digest, read_transcript
from generale.simulator.behaviour import Behaviour, Kind, Takeover
from generale.simulator.control import control_app
from generale.simulator.journal import NoJournal, Step
from generale.simulator.simulator import Simulator

TOKEN = "a secret of the rehearsal"
HOUSE = "/rehearsals/a-house"


class StoppedClock:
    """A wall clock that stands still."""

    def now(self) -> datetime:
        """The only instant there is."""
        return BEGINS


class FullDisk(NoJournal):
    """A journal that cannot write."""

    def write(self, steps: Mapping[str, Step]) -> None:
        """Refuse."""
        raise EnvironmentFailure("no space left on device")


class Player:
    """Asks the control API of a simulator, without a socket."""

    def __init__(self, simulator: Simulator | None = None, *, token: str = TOKEN) -> None:
        self.simulator = simulator or Simulator(standard_profile(), address="http://here:1")
        self._app = control_app(self.simulator, token=TOKEN)
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: object = None, content: bytes = b"") -> httpx.Response:
        """Ask something below /control."""
        raw = content if body is None else json.dumps(to_json(body)).encode()

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, headers=self._headers) as client:
                return await client.request(method, f"http://x/control{path}", content=raw)

        return asyncio.run(ask())

    def post_admission(self) -> bytes:
        """Let the vendor post the admission of the first resident; its content."""

        def carry(request: HttpRequest) -> HttpResponse:
            answer = self.simulator(request)
            assert answer is not None
            return answer

        services = self.simulator.addresses(self.simulator.rehearsals["a-house"])
        blob = admission(next(residents()))
        destination = f"urn:nip:destination:io:{FUND}"
        office = PostOffice(carry, services, Identity("vendor"))
        office.post(CARE_HOME, "admissions", to=destination, reference="R1", blob=blob)
        return blob.content


@pytest.fixture
def player() -> Player:
    """A player whose rehearsal has begun."""
    player = Player()
    assert player("POST", "/rehearsals", house()).status_code == 201
    return player


def test_a_rehearsal_begins_with_a_name_and_addresses() -> None:
    answer = Player()("POST", "/rehearsals", house(name="Two Admissions!"))

    assert answer.status_code == 201
    assert answer.json() == {
        "name": "two-admissions",
        "services": {
            "admissions": "http://here:1/two-admissions/admissions/v1",
            "invoices": "http://here:1/two-admissions/invoices/v1",
            "insurance": "http://here:1/two-admissions/insurance/v1",
        },
    }


def test_a_rehearsal_can_be_begun_again_under_another_name(player: Player) -> None:
    assert player("POST", "/rehearsals?name=again", house()).json()["name"] == "again"
    assert [row["name"] for row in player("GET", "/").json()["rehearsals"]] == ["a-house", "again"]


def test_the_overview_tells_time_addresses_and_behaviours(player: Player) -> None:
    player("POST", f"{HOUSE}/behaviours", Behaviour(kind=Kind.CUT, count=2))

    assert player("GET", "/").json() == {
        "address": "http://here:1",
        "clock": "virtual",
        "rehearsals": [player("GET", HOUSE).json()],
    }
    state = player("GET", HOUSE).json()
    assert state["time"] == BEGINS.isoformat()
    assert [(row["kind"], row["count"]) for row in state["behaviours"]] == [("cut", 2)]


def test_the_log_is_read_whole_or_from_where_one_was(player: Player) -> None:
    player.post_admission()
    whole = player("GET", f"{HOUSE}/log").content
    player("POST", f"{HOUSE}/clock", {"to": BEGINS + timedelta(hours=1)})

    longer = player("GET", f"{HOUSE}/log").content
    count = whole.count(b"\n")
    rest = player("GET", f"{HOUSE}/log?after={count}").content

    assert longer.startswith(whole)
    assert EventType.DECIDED in {event.type for event in read_transcript(longer)}
    assert whole + rest == longer


def test_the_bytes_behind_an_event_can_be_had(player: Player) -> None:
    content = player.post_admission()

    assert player("GET", f"{HOUSE}/evidence/{digest(content)}").content == content


def test_what_was_acknowledged_is_listed(player: Player) -> None:
    content = player.post_admission()

    assert player("GET", f"{HOUSE}/messages").json() == [
        {"facility": CARE_HOME.nihii, "reference": "R1", "evidence": digest(content)}
    ]


def test_the_clock_leaps_and_what_was_due_has_happened(player: Player) -> None:
    later = BEGINS + timedelta(days=2)

    assert player("POST", f"{HOUSE}/clock", {"to": later}).json()["time"] == later.isoformat()


def test_a_behaviour_is_switched_on_and_off(player: Player) -> None:
    player("POST", f"{HOUSE}/behaviours", Behaviour(kind=Kind.CUT))
    player("POST", f"{HOUSE}/behaviours", Behaviour(kind=Kind.SILENCE, after=60))

    left = player("DELETE", f"{HOUSE}/behaviours/cut").json()["behaviours"]

    assert [row["kind"] for row in left] == ["silence"]
    told = [row.data for row in player.simulator.rehearsals["a-house"].events]
    assert [(row["kind"], row.get("off", False)) for row in told] == [
        ("cut", False),
        ("silence", False),
        ("cut", True),
    ]


def successor_of(old: str) -> dict[str, Any]:
    """A takeover in its JSON form."""
    facility = {**to_json(CARE_HOME), "hco": Hco.parse("9002"), "nihii": Nihii.of_serial(760002)}
    return {"old": old, "successor": facility, "first_day": date(2019, 7, 1)}


def test_a_number_can_be_taken_over(player: Player) -> None:
    assert player("POST", f"{HOUSE}/takeovers", successor_of("9001")).status_code == 200

    licences = player.simulator.rehearsals["a-house"].world.licences
    assert set(licences) == {CARE_HOME.nihii, Nihii.of_serial(760002)}


def test_a_form_reads_what_the_types_write() -> None:
    takeover = Takeover(old=CARE_HOME.hco, successor=CARE_HOME, first_day=date(2019, 7, 1))

    assert set(to_json(takeover)) == set(successor_of("9001"))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        pytest.param("GET", "/rehearsals/other", None, 404, "no rehearsal 'other'", id="another's name"),
        pytest.param("GET", "/nothing", None, 404, "Not Found", id="no such path"),
        pytest.param("PUT", HOUSE, None, 405, "Method Not Allowed", id="no such method"),
        pytest.param("GET", f"{HOUSE}/evidence/00", None, 404, "no evidence 00", id="no such evidence"),
        pytest.param("GET", f"{HOUSE}/log?after=-1", None, 400, "'-1' is not", id="no number"),
        pytest.param("POST", "/rehearsals", house(), 400, "already there", id="a name that is taken"),
        pytest.param("POST", "/rehearsals?name=control", house(), 400, "cannot be the name", id="our path"),
        pytest.param("POST", "/rehearsals", [], 400, "an object is expected", id="another form"),
        pytest.param("POST", f"{HOUSE}/clock", {"to": "soon"}, 400, "not a date and time", id="no instant"),
        pytest.param("POST", f"{HOUSE}/clock", {"at": "x"}, 400, "unknown key 'at'", id="an unknown key"),
        pytest.param(
            "POST",
            f"{HOUSE}/clock",
            {"to": "2019-01-01T00:00:00+01:00"},
            400,
            "cannot go back",
            id="the past",
        ),
        pytest.param("POST", f"{HOUSE}/behaviours", {"kind": "explode"}, 400, "explode", id="no such kind"),
        *(
            pytest.param(
                "POST", f"{HOUSE}/behaviours", {"kind": kind, "after": 60}, 400, "cannot happen", id=kind
            )
            for kind in ("reply-unsigned", "reply-stale", "certificate-expired")
        ),
        pytest.param("DELETE", f"{HOUSE}/behaviours/explode", None, 400, "explode", id="nothing to stop"),
        pytest.param(
            "POST",
            f"{HOUSE}/takeovers",
            successor_of("9999"),
            400,
            "9999 is no facility",
            id="no such number",
        ),
    ],
)
def test_a_mistake_is_a_problem_with_a_status(
    player: Player, method: str, path: str, body: object, status: int, problem: str
) -> None:
    before = list(player.simulator.rehearsals["a-house"].events)

    answer = player(method, path, body)

    assert (answer.status_code, set(answer.json())) == (status, {"problem", "hint"})
    assert problem in answer.json()["problem"]
    assert player.simulator.rehearsals["a-house"].events == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[" * 100_000], ids=["nothing", "half", "no text", "deep"]
)
def test_a_body_that_is_no_json_is_a_problem(player: Player, content: bytes) -> None:
    answer = player("POST", f"{HOUSE}/clock", content=content)

    assert answer.status_code == 400
    assert "not JSON" in answer.json()["problem"]


@pytest.mark.parametrize("token", ["", "another", f"{TOKEN}x"], ids=["none", "another", "longer"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/rehearsals"), ("GET", f"{HOUSE}/log")])
def test_without_the_token_nothing_is_told(player: Player, token: str, method: str, path: str) -> None:
    stranger = Player(player.simulator, token=token)

    answer = stranger(method, path)

    assert answer.status_code == 403
    assert "token" in answer.json()["problem"]


def test_a_control_api_without_a_token_cannot_be_made() -> None:
    with pytest.raises(UsageError):
        control_app(Simulator(standard_profile()), token="")


def test_nobody_leaps_on_a_wall_clock() -> None:
    player = Player(Simulator(standard_profile(), wall=StoppedClock()))
    player("POST", "/rehearsals", house())

    answer = player("POST", f"{HOUSE}/clock", {"to": BEGINS + timedelta(days=1)})

    assert answer.status_code == 409
    assert player("GET", "/").json()["clock"] == "wall"


def test_a_full_disk_is_said_to_be_one() -> None:
    player = Player(Simulator(standard_profile(), journal=FullDisk()))
    player("POST", "/rehearsals", house())

    answer = player("POST", f"{HOUSE}/behaviours", Behaviour(kind=Kind.CUT))

    assert answer.status_code == 503
    assert "no space" in answer.json()["problem"]


def test_an_error_of_ours_is_a_problem_too(player: Player) -> None:
    player.simulator.rehearsals["a-house"] = None  # type: ignore[assignment]  # something that cannot be

    answer = player("GET", "/")

    assert answer.status_code == 500
    assert set(answer.json()) == {"problem", "hint"}
