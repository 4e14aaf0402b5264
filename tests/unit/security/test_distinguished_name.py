"""Names of subjects and issuers as text: written for Java, read as whoever writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.unit.security.sample_security import CARE_HOME

from generale.protocol.errors import PeerError
from generale.protocol.security import CertifiedIdentity, subject_name
from generale.protocol.security.distinguished_name import LONGEST, is_like, is_name, written_name

NAME = subject_name(CertifiedIdentity(type="NIHII-RETIREMENT", id="99100170", name="Huis Een"))
WRITTEN = (
    'CN="NIHII-RETIREMENT=99100170", OU="NIHII-RETIREMENT=99100170", OU=HUIS EEN, '
    "OU=eHealth-platform Belgium, O=Federal Government, C=BE"
)


def test_a_name_is_written_with_the_most_specific_part_first() -> None:
    assert written_name(NAME) == WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,
        WRITTEN.replace(", ", ","),
        WRITTEN.replace(", ", "; ").replace("CN=", "cn = "),
        WRITTEN.replace('"', ""),
        WRITTEN.replace('"', "").replace("RETIREMENT=", "RETIREMENT\\="),
        NAME.rfc4514_string(),
        ", ".join(reversed(WRITTEN.split(", "))),
    ],
    ids=["ours", "close", "semicolons", "unquoted", "escaped", "RFC 4514", "the other way round"],
)
def test_a_name_is_read_however_it_is_written(text: str) -> None:
    assert is_name(text, NAME)


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN.replace("70", "71", 1),
        WRITTEN.partition(", ")[2],
        f"{WRITTEN}, C=NL",
        WRITTEN.replace("OU=HUIS EEN", "O=HUIS EEN"),
    ],
)
def test_another_name_is_another(text: str) -> None:
    assert not is_name(text, NAME)


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        (WRITTEN, True),
        (WRITTEN.replace("HUIS EEN", "huis  een"), True),
        (WRITTEN.replace("OU=HUIS EEN", "2.5.4.11=#1308" + b"HUIS EEN".hex()), True),
        (WRITTEN.replace("HUIS EEN", "HUIS\\20EEN"), True),
        (WRITTEN.replace("OU=HUIS EEN", "O=HUIS EEN"), False),
        (WRITTEN.replace("OU=HUIS EEN", "2.5.4.11=HUIS TWEE"), False),
        ("x", False),
    ],
)
def test_a_name_is_alike_however_a_library_spells_it(text: str, alike: bool) -> None:
    assert is_like(text, NAME) is alike


@pytest.mark.parametrize(
    "text", ["", "x", "NIHII-RETIREMENT", 'CN="open', "CN=a,,C=BE", "=", "C=BE, " * LONGEST]
)
def test_what_is_no_name_is_none(text: str) -> None:
    with pytest.raises(PeerError, match="no distinguished name"):
        is_name(text, NAME)


@given(some.text(some.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_whatever_a_home_is_called_its_name_is_read_as_it_was_written(called: str) -> None:
    name = subject_name(CertifiedIdentity(type=CARE_HOME.type, id=CARE_HOME.id, name=called))

    assert is_name(written_name(name), name)
