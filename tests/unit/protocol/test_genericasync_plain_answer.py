"""The answer that is given most often is written without a tree, and is the same to the byte."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.errors import OurError
from generale.protocol.genericasync import (
    Addressing,
    Envelope,
    Get,
    Origin,
    PostResponse,
    ResultMajor,
    TAck,
    answer_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.genericasync.codec import tree_bytes
from generale.protocol.genericasync.plain_answer import plain_answer

ORIGIN = Origin(nihii="76000123450", licence_username="vendor", licence_password="secret")
TACK = TAck(
    value=b"mac", issuer="urn:x:y", applies_to="urn:nip:reference:input:1", result_major=ResultMajor.SUCCESS
)

_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8) | st.just(
    "\t\n&<'\">"
)


@given(
    addresses=st.lists(st.none() | _TEXTS, min_size=7, max_size=7),
    words=st.lists(_TEXTS, min_size=5, max_size=5),
    id_=st.none() | _TEXTS,
    value=st.binary(max_size=40),
    major=st.sampled_from(ResultMajor),
)
def test_the_answer_to_a_post_has_the_same_bytes_with_and_without_a_tree(
    addresses: list[str | None], words: list[str], id_: str | None, value: bytes, major: ResultMajor
) -> None:
    issuer, applies_to, minor, message, reference = words
    tack = TAck(
        value=value,
        issuer=issuer,
        applies_to=applies_to,
        result_major=major,
        result_minor=minor,
        result_message=message,
        reference=reference,
        id=id_,
    )
    names = (field.name for field in fields(Addressing))
    envelope = Envelope(
        addressing=Addressing(**dict(zip(names, addresses, strict=True))), body=PostResponse(tack=tack)
    )

    try:
        expected = tree_bytes(envelope)
    except OurError:
        with pytest.raises(OurError):
            write_envelope(envelope)
    else:
        assert write_envelope(envelope) == expected


def test_the_usual_answer_to_a_post_takes_no_tree() -> None:
    asked = request_envelope(Get(origin=ORIGIN), message_id="urn:uuid:1").addressing
    answer = answer_envelope(PostResponse(tack=TACK), asked, message_id="urn:uuid:2")

    assert plain_answer(answer.addressing, PostResponse(tack=TACK)) == tree_bytes(answer)
