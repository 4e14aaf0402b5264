"""XML signatures of one narrow form: canonical XML, SHA-256, RSA or ECDSA.

A reference is never resolved by searching for its id. The reader of a message names the elements
that it is going to use, and every reference must be to one of those very elements: what is signed is
what is read. Whatever else a signature may ask for is refused (``docs/adr/0009``).
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

from generale.protocol.base64_binary import octets_of
from generale.protocol.errors import OurError, PeerError
from generale.protocol.genericasync.element import SPACE, Element, add
from generale.protocol.security.vocabulary import (
    C14N,
    DS,
    ENVELOPED,
    EXC_C14N,
    SHA256,
    SignatureMethod,
)

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
Document: TypeAlias = etree._ElementTree

ONLY_EXCLUSIVE = (EXC_C14N,)
"""The canonical form of a message (Basic Security Profile 1.1, 10.3): what is signed there moves into
another envelope."""
EITHER_FORM = (EXC_C14N, C14N)
"""The canonical forms of a signature that travels as a document of its own."""

RSA_BITS = 2048
"""The shortest RSA key whose signature is accepted, in bits (NIST SP 800-131A)."""

MOST_REFERENCES = 20
"""More parts are in no message of the exchange (project-defined)."""

MOST_SIGNED_INFO = 400
"""More elements are in the SignedInfo of no message of the exchange. Its canonical form is made before
anybody is known, and looks at every prefix that is kept for each of them (project-defined)."""

MOST_PREFIXES = 32
"""More namespace prefixes are in no message of the exchange; each costs time at every element
(project-defined)."""

_SIGNED_INFO, _VALUE, _KEY_INFO = f"{{{DS}}}SignedInfo", f"{{{DS}}}SignatureValue", f"{{{DS}}}KeyInfo"
_INCLUSIVE = f"{{{EXC_C14N}}}InclusiveNamespaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One signed part: the id it refers to, how it is prepared, and its SHA-256."""

    id: str
    transforms: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    """Namespace prefixes that exclusive canonicalisation keeps although they seem unused."""
    type: str = ""
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature that was read: its parts, and what must still be verified."""

    method: SignatureMethod
    references: tuple[Reference, ...]
    value: bytes
    signed: bytes
    """The canonical SignedInfo, over which ``value`` is made."""
    key_info: Element | None

    @property
    def digest(self) -> bytes:
        """What tells this signature from every other, however its value is written (SHA-256)."""
        return sha256(self.signed).digest()

    def require_by(self, key: PublicKey) -> None:
        """``PeerError`` where the value was not made with this key."""
        if not _verifies(key, self.method, self.value, self.signed):
            raise PeerError("the signature does not fit the key it names")

    def require_parts(self, parts: Mapping[str, Callable[[Reference], bytes]]) -> None:
        """``PeerError`` where a reference is to anything but these parts, or a part was changed.

        ``parts`` gives for an id the bytes of that part after the transforms of the reference.
        """
        for reference in self.references:
            part = parts.get(reference.id)
            if part is None:
                raise PeerError(f"the signature refers to '{reference.id}', which is no part to be signed")
            if sha256(part(reference)).digest() != reference.digest:
                raise PeerError(f"'{reference.id}' was changed after it was signed")


def canonical(element: Element | Document, prefixes: Sequence[str] = (), form: str = EXC_C14N) -> bytes:
    """The canonical form of an element, or of a whole document, without comments.

    Exclusive (Exclusive XML Canonicalization 1.0) or inclusive (Canonical XML 1.0). ``PeerError`` where there
    is none, as with a namespace that is a relative address.
    """
    try:
        return etree.tostring(
            element,
            method="c14n",
            exclusive=form == EXC_C14N,
            with_comments=False,
            inclusive_ns_prefixes=list(prefixes),
        )
    except etree.C14NError as error:
        raise PeerError("a part of the message has no canonical form") from error


def element_part(element: Element, forms: Sequence[str] = ONLY_EXCLUSIVE) -> Callable[[Reference], bytes]:
    """An element as a part that is signed in one of these canonical forms, and in no other way."""

    def prepared(reference: Reference) -> bytes:
        # Without a transform the rule of XML Signature (4.4.3.2) makes the octets: the inclusive form.
        transforms = reference.transforms or (C14N,)
        if len(transforms) != 1 or transforms[0] not in forms:
            raise PeerError(f"'{reference.id}' is signed by other transforms than {' or '.join(forms)}")
        return canonical(element, reference.prefixes, transforms[0])

    return prepared


def enveloping_part(element: Element, signature: Element) -> Callable[[Reference], bytes]:
    """An element as a part that is signed canonically, without the signature that stands in it."""

    def prepared(reference: Reference) -> bytes:
        if reference.transforms != (ENVELOPED, EXC_C14N):
            raise PeerError(f"'{reference.id}' must be signed by {ENVELOPED} and {EXC_C14N}")
        place, tail = element.index(signature), signature.tail
        before = element[place - 1] if place else None
        text = element.text if before is None else before.tail
        joined = f"{text or ''}{tail or ''}" or None
        if before is None:
            element.text = joined
        else:
            before.tail = joined
        element.remove(signature)
        try:
            return canonical(element, reference.prefixes)
        finally:
            element.insert(place, signature)
            signature.tail = tail
            if before is None:
                element.text = text
            else:
                before.tail = text

    return prepared


def sign(
    parent: Element, key: PrivateKey, references: Sequence[Reference], signature_id: str = ""
) -> Element:
    """Add a signature over these parts as the last child of ``parent``; a KeyInfo can be added to it."""
    signature = etree.SubElement(parent, f"{{{DS}}}Signature", nsmap={"ds": DS})
    if signature_id:
        signature.set("Id", signature_id)
    info = add(signature, _SIGNED_INFO)
    add(info, f"{{{DS}}}CanonicalizationMethod", attributes={"Algorithm": EXC_C14N})
    method = method_of(key)
    add(info, f"{{{DS}}}SignatureMethod", attributes={"Algorithm": method})
    for reference in references:
        attributes = {"URI": f"#{reference.id}", "Type": reference.type or None}
        part = add(info, f"{{{DS}}}Reference", attributes=attributes)
        transforms = add(part, f"{{{DS}}}Transforms")
        for transform in reference.transforms:
            add(transforms, f"{{{DS}}}Transform", attributes={"Algorithm": transform})
        add(part, f"{{{DS}}}DigestMethod", attributes={"Algorithm": SHA256})
        add(part, f"{{{DS}}}DigestValue", base64.b64encode(reference.digest).decode())
    value = _signature_value(key, canonical(info))
    add(signature, _VALUE, base64.b64encode(value).decode())
    return signature


def signed_element(part_id: str, element: Element) -> Reference:
    """The reference to an element as it stands now."""
    return Reference(id=part_id, transforms=(EXC_C14N,), digest=sha256(canonical(element)).digest())


def method_of(key: PrivateKey | PublicKey) -> SignatureMethod:
    """The one method by which a key of this kind signs."""
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        return SignatureMethod.RSA_SHA256
    return SignatureMethod.ECDSA_SHA256


def read_signature(signature: Element, forms: Sequence[str] = ONLY_EXCLUSIVE) -> Signature:
    """A signature as it stands; ``PeerError`` for any form or algorithm but the narrow one.

    ``forms`` are the canonical forms in which its SignedInfo may be.
    """
    children = [child for child in signature if child.tag != f"{{{DS}}}Object"]
    if [child.tag for child in children[:2]] != [_SIGNED_INFO, _VALUE] or len(children) > 3:
        raise PeerError("the signature has another form than SignedInfo, SignatureValue, KeyInfo")
    info, value, *rest = children
    if next(islice(info.iter(), MOST_SIGNED_INFO, None), None) is not None:
        raise PeerError(f"the SignedInfo has more than {MOST_SIGNED_INFO} elements")
    parts = list(info)
    if rest and rest[0].tag != _KEY_INFO:
        raise PeerError(f"the signature holds an unexpected {rest[0].tag}")
    if [child.tag for child in parts[:2]] != [f"{{{DS}}}CanonicalizationMethod", f"{{{DS}}}SignatureMethod"]:
        raise PeerError("the SignedInfo has another form than method, method, references")
    form, prefixes = _algorithm(parts[0], set(forms))
    method, _ = _algorithm(parts[1], set(SignatureMethod))
    references = tuple(_reference(part) for part in parts[2:])
    if not 1 <= len(references) <= MOST_REFERENCES:
        raise PeerError(f"the signature has {len(references)} references")
    if len({reference.id for reference in references}) != len(references):
        raise PeerError("the signature refers to the same part twice")
    return Signature(
        method=SignatureMethod(method),
        references=references,
        value=octets_in(value),
        signed=canonical(info, prefixes, form),
        key_info=rest[0] if rest else None,
    )


def _reference(part: Element) -> Reference:
    tags = [f"{{{DS}}}Transforms", f"{{{DS}}}DigestMethod", f"{{{DS}}}DigestValue"]
    if part.tag != f"{{{DS}}}Reference" or [child.tag for child in part] not in (tags, tags[1:]):
        raise PeerError("a reference has another form than transforms, digest method, digest")
    *transforms, method, digest = part
    uri = part.get("URI", "")
    if len(uri) < 2 or not uri.startswith("#"):
        raise PeerError(f"a reference is to '{uri[:80]}', which is no part of this message")
    _algorithm(method, {SHA256})
    read = [_algorithm(transform, None) for listed in transforms for transform in listed]
    prefixes = tuple(prefix for _, several in read for prefix in several)
    return Reference(
        id=uri[1:],
        transforms=tuple(name for name, _ in read),
        prefixes=prefixes,
        type=part.get("Type", ""),
        digest=octets_in(digest),
    )


def _algorithm(element: Element, allowed: set[str] | set[SignatureMethod] | None) -> tuple[str, list[str]]:
    """The algorithm that an element names, and the prefixes that it keeps; parameters are refused."""
    name = element.get("Algorithm", "")
    if allowed is not None and name not in allowed:
        raise PeerError(f"the algorithm '{name[:120]}' is not accepted")
    if len(element) == 0:
        return name, []
    if name != EXC_C14N or len(element) > 1 or element[0].tag != _INCLUSIVE:
        raise PeerError(f"the algorithm '{name[:120]}' is not accepted with parameters")
    prefixes = element[0].get("PrefixList", "").split()
    if len(prefixes) > MOST_PREFIXES:
        raise PeerError(f"{len(prefixes)} prefixes are kept, which is more than a message has")
    return name, prefixes


def octets_in(element: Element) -> bytes:
    """The bytes of an element in base64; ``PeerError`` that names it where it is none."""
    try:
        return octets_of(element.text or "")
    except PeerError as error:
        raise PeerError(f"{element.tag.rpartition('}')[2]}: {error}") from error


def text_in(element: Element, tag: str) -> str:
    """The text of a child, without the white space around it; empty where there is none."""
    return (element.findtext(tag) or "").strip(SPACE)


def _signature_value(key: PrivateKey, content: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    der = key.sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = utils.decode_dss_signature(der)
    width = _width(key.curve)
    return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def _verifies(key: PublicKey, method: SignatureMethod, value: bytes, content: bytes) -> bool:
    if method is not method_of(key):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, content, padding.PKCS1v15(), hashes.SHA256())
            return True
        width = _width(key.curve)
        if len(value) != 2 * width:
            return False
        r, s = int.from_bytes(value[:width], "big"), int.from_bytes(value[width:], "big")
        key.verify(utils.encode_dss_signature(r, s), content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _width(curve: ec.EllipticCurve) -> int:
    return (curve.key_size + 7) // 8


def usable_key(key: object) -> PublicKey:
    """A public key whose signature can be accepted; ``PeerError`` for any other."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return key
    raise PeerError(
        "the certificate has a key that is not accepted: RSA from 2048 bits, or NIST P-256/384/521"
    )


def usable_private_key(key: object) -> PrivateKey:
    """A private key that can sign here; ``OurError`` for any other."""
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        usable_key(key.public_key())
        return key
    raise OurError("this kind of key cannot sign a message")


_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
