"""Many records out of one mould: the bytes of records built one by one, and no value that does not fit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.errors import OurError
from generale.protocol.flatfile import build, change
from generale.protocol.flatfile.mould import Mould

LINE = build("record_30", provider="076000191000", billing_code="1")
MOULD = Mould.of(
    LINE, record_index=int, code=bytes, first_day=int, amount=bytes, days=int, facility_reference=bytes
)

Values = tuple[int, bytes, int, bytes, int, bytes]
GOOD: Values = (3, b"0990010", 20190401, b"+00000064350", 10, b"KAMER 1")


@given(
    st.integers(0, 999_999),
    st.from_regex(r"[0-9]{7}", fullmatch=True),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(-(10**11) + 1, 10**11 - 1),
    st.integers(-9999, 9999),
    st.text("AZ%09 ", max_size=25),
)
def test_a_record_out_of_a_mould_is_the_one_that_is_built(
    index: int, code: str, day: date, cents: int, days: int, reference: str
) -> None:
    compact = int(day.strftime("%Y%m%d"))
    cast = MOULD.cast(index, code.encode(), compact, b"%+012d" % cents, days, reference.encode())

    amount = f"{cents:+012d}"
    built = change(
        LINE, record_index=index, code=code, first_day=day, amount=amount, days=days,
        facility_reference=reference,
    )  # fmt: skip
    assert cast == built.raw


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 1_000_000),
        (0, -1),
        (1, b"09900100"),
        (1, b"099001A"),
        (1, b"99 10"),
        (3, b"+000000643500"),
        (4, 10_000),
        (4, -10_000),
        (5, b"K" * 26),
    ],
)
def test_a_value_that_does_not_fit_its_zone_is_our_own_error(place: int, value: int | bytes) -> None:
    values: list[int | bytes] = list(GOOD)
    values[place] = value

    assert len(MOULD.cast(*GOOD)) == 350
    with pytest.raises(OurError, match="zone "):
        MOULD.cast(*values)


def test_a_per_cent_sign_in_what_records_share_stays_what_it_is() -> None:
    shared = Mould.of(build("record_30", facility_reference="100 %d"), record_index=int)

    assert shared.cast(7) == build("record_30", facility_reference="100 %d", record_index=7).raw


def test_holes_stand_in_the_order_of_their_zones() -> None:
    with pytest.raises(OurError, match="record_index does not stand behind"):
        Mould.of(LINE, days=int, record_index=int)
