"""The fixed names of message security: WS-Security, XML Signature, SAML 1.1 and its eHealth attributes."""

from enum import StrEnum

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
"""The inclusive form, Canonical XML 1.0: also what XML Signature makes of an element without a transform."""
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSSE11 = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SAML = "urn:oasis:names:tc:SAML:1.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:1.0:protocol"
XADES = "http://uri.etsi.org/01903/v1.3.2#"

BASE64_BINARY = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)
X509_V3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
X509_KEY_IDENTIFIER = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509SubjectKeyIdentifier"
)
THUMBPRINT = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"
SAML_ASSERTION_ID = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#SAMLAssertionID"
SAML_V11 = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1"

HOLDER_OF_KEY = "urn:oasis:names:tc:SAML:1.0:cm:holder-of-key"
X509_SUBJECT_NAME = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
X509_PKI = "urn:oasis:names:tc:SAML:1.0:am:X509-PKI"

IDENTIFICATION = "urn:be:fgov:identification-namespace"
"""Namespace of the attributes that say who somebody is."""
CERTIFIED = "urn:be:fgov:certified-namespace:ehealth"
"""Namespace of the attributes that the eHealth platform vouches for, by a source of its own."""
STS_ISSUER = "urn:be:fgov:ehealth:sts:1_0"
"""Who issues the assertions of the eHealth platform."""

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
"""The only digest that is accepted."""
ENVELOPED = f"{DS}enveloped-signature"
BASE64 = f"{DS}base64"
OPTIONAL_DEFLATE = "urn:nippin:xml:sig:transform:optional-deflate"
"""Transform of the exchange itself: inflate what is deflated, leave the rest."""
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"


class SignatureMethod(StrEnum):
    """How a signature may be made; nothing else is accepted, least of all what a sender proposes."""

    RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"


PREFIXES = {"ds": DS, "wsse": WSSE, "wsse11": WSSE11, "wsu": WSU, "saml": SAML}
"""The prefixes that are written; whatever is read may use others."""


_EHEALTH = "urn:be:fgov:ehealth:1.0:"

RECOGNISED_HOLDER = f"{_EHEALTH}certificateholder:recognisedorganization:boolean"
"""The SAML attribute that says whether the holder of the certificate is a recognised organisation."""


def nihii_attribute(kind: str, *, of_holder: bool = False) -> str:
    """The SAML attribute with the RIZIV number of a kind of organisation, such as ``retirement``.

    That residential care homes have it under this name follows from how other kinds have theirs; no
    public source confirms it (project-defined).
    """
    return f"{_EHEALTH}{'certificateholder:' if of_holder else ''}{kind}:nihii-number"


def recognised_attribute(kind: str, value: str) -> str:
    """The certified SAML attribute about a recognised organisation of a kind: ``nihii11`` or ``boolean``.

    Named by analogy, as its number is (project-defined).
    """
    return f"{nihii_attribute(kind)}:recognised{kind}:{value}"
