"""XAdES over the content of a blob: the detached signature that travels as ``Xades-t``.

It covers the content as it is after base64 and DEFLATE are taken off, in canonical form where it is XML;
it does not cover the labels of the blob. The properties that are signed with it say when, and by which
certificate (XAdES 1.3.2, the basic form). A timestamp of an authority, which makes the T form, is let
through and not looked at: there is no such authority in a rehearsal.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from lxml import etree

from generale.protocol.clock import utc
from generale.protocol.errors import PeerError
from generale.protocol.genericasync.blob import Blob, Compression
from generale.protocol.genericasync.element import Element, add
from generale.protocol.genericasync.fault import EnvelopeError
from generale.protocol.security.assertion import certificate_octets
from generale.protocol.security.certificate import Credential, Holder, Trust, is_serial
from generale.protocol.security.distinguished_name import is_like
from generale.protocol.security.document import doubled_id, parse
from generale.protocol.security.signature import (
    EITHER_FORM,
    Reference,
    Signature,
    canonical,
    element_part,
    read_signature,
    sign,
    signed_element,
    text_in,
)
from generale.protocol.security.timestamp import Freshness, instant_text, read_instant
from generale.protocol.security.vocabulary import (
    BASE64,
    DS,
    EXC_C14N,
    OPTIONAL_DEFLATE,
    SHA256,
    SIGNED_PROPERTIES,
    XADES,
)

LONGEST = 256 * 1024
"""The longest signature that is read, in bytes: one with a timestamp has some 20 KB (project-defined)."""


def _x(name: str) -> str:
    return f"{{{XADES}}}{name}"


_QUALIFYING = f"{{{DS}}}Object/{_x('QualifyingProperties')}"
_SIGNATURE_PROPERTIES = _x("SignedSignatureProperties")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSeal:
    """What a XAdES signature proves of a content: who signed it, and when by their own clock."""

    holder: Holder
    signed_at: datetime
    is_timestamped: bool
    """Whether it bears a timestamp of an authority, which was not verified."""


def sign_content(blob: Blob, credential: Credential, now: datetime, *, unique: str) -> bytes:
    """The XAdES signature over the content of a blob, which must have an id."""
    assert blob.id, "only a blob with an id can be signed"
    is_xml = _is_xml(blob)
    transforms = (BASE64, OPTIONAL_DEFLATE, *((EXC_C14N,) if is_xml else ()))
    content = _canonical_content(blob) if is_xml else blob.content
    properties = _signed_properties(credential, now, f"xades-{unique}")
    references = [
        Reference(id=blob.id, transforms=transforms, digest=sha256(content).digest()),
        Reference(
            id=f"xades-{unique}",
            transforms=(EXC_C14N,),
            type=SIGNED_PROPERTIES,
            digest=signed_element("", properties).digest,
        ),
    ]
    signature = sign(etree.Element("detached"), credential.key, references, signature_id=f"sig-{unique}")
    data = add(add(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    add(data, f"{{{DS}}}X509Certificate", base64.b64encode(credential.der).decode())
    holder = etree.SubElement(
        add(signature, f"{{{DS}}}Object"), _x("QualifyingProperties"), nsmap={"xades": XADES}
    )
    holder.set("Target", f"#sig-{unique}")
    holder.append(properties)
    return etree.tostring(signature)


def _signed_properties(credential: Credential, now: datetime, name: str) -> Element:
    properties = etree.Element(_x("SignedProperties"), nsmap={"xades": XADES, "ds": DS})
    properties.set("Id", name)
    about = add(properties, _SIGNATURE_PROPERTIES)
    add(about, _x("SigningTime"), instant_text(now))
    certificate = add(add(about, _x("SigningCertificate")), _x("Cert"))
    digest = add(certificate, _x("CertDigest"))
    add(digest, f"{{{DS}}}DigestMethod", attributes={"Algorithm": SHA256})
    add(digest, f"{{{DS}}}DigestValue", base64.b64encode(sha256(credential.der).digest()).decode())
    serial = add(certificate, _x("IssuerSerial"))
    add(serial, f"{{{DS}}}X509IssuerName", credential.certificate.issuer.rfc4514_string())
    add(serial, f"{{{DS}}}X509SerialNumber", str(credential.certificate.serial_number))
    return properties


def content_seal(raw: bytes, blob: Blob, trust: Trust, freshness: Freshness, now: datetime) -> ContentSeal:
    """What a XAdES signature proves of the content of this blob; ``PeerError`` where it proves nothing."""
    if not raw:
        raise PeerError("Xades-t is empty, and proves nothing: sign the content, or leave the element out")
    if len(raw) > LONGEST:
        raise PeerError(f"the signature over the content is longer than {LONGEST} bytes")
    root = _document(raw, "Xades-t")
    if root.tag != f"{{{DS}}}Signature" or doubled_id(root) is not None:
        raise PeerError("Xades-t holds no signature, or one in which an id stands twice")
    signature = read_signature(root, EITHER_FORM)
    properties = _properties(root)
    if signature.key_info is None:
        raise PeerError("it does not say by whose key it was made")
    certificates = signature.key_info.findall(f"{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    named = _named_certificate(properties)
    der = _signing_certificate(named, [certificate_octets(one) for one in certificates])
    holder = trust.holder(der, now)
    _require_issuer_serial(named, holder)
    signature.require_by(holder.key)
    name = properties.get("Id", "")
    if not blob.id:
        raise PeerError("Detail has no Id to which a signature could refer")
    parts = {blob.id: _content_part(blob), name: element_part(properties, EITHER_FORM)}
    if len(parts) != 2 or "" in parts or {one.id for one in signature.references} != set(parts):
        raise PeerError("it is not over the content of this blob and its own properties")
    _require_type(signature, name)
    signature.require_parts(parts)
    signed_at = read_instant(text_in(properties, f"{_SIGNATURE_PROPERTIES}/{_x('SigningTime')}"))
    if signed_at > utc(now) + freshness.skew:
        raise PeerError(f"the content was signed in the future: {instant_text(signed_at)}")
    stamped = root.find(f"{{{DS}}}Object//{_x('SignatureTimeStamp')}") is not None
    return ContentSeal(holder=holder, signed_at=signed_at, is_timestamped=stamped)


def _properties(root: Element) -> Element:
    """The one set of signed properties, which says of what signature it is (XAdES 1.3.2, 6.2)."""
    qualifying = root.findall(_QUALIFYING)
    found = [one for each in qualifying for one in each.findall(_x("SignedProperties"))]
    if len(qualifying) != 1 or len(found) != 1:
        raise PeerError("it says not once when and by whom it was made")
    target, own = qualifying[0].get("Target", ""), root.get("Id", "")
    if not own or target != f"#{own}":
        raise PeerError(
            f"the Target of QualifyingProperties is '{target[:80]}', and the Id of the signature '{own[:80]}'"
        )
    return found[0]


def _require_type(signature: Signature, name: str) -> None:
    """Refuse a reference to the properties that does not say what it is to (XAdES 1.3.2, 6.3.1)."""
    types = {one.id: one.type for one in signature.references}
    if types[name] != SIGNED_PROPERTIES:
        raise PeerError(f"the reference to the signed properties has not the Type {SIGNED_PROPERTIES}")


def _named_certificate(properties: Element) -> Element:
    """What the signed properties say of the certificate by which they were signed."""
    named = properties.findall(f"{_SIGNATURE_PROPERTIES}/{_x('SigningCertificate')}/{_x('Cert')}")
    if len(named) != 1:
        raise PeerError("it does not name one signing certificate")
    return named[0]


def _signing_certificate(named: Element, certificates: list[bytes]) -> bytes:
    """The certificate in the key information that the signed properties name by its digest."""
    method = named.find(f"{_x('CertDigest')}/{{{DS}}}DigestMethod")
    if method is None or method.get("Algorithm") != SHA256:
        raise PeerError("the signing certificate is named by a digest that is not accepted")
    value = text_in(named, f"{_x('CertDigest')}/{{{DS}}}DigestValue")
    for der in certificates:
        if base64.b64encode(sha256(der).digest()).decode() == value:
            return der
    raise PeerError("the signing certificate is not in the signature")


def _require_issuer_serial(named: Element, holder: Holder) -> None:
    """Refuse a signing certificate that is named by another issuer or number than it has."""
    issuer = text_in(named, f"{_x('IssuerSerial')}/{{{DS}}}X509IssuerName")
    serial = text_in(named, f"{_x('IssuerSerial')}/{{{DS}}}X509SerialNumber")
    if not is_serial(serial, holder.certificate):
        raise PeerError(f"the serial number '{serial[:80]}' is not that of the signing certificate")
    if not is_like(issuer, holder.certificate.issuer):
        raise PeerError(f"the issuer '{issuer[:120]}' is not that of the signing certificate")


def _content_part(blob: Blob) -> Callable[[Reference], bytes]:
    """The content of a blob as a part that is signed after base64 and DEFLATE are taken off."""

    def prepared(reference: Reference) -> bytes:
        packed = blob.compression is not Compression.NONE
        unpacking = [(BASE64, OPTIONAL_DEFLATE), *([] if packed else [(BASE64,)])]
        if reference.transforms in [(*one, EXC_C14N) for one in unpacking]:
            return _canonical_content(blob, reference)
        if reference.transforms in unpacking and not _is_xml(blob):
            return blob.content
        raise PeerError(
            f"the content must be signed by {BASE64}, {OPTIONAL_DEFLATE} and for text/xml {EXC_C14N}"
        )

    return prepared


def _canonical_content(blob: Blob, reference: Reference | None = None) -> bytes:
    # The whole document and not its root alone: instructions beside the root are signed as well.
    content = _document(blob.content, "the content that is signed").getroottree()
    return canonical(content, reference.prefixes if reference else ())


def _document(raw: bytes, what: str) -> Element:
    """The tree of what travels inside a message; it is that, and not the message, that may be no XML."""
    try:
        return parse(raw)
    except EnvelopeError as error:
        raise PeerError(f"{what} cannot be read: {error.fault.message.partition(': ')[2]}") from error


def _is_xml(blob: Blob) -> bool:
    return blob.content_type.partition(";")[0].strip().lower() == "text/xml"
