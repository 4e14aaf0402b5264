"""The encoding of an envelope, where HTTP or the head of a part says it beside the envelope itself."""

from generale.protocol.genericasync.fault import SoaCode, refusal
from generale.protocol.xml_source import MessageError, in_charset

_MOST_PARAMETERS = 20


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names; empty where it names none in its first parameters."""
    for parameter in content_type.split(";", _MOST_PARAMETERS)[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return ""


def by_itself(raw: bytes, content_type: str) -> bytes:
    """An envelope that says its encoding itself, as every parser here reads it. Raises EnvelopeError.

    It is the same bytes unless its Content-Type names another encoding than the envelope does.
    """
    charset = charset_of(content_type)
    if not charset:
        return raw
    try:
        return in_charset(raw, charset)
    except MessageError as error:
        raise refusal(SoaCode.MALFORMED, str(error), where=error.where) from error
