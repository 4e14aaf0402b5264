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
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r"[,=+<>#;\"\\]|^\s|\s$")


def written_name(name: x509.Name) -> str:
    """A name as text: ``CN="NIHII-RETIREMENT=99100170", OU=..., C=BE``."""
    return ", ".join(f"{kind}={_quoted(value)}" for kind, value in _parts(name))


def is_name(text: str, name: x509.Name) -> bool:
    """Whether a text writes this name; ``PeerError`` where it is no name."""
    found, own = _read(text), _parts(name)
    return own in (found, found[::-1])


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
        found.append((match[1].upper(), _ESCAPED.sub(r"\1", value)))
        place = match.end()
    if not found or place < len(text):
        raise PeerError(f"'{text[:80]}' is no distinguished name")
    return found


def _quoted(value: str) -> str:
    if not _SPECIAL.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
