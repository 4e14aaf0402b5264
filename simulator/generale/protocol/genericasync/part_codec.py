"""The parts that several operations share, on the wire: origin, blob and signature."""

from generale.protocol.errors import PeerError
from generale.protocol.genericasync.blob import Blob, Encoding, Limits, pack, unpack
from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import (
    Element,
    add,
    add_optional,
    base64_text,
    common,
    generic,
    octets,
)
from generale.protocol.genericasync.fault import SoaCode, refusal
from generale.protocol.genericasync.message import Origin
from generale.protocol.genericasync.vocabulary import XMIME

_READABLE = frozenset({None, "decryptedByIM"})


def read_origin(origin: Element) -> Origin:
    """Read who sends. Raises EnvelopeError when it names no facility."""
    package, provider = f"{common('Package')}/", f"{common('CareProvider')}/"
    nihii = origin.findtext(f"{provider}{common('Nihii')}/{common('Value')}")
    if not nihii:
        raise refusal(SoaCode.INVALID_CONTENT, "there is no NIHII number of a facility", where=place(origin))
    return Origin(
        nihii=nihii,
        quality=origin.findtext(f"{provider}{common('Nihii')}/{common('Quality')}", ""),
        package_name=origin.findtext(f"{package}{common('Name')}"),
        licence_username=origin.findtext(f"{package}{common('License')}/{common('Username')}", ""),
        licence_password=origin.findtext(f"{package}{common('License')}/{common('Password')}", ""),
        site_id=origin.findtext(common("SiteID")),
        organisation=origin.findtext(f"{provider}{common('Organization')}/{common('Cbe')}"),
    )


def write_origin(parent: Element, tag: str, origin: Origin) -> None:
    """Write who sends."""
    element = add(parent, tag)
    package = add(element, common("Package"))
    add_optional(package, common("Name"), origin.package_name)
    licence = add(package, common("License"))
    add(licence, common("Username"), origin.licence_username)
    add(licence, common("Password"), origin.licence_password)
    add_optional(element, common("SiteID"), origin.site_id)
    provider = add(element, common("CareProvider"))
    nihii = add(provider, common("Nihii"))
    add(nihii, common("Quality"), origin.quality)
    add(nihii, common("Value"), origin.nihii)
    if origin.organisation is not None:
        add(add(provider, common("Organization")), common("Cbe"), origin.organisation)


def read_blob(detail: Element, limits: Limits) -> Blob:
    """Read and unpack a blob.

    Raises EnvelopeError for content that is too large, damaged or not what its hash says.
    """
    encoding_text, hash_text = detail.get("ContentEncoding", Encoding.DEFLATE), detail.get("HashValue")
    if encoding_text not in tuple(Encoding):
        raise refusal(SoaCode.INVALID_CONTENT, f"unknown encoding '{encoding_text}'", where=place(detail))
    if detail.get("ContentEncryption") not in _READABLE:
        raise refusal(SoaCode.INVALID_CONTENT, "encrypted content is not supported", where=place(detail))
    encoding, packed = Encoding(encoding_text), octets(detail, detail.text)
    try:
        content, compression = unpack(packed, encoding, limits)
    except PeerError as error:
        raise refusal(SoaCode.INVALID_CONTENT, str(error), where=place(detail)) from error
    blob = Blob(
        content=content,
        message_name=detail.get("MessageName", ""),
        content_type=detail.get("ContentType", ""),
        encoding=encoding,
        compression=compression,
        hash_value=None if hash_text is None else octets(detail, hash_text),
        reference=detail.get("Reference"),
        id=detail.get("Id"),
    )
    if blob.hash_value is not None and blob.hash_value != blob.digest:
        message = "HashValue is not the SHA-256 of the content"
        raise refusal(SoaCode.INVALID_CONTENT, message, where=place(detail))
    return blob


def write_blob(parent: Element, blob: Blob) -> None:
    """Pack and write a blob, with the labels as they are: nothing is checked or filled in."""
    attributes = {
        "ContentType": blob.content_type,
        "ContentEncoding": blob.encoding.value,
        "MessageName": blob.message_name,
        "HashValue": None if blob.hash_value is None else base64_text(blob.hash_value),
        "Id": blob.id,
        "Reference": blob.reference,
    }
    add(parent, generic("Detail"), base64_text(pack(blob.content, blob.compression)), attributes)


def write_xades(parent: Element, xades: bytes) -> None:
    """Write a detached signature; no bytes give the empty element that clients rely on."""
    add(parent, generic("Xades-t"), base64_text(xades), {f"{{{XMIME}}}contentType": "text/xml"})
