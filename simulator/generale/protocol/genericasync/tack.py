"""The technical acknowledgement: proof that exactly this content was received, or refused.

Its value binds content and result together: HMAC-SHA256 of the decoded content with the text of
ResultMajor as key (MyCareNet GenericAsync v1.3, TAck). That "content" means the decoded blob is an
inference from the signature rules, not shown by a public sample.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_letters, digits, punctuation
from urllib.parse import quote

from generale.protocol.genericasync.vocabulary import ResultMajor

_INPUT = "urn:nip:reference:input:"
_KEYED: Mapping[ResultMajor, hmac.HMAC] = {
    major: hmac.new(major.encode(), digestmod="sha256") for major in ResultMajor
}
"""For each result the HMAC that knows its key and nothing yet: to copy it costs half of making one."""


_IN_A_WORD = (ascii_letters + digits + punctuation).replace("%", "")
"""What stands as it is in the word that an acknowledgement is called by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TAck:
    """A technical acknowledgement; a success with a ``result_minor`` is a warning.

    ``reference`` is its key for confirming, ``id`` its name within the envelope, for a signature.
    """

    value: bytes
    issuer: str
    applies_to: str
    result_major: ResultMajor
    result_minor: str = ""
    result_message: str = ""
    reference: str = ""
    id: str | None = None

    @property
    def input_reference(self) -> str:
        """The input reference of the message that this acknowledges."""
        return self.applies_to.removeprefix(_INPUT)


def success_tack(
    content: bytes,
    input_reference: str,
    issuer: str,
    minor: str = "",
    message: str = "",
    *,
    reference: str = "",
) -> TAck:
    """The acknowledgement that this content was received; a ``minor`` makes it a warning."""
    return _tack(ResultMajor.SUCCESS, content, input_reference, issuer, minor, message, reference)


def failure_tack(
    content: bytes,
    input_reference: str,
    issuer: str,
    minor: str = "",
    message: str = "",
    *,
    reference: str = "",
) -> TAck:
    """The acknowledgement that this content was refused for a technical reason; the sender sends again."""
    return _tack(ResultMajor.FAILURE, content, input_reference, issuer, minor, message, reference)


def own_reference(input_reference: str) -> str:
    """What an acknowledgement is called itself: one word, since it may stand in a list (project-defined)."""
    return f"T{quote(input_reference, safe=_IN_A_WORD)}"


def tack_is_genuine(tack: TAck, content: bytes) -> bool:
    """Whether the acknowledgement belongs to this content and to the result that it states."""
    return hmac.compare_digest(tack.value, _value(content, tack.result_major))


def _tack(
    major: ResultMajor,
    content: bytes,
    input_reference: str,
    issuer: str,
    minor: str,
    message: str,
    reference: str,
) -> TAck:
    return TAck(
        value=_value(content, major),
        issuer=issuer,
        applies_to=_INPUT + input_reference,
        result_major=major,
        result_minor=minor,
        result_message=message,
        reference=reference,
    )


def _value(content: bytes, major: ResultMajor) -> bytes:
    keyed = _KEYED[major].copy()
    keyed.update(content)
    return keyed.digest()
