"""The driver contract exercised: every operation with right requests and with odd ones, each violation named.

What is asked stands in ``adapter_requests``; what the contract says, in words, in ``adapter.toml``. The
services that ``reset`` names lie at a port where nobody listens, since a platform that does not answer is
no error of any operation; so nothing is sent anywhere, and no requirement is judged.
"""

import ssl
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import httpx

from generale.conformance import adapter_requests as requests
from generale.conformance.adapter_requests import Expected, Request
from generale.doors.http import product_address
from generale.doors.wire import JSON_TYPE, MAX_BODY_BYTES, Problem, read_body
from generale.driver.contract import Description, Done, ProductClock
from generale.driver.observations import Observation
from generale.protocol.errors import PeerError
from generale.protocol.form import from_json

SHOWN = 160
"""How much of an answer is quoted, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What an operation did otherwise than the contract says.

    ``request`` says what was asked, ``rule`` names what the contract says of it, ``came`` is what came.
    """

    operation: str
    request: str
    rule: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercised:
    """What an adapter was asked, and what it did wrong."""

    asked: tuple[Request, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def shown(self) -> str:
        """The answer in one line."""
        text = " ".join(self.body[: 2 * SHOWN].decode("utf-8", "replace").split())
        return f"{self.status} {text if len(text) <= SHOWN else f'{text[:SHOWN]}…'}".strip()


@dataclass(slots=True)
class Adapter:
    """An adapter at an address, and what was found of it so far."""

    address: str
    seconds: float
    asked: list[Request] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)

    def ask(self, request: Request) -> Any:
        """Send a request and hold its answer against the contract; its value, None where it has none."""
        self.asked.append(request)
        answer = self._exchanged(request)
        if isinstance(answer, str):
            self.found(request, "answers", answer)
            return None
        found = list(_broken(request, answer))
        for rule, said in found:
            self.found(request, rule, said or answer.shown)
        return None if found or request.expected is not Expected.RIGHT else _value(request, answer)

    def found(self, request: Request, rule: str, came: str) -> None:
        """Note a violation."""
        self.violations.append(
            Violation(operation=request.operation, request=request.name, rule=rule, came=came)
        )

    def _exchanged(self, request: Request) -> Came | str:
        """The answer, or why there is none."""
        headers = {"accept": JSON_TYPE, "accept-encoding": "identity"}
        if request.body:
            headers["content-type"] = JSON_TYPE
        root = str(product_address(self.address)).rstrip("/")
        try:
            with (
                httpx.Client(
                    trust_env=False, verify=ssl.create_default_context(), timeout=self.seconds
                ) as client,
                client.stream(
                    request.method,
                    f"{root}/{request.operation}",
                    content=request.body or None,
                    headers=headers,
                ) as answer,
            ):
                body = bytearray()
                for chunk in answer.iter_raw():
                    body += chunk
                    if len(body) > MAX_BODY_BYTES:
                        return f"more than {MAX_BODY_BYTES} bytes"
                return Came(answer.status_code, answer.headers, bytes(body))
        except httpx.TransportError as error:
            return str(error) or type(error).__name__


def exercise(address: str, seconds: float) -> Exercised:
    """Ask an adapter everything, right and odd; an answer may take so long."""
    adapter = Adapter(address, seconds)
    description = adapter.ask(requests.DESCRIBE)
    capabilities = set(description.capabilities) if description else set()
    if adapter.ask(requests.reset(requests.SET_UP)) is None:
        return Exercised(asked=tuple(adapter.asked), violations=tuple(adapter.violations))
    if (again := adapter.ask(requests.DESCRIBE)) and description and again != description:
        adapter.found(requests.DESCRIBE, "steady", f"{description} / {again}")
    for request in requests.stimuli(capabilities):
        adapter.ask(request)
    if description and description.clock is ProductClock.SETTABLE:
        adapter.ask(requests.SET_CLOCK)
    adapter.ask(requests.SYNC)
    before = _looked(adapter)
    for request in requests.odd(capabilities):
        adapter.ask(request)
    after = adapter.ask(requests.OBSERVE)
    if before and after and after != before:
        adapter.found(requests.OBSERVE, "refusal-changes-nothing", _difference(before, after))
    adapter.ask(requests.reset(requests.SET_UP))
    clean = adapter.ask(requests.OBSERVE)
    if clean and any(one.stays or one.invoices for one in clean.facilities):
        adapter.found(requests.OBSERVE, "starts-clean", str(clean.facilities[0])[:SHOWN])
    return Exercised(asked=tuple(adapter.asked), violations=tuple(adapter.violations))


