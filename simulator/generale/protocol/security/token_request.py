"""Asking the security token service for an assertion: a SAML 1.1 attribute query in SOAP, and its answer.

The query is signed like any message, with the certificate of the care home; the assertion is about the
holder of that certificate. The form follows SAML 1.1 and its SOAP binding; which attributes may be asked
for is project-defined.
"""

from datetime import datetime

from lxml import etree

from generale.protocol.errors import OurError, PeerError
from generale.protocol.genericasync.element import Element, add
from generale.protocol.genericasync.vocabulary import SOAP
from generale.protocol.security.assertion import KIND
from generale.protocol.security.document import parse
from generale.protocol.security.subject import CertifiedIdentity
from generale.protocol.security.timestamp import instant_text
from generale.protocol.security.vocabulary import (
    HOLDER_OF_KEY,
    IDENTIFICATION,
    SAML,
    SAMLP,
    X509_SUBJECT_NAME,
    nihii_attribute,
)

_PREFIXES = {"soap": SOAP, "samlp": SAMLP, "saml": SAML}
_OFFERED = {nihii_attribute(KIND), nihii_attribute(KIND, of_holder=True)}
_PLACE = b"<saml:place/>"


def _p(name: str) -> str:
    return f"{{{SAMLP}}}{name}"


def _s(name: str) -> str:
    return f"{{{SAML}}}{name}"


def write_token_request(identity: CertifiedIdentity, *, request_id: str, now: datetime) -> bytes:
    """The query of a care home for its assertion, in an envelope that is not yet signed."""
    root, body = _envelope()
    query = add(
        add(body, _p("Request"), attributes=_head("RequestID", request_id, now)), _p("AttributeQuery")
    )
    subject = add(query, _s("Subject"))
    add(subject, _s("NameIdentifier"), str(identity), {"Format": X509_SUBJECT_NAME})
    add(add(subject, _s("SubjectConfirmation")), _s("ConfirmationMethod"), HOLDER_OF_KEY)
    for name in sorted(_OFFERED):
        named = {"AttributeName": name, "AttributeNamespace": IDENTIFICATION}
        add(query, _s("AttributeDesignator"), attributes=named)
    return _bytes(root)


def read_token_request(raw: bytes) -> str:
    """The id of a query that can be answered; ``PeerError`` for any other.

    Whom it is about is not read here: the assertion is about the holder of the signing certificate.
    """
    requests = parse(raw).findall(f"{{{SOAP}}}Body/{_p('Request')}")
    if len(requests) != 1 or not requests[0].get("RequestID"):
        raise PeerError("the body holds not one SAML request with an id")
    queries = requests[0].findall(_p("AttributeQuery"))
    if len(queries) != 1:
        raise PeerError("only one attribute query is answered here")
    methods = {one.text for one in queries[0].iter(_s("ConfirmationMethod"))}
    if methods - {HOLDER_OF_KEY}:
        raise PeerError(f"only assertions that are confirmed by {HOLDER_OF_KEY} are issued")
    asked = {one.get("AttributeName", "") for one in queries[0].findall(_s("AttributeDesignator"))}
    if asked - _OFFERED:
        raise PeerError(f"the attribute '{sorted(asked - _OFFERED)[0][:120]}' is not known here")
    return requests[0].get("RequestID", "")


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
