"""RQ-TRA-08 sees base64 in another alphabet, wherever an envelope has any."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generale.protocol.genericasync import Blob, Confirm, Origin, Post, request_envelope, write_envelope

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script


@pytest.mark.parametrize("junk", ["-_", "@", "..."])
@pytest.mark.parametrize(
    "kept", [b"Detail", b"HashValue", b"Etk", b"Xades-t", b"MsgHashValues", b"TAckContents"]
)
def test_another_alphabet_anywhere_makes_an_envelope_invalid(
    kept: bytes, junk: str, script: "Script"
) -> None:
    origin = Origin(nihii="76000123450", licence_username="u", licence_password="p")
    blob = Blob(content=b"<a/>" * 9, message_name="A", etk=b"\x30\x01x")
    post = Post(
        origin=origin,
        input_reference="1",
        is_test=False,
        blob=replace(blob, hash_value=blob.digest),
        xades=b"seal",
    )
    confirm = Confirm(origin=origin, hashes=(b"one",), tack_contents=(b"two",))
    raw = next(
        raw
        for raw in (write_envelope(request_envelope(one, message_id="m")) for one in (post, confirm))
        if kept in raw
    )
    begin = rb'(?:<generic:%s\b[^>]*>|%s=")' % (kept, kept)
    spoiled = re.sub(begin, lambda found: found[0] + junk.encode(), raw, count=1)
    assert spoiled != raw

    def sent(content: bytes) -> None:
        script.exchange({"operation": "unreadable", "service": "admissions"}, content, b"", 500)

    def is_refused() -> bool:
        return "envelope-invalid" in {one.code for one in script.ask("CK-TRA-08")[1]}

    sent(raw)
    assert not is_refused()
    sent(spoiled)

    assert is_refused()
