"""Who sends for a facility: a number that exists in its form, and who is certified where anybody is."""

from dataclasses import replace

import pytest
from tests.unit.simulator.open_house import ADA, HEIR, HOME, Vendor, origin_of, post_of
from tests.unit.simulator.sample_house import admission
from tests.unit.simulator.test_guard import OWN, SecuredVendor, sealed

from generale.protocol.genericasync import (
    Fault,
    Get,
    PartyId,
    Post,
    PostResponse,
    Scheme,
    Sender,
    SoaCode,
    enterprise,
)
from generale.protocol.ids import Kbo, Nihii
from generale.protocol.security import Level
from generale.results.events import EventType

PERSON = PartyId(scheme=Scheme.SSIN, value=ADA)
OTHER_KBO = Kbo.of_serial(9990099)
HOSPITAL = Nihii.of_serial(710001)


def nihii(value: str, quality: str = "retirement") -> PartyId:
    """A party by its RIZIV number."""
    return PartyId(scheme=Scheme.NIHII, value=value, quality=quality)


ITSELF = {
    "a person": Sender(person=PERSON),
    "a care professional": Sender(person=nihii(Nihii.of_serial(110001), "doctor")),
    "a care professional with a qualification": Sender(
        person=nihii(f"{Nihii.of_serial(110001)}004", "doctor")
    ),
    "a newer care professional, whose number is checked by 89": Sender(
        person=nihii(f"410001{89 - 410001 % 89:02d}", "nurse")
    ),
    "the facility by eight digits": Sender(organisation=nihii(HOME.nihii)),
    "the facility by eleven digits": Sender(organisation=nihii(HOME.nihii.padded, "")),
    "the facility by its enterprise": Sender(organisation=enterprise(HOME.enterprise)),
    "a person for the facility": Sender(person=PERSON, organisation=nihii(HOME.nihii)),
}
SOMEBODY_ELSE = {
    "another facility": Sender(organisation=nihii(HEIR.nihii)),
    "a hospital": Sender(organisation=nihii(HOSPITAL.padded, "hospital")),
    "its number as that of a hospital": Sender(organisation=nihii(HOME.nihii, "hospital")),
    "another enterprise": Sender(organisation=enterprise(OTHER_KBO)),
    "a person as an organisation": Sender(organisation=PERSON),
    "another facility behind a person": Sender(person=PERSON, organisation=nihii(HEIR.nihii)),
}
NOBODY = {
    "words as a national number": Sender(person=PartyId(scheme=Scheme.SSIN, value="notanumber")),
    "a national number with a wrong check": Sender(
        person=PartyId(scheme=Scheme.SSIN, value=f"{ADA[:9]}{(int(ADA[9:]) + 1) % 97:02d}")
    ),
    "a RIZIV number with a wrong check": Sender(organisation=nihii(HOME.nihii[:6] + "99")),
    "a RIZIV number of nine digits": Sender(person=nihii(HOME.nihii + "0")),
    "an enterprise number with a wrong check": Sender(organisation=enterprise("0999999999")),
    "rubbish behind a person": Sender(person=PERSON, organisation=enterprise("x")),
}


def posted(sender: Sender) -> Post:
    """An admission that a sender sends for the facility."""
    return post_of(admission(ADA), origin=replace(origin_of(), sender=sender))


@pytest.mark.parametrize("case", ITSELF)
def test_the_facility_itself_or_a_person_may_send(case: str) -> None:
    post = posted(ITSELF[case])

    assert isinstance(Vendor().ask("admissions", post), PostResponse)
    assert isinstance(SecuredVendor().answer(sealed(post=post)), PostResponse)


@pytest.mark.parametrize("case", SOMEBODY_ELSE)
def test_somebody_else_may_not_send_under_the_certificate_of_the_facility(case: str) -> None:
    post = posted(SOMEBODY_ELSE[case])
    signed = SecuredVendor().answer(sealed(post=post))
    on_the_line = SecuredVendor(Level.TIMESTAMP).answer(sealed(None, post), OWN.der)

    for answer in (signed, on_the_line):
        assert isinstance(answer, Fault)
        assert answer.code == SoaCode.NO_ACCESS
        assert HOME.nihii in answer.message


@pytest.mark.parametrize("case", SOMEBODY_ELSE)
def test_where_nobody_is_certified_a_sender_is_only_noted(case: str) -> None:
    post = posted(SOMEBODY_ELSE[case])

    assert isinstance(Vendor().ask("admissions", post), PostResponse)
    assert isinstance(SecuredVendor(Level.TIMESTAMP).answer(sealed(None, post)), PostResponse)


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        (Sender(person=PERSON), "Ssin"),
        (Sender(organisation=enterprise(HOME.enterprise)), f"Cbe {HOME.enterprise}"),
        (
            Sender(person=PERSON, organisation=enterprise(HOME.enterprise)),
            f"Ssin, Cbe {HOME.enterprise}",
        ),
    ],
    ids=["a person", "an organisation", "both"],
)
def test_a_sender_stands_in_the_log_without_the_number_of_a_person(sender: Sender, said: str) -> None:
    vendor = Vendor()
    vendor.ask("admissions", posted(sender))

    assert vendor.events(EventType.REQUEST)[-1].data["said"]["sender"] == said


@pytest.mark.parametrize("case", NOBODY)
def test_a_number_that_is_none_is_refused_at_every_level(case: str) -> None:
    post = posted(NOBODY[case])
    answers = [
        Vendor().ask("admissions", post),
        Vendor().ask("admissions", Get(origin=post.origin)),
        SecuredVendor().answer(sealed(post=post)),
    ]

    for answer in answers:
        assert isinstance(answer, Fault)
        assert answer.code == SoaCode.INVALID_CONTENT
        assert "sender" in answer.message
