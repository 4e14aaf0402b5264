"""Security of messages: certificates, WS-Security headers, SAML assertions, XML signatures.

Pure: the clock, keys and identities are arguments.
"""

from generale.protocol.security.assertion import Assertion, Assertions, Attribute, issue_assertion, stated_of
from generale.protocol.security.authority import Authority, KeyKind, revocations_pem
from generale.protocol.security.certificate import (
    Credential,
    Holder,
    Trust,
    credential_of_pem,
    credential_to_pem,
)
from generale.protocol.security.header import SignedParts, Signer, secured
from generale.protocol.security.pki import Pki, made_pki
from generale.protocol.security.replay import Seen
from generale.protocol.security.subject import CertifiedIdentity, care_home, identity_in, subject_name
from generale.protocol.security.timestamp import Freshness
from generale.protocol.security.token_request import (
    read_token_request,
    read_token_response,
    write_token_request,
    write_token_response,
)
from generale.protocol.security.verification import Level, Seal, Verifier
from generale.protocol.security.xades import ContentSeal, content_seal, sign_content

__all__ = [
    "Assertion",
    "Assertions",
    "Attribute",
    "Authority",
    "CertifiedIdentity",
    "ContentSeal",
    "Credential",
    "Freshness",
    "Holder",
    "KeyKind",
    "Level",
    "Pki",
    "Seal",
    "Seen",
    "SignedParts",
    "Signer",
    "Trust",
    "Verifier",
    "care_home",
    "content_seal",
    "credential_of_pem",
    "credential_to_pem",
    "identity_in",
    "issue_assertion",
    "made_pki",
    "read_token_request",
    "read_token_response",
    "revocations_pem",
    "secured",
    "sign_content",
    "stated_of",
    "subject_name",
    "write_token_request",
    "write_token_response",
]
