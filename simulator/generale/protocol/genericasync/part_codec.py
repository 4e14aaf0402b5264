"""The parts that several operations share, on the wire: blob and signature."""

from generale.protocol.errors import PeerError
from generale.protocol.genericasync.blob import Blob, Compression, Encoding, Limits, pack, unpack
from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import (
    Element,
    add,
    base64_text,
    generic,
    octets,
)
from generale.protocol.genericasync.encryption import Encryption, is_token
from generale.protocol.genericasync.fault import SoaCode, refusal
from generale.protocol.genericasync.vocabulary import XMIME

XADES, _CONTENT_TYPE = generic("Xades-t"), f"{{{XMIME}}}contentType"
_XADES_TYPE = "text/xml"
_ENCODINGS = {one.value: one for one in Encoding}


def read_blob(detail: Element, limits: Limits, *, opens: bool = True) -> Blob:
    """Read and unpack a blob; a sealed one, and one that is not to be opened, stay as they are.

    Raises EnvelopeError for content that is too large, damaged or not what its hash says.
    """
    encoding_text, hash_text = detail.get("ContentEncoding", Encoding.DEFLATE), detail.get("HashValue")
    encoding = _ENCODINGS.get(encoding_text)
    if encoding is None:
        raise refusal(SoaCode.INVALID_CONTENT, f"unknown encoding '{encoding_text}'", where=place(detail))
    encryption, etk = detail.get("ContentEncryption"), detail.get("Etk")
    packed = octets(detail, detail.text)
    content, compression = packed, Compression.NONE
    is_open = opens and encryption in (None, Encryption.DECRYPTED)
    if not opens and encoding is Encoding.DEFLATE:
        compression = Compression.UNKNOWN
    if is_open:
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
        hash_value=None if hash_text is None else octets(detail, hash_text, "HashValue"),
        reference=detail.get("Reference"),
        id=detail.get("Id"),
        encryption=None if encryption is None else Encryption(encryption),
        etk=None if etk is None else token(detail, octets(detail, etk, "Etk")),
        issuer=detail.get("Issuer"),
    )
    if is_open and blob.hash_value is not None and blob.hash_value != blob.digest:
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
        "ContentEncryption": blob.encryption,
        "Etk": None if blob.etk is None else base64_text(blob.etk),
        "Issuer": blob.issuer,
    }
    add(parent, generic("Detail"), base64_text(pack(blob.content, blob.compression)), attributes)


def token(element: Element, raw: bytes) -> bytes:
    """An encryption token (ETK) of this element, as it is. Raises EnvelopeError where it is none."""
    if not is_token(raw):
        message = "an encryption token (ETK) is one whole DER sequence"
        raise refusal(SoaCode.INVALID_CONTENT, message, where=place(element))
    return raw


def read_xades(element: Element | None) -> bytes | None:
    """Read the detached signature; None where there is none. Raises EnvelopeError for another document."""
    if element is None:
        return None
    content_type = element.get(_CONTENT_TYPE, _XADES_TYPE)
    if content_type != _XADES_TYPE:
        message = f"a detached signature is '{_XADES_TYPE}', not '{content_type}'"
        raise refusal(SoaCode.INVALID_CONTENT, message, where=place(element))
    return octets(element, element.text)


def write_xades(parent: Element, xades: bytes) -> None:
    """Write a detached signature; no bytes give the empty element that clients rely on."""
    add(parent, XADES, base64_text(xades), {_CONTENT_TYPE: _XADES_TYPE})
