"""The letters of open recoveries: what the table holds, under a reference of their own."""

from dataclasses import replace

from tests.unit.agency.tables_by_hand import RECOVERIES, published_rows, recoveries

from generale.agency.letter import open_letters, reference_of
from generale.agency.recovery import read_recoveries
from generale.protocol.ids import Communication, Hco

PUBLISHED = read_recoveries(RECOVERIES)
LETTERS = tuple(open_letters(PUBLISHED))


def test_every_open_recovery_of_the_published_table_gets_one_letter_and_no_other() -> None:
    waiting = [place for place, row in enumerate(published_rows(), start=1) if not row["repaid_date"]]

    assert [letter.row for letter in LETTERS] == waiting
    assert len(LETTERS) == 26


def test_a_letter_says_what_the_table_says() -> None:
    letter = next(one for one in LETTERS if one.row == 12)

    assert letter.content == {
        "row": 12,
        "fund": "Zorgkas van de Onafhankelijke Ziekenfondsen",
        "facility": "Sint-Jozef",
        "numbers": ["3709", "20006"],
        "group": 2,
        "month": "februari 2020",
        "amount": "1.125,02",
        "reference": "+++037/0900/01245+++",
        "day": "18 februari 2020",
        "earlier": [],
    }


def test_a_second_letter_bears_its_own_day_and_names_the_first() -> None:
    letter = next(one for one in LETTERS if one.row == 11)

    assert (letter.month, letter.day) == ("november 2019", "21 januari 2020")
    assert letter.earlier == ("28 november 2019",)


def test_no_two_letters_share_a_reference_and_each_has_a_right_check_number() -> None:
    references = [letter.reference for letter in LETTERS]

    assert len(set(references)) == len(references)
    assert all(Communication.parse(one) == one for one in references)


def test_rows_of_one_facility_have_references_of_their_own() -> None:
    (one,) = recoveries({"hco_list": "9901"}).recoveries

    assert reference_of(1, one) != reference_of(2, one)
    assert reference_of(1, one) != reference_of(1, replace(one, numbers=(Hco.parse("99010"),)))
