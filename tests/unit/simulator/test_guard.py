"""The guard at the door of the services: who is let in, and that a refusal changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.simulator.open_house import ADA, BEA, HEIR, HOME, Vendor, origin_of, post_of, state_of
from tests.unit.simulator.sample_house import BEGINS, admission

from generale.protocol.errors import OurError
from generale.protocol.genericasync import (
    Fault,
    Post,
    PostResponse,
    ResultMajor,
    SoaCode,
    as_package,
    inline,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.profile import FreshnessTerm, standard_profile
from generale.protocol.security import (
    Authority,
    CertifiedIdentity,
    Credential,
    Freshness,
    Level,
    Pki,
    Signer,
    Verifier,
    care_home,
    issue_assertion,
    made_pki,
    secured,
    sign_content,
)
from generale.protocol.security.timestamp import read_instant
from generale.protocol.transport import HttpRequest
from generale.results.events import EventType
from generale.simulator.guard import Guard, freshness_of
from generale.simulator.simulator import Simulator

AUTHORITY = Authority(b"guard", BEGINS - timedelta(days=30), BEGINS + timedelta(days=365))
PKI: Pki = made_pki(
    AUTHORITY, [care_home(HOME.nihii, HOME.name), care_home(HEIR.nihii, HEIR.name)], ("127.0.0.1",)
)
OWN, OTHER = PKI.facilities[HOME.nihii], PKI.facilities[HEIR.nihii]
PERSON = AUTHORITY.facility(CertifiedIdentity(type="SSIN", id=HOME.nihii))
POST = post_of(admission(ADA))


class SecuredVendor(Vendor):
    """A vendor of a simulator that looks at the security of messages."""

    def __init__(self, level: Level = Level.FULL, term: FreshnessTerm | None = None) -> None:
        profile = replace(standard_profile(), freshness=term or FreshnessTerm())
        guard = Guard(level, PKI, freshness=freshness_of(profile))
        super().__init__(simulator=Simulator(profile, guard=guard))

    def answer(self, raw: bytes, certificate: bytes = b"") -> Fault | PostResponse:
        """What comes back for these bytes."""
        url = self.serving.addresses(self.rehearsal)["admissions"]
        response = self.serving(HttpRequest(url=url, body=raw, client_certificate=certificate))
        assert response is not None
        body = read_envelope(response.body).body
        assert isinstance(body, Fault | PostResponse)
        return body


def sealed(
    credential: Credential | None = OWN, post: Post = POST, assertion: bytes | None = None, unique: str = "1"
) -> bytes:
    """A post with its security header, signed where there is a credential."""
    raw = write_envelope(request_envelope(post, message_id=f"urn:uuid:{unique}"))
    signer = None if credential is None else Signer(credential=credential, assertion=assertion)
    return secured(raw, created=BEGINS, unique=unique, signer=signer)


def asserted(credential: Credential, identity: CertifiedIdentity) -> bytes:
    """What the STS says of the holder of a certificate."""
    return issue_assertion(credential, identity, sts=PKI.sts, assertion_id="_a", now=BEGINS)


def with_xades(credential: Credential) -> Post:
    """A post whose content is signed as well."""
    return replace(POST, xades=sign_content(POST.blob, credential, BEGINS, unique="x"))


LET_IN: dict[str, Callable[[], tuple[bytes, bytes]]] = {
    "signed with a certificate": lambda: (sealed(), b""),
    "signed with an assertion": lambda: (
        sealed(assertion=asserted(OWN, care_home(HOME.nihii, HOME.name))),
        b"",
    ),
    "the same certificate on the connection": lambda: (sealed(), OWN.der),
    "a signed content": lambda: (sealed(post=with_xades(OWN)), b""),
}


@pytest.mark.parametrize("case", LET_IN)
def test_who_proves_to_be_the_facility_in_the_origin_is_let_in(case: str) -> None:
    raw, certificate = LET_IN[case]()

    answer = SecuredVendor().answer(raw, certificate)

    assert isinstance(answer, PostResponse)
    assert answer.tack.result_major is ResultMajor.SUCCESS


KEPT_OUT: dict[str, tuple[Callable[[], tuple[bytes, bytes]], SoaCode]] = {
    "nothing at all": (
        lambda: (write_envelope(request_envelope(POST, message_id="urn:uuid:1")), b""),
        SoaCode.NOT_AUTHENTICATED,
    ),
    "a timestamp only": (lambda: (sealed(None), b""), SoaCode.NOT_AUTHENTICATED),
    "the certificate of another facility": (lambda: (sealed(OTHER), b""), SoaCode.NO_ACCESS),
    "the certificate of a person": (lambda: (sealed(PERSON), b""), SoaCode.NO_ACCESS),
    "the certificate of the platform": (lambda: (sealed(PKI.platform), b""), SoaCode.NOT_AUTHENTICATED),
    "a revoked certificate": (lambda: (sealed(PKI.revoked[HOME.nihii]), b""), SoaCode.NOT_AUTHENTICATED),
    "an expired certificate": (lambda: (sealed(PKI.expired[HOME.nihii]), b""), SoaCode.NOT_AUTHENTICATED),
    "an assertion about another number": (
        lambda: (sealed(assertion=asserted(OWN, care_home(HEIR.nihii, HEIR.name))), b""),
        SoaCode.NOT_AUTHENTICATED,
    ),
    "another facility in the origin": (
        lambda: (sealed(post=post_of(admission(ADA), origin=origin_of(HEIR))), b""),
        SoaCode.NO_ACCESS,
    ),
    "another certificate on the connection": (lambda: (sealed(), OTHER.der), SoaCode.NO_ACCESS),
    "rubbish on the connection": (lambda: (sealed(), b"rubbish"), SoaCode.NOT_AUTHENTICATED),
    "a content signed by another": (lambda: (sealed(post=with_xades(OTHER)), b""), SoaCode.NO_ACCESS),
    "a content that was signed otherwise": (
        lambda: (sealed(post=replace(POST, xades=b"<a/>")), b""),
        SoaCode.NOT_AUTHENTICATED,
    ),
    "an empty signature over the content": (
        lambda: (sealed(post=replace(POST, xades=b"")), b""),
        SoaCode.NOT_AUTHENTICATED,
    ),
    "a signature over the content that is no XML": (
        lambda: (sealed(post=replace(POST, xades=b"\0\0\0")), b""),
        SoaCode.NOT_AUTHENTICATED,
    ),
}


@pytest.mark.parametrize("case", KEPT_OUT)
def test_who_does_not_is_kept_out_and_changes_nothing(case: str) -> None:
    make, code = KEPT_OUT[case]
    vendor = SecuredVendor()
    before = state_of(vendor.rehearsal)

    answer = vendor.answer(*make())

    assert isinstance(answer, Fault)
    assert answer.code == code
    assert state_of(vendor.rehearsal) == before
    assert vendor.events(EventType.RESPONSE)[-1].data["unproved"] is True


def test_a_signature_over_the_content_that_does_not_hold_is_refused_by_its_own_name() -> None:
    answer = SecuredVendor().answer(sealed(post=replace(POST, xades=b"<a/>")))

    assert isinstance(answer, Fault)
    assert answer.message.startswith("the content signature (Xades-t) is not accepted: ")


def test_the_same_message_is_let_in_once() -> None:
    vendor = SecuredVendor()

    first, again = vendor.answer(sealed()), vendor.answer(sealed())
    resent = vendor.answer(sealed(unique="2"))

    assert isinstance(first, PostResponse)
    assert isinstance(again, Fault)
    assert "received before" in again.message
    assert isinstance(resent, PostResponse)


def test_a_message_that_was_kept_out_may_come_again() -> None:
    vendor = SecuredVendor()

    kept_out = vendor.answer(sealed(), OTHER.der)

    assert isinstance(kept_out, Fault)
    assert isinstance(vendor.answer(sealed()), PostResponse)


def test_one_rehearsal_does_not_see_what_came_to_another() -> None:
    first = SecuredVendor()
    second = SecuredVendor.__new__(SecuredVendor)
    Vendor.__init__(second, name="another-house", simulator=first.serving)

    assert isinstance(first.answer(sealed()), PostResponse)
    assert isinstance(second.answer(sealed()), PostResponse)


@pytest.mark.parametrize(
    ("make", "is_in"), [(sealed, True), (lambda: sealed(None), True), (lambda: b"", False)]
)
def test_a_timestamp_is_enough_where_no_more_is_asked_for(make: Callable[[], bytes], is_in: bool) -> None:
    raw = make() or write_envelope(request_envelope(POST, message_id="urn:uuid:1"))

    assert isinstance(SecuredVendor(Level.TIMESTAMP).answer(raw), PostResponse) is is_in


@pytest.mark.parametrize("level", Level)
def test_who_shows_a_certificate_on_the_connection_is_held_to_it_at_every_level(level: Level) -> None:
    raw = {
        Level.OFF: write_envelope(request_envelope(POST, message_id="urn:uuid:1")),
        Level.TIMESTAMP: sealed(None),
        Level.FULL: sealed(),
    }[level]
    shown = {
        OTHER.der: SoaCode.NO_ACCESS,
        PERSON.der: SoaCode.NO_ACCESS,
        PKI.expired[HOME.nihii].der: SoaCode.NOT_AUTHENTICATED,
        PKI.revoked[HOME.nihii].der: SoaCode.NOT_AUTHENTICATED,
    }

    for certificate, code in shown.items():
        vendor = SecuredVendor(level)
        before = state_of(vendor.rehearsal)
        answer = vendor.answer(raw, certificate)
        assert isinstance(answer, Fault)
        assert answer.code == code
        assert state_of(vendor.rehearsal) == before
    assert isinstance(SecuredVendor(level).answer(raw, OWN.der), PostResponse)
    assert isinstance(SecuredVendor(level).answer(raw), PostResponse)


def test_where_no_security_is_asked_for_answers_are_as_they_were_and_there_is_no_token_service() -> None:
    plain, held = Vendor(), SecuredVendor(Level.OFF)
    raw = write_envelope(request_envelope(POST, message_id="urn:uuid:1"))

    one, other = plain.send("admissions", raw), held.send("admissions", raw)
    token = held.serving(HttpRequest(url=f"{held.serving.address}/{held.rehearsal.name}/sts", body=raw))

    assert one is not None
    assert other is not None
    assert one.body == other.body
    assert token is not None
    assert token.status == 404


@pytest.mark.parametrize("level", [Level.TIMESTAMP, Level.FULL])
@pytest.mark.parametrize("make", [sealed, lambda: sealed(None), lambda: b"no XML"])
def test_every_answer_is_sealed_also_a_refusal(level: Level, make: Callable[[], bytes]) -> None:
    vendor = SecuredVendor(level)
    response = vendor.send("admissions", make())
    assert response is not None

    seal = Verifier(PKI.trust, None, Freshness()).seal(response.body, level, BEGINS)

    assert seal.created == BEGINS
    if level is Level.FULL:
        assert seal.holder is not None
        assert seal.holder.der == PKI.platform.der
        assert {"Timestamp", "Body"} <= seal.signed


@pytest.mark.parametrize("lifetime", [30, 60, 300, 600])
def test_how_old_a_message_may_be_is_said_by_the_profile(lifetime: int) -> None:
    term = FreshnessTerm(lifetime=lifetime, skew=10)
    raw = write_envelope(request_envelope(POST, message_id="urn:uuid:1"))
    old, new = (
        secured(
            raw,
            created=BEGINS - timedelta(seconds=age),
            unique="1",
            signer=Signer(credential=OWN),
            time_to_live=timedelta(hours=1),
        )
        for age in (lifetime + 10, lifetime + 9)
    )
    vendor = SecuredVendor(term=term)

    too_old, fresh, again = vendor.answer(old), vendor.answer(new), vendor.answer(new)

    assert isinstance(too_old, Fault)
    assert f"older than {lifetime} seconds" in too_old.message
    assert isinstance(fresh, PostResponse)
    assert isinstance(again, Fault), "whatever is still fresh is remembered"


@pytest.mark.parametrize("level", [Level.TIMESTAMP, Level.FULL])
def test_how_long_an_answer_holds_is_said_by_the_profile(level: Level) -> None:
    vendor = SecuredVendor(level, FreshnessTerm(answer=45))
    url = vendor.serving.addresses(vendor.rehearsal)["admissions"]

    response = vendor.serving(HttpRequest(url=url, body=sealed()))

    assert response is not None
    expires = response.body.partition(b"<wsu:Expires>")[2].partition(b"<")[0].decode()
    assert read_instant(expires) == BEGINS + timedelta(seconds=45)


def test_there_is_no_full_security_without_certificates() -> None:
    with pytest.raises(OurError):
        Guard(Level.FULL)


def test_a_package_is_verified_as_the_envelope_that_it_stands_for() -> None:
    vendor = SecuredVendor()
    raw, content_type = as_package(sealed())
    url = vendor.serving.addresses(vendor.rehearsal)["admissions"]

    response = vendor.serving(HttpRequest(url=url, body=raw, headers={"content-type": content_type}))
    assert response is not None
    back = response.headers["content-type"]

    assert back.startswith("multipart/related")
    assert isinstance(read_envelope(response.body, content_type=back).body, PostResponse)
    seal = Verifier(PKI.trust, None, Freshness()).seal(inline(response.body, back), Level.FULL, BEGINS)
    assert {"Timestamp", "Body"} <= seal.signed


def test_a_package_with_another_content_is_kept_out() -> None:
    vendor = SecuredVendor()
    raw, _ = as_package(sealed())
    other, content_type = as_package(sealed(post=post_of(admission(BEA))))
    swapped = other.replace(_signature(other), _signature(raw))

    response = vendor.serving(
        HttpRequest(
            url=vendor.serving.addresses(vendor.rehearsal)["admissions"],
            body=swapped,
            headers={"content-type": content_type},
        )
    )

    assert response is not None
    fault = read_envelope(response.body, content_type=response.headers["content-type"]).body
    assert isinstance(fault, Fault)
    assert "changed after it was signed" in fault.message


def _signature(raw: bytes) -> bytes:
    """The signature in an envelope or a package."""
    begin, end = raw.index(b"<ds:Signature"), raw.index(b"</ds:Signature>")
    return raw[begin:end]
