"""A Python product behind the HTTP contract answers as it would without it."""

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal

import httpx
import pytest

from generale.doors.http import HttpDoor
from generale.doors.serving import listen, product_app, product_server, serve_product
from generale.doors.wire import MAX_BODY_BYTES
from generale.driver.contract import Description, Done, Product, ProductClock
from generale.driver.observations import (
    DecisionState,
    FacilityView,
    InvoiceStatus,
    InvoiceView,
    LineStatus,
    LineView,
    Observation,
    StayView,
    WorklistItem,
)
from generale.driver.setup import FacilitySetUp, FacilityType, SetUp, Tariff
from generale.driver.stimuli import (
    Admit,
    BillMonth,
    Correct,
    EndStay,
    ImportHistory,
    Person,
    Rebill,
    Stimulus,
    TakeOver,
)
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import EnvironmentFailure, PeerError, UsageError
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import EndReason, StayType
from generale.protocol.money import Euro

HCO = Hco.parse("4101")
INSZ = Insz.synthetic(date(1938, 2, 14), Sex.WOMAN)
FUND = FundNumber.parse("810")
APRIL = CareMonth(2019, 4)
START = datetime(2019, 4, 1, 10, tzinfo=BRUSSELS)
END = datetime(2019, 5, 20, 16, 30, tzinfo=BRUSSELS)
FACILITY = FacilitySetUp(
    hco=HCO,
    nihii=Nihii.of_serial(760123),
    type=FacilityType.WZC,
    name="Woonzorgcentrum De Proef",
    enterprise=Kbo.of_serial(99999),
    iban=Iban.of_serial(1),
    bic="XXXXBEBB",
    username="rehearsal",
    password="rehearsal",
    valid_from=date(2019, 1, 1),
    tariffs=(Tariff(stay_type=StayType.ROB, since=date(2019, 1, 1), per_day=Decimal("60.00")),),
)
SET_UP = SetUp(
    facilities=(FACILITY,),
    services={"admissions": "http://127.0.0.1:8080/admissions/v1"},
    business_time=START,
    rule_set=date(2019, 4, 1),
    profile="vsb 1",
)
RESIDENT = Person(
    insz=INSZ, family_name="Proefpersoon", given_name="Zoë", birth_date=date(1938, 2, 14), sex=Sex.WOMAN
)
ADMIT = Admit(facility=HCO, resident=RESIDENT, stay_type=StayType.ROB, start=START)
END_STAY = EndStay(facility=HCO, insz=INSZ, end=END, reason=EndReason.DEATH)
STIMULI: tuple[Stimulus, ...] = (
    ADMIT,
    END_STAY,
    Correct(facility=HCO, insz=INSZ, start=END),
    BillMonth(facility=HCO, month=APRIL),
    Rebill(facility=HCO, month=APRIL),
    ImportHistory(facility=HCO, admissions=(ADMIT,), ends=(END_STAY,)),
    TakeOver(facility=HCO, successor=FACILITY, first_day=date(2019, 7, 1)),
)
LINE = LineView(
    insz=INSZ,
    first=APRIL.first,
    last=APRIL.last,
    days=30,
    amount=Euro(180_000),
    status=LineStatus.ACCEPTED,
)
OBSERVATION = Observation(
    facilities=(
        FacilityView(
            facility=HCO,
            stays=(StayView(insz=INSZ, stay_type=StayType.ROB, start=START, decision=DecisionState.PENDING),),
            invoices=(
                InvoiceView(
                    fund=FUND,
                    month=APRIL,
                    sending_number=1,
                    status=InvoiceStatus.SETTLED,
                    lines=(LINE,),
                    paid=Euro(-1205),
                ),
            ),
            worklist=(WorklistItem(subject=INSZ, text="Opname in beraad."),),
        ),
    )
)
DESCRIPTION = Description(
    product="Notebook",
    version="1",
    clock=ProductClock.SETTABLE,
    capabilities=("admit",),
    facility_types=(FacilityType.WZC,),
)


