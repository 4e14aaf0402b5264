"""The WS-Security header of an envelope, written: timestamp, token and signature.

A client of the exchange signs its timestamp alone, or body and timestamp; it shows a SAML assertion, or
its certificate. Time and identity are arguments: the same ones give the same bytes.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lxml import etree

from generale.protocol.errors import OurError
from generale.protocol.genericasync.element import Element, add
from generale.protocol.genericasync.vocabulary import SOAP
from generale.protocol.security.certificate import Credential
from generale.protocol.security.document import parse
from generale.protocol.security.signature import sign, signed_element
from generale.protocol.security.timestamp import instant_text
from generale.protocol.security.vocabulary import (
    BASE64_BINARY,
    DS,
    PREFIXES,
    SAML,
    SAML_ASSERTION_ID,
    SAML_V11,
    WSSE,
    WSSE11,
    WSU,
    X509_V3,
)

TIME_TO_LIVE = timedelta(seconds=30)
"""How long a message of a present-day client is valid."""

_ID = f"{{{WSU}}}Id"
_PLACE = f"{{{SAML}}}place"


class SignedParts(StrEnum):
    """What a signature is over."""

    TIMESTAMP = "timestamp"
    """What one family of clients signs: who sends and when, but not what."""
    BODY = "body"
    """Body and timestamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """With what a message is signed: a key with its certificate, or with an assertion about its holder."""

    credential: Credential
    assertion: bytes | None = None
    parts: SignedParts = SignedParts.BODY
    headers: tuple[str, ...] = ()
    """Tags of headers that are signed as well, where they are there."""


def secured(
    raw: bytes,
    *,
    created: datetime,
    unique: str,
    signer: Signer | None = None,
    time_to_live: timedelta = TIME_TO_LIVE,
) -> bytes:
    """An envelope with a security header: a timestamp, and a signature where there is a signer.

    ``unique`` tells this message from every other: it makes two timestamps of one instant different, which
    keeps the second from looking like a replay of the first.
    """
    root = parse(raw)
    header, body = root.find(f"{{{SOAP}}}Header"), root.find(f"{{{SOAP}}}Body")
    if header is None or body is None or header.find(f"{{{WSSE}}}Security") is not None:
        raise OurError("only an envelope with a header, and without security, can be secured")
    security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap=PREFIXES)
    stamp = add(security, f"{{{WSU}}}Timestamp", attributes={_ID: f"TS-{unique}"})
    add(stamp, f"{{{WSU}}}Created", instant_text(created))
    add(stamp, f"{{{WSU}}}Expires", instant_text(created + time_to_live))
    if signer is not None:
        signed = [signed_element(f"TS-{unique}", stamp)]
        if signer.parts is SignedParts.BODY:
            body.set(_ID, f"id-{unique}")
            signed.append(signed_element(f"id-{unique}", body))
        present = [one for one in map(header.find, signer.headers) if one is not None]
        for number, one in enumerate(present):
            one.set(_ID, f"header-{number}-{unique}")
            signed.append(signed_element(f"header-{number}-{unique}", one))
        token = _add_token(security, signer, unique)
        signature = sign(security, signer.credential.key, signed, signature_id=f"SIG-{unique}")
        add(signature, f"{{{DS}}}KeyInfo").append(token)
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    if signer is None or signer.assertion is None:
        return written
    # As bytes, never as a tree: moved into another one its prefixes change, and its signature breaks.
    return written.replace(b"<saml:place/>", signer.assertion, 1)


def _add_token(security: Element, signer: Signer, unique: str) -> Element:
    """Put the token into the header; the answer is the SecurityTokenReference to it."""
    reference = etree.Element(f"{{{WSSE}}}SecurityTokenReference", nsmap=PREFIXES)
    if signer.assertion is not None:
        add(security, _PLACE)
        reference.set(f"{{{WSSE11}}}TokenType", SAML_V11)
        kind = {"ValueType": SAML_ASSERTION_ID}
        named = parse(signer.assertion).get("AssertionID")
        add(reference, f"{{{WSSE}}}KeyIdentifier", named, kind)
        return reference
    attributes = {"EncodingType": BASE64_BINARY, "ValueType": X509_V3, _ID: f"X509-{unique}"}
    text = base64.b64encode(signer.credential.der).decode()
    add(security, f"{{{WSSE}}}BinarySecurityToken", text, attributes)
    add(reference, f"{{{WSSE}}}Reference", attributes={"URI": f"#X509-{unique}", "ValueType": X509_V3})
    return reference
