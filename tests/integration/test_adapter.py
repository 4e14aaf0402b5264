"""An adapter that breaks the driver contract: each violation is named, with the rule and with what came."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.integration.cli_session import command
from tests.integration.test_python_products import PRODUCT

from generale.conformance.adapter import exercise, rules
from generale.conformance.adapter_requests import SET_UP, odd, stimuli
from generale.conformance.trial.workshop import App, Made, Workshop, answering
from generale.doors.wire import METHODS
from generale.driver.contract import Done
from generale.driver.observations import FacilityView, Observation, StayView
from generale.driver.stimuli import STIMULI
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.ids import Hco

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SECONDS = 10.0


def on(operation: str, **change: Any) -> Callable[[App], App]:
    """Answers of one operation with another status, other headers or another body."""

    def around(product: App) -> App:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            async def changed(message: dict[str, Any]) -> None:
                if scope["path"] == f"/{operation}":
                    if message["type"] == "http.response.start":
                        headers = [
                            one for one in message["headers"] if one[0] not in change.get("without", ())
                        ]
                        status = change.get("status", {}).get(message["status"], message["status"])
                        message = {**message, "status": status, "headers": headers + change.get("more", [])}
                    elif "body" in change:
                        message = {**message, "body": change["body"](message["body"])}
                await send(message)

            await product(scope, receive, changed)

        return app

    return around


LENGTH = (b"content-length",)


def with_key(body: bytes) -> bytes:
    """One key too many."""
    return json.dumps({**json.loads(body), "colour": "red"}).encode()


def fails() -> Done:
    """A failure of the product."""
    raise EnvironmentFailure("the disk is full")


class Counting:
    """A screen that shows one stay more each time it is looked at, and forgets none."""

    def __init__(self) -> None:
        self.looks = 0
        self.stays: tuple[StayView, ...] = ()

    def __call__(self, shown: Observation) -> Observation:
        self.looks += 1
        home = SET_UP.facilities[0].hco
        self.stays = next((one.stays for one in shown.facilities if one.stays), self.stays)
        return Observation(facilities=(FacilityView(facility=home, stays=self.stays[: self.looks]),))


ELSEWHERE = Observation(facilities=(FacilityView(facility=Hco.parse("99001")),))

VERSIONS = count()

BROKEN: Mapping[str, tuple[Made, set[tuple[str, str]]]] = {
    "one key too many": (
        Made(around=on("observe", without=LENGTH, body=with_key)),
        {("observe", "fits")},
    ),
    "created in the place of ok": (Made(around=on("act", status={200: 201})), {("act", "status")}),
    "text in the place of JSON": (
        Made(around=on("sync", without=(*LENGTH, b"content-type"), more=[(b"content-type", b"text/html")])),
        {("sync", "type")},
    ),
    "no JSON": (Made(around=on("sync", without=LENGTH, body=lambda _: b"OK")), {("sync", "json")}),
    "compressed": (
        Made(around=on("observe", more=[(b"content-encoding", b"gzip")])),
        {("observe", "open")},
    ),
    "refusals as failures": (
        Made(around=on("act", status={400: 500})),
        {("act", "refused"), ("act", "no-failure")},
    ),
    "refusals without a problem": (
        Made(around=on("reset", without=LENGTH, body=lambda raw: raw if b"taken" in raw else b"{}")),
        {("reset", "problem")},
    ),
    "fails without a platform": (
        Made(altered={"done": {"sync": fails}}),
        {("sync", "status"), ("sync", "no-failure")},
    ),
    "refuses what it declares": (
        Made(altered={"done": {"act": lambda: Done(taken=False, note="closed")}}),
        {("act", "taken")},
    ),
    "takes everything": (Made(altered={"done": {"act": Done}}), {("act", "unknown-stay")}),
    "takes what it does not offer": (
        Made(altered={"described": lambda own: replace(own, capabilities=("reset", "admit"))}),
        {("act", "not-offered")},
    ),
    "a clock that is declared settable": (
        Made(altered={"done": {"set_clock": lambda: Done(taken=False, note="by the wall")}}),
        {("set_clock", "taken")},
    ),
    "a screen that changes when it is looked at": (
        Made(altered={"shown": Counting()}),
        {("observe", "looks-only"), ("observe", "refusal-changes-nothing"), ("observe", "starts-clean")},
    ),
    "a screen of another house": (
        Made(altered={"shown": lambda _: ELSEWHERE}),
        {("observe", "own-facilities")},
    ),
    "a reset that is not taken": (
        Made(altered={"done": {"reset": lambda: Done(taken=False)}}),
        {("reset", "taken")},
    ),
    "another version at every question": (
        Made(altered={"described": lambda own: replace(own, version=str(next(VERSIONS)))}),
        {("describe", "steady")},
    ),
    "nothing but errors": (
        Made(around=answering(500)),
        {("describe", "status"), ("reset", "status")},
    ),
}
"""An adapter that breaks the contract, and what is to be found: operation and rule."""


def test_every_operation_is_asked_rightly_and_oddly(tmp_path: Path) -> None:
    with Workshop(tmp_path).product() as address:
        found = exercise(address, SECONDS)

    assert found.violations == ()
    assert {one.operation for one in found.asked if one.name == "right"} == set(METHODS) - {"act"}
    assert [one.name for one in stimuli(())] == sorted(STIMULI, key=[one.name for one in stimuli(())].index)
    assert {one.operation for one in odd(STIMULI)} == set(METHODS)


@pytest.mark.parametrize("name", BROKEN)
def test_a_violation_is_named_by_operation_and_rule(name: str, tmp_path: Path) -> None:
    made, due = BROKEN[name]

    with Workshop(tmp_path).product(made) as address:
        found = exercise(address, SECONDS)

    broken = {(one.operation, one.rule) for one in found.violations}
    assert due <= broken
    assert {operation for operation, _ in broken} == {operation for operation, _ in due}
    assert all(one.came and one.request for one in found.violations)


def test_nobody_at_the_address_is_a_violation_of_the_first_operation() -> None:
    found = exercise("http://127.0.0.1:9", SECONDS)

    assert {(one.operation, one.rule) for one in found.violations} == {
        ("describe", "answers"),
        ("reset", "answers"),
    }


def test_every_rule_stands_in_both_languages_and_can_be_broken() -> None:
    broken = {rule for _, due in BROKEN.values() for _, rule in due}

    assert all(set(said) == {"en", "nl"} for said in rules().values())
    assert set(rules()) - broken == {"answers"}


def test_the_reference_vendor_keeps_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "doctor", "--driver", "--json")

    document = json.loads(left.out)
    schema = json.loads((REFERENCE / "adapter.schema.json").read_text(encoding="utf-8"))
    assert (left.code, document["violations"]) == (0, [])
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["  the contract: a body is JSON in UTF-8", "  what came: "]),
        ("nl", ["  het contract: een body is JSON in UTF-8", "  wat kwam: "]),
    ],
)
def test_a_violation_is_told_with_the_contract_and_what_came(
    lang: str, said: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Workshop(tmp_path).product(BROKEN["no JSON"][0]) as address:
        left = command(capsys, "doctor", "--driver", "--vendor", address, "--lang", lang)

    lines = left.out.splitlines()
    assert left.code == 21
    assert lines[:2] == ["✗ sync (right)", said[0]]
    assert lines[2].startswith(said[1])


def test_another_program_is_not_exercised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Workshop(tmp_path).product(Made(around=answering(404))) as address:
        told = command(capsys, "doctor", "--driver", "--vendor", address)
        document = json.loads(
            command(capsys, "doctor", "--driver", "--vendor", address, "--json", "--lang", "nl").out
        )

    assert told.code == 20
    assert "another program answers there" in told.out
    assert document["finding"] == "another-program"


def test_a_product_of_python_is_served_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exercised_product.py").write_text(PRODUCT, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    left = command(capsys, "doctor", "--driver", "--vendor", "py:exercised_product:Quiet")

    assert left.code == 21
    assert '{"taken": false}' in left.out
