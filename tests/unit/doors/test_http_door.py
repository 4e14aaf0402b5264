"""Whatever a product answers over HTTP is read as the contract says, or blamed on who is at fault."""

import gzip
import json
import socket
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.doors.http import HttpDoor
from generale.doors.wire import MAX_BODY_BYTES
from generale.driver.contract import Description, Done, ProductClock
from generale.driver.setup import FacilityType
from generale.driver.stimuli import BillMonth
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import EnvironmentFailure, PeerError
from generale.protocol.ids import Hco

ADDRESS = "http://product.example/driver"
DESCRIPTION = {
    "product": "Zorgpakket",
    "version": "4.2.0",
    "clock": "settable",
    "capabilities": ["admit"],
    "facility_types": ["wzc"],
    "contract": 1,
}
BILL = BillMonth(facility=Hco.parse("4101"), month=CareMonth(2019, 4))


def door(answer: Callable[[httpx.Request], httpx.Response]) -> HttpDoor:
    """A door to a product that answers every request like this."""
    return HttpDoor(ADDRESS, client=httpx.Client(transport=httpx.MockTransport(answer)))


def saying(status: int = 200, *, body: bytes) -> HttpDoor:
    """A door to a product that always says the same."""
    return door(lambda _: httpx.Response(status, content=body))


def test_a_description_is_read() -> None:
    assert saying(body=json.dumps(DESCRIPTION).encode()).describe() == Description(
        product="Zorgpakket",
        version="4.2.0",
        clock=ProductClock.SETTABLE,
        capabilities=("admit",),
        facility_types=(FacilityType.WZC,),
    )


def test_a_request_carries_method_path_body_and_types() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"taken": False, "note": "later"})

    product = door(answer)

    assert product.act(BILL) == Done(taken=False, note="later")
    assert product.sync() == Done(taken=False, note="later")
    product.set_clock(datetime(2019, 5, 1, 8, tzinfo=BRUSSELS))

    act, sync, clock = seen
    assert (act.method, str(act.url)) == ("POST", f"{ADDRESS}/act")
    assert json.loads(act.content) == {"do": "bill_month", "facility": "4101", "month": "2019-04"}
    assert act.headers["content-type"] == act.headers["accept"] == "application/json"
    assert act.headers["accept-encoding"] == "identity"
    assert (sync.method, sync.content, sync.headers.get("content-type")) == ("POST", b"", None)
    assert json.loads(clock.content) == {"instant": "2019-05-01T08:00:00+02:00"}


@pytest.mark.parametrize("number", [2, 0, "1", None, [1]], ids=repr)
def test_another_contract_is_refused_before_the_rest_is_read(number: object) -> None:
    product = saying(body=json.dumps({"contract": number, "name": "of another form"}).encode())

    with pytest.raises(PeerError) as caught:
        product.describe()

    assert f"contract {number!r}" in str(caught.value)
    assert "contract 1" in str(caught.value)
    assert caught.value.where == "$.contract"


def stay(**changed: str) -> bytes:
    """An observation of one stay, with something changed."""
    right = {
        "insz": "38021400004",
        "stay_type": "rob",
        "start": "2019-04-01T10:00:00+02:00",
        "decision": "accepted",
    }
    return json.dumps({"facilities": [{"facility": "4101", "stays": [{**right, **changed}]}]}).encode()


def test_the_stay_that_is_changed_below_is_right() -> None:
    assert saying(body=stay()).observe().facilities[0].stays[0].insz == "38021400004"


MALFORMED = {
    "nothing": (b"", "$", "not JSON"),
    "a page": (b"<html>Sign in</html>", "$", "not JSON"),
    "half an object": (b'{"facilities": [', "$", "not JSON"),
    "Latin-1": ('{"facilities": "é"}'.encode("latin-1"), "$", "not JSON in UTF-8"),
    "no number": (b'{"facilities": NaN}', "$", "NaN"),
    "very deep": (b"[" * 200_000, "$", "levels deep"),
    "a key twice": (b'{"facilities": [], "facilities": []}', "$", "'facilities' stands twice"),
    "a key twice within": (b'{"facilities": [{"facility": "1", "facility": "2"}]}', "$", "stands twice"),
    "null": (b"null", "$", "an object is expected"),
    "a list": (b"[]", "$", "an object is expected"),
    "a missing key": (b"{}", "$.facilities", "'facilities' is missing"),
    "an unknown key": (b'{"facilities": [], "x": 1}', "$.x", "unknown key 'x'"),
    "no list": (b'{"facilities": {}}', "$.facilities", "a list is expected"),
    "a number for a text": (b'{"facilities": [{"facility": 4101}]}', "$.facilities[0].facility", "a text"),
    "an unknown code": (
        stay(stay_type="ROB"),
        "$.facilities[0].stays[0].stay_type",
        "ROB",
    ),
    "a day that does not exist": (
        stay(start="2019-04-31T10:00:00+02:00"),
        "$.facilities[0].stays[0].start",
        "2019-04-31",
    ),
}


