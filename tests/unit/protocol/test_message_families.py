"""Every message both ways from one list of examples, and what is damaged, for both schema libraries."""

from collections.abc import Iterator
from functools import cache

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.unit.protocol.message_examples import EXAMPLES
from tests.unit.protocol.message_strategies import ANY_MESSAGE, OF_KIND

from generale.protocol import messages
from generale.protocol.errors import PeerError
from generale.protocol.form import from_json, to_json
from generale.protocol.messages import FROM_FACILITY, MESSAGES, Message
from generale.protocol.profile import MessageError, standard_profile
from generale.protocol.relation import breach

PROFILE = standard_profile()
EACH = pytest.mark.parametrize(
    ("message", "raw"), [case[1:] for case in EXAMPLES], ids=[case[0] for case in EXAMPLES]
)
OVERSIZED = 5_000
"""More characters than any value may have."""


@cache
def explaining_schema() -> xmlschema.XMLSchema:
    """The schema in the library that explains."""
    return xmlschema.XMLSchema(PROFILE.files["messages.xsd"].decode())


def is_valid(raw: bytes) -> bool:
    """Whether a document is valid; both libraries must be of one mind."""
    quick = PROFILE.schema.validate(etree.fromstring(raw))
    assert explaining_schema().is_valid(etree.fromstring(raw)) is quick
    return quick


def is_read(raw: bytes) -> bool:
    """Whether the profile reads a message in these bytes."""
    try:
        PROFILE.read(raw)
    except PeerError:
        return False
    return True


def leaves(raw: bytes) -> Iterator[tuple[etree._Element, etree._Element]]:
    """A fresh document for each of its leaves, with that leaf."""
    for place, node in enumerate(etree.fromstring(raw).iter()):
        if len(node) == 0:
            root = etree.fromstring(raw)
            yield root, list(root.iter())[place]


def test_the_package_lists_its_public_names() -> None:
    assert len(set(messages.__all__)) == len(messages.__all__)
    assert [name for name in messages.__all__ if not hasattr(messages, name)] == []
    assert {kind.__name__ for kind in MESSAGES} <= set(messages.__all__)


def test_every_message_has_an_example_and_a_strategy() -> None:
    assert {type(message) for _, message, _ in EXAMPLES} == set(MESSAGES) == set(OF_KIND)
    assert set(FROM_FACILITY) < set(MESSAGES)


def test_every_field_of_every_message_is_bound_and_shown_in_an_example() -> None:
    shown = {
        (type(message), row.name)
        for _, message, _ in EXAMPLES
        for row in PROFILE.bindings[type(message)].rows
        if getattr(message, row.name) not in (None, ())
    }

    assert shown == {(kind, name) for kind in MESSAGES for name in kind.__dataclass_fields__}


@EACH
def test_an_example_is_written_as_its_bytes_and_read_from_them(message: Message, raw: bytes) -> None:
    assert PROFILE.write(message) == raw
    assert PROFILE.read(raw) == message


@EACH
def test_an_example_is_valid_for_both_libraries_and_keeps_its_relations(message: Message, raw: bytes) -> None:
    assert is_valid(raw)
    assert [one for one in PROFILE.bindings[type(message)].relations if breach(one, message, None)] == []


@EACH
def test_an_example_has_a_form_in_json(message: Message, raw: bytes) -> None:
    assert from_json(type(message), to_json(message)) == message


@EACH
def test_what_is_cut_off_at_any_byte_is_no_message(message: Message, raw: bytes) -> None:
    for end in range(len(raw)):
        with pytest.raises(MessageError) as caught:
            PROFILE.read(raw[:end])
        assert caught.value.where


@EACH
def test_a_part_that_is_missing_is_refused_unless_it_may_be_left_out(message: Message, raw: bytes) -> None:
    for root, leaf in leaves(raw):
        parent = leaf.getparent()
        assert parent is not None
        parent.remove(leaf)
        smaller = etree.tostring(root)

        assert is_valid(smaller) is is_read(smaller)
        if is_read(smaller):
            assert PROFILE.read(smaller) != message


@EACH
def test_a_part_that_nobody_knows_is_refused_wherever_it_stands(message: Message, raw: bytes) -> None:
    for place, _ in enumerate(etree.fromstring(raw).iter()):
        for tag in ("{urn:generale:profiel:vsb:1}Onbekend", "Onbekend"):
            root = etree.fromstring(raw)
            etree.SubElement(list(root.iter())[place], tag).text = "x"

            assert not is_valid(etree.tostring(root))
            assert not is_read(etree.tostring(root))


@EACH
def test_a_part_that_is_oversized_empty_or_broken_is_refused(message: Message, raw: bytes) -> None:
    for root, leaf in leaves(raw):
        text = leaf.text or ""
        for value in ("", text * OVERSIZED, text + "x" * OVERSIZED, text[:1] + "\n" + text[1:]):
            leaf.text = value

            assert not is_valid(etree.tostring(root)), (leaf.tag, value[:20])
            assert not is_read(etree.tostring(root))


@EACH
def test_blanks_around_a_part_are_refused_or_mean_nothing(message: Message, raw: bytes) -> None:
    for root, leaf in leaves(raw):
        leaf.text = f"\n  {leaf.text} "
        padded = etree.tostring(root)

        assert is_valid(padded) is is_read(padded)
        if is_read(padded):
            assert PROFILE.read(padded) == message


@settings(deadline=None)
@given(ANY_MESSAGE)
def test_whatever_is_written_is_valid_for_both_libraries_and_has_a_form_in_json(message: Message) -> None:
    assert is_valid(PROFILE.write(message))
    assert from_json(type(message), to_json(message)) == message


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], include_characters="\t\n\r\x85"), max_size=30
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXAMPLES), st.integers(0, 50), TEXTS | st.from_regex(r"[0-9T:+.Z-]{1,30}"))
def test_whatever_text_stands_in_a_part_both_libraries_agree_and_the_reader_answers(
    example: tuple[str, Message, bytes], place: int, text: str
) -> None:
    documents = list(leaves(example[2]))
    root, leaf = documents[place % len(documents)]
    try:
        leaf.text = text
    except ValueError:
        return
    raw = etree.tostring(root)

    assert is_valid(raw) or not is_read(raw)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXAMPLES), st.integers(0, 2_000), st.integers(0, 255))
def test_a_damaged_byte_gives_another_message_or_none(
    example: tuple[str, Message, bytes], place: int, byte: int
) -> None:
    raw = example[2]
    place %= len(raw)
    damaged = raw[:place] + bytes([byte]) + raw[place + 1 :]

    if is_read(damaged):
        read = PROFILE.read(damaged)
        assert PROFILE.read(PROFILE.write(read)) == read
