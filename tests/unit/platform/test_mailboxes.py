"""Mailboxes: oldest first, a page at a time, and nothing leaves one but what is confirmed."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.platform.care_desk import HEIR, HOME, NOON

from generale.platform.mailbox import Keys, Mailboxes, Reply, Selection
from generale.protocol.ids import Nihii, Reference

DECISION, INVOICE = "WZC-BESLISSING", "HCPFAC"


def reply(
    number: int, *, facility: Nihii = HOME.nihii, name: str = DECISION, content: bytes | None = None
) -> Reply:
    """The so-manieth reply of the platform."""
    return Reply(
        reply=f"P{number}",
        about=Reference.parse("R1"),
        facility=facility,
        service="admissions",
        kind="decision",
        message_name=name,
        content=str(number).encode() if content is None else content,
        at=NOON,
    )


ALL = Selection(most=9)


def keys(*references: str, hashes: Iterable[bytes] = ()) -> Keys:
    """Names of replies, and contents by their hash."""
    return Keys(references=frozenset(references), hashes=frozenset(sha256(one).digest() for one in hashes))


def names(replies: tuple[Reply, ...]) -> list[str]:
    return [one.reply for one in replies]


@pytest.fixture
def boxes() -> Mailboxes:
    """Five replies for the home, of which the second is about an invoice."""
    boxes = Mailboxes()
    for number in range(1, 6):
        boxes.put(reply(number, name=INVOICE if number == 2 else DECISION))
    return boxes


@pytest.mark.parametrize(
    ("most", "wanted", "found"),
    [
        pytest.param(100, (), ["P1", "P2", "P3", "P4", "P5"], id="all, oldest first"),
        pytest.param(2, (), ["P1", "P2"], id="a page"),
        pytest.param(2, (DECISION,), ["P1", "P3"], id="a page of one name"),
        pytest.param(9, (DECISION, INVOICE), ["P1", "P2", "P3", "P4", "P5"], id="two names"),
        pytest.param(9, ("OTHER",), [], id="an unknown name"),
        pytest.param(0, (), [], id="nothing is asked for"),
        pytest.param(-1, (), [], id="less than nothing is asked for"),
    ],
)
def test_a_mailbox_shows_what_is_asked_for(
    boxes: Mailboxes, most: int, wanted: tuple[str, ...], found: list[str]
) -> None:
    assert (
        names(boxes.waiting(HOME.nihii, "admissions", Selection(most=most, names=frozenset(wanted)))) == found
    )
    assert names(boxes.waiting(HOME.nihii, "admissions", ALL)) == ["P1", "P2", "P3", "P4", "P5"]


class Counted(str):
    """A name that counts how often it is compared with another."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("field", ["names", "include_ios", "exclude_ios"])
def test_many_names_do_not_cost_more_for_each_item(boxes: Mailboxes, field: str) -> None:
    many = frozenset(map(str, range(20_000)))
    items = [(one, Counted("X"), Counted("X")) for one in boxes.waiting(HOME.nihii, "admissions", ALL)]
    Counted.compared = 0

    found = Selection(most=9, **{field: many}).of(items)

    assert len(found) == (5 if field == "exclude_ios" else 0)
    assert Counted.compared < 100


@pytest.mark.parametrize(
    ("facility", "service"),
    [(HEIR.nihii, "admissions"), (HOME.nihii, "invoices")],
    ids=["facility", "service"],
)
def test_a_mailbox_belongs_to_one_facility_and_one_service(
    boxes: Mailboxes, facility: Nihii, service: str
) -> None:
    assert boxes.waiting(facility, service, ALL) == ()
    assert boxes.confirm(facility, service, keys("P1", hashes=[b"1"])) == ()
    assert len(boxes.waiting(HOME.nihii, "admissions", ALL)) == 5


def test_what_is_confirmed_by_reference_leaves(boxes: Mailboxes) -> None:
    left = boxes.confirm(HOME.nihii, "admissions", keys("P4", "P1", "unknown"))

    assert names(left) == ["P1", "P4"]
    assert names(boxes.waiting(HOME.nihii, "admissions", ALL)) == ["P2", "P3", "P5"]


def test_what_is_confirmed_by_hash_leaves_with_everything_of_the_same_content(boxes: Mailboxes) -> None:
    boxes.put(reply(6, content=b"3"))

    left = boxes.confirm(HOME.nihii, "admissions", keys(hashes=[b"3", b"unknown"]))

    assert names(left) == ["P3", "P6"]


def test_what_was_confirmed_is_not_confirmed_again(boxes: Mailboxes) -> None:
    boxes.confirm(HOME.nihii, "admissions", keys("P1"))

    assert boxes.confirm(HOME.nihii, "admissions", keys("P1")) == ()


@given(
    put=st.lists(st.sampled_from([HOME.nihii, HEIR.nihii]), max_size=12),
    confirmed=st.sets(st.integers(0, 12)),
    pages=st.integers(1, 4),
)
def test_nothing_is_lost_and_nothing_is_shown_to_another(
    put: list[Nihii], confirmed: set[int], pages: int
) -> None:
    boxes = Mailboxes()
    for number, facility in enumerate(put):
        boxes.put(reply(number, facility=facility))
    for facility in (HOME.nihii, HEIR.nihii):
        boxes.confirm(facility, "admissions", keys(*(f"P{number}" for number in confirmed)))
        seen: list[str] = []
        while page := boxes.waiting(facility, "admissions", Selection(most=pages)):
            seen += names(page)
            boxes.confirm(facility, "admissions", keys(*names(page)))
        assert seen == [
            f"P{number}" for number, one in enumerate(put) if one == facility and number not in confirmed
        ]


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        pytest.param((), (), ["P1", "P2", "P3"], id="every fund"),
        pytest.param(("810", "000"), (), ["P1", "P2"], id="some"),
        pytest.param((), ("810",), ["P1", "P3"], id="all but one"),
        pytest.param(("810", "820"), ("810",), ["P3"], id="excluded wins"),
        pytest.param(("999",), (), [], id="one that does not answer"),
    ],
)
def test_a_mailbox_shows_the_answers_of_the_funds_that_are_asked_for(
    include: tuple[str, ...], exclude: tuple[str, ...], found: list[str]
) -> None:
    boxes = Mailboxes()
    for number, io in enumerate(("000", "810", "820"), start=1):
        boxes.put(replace(reply(number), io=io))

    wanted = Selection(most=9, include_ios=frozenset(include), exclude_ios=frozenset(exclude))

    assert names(boxes.waiting(HOME.nihii, "admissions", wanted)) == found


def test_what_does_not_wait_is_unknown(boxes: Mailboxes) -> None:
    unknown = boxes.unknown(HOME.nihii, "admissions", keys("P1", "P9", hashes=[b"2", b"9"]))

    assert unknown == keys("P9", hashes=[b"9"])
