"""A message that the schema refuses is explained place by place."""

import pytest
from lxml import etree

from generale.conformance.schema_explanation import (
    MOST,
    MOST_EXPLAINED_MARKS,
    Explained,
    explain,
)
from generale.conformance.schema_rule import RULES_NL, SchemaRule
from generale.protocol.profile import standard_profile

PROFILE = standard_profile()
NAMESPACE = "urn:generale:profiel:vsb:1"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
RIGHT = (
    '<Opname xmlns="urn:generale:profiel:vsb:1"><Voorziening>91001</Voorziening>'
    "<Bewoner><Insz>38021499972</Insz>"
    "<Naam>Peeters</Naam><Voornaam>Jan</Voornaam><Geboortedatum>1938-02-14</Geboortedatum>"
    "<Geslacht>M</Geslacht></Bewoner><Verblijf><Type>ROB</Type><Begin>2019-04-01T10:00:00+02:00</Begin>"
    "</Verblijf></Opname>"
)
XSD = "{http://www.w3.org/2001/XMLSchema}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
INSTANT = "a date and time with its offset, such as 2019-04-01T10:00:00+02:00"


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
            SchemaRule.FORM, INSTANT, "2019-13-01T10:00:00+02:00", id="no date",
        ),
        pytest.param(
            "<Type>ROB</Type>", "", "Opname/Verblijf", SchemaRule.COMPLETE, "Type", "Begin", id="one less"
        ),
        pytest.param(
            "</Geslacht>", "</Geslacht><Extra/>", "Opname/Bewoner",
            SchemaRule.COMPLETE, "nothing more", "Extra", id="one more",
        ),
        pytest.param(
            "<Naam>Peeters</Naam>", f"<Naam>{'x' * 73}</Naam>", "Opname/Bewoner/Naam", SchemaRule.FORM,
            "a name has 1 to 72 characters on one line, without blanks at its ends", "x" * 73, id="too long",
        ),
        pytest.param(
            "<Naam>", '<Naam taal="nl" q:taal="nl" xmlns:q="urn:q">', "Opname/Bewoner/Naam",
            SchemaRule.ATTRIBUTE, "no attribute", "taal, taal", id="attributes",
        ),
        pytest.param(
            "<Insz>", "over <Insz>", "Opname/Bewoner", SchemaRule.TEXT, "no text", "over", id="stray text"
        ),
        pytest.param(
            "<Naam>", "over <Naam>", "Opname/Bewoner", SchemaRule.TEXT, "no text", "over", id="text between"
        ),
        pytest.param(
            "Peeters", "Pee<b/><i/>ters", "Opname/Bewoner/Naam",
            SchemaRule.VALUE, "no elements", "b, i", id="elements in a value",
        ),
        pytest.param(
            "vsb:1", "vsb:2", "Opname", SchemaRule.NAMESPACE,
            NAMESPACE, "the namespace 'urn:generale:profiel:vsb:2'", id="another namespace",
        ),
        pytest.param(
            f' xmlns="{NAMESPACE}"', "", "Opname",
            SchemaRule.NAMESPACE, NAMESPACE, "no namespace", id="no namespace",
        ),
        pytest.param(
            "<Naam>", '<Naam xmlns="urn:x">', "Opname/Bewoner/Naam",
            SchemaRule.NAMESPACE, NAMESPACE, "the namespace 'urn:x'", id="an element of another namespace",
        ),
        pytest.param(
            "</Bewoner>", '<x:include xmlns:x="urn:x"/></Bewoner>', "Opname/Bewoner", SchemaRule.COMPLETE,
            "nothing more", "include in the namespace 'urn:x'", id="an unknown element with a prefix",
        ),
        pytest.param(
            "1938-02-14", f"{'9' * 2_000_000}-02-14", "Opname/Bewoner/Geboortedatum", SchemaRule.FORM,
            "[0-9]{4}-[0-9]{2}-[0-9]{2}", f"{'9' * 200}\u2026", id="two million digits",
        ),
        pytest.param(
            "1938-02-14", "-2147483649-02-14", "Opname/Bewoner/Geboortedatum", SchemaRule.FORM,
            "a day that exists, such as 2019-04-01", "-2147483649-02-14", id="a year that no library holds",
        ),
        pytest.param(
            "2019-04-01T", "99999999999-04-01T", "Opname/Verblijf/Begin", SchemaRule.FORM,
            INSTANT, "99999999999-04-01T10:00:00+02:00", id="a moment that no library holds",
        ),
        pytest.param(
            "<Naam>", f'<Naam {XSI} xsi:nil="true">', "Opname/Bewoner/Naam",
            SchemaRule.OTHER, "", "", id="an empty value",
        ),
        pytest.param(
            "<Naam>", f'<Naam {XSI} xsi:type="q:x">', "Opname/Bewoner/Naam",
            SchemaRule.OTHER, "", "", id="a type of nobody",
        ),
    ],
)  # fmt: skip
def test_each_place_is_named_with_what_the_schema_wants(
    old: str, new: str, place: str, rule: SchemaRule, expected: str, received: str
) -> None:
    (found,) = explain(RIGHT.replace(old, new).encode(), PROFILE).places

    assert (found.path, found.rule, found.expected, found.received) == (place, rule, expected, received)
    assert found.place == f"{place} line 1"


