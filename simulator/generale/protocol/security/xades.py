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
from generale.protocol.security.certificate import Credential, Holder, Trust
from generale.protocol.security.document import doubled_id, parse
from generale.protocol.security.signature import (
    Reference,
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


_PROPERTIES = f"{{{DS}}}Object/{_x('QualifyingProperties')}/{_x('SignedProperties')}"
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
    signature = read_signature(root)
    properties = root.findall(_PROPERTIES)
    if len(properties) != 1 or signature.key_info is None:
        raise PeerError("the signature over the content says not once when and by whom it was made")
    certificates = signature.key_info.findall(f"{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    der = _signing_certificate(properties[0], [certificate_octets(one) for one in certificates])
    holder = trust.holder(der, now)
    signature.require_by(holder.key)
    parts = {blob.id or "": _content_part(blob), properties[0].get("Id", ""): element_part(properties[0])}
    if len(parts) != 2 or "" in parts or {one.id for one in signature.references} != set(parts):
        raise PeerError("the signature is not over the content of this blob and its own properties")
    signature.require_parts(parts)
    signed_at = read_instant(text_in(properties[0], f"{_SIGNATURE_PROPERTIES}/{_x('SigningTime')}"))
    if signed_at > utc(now) + freshness.skew:
        raise PeerError(f"the content was signed in the future: {instant_text(signed_at)}")
    stamped = root.find(f"{{{DS}}}Object//{_x('SignatureTimeStamp')}") is not None
    return ContentSeal(holder=holder, signed_at=signed_at, is_timestamped=stamped)


def _signing_certificate(properties: Element, certificates: list[bytes]) -> bytes:
    """The certificate in the key information that the signed properties name by its digest."""
    path = f"{_SIGNATURE_PROPERTIES}/{_x('SigningCertificate')}/{_x('Cert')}/{_x('CertDigest')}"
    named = properties.findall(path)
    if len(named) != 1:
        raise PeerError("the signature over the content does not name one signing certificate")
    method = named[0].find(f"{{{DS}}}DigestMethod")
    if method is None or method.get("Algorithm") != SHA256:
        raise PeerError("the signing certificate is named by a digest that is not accepted")
    value = text_in(named[0], f"{{{DS}}}DigestValue")
    for der in certificates:
        if base64.b64encode(sha256(der).digest()).decode() == value:
            return der
    raise PeerError("the signing certificate is not in the signature")


def _content_part(blob: Blob) -> Callable[[Reference], bytes]:
    """The content of a blob as a part that is signed after base64 and DEFLATE are taken off."""

    def prepared(reference: Reference) -> bytes:
        packed = blob.compression is not Compression.NONE
        match reference.transforms:
            case (name, *rest) if name == BASE64 and rest in (
                [OPTIONAL_DEFLATE],
                [OPTIONAL_DEFLATE, EXC_C14N],
            ):
                return _canonical_content(blob, reference) if len(rest) == 2 else blob.content
            case (name,) if name == BASE64 and not packed:
                return blob.content
            case (name, form) if name == BASE64 and form == EXC_C14N and not packed:
                return _canonical_content(blob, reference)
            case _:
                raise PeerError(
                    f"the content must be signed by {BASE64}, {OPTIONAL_DEFLATE} and for XML {EXC_C14N}"
                )

    return prepared


def _canonical_content(blob: Blob, reference: Reference | None = None) -> bytes:
    return canonical(
        _document(blob.content, "the content that is signed"), reference.prefixes if reference else ()
    )


def _document(raw: bytes, what: str) -> Element:
    """The tree of what travels inside a message; it is that, and not the message, that may be no XML."""
    try:
        return parse(raw)
    except EnvelopeError as error:
        raise PeerError(f"{what} cannot be read: {error.fault.message.partition(': ')[2]}") from error


def _is_xml(blob: Blob) -> bool:
    return blob.content_type.partition(";")[0].strip().lower() == "text/xml"
