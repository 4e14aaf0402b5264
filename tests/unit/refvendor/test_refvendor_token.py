"""Assertions of the reference vendor: fetched once, shown while they hold, and believed only when right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.refvendor.test_refvendor_seal import NIHII, NOW, PKI

from generale.protocol.clock import VirtualClock
from generale.protocol.errors import EnvironmentFailure, OurError
from generale.protocol.ids import Nihii
from generale.protocol.security import (
    Credential,
    Level,
    care_home,
    issue_assertion,
    read_token_request,
    write_token_response,
)
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.line import Line
from generale.refvendor.seal import Keyring, Sealing
from generale.refvendor.switches import Switches
from generale.refvendor.token import Tokens

OWN = PKI.facilities[NIHII]
ADDRESS = "http://here/sts"


class Service:
    """Stands for the token service: answers as it is told, and counts."""

    def __init__(self, clock: VirtualClock, sts: Credential = PKI.sts) -> None:
        self.clock, self.sts = clock, sts
        self.holder, self.nihii = OWN, NIHII
        self.asked: list[HttpRequest] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        name = f"_a{len(self.asked)}"
        now = self.clock.now()
        assertion = issue_assertion(
            self.holder, care_home(self.nihii, ""), sts=self.sts, assertion_id=name, now=now
        )
        query = read_token_request(request.body).id
        body = write_token_response(assertion, in_response_to=query, response_id="_r", now=now)
        return HttpResponse(status=200, body=body)


def tokens(service: Service) -> Tokens:
    """The assertions of an installation that asks this service."""
    line = Line(service, Switches())
    return Tokens(line, ADDRESS, PKI.facilities, PKI.trust, PKI.sts.certificate, service.clock)


def test_an_assertion_is_fetched_once_and_shown_until_shortly_before_its_end() -> None:
    service = Service(VirtualClock(NOW))
    mine = tokens(service)

    shown = [mine.assertion(NIHII), mine.assertion(NIHII)]
    service.clock.advance(timedelta(hours=23, minutes=45))
    shown.append(mine.assertion(NIHII))
    service.clock.advance(timedelta(minutes=6))
    shown.append(mine.assertion(NIHII))

    assert shown[0] == shown[1] == shown[2] != shown[3]
    assert [one.url for one in service.asked] == [ADDRESS] * 2
    assert {one.client_certificate for one in service.asked} == {OWN.der}


def of_another_sts(service: Service) -> None:
    service.sts = PKI.platform


def of_another_number(service: Service) -> None:
    service.nihii = Nihii.of_serial(990002)


def of_another_key(service: Service) -> None:
    service.holder = PKI.platform


@pytest.mark.parametrize("spoil", [of_another_sts, of_another_number, of_another_key])
def test_an_assertion_is_not_shown_that_is(spoil: Callable[[Service], None]) -> None:
    service = Service(VirtualClock(NOW))
    spoil(service)

    with pytest.raises(EnvironmentFailure, match="assertion"):
        tokens(service).assertion(NIHII)


def test_an_answer_without_an_assertion_is_no_answer() -> None:
    line = Line(lambda _: HttpResponse(status=500, body=b"<x/>"), Switches())
    mine = Tokens(line, ADDRESS, PKI.facilities, PKI.trust, PKI.sts.certificate, VirtualClock(NOW))

    with pytest.raises(EnvironmentFailure, match="no assertion that holds"):
        mine.assertion(NIHII)


def test_who_signs_with_assertions_must_know_where_they_come_from() -> None:
    keyring = Keyring(
        level=Level.FULL, own=PKI.facilities, trust=PKI.trust, sts=PKI.sts.certificate, by_assertion=True
    )

    with pytest.raises(OurError, match="no security token service"):
        Sealing(keyring, VirtualClock(NOW), Switches())
    with pytest.raises(OurError, match="no security token service"):
        Sealing(
            replace(keyring, sts=None),
            VirtualClock(NOW),
            Switches(),
            Line(Service(VirtualClock(NOW)), Switches()),
            ADDRESS,
        )
