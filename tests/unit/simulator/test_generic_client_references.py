"""What a stranger's client may call its messages, and what it is answered."""

import zlib
from collections.abc import Iterator

import pytest
from tests.unit.simulator.open_house import BEA
from tests.unit.simulator.sample_house import admission
from tests.unit.simulator.soap_stranger import ORIGIN, Stranger, a_stranger
from zeep.exceptions import Fault as ClientFault

from generale.protocol.messages import Decision


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """A client of a running server; the description makes zeep write address headers by itself."""
    with a_stranger() as one:
        yield one


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("3f2504e0-4f89-41d3-9a0c-0305e82c3301", id="a UUID"),
        pytest.param("A&B<C>\"D'&amp;]]>", id="the signs of XML"),
        pytest.param("".join(map(chr, range(ord("?"), ord("~") + 1))), id="64 signs"),
        pytest.param("Opname 14 van d\u2019H\u00e9r\u00e9", id="words"),
        pytest.param("R" * 256, id="256 signs"),
    ],
)
def test_a_reference_comes_back_as_it_was_chosen(stranger: Stranger, reference: str) -> None:
    tack = stranger.post(reference)
    again = stranger.post(reference)
    stranger.later(2)
    page = stranger.get()

    (message,), (receipt,) = page.MsgResponse, page.TAckResponse
    decision = stranger.vendor.profile.read(zlib.decompress(message.Detail._value_1, wbits=-15))
    assert tack.AppliesTo == receipt.TAck.AppliesTo == f"urn:nip:reference:input:{reference}"
    assert again.ResultMinor == "urn:nip:tack:result:minor:duplicate"
    assert message.CommonOutput.InputReference == reference
    assert isinstance(decision, Decision)
    assert decision.about == reference

    keys = {"TAckReferences": [receipt.TAck.Reference], "MsgRefValues": [message.Detail.Reference]}
    stranger.service.confirm(Origin=ORIGIN, **keys)

    left = stranger.get()
    assert (left.MsgCount, left.TAckCount) == (0, 0)


def test_references_that_look_alike_get_acknowledgements_of_their_own(
    stranger: Stranger,
) -> None:
    tacks = [stranger.post(reference) for reference in ("A B", "A%20B", "A+B", "A%2520B")]

    assert len({tack.Reference for tack in tacks}) == len(tacks)


def test_a_message_without_a_reference_is_called_by_its_content(stranger: Stranger) -> None:
    tack, again = stranger.post(None), stranger.post(None)
    other = stranger.post(None, content=admission(BEA).content)
    stranger.later(2)
    page = stranger.get()

    assert again.ResultMinor == "urn:nip:tack:result:minor:duplicate"
    assert tack.AppliesTo == again.AppliesTo != other.AppliesTo
    names = {f"urn:nip:reference:input:{one.CommonOutput.InputReference}" for one in page.MsgResponse}
    assert names == {tack.AppliesTo, other.AppliesTo}


@pytest.mark.parametrize("reference", ["A" * 257, "A\tB", " A", "A "])
def test_a_reference_that_is_none_is_refused_before_anything_is_stored(
    stranger: Stranger, reference: str
) -> None:
    with pytest.raises(ClientFault, match="256 visible characters"):
        stranger.post(reference)

    assert not stranger.vendor.rehearsal.received
