"""In which encoding an envelope is read: by its mark, by HTTP, or by its own declaration, in this order."""

import pytest

from generale.protocol.genericasync import (
    EnvelopeError,
    Get,
    Origin,
    SoaCode,
    inline,
    read_envelope,
    request_envelope,
    write_envelope,
)

ORIGIN = Origin(
    nihii="76000123450", package_name="Zorg \u00e9\u20ac", licence_username="v", licence_password="s"
)
BODY = Get(origin=ORIGIN)
PLAIN = write_envelope(request_envelope(BODY, message_id="m")).decode().partition("\n")[2]
LATIN = PLAIN.replace("\u20ac", "")
MARK = "\ufeff"


def declared(encoding: str, text: str = PLAIN) -> str:
    """An envelope that says its own encoding."""
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'


def package(head: str, root: bytes) -> tuple[bytes, str]:
    """A package whose root has this Content-Type, and its own."""
    lines = f"--b\r\nContent-Type: {head}\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode()
    outer = 'multipart/related; type="application/xop+xml"; start-info="text/xml"; boundary=b'
    return lines + root + b"\r\n--b--\r\n", outer


def package_name(raw: bytes, content_type: str) -> str | None:
    """The text that stands there in letters beyond ASCII, in the envelope and in the one that is verified."""
    body = read_envelope(raw, content_type=content_type).body
    again = read_envelope(inline(raw, content_type)).body
    assert isinstance(body, Get)
    assert body == again
    return body.origin.package_name


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        pytest.param(PLAIN.encode(), "", id="nothing says it"),
        pytest.param(PLAIN.encode(), "text/xml", id="HTTP says nothing"),
        pytest.param(PLAIN.encode(), "text/xml; charset=utf-8", id="HTTP alone"),
        pytest.param(PLAIN.encode(), "text/xml;charset=UTF-8;action=x", id="without blanks"),
        pytest.param(PLAIN.encode(), 'text/xml; Charset="Utf-8"', id="with quotes"),
        pytest.param(declared("utf-8").encode(), "text/xml", id="declaration alone"),
        pytest.param(declared("utf-8").encode(), "text/xml; charset=UTF8", id="both"),
        pytest.param(declared("windows-1252").encode("cp1252"), "text/xml", id="another declared"),
        pytest.param(PLAIN.encode("cp1252"), "text/xml; charset=windows-1252", id="another, by HTTP"),
        pytest.param(PLAIN.encode("iso8859-15"), "text/xml; charset=ISO-8859-15", id="a third, by HTTP"),
        pytest.param(
            declared("iso-8859-1").encode(), "text/xml; charset=utf-8", id="HTTP before the declaration"
        ),
        pytest.param(declared("utf-16").encode(), "text/xml; charset=utf-8", id="a declaration of .NET"),
        pytest.param(declared("klingon").encode(), "text/xml; charset=utf-8", id="a declaration of nobody"),
        pytest.param(MARK.encode() + PLAIN.encode(), "text/xml; charset=iso-8859-1", id="the mark first"),
        pytest.param(PLAIN.encode("utf-16"), "text/xml; charset=utf-16", id="UTF-16 with its mark"),
        pytest.param(PLAIN.encode("utf-16"), "text/xml", id="its mark alone"),
        pytest.param(PLAIN.encode("utf-16-le"), "text/xml; charset=utf-16le", id="UTF-16 by HTTP"),
        pytest.param(PLAIN.encode("utf-16-be"), "text/xml; charset=utf-16", id="UTF-16 of any order"),
        pytest.param(declared("utf-16").encode("utf-16-le"), "text/xml; charset=utf-16", id="and declared"),
        pytest.param(
            *package('application/xop+xml; charset=windows-1252; type="text/xml"', PLAIN.encode("cp1252")),
            id="the root of a package",
        ),
        pytest.param(
            *package("application/xop+xml", declared("windows-1252").encode("cp1252")),
            id="the declaration in a package",
        ),
    ],
)
def test_an_envelope_is_read_wherever_its_encoding_is_said(raw: bytes, content_type: str) -> None:
    assert package_name(raw, content_type) == ORIGIN.package_name


@pytest.mark.parametrize("charset", ["utf-8", "us-ascii", "iso-8859-1", "windows-1252"])
def test_what_is_ascii_alone_is_the_same_in_every_other_charset(charset: str) -> None:
    plain = declared("utf-8").replace("\u00e9\u20ac", "x").encode("ascii")

    assert package_name(plain, f"text/xml; charset={charset}") == "Zorg x"
    assert inline(plain, f"text/xml; charset={charset}") is plain


@pytest.mark.parametrize(
    ("raw", "content_type", "reason"),
    [
        pytest.param(PLAIN.encode(), "text/xml; charset=utf-7", "'utf-7' is not accepted", id="unknown"),
        pytest.param(PLAIN.encode(), "text/xml; charset=a\x00\u00e9", "'a\\?\\?'", id="no name at all"),
        pytest.param(
            declared("iso-8859-1", LATIN).encode("latin-1"),
            "text/xml; charset=utf-8",
            "not in the charset 'utf-8' of its Content-Type",
            id="HTTP against the bytes",
        ),
        pytest.param(PLAIN.encode(), "text/xml; charset=us-ascii", "charset 'us-ascii'", id="beyond ASCII"),
        pytest.param(PLAIN.encode("cp1252"), "text/xml", "Invalid bytes", id="nothing says it"),
        pytest.param(
            *package("application/xop+xml; charset=utf-7", PLAIN.encode()), "'utf-7'", id="of a part"
        ),
    ],
)
def test_an_encoding_that_is_not_that_of_the_bytes_is_malformed(
    raw: bytes, content_type: str, reason: str
) -> None:
    with pytest.raises(EnvelopeError, match=reason) as refused:
        read_envelope(raw, content_type=content_type)

    assert refused.value.fault.code == SoaCode.MALFORMED
