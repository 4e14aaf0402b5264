"""The register: complete, bilingual, in one order, and named by its date."""

import pytest

from generale.conformance.register import register, set_dates
from generale.protocol.errors import UsageError
from generale.results.bundle import render_json
from generale.results.form import from_json, to_json
from generale.results.requirement import Requirement
from generale.results.verdicts import Verb

SET = "2019-04-01"
ROWS = register(SET)


def test_the_set_holds_its_rows_in_the_order_of_the_chapters() -> None:
    prefixes = " ".join(dict.fromkeys(row.id.split("-")[1] for row in ROWS))

    assert (
        prefixes
        == "CON TRA FLT SEC PRI INS ADM IND END DEC COR WDR ABS CHG AGR IFO ICO CRE REF TAK WOR SET ADV FCH"
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_speaks_both_languages_and_names_its_source(row: Requirement) -> None:
    texts = (row.text_en, row.text_nl, row.keeps_en, row.keeps_nl, row.breaks_en, row.breaks_nl)

    assert all(text.endswith((".", ".'")) for text in texts)
    assert len(set(texts)) == len(texts)
    assert row.source
    assert row.since == SET


def test_numbers_are_used_once() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_three_rows_are_advice_and_all_others_bind() -> None:
    assert [row.id for row in ROWS if row.verb is not Verb.MUST] == ["RQ-INS-01", "RQ-WOR-02", "RQ-ADV-02"]


def test_what_needs_an_operation_or_signatures_says_so() -> None:
    needs = {row.id: row.capabilities for row in ROWS if row.capabilities}

    assert needs == {
        **dict.fromkeys(("RQ-TAK-01", "RQ-TAK-02", "RQ-TAK-03"), ("take_over",)),
        **dict.fromkeys(("RQ-ABS-01", "RQ-ABS-02"), ("absence",)),
        "RQ-AGR-01": ("end_agreement",),
        **dict.fromkeys(("RQ-CHG-01", "RQ-CHG-02"), ("change_stay",)),
        **dict.fromkeys(("RQ-WDR-01", "RQ-WDR-02", "RQ-WDR-03", "RQ-WDR-04"), ("withdraw",)),
        **{f"RQ-IND-0{number}": ("assess",) for number in range(1, 7)},
        "RQ-SEC-02": ("security",),
        "RQ-SEC-03": ("tls",),
        "RQ-SEC-05": ("security",),
    }


def test_the_register_travels_in_a_bundle_without_loss() -> None:
    assert render_json(to_json(ROWS))
    assert tuple(from_json(Requirement, row) for row in to_json(ROWS)) == ROWS


def test_an_unknown_set_is_the_users_mistake() -> None:
    assert set_dates() == (SET,)
    with pytest.raises(UsageError, match="2020-01-01"):
        register("2020-01-01")
