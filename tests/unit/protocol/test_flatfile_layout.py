"""The layouts are complete and contiguous, and check digits follow the published rules."""

from importlib import resources

import pytest

from generale.protocol import flatfile
from generale.protocol.errors import OurError
from generale.protocol.flatfile import control_number, layout, message_types, nomenclature_code_is_valid
from generale.protocol.flatfile.check_digit import nihii_is_valid, record_check
from generale.protocol.flatfile.layout import RESERVE, Form, Kind

LENGTHS = {
    "header_200": 67,
    "header_300": 160,
    "header_300_stub": 160,
    "header_300_errors": 610,
    "record_10": 350,
    "record_20": 350,
    "record_30": 350,
    "record_25": 350,
    "record_40": 350,
    "record_50": 350,
    "record_51": 350,
    "record_52": 350,
    "record_80": 350,
    "record_90": 350,
    "record_95": 350,
    "record_96": 350,
    "record_91": 800,
    "record_92": 800,
    "detail": 450,
    "record_10+detail": 800,
    "record_20+detail": 800,
    "record_30+detail": 800,
    "record_25+detail": 800,
    "record_40+detail": 800,
    "record_50+detail": 800,
    "record_51+detail": 800,
    "record_52+detail": 800,
    "record_80+detail": 800,
    "record_90+detail": 800,
}


def test_every_layout_in_the_package_is_tested() -> None:
    folder = resources.files("generale.protocol.flatfile") / "layouts"
    names = {file.name.removesuffix(".toml") for file in folder.iterdir()} - {"messages"}

    assert names == {name for name in LENGTHS if "+" not in name}


@pytest.mark.parametrize(("name", "length"), LENGTHS.items(), ids=LENGTHS)
def test_the_zones_of_a_layout_are_contiguous_and_add_up_to_its_length(name: str, length: int) -> None:
    position = 1
    for zone in layout(name).zones:
        assert zone.position == position
        position += zone.length

    assert position - 1 == layout(name).length == len(layout(name).blank) == length


@pytest.mark.parametrize("name", LENGTHS)
def test_names_and_numbers_of_zones_are_unambiguous(name: str) -> None:
    names = [zone.name for zone in layout(name).zones if zone.name != "reserve"]
    numbers = [number for zone in layout(name).zones for number in zone.number.split(",")]

    assert len(names) == len(set(names))
    assert len(numbers) == len(set(numbers))
    assert not set(names) & set(numbers)


@pytest.mark.parametrize("name", LENGTHS)
def test_what_a_zone_must_hold_fits_the_zone(name: str) -> None:
    for zone in layout(name).zones:
        assert all(len(value) == zone.length for value in zone.allowed)
        assert len(zone.fixed) in (0, zone.length)
        assert len(zone.blank) == zone.length
        assert zone.form is not Form.DATE or (zone.length, zone.kind) == (8, Kind.DIGITS)
        assert zone.form is not Form.MONTH or zone.length == 6


@pytest.mark.parametrize(
    ("name", "zone", "place"),
    [
        ("header_200", "reference", (21, 14)),
        ("header_300", "created", (14, 8)),
        ("header_300_errors", "refusal_type", (148, 2)),
        ("record_20", "6a", (25, 8)),
        ("record_20", "previous_sending_number", (177, 3)),
        ("record_30", "amount", (88, 12)),
        ("record_80", "98", (347, 2)),
        ("record_95", "control_number", (76, 2)),
        ("record_30+detail", "letter_1", (457, 1)),
        ("record_30+detail", "code_3", (472, 6)),
        ("record_30+detail", "comment", (534, 200)),
        ("record_91", "payment_reference_a", (164, 22)),
        ("record_91", "425", (212, 589)),
        ("record_91", "asked_c", (213, 11)),
        ("record_91", "payment_reference_c", (254, 22)),
        ("record_92", "refused_c", (193, 11)),
        ("record_25", "urgent_aid_reference", (262, 21)),
        ("record_40", "product_text", (213, 48)),
        ("record_50", "prescriber", (115, 12)),
        ("record_50", "qermid_code", (333, 14)),
        ("record_51", "network_reference", (213, 48)),
        ("record_52", "reading_time", (52, 4)),
        ("record_52", "16", (80, 269)),
        ("record_52", "agreement_number", (132, 20)),
    ],
)
def test_zones_stand_where_the_instructions_put_them(name: str, zone: str, place: tuple[int, int]) -> None:
    found = layout(name).zone(zone)

    assert (found.position, found.length) == place


def test_asking_for_a_zone_that_does_not_exist_is_our_own_error() -> None:
    with pytest.raises(OurError, match="record_30 has no zone 'price'"):
        layout("record_30").zone("price")


def test_every_record_of_a_message_has_the_length_of_the_message() -> None:
    assert {kind.number: (kind.head_length, kind.record_length) for kind in message_types().values()} == {
        "920000": (227, 350),
        "931000": (227, 0),
        "920999": (227, 350),
        "920098": (677, 800),
        "920099": (677, 800),
        "920900": (677, 800),
    }
    for kind in message_types().values():
        assert {one.length for one in kind.records.values()} <= {kind.record_length}
        assert all(after in {*kind.records, "end"} for afters in kind.follows.values() for after in afters)


def test_the_public_names_are_listed_once_and_exist() -> None:
    assert len(flatfile.__all__) == len(set(flatfile.__all__))
    assert all(hasattr(flatfile, name) for name in flatfile.__all__)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (b"0" * 348, 97),
        (b"1" + b"0" * 347, 1),
        (b" " * 348, 348 * 10 % 97),
        (b"Az" + b"0" * 346, 11 + 36),
        (b"+-" + b"0" * 346, 2 * 37),
        (b"9" * 348 + b"ignored", 348 * 9 % 97),
    ],
    ids=["zero-becomes-97", "digit", "blank", "letters", "others", "only-348"],
)
def test_the_record_check_weighs_each_kind_of_character(text: bytes, check: int) -> None:
    assert record_check(text) == check


@pytest.mark.parametrize(
    ("codes", "number"),
    [(["0101032", "0101032"], 13), ([], 97), (["0000097"], 97)],
    ids=["twice-101032", "none", "multiple-of-97"],
)
def test_the_control_number_is_the_sum_of_the_codes_modulo_97(codes: list[str], number: int) -> None:
    assert control_number(codes) == number


@pytest.mark.parametrize("name", LENGTHS)
def test_a_named_part_lies_inside_one_zone_in_reserve(name: str) -> None:
    form = layout(name)
    for part in form.parts:
        around = form.zone_at(part.position - 1)
        assert around.name == RESERVE
        assert part.position + part.length <= around.position + around.length


@pytest.mark.parametrize(
    ("number", "valid"),
    [(number, True) for number in ("71022212", "54512317000", "18334780004", "71999932000", "10000135")]
    + [(number, False) for number in ("71022213", "5451231", "1833478A", "", "10000136")],
)
def test_a_riziv_number_ends_on_97_or_89_minus_the_rest(number: str, valid: bool) -> None:
    assert nihii_is_valid(number) is valid


@pytest.mark.parametrize(
    ("code", "valid"),
    [(code, True) for code in ("763593", "0767443", "767465", "768025", "793100", "101032", "0990010")]
    + [(code, False) for code in ("763594", "1763593", "76359", "76359A", "", "76359٣")],
)
def test_the_last_digit_of_a_nomenclature_code_is_the_rest_modulo_7(code: str, valid: bool) -> None:
    assert nomenclature_code_is_valid(code) is valid
