"""An independent library agrees about our signatures in both directions."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml import methods
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import SignatureReference, XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier
from tests.unit.security.sample_security import CARE_HOME, NOW, STS, by_assertion

from generale.protocol.errors import PeerError
from generale.protocol.security import Authority, KeyKind
from generale.protocol.security.signature import (
    PrivateKey,
    element_part,
    read_signature,
    sign,
    signed_element,
)

KEYS: dict[str, PrivateKey] = {
    "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "p-256": ec.generate_private_key(ec.SECP256R1()),
    "p-384": ec.generate_private_key(ec.SECP384R1()),
}
DOCUMENT = b'<a xmlns="urn:a" xmlns:b="urn:b"><p Id="part" b:c="1" d="2">x<b:q/> y &amp; &lt;</p></a>'


CREDENTIALS = {
    kind: Authority(b"witness", NOW, NOW + timedelta(days=365), kind).platform() for kind in KeyKind
}


@pytest.mark.parametrize("kind", KeyKind)
def test_the_witness_verifies_what_we_sign(kind: KeyKind) -> None:
    root = etree.fromstring(DOCUMENT)
    credential = CREDENTIALS[kind]
    sign(root, credential.key, [signed_element("part", root[0])])

    verified = XMLVerifier().verify(
        etree.tostring(root),
        x509_cert=credential.certificate,
        expect_config=SignatureConfiguration(location="./", verification_time=NOW),
    )

    assert not isinstance(verified, list)
    assert verified.signed_xml is not None
    assert verified.signed_xml.get("Id") == "part"


@pytest.mark.parametrize("kind", KEYS)
def test_we_verify_what_the_witness_signs(kind: str) -> None:
    root = etree.fromstring(DOCUMENT)
    key = KEYS[kind]
    method = SignatureMethod.RSA_SHA256 if kind == "rsa" else SignatureMethod.ECDSA_SHA256
    signer = XMLSigner(
        method=methods.detached,
        signature_algorithm=method,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    reference = SignatureReference(
        URI="#part", c14n_method=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
    )
    signed = signer.sign(root, key=key, reference_uri=[reference], always_add_key_value=False)
    signature = read_signature(signed)

    signature.require_by(key.public_key())
    signature.require_parts({"part": element_part(root[0])})
    root[0].text = "z"
    with pytest.raises(PeerError, match="changed"):
        signature.require_parts({"part": element_part(root[0])})


def test_the_witness_verifies_an_assertion_of_ours() -> None:
    raw = by_assertion().assertion
    assert raw is not None

    verified = XMLVerifier().verify(
        raw,
        x509_cert=STS.certificate,
        id_attribute="AssertionID",
        expect_config=SignatureConfiguration(verification_time=NOW),
    )

    assert not isinstance(verified, list)
    assert verified.signed_xml is not None
    assert CARE_HOME.id in etree.tostring(verified.signed_xml).decode()
