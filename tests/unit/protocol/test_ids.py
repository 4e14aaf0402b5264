"""Identifiers: which forms are taken, which check numbers are right, and what a national number carries."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.errors import PeerError
from generale.protocol.ids import Communication, FundNumber, Hco, Iban, Insz, Kbo, Nihii, Reference, Sex

SEXES = st.sampled_from(Sex)
BIRTHS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
VISIBLE = "".join(map(chr, range(ord("!"), ord("~") + 1)))
"""Every sign that a reference may hold."""

Identifier = Insz | Nihii | Hco | FundNumber | Kbo | Iban | Reference


@pytest.mark.parametrize(
    ("text", "birth", "sex"),
    [
        pytest.param("38021499972", date(1938, 2, 14), Sex.MAN, id="man, 1938"),
        pytest.param("29073100019", date(1929, 7, 31), Sex.WOMAN, id="woman, 1929"),
        pytest.param("01020399942", date(2001, 2, 3), Sex.MAN, id="man, 2001"),
        pytest.param("38421499961", date(1938, 2, 14), Sex.MAN, id="BIS, sex known"),
        pytest.param("38221499918", date(1938, 2, 14), None, id="BIS, sex not known"),
        pytest.param("01420399931", date(2001, 2, 3), Sex.MAN, id="BIS, 2001"),
        pytest.param("00010199945", date(1900, 1, 1), Sex.MAN, id="the same nine digits, 1900"),
        pytest.param("00010199974", date(2000, 1, 1), Sex.MAN, id="the same nine digits, 2000"),
    ],
)
def test_a_national_number_carries_birth_and_sex(text: str, birth: date, sex: Sex | None) -> None:
    insz = Insz.parse(text)

    assert insz.check_number_is_right
    assert (insz.birth_date, insz.sex) == (birth, sex)


@pytest.mark.parametrize(
    "nine",
    ["380000999", "380200999", "384000999", "381399000", "380230999", "386000999"],
    ids=["no month", "no day", "BIS without month", "a thirteenth month", "30 February", "beyond BIS"],
)
def test_a_national_number_without_a_date_carries_none(nine: str) -> None:
    insz = Insz.parse(f"{nine}{97 - int(nine) % 97:02d}")

    assert insz.check_number_is_right
    assert insz.birth_date is None


def test_a_wrong_check_number_is_content_and_not_form() -> None:
    insz = Insz.parse("38021499973")

    assert not insz.check_number_is_right
    assert insz.birth_date is None


@given(born=BIRTHS, sex=SEXES, bis=st.booleans())
def test_a_synthetic_number_passes_its_check_and_can_be_nobodys(born: date, sex: Sex, bis: bool) -> None:
    insz = Insz.synthetic(born, sex, bis=bis)

    assert Insz.parse(insz) == insz
    assert insz.check_number_is_right
    assert insz[6:9] in ("999", "000")
    assert insz.sex is sex
    assert insz.birth_date is not None
    assert (insz.birth_date.month, insz.birth_date.day) == (born.month, born.day)


@given(born=BIRTHS, sex=SEXES, bis=st.booleans())
def test_a_synthetic_number_is_known_as_one_and_that_of_a_possible_person_is_not(
    born: date, sex: Sex, bis: bool
) -> None:
    insz = Insz.synthetic(born, sex, bis=bis)
    counter = f"{insz[:6]}123"

    assert insz.is_synthetic
    assert not Insz(insz[:9] + f"{(int(insz[9:]) + 1) % 97:02d}").is_synthetic
    assert not Insz(f"{counter}{97 - int(counter) % 97:02d}").is_synthetic


@given(born=BIRTHS, sex=SEXES)
def test_a_bis_number_of_unknown_sex_adds_twenty_to_the_month(born: date, sex: Sex) -> None:
    insz = Insz.synthetic(born, sex, bis=True, sex_known=False)

    assert insz.is_synthetic
    assert insz.sex is None
    assert int(insz[2:4]) == born.month + 20


@given(born=BIRTHS, sex=SEXES, place=st.integers(0, 10), digit=st.integers(0, 9))
def test_one_wrong_digit_is_noticed_or_is_that_of_the_other_century(
    born: date, sex: Sex, place: int, digit: int
) -> None:
    right = Insz.synthetic(born, sex)
    wrong = Insz(right[:place] + str(digit) + right[place + 1 :])

    century = wrong.birth_date.year // 100 if wrong.birth_date else None
    assert wrong == right or not wrong.check_number_is_right or century != born.year // 100


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        pytest.param(Nihii, "71072393", "71072393", id="RIZIV number"),
        pytest.param(Nihii, "71072393000", "71072393", id="RIZIV number with three zeros"),
        pytest.param(Nihii, "71072393123", "", id="RIZIV number with the qualification of a person"),
        pytest.param(Nihii, "00009700", "", id="RIZIV number, check number never 0"),
        pytest.param(Nihii, "00009797", "00009797", id="RIZIV number, remainder 0"),
        pytest.param(Nihii, "71072394", "", id="RIZIV number, wrong check number"),
        pytest.param(Nihii, "7107239", "", id="RIZIV number, too short"),
        pytest.param(Nihii, "710723930000", "", id="RIZIV number, too long"),
        pytest.param(Nihii, "7107239x", "", id="RIZIV number, a letter"),
        pytest.param(Hco, "3166", "3166", id="facility number"),
        pytest.param(Hco, "12345", "12345", id="facility number of five"),
        pytest.param(Hco, "123", "", id="facility number, too short"),
        pytest.param(Hco, "123456", "", id="facility number, too long"),
        pytest.param(Hco, "12a4", "", id="facility number, a letter"),
        pytest.param(FundNumber, "810", "810", id="fund"),
        pytest.param(FundNumber, "81", "", id="fund, too short"),
        pytest.param(FundNumber, "8l0", "", id="fund, a letter"),
        pytest.param(Kbo, "0428759497", "0428759497", id="enterprise"),
        pytest.param(Kbo, "0428759498", "", id="enterprise, wrong check number"),
        pytest.param(Kbo, f"99999999{97 - 99999999 % 97:02d}", "", id="enterprise, wrong first digit"),
        pytest.param(Kbo, "0428.759.497", "", id="enterprise with points"),
        pytest.param(Iban, "BE32123456789002", "BE32123456789002", id="account"),
        pytest.param(Iban, "BE32 1234 5678 9002", "BE32123456789002", id="account with blanks"),
        pytest.param(Iban, "BE33123456789002", "", id="account, wrong check number"),
        pytest.param(Iban, "12345", "", id="no account"),
        pytest.param(Reference, "A1", "A1", id="reference"),
        pytest.param(Reference, UUID, UUID, id="reference, a UUID"),
        pytest.param(Reference, VISIBLE[:64], VISIBLE[:64], id="longest reference"),
        pytest.param(Reference, VISIBLE[64:], VISIBLE[64:], id="reference of the other signs"),
        pytest.param(Reference, "A" * 256, "A" * 256, id="reference, as long as it may be"),
        pytest.param(Reference, "A" * 257, "", id="reference, too long"),
        pytest.param(Reference, "", "", id="no reference"),
        pytest.param(Reference, "A 1", "A 1", id="reference with a blank"),
        pytest.param(Reference, " A1", "", id="reference behind a blank"),
        pytest.param(Reference, "A1 ", "", id="reference with a blank at its end"),
        pytest.param(Reference, "A\n", "", id="reference with a line end"),
        pytest.param(Reference, "A\x7f", "", id="reference with a control character"),
        pytest.param(Reference, "é", "é", id="reference with an accent"),
        pytest.param(Reference, "A\u20281", "", id="reference on two lines"),
        pytest.param(Insz, "3802149997", "", id="national number, too short"),
        pytest.param(Insz, "38.02.14-999.72", "", id="national number with points"),
        pytest.param(Insz, "٣٨٠٢١٤٩٩٩٧٢", "", id="national number in other digits"),
    ],
)
def test_an_identifier_is_taken_in_its_form_only(kind: type[Identifier], text: str, read: str) -> None:
    if read:
        assert kind.parse(text) == read
        assert isinstance(kind.parse(text), kind)
    else:
        with pytest.raises(PeerError):
            kind.parse(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("710723930000", "8 digits are expected, or 11", id="the twelve of the flat file"),
        pytest.param("71072393123", "123 is the qualification of a person", id="that of a person"),
    ],
)
def test_a_wrong_form_of_a_facility_number_is_told_with_the_forms_that_exist(text: str, told: str) -> None:
    with pytest.raises(PeerError, match=told):
        Nihii.parse(text)


@given(serial=st.integers(0, 999_999))
def test_a_riziv_number_has_three_forms_of_one_number(serial: int) -> None:
    nihii = Nihii.of_serial(serial)

    assert Nihii.parse(nihii) == Nihii.parse(nihii.padded) == nihii
    assert nihii.in_flat_file == f"0{nihii}000"


@given(serial=st.integers(0, 19_999_999))
def test_an_enterprise_number_made_of_a_serial_passes_its_check(serial: int) -> None:
    assert Kbo.parse(Kbo.of_serial(serial)) == Kbo.of_serial(serial)


@given(serial=st.integers(0, 9_999_999_999))
def test_an_account_number_made_of_a_serial_passes_its_check(serial: int) -> None:
    assert Iban.parse(Iban.of_serial(serial)) == Iban.of_serial(serial)


@pytest.mark.parametrize(
    "text",
    ["", "+++010/8068/17183", "+++010/8068/17184+++", "010806817183", "***010/8068/17183***", "+" * 20],
)
def test_a_structured_communication_has_its_printed_form_and_a_right_check_number(text: str) -> None:
    with pytest.raises(PeerError, match="is not a structured communication"):
        Communication.parse(text)


@given(st.integers(0, 10**10 - 1))
def test_a_structured_communication_is_read_as_it_is_printed(ten: int) -> None:
    printed = Communication.of_digits(f"{ten:010d}")

    assert Communication.parse(printed) == printed
    assert 1 <= int(printed[15:17]) <= 97