@pytest.mark.parametrize(("body", "where", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_answer_is_the_products_fault_and_its_place_is_named(
    body: bytes, where: str, message: str
) -> None:
    with pytest.raises(PeerError) as caught:
        saying(body=body).observe()

    assert str(caught.value).startswith("observe: the answer does not fit the contract: ")
    assert message in str(caught.value)
    assert caught.value.where == where


@given(body=st.binary(max_size=40) | st.text(max_size=40).map(lambda text: json.dumps(text).encode()))
def test_whatever_bytes_come_back_only_the_product_is_blamed(body: bytes) -> None:
    for operation in (saying(body=body).describe, saying(500, body=body).sync):
        with pytest.raises(PeerError):
            operation()


REFUSALS = {
    "with a problem": (400, b'{"problem": "no such stay", "where": "$.insz"}', ": no such stay", "$.insz"),
    "with a problem alone": (422, b'{"problem": "no such stay"}', ": no such stay", ""),
    "of the server": (500, b'{"problem": "the disk is full"}', ": the disk is full", ""),
    "with other words": (404, b'{"detail": "Not Found"}', "", ""),
    "with a problem that is no text": (400, b'{"problem": [], "where": 1}', "", ""),
    "with a page": (502, b"<html>Bad Gateway</html>", "", ""),
    "elsewhere": (307, b"", "", ""),
    "created": (201, b'{"taken": true}', "", ""),
    "without content": (204, b"", "", ""),
}


@pytest.mark.parametrize(("status", "body", "said", "where"), REFUSALS.values(), ids=REFUSALS)
def test_another_status_than_200_is_a_refusal(status: int, body: bytes, said: str, where: str) -> None:
    with pytest.raises(PeerError) as caught:
        saying(status, body=body).act(BILL)

    assert str(caught.value) == f"act: the product answered with status {status}{said}"
    assert caught.value.where == where


def test_a_long_explanation_is_cut() -> None:
    with pytest.raises(PeerError) as caught:
        saying(400, body=json.dumps({"problem": "x" * 10_000}).encode()).sync()

    assert len(str(caught.value)) < 600


def test_an_answer_that_is_too_large_is_refused() -> None:
    with pytest.raises(PeerError, match="observe: the answer is larger than 16777216 bytes"):
        saying(body=b" " * (MAX_BODY_BYTES + 1)).observe()


def test_a_compressed_answer_is_refused() -> None:
    product = door(
        lambda _: httpx.Response(200, content=gzip.compress(b"{}"), headers={"content-encoding": "gzip"})
    )

    with pytest.raises(PeerError, match="sync: the answer is encoded as 'gzip'"):
        product.sync()


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("connection refused"),
        httpx.ReadTimeout("timed out"),
        httpx.RemoteProtocolError("server disconnected"),
        httpx.ReadError(""),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_an_answer_that_does_not_come_is_the_worlds_fault(failure: httpx.TransportError) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise failure

    with pytest.raises(EnvironmentFailure, match=f"sync: no answer from {ADDRESS}: .+") as caught:
        door(answer).sync()

    assert caught.value.address == ADDRESS


def test_a_port_where_nobody_listens_is_the_worlds_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(EnvironmentFailure, match="describe: no answer") as caught:
        HttpDoor(f"http://127.0.0.1:{port}").describe()

    assert caught.value.address == f"http://127.0.0.1:{port}"


def test_a_product_that_stays_silent_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        with pytest.raises(EnvironmentFailure, match="timed out"):
            HttpDoor(address, timeout=0.05).describe()
