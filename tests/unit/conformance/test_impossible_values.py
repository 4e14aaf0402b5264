"""Whatever stands in a field of a message, ``check`` tells what the platform says, and tells it briefly."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.unit.protocol.message_examples import EXAMPLES

from generale.conformance.message_check import Rung, check_message
from generale.protocol.errors import PeerError
from generale.protocol.profile import standard_profile
from generale.protocol.xml_source import LONGEST_TOLD
from generale.rules.engine import rule_sets

PROFILE, RULES = standard_profile(), rule_sets()[-1]
MESSAGES = [raw for _, _, raw in EXAMPLES]
XSI = "http://www.w3.org/2001/XMLSchema-instance"
YEARS = ("2147483648", "2147483649", "-2147483649", "99999999999", "9" * 5_000, "0000", "-0001", "10000")
IMPOSSIBLE = (
    *(f"{year}-05-02{rest}" for year in YEARS for rest in ("", "T10:00:00+02:00", "T24:00:00Z", "+99:99")),
    *(f"{year}-05" for year in YEARS),
    *("2019-02-30", "2019-04-01T10:00:60+02:00", "2019-04-01T10:00:00.9999999+02:00", "2019-04-01T99:99:99Z"),
    *("P99999999999Y", "-P99999999999999999999M", "PT1e400S", "1e999999999", "1e400", "INF", "NaN", "-0.00"),
    *("9" * 5_000, "0." + "0" * 5_000 + "1", "99999999999.99", "0.00", "\u0661\u0662", " ", "a" * 5_000),
    *("\U0010ffff", "\ue000", "'", "]]>", "{0}", "\u2028"),
)
"""What dates, durations and amounts of other languages look like, and what no calendar or number can hold."""
ATTRIBUTES = st.sampled_from(
    [
        {},
        {"taal": "nl"},
        {f"{{{XSI}}}type": "q:x"},
        {f"{{{XSI}}}type": "Dag"},
        {f"{{{XSI}}}type": "\u0661"},
        {f"{{{XSI}}}nil": "true"},
        {f"{{{XSI}}}nil": "9" * 5_000},
        {f"{{{XSI}}}schemaLocation": "urn:x file:///etc/hostname urn:y"},
    ]
)


def judged_alike(raw: bytes) -> None:
    """``check`` ends, refuses on a low rung what the platform refuses, and repeats no more than helps."""
    refused = False
    try:
        PROFILE.read(raw)
    except PeerError:
        refused = True
    found = check_message(raw, PROFILE, RULES, None)
    remarks = [remark for rung in found.rungs for remark in rung.remarks]

    below = [rung for rung in found.rungs if rung.rung is not Rung.RELATIONS]
    assert any(rung.remarks for rung in below) or not refused
    assert all(
        len(text) <= LONGEST_TOLD + 1 for one in remarks for text in (one.place, one.rule, one.received)
    )
    assert all(one.place and one.rule for one in remarks)


@settings(max_examples=250, deadline=None)
@given(
    raw=st.sampled_from(MESSAGES),
    place=st.integers(0, 50),
    text=st.sampled_from(IMPOSSIBLE) | st.text(st.characters(codec="utf-8"), max_size=8),
    attributes=ATTRIBUTES,
)
def test_any_field_can_hold_anything(raw: bytes, place: int, text: str, attributes: dict[str, str]) -> None:
    root = etree.fromstring(raw)
    leaves = [node for node in root.iter() if len(node) == 0]
    with suppress(ValueError):  # some characters are no XML, whoever writes it
        leaves[place % len(leaves)].text = text
    for name, value in attributes.items():
        leaves[place % len(leaves)].set(name, value)

    judged_alike(etree.tostring(root, encoding="UTF-8"))


@pytest.mark.parametrize("raw", MESSAGES[:2])
@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#xDFFF;", "&#0;", "&#x110000;", "&#99999999999;", "\xed\xa0\x80"]
)
def test_half_a_character_is_refused_as_the_platform_refuses_it(raw: bytes, reference: str) -> None:
    value = raw.index(b"</")

    judged_alike(raw[:value] + reference.encode("latin-1") + raw[value:])


@pytest.mark.parametrize("depth", [1, 100, 240, 5_000])
@pytest.mark.parametrize("tag", ["Bewoner", "q"])
def test_any_nesting_is_judged(depth: int, tag: str) -> None:
    raw = MESSAGES[0]
    inside = f"<{tag}>".encode() * depth + f"</{tag}>".encode() * depth

    judged_alike(raw.replace(b"</Bewoner>", inside + b"</Bewoner>"))
