"""A stranger's SOAP client (zeep) that knows nothing but our address: it reads the description and works.

Over a real socket on loopback, with every answer checked by the client against the served schemas.
"""

import zlib
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from lxml import etree
from tests.unit.simulator.open_house import BEA, HOME
from tests.unit.simulator.sample_house import admission
from tests.unit.simulator.soap_stranger import CLIENT, ORIGIN, WSA, Stranger, a_stranger
from zeep import Plugin
from zeep.exceptions import Fault as ClientFault
from zeep.wsa import WsAddressingPlugin

from generale.protocol.genericasync import Action


class LogicalDestination(Plugin):
    """Writes a logical destination in the place of the address, as a client of the real exchange does."""

    def __init__(self, to: str) -> None:
        self._to = to

    def egress(self, envelope: Any, headers: Any, _operation: Any, _options: Any) -> Any:
        """Change the address of what leaves."""
        envelope.find(f".//{WSA}To").text = self._to
        return envelope, headers


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """A client of a running server; the description makes zeep write address headers by itself."""
    with a_stranger() as one:
        yield one


def test_a_message_is_posted_its_answers_are_fetched_and_confirmed(stranger: Stranger) -> None:
    tack = stranger.post()
    stranger.later(2)
    page = stranger.get()

    assert tack.ResultMajor == "urn:nip:tack:result:major:success"
    assert tack.AppliesTo == "urn:nip:reference:input:R1"
    assert (page.MsgCount, page.TAckCount) == (1, 1)
    (message,), (receipt,) = page.MsgResponse, page.TAckResponse
    content = zlib.decompress(message.Detail._value_1, wbits=-15)
    assert message.Detail.HashValue == sha256(content).digest()
    assert message.CommonOutput.InputReference == "R1"
    assert receipt.TAck.AppliesTo == "urn:nip:reference:input:R1"

    stranger.service.confirm(
        Origin=ORIGIN,
        MsgRefValues=[message.Detail.Reference, "unknown"],
        TAckReferences=[receipt.TAck.Reference],
    )

    left = stranger.get()
    assert (left.MsgCount, left.TAckCount) == (0, 0)


ITSELF = {"Nihii": {"Quality": "retirement", "Value": HOME.nihii.padded}}


@pytest.mark.parametrize(
    "named",
    [
        pytest.param({"CareProvider": ITSELF}, id="care provider"),
        pytest.param({"CareProvider": {"Organization": ITSELF}}, id="organisation"),
        pytest.param({"Sender": {"Organization": ITSELF}}, id="sender alone"),
        pytest.param({"CareProvider": {"Organization": {"Cbe": HOME.enterprise}}}, id="enterprise"),
        pytest.param({"Sender": {"Organization": {"Cbe": HOME.enterprise}}}, id="enterprise that sends"),
    ],
)
def test_a_mailbox_is_that_of_the_facility_wherever_its_number_stands(
    stranger: Stranger, named: dict[str, Any]
) -> None:
    stranger.post()
    stranger.later(2)

    assert stranger.get(Origin={"Package": ORIGIN["Package"], **named}).MsgCount == 1


def test_a_client_may_name_its_encoding_in_http_alone(stranger: Stranger) -> None:
    transport = stranger.client.transport
    own = transport.post

    def post(address: str, message: bytes, headers: dict[str, str]) -> Any:
        bare = message.decode().partition("?>")[2].encode("cp1252")
        return own(address, bare, {**headers, "Content-Type": "text/xml; charset=windows-1252"})

    transport.post = post
    stranger.post(nip_reference="\u00e9\u20ac")
    stranger.later(2)

    assert stranger.get().MsgResponse[0].CommonOutput.NIPReference == "\u00e9\u20ac"


def test_an_older_service_confirms_by_hash_and_by_value(stranger: Stranger) -> None:
    stranger.post()
    stranger.later(2)
    page = stranger.get()

    keys = {
        "MsgHashValues": page.MsgResponse[0].Detail.HashValue,
        "TAckContents": page.TAckResponse[0].TAck._value_1,
    }
    two = {name: [b64encode(value).decode(), b64encode(bytes(32)).decode()] for name, value in keys.items()}
    stranger.service.confirm(Origin=ORIGIN, **two)

    left = stranger.get()
    assert (left.MsgCount, left.TAckCount) == (0, 0)


def test_the_client_does_not_make_base64_of_the_bytes_in_a_list(stranger: Stranger) -> None:
    with pytest.raises(TypeError):
        stranger.service.confirm(Origin=ORIGIN, MsgHashValues=[bytes(32), bytes(32)])


def test_a_confirmation_with_empty_lists_is_taken(stranger: Stranger) -> None:
    names = ("MsgHashValues", "MsgRefValues", "TAckContents", "TAckReferences")
    empty: dict[str, list[str]] = {name: [] for name in names}
    stranger.post()
    stranger.later(2)

    stranger.service.confirm(Origin=ORIGIN, **empty)

    sent = etree.tostring(stranger.history.last_sent["envelope"])
    assert b"MsgRefValues" in sent
    assert stranger.get().MsgCount == 1


