"""Distinguished names as text: how SAML names the subject and the issuer of a certificate.

Written with the most specific part first and quotes where a value needs them, as RFC 1779 has it and clients
of the eHealth platform write it. Read in that form and in that of RFC 4514, from either end.
"""

import re

from cryptography import x509

from generale.protocol.errors import PeerError

LONGEST = 1_000
"""How many characters a name has at most (project-defined)."""

_PART = re.compile(
    r"""\s*(?:OID\.)?([A-Za-z][A-Za-z0-9-]*|\d[\d.]*)\s*=\s*("(?:[^"\\]|\\.)*"|(?:[^,;+"\\]|\\.)*)\s*(?:[,;+]|$)""",
    re.ASCII | re.DOTALL,
)
_ESCAPED = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)
_KNOWN = frozenset({"CN", "OU", "O", "C", "L", "ST", "DC", "STREET", "UID"})
"""The kinds that every library writes alike (RFC 4514, 3)."""
_SPECIAL = re.compile(r"[,=+<>#;\"\\]|^\s|\s$")


def written_name(name: x509.Name) -> str:
    """A name as text: ``CN="NIHII-RETIREMENT=99100170", OU=..., C=BE``."""
    return ", ".join(f"{kind}={_quoted(value)}" for kind, value in _parts(name))


def is_name(text: str, name: x509.Name) -> bool:
    """Whether a text writes this name; ``PeerError`` where it is no name."""
    found, own = _read(text), _parts(name)
    return own in (found, found[::-1])


def is_like(text: str, name: x509.Name) -> bool:
    """Whether a text writes this name, read mildly; False also where it is no name.

    Case, white space and the spelling of a kind that is not known (``E``, ``2.5.4.5``) make no difference:
    libraries write them each in a way of their own, and RFC 5280 (7.1) compares as mildly.
    """
    try:
        found = _read(text)
    except PeerError:
        return False
    own = _parts(name)
    return any(len(own) == len(order) and all(map(_is_alike, order, own)) for order in (found, found[::-1]))


def _is_alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    (kind, value), (own_kind, own_value) = one, other
    if kind != own_kind and kind in _KNOWN and own_kind in _KNOWN:
        return False
    # A value in hexadecimal digits is the DER of one (RFC 4514, 2.4): its characters stand at the end.
    return _folded(value) == _folded(own_value) or (
        value.startswith("#") and value.lower().endswith(own_value.encode().hex())
    )


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def _plain(match: re.Match[str]) -> str:
    """What is escaped: one character, or bytes of UTF-8 in hexadecimal digits (RFC 4514, 2.4)."""
    if match[1] is None:
        return match[2]
    return bytes.fromhex(match[1].replace("\\", "")).decode("utf-8", "replace")


def _parts(name: x509.Name) -> list[tuple[str, str]]:
    return [(one.rfc4514_attribute_name.upper(), str(one.value)) for one in reversed(list(name))]


def _read(text: str) -> list[tuple[str, str]]:
    found, place = list[tuple[str, str]](), 0
    while place < len(text) <= LONGEST:
        match = _PART.match(text, place)
        if match is None:
            break
        value = match[2].strip()
        value = value[1:-1] if value.startswith('"') else value
        found.append((match[1].upper(), _ESCAPED.sub(_plain, value)))
        place = match.end()
    if not found or place < len(text):
        raise PeerError(f"'{text[:80]}' is no distinguished name")
    return found


def _quoted(value: str) -> str:
    if not _SPECIAL.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
