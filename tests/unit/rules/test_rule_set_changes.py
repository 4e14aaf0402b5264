"""Rule sets that amend each other: what a later one may say, and which one judges what, and when."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.unit.rules.test_admission_controls import ADMISSION, CORRECTION, END, NEW, STAYING, World
from tests.unit.rules.test_rule_catalogue import FILES, FIRST

from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import OurError
from generale.protocol.ids import Insz
from generale.protocol.messages import Outcome
from generale.rules.engine import RuleSet, compile_catalogue, rule_set, rule_sets
from generale.rules.row import LooksAt

LATER = date(2019, 6, 19)
REASONS = 'reason_en = "Because."\nreason_nl = "Daarom."\n'
ADDED = """
[added.HX-END-07]
sentence_en = "It lasts."
sentence_nl = "Het duurt."
text_en = "It does not last."
text_nl = "Het duurt niet."
outcome = "refused"
looks_at = "fact"
field = "end"
source = "project-defined"
since = 2019-06-19
passes = "One that lasts."
fails = "One that does not."
"""


def two_sets(family: str, text: str) -> tuple[RuleSet, ...]:
    """The first rule set, and one that amends one family of it."""
    return compile_catalogue({FIRST: FILES, LATER: {f"{family}.toml": text.encode()}})


def test_the_five_sets_of_the_exchange_are_there_and_differ() -> None:
    assert [str(one.effective) for one in rule_sets()] == [
        "2019-04-01",
        "2019-06-19",
        "2019-07-31",
        "2020-07-22",
        "2021-07-01",
    ]
    for former, one in zip(rule_sets(), rule_sets()[1:], strict=False):
        assert dict(one.rows) != dict(former.rows)
        assert one.former is former


def test_what_a_later_set_does_not_name_stays_as_it_was() -> None:
    first, later = two_sets("end_of_stay", ADDED)

    assert {key: row for key, row in later.rows.items() if key != "HX-END-07"} == dict(first.rows)
    assert [row.family for row in later.rows.values()] == sorted(
        [row.family for row in later.rows.values()], key=[row.family for row in first.rows.values()].index
    )


def test_a_control_can_be_removed_and_said_otherwise() -> None:
    text = (
        f"[removed.HX-END-06]\n{REASONS}\n"
        f'[reworded.HX-END-05]\n{REASONS}outcome = "pending"\nsource = "another"\n'
    )

    first, later = two_sets("end_of_stay", text)

    assert "HX-END-06" in first.rows
    assert "HX-END-06" not in later.rows
    assert later.rows["HX-END-05"].outcome is Outcome.PENDING
    assert later.rows["HX-END-05"].since == FIRST
    assert first.rows["HX-END-05"].outcome is Outcome.REFUSED
    assert later.row("HX-END-06") == first.rows["HX-END-06"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("", "changes nothing", id="nothing"),
        pytest.param("[changed.HX-END-06]", "says 'changed': added, removed or reworded", id="another word"),
        pytest.param("[removed]\nreason_en = 'a'", "'reason_en' outside a row", id="no row"),
        pytest.param("[removed.HX-END-06]", "reason_en", id="removed without a reason"),
        pytest.param("[removed.HX-END-06]\nreason_en = 'a'\nreason_nl = ' '", "both languages", id="empty"),
        pytest.param(f"[removed.HX-END-06]\n{REASONS}field = 'end'", "field stands beside", id="more"),
        pytest.param(f"[removed.HX-END-99]\n{REASONS}", "HX-END-99, which the one before", id="unknown"),
        pytest.param(f"[reworded.HX-END-99]\n{REASONS}source = 'a'", "HX-END-99, which", id="unknown words"),
        pytest.param(f"[reworded.HX-END-06]\n{REASONS}", "nothing is said otherwise", id="no new words"),
        pytest.param(
            f"[reworded.HX-END-06]\n{REASONS}looks_at = 'fact'", "looks_at cannot be said", id="date"
        ),
        pytest.param(f"[reworded.HX-END-06]\n{REASONS}text_nl = 'a'", "change together", id="one language"),
        pytest.param(f"[reworded.HX-END-06]\n{REASONS}source = ' '", "source is empty", id="empty words"),
        pytest.param(f"[reworded.HX-END-06]\n{REASONS}outcome = 'accepted'", "does not accept", id="outcome"),
        pytest.param(
            f"[reworded.HX-END-06]\n{REASONS}outcome = 'refused'", "HX-END-06 as it was", id="the same"
        ),
        pytest.param(
            f"[removed.HX-END-06]\n{REASONS}\n[reworded.HX-END-06]\n{REASONS}source = 'a'",
            "changed twice", id="twice",
        ),
        pytest.param(ADDED.replace("07", "06"), "adds HX-END-06, which an earlier set has", id="added again"),
        pytest.param(ADDED.replace("06-19", "04-01"), "says since 2019-04-01", id="since"),
        pytest.param(ADDED.replace("07", "98"), "HX-END-98 has a row but no function", id="no function"),
        pytest.param(ADDED.replace("fails =", "fail ="), "fail", id="no example that fails"),
        pytest.param(ADDED.replace("text_nl", "text_fr"), "text_fr", id="no Dutch text"),
    ],
)  # fmt: skip
def test_an_amendment_that_does_not_fit_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(OurError, match=complaint):
        two_sets("end_of_stay", text)


def test_a_file_of_no_family_is_refused() -> None:
    with pytest.raises(OurError, match=r"2019-06-19 holds mobility\.toml"):
        two_sets("mobility", ADDED)


def test_what_was_removed_does_not_come_back_as_something_else() -> None:
    removed = f"[removed.HX-END-07]\n{REASONS}".encode()
    again = ADDED.replace("2019-06-19", "2020-07-22").encode()
    folders = {
        FIRST: FILES,
        LATER: {"end_of_stay.toml": ADDED.encode()},
        date(2019, 7, 31): {"end_of_stay.toml": removed},
        date(2020, 7, 22): {"end_of_stay.toml": again},
    }

    with pytest.raises(OurError, match="HX-END-07, which an earlier set has"):
        compile_catalogue(folders)


def test_a_flat_code_is_not_used_twice() -> None:
    row = FILES["invoice.toml"].decode().split("[HX-INV-02]")[0].split("[HX-INV-01]")[1]
    text = f"[added.HX-INV-99]{row}".replace("since = 2019-04-01", "since = 2019-06-19")

    with pytest.raises(OurError, match="stands twice in the rule set of 2019-06-19"):
        two_sets("invoice", text)


@pytest.mark.parametrize(
    ("day", "effective"),
    [
        (date(2018, 1, 1), "2019-04-01"),
        (date(2019, 6, 18), "2019-04-01"),
        (date(2019, 6, 19), "2019-06-19"),
        (date(2021, 6, 30), "2020-07-22"),
        (date(2030, 1, 1), "2021-07-01"),
    ],
)
def test_a_set_finds_the_one_in_force_on_a_day(day: date, effective: str) -> None:
    assert str(rule_sets()[-1].on(day).effective) == effective
    assert rule_sets()[0].on(day) is rule_sets()[0]


def june(day: int, hour: int = 10) -> datetime:
    """An hour in June 2019."""
    return datetime(2019, 6, day, hour, tzinfo=BRUSSELS)


def staying_from(start: datetime) -> World:
    """A world in which the stay began then."""
    (stay,) = STAYING.past_stays
    return replace(STAYING, past_stays=(replace(stay, start=start),), received=june(25))


@pytest.mark.parametrize(("day", "found"), [(18, []), (19, ["HX-END-07"])])
def test_a_control_that_looks_at_the_fact_is_that_of_the_day_of_the_fact(day: int, found: list[str]) -> None:
    moment = june(day)

    findings = rule_set(LATER).judge(replace(END, end=moment), staying_from(moment))

    assert [one.control for one in findings] == found
    assert all(one.rule_set == LATER for one in findings)


@pytest.mark.parametrize(("day", "found"), [(30, "HX-COR-03"), (31, "HX-COR-08")])
def test_a_control_that_looks_at_receipt_is_that_of_the_day_of_receipt(day: int, found: str) -> None:
    other = Insz.parse("38220000079")
    facts = replace(STAYING, received=datetime(2019, 7, day, 12, tzinfo=BRUSSELS), insured=frozenset({other}))
    stranger = Insz.synthetic(date(1950, 1, 1), ADMISSION.sex)
    wrong = replace(CORRECTION, insz=stranger)

    findings = rule_sets()[-1].judge(wrong, facts)

    assert found in [one.control for one in findings]
    assert {"HX-COR-03", "HX-COR-08"} - {one.control for one in findings} == {"HX-COR-03", "HX-COR-08"} - {
        found
    }


def test_a_decision_says_it_in_the_words_of_the_set_that_demanded_it() -> None:
    first, later = two_sets(
        "admission",
        f"[reworded.HX-ADM-08]\n{REASONS}text_en = 'New.'\ntext_nl = 'Nieuw.'\noutcome = 'pending'",
    )
    wrong = replace(ADMISSION, birth_date=date(2038, 2, 14))
    facts = replace(NEW, received=june(25))

    findings = [one for one in later.judge(wrong, facts) if one.control == "HX-ADM-08"]

    assert later.results(findings)[0].text == first.rows["HX-ADM-08"].text_nl
    assert later.outcome(findings) is Outcome.REFUSED
    imposed = [replace(findings[0], rule_set=None)]
    assert later.results(imposed)[0].text == "Nieuw."
    assert later.outcome(imposed) is Outcome.PENDING


def test_a_row_that_looks_at_the_entry_moment_is_silent_where_a_facility_has_none() -> None:
    row = ADDED.replace('"fact"', f'"{LooksAt.ENTRY}"')
    _, later = two_sets("end_of_stay", row)
    facts = staying_from(june(20))
    entered = replace(
        facts, registry=tuple(replace(one, notice_from=date(2019, 6, 19)) for one in facts.registry)
    )
    wrong = replace(END, end=june(20))

    assert later.judge(wrong, facts) == ()
    assert [one.control for one in later.judge(wrong, entered)] == ["HX-END-07"]
