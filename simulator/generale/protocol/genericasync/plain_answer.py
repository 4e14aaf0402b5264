"""The answer to a post, written without a tree: one leaves for every message, and its form never changes.

The bytes are those that the writers of trees give. Where a text needs an escape, they write it.
"""

from generale.protocol.genericasync.addressing import Addressing
from generale.protocol.genericasync.element import base64_text
from generale.protocol.genericasync.message import PostResponse
from generale.protocol.genericasync.vocabulary import COMMON, GENERIC, SOAP, WSA, XMIME

_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="{WSA}" xmlns:generic="{GENERIC}"'
    f' xmlns:common="{COMMON}" xmlns:xmime="{XMIME}"><soap:Header>'
)
_BETWEEN = "</soap:Header><soap:Body><generic:postResponse>"
_TAIL = "</generic:postResponse></soap:Body></soap:Envelope>"


def plain_answer(addressing: Addressing, response: PostResponse) -> bytes | None:
    """The envelope with these addresses and this answer; None where it takes a tree to write it."""
    tack = response.tack
    addressed = (
        ("Action", addressing.action),
        ("To", addressing.to),
        ("MessageID", addressing.message_id),
        ("RelatesTo", addressing.relates_to),
    )
    labelled = (
        ("Issuer", tack.issuer),
        ("AppliesTo", tack.applies_to),
        ("ResultMajor", str(tack.result_major)),
        ("ResultMinor", tack.result_minor or None),
        ("ResultMessage", tack.result_message or None),
        ("Reference", tack.reference or None),
        ("Id", tack.id),
    )
    headers = [part for part in addressed if part[1] is not None]
    attributes = [part for part in labelled if part[1] is not None]
    endpoints = (addressing.source, addressing.reply_to, addressing.fault_to)
    if addressing.action is None or endpoints != (None, None, None):
        return None
    if not _is_plain("".join([str(text) for _, text in headers + attributes])):
        return None
    header = "".join([f"<wsa:{name}>{text}</wsa:{name}>" for name, text in headers])
    attribute = "".join([f' {name}="{text}"' for name, text in attributes])
    tacked = f"<generic:return{attribute}>{base64_text(tack.value)}</generic:return>"
    return f"{_HEAD}{header}{_BETWEEN}{tacked}{_TAIL}".encode("ascii")


def _is_plain(text: str) -> bool:
    """Whether it stands as it is in text and attribute: visible ASCII and blanks, and not ``&<>"``."""
    is_escaped = "&" in text or "<" in text or ">" in text or '"' in text
    return text.isascii() and text.isprintable() and not is_escaped