class Notebook:
    """A product that notes what it is told, and answers each operation with its position in the notes."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def describe(self) -> Description:
        """Always the same."""
        return DESCRIPTION

    def reset(self, set_up: SetUp) -> Done:
        """Note the set-up."""
        return self._note(set_up)

    def act(self, stimulus: Stimulus) -> Done:
        """Note the stimulus."""
        return self._note(stimulus)

    def sync(self) -> Done:
        """Note that it was asked."""
        return self._note("sync")

    def observe(self) -> Observation:
        """Always the same."""
        return OBSERVATION

    def set_clock(self, instant: datetime) -> Done:
        """Note the instant."""
        return self._note(instant)

    def _note(self, what: object) -> Done:
        self.told.append(what)
        return Done(note=str(len(self.told)))


def client(product: Product) -> httpx.Client:
    """A client that meets the application of a product without a socket."""
    app = product_app(product)

    def carry(request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport) as inner:
                answer = await inner.request(
                    request.method, request.url, content=request.read(), headers=request.headers
                )
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

        return asyncio.run(ask())

    return httpx.Client(transport=httpx.MockTransport(carry), base_url="http://product.example")


def play(door: Product) -> list[object]:
    """Go through every operation and every stimulus, and give the answers."""
    return [
        door.describe(),
        door.reset(SET_UP),
        *(door.act(stimulus) for stimulus in STIMULI),
        door.sync(),
        door.set_clock(END),
        door.observe(),
    ]


def test_through_the_door_a_product_hears_and_says_the_same() -> None:
    far, near = Notebook(), Notebook()

    assert play(HttpDoor("http://product.example", client=client(far))) == play(near)
    assert far.told == near.told == [SET_UP, *STIMULI, "sync", END]


BAD = {
    "no body": ("act", b"", "$"),
    "not JSON": ("reset", b"<reset/>", "$"),
    "a list": ("set_clock", b"[]", "$"),
    "no stimulus": ("act", b'{"facility": "4101"}', "$.do"),
    "an unknown stimulus": ("act", b'{"do": "dance"}', "$.do"),
    "a missing field": ("act", b'{"do": "bill_month", "facility": "4101"}', "$.month"),
    "a bad number": ("act", b'{"do": "rebill", "facility": "x", "month": "2019-04"}', "$.facility"),
    "a bad instant": ("set_clock", b'{"instant": "tomorrow"}', "$.instant"),
}


@pytest.mark.parametrize(("operation", "body", "where"), BAD.values(), ids=BAD)
def test_a_bad_request_is_answered_with_its_problem_and_reaches_nobody(
    operation: str, body: bytes, where: str
) -> None:
    product = Notebook()

    answer = client(product).post(f"/{operation}", content=body)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["problem"]
    assert answer.json()["where"] == where
    assert product.told == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/act", 405), ("POST", "/observe", 405), ("GET", "/", 404), ("POST", "/rest", 404)],
)
def test_what_is_no_operation_is_answered_with_a_problem(method: str, path: str, status: int) -> None:
    answer = client(Notebook()).request(method, path)

    assert answer.status_code == status
    assert answer.json()["problem"]


def test_a_request_that_is_too_large_is_refused() -> None:
    answer = client(Notebook()).post("/act", content=b" " * (MAX_BODY_BYTES + 1))

    assert answer.status_code == 413
    assert "16777216 bytes" in answer.json()["problem"]


class Failing(Notebook):
    """A product whose operations fail, each in its own way."""

    def observe(self) -> Observation:
        """Fail for want of a set-up."""
        raise UsageError("the product is not set up", hint="reset it first")

    def act(self, stimulus: Stimulus) -> Done:
        """Fail for a reason of the outside world."""
        raise EnvironmentFailure("the disk is full")

    def sync(self) -> Done:
        """Crash."""
        raise ZeroDivisionError("division by zero")


def test_what_a_product_raises_on_purpose_is_told_to_the_caller() -> None:
    door = HttpDoor("http://product.example", client=client(Failing()))

    with pytest.raises(PeerError, match=r"^observe: the product answered with status 500: .* not set up$"):
        door.observe()
    with pytest.raises(PeerError, match=r"^act: the product answered with status 500: the disk is full$"):
        door.act(ADMIT)


def test_a_crash_of_a_product_is_a_bare_500() -> None:
    with pytest.raises(PeerError, match=r"^sync: the product answered with status 500$"):
        HttpDoor("http://product.example", client=client(Failing())).sync()


class Slow(Notebook):
    """A product whose sync waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.go_on = threading.Event(), threading.Event()

    def sync(self) -> Done:
        """Wait."""
        self.entered.set()
        self.go_on.wait(10)
        return super().sync()


def test_a_product_is_asked_one_operation_at_a_time() -> None:
    product = Slow()
    with ThreadPoolExecutor() as threads:
        door = HttpDoor("http://product.example", client=client(product))
        sync = threads.submit(door.sync)
        assert product.entered.wait(10)
        act = threads.submit(door.act, ADMIT)
        with pytest.raises(TimeoutError):
            act.result(0.1)
        product.go_on.set()

        assert (sync.result(10), act.result(10)) == (Done(note="1"), Done(note="2"))


def test_a_product_is_served_on_a_socket_until_it_is_stopped() -> None:
    product = Notebook()
    server = product_server(product)
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            answers = play(HttpDoor(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=10))
        finally:
            server.should_exit = True
            thread.join(10)

    assert not thread.is_alive()
    assert answers == play(Notebook())


@pytest.fixture
def interruptible() -> Iterator[None]:
    """An interrupt interrupts, also where whoever started the tests has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_product_is_served_until_it_is_interrupted() -> None:
    product, addresses, threads = Notebook(), list[str](), ThreadPoolExecutor()

    def visit(address: str) -> Done:
        try:
            return HttpDoor(address, timeout=10).sync()
        finally:
            signal.raise_signal(signal.SIGINT)

    def ready(address: str) -> None:
        addresses.append(address)
        visits.append(threads.submit(visit, address))

    visits: list[Future[Done]] = []
    with threads, pytest.raises(KeyboardInterrupt):
        serve_product(product, "127.0.0.1", 0, ready)

    assert [visit.result() for visit in visits] == [Done(note="1")]
    assert product.told == ["sync"]
    assert addresses[0].startswith("http://127.0.0.1:")
    assert not addresses[0].endswith(":0")


def listens(host: str) -> bool:
    """Whether this machine has such an address."""
    try:
        listen(host, 0).close()
    except UsageError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_address_that_is_shown_can_be_used(host: str) -> None:
    class Enough(Exception):
        """The address has been seen."""

    if not listens(host):
        pytest.skip("this machine has no IPv6")
    seen: list[str] = []

    def ready(address: str) -> None:
        seen.append(address)
        raise Enough

    with pytest.raises(Enough):
        serve_product(Notebook(), host, 0, ready)

    assert httpx.URL(seen[0]).host == host


def test_a_port_in_use_is_the_users_mistake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1, port {port}") as caught:
            serve_product(Notebook(), "127.0.0.1", port, lambda _: None)

    assert "port 0" in caught.value.hint


def test_a_port_that_does_not_exist_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="no port 70000"):
        listen("127.0.0.1", 70_000)
