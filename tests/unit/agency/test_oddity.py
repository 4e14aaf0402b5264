"""What is strange is found by comparing rows: each kind in a table that shows it, and none in a plain one."""

import pytest
from tests.unit.agency.tables_by_hand import RECOVERIES, recoveries

from generale.agency.facility import facilities
from generale.agency.oddity import Kind, Oddity, oddities
from generale.agency.oddity_text import oddity_lines, oddity_sentence
from generale.agency.recovery import read_recoveries
from generale.agency.wording import Wording

OTHER = {"facility": "Huis Twee", "amount_eur": "77.01"}

STRANGE: list[tuple[Kind, list[dict[str, str]], tuple[int, ...]]] = [
    (Kind.SEVERAL_LETTERS, [{"letter_date": "2019-11-28|2020-01-21"}], (2,)),
    (Kind.SEVERAL_NUMBERS, [{"hco_list": "9901|9902"}, {**OTHER, "hco_list": "9903"}], (2,)),
    (
        Kind.BOTH_GROUPS,
        [{"hco_list": "9901"}, {"hco_list": "9901", "group": "2", "amount_eur": "77.01"}],
        (2, 3),
    ),
    (Kind.SAME_AMOUNT, [{"amount_eur": "77.01"}, {**OTHER, "amount_eur": "77,01"}], (2, 3)),
    (Kind.SAME_ROW, [{"hco_list": "9901"}, OTHER, {"hco_list": "9901"}], (2, 4)),
    (Kind.SAME_NAME, [{}, {"facility": "HUIS EEN", "amount_eur": "77.01"}], (2, 3)),
    (
        Kind.OTHER_SPELLING,
        [{"hco_list": "9901"}, {"hco_list": "9901", "facility": "Huis 1", "amount_eur": "77.01"}],
        (2, 3),
    ),
    (
        Kind.ONE_FUND,
        [
            {"zorgkas": "A"},
            {**OTHER, "zorgkas": "B"},
            {"group": "2", "zorgkas": "A", "facility": "C", "amount_eur": "5"},
        ],
        (4,),
    ),
]


@pytest.mark.parametrize(("kind", "rows", "lines"), STRANGE, ids=[kind for kind, _, _ in STRANGE])
def test_what_is_strange_is_found_with_its_lines(
    kind: Kind, rows: list[dict[str, str]], lines: tuple[int, ...]
) -> None:
    found = oddities(recoveries(*rows).recoveries)

    assert [(one.kind, one.lines) for one in found] == [(kind, lines)]


def test_every_kind_has_a_table_that_shows_it() -> None:
    assert [kind for kind, _, _ in STRANGE] == list(Kind)


def test_nothing_is_strange_in_a_plain_table() -> None:
    table = recoveries({}, OTHER)

    assert oddities(table.recoveries) == ()
    assert oddity_lines((), Wording("nl"), 80)[-1] == "  Niets."


def test_the_published_table_is_strange_in_these_ways() -> None:
    found = oddities(read_recoveries(RECOVERIES).recoveries)

    assert [(one.kind, one.lines[:2], len(one.lines)) for one in found] == [
        (Kind.SEVERAL_LETTERS, (12,), 1),
        (Kind.SEVERAL_NUMBERS, (13, 16), 15),
        (Kind.BOTH_GROUPS, (9, 10), 4),
        (Kind.SAME_AMOUNT, (19, 20), 2),
        (Kind.SAME_NAME, (24, 26), 2),
        (Kind.OTHER_SPELLING, (9, 10), 4),
        (Kind.ONE_FUND, (13, 14), 22),
    ]


def test_a_chain_of_numbers_is_one_facility() -> None:
    table = recoveries(
        {"hco_list": "9901|9902"}, {"hco_list": "9903|9904"}, {"hco_list": "9904|9902"}, {"hco_list": "9905"}
    )

    found = facilities(table.recoveries)

    assert [[row.line for row in one.recoveries] for one in found] == [[2, 3, 4], [5]]
    assert found[0].numbers == ("9901", "9902", "9903", "9904")


def test_the_same_recovery_twice_is_told_apart_from_the_same_amount_of_others() -> None:
    same = {"hco_list": "9901"}
    table = recoveries(same, same, {**OTHER, "amount_eur": "1234.56"})

    assert [(one.kind, one.lines) for one in oddities(table.recoveries)] == [
        (Kind.SAME_AMOUNT, (2, 3, 4)),
        (Kind.SAME_ROW, (2, 3)),
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_sentence_tells_what_it_is_about(language: str) -> None:
    wording = Wording("nl" if language == "nl" else "en")
    told = {
        one.kind: oddity_sentence(one, wording) for one in oddities(read_recoveries(RECOVERIES).recoveries)
    }

    assert "2019-11-28, 2020-01-21" in told[Kind.SEVERAL_LETTERS]
    assert told[Kind.SEVERAL_NUMBERS].startswith("15 ")
    assert "RESIDENTIE ANEMOON (3166)" in told[Kind.BOTH_GROUPS]
    assert wording.decimal("12891.63", groups=language == "nl") in told[Kind.SAME_AMOUNT]
    assert "De Vliedberg (26618)" in told[Kind.SAME_NAME]


def test_of_many_of_one_kind_some_are_told_and_the_others_counted() -> None:
    many = [Oddity(Kind.SEVERAL_LETTERS, (line,), ("Huis", "2019-01-01")) for line in range(2, 40)]

    lines = oddity_lines(many, Wording("en"), 120)

    assert len(lines) == 1 + 8 + 1
    assert lines[-1] == "  and 30 more; --json lists them all"


def test_lines_that_follow_one_another_are_taken_together() -> None:
    odd = Oddity(Kind.BOTH_GROUPS, (11, 9, 10, 32), ("Huis (9901)",))

    assert oddity_lines([odd], Wording("nl"), 80)[1:] == [
        "  Huis (9901) staat in beide groepen (regels 9–11, 32)"
    ]
