from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generale.protocol import mould

NAMESPACE = "urn:example:mould"
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from("\t\n\r&<>\"'")
)


@dataclass(frozen=True)
class Remark:
    code: str
    text: str


@dataclass(frozen=True)
class Letter:
    subject: str | None
    sender: str | None = None
    remarks: tuple[Remark, ...] = ()


WRITE = mould.root(
    "Letter",
    NAMESPACE,
    [
        mould.leaf("Subject", "subject", str),
        mould.group("From", [mould.leaf("Name", "sender", str)]),
        mould.items("Remark", "remarks", {"code": "Code", "text": "Text"}),
    ],
)


def by_lxml(letter: Letter) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}Letter", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # lxml takes None for the default namespace; its stubs do not know
    if letter.subject is not None:
        _add(root, "Subject").text = letter.subject
    if letter.sender is not None:
        _add(_add(root, "From"), "Name").text = letter.sender
    for remark in letter.remarks:
        entry = _add(root, "Remark")
        for name, text in (("Code", remark.code), ("Text", remark.text)):
            if text:
                _add(entry, name).text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


@given(
    letter=st.builds(
        Letter,
        subject=TEXT | st.none(),
        sender=TEXT | st.none(),
        remarks=st.lists(st.builds(Remark, TEXT, TEXT), max_size=2).map(tuple),
    )
)
def test_a_mould_gives_the_bytes_that_a_tree_gives(letter: Letter) -> None:
    assert WRITE(letter) == by_lxml(letter)


@pytest.mark.parametrize("text", ["\0", "\x0b", "a\x1f", "\ud800"])
def test_a_text_that_xml_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"XML compatible|surrogates"):
        WRITE(Letter(text))
