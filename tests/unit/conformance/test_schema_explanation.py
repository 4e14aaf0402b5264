"""A message that the schema refuses is explained place by place."""

import pytest

from generale.conformance.schema_explanation import ISO_TIME, SchemaRule, explain
from generale.protocol.profile import standard_profile

PROFILE = standard_profile()
RIGHT = (
    '<Opname xmlns="urn:generale:profiel:vsb:1"><Voorziening>91001</Voorziening>'
    "<Bewoner><Insz>38021499972</Insz>"
    "<Naam>Peeters</Naam><Voornaam>Jan</Voornaam><Geboortedatum>1938-02-14</Geboortedatum>"
    "<Geslacht>M</Geslacht></Bewoner><Verblijf><Type>ROB</Type><Begin>2019-04-01T10:00:00+02:00</Begin>"
    "</Verblijf></Opname>"
)


@pytest.mark.parametrize(
    ("old", "new", "place", "rule", "expected", "received"),
    [
        pytest.param(
            ">M<", ">X<", "Opname/Bewoner/Geslacht", SchemaRule.LIST, "M or V", "X", id="a code of no list"
        ),
        pytest.param(
            ">91001<", ">x<", "Opname/Voorziening", SchemaRule.FORM, "[0-9]{4,5}", "x", id="a wrong form"
        ),
        pytest.param(
            "2019-04-01T10:00:00+02:00", "2019-13-01T10:00:00+02:00", "Opname/Verblijf/Begin",
            SchemaRule.FORM, ISO_TIME, "2019-13-01T10:00:00+02:00", id="no date",
        ),
        pytest.param(
            "<Type>ROB</Type>", "", "Opname/Verblijf", SchemaRule.COMPLETE, "Type", "Begin", id="one less"
        ),
    ],
)  # fmt: skip
def test_each_place_is_named_with_what_the_schema_wants(
    old: str, new: str, place: str, rule: SchemaRule, expected: str, received: str
) -> None:
    (found,) = explain(RIGHT.replace(old, new).encode(), PROFILE)

    assert (found.place, found.rule, found.expected, found.received) == (place, rule, expected, received)


def test_a_right_message_has_nothing_to_explain() -> None:
    assert list(explain(RIGHT.encode(), PROFILE)) == []


def test_all_places_are_told_at_once() -> None:
    wrong = RIGHT.replace(">M<", ">X<").replace(">91001<", ">x<")

    assert [one.place for one in explain(wrong.encode(), PROFILE)] == [
        "Opname/Voorziening",
        "Opname/Bewoner/Geslacht",
    ]
