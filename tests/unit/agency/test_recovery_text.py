"""The account for a person: it fits the terminal, holds every figure, and says it in both languages."""

import re
import string
from pathlib import Path

import pytest
from tests.unit.agency.tables_by_hand import RECOVERIES, published_rows, recoveries

import generale.agency
from generale.agency.account import account
from generale.agency.layout import width_of, wrapped
from generale.agency.reading import own_readings
from generale.agency.recovery import RecoveryTable, read_recoveries
from generale.agency.recovery_text import NARROWEST, recovery_text
from generale.agency.wording import Language, Wording, texts

LANGUAGES: list[Language] = ["nl", "en"]
WIDTHS = [NARROWEST, 80, 100, 120]
SOURCE = "".join(path.read_text("utf-8") for path in Path(generale.agency.__file__).parent.glob("*.py"))


def written(table: RecoveryTable, language: Language = "en", width: int = 80) -> str:
    return recovery_text(account(table, own_readings()), Wording(language), width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_terminal(language: Language, width: int) -> None:
    lines = written(read_recoveries(RECOVERIES), language, width).splitlines()

    assert [line for line in lines if width_of(line) > width] == []
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_recovery_stands_in_the_table_with_its_amount_and_letter(
    language: Language, width: int
) -> None:
    say = Wording(language)
    lines = written(read_recoveries(RECOVERIES), language, width).splitlines()

    for row, one in zip(published_rows(), read_recoveries(RECOVERIES).recoveries, strict=True):
        shown = [line for line in lines if row["facility"] in line and say.amount(one.amount) in line]
        assert any(str(one.letters[0]) in line for line in shown), row


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "33 recoveries, 688537.14 EUR:",
                "7 repaid, 93212.18 EUR, 7–51 days after the letter",
                "26 open, 595324.96 EUR, 6–160 days since the letter",
                "It explains 6 of 33",
                "0.6 would fit on average (1.9 %)",
                "weak evidence",
                "Not explained, and without a sign: 24 (3 in group 1, 21 in group 2)",
                "the key by which advances were split over the care funds are unknown",
                "(project-defined). That is an assumption, and no explanation",
            ],
        ),
        (
            "nl",
            [
                "33 terugvorderingen, 688.537,14 EUR:",
                "7 terugbetaald, 93.212,18 EUR, 7–51 dagen na de brief",
                "26 open, 595.324,96 EUR, 6–160 dagen sinds de brief",
                "Ze verklaart er 6 van 33",
                "gemiddeld 0,6 kloppen (1,9 %)",
                "zwakke aanwijzing",
                "Niet verklaard, en zonder teken: 24 (3 in groep 1, 21 in groep 2)",
                "de sleutel waarmee voorschotten over de zorgkassen verdeeld zijn, zijn onbekend",
                "(gekozen door dit project). Dat is een aanname, en geen verklaring",
            ],
        ),
    ],
)
def test_the_text_says_what_is_known_and_no_more(language: Language, said: list[str]) -> None:
    text = " ".join(written(read_recoveries(RECOVERIES), language).split())

    assert [one for one in said if one not in text] == []


def test_marks_stand_behind_what_is_explained_and_nowhere_else() -> None:
    lines = written(read_recoveries(RECOVERIES)).splitlines()

    rows = [line for line in lines if re.search(r"\d{4}-\d{2}-\d{2}  ", line)]
    assert len(rows) == 33
    assert sum(line.endswith("=") for line in rows) == 6
    assert sum(line.endswith("~") for line in rows) == 3


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ("2018-01-01", "It was not tried: no first letter is of 2019-01-01 or later."),
        ("2019-04-01", "It explains none of 1"),
    ],
)
def test_a_table_in_which_nothing_is_explained_says_so(letter: str, said: str) -> None:
    text = " ".join(written(recoveries({"letter_date": letter})).split())

    assert said in text
    assert "Not explained, and without a sign: 1 (1 in group 1)." in text


def test_a_table_in_which_all_is_explained_leaves_nothing_over() -> None:
    assert "Not explained" not in written(recoveries({"amount_eur": "9752.70", "letter_date": "2019-09-26"}))


@pytest.mark.parametrize("width", WIDTHS)
def test_on_a_terminal_headings_are_bold_and_nothing_else_changes(width: int) -> None:
    told = account(read_recoveries(RECOVERIES), own_readings())

    bold = recovery_text(told, Wording("en"), width, colour=True)

    assert re.sub("\x1b\\[[01]m", "", bold) == recovery_text(told, Wording("en"), width)
    assert bold.count("\x1b[1m") == bold.count("\x1b[0m") >= 5


def test_columns_that_are_not_read_are_named() -> None:
    assert "Columns that are not read: note" in written(
        read_recoveries(RECOVERIES.replace(b"as_of;", b"note;", 1))
    )


def test_large_amounts_long_names_and_wide_letters_stay_in_their_columns() -> None:
    table = recoveries(
        {"amount_eur": "10000000", "facility": "介護施設" * 12, "zorgkas": "Zorgkas " * 14},
        {"amount_eur": "1.00", "hco_list": "9901|9902|9903|9904|9905", "facility": "X" * 120},
        {"amount_eur": "9752.70", "letter_date": "2019-01-01|2019-01-02|2019-01-03", "facility": "é" * 60},
    )

    for width in WIDTHS:
        assert [line for line in written(table, "nl", width).splitlines() if width_of(line) > width] == []


def test_many_facilities_of_one_kind_are_counted_and_not_all_told() -> None:
    rows = [
        {"hco_list": str(20_000 + place), "facility": f"Huis {place}", "amount_eur": amount}
        for place in range(30)
        for amount in ("9752.70", "19505.40")
    ]

    text = written(recoveries(*[{**row, "letter_date": "2019-09-01"} for row in rows]))

    assert text.count("and 18 more; --json lists them all") == 2


def test_every_text_has_both_languages_with_the_same_places() -> None:
    for key, both in texts().items():
        assert set(both) == {"nl", "en"}, key
        places = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in both.values()
        ]
        assert places[0] == places[1], key


def test_every_text_is_used() -> None:
    composed = re.compile(r"-(one|many|1|2|option|file|assumed|WZC|CVK|DVC|TOTAAL|common)$")
    unused = [
        key
        for key in texts()
        if key not in SOURCE
        and composed.sub("", key) not in SOURCE
        and f'"{key.partition(".")[2]}"' not in SOURCE
        and not key.startswith(("oddity.", "rollout.head-", "recoveries.repaid", "recoveries.open"))
        and not key.startswith(("population.head-", "population.type-", "population.stay-"))
        and not key.startswith(("transition.head-", "transition.curve-", "transition.money-"))
    ]

    assert unused == []


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("a b c", 80, ["a b c"]),
        ("aaa bbb ccc", 7, ["aaa bbb", "  ccc"]),
        ("aaaaaaaaaaaa", 6, ["aaaa", "  aaaa", "  aaaa"]),
        ("", 10, [""]),
    ],
)
def test_a_text_is_laid_over_lines(text: str, width: int, expected: list[str]) -> None:
    assert wrapped(text, width) == expected