@pytest.mark.parametrize(
    ("changes", "messages", "tacks"),
    [
        pytest.param({}, 2, 2, id="everything"),
        pytest.param({"TAckQuery": {"Include": False}}, 2, 0, id="messages"),
        pytest.param({"MsgQuery": {"Include": False, "MessageNames": []}}, 0, 2, id="acknowledgements"),
        pytest.param({"MsgQuery": {"Max": 1, "MessageNames": []}}, 1, 2, id="a page"),
        pytest.param({"MsgQuery": {"MessageNames": ["HCPFAC"]}}, 0, 2, id="other names"),
        pytest.param(
            {"QueryParameters": {"includeIOs": ["810"], "excludeIOs": [], "Reference": "Q1"}},
            0,
            0,
            id="a fund that has not answered",
        ),
        pytest.param(
            {"QueryParameters": {"includeIOs": [], "excludeIOs": ["810"], "tackMessageNames": ["HCPFAC"]}},
            2,
            0,
            id="other acknowledgements",
        ),
    ],
)
def test_a_mailbox_gives_what_is_asked_for(
    stranger: Stranger, changes: dict[str, Any], messages: int, tacks: int
) -> None:
    stranger.post("R1")
    stranger.post("R2", content=admission(BEA).content)
    stranger.later(2)

    page = stranger.get(**changes)

    assert (page.MsgCount, page.TAckCount) == (messages, tacks)
    assert len(page.MsgResponse) == messages
    assert len(page.TAckResponse) == tacks


def test_the_answer_relates_to_the_question_and_names_its_action(stranger: Stranger) -> None:
    stranger.post()

    sent, got = stranger.history.last_sent["envelope"], stranger.history.last_received["envelope"]
    assert sent.findtext(f".//{WSA}To").startswith("http://127.0.0.1:")
    assert got.findtext(f".//{WSA}RelatesTo") == sent.findtext(f".//{WSA}MessageID")
    assert got.findtext(f".//{WSA}Action") == Action.POST_RESPONSE


@pytest.mark.parametrize("to", ["urn:nip:destination:io:810", "urn:nip:destination:io:MULTICAST", ""])
def test_a_logical_destination_is_right_as_well(stranger: Stranger, to: str) -> None:
    stranger.client.plugins.append(LogicalDestination(to))

    assert stranger.post().ResultMajor.endswith("success")


def unknown_destination(stranger: Stranger) -> None:
    stranger.client.plugins.append(LogicalDestination("urn:nip:destination:io:999"))
    stranger.post()


def without_licence(stranger: Stranger) -> None:
    package = {"License": {"Username": "nobody", "Password": "guessed"}}
    stranger.get(Origin=ORIGIN | {"Package": package})


def two_identifiers(stranger: Stranger) -> None:
    both = {"Cbe": HOME.enterprise, "Ssin": "31050200044"}
    stranger.get(Origin=ORIGIN | {"Sender": {"Organization": both}})


FAULTS = {
    "an unknown destination": (unknown_destination, "SOA-03007", Action.POST_FAULT),
    "a wrong licence": (without_licence, "SOA-01001", Action.GET_FAULT),
    "a sender by two numbers": (two_identifiers, "SOA-03007", Action.GET_FAULT),
    "sealed content": (
        lambda one: one.post(ContentEncryption="encryptedForKnownIO"),
        "SOA-03007",
        Action.POST_FAULT,
    ),
    "a token that is none": (
        lambda one: one.get(**{"Reply-to-etk": b"no token"}),
        "SOA-03007",
        Action.GET_FAULT,
    ),
    "another content than its hash": (
        lambda one: one.post(HashValue=bytes(32)),
        "SOA-03007",
        Action.POST_FAULT,
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_refusal_reaches_the_client_as_a_fault(stranger: Stranger, what: str) -> None:
    ask, code, action = FAULTS[what]

    with pytest.raises(ClientFault) as refused:
        ask(stranger)

    assert refused.value.code == "soap:Client"
    assert refused.value.detail.findtext(".//Code") == code
    got = stranger.history.last_received["envelope"]
    assert got.findtext(f".//{WSA}Action") == action
    sent = stranger.history.last_sent["envelope"]
    assert got.findtext(f".//{WSA}RelatesTo") == sent.findtext(f".//{WSA}MessageID")


def test_a_client_that_asks_for_packages_gets_the_same_content(stranger: Stranger) -> None:
    stranger.post()
    stranger.later(2)
    plain = stranger.get()

    with stranger.client.settings(extra_http_headers={"Accept": "multipart/related, text/xml"}):
        packed = stranger.get()

    headers = stranger.history.last_received["http_headers"]
    assert headers["content-type"].startswith("multipart/related")
    assert packed.MsgResponse[0].Detail._value_1 == plain.MsgResponse[0].Detail._value_1
    assert packed.MsgResponse[0].Detail.Reference == plain.MsgResponse[0].Detail.Reference


def test_every_service_describes_itself_under_its_own_address(stranger: Stranger) -> None:
    for address in stranger.vendor.serving.addresses(stranger.vendor.rehearsal).values():
        client = CLIENT(f"{address}?wsdl")
        (port,) = client.wsdl.services["GenericAsyncService"].ports.values()
        assert port.binding_options["address"] == address
        assert set(port.binding._operations) == {"post", "get", "confirm"}
        assert client.get_element("{urn:be:cin:nip:async:generic}fault")


def test_addresses_that_stand_there_twice_are_refused(stranger: Stranger) -> None:
    """The description makes zeep write them; its own plugin for them then does so again."""
    stranger.client.plugins.append(WsAddressingPlugin())

    with pytest.raises(ClientFault, match="twice") as refused:
        stranger.post()

    assert refused.value.detail.findtext(".//Code") == "SOA-03002"
