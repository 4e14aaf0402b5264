"""Attacks that are many of one small thing: attributes, namespaces, names, children that nobody knows."""

from collections.abc import Callable, Sequence

from tests.unit.security import sample_security as sample

from generale.protocol.genericasync import Get, Post, Query, read_envelope, request_envelope, write_envelope

Attack = Callable[[], bytes]


def _attributes(number: int) -> bytes:
    return b" " + b" ".join(b'a%d="x"' % n for n in range(number))


def _namespaces(number: int) -> bytes:
    return b" " + b" ".join(b'xmlns:a%d="u:%d" a%d:b=""' % (n, n, n) for n in range(number))


def _sealed(tag: bytes, crowd: bytes) -> bytes:
    """A signed envelope with a crowd in this tag."""
    return sample.sealed(sample.by_assertion()).replace(b"<" + tag, b"<" + tag + crowd, 1)


SIGNED_CROWDS: Sequence[Attack] = (
    lambda: _sealed(b"wsu:Timestamp", _attributes(80_000)),
    lambda: _sealed(b"ds:SignedInfo", _attributes(80_000)),
    lambda: _sealed(b"saml:Assertion", _attributes(80_000)),
    lambda: _sealed(b"wsu:Timestamp", _namespaces(40_000)),
    lambda: _sealed(b"wsu:Timestamp", _attributes(150)).replace(
        b"</soap:Body>", (b"<a" + _attributes(199) + b"/>") * 2_000 + b"</soap:Body>"
    ),
    lambda: _sealed(b"wsu:Timestamp", b"").replace(
        b"</soap:Body>", b'<a xmlns="u:a">' * 200 + b"</a>" * 200 + b"</soap:Body>"
    ),
)
"""Signed parts that are dear to bring into their canonical form."""


def _get(names: int, ios: int) -> bytes:
    body = read_envelope(sample.envelope()).body
    assert isinstance(body, Post)
    asked = Get(origin=body.origin, message_query=Query(names=("a",) * names), include_ios=("810",) * ios)
    return write_envelope(request_envelope(asked, message_id="urn:m:1"))


NAME_CROWDS: Sequence[Attack] = (lambda: _get(4_500_000, 0), lambda: _get(0, 2_000_000))
"""Questions with very many names."""

_HEAD = b'<Opname xmlns="urn:generale:profiel:vsb:1"'

MESSAGE_CROWDS: Sequence[Attack] = (
    lambda: _HEAD + _attributes(10_000) + b"/>",
    lambda: _HEAD + _namespaces(10_000) + b"/>",
    lambda: _HEAD + b">" + b"<a/>" * 20_000 + b"</Opname>",
    lambda: _HEAD + b">" + b"<a/>" * 2_000 + b"</Opname>",
    lambda: _HEAD + b">" + (b"<a" + _attributes(199) + b"/>") * 24 + b"</Opname>",
    lambda: _HEAD + b">" + (b"<Bewoner" + _attributes(199) + b"/>") * 24 + b"</Opname>",
    lambda: (_HEAD + _attributes(10_000) + b"/>").decode().encode("utf-16"),
)
"""Messages with very many attributes, or children that no schema knows."""
