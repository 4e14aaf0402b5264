"""What an assertion states of a care home, and what its reader makes of that."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from lxml import etree
from tests.unit.security.sample_security import CARE_HOME, FACILITY, NIHII, NOW, OTHER_FACILITY, STS, trust

from generale.protocol.errors import PeerError
from generale.protocol.genericasync.element import Element, add
from generale.protocol.security import Assertion, Assertions, Freshness, assertion, issue_assertion, stated_of
from generale.protocol.security.assertion import (
    CERTIFIED_HOLDER_NUMBER,
    CERTIFIED_NUMBER,
    HOLDER_IS_RECOGNISED,
    HOLDER_NUMBER,
    IS_RECOGNISED,
    NUMBER,
    Attribute,
)
from generale.protocol.security.distinguished_name import written_name
from generale.protocol.security.vocabulary import SAML, X509_SUBJECT_NAME


def read(stated: Mapping[Attribute, str] | None = None) -> Assertion:
    """What is read in an assertion that states this."""
    raw = issue_assertion(FACILITY, CARE_HOME, sts=STS, assertion_id="_a1", now=NOW, stated=stated)
    return Assertions(trust(), STS.certificate, skew=Freshness().skew).verified(etree.fromstring(raw), NOW)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "read before"])
def test_an_assertion_holds_between_its_instants_give_or_take_the_clocks(
    is_known: bool,
) -> None:
    skew, element = (
        Freshness().skew,
        etree.fromstring(issue_assertion(FACILITY, CARE_HOME, sts=STS, assertion_id="_a1", now=NOW)),
    )
    told = Assertions(trust(), STS.certificate, skew=skew).verified(element, NOW)

    def verified(at: datetime) -> Assertion:
        reader = Assertions(trust(), STS.certificate, skew=skew)
        if is_known:
            reader.verified(element, NOW)
        return reader.verified(element, at)

    for at in (told.since - skew, told.until + skew - SECOND):
        assert verified(at) == told
    for at in (told.since - skew - SECOND, told.until + skew):
        with pytest.raises(PeerError, match="the assertion holds from"):
            verified(at)


OTHER_NUMBER = "9" * 8

READ: dict[str, Mapping[Attribute, str]] = {
    "all that is said of a recognised home": stated_of(CARE_HOME, is_recognised=True),
    "its number alone": {NUMBER: NIHII},
    "its number as holder alone": {HOLDER_NUMBER: NIHII},
    "its certified number alone": {CERTIFIED_NUMBER: NIHII.padded},
    "its certified number as holder alone": {CERTIFIED_HOLDER_NUMBER: NIHII},
    "an attribute that nobody knows": {NUMBER: NIHII, Attribute("shoe-size", "urn:x"): "44"},
    "a known name in a strange namespace": {NUMBER: NIHII, Attribute(HOLDER_NUMBER.name, "urn:x"): "1"},
}

REFUSED: dict[str, tuple[Mapping[Attribute, str], str]] = {
    "nothing": ({}, "0 care homes"),
    "two numbers": ({NUMBER: NIHII, HOLDER_NUMBER: OTHER_NUMBER}, "2 care homes"),
    "another certified number": ({NUMBER: NIHII, CERTIFIED_NUMBER: f"{OTHER_NUMBER}000"}, "2 care homes"),
    "not recognised": ({NUMBER: NIHII, IS_RECOGNISED: "false"}, "not recognised"),
    "no recognised holder": ({NUMBER: NIHII, HOLDER_IS_RECOGNISED: "false"}, "not recognised"),
    "what is said of a home that nobody knows": (stated_of(CARE_HOME, is_recognised=False), "not recognised"),
}


@pytest.mark.parametrize("case", READ)
def test_the_number_is_read_out_of_an_assertion_that_states(case: str) -> None:
    assert read(READ[case]).nihii == NIHII


@pytest.mark.parametrize("case", REFUSED)
def test_an_assertion_is_not_believed_that_states(case: str) -> None:
    stated, reason = REFUSED[case]

    with pytest.raises(PeerError, match=reason):
        read(stated)


OWN, ISSUER = (written_name(one) for one in (FACILITY.certificate.subject, FACILITY.certificate.issuer))
OTHER = written_name(OTHER_FACILITY.certificate.subject)


@pytest.mark.parametrize(
    ("subject", "issuer", "kind", "reason"),
    [
        (OTHER, ISSUER, X509_SUBJECT_NAME, "not the subject"),
        (f"NIHII-RETIREMENT={NIHII}", ISSUER, X509_SUBJECT_NAME, "not the subject"),
        (OWN, OTHER, X509_SUBJECT_NAME, "not the issuer"),
        (OWN, ISSUER, "urn:x", "of the format"),
        ("", ISSUER, X509_SUBJECT_NAME, "no distinguished name"),
    ],
    ids=["another", "its identity alone", "another issuer", "another format", "nobody"],
)
def test_an_assertion_is_not_believed_that_names_its_subject_otherwise(
    subject: str, issuer: str, kind: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_name(parent: Element, _certificate: x509.Certificate) -> None:
        add(parent, f"{{{SAML}}}NameIdentifier", subject, {"Format": kind, "NameQualifier": issuer})

    monkeypatch.setattr(assertion, "add_name", add_name)

    with pytest.raises(PeerError, match=reason):
        read()
