"""XAdES as others write it: the forms that are legal and taken, and the properties that must fit."""

import base64
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

import pytest
from lxml import etree
from tests.unit.security.sample_security import FACILITY, FRESHNESS, NIHII, NOW, trust

from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Blob
from generale.protocol.security import content_seal
from generale.protocol.security.distinguished_name import written_name
from generale.protocol.security.signature import _signature_value
from generale.protocol.security.vocabulary import (
    BASE64,
    C14N,
    DS,
    EXC_C14N,
    OPTIONAL_DEFLATE,
    SHA256,
    SIGNED_PROPERTIES,
    XADES,
    SignatureMethod,
)

XML = Blob(content=b"<?p a?><a xmlns='urn:a'><!-- c --><b  c='1'/></a>", message_name="ADMISSION")
BYTES = Blob(content=XML.content, message_name="ADMISSION", content_type="application/xml")
CANONICAL = b'<?p a?>\n<a xmlns="urn:a"><b c="1"></b></a>'
ISSUER, SERIAL = FACILITY.certificate.issuer, FACILITY.certificate.serial_number

USUAL = {
    "info_form": EXC_C14N,
    "transforms": f"{BASE64} {OPTIONAL_DEFLATE} {EXC_C14N}",
    "properties_form": EXC_C14N,
    "type": f'Type="{SIGNED_PROPERTIES}"',
    "target": 'Target="#sig"',
    "issuer": ISSUER.rfc4514_string(),
    "serial": str(SERIAL),
}


def signed(other: Mapping[str, str] = MappingProxyType({}), content: bytes = CANONICAL) -> bytes:
    """A signature over the content in this form, written by hand, as other toolkits write it."""
    given = {**USUAL, **other}
    root = etree.fromstring(_template(given, content, ""))
    properties = root.find(f".//{{{XADES}}}SignedProperties")
    digest = sha256(_canonical(properties, given["properties_form"])).digest()
    written = _template(given, content, base64.b64encode(digest).decode())
    info = _canonical(etree.fromstring(written)[0], given["info_form"])
    value = base64.b64encode(_signature_value(FACILITY.key, info))
    return written.replace(b"<ds:SignatureValue/>", b"<ds:SignatureValue>" + value + b"</ds:SignatureValue>")


def _canonical(element: etree._Element | None, form: str) -> bytes:
    assert element is not None
    return etree.tostring(element, method="c14n", exclusive=form == EXC_C14N)


def _template(given: Mapping[str, str], content: bytes, digest: str) -> bytes:
    listed = "".join(f'<ds:Transform Algorithm="{one}"/>' for one in given["transforms"].split())
    form = given["properties_form"]
    own = f'<ds:Transforms><ds:Transform Algorithm="{form}"/></ds:Transforms>' if form else ""
    method = f'<ds:DigestMethod Algorithm="{SHA256}"/>'
    over, of = (base64.b64encode(sha256(one).digest()).decode() for one in (content, FACILITY.der))
    return f"""<ds:Signature xmlns:ds="{DS}" Id="sig"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{given["info_form"]}"/>
<ds:SignatureMethod Algorithm="{SignatureMethod.ECDSA_SHA256}"/>
<ds:Reference URI="#blob"><ds:Transforms>{listed}</ds:Transforms>{method}
<ds:DigestValue>{over}</ds:DigestValue></ds:Reference><ds:Reference {given["type"]} URI="#props">{own}{method}
<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
{base64.b64encode(FACILITY.der).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
<ds:Object><x:QualifyingProperties xmlns:x="{XADES}" xmlns:unused="urn:u" {given["target"]}>
<x:SignedProperties Id="props">
<x:SignedSignatureProperties><x:SigningTime>2019-04-01T07:00:00Z</x:SigningTime>
<x:SigningCertificate><x:Cert><x:CertDigest>{method}<ds:DigestValue>{of}</ds:DigestValue></x:CertDigest>
<x:IssuerSerial><ds:X509IssuerName>{given["issuer"]}</ds:X509IssuerName>
<ds:X509SerialNumber>{given["serial"]}</ds:X509SerialNumber></x:IssuerSerial></x:Cert></x:SigningCertificate>
</x:SignedSignatureProperties></x:SignedProperties></x:QualifyingProperties></ds:Object></ds:Signature>""".encode()


TAKEN: dict[str, dict[str, str]] = {
    "the usual form": {},
    "SignedInfo in inclusive form": {"info_form": C14N},
    "properties in inclusive form": {"properties_form": C14N},
    "properties without a transform": {"properties_form": ""},
    "all of it in inclusive form": {"info_form": C14N, "properties_form": C14N},
    "an issuer as Java writes it": {"issuer": written_name(ISSUER).replace('"', "&quot;")},
    "an issuer from the other end": {"issuer": ",".join(reversed(ISSUER.rfc4514_string().split(",")))},
    "an issuer in other letters": {"issuer": ISSUER.rfc4514_string().replace("CN=", " cn = ").upper()},
    "a serial number with zeros": {"serial": f"00{SERIAL}"},
}
REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "the issuer of another": ({"issuer": "CN=x"}, "the issuer 'CN=x' is not that"),
    "an issuer that is no name": ({"issuer": "x"}, "the issuer 'x' is not that"),
    "another serial number": ({"serial": "1"}, "the serial number '1' is not that"),
    "no serial number": ({"serial": ""}, "the serial number '' is not that"),
    "a serial number in hexadecimal": ({"serial": hex(SERIAL)}, "is not that of the signing certificate"),
    "no Target": ({"target": ""}, "the Target of QualifyingProperties is ''"),
    "another Target": ({"target": 'Target="#other"'}, "the Target of QualifyingProperties is '#other'"),
    "no Type": ({"type": ""}, "has not the Type"),
    "another Type": ({"type": 'Type="urn:x"'}, "has not the Type"),
    "XML without its canonical form": ({"transforms": f"{BASE64} {OPTIONAL_DEFLATE}"}, "for text/xml"),
    "XML in inclusive form": ({"transforms": f"{BASE64} {OPTIONAL_DEFLATE} {C14N}"}, "for text/xml"),
    "an unknown form": ({"info_form": f"{C14N}#WithComments"}, "is not accepted"),
}


@pytest.mark.parametrize("form", TAKEN)
def test_a_legal_form_is_taken(form: str) -> None:
    assert content_seal(signed(TAKEN[form]), XML, trust(), FRESHNESS, NOW).holder.identity.id == NIHII


@pytest.mark.parametrize("form", REFUSED)
def test_what_does_not_fit_is_refused_with_its_reason(form: str) -> None:
    other, reason = REFUSED[form]

    with pytest.raises(PeerError) as refused:
        content_seal(signed(other), XML, trust(), FRESHNESS, NOW)

    assert reason in str(refused.value)


def test_a_content_that_is_no_text_xml_may_be_signed_by_its_bytes() -> None:
    raw = signed({"transforms": f"{BASE64} {OPTIONAL_DEFLATE}"}, XML.content)

    assert content_seal(raw, BYTES, trust(), FRESHNESS, NOW).holder.identity.id == NIHII
    assert content_seal(signed(), BYTES, trust(), FRESHNESS, NOW).holder.identity.id == NIHII


@pytest.mark.parametrize("changed", [b"<?p b?>", b""], ids=["changed", "taken out"])
def test_an_instruction_beside_the_root_is_signed_too(changed: bytes) -> None:
    other = Blob(content=XML.content.replace(b"<?p a?>", changed), message_name="ADMISSION")

    with pytest.raises(PeerError, match="changed after it was signed"):
        content_seal(signed(), other, trust(), FRESHNESS, NOW)
