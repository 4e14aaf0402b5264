"""Rows and functions: neither stands alone, and a row says everything in both languages."""

import tomllib
from datetime import date
from importlib import resources

import pytest

from generale.protocol.errors import OurError, UsageError
from generale.protocol.flatfile.layout import layout
from generale.protocol.messages import Outcome
from generale.rules.control import Controls
from generale.rules.engine import FUNCTIONS, RuleSet, compile_rule_set, rule_set, rule_sets
from generale.rules.findings import Finding
from generale.rules.reference import render_controls
from generale.rules.row import FAMILIES, read_rows

FIRST = date(2019, 4, 1)
FOLDER = resources.files("generale.rules") / "catalogue" / "2019-04-01"
FILES = {f"{family}.toml": (FOLDER / f"{family}.toml").read_bytes() for family in FAMILIES}


def changed(file: str, old: str, new: str) -> dict[str, bytes]:
    """The first rule set with one text replaced."""
    text = FILES[file].decode()
    assert old in text
    return {**FILES, file: text.replace(old, new, 1).encode()}


def test_no_function_is_without_a_row() -> None:
    rows = {row.id for one in rule_sets() for row in one.rows.values()}

    assert {control for ids in FUNCTIONS.values() for control in ids} - rows == set()


def test_every_row_of_every_set_has_a_function() -> None:
    for one in rule_sets():
        assert compile_rule_set(one.effective, list(one.rows.values())) == one


def test_a_row_without_a_function_is_refused() -> None:
    files = changed("admission.toml", "[HX-ADM-05]", "[HX-ADM-99]")

    with pytest.raises(OurError, match="HX-ADM-99 has a row but no function for admission"):
        compile_rule_set(FIRST, read_rows(files))


def test_a_row_in_the_wrong_family_is_refused() -> None:
    text = FILES["admission.toml"] + FILES["end_of_stay.toml"]

    with pytest.raises(OurError, match="HX-END-01 has a row but no function for admission"):
        compile_rule_set(FIRST, read_rows({**FILES, "admission.toml": text, "end_of_stay.toml": b""}))


def test_a_function_cannot_be_registered_twice() -> None:
    controls = Controls[str, None]()
    controls("HX-ADM-01")(lambda _message, _facts: iter(()))

    with pytest.raises(OurError, match="two functions"):
        controls("HX-ADM-01")(lambda _message, _facts: iter(()))


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        pytest.param(changed("sequence.toml", "text_nl", "text_fr"), "text_fr", id="no Dutch text"),
        pytest.param(changed("sequence.toml", "sentence_en", "sentence"), "sentence", id="no English"),
        pytest.param(
            changed("admission.toml", 'text_nl = "Dit HCO-nummer is niet bekend."', 'text_nl = " "'),
            "text_nl is empty", id="empty Dutch",
        ),
        pytest.param(changed("invoice.toml", "3005G2", "3005G1"), "flat code 3005G1 stands twice", id="code"),
        pytest.param(changed("invoice.toml", "3005G2", "3005-1"), "no flat code", id="no flat code"),
        pytest.param(changed("invoice.toml", 'letter = "R"', 'letter = "F"'), "letter R", id="letter"),
        pytest.param(changed("invoice.toml", 'scope = "line"', 'scope = "day"'), "day", id="scope"),
        pytest.param(changed("admission.toml", '"refused"', '"accepted"'), "does not accept", id="outcome"),
        pytest.param(changed("end_of_stay.toml", '"refused"', '"accepted"'), "does not accept", id="end"),
        pytest.param(changed("admission.toml", '"received"', '"guessed"'), "guessed", id="looks at"),
        pytest.param(changed("correction.toml", "[HX-COR-01]", "[HX-ADM-01]"), "stands twice", id="id"),
        pytest.param({"sequence.toml": FILES["sequence.toml"]}, "no insurance.toml", id="file"),
    ],
)  # fmt: skip
def test_a_row_that_is_not_complete_is_refused(files: dict[str, bytes], complaint: str) -> None:
    with pytest.raises(OurError, match=complaint):
        read_rows(files)


@pytest.mark.parametrize(
    "validity",
    ["since = 2019-06-19", "since = 2019-01-01\nuntil = 2019-04-01"],
    ids=["not yet", "no longer"],
)
def test_a_row_that_is_not_in_force_is_refused(validity: str) -> None:
    with pytest.raises(OurError, match="HX-SEQ-01 is not in force on 2019-04-01"):
        compile_rule_set(FIRST, read_rows(changed("sequence.toml", "since = 2019-04-01", validity)))


def test_every_text_is_said_in_two_languages() -> None:
    for row in (row for one in rule_sets() for row in one.rows.values()):
        assert row.sentence_en != row.sentence_nl
        assert row.text_en != row.text_nl
        assert row.passes != row.fails


def test_a_flat_code_points_to_the_zone_of_its_field() -> None:
    for row in (row for one in rule_sets() for row in one.rows.values()):
        if row.flat:
            zone = layout(f"record_{row.flat.code[:2]}").zone(row.field)
            numbers = [part.rstrip("ab") for part in zone.number.split(",")]
            assert str(int(row.flat.code[2:4])) in numbers, row.id


def test_the_rule_set_in_force_is_the_newest_that_has_begun() -> None:
    assert rule_set(FIRST).effective == FIRST
    assert rule_set(date(2019, 5, 31)).effective == FIRST
    with pytest.raises(UsageError, match="no rule set is in force on 2019-03-31"):
        rule_set(date(2019, 3, 31))


def test_a_control_that_a_set_does_not_have_is_our_error() -> None:
    with pytest.raises(OurError, match="has no control HX-ADM-99"):
        rule_set(FIRST).row("HX-ADM-99")


def test_a_control_may_lead_to_pending_but_a_refusal_goes_first() -> None:
    files = changed("admission.toml", '"refused"', '"pending"')
    rules: RuleSet = compile_rule_set(FIRST, read_rows(files))
    pending = Finding(control="HX-ADM-01", field="facility", expected="a", received="b")
    refused = Finding(control="HX-ADM-02", field="facility", expected="a", received="b")

    assert rules.outcome([pending]) is Outcome.PENDING
    assert rules.outcome([pending, refused]) is Outcome.REFUSED


def test_the_reference_page_shows_every_control_once() -> None:
    page = render_controls()

    whole, *later = page.split("\n## ")[1:]
    for row in rule_set(FIRST).rows.values():
        assert whole.count(f"| `{row.id}` |") == 1
        assert row.text_nl in whole
    tables = [part.splitlines() for part in page.split("\n\n") if part.startswith("|")]
    assert sum(part.startswith("|") for part in whole.split("\n\n")) == len(FAMILIES)
    assert [part.splitlines()[0] for part in later] == [
        f"Rule set of {one.effective}" for one in rule_sets()[1:]
    ]
    assert all(len({line.count("|") for line in table}) == 1 for table in tables)


def test_the_ids_of_a_file_share_the_letters_of_its_family() -> None:
    letters = {
        "pending": "PND", "sequence": "SEQ", "correction": "COR", "admission": "ADM",
        "end_of_stay": "END", "invoice": "INV",
    }  # fmt: skip
    for family, short in letters.items():
        assert {control[:7] for control in tomllib.loads(FILES[f"{family}.toml"].decode())} == {
            f"HX-{short}-"
        }
