"""The WS-Security header of an envelope, verified: hostile until every rule here is kept.

The elements that count are found by their place, never by an id: the one Security header that is for us,
the one Timestamp in it, the one Body. A signature must be over that very Timestamp, and may be over that very
Body; anything else that it refers to, and any id that stands twice, refuses the message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from lxml import etree

from generale.protocol.errors import PeerError
from generale.protocol.genericasync.element import Element
from generale.protocol.genericasync.fault import EnvelopeError, SoaCode, refusal
from generale.protocol.genericasync.header_codec import is_for_us
from generale.protocol.genericasync.vocabulary import SOAP
from generale.protocol.security.assertion import Assertion, Assertions
from generale.protocol.security.certificate import Holder, Trust
from generale.protocol.security.document import doubled_id, parse
from generale.protocol.security.key_reference import holder_named
from generale.protocol.security.signature import (
    Reference,
    Signature,
    canonical,
    element_part,
    read_signature,
    text_in,
)
from generale.protocol.security.subject import CertifiedIdentity
from generale.protocol.security.timestamp import Freshness, read_instant
from generale.protocol.security.vocabulary import (
    DS,
    SAML,
    SAML_ASSERTION_ID,
    WSSE,
    WSU,
)

_ID = f"{{{WSU}}}Id"
_ASSERTION = f"{{{SAML}}}Assertion"
_TOKEN = f"{{{WSSE}}}BinarySecurityToken"


class Level(StrEnum):
    """How much of the security of a message is looked at."""

    OFF = "off"
    """None of it."""
    TIMESTAMP = "timestamp"
    """There is a timestamp, and it is fresh."""
    FULL = "full"
    """There is a fresh timestamp, signed by a key whose holder is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the security header of a message proves.

    ``holder`` is whoever signed it, None where nothing was; ``signed`` names the parts under the
    signature: Timestamp, Body, and any other by its whole name. ``mark`` tells this message from every
    other: the same mark twice is a replay. ``under`` is the mark of the signature, where that leaves the
    body open to be another one; empty elsewhere.
    """

    created: datetime
    mark: bytes
    under: bytes = b""
    holder: Holder | None = None
    assertion: Assertion | None = None
    signed: frozenset[str] = frozenset()

    @property
    def identity(self) -> CertifiedIdentity:
        """Who signed, by the certificate; ``PeerError`` where nobody did, or the certificate does not say."""
        if self.holder is None:
            raise PeerError("the message is not signed")
        return self.holder.identity


class Verifier:
    """Verifies the security of messages; with nobody to trust (None) it can verify no signature."""

    def __init__(self, trust: Trust | None, assertions: Assertions | None, freshness: Freshness) -> None:
        self.trust = trust
        self.freshness = freshness
        self._assertions = assertions

    def seal(self, raw: bytes, level: Level, now: datetime) -> Seal:
        """What the security header of an envelope proves.

        EnvelopeError where it is missing, or does not prove what this level asks for: SOA-01001.
        """
        root = parse(raw)
        try:
            return self._seal(raw, root, level, now)
        except EnvelopeError:
            raise
        except PeerError as error:
            raise refusal(SoaCode.NOT_AUTHENTICATED, str(error), where="wsse:Security") from error

    def _seal(self, raw: bytes, root: Element, level: Level, now: datetime) -> Seal:
        body, security = _body(root), _security(root)
        stamp = _only(security, f"{{{WSU}}}Timestamp", "timestamp")
        created = _instant(stamp, "Created")
        if created is None:
            raise PeerError("the timestamp does not say when it was created")
        self.freshness.require(created, _instant(stamp, "Expires"), now)
        if level is not Level.FULL:
            return Seal(created=created, mark=sha256(raw).digest())
        twice = doubled_id(root)
        if twice is not None:
            raise PeerError(f"the id '{twice[:80]}' stands twice in the message")
        element = _only(security, f"{{{DS}}}Signature", "signature")
        signature = read_signature(element)
        holder, assertion = self._token(security, signature, now)
        signature.require_by(holder.key)
        parts = _parts(root, security, stamp, body)
        signature.require_parts({id_: prepared for id_, (_, prepared) in parts.items()})
        signed = frozenset(parts[reference.id][0] for reference in signature.references)
        if "Timestamp" not in signed:
            raise PeerError("the signature is not over the timestamp")
        mark, under = signature.digest, b""
        if "Body" not in signed:
            mark, under = sha256(mark + sha256(canonical(body)).digest()).digest(), mark
        return Seal(
            created=created, mark=mark, under=under, holder=holder, assertion=assertion, signed=signed
        )

    def _token(
        self, security: Element, signature: Signature, now: datetime
    ) -> tuple[Holder, Assertion | None]:
        """Whose key must have signed, by the token that the signature refers to."""
        if self.trust is None:
            raise PeerError("no signature is accepted here")
        if signature.key_info is None:
            raise PeerError("the signature does not say by whose key it was made")
        reference = _only(signature.key_info, f"{{{WSSE}}}SecurityTokenReference", "token reference")
        if len(reference) != 1 or len(signature.key_info) != 1:
            raise PeerError("the signature names more than one token")
        named = reference[0]
        if (named.tag, named.get("ValueType")) == (f"{{{WSSE}}}KeyIdentifier", SAML_ASSERTION_ID):
            return self._by_assertion(security, (named.text or "").strip(), now)
        return holder_named(named, security, self.trust, now), None

    def _by_assertion(self, security: Element, id_: str, now: datetime) -> tuple[Holder, Assertion]:
        element = _only(security, _ASSERTION, "assertion")
        if self._assertions is None:
            raise PeerError("no assertion is accepted here")
        if element.get("AssertionID") != id_:
            raise PeerError("the signature refers to an assertion that is not in this header")
        assertion = self._assertions.verified(element, now)
        return assertion.holder, assertion


def _body(root: Element) -> Element:
    tags = [child.tag for child in root if isinstance(child.tag, str)]
    if root.tag != f"{{{SOAP}}}Envelope" or tags != [f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"]:
        raise PeerError("there is no security header in the message")
    return root[-1]


def _security(root: Element) -> Element:
    """The one Security header for this receiver; those for another actor are not (WS-Security 1.0, 5)."""
    return _one([one for one in root[0].findall(f"{{{WSSE}}}Security") if is_for_us(one)], "security header")


def _only(parent: Element, tag: str, what: str) -> Element:
    return _one(parent.findall(tag), what)


def _one(found: list[Element], what: str) -> Element:
    if len(found) != 1:
        raise PeerError(f"there are {len(found)} elements for the {what}; one is expected")
    return found[0]


def _parts(
    root: Element, security: Element, stamp: Element, body: Element
) -> dict[str, tuple[str, Callable[[Reference], bytes]]]:
    """What a signature may refer to, by id: timestamp, body, the other headers, the certificate token.

    A body that stands in the header is one that was signed elsewhere and moved: it refuses the message.
    """
    headers = [one for one in root[0] if one is not security and isinstance(one.tag, str)]
    if any(one.tag == body.tag for one in headers):
        raise PeerError("a Body stands in the header")
    elements = [("Timestamp", stamp), ("Body", body)]
    elements += [(_other(one), one) for one in (*headers, *security.findall(_TOKEN))]
    return {one.get(_ID, ""): (name, element_part(one)) for name, one in elements if one.get(_ID)}


def _instant(stamp: Element, name: str) -> datetime | None:
    """What a timestamp says; None where it does not, as both are optional (WS-Security 1.0, 10)."""
    tag = f"{{{WSU}}}{name}"
    found = stamp.findall(tag)
    return read_instant(text_in(stamp, tag)) if found else None


def _other(element: Element) -> str:
    """A signed part that is neither the timestamp nor the body: its whole name, which none passes for."""
    name = etree.QName(element)
    return f"{{{name.namespace or ''}}}{name.localname}"
