"""The check of the simulated token service, over transcripts with queries for assertions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from generale.protocol.clock import BRUSSELS
from generale.protocol.genericasync import SoaCode, answer_envelope, soa_fault, write_envelope
from generale.protocol.ids import Nihii
from generale.protocol.security import (
    Authority,
    care_home,
    issue_assertion,
    write_token_request,
    write_token_response,
)
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

NOW = datetime(2019, 4, 1, 9, tzinfo=BRUSSELS)
AUTHORITY = Authority(b"token", NOW - timedelta(days=1), NOW + timedelta(days=1))
HOME = care_home(Nihii.of_serial(990001), "De Proefneming")
ASSERTION = issue_assertion(AUTHORITY.facility(HOME), HOME, sts=AUTHORITY.sts(), assertion_id="_a", now=NOW)
QUERY = write_token_request(AUTHORITY.facility(HOME).certificate, request_id="_q", now=NOW)
FAULT = write_envelope(answer_envelope(soa_fault(SoaCode.NO_ACCESS)))


def answered(query: str = "_q") -> bytes:
    """The answer with the assertion, to a query with this id."""
    return write_token_response(ASSERTION, in_response_to=query, response_id="_r", now=NOW)


def queried(script: "Script", answer: bytes, status: int = 200) -> None:
    script.exchange({"operation": "token", "service": "sts"}, QUERY, answer, status)


def unanswered(script: "Script") -> None:
    script.note(EventType.REQUEST, {"exchange": "1", "operation": "token", "service": "sts"}, {}, QUERY)


KEEPS: dict[str, "Play"] = {"CK-SIM-10": lambda s: queried(s, answered())}

BREAKS: dict[tuple[str, str], "Play"] = {("CK-SIM-10", "query-without-answer"): unanswered}


def test_a_fault_is_an_answer_too(script: "Script") -> None:
    queried(script, FAULT, 500)

    occasions, findings = script.ask("CK-SIM-10")

    assert len(occasions) == 1
    assert findings == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [(answered("_other"), 200), (FAULT, 200), (answered(), 500), (b"garbage", 200)],
    ids=["to another query", "a fault that says 200", "an assertion that says 500", "garbage"],
)
def test_what_is_no_answer_is_an_error_of_ours(answer: bytes, status: int, script: "Script") -> None:
    queried(script, answer, status)

    _, findings = script.ask("CK-SIM-10")

    assert [finding.code for finding in findings] == ["query-without-answer"]


def test_a_query_is_no_exchange_of_messages(script: "Script") -> None:
    queried(script, answered())

    history = script.history()

    assert history.exchanges == ()
    assert len(history.token_exchanges) == 1
    assert script.codes() == set()
