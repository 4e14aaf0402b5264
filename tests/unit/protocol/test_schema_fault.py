"""What the quick validation refuses is told with its place in names, and in words that mislead nobody."""

import pytest
from tests.unit.protocol.message_examples import EXAMPLES

from generale.protocol.messages import Admission
from generale.protocol.profile import MessageError, standard_profile
from generale.protocol.schema_fault import element_at, told
from generale.protocol.xml_source import LONGEST_QUOTE, parse_xml, path_of

PROFILE = standard_profile()
ADMISSION = next(raw for _, message, raw in EXAMPLES if isinstance(message, Admission)).decode()
NAMESPACE = "urn:generale:profiel:vsb:1"
TREE = parse_xml(
    b'<a xmlns:q="urn:q" xmlns:r="urn:q"><b/><b><c/><q:b/><r:b/><q:b/></b><d xmlns="urn:d"><e/></d></a>'
)


@pytest.mark.parametrize(
    ("counted", "named"),
    [
        ("/*", "a"),
        ("/a", "a"),
        ("/*/*[2]/*[1]", "a/b[2]/c"),
        ("/a/b[2]/q:b[2]", "a/b[2]/b[3]"),
        ("/a/b[2]/r:b", "a/b[2]/b[2]"),
        ("/a/*[3]/*", "a/d/e"),
        ("/a/x:b", None),
        ("/a/b[3]", None),
        ("/a/@name", None),
        ("/a/nothing", None),
        ("count(/a)", None),
        ("", None),
    ],
)
def test_the_element_at_fault_is_found_as_the_library_counts_it(counted: str, named: str | None) -> None:
    found = element_at(TREE, counted)

    assert (None if found is None else path_of(found)) == named


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param(
            NAMESPACE, "urn:x:2", "Opname",
            f"no message of this profile begins with 'Opname' in the namespace 'urn:x:2': its namespace is"
            f" '{NAMESPACE}'", id="another namespace",
        ),
        pytest.param(
            f' xmlns="{NAMESPACE}"', "", "Opname",
            f"begins with 'Opname' in no namespace: its namespace is '{NAMESPACE}'",
            id="no namespace",
        ),
        pytest.param("Opname", "Groet", "Groet", "no message of this profile begins with 'Groet'", id="?"),
        pytest.param(
            "<Naam>", '<Naam xmlns="">', "Opname/Bewoner/Naam",
            f"Expected is ( Naam ). It stands in no namespace, not in '{NAMESPACE}'.",
            id="an element in no namespace",
        ),
        pytest.param(
            "</Bewoner>", '<i:include xmlns:i="urn:i"/></Bewoner>', "Opname/Bewoner/include",
            f"This element is not expected. It stands in the namespace 'urn:i', not in '{NAMESPACE}'.",
            id="an unknown element with a prefix",
        ),
        pytest.param(
            "<Geboortedatum>", "<Geboortedatum>1", "Opname/Bewoner/Geboortedatum",
            "[facet 'pattern'] The value '11938-02-14' is not accepted by the pattern"
            " '[0-9]{4}-[0-9]{2}-[0-9]{2}'.", id="a pattern stays whole",
        ),
        pytest.param(
            "<Naam>", '<Naam taal="nl">', "Opname/Bewoner/Naam",
            "Element 'Naam', attribute 'taal': The attribute 'taal' is not allowed.", id="an attribute",
        ),
    ],
)  # fmt: skip
def test_a_refusal_names_the_place_and_what_is_wrong(old: str, new: str, place: str, words: str) -> None:
    assert old in ADMISSION

    with pytest.raises(MessageError) as caught:
        PROFILE.read(ADMISSION.replace(old, new).encode())

    assert caught.value.where.rpartition(" line ")[0] == place
    assert str(caught.value).endswith(words)


@pytest.mark.parametrize("value", ["3" * 1_000_000, "3'" * 500_000, "{" * 1_000_000, " " * 1_000_000])
def test_what_is_told_of_a_fault_has_no_namespace_and_only_the_beginning_of_a_value(value: str) -> None:
    problem = f"Element '{{urn:x:1}}Insz': '{value}' is not a valid value of '{{urn:x:1}}Number'."
    text = told(problem, ["urn:x:1", ""])

    assert text.startswith("Element 'Insz': '")
    assert len(text) <= 1_001
    assert "urn:x:1" not in text


def test_a_long_value_is_told_as_far_as_it_helps() -> None:
    value = "3" * 1_000

    assert told(f"'{value}' is no number.") == f"'{value[:LONGEST_QUOTE]}\u2026' is no number."
    assert told(f"'{value[:LONGEST_QUOTE]}' is no number.") == f"'{value[:LONGEST_QUOTE]}' is no number."
