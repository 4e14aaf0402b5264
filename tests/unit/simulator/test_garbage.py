"""Garbage while a server serves: what is set aside, what is found later, what lines leave behind."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from threading import Event
from time import monotonic

import pytest
from tests.unit.simulator.test_server import PATIENCE, Echo, connected, post, serving
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from generale.simulator.garbage import FIRST_WHOLE, GROWTH, YOUNG, Garbage, looked_at_once
from generale.simulator.server import Server


class Knot:
    """Holds itself, so that only a look for garbage can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def nothing_set_aside() -> Iterator[None]:
    yield
    gc.enable()
    gc.unfreeze()


def test_the_interpreter_leaves_what_is_old_to_the_server_while_it_serves() -> None:
    before, server = gc.get_threshold(), Server(Echo())
    server.start()
    during = gc.get_threshold()
    server.stop()

    assert during[0] == YOUNG
    assert during[2] > 1_000_000
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_looks_are_many_under_way_and_each_sees_only_what_is_new() -> None:
    async def work() -> tuple[int, int]:
        with looked_at_once(asyncio.get_running_loop()):
            begun, aside = gc.get_stats()[2]["collections"], gc.get_freeze_count()
            kept: list[list[int]] = []
            for _ in range(20):
                kept.extend([number] for number in range(10_000))
                await asyncio.sleep(0)
            return gc.get_stats()[2]["collections"] - begun, gc.get_freeze_count() - aside

    looks, set_aside = asyncio.run(work())

    assert looks > 5
    assert set_aside > 150_000


def test_what_becomes_garbage_after_it_was_set_aside_is_found_when_everything_is_looked_through() -> None:
    loop = asyncio.new_event_loop()
    garbage, knot = Garbage(loop), Knot()
    seen = weakref.ref(knot)
    gc.freeze()  # not ours, and much
    garbage.look()
    del knot
    found = []
    for _ in range(FIRST_WHOLE):
        found.append(seen() is None)
        garbage.look()
    loop.close()

    assert not any(found[:-1])
    assert seen() is None


def test_everything_is_looked_through_ever_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.new_event_loop()
    garbage = Garbage(loop)
    whole: list[None] = []
    monkeypatch.setattr(gc, "unfreeze", lambda: whole.append(None))
    monkeypatch.setattr(gc, "collect", lambda: 0)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    counts = []
    for _ in range(FIRST_WHOLE * GROWTH * GROWTH):
        garbage.look()
        counts.append(len(whole))
    loop.close()
    monkeypatch.undo()

    firsts = [counts.index(count) + 1 for count in (1, 2, 3)]
    assert firsts == [FIRST_WHOLE, FIRST_WHOLE * GROWTH, FIRST_WHOLE * GROWTH * GROWTH]


@pytest.mark.parametrize("count", [1, 50], ids=["one request", "requests that wait for others"])
def test_a_connection_that_has_ended_leaves_nothing_that_is_to_be_looked_for(count: int) -> None:
    with serving() as address:
        gc.collect()
        gc.disable()
        with connected(address) as line:
            line.sendall(post(b"x" * 100_000) * count)
            line.recv(1)
        end = monotonic() + PATIENCE
        while (left := _cycles()) and monotonic() < end:
            Event().wait(0.01)

    assert left == 0


def _cycles() -> int:
    return sum(type(one) is RequestResponseCycle for one in gc.get_objects())
