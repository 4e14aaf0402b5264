"""Checks of the labels around a message: provider, content, the mark of a test, destination."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generale.driver.stimuli import Person
from generale.protocol.form import to_json

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

FUND = "urn:nip:destination:io:"


def labelled(script: "Script", **label: str) -> None:
    """A file that leaves with these labels."""
    script.accepted()
    script.bill_month()
    script.label = label
    with script.sync():
        script.post("F1", script.file())


def insured(script: "Script", *people: Person) -> None:
    """The cast says that these people are members of fund 810 until the end of March, and of 830 then."""
    funds = [
        {"fund": "810", "since": "1900-01-01", "until": "2019-03-31"},
        {"fund": "830", "since": "2019-04-01"},
    ]
    rows = {one.given_name: {"person": to_json(one), "funds": funds} for one in people}
    begun = script.events[0]
    script.events[0] = replace(begun, data={**begun.data, "residents": rows})


def addressed(script: "Script", number: str) -> None:
    """An admission of 3 April for a member of fund 830 then, addressed to this number."""
    insured(script, script.anna)
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), to=FUND + number)


KEEPS: dict[str, "Play"] = {"CK-TRA-15": labelled, "CK-TRA-16": lambda s: addressed(s, "830")}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-TRA-15", "quality-wrong"): lambda s: labelled(s, quality="hospital"),
    ("CK-TRA-15", "content-type-wrong"): lambda s: labelled(s, kind="text/xml"),
    ("CK-TRA-15", "test-mark-wrong"): lambda s: labelled(s, test="true"),
    ("CK-TRA-16", "destination-of-another-member"): lambda s: addressed(s, "810"),
}


@pytest.mark.parametrize("kind", ["text/xml; charset=utf-8", "application/xml", "TEXT/XML"])
def test_a_message_is_xml_under_any_name_of_it(kind: str, script: "Script") -> None:
    script.label = {"kind": kind, "quality": ""}
    script.admit()
    with script.sync():
        script.post("A1", script.admission())

    occasions, findings = script.ask("CK-TRA-15")

    assert occasions
    assert findings == []


def test_a_message_may_be_marked_as_a_test_since_only_a_file_says_so_itself(script: "Script") -> None:
    script.label = {"test": "true"}
    script.admit()
    with script.sync():
        script.post("A1", script.admission())

    assert script.ask("CK-TRA-15")[1] == []


@pytest.mark.parametrize("number", ["000", "MULTICAST"])
def test_the_platform_and_everybody_are_right_for_a_message(number: str, script: "Script") -> None:
    addressed(script, number)

    assert script.ask("CK-TRA-16") == ([], [])


def test_of_whom_the_cast_says_nothing_no_destination_is_wrong(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), to=f"{FUND}820")

    assert script.ask("CK-TRA-16") == ([], [])


@pytest.mark.parametrize("label", [{"kind": "text/xml"}, {"test": "true"}])
def test_the_simulator_is_not_at_fault_where_it_refuses_a_wrong_label(
    label: dict[str, str], script: "Script"
) -> None:
    script.accepted()
    script.bill_month()
    script.label = label
    with script.sync():
        script.post("F1", script.file(), "failure")

    assert script.ask("CK-SIM-07")[1] == []
