"""Pages on paper: content is data, the same content gives the same bytes, and the text can be read out."""

import io
from collections.abc import Mapping
from datetime import date

import pytest
from pypdf import PdfReader

from generale.protocol.errors import UsageError
from generale.reports.paper import typeset

DAY = date(2020, 1, 21)
CONTENT: Mapping[str, object] = {
    "row": 1,
    "fund": "Zorgkas A",
    "facility": "Huis Een",
    "numbers": ["9901", "99020"],
    "group": 1,
    "month": "maart 2019",
    "amount": "1.234,56",
    "reference": "+++099/0100/00153+++",
    "day": "21 januari 2020",
    "earlier": ["5 maart 2019"],
}


def letter(**changed: object) -> bytes:
    """A letter with something else in it."""
    return typeset("recovery_letter.typ", {**CONTENT, **changed}, DAY)


def text_of(raw: bytes) -> str:
    """The text of a page, every run of blanks made one."""
    (page,) = PdfReader(io.BytesIO(raw)).pages
    return " ".join(page.extract_text().split())


def test_the_same_content_gives_the_same_bytes() -> None:
    assert letter() == letter()
    assert letter() != letter(amount="1.234,57")


@pytest.mark.parametrize("group", [1, 2])
def test_everything_in_a_letter_can_be_read_out(group: int) -> None:
    text = text_of(letter(group=group))

    for part in ("Zorgkas A", "Huis Een", "9901 en 99020", "1.234,56 EUR", "+++099/0100/00153+++"):
        assert part in text
    assert f"maart 2019, groep {group}" in text
    assert "schreven wij u al op 5 maart 2019" in text
    assert "geen officieel document" in text


def test_a_first_letter_names_no_letter_before_it() -> None:
    assert "schreven wij u al" not in text_of(letter(earlier=[]))


@pytest.mark.parametrize("name", ["#panic()", "*Huis*", "$ x $", '#read("/etc/hostname")', "<x> @y \\ `z`"])
def test_what_looks_like_markup_is_text(name: str) -> None:
    assert name in text_of(letter(facility=name))


def test_a_letter_says_its_title_its_language_and_its_day() -> None:
    document = PdfReader(io.BytesIO(letter()))

    assert document.metadata is not None
    assert document.metadata.title == "Terugvordering van voorschotten"
    assert document.metadata.author == "Zorgkas A"
    assert document.metadata.creation_date is not None
    assert document.metadata.creation_date.date() == DAY
    assert str(document.root_object["/Lang"]) == "nl-BE"


def test_a_sign_that_no_font_has_is_refused() -> None:
    with pytest.raises(UsageError, match="the page cannot be typeset"):
        letter(facility="Huis 😀")