def test_a_rule_is_said_in_words_in_both_languages() -> None:
    (found,) = explain(RIGHT.replace(">91001<", ">x<").encode(), PROFILE).places

    assert found.sentence_en == f"{SchemaRule.FORM.value}: a facility number has 4 or 5 digits"
    assert found.sentence_nl == f"{RULES_NL[SchemaRule.FORM]}: een voorzieningsnummer heeft 4 of 5 cijfers"
    assert set(RULES_NL) == set(SchemaRule)


def test_a_place_has_the_line_of_what_is_wrong() -> None:
    raw = RIGHT.replace("</Bewoner>", "\n\n<Extra/></Bewoner>").replace(">ROB<", ">\nROB<")

    assert [one.place for one in explain(raw.encode(), PROFILE).places] == [
        "Opname/Bewoner line 3",
        "Opname/Verblijf/Type line 3",
    ]


def test_what_no_library_holds_hides_nothing_else() -> None:
    wrong = RIGHT.replace("1938-02-14", "99999999999-02-14").replace(">ROB<", ">X<").replace(">91001<", ">x<")

    assert [(one.path, one.rule) for one in explain(wrong.encode(), PROFILE).places] == [
        ("Opname/Voorziening", SchemaRule.FORM),
        ("Opname/Bewoner/Geboortedatum", SchemaRule.FORM),
        ("Opname/Verblijf/Type", SchemaRule.LIST),
    ]


def test_what_has_no_sentence_of_ours_is_told_in_words_of_the_library() -> None:
    wrong = RIGHT.replace("<Naam>", f'<Naam {XSI} xsi:type="Dag">')

    assert [one.sentence_en for one in explain(wrong.encode(), PROFILE).places] == [
        "the schema is followed: 'Dag' cannot substitute 'Persoonsnaam'"
    ] * 2


def test_a_message_that_nobody_knows_is_told_the_messages_there_are() -> None:
    (found,) = explain(b"<Groet/>", PROFILE).places

    assert (found.place, found.rule, found.received) == ("Groet line 1", SchemaRule.KNOWN, "Groet")
    assert found.expected.startswith("Opname or ")


def test_every_type_of_the_schema_says_what_it_demands_in_both_languages() -> None:
    schema = etree.fromstring(PROFILE.files["messages.xsd"])
    said = {
        kind.get("name"): [text.get(LANGUAGE) for text in kind.iter(f"{XSD}documentation") if text.text]
        for kind in schema.iter(f"{XSD}simpleType")
    }

    assert {name: languages for name, languages in said.items() if languages != ["nl", "en"]} == {}


def test_a_right_message_has_nothing_to_explain() -> None:
    assert explain(RIGHT.encode(), PROFILE) == Explained()


def test_all_places_are_told_at_once() -> None:
    wrong = RIGHT.replace(">M<", ">X<").replace(">91001<", ">x<")

    assert [one.path for one in explain(wrong.encode(), PROFILE).places] == [
        "Opname/Voorziening",
        "Opname/Bewoner/Geslacht",
    ]


def with_controls(number: int) -> bytes:
    """A decision with so many controls that each lack their text."""
    controls = b"<Controle><Code>A</Code></Controle>" * number
    return (
        b'<Beslissing xmlns="urn:generale:profiel:vsb:1"><Voorziening>9001</Voorziening><Betreft>A1</Betreft>'
        b"<Uitkomst>GEWEIGERD</Uitkomst><Beslist>2019-04-01T10:00:00+02:00</Beslist>"
        b"<Regelset>2019-04-01</Regelset><Controles>" + controls + b"</Controles></Beslissing>"
    )


@pytest.mark.parametrize(("wrong", "listed", "has_more"), [(MOST, MOST, False), (MOST + 1, MOST, True)])
def test_the_first_places_are_listed_and_it_is_told_that_there_are_more(
    wrong: int, listed: int, has_more: bool
) -> None:
    found = explain(with_controls(wrong), PROFILE)

    assert (len(found.places), found.has_more) == (listed, has_more)


@pytest.mark.parametrize("unknown", ["<a/>", "<Voorziening/>", "<Bewoner b='c'/>"])
def test_a_message_with_very_many_unknown_children_is_not_explained(unknown: str) -> None:
    raw = RIGHT.replace("</Opname>", unknown * MOST_EXPLAINED_MARKS + "</Opname>").encode()

    assert explain(raw, PROFILE) == Explained(has_more=True)
