"""The page of all messages says everything that somebody must know to write one."""

import re
import tomllib
from typing import get_args

import pytest

from generale.conformance.message_reference import render_messages
from generale.protocol.binding import Binding
from generale.protocol.flatfile import layout
from generale.protocol.messages import (
    FROM_FACILITY,
    Decision,
    FundChangeNotice,
    InsuranceAnswer,
    InsuranceQuestion,
)
from generale.protocol.profile import compile_profile, standard_profile
from generale.rules.facts import Original

PROFILE = standard_profile()
PAGE = render_messages(PROFILE)
BILL_RECORDS = ("10", "20", "30", "80", "90", "95", "96")


def section(title: str) -> str:
    """The part of the page under a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(title)}$(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "binding", PROFILE.bindings.values(), ids=[kind.__name__ for kind in PROFILE.bindings]
)
def test_a_message_is_told_with_its_name_service_root_and_every_field(binding: Binding) -> None:
    told = section(binding.kind.__name__)

    assert f"`{binding.message_name}`, service `{binding.service}`" in told
    assert f"Root element `{binding.root.partition('}')[2]}`" in told
    assert [
        row.name for row in binding.rows if f"| `{row.name}` | `{binding.path_of(row.name)}` |" not in told
    ] == []


def test_every_message_is_told_with_its_direction_and_what_becomes_of_it() -> None:
    told = {kind: section(kind.__name__) for kind in PROFILE.bindings}

    assert {kind for kind in told if "facility to platform" in told[kind]} == set(FROM_FACILITY)
    assert {kind for kind in told if "taken in and decided on" in told[kind]} == set(get_args(Original))
    assert {kind for kind in told if "taken in and answered" in told[kind]} == {InsuranceQuestion}
    assert {kind for kind in told if "sent by the platform" in told[kind]} == {
        Decision,
        FundChangeNotice,
        InsuranceAnswer,
    }


def test_every_relation_between_fields_is_told_in_both_languages() -> None:
    for kind, binding in PROFILE.bindings.items():
        for one in binding.relations:
            row = f"| {one.sentence_en} | {one.sentence_nl} | `{one.field}` |"
            assert row in section(kind.__name__)


def test_every_service_fund_and_code_is_told() -> None:
    codes = tomllib.loads(PROFILE.files["profile.toml"].decode())["codes"]

    assert [path for path in PROFILE.services.values() if f"`{path}`" not in section("Services")] == []
    assert [number for number in PROFILE.funds if f"`{number}`" not in section("Care funds")] == []
    assert [row for row in PROFILE.performance_codes if row.code not in section("Performance codes")] == []
    for name, words in codes.items():
        assert [word for word, code in words.items() if f"| `{code}` | {word} |" not in section(name)] == []


def test_another_profile_gives_another_page() -> None:
    head = PROFILE.files["profile.toml"].decode()
    files = {
        **PROFILE.files,
        "profile.toml": head.replace('last_day = "on-death"', 'last_day = "never"').encode(),
    }

    assert "The last day of a stay is not billed." in render_messages(compile_profile(files))


@pytest.mark.parametrize("number", BILL_RECORDS)
def test_every_zone_of_a_bill_that_must_be_filled_is_told_with_its_place(number: str) -> None:
    told = section(f"Record {number}")
    demanding = [
        zone for zone in layout(f"record_{number}").zones if zone.required or zone.fixed or zone.allowed
    ]
    places = [f"| {zone.number} | {zone.position} | {zone.length} |" for zone in demanding]

    assert places
    assert [place for place in places if place not in told] == []


def test_the_page_names_all_answers_to_an_invoice_file() -> None:
    for number in ("931000", "920999", "920098", "920099", "920900"):
        assert f"### {number}, " in PAGE
