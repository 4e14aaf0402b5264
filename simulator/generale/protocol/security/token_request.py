"""Asking the security token service for an assertion: a SAML 1.1 attribute query in SOAP, and its answer.

The query is signed like any message, with the certificate of the care home, and about its holder. The form
follows SAML 1.1 and its SOAP binding. That care homes have their attributes under these names, by analogy
with other organisations, and which fault a query gets, is project-defined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree

from generale.protocol.errors import OurError, PeerError
from generale.protocol.genericasync.element import Element, add
from generale.protocol.genericasync.fault import SoaCode, refusal
from generale.protocol.genericasync.vocabulary import SOAP
from generale.protocol.security.assertion import (
    CERTIFIED_HOLDER_NUMBER,
    CERTIFIED_NUMBER,
    HOLDER_IS_RECOGNISED,
    HOLDER_NUMBER,
    IS_RECOGNISED,
    NUMBER,
    Attribute,
    add_name,
    certificate_octets,
    require_name,
)
from generale.protocol.security.document import parse
from generale.protocol.security.timestamp import instant_text
from generale.protocol.security.vocabulary import DS, HOLDER_OF_KEY, SAML, SAMLP

_PREFIXES = {"soap": SOAP, "samlp": SAMLP, "saml": SAML}
_OWN = (NUMBER, HOLDER_NUMBER, IS_RECOGNISED, HOLDER_IS_RECOGNISED)
_OFFERED = frozenset((*_OWN, CERTIFIED_NUMBER, CERTIFIED_HOLDER_NUMBER))
_PLACE = b"<saml:place/>"


def _p(name: str) -> str:
    return f"{{{SAMLP}}}{name}"


def _s(name: str) -> str:
    return f"{{{SAML}}}{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A query that can be answered: its id, about whom, and for which attributes; for none means for all."""

    id: str
    subject: Element
    asked: tuple[Attribute, ...]

    def require_about(self, certificate: x509.Certificate) -> None:
        """Refuse, as somebody without access, a query about another than the holder of this certificate."""
        try:
            require_name(self.subject, certificate)
            for one in self.subject.iter(f"{{{DS}}}X509Certificate"):
                if certificate_octets(one) != certificate.public_bytes(serialization.Encoding.DER):
                    raise PeerError("the key that it is about is another than the one that signed it")
        except PeerError as error:
            message = f"the query is not about who signed it: {error}"
            raise refusal(SoaCode.NO_ACCESS, message, where="saml:Subject") from error

    def answered(self, stated: Mapping[Attribute, str]) -> Mapping[Attribute, str]:
        """What is asked for out of what can be stated; a refusal where any of it cannot be."""
        missing = sorted(set(self.asked) - stated.keys())
        if missing:
            message = f"the attribute '{missing[0].name}' cannot be certified of this organisation"
            raise refusal(SoaCode.NO_ACCESS, message, where="saml:AttributeDesignator")
        return {one: value for one, value in stated.items() if one in self.asked or not self.asked}


def write_token_request(certificate: x509.Certificate, *, request_id: str, now: datetime) -> bytes:
    """The query of a care home for its assertion, in an envelope that is not yet signed."""
    root, body = _envelope()
    query = add(
        add(body, _p("Request"), attributes=_head("RequestID", request_id, now)), _p("AttributeQuery")
    )
    subject = add(query, _s("Subject"))
    add_name(subject, certificate)
    add(add(subject, _s("SubjectConfirmation")), _s("ConfirmationMethod"), HOLDER_OF_KEY)
    for one in sorted(_OWN):
        named = {"AttributeName": one.name, "AttributeNamespace": one.namespace}
        add(query, _s("AttributeDesignator"), attributes=named)
    return _bytes(root)


def read_token_request(raw: bytes) -> TokenRequest:
    """A query that can be answered; ``PeerError`` for any other.

    Whether it is about who signed it is asked of the answer here: ``require_about``.
    """
    requests = parse(raw).findall(f"{{{SOAP}}}Body/{_p('Request')}")
    if len(requests) != 1 or not requests[0].get("RequestID"):
        raise PeerError("the body holds not one SAML request with an id")
    if (requests[0].get("MajorVersion"), requests[0].get("MinorVersion")) != ("1", "1"):
        raise PeerError("the request is not one of SAML 1.1: MajorVersion 1, MinorVersion 1")
    queries = requests[0].findall(_p("AttributeQuery"))
    if len(queries) != 1:
        raise PeerError("only one attribute query is answered here")
    subjects = queries[0].findall(_s("Subject"))
    if len(subjects) != 1:
        raise PeerError("an attribute query has one Subject")
    methods = {one.text for one in queries[0].iter(_s("ConfirmationMethod"))}
    if methods != {HOLDER_OF_KEY}:
        raise PeerError(f"only assertions that are confirmed by {HOLDER_OF_KEY} are issued")
    return TokenRequest(
        id=requests[0].get("RequestID", ""),
        subject=subjects[0],
        asked=tuple(_designated(one) for one in queries[0].findall(_s("AttributeDesignator"))),
    )


def _designated(element: Element) -> Attribute:
    one = Attribute(element.get("AttributeName", ""), element.get("AttributeNamespace", ""))
    if one.name not in {offered.name for offered in _OFFERED}:
        raise PeerError(f"the attribute '{one.name[:120]}' is not known here")
    if one not in _OFFERED:
        raise PeerError(f"the attribute '{one.name}' does not stand in the namespace '{one.namespace[:120]}'")
    return one


def write_token_response(assertion: bytes, *, in_response_to: str, response_id: str, now: datetime) -> bytes:
    """The answer with an assertion, in an envelope."""
    root, body = _envelope()
    attributes = {**_head("ResponseID", response_id, now), "InResponseTo": in_response_to}
    response = add(body, _p("Response"), attributes=attributes)
    add(add(response, _p("Status")), _p("StatusCode"), attributes={"Value": "samlp:Success"})
    add(response, _s("place"))
    # As bytes, never as a tree: moved into another one its prefixes change, and its signature breaks.
    return _bytes(root).replace(_PLACE, assertion, 1)


def read_token_response(raw: bytes) -> bytes:
    """The assertion in an answer, as bytes to show again; ``PeerError`` where there is none."""
    found = parse(raw).findall(f"{{{SOAP}}}Body/{_p('Response')}/{_s('Assertion')}")
    if len(found) != 1:
        raise PeerError("the answer holds not one assertion")
    return etree.tostring(found[0], with_tail=False)


def _envelope() -> tuple[Element, Element]:
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap=_PREFIXES)
    add(root, f"{{{SOAP}}}Header")
    return root, add(root, f"{{{SOAP}}}Body")


def _head(id_name: str, id_: str, now: datetime) -> dict[str, str]:
    return {"MajorVersion": "1", "MinorVersion": "1", id_name: id_, "IssueInstant": instant_text(now)}


def _bytes(root: Element) -> bytes:
    try:
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    except ValueError as error:
        raise OurError(f"XML cannot hold this: {error}") from error
