"""Of how many facilities a table tells is what every printed percentage allows, and no other number."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.agency.tables_by_hand import ROLLOUT

from generale.agency.recovery import DaySource
from generale.agency.rollout import TYPES, Bounds, Share, read_rollout
from generale.agency.rollout_document import rollout_document
from generale.agency.rollout_text import rollout_text
from generale.agency.wording import Wording
from generale.protocol.errors import UsageError

HEADING = "metric;type;count;pct_printed\n"

MISTAKES = [
    ("m;WZK;1;1.00", "line 2, column type: 'WZK' is no type"),
    (";WZC;1;1.00", "line 2, column metric: it is empty"),
    ("m;WZC;1.520;1.00", "line 2, column count: '1.520' is not a number"),
    ("m;WZC;1;101", "line 2, column pct_printed: '101' is more than 100 %"),
    ("m;WZC;1;", "line 2, column pct_printed: '' is not a percentage"),
    ("m;WZC;0;1.00", "line 2, column pct_printed: 1.00 is no percentage that 0"),
    ("m;WZC;5;66.00", "line 2, column pct_printed: 66.00 is no percentage that 5"),
    ("m;WZC;1;1.00\nm;wzc;2;2.00", "line 3, column type: WZC stands twice for 'm'"),
    ("\n".join(f"m{n};WZC;1;1.00" for n in range(21)), "line 22, column metric: more than 20 metrics"),
]


def rollout(*rows: str) -> bytes:
    return (HEADING + "\n".join(rows) + "\n").encode()


def test_the_published_table_is_of_821_469_230_and_1520_facilities() -> None:
    told = read_rollout(ROLLOUT)

    assert {kind: bounds.only for kind, bounds in told.facilities.items()} == {
        "WZC": 821,
        "CVK": 469,
        "DVC": 230,
        "TOTAAL": 1520,
    }
    assert told.is_consistent
    assert told.facilities_add_up
    assert [(metric, [one.count for one in rows]) for metric, rows in told.metrics.items()] == [
        ("zonder opnamebericht", [11, 4, 11, 26]),
        ("zonder verwerkte factuur", [91, 44, 43, 178]),
    ]
    assert (told.as_of, told.day_source) == (date(2020, 3, 4), DaySource.FILE)


@pytest.mark.parametrize(("rows", "said"), MISTAKES)
def test_a_mistake_is_told_with_its_line_and_column(rows: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_rollout(rollout(rows))

    assert str(refused.value).startswith(said)
    assert refused.value.hint


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 3))
def test_the_number_of_facilities_is_among_those_that_are_allowed(
    shares: tuple[int, int], decimals: int
) -> None:
    count, facilities = shares
    unit = Decimal(1).scaleb(-decimals)
    printed = (Decimal(100 * count) / facilities).quantize(unit, ROUND_HALF_UP)

    bounds = Share(2, "m", "WZC", count, printed).denominator

    assert bounds.least <= facilities
    assert bounds.most is None or facilities <= bounds.most


@given(st.integers(0, 60), st.integers(0, 10_000))
def test_what_is_allowed_are_the_numbers_that_trying_finds(count: int, hundredths: int) -> None:
    printed = Decimal(hundredths).scaleb(-2)
    half = Decimal("0.005")
    tried = [n for n in range(max(1, count), 1_300) if abs(Decimal(100 * count) - printed * n) <= half * n]

    bounds = Share(2, "m", "WZC", count, printed).denominator

    most = 1_299 if bounds.most is None else min(bounds.most, 1_299)
    assert list(range(max(1, bounds.least), most + 1)) == tried


def test_one_percentage_alone_may_allow_several_numbers() -> None:
    told = read_rollout(rollout("m;CVK;4;0.85"))

    assert told.facilities == {"CVK": Bounds(468, 473)}
    assert told.is_consistent
    assert told.facilities_add_up is None
    assert told.counts_add_up("m") is None


@pytest.mark.parametrize(
    ("last", "counts", "numbers"),
    [("20;20.00", True, True), ("21;21.00", False, True), ("20;16.67", True, False)],
    ids=["all agree", "the counts differ", "the facilities differ"],
)
def test_types_that_do_not_make_the_total_are_told(last: str, counts: bool, numbers: bool) -> None:
    told = read_rollout(rollout("m;WZC;10;50.00", "m;CVK;5;25.00", "m;DVC;5;8.333", f"m;TOTAAL;{last}"))

    assert told.counts_add_up("m") is counts
    assert told.facilities_add_up is numbers
    assert told.is_consistent is (counts and numbers)


def test_sums_that_differ_are_told_with_both_numbers() -> None:
    rows = ("m;WZC;10;50.00", "m;CVK;5;25.00", "m;DVC;5;8.333", "m;TOTAAL;21;16.67")

    text = rollout_text(read_rollout(rollout(*rows)), Wording("en"), 80)

    assert "the types make 20, not 21" in text
    assert "20 + 20 + 60 is not 126: the types do not make the total." in text


def test_columns_that_are_not_read_are_named() -> None:
    told = read_rollout(b"metric;type;count;pct_printed;note\nm;WZC;1;1.00;x\n")

    assert "Kolommen die niet gelezen worden: note" in rollout_text(told, Wording("nl"), 80)


def test_percentages_that_no_number_gives_together_contradict_each_other() -> None:
    told = read_rollout(rollout("one;WZC;10;50.00", "other;WZC;10;25.00"))

    text = rollout_text(told, Wording("en"), 80)
    assert not told.is_consistent
    assert "WZC: no number of facilities gives all its percentages." in text
    assert rollout_document(told)["facilities"]["WZC"]["number"] is None


def test_none_of_any_number_is_bounded_by_nothing() -> None:
    told = read_rollout(rollout("m;WZC;0;0.00"))

    assert told.facilities["WZC"].most is None
    assert "≥ 1" in rollout_text(told, Wording("nl"), 80)


def test_the_day_is_that_of_the_option_before_that_of_the_file() -> None:
    assert read_rollout(ROLLOUT, date(2021, 1, 1)).day_source is DaySource.OPTION
    assert read_rollout(rollout("m;WZC;1;1.00")).as_of is None


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_text_holds_every_number_in_its_language(language: str, width: int) -> None:
    say = Wording("nl" if language == "nl" else "en")

    text = rollout_text(read_rollout(ROLLOUT), say, width)

    for number in ("821", "469", "230", say.whole(1520), f"{say.decimal('11.08')} %", "178", "2020-03-04"):
        assert number in text
    assert max(map(len, text.splitlines())) <= width


def test_a_metric_that_is_not_known_is_shown_as_it_is() -> None:
    told = read_rollout(rollout("zonder iets anders;WZC;1;1.00"))

    assert "zonder iets anders" in rollout_text(told, Wording("en"), 80)


def test_every_type_has_its_words() -> None:
    assert all(Wording("nl")(f"rollout.type-{kind}") for kind in TYPES)
