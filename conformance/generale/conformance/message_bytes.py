"""What some bytes are meant as, before they are read: told alike for ``check`` and for ``decode``."""

from generale.protocol.xml_source import is_xml, single_bytes

_SOAP = b"http://schemas.xmlsoap.org/soap/envelope/"
_FIRST = 4096
"""How far the namespace of an envelope is looked for, in characters (project-defined)."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""With which some programs begin a text in UTF-8. XML may; a flat file may not."""


def is_flat(raw: bytes) -> bool:
    """Whether these bytes are meant as a flat file: they are not XML in any encoding."""
    return not is_xml(raw)


def is_envelope(raw: bytes) -> bool:
    """Whether these bytes are meant as a SOAP envelope, in any encoding."""
    return is_xml(raw) and _SOAP in single_bytes(raw)[:_FIRST]
