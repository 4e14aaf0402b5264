"""What ``generale check`` asks of the zones of an invoice file: each rule with what passes and what fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from tests.unit.conformance.test_invoice_check import BILL, FILE
from tests.unit.conformance.test_message_check import broken, check, remarks

from generale.cli.check import text
from generale.conformance.lone_zone import FUNCTIONS, zone_rules
from generale.protocol import flatfile as flat
from generale.protocol.ids import Insz, Sex

WOMAN = Insz.synthetic(date(1938, 2, 14), Sex.WOMAN)
UNKNOWN = Insz.synthetic(date(1938, 2, 14), Sex.WOMAN, bis=True, sex_known=False)
BABY = Insz.synthetic(date(2019, 2, 14), Sex.WOMAN)
MAY = date(2019, 5, 15)


def of_house(**changes: str) -> bytes:
    """The file with other data of the house."""
    return flat.write_invoice(replace(FILE, bills=(of(),), **changes))  # type: ignore[arg-type]  # by name


def of(insz: str = WOMAN, sex: Sex = Sex.WOMAN, **changes: date) -> flat.Bill:
    """A bill of this person."""
    return replace(BILL, insz=insz, sex=sex, **changes)  # type: ignore[arg-type]  # by name


def billed(bill: flat.Bill) -> bytes:
    return flat.write_invoice(replace(FILE, bills=(bill,)))


def second_account(iban: str) -> bytes:
    """The file with an account B."""
    file = flat.decode(of_house())
    head = flat.change(file.records[0], account_b_iban=iban)
    return flat.encode(flat.file_of(file.header200, file.header300, (head, *file.records[1:])))


CASES: dict[str, tuple[list[Callable[[], bytes]], Callable[[], bytes], str, str]] = {
    "account-is-an-iban": (
        [lambda: of_house(iban="BE49999000000171"), lambda: second_account("BE49999000000171")],
        lambda: of_house(iban="BE49999000000172"),
        "record 1 (10) zone 36,37,38,39,40,41, byte 405", "BE49999000000172",
    ),
    "enterprise-has-its-check-digits": (
        [lambda: of_house(company_number="0999000129")],
        lambda: of_house(company_number="0999000130"),
        "record 1 (10) zone 27, byte 354", "0999000130",
    ),
    "discharge-follows-admission": (
        [
            lambda: billed(of(admission_date=MAY, discharge_date=MAY)),
            lambda: billed(of(admission_date=MAY)),
        ],
        lambda: billed(of(admission_date=MAY, discharge_date=date(2019, 5, 14))),
        "record 2 (20) zone 6a,6b, byte 601", "20190514",
    ),
    "sex-is-that-of-the-insz": (
        [lambda: billed(of()), lambda: billed(of(UNKNOWN, Sex.MAN)), lambda: billed(of(UNKNOWN))],
        lambda: billed(of(sex=Sex.MAN)),
        "record 2 (20) zone 9, byte 625", "1",
    ),
    "admission-follows-birth": (
        [lambda: billed(of(BABY, admission_date=date(2019, 2, 14)))],
        lambda: billed(of(BABY, admission_date=date(2019, 2, 13))),
        "record 2 (20) zone 5, byte 593", "20190213",
    ),
}  # fmt: skip


def test_every_row_has_its_function_and_its_cases() -> None:
    assert list(zone_rules()) == list(FUNCTIONS) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_what_keeps_a_rule_of_zones_holds(name: str) -> None:
    for passing in CASES[name][0]:
        assert remarks(check(passing())) == []


@pytest.mark.parametrize("name", CASES)
def test_what_breaks_a_rule_of_zones_is_told_alone_on_its_rung(name: str) -> None:
    _, failing, place, received = CASES[name]
    rule, found = zone_rules()[name], check(failing())
    (remark,) = remarks(found)

    assert broken(found) == rule.rung
    assert (remark.place, remark.received) == (place, received)
    assert rule.en in text(found, "en")
    assert rule.nl in text(found, "nl")


def test_a_second_account_is_looked_at_as_the_first() -> None:
    (remark,) = remarks(check(second_account("BE49999000000172")))

    assert remark.place.startswith("record 1 (10) zone 49,50,51,52,")