def _looked(adapter: Adapter) -> Observation | None:
    """What the users see, asked twice."""
    first: Observation | None = adapter.ask(requests.OBSERVE)
    second = adapter.ask(requests.OBSERVE)
    if first and second and first != second:
        adapter.found(requests.OBSERVE, "looks-only", _difference(first, second))
    others = [one.facility for one in first.facilities if one.facility not in requests.OWN] if first else []
    if others:
        adapter.found(requests.OBSERVE, "own-facilities", ", ".join(others))
    return first


def _difference(one: Observation, other: Observation) -> str:
    """The first facility that is shown otherwise."""
    pairs = zip(one.facilities, other.facilities, strict=False)
    first = next(((a, b) for a, b in pairs if a != b), None)
    return (
        f"{first[0]} / {first[1]}"[: 4 * SHOWN]
        if first
        else f"{len(one.facilities)} / {len(other.facilities)}"
    )


def _broken(request: Request, answer: Came) -> Iterator[tuple[str, str]]:
    """The rules that an answer breaks, each with what came where that is not the answer itself."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        yield "open", answer.headers["content-encoding"]
        return
    is_refusal = 400 <= answer.status < 500
    if request.expected is Expected.REFUSED and not is_refusal:
        yield "refused", ""
    elif request.expected is Expected.ANYTHING and answer.status >= 500:
        yield "no-failure", ""
    elif (
        request.expected in (Expected.RIGHT, Expected.NOT_OFFERED, Expected.UNKNOWN) and answer.status != 200
    ):
        yield {"not_offered": "not-offered", "unknown": "unknown-stay"}.get(request.expected, "status"), ""
    elif answer.status == 200 or is_refusal:
        yield from _misfitting(request, answer, Problem if is_refusal else request.answer)


def _misfitting(request: Request, answer: Came, kind: type[Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a body that should hold a value of this type."""
    is_problem = kind is Problem
    named = answer.headers.get("content-type", "")
    if named.partition(";")[0].strip().lower() != JSON_TYPE and not is_problem:
        yield "type", named or "—"
    try:
        told = read_body(answer.body)
    except PeerError as error:
        yield ("problem", "") if is_problem else ("json", f"{error}")
        return
    try:
        value: object = from_json(kind, told)
    except PeerError as error:
        yield ("problem", "") if is_problem else ("fits", f"{error.where} {error}".strip())
        return
    if isinstance(value, Done):
        yield from _done(request, value)


def _done(request: Request, done: Done) -> Iterator[tuple[str, str]]:
    said = f"taken: {str(done.taken).lower()} {done.note}".strip()
    if request.must_be_taken and not done.taken:
        yield "taken", said
    if request.expected is Expected.NOT_OFFERED and done.taken:
        yield "not-offered", said
    if request.expected is Expected.UNKNOWN and done.taken:
        yield "unknown-stay", said


def _value(request: Request, answer: Came) -> Description | Done | Observation:
    value: Description | Done | Observation = from_json(request.answer, read_body(answer.body))
    return value


@cache
def rules() -> Mapping[str, Mapping[str, str]]:
    """What the contract says, rule by rule, in both languages."""
    text = (resources.files("generale.conformance") / "adapter.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
