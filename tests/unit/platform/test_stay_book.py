"""The book of stays finds for one fact only what that fact changes: the same as looking at every stay."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.platform.care_desk import ADA, BEA, FUND, HEIR, HOME, admission, at, end_of_stay
from tests.unit.work_done import calls_in

from generale.platform.stays import Root, StayBook
from generale.protocol.ids import Insz, Reference
from generale.rules.facts import StayRecord

PEOPLE = (ADA, BEA)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("admit", "admit", "end", "end", "take over", "withdraw", "reopen")),
        st.integers(0, 5),
        st.sampled_from(PEOPLE),
        st.integers(1, 20),
        st.sampled_from((FUND, FUND, None)),
    ),
    max_size=25,
)


def root(kind: str, number: int) -> Root:
    """Who stated a fact first."""
    return HOME.nihii, Reference.parse(f"{kind}{number}")


@given(steps=STEPS)
def test_a_change_is_what_differs_between_all_stays_before_and_after(steps: list[tuple[Any, ...]]) -> None:
    book = StayBook()
    for step, number, insz, day, fund in steps:
        before = _all(book)
        match step:
            case "admit":
                change = book.admit(root("A", number), admission(insz, at(day)), at(day), fund)
            case "end" if book.ends(root("E", number), end_of_stay(insz, at(day))) is not None:
                _, change = book.end(root("E", number), end_of_stay(insz, at(day)))
            case "withdraw":
                _, change = book.withdraw(root("A", number))
            case "reopen":
                _, change = book.reopen(root("E", number))
            case "take over":
                change = book.take_over(HOME.hco, HEIR.hco, HEIR.valid_from)
            case _:
                continue
        after = _all(book)
        assert set(change.noted) == set(after) - set(before)
        assert set(change.withdrawn) == set(before) - set(after)
        for one in PEOPLE:
            assert list(book.of(one)) == sorted(book.of(one), key=lambda stay: stay.start)
            assert {stay.insz for stay in book.of(one)} <= {one}
            _agrees_on_ends(book, one, day)


def _all(book: StayBook) -> list[StayRecord]:
    return [stay for insz in PEOPLE for stay in book.of(insz)]


def _agrees_on_ends(book: StayBook, insz: Insz, day: int) -> None:
    """A new end closes the latest stay that began before it, of those that last; else the last of them."""
    message = end_of_stay(insz, at(day))
    lasting = [
        stay
        for stay in book.of(insz)
        if stay.facility == message.facility
        and stay.end is None
        and (stay.until_takeover is None or message.end.date() <= stay.until_takeover)
    ]
    starts = {stay.start for stay in lasting}
    best = max(((start <= message.end, start) for start in starts), default=None)
    found = book.ends(root("E", 99), message)
    expected = {stay.admission for stay in lasting if best and stay.start == best[1]}
    assert found[1] in expected if found else not expected


def test_many_former_stays_make_a_new_one_no_dearer() -> None:
    def work(former: int) -> int:
        book = StayBook()

        def come_and_go(number: int) -> None:
            start = at(1 + number % 28, number % 24, month=1 + number % 12)
            book.admit(root("A", number), admission(start=start), start, FUND)
            book.end(root("E", number), end_of_stay(end=start))

        for number in range(former):
            come_and_go(number)
        return calls_in(lambda: come_and_go(former))

    assert work(400) < 1.3 * work(20)
