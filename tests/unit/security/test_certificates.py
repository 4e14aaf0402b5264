"""Certificates: the subjects of the exchange, made and read, and whose are believed."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.security.sample_security import (
    AUTHORITY,
    CARE_HOME,
    EXPIRED,
    FACILITY,
    FORGED,
    NIHII,
    NOW,
    OTHER_FACILITY,
    REVOKED,
    STRANGE,
    trust,
)

from generale.protocol.errors import OurError, PeerError, UsageError
from generale.protocol.security import (
    Authority,
    CertifiedIdentity,
    Credential,
    KeyKind,
    Trust,
    credential_of_pem,
    credential_to_pem,
    identity_in,
    subject_name,
)

PLATFORM = "OU=eHealth-platform Belgium,O=Federal Government,C=BE"
SUBJECTS = [
    (
        CertifiedIdentity(type="NIHII-RETIREMENT", id=NIHII, name="HUIZE CEDER"),
        f"CN=NIHII-RETIREMENT={NIHII},OU=NIHII-RETIREMENT={NIHII},OU=HUIZE CEDER,{PLATFORM}",
    ),
    (
        CertifiedIdentity(type="CBE", id="0199900019", name="VZW", application="BILLING-1"),
        f"CN=CBE=0199900019\\, BILLING-1,OU=BILLING-1,OU=CBE=0199900019,OU=VZW,{PLATFORM}",
    ),
]
"""An identity, and the subject of its certificate (RFC 4514, so from the end to the beginning)."""


@pytest.mark.parametrize(("identity", "text"), SUBJECTS, ids=["care home", "application"])
def test_a_subject_is_written_and_read_back(identity: CertifiedIdentity, text: str) -> None:
    name = subject_name(identity)

    assert name.rfc4514_string() == text
    assert identity_in(name) == identity


def test_a_name_stands_in_capitals_without_diacritics() -> None:
    name = subject_name(CertifiedIdentity(type="NIHII-RETIREMENT", id=NIHII, name="Sint-Jozef  Maagdeël"))

    assert identity_in(name).name == "SINT-JOZEF MAAGDEEL"


@pytest.mark.parametrize(
    "identity",
    [
        CertifiedIdentity(type="nihii", id=NIHII),
        CertifiedIdentity(type="NIHII", id="x"),
        CertifiedIdentity(type="CBE", id="1", application="no spaces"),
    ],
)
def test_what_is_no_identity_gets_no_subject(identity: CertifiedIdentity) -> None:
    with pytest.raises(OurError):
        subject_name(identity)


@pytest.mark.parametrize("units", [[], ["no identity"], [f"NIHII={NIHII}", "NIHII-RETIREMENT=76000292"]])
def test_a_subject_with_no_identity_or_two_is_nobody(units: list[str]) -> None:
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, f"NIHII-RETIREMENT={NIHII}")]
        + [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]
    )

    with pytest.raises(PeerError, match="identities"):
        identity_in(name)


def test_a_certificate_of_the_authority_is_believed() -> None:
    holder = trust().holder(FACILITY.der, NOW)

    assert (holder.identity.type, holder.identity.id) == (CARE_HOME.type, CARE_HOME.id)


UNBELIEVED = {
    "expired": (EXPIRED.der, "not now"),
    "revoked": (REVOKED.der, "revoked"),
    "of a strange authority": (FORGED.der, "not issued"),
    "of an authority of another name": (
        AUTHORITY.foreign_server(["127.0.0.1"]).der,
        "not issued by the authority of this rehearsal",
    ),
    "of the authority itself": (AUTHORITY.credential.der, "authority"),
    "too long": (b"0" * 20_000, "longer"),
    "empty": (b"", "cannot be read"),
}


@pytest.mark.parametrize("case", UNBELIEVED)
def test_a_certificate_is_not_believed_that(case: str) -> None:
    der, reason = UNBELIEVED[case]

    with pytest.raises(PeerError, match=reason):
        trust().holder(der, NOW)


def test_a_certificate_that_was_believed_is_not_any_more_when_it_has_expired() -> None:
    believer = trust()
    believer.holder(FACILITY.der, NOW)

    with pytest.raises(PeerError, match="not now"):
        believer.holder(FACILITY.der, NOW + timedelta(days=400))


# A serial number below one is still read, with a warning; the signature is what refuses it.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@given(st.integers(0, 5_000), st.integers(1, 255))
def test_a_single_changed_byte_never_makes_a_certificate_of_somebody_else(place: int, by: int) -> None:
    place %= len(FACILITY.der)
    broken = FACILITY.der[:place] + bytes([FACILITY.der[place] ^ by]) + FACILITY.der[place + 1 :]

    try:
        holder = trust().holder(broken, NOW)
    except PeerError:
        return

    # What is signed is the same; how many bits of the signature are said to be unused is read by nobody.
    assert holder.certificate.tbs_certificate_bytes == FACILITY.certificate.tbs_certificate_bytes


def test_the_same_seed_and_time_give_the_same_certificates() -> None:
    again = Authority(AUTHORITY.seed, AUTHORITY.since, AUTHORITY.until)

    assert again.facility(CARE_HOME).der == FACILITY.der
    assert again.revocations([REVOKED.certificate]) == AUTHORITY.revocations([REVOKED.certificate])
    assert STRANGE.facility(CARE_HOME).der != FACILITY.der


def test_an_authority_with_rsa_keys_is_believed_too() -> None:
    authority = Authority(b"rsa", AUTHORITY.since, AUTHORITY.until, KeyKind.RSA)
    facility = authority.facility(CARE_HOME)

    holder = Trust(authority.credential.certificate, authority.revocations([])).holder(facility.der, NOW)

    assert holder.identity.id == NIHII


@pytest.mark.parametrize(
    ("authority", "revocations"),
    [(FACILITY.certificate, None), (AUTHORITY.credential.certificate, STRANGE.revocations([]))],
    ids=["a facility", "a list of somebody else"],
)
def test_what_is_no_authority_is_not_trusted(
    authority: x509.Certificate, revocations: x509.CertificateRevocationList | None
) -> None:
    with pytest.raises(UsageError):
        Trust(authority, revocations)


@pytest.mark.parametrize("kind", KeyKind)
def test_a_credential_is_written_and_read_back(kind: KeyKind) -> None:
    platform = Authority(b"pem", AUTHORITY.since, AUTHORITY.until, kind).platform()

    again = credential_of_pem(*credential_to_pem(platform), "the platform")

    assert again.der == platform.der
    assert again.key.private_numbers() == platform.key.private_numbers()


def test_a_key_and_the_certificate_of_another_are_no_credential() -> None:
    key, _ = credential_to_pem(FACILITY)
    _, certificate = credential_to_pem(OTHER_FACILITY)

    with pytest.raises(UsageError, match="the facility"):
        credential_of_pem(key, certificate, "the facility")
    with pytest.raises(OurError):
        Credential(FACILITY.key, OTHER_FACILITY.certificate)
    assert "PRIVATE" not in repr(FACILITY)
