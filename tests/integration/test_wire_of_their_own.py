"""A good product that names itself in another place, and writes in another encoding, conforms."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from tests.integration.conforming import PLAIN, UNSIGNED, require_conforming

from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.driver.setup import FacilitySetUp
from generale.protocol.genericasync import NumberPlace, Origin, PartyId, Scheme, Sender
from generale.protocol.transport import HttpResponse
from generale.refvendor.line import Line
from generale.refvendor.post import PostOffice

Naming = Callable[[PostOffice, FacilitySetUp], Origin]
_own_origin: Naming = PostOffice._origin
_own_ask = Line.ask


def _named_in(place: NumberPlace) -> Naming:
    def origin(office: PostOffice, sender: FacilitySetUp) -> Origin:
        own = _own_origin(office, sender)
        itself = PartyId(scheme=Scheme.NIHII, value=own.nihii, quality=own.quality, name="Huis \u00e9\u20ac")
        if place is NumberPlace.ORGANISATION:
            return replace(own, place=place, organisation=itself)
        return replace(own, place=place, organisation=None, sender=Sender(organisation=itself))

    return origin


def _in_windows_1252(
    line: Line, url: str, raw: bytes, headers: Mapping[str, str], client_certificate: bytes = b""
) -> HttpResponse:
    """The declaration still says UTF-8, as that of a product does which is encoded by its HTTP client."""
    other = {**headers, "content-type": "text/xml; charset=windows-1252"}
    return _own_ask(line, url, raw.decode().encode("cp1252"), other, client_certificate)


@pytest.mark.parametrize(
    ("place", "security"), [(NumberPlace.ORGANISATION, "off"), (NumberPlace.SENDER, "full")]
)
def test_a_good_product_conforms_however_it_writes(
    monkeypatch: pytest.MonkeyPatch, place: NumberPlace, security: str
) -> None:
    monkeypatch.setattr(PostOffice, "_origin", _named_in(place))
    monkeypatch.setattr(Line, "ask", _in_windows_1252)

    not_applicable = (*UNSIGNED, PLAIN) if security == "off" else (PLAIN,)
    require_conforming(rehearse(Plan(seed=3, security=security)), not_applicable=not_applicable)
